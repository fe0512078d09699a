//! Reading keys and tokens from files, and never showing what was given where a file name belongs.

use std::path::Path;

use alipay_api::sign::Secret;

use crate::failure::Complaint;

/// How a key is to be handed over.
pub(crate) const GIVE_A_FILE: &str = "give the name of a file; whoever lists processes sees what stands on a command line, so change this key if it was real";

/// Longer than file names are, shorter than RSA keys.
const LONGEST_NAME: usize = 250;

/// Shorter than any key.
const SHORTEST_KEY: usize = 60;

/// A file name fit to be shown: somebody may have given the key itself.
pub(crate) fn shown(path: &Path) -> String {
    let text = path.to_string_lossy();
    if looks_like_a_key(&text) { "(not shown: it looks like a key)".to_owned() } else { format!("{text:?}") }
}

/// Whether a word of the command line may be a key: PEM, or its bare base64.
pub(crate) fn looks_like_a_key(text: &str) -> bool {
    let is_base64 = |byte: u8| byte.is_ascii_alphanumeric() || b"+/=".contains(&byte);
    let text = text.trim();
    // SM2 keys are as short as file names, but like every key begin as a sequence of ASN.1 does.
    let is_long = text.len() > LONGEST_NAME || text.len() > SHORTEST_KEY && text.starts_with('M');
    text.contains("-----BEGIN") || is_long && text.bytes().all(is_base64)
}

/// The bytes of a key file. `what` names the setting.
pub(crate) fn read(what: &str, path: &Path) -> Result<Vec<u8>, Complaint> {
    std::fs::read(path).map_err(|error| {
        let fix = if looks_like_a_key(&path.to_string_lossy()) {
            GIVE_A_FILE
        } else {
            "give the name of a file that can be read"
        };
        Complaint::new(what, format!("{} cannot be read ({error})", shown(path)), fix)
    })
}

/// A token from a file, without the line break that editors leave behind.
pub(crate) fn read_token(what: &str, path: &Path) -> Result<Secret, Complaint> {
    let text = String::from_utf8(read(what, path)?).map_err(|_| {
        Complaint::new(what, format!("{} is no text", shown(path)), "put the token alone into it")
    })?;
    let token = text.trim();
    if token.is_empty() || token.contains(char::is_whitespace) {
        let seen = format!("{} holds no single word", shown(path));
        return Err(Complaint::new(what, seen, "put the token alone into it"));
    }
    Ok(Secret::from(token))
}
