//! What a command works on: the bytes of a file or of stdin.

use std::io::Read;
use std::path::Path;

use crate::failure::Complaint;
use crate::secret_file;

/// Means stdin where a file is named.
pub(crate) const STDIN: &str = "-";

/// The bytes of `path`, or of stdin for `-`. `what` names the argument.
pub(crate) fn read(what: &str, path: &Path) -> Result<Vec<u8>, Complaint> {
    if path.as_os_str() != STDIN {
        return secret_file::read(what, path);
    }
    let mut bytes = Vec::new();
    match std::io::stdin().lock().read_to_end(&mut bytes) {
        Ok(_) => Ok(bytes),
        Err(error) => {
            let seen = format!("stdin cannot be read ({})", error.kind());
            Err(Complaint::new(what, seen, "give the name of a file"))
        }
    }
}

/// The same as text in UTF-8.
pub(crate) fn read_text(what: &str, path: &Path) -> Result<String, Complaint> {
    let text = String::from_utf8(read(what, path)?)
        .map_err(|_| Complaint::new(what, "bytes that are no UTF-8", "save it as UTF-8"))?;
    Ok(text.strip_prefix('\u{feff}').unwrap_or(&text).to_owned())
}

/// The link in the argument FILE, which may end with a line break.
pub(crate) fn read_link(path: &Path) -> Result<String, Complaint> {
    let text = read_text("FILE", path)?;
    let link = text.trim();
    if link.is_empty() || link.contains(char::is_whitespace) {
        let fix = "give a file that holds the link alone, as it was opened";
        return Err(Complaint::new("FILE", "it does not hold one link", fix));
    }
    Ok(link.to_owned())
}

/// How the input is called in advice: its file name, or `-`.
pub(crate) fn name(path: &Path) -> String {
    if path.as_os_str() == STDIN { STDIN.to_owned() } else { path.to_string_lossy().into_owned() }
}
