//! Reading keys and tokens from files, and never showing what was given where a file name belongs.

use std::path::Path;

use alipay_api::sign::Secret;

use crate::failure::Complaint;

/// How a key is to be handed over.
pub(crate) const GIVE_A_FILE: &str = "give the name of a file; whoever lists processes sees what stands on a command line, so change this key if it was real";

const CANNOT_BE_READ: &str = "give the name of a file that can be read";

const NOT_SHOWN: &str = "(not shown: it may be a key)";

/// Longer than file names are, shorter than RSA keys.
const LONGEST_NAME: usize = 250;

/// Shorter than any key pair's half.
const SHORTEST_KEY: usize = 60;

/// Shorter than AES keys in base64.
const SHORTEST_PADDED: usize = 20;

/// A file name fit to be shown: somebody may have given a key or a token itself. Those have neither `.` nor `/`, or
/// else their length or their end gives them away.
pub(crate) fn shown(path: &Path) -> String {
    let text = path.to_string_lossy();
    if may_be_secret(&text) { NOT_SHOWN.to_owned() } else { format!("{text:?}") }
}

fn may_be_secret(text: &str) -> bool {
    !text.contains(['.', '/', '\\']) || looks_like_a_key(text)
}

/// Whether a word of the command line is most likely a key: PEM, or its bare base64.
pub(crate) fn looks_like_a_key(text: &str) -> bool {
    let is_base64 = |byte: u8| byte.is_ascii_alphanumeric() || b"+/=".contains(&byte);
    let text = text.trim();
    // SM2 keys are as short as file names, but like every key begin as a sequence of ASN.1 does.
    let is_long = text.len() > LONGEST_NAME || text.len() > SHORTEST_KEY && text.starts_with('M');
    let is_padded = text.len() > SHORTEST_PADDED && text.ends_with('=');
    text.contains("-----BEGIN") || (is_long || is_padded) && text.bytes().all(is_base64)
}

/// The bytes of a file that holds no secret, or may hold one. `what` names the argument.
pub(crate) fn read(what: &str, path: &Path) -> Result<Vec<u8>, Complaint> {
    read_shown(what, path, &shown(path))
}

/// The bytes of a file with a key or a token. What was given instead is never shown.
pub(crate) fn read_secret(what: &str, path: &Path) -> Result<Vec<u8>, Complaint> {
    read_shown(what, path, "the file that it names")
}

fn read_shown(what: &str, path: &Path, shown: &str) -> Result<Vec<u8>, Complaint> {
    std::fs::read(path).map_err(|error| {
        let fix = if may_be_secret(&path.to_string_lossy()) { GIVE_A_FILE } else { CANNOT_BE_READ };
        Complaint::new(what, format!("{shown} cannot be read ({error})"), fix)
    })
}

/// A token from a file, without the line break that editors leave behind.
pub(crate) fn read_token(what: &str, path: &Path) -> Result<Secret, Complaint> {
    let text = String::from_utf8(read_secret(what, path)?)
        .map_err(|_| Complaint::new(what, "the file is no text", "put the token alone into it"))?;
    let token = text.trim();
    if token.is_empty() || token.contains(char::is_whitespace) {
        return Err(Complaint::new(what, "the file holds no single word", "put the token alone into it"));
    }
    Ok(Secret::from(token))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_surely_a_file_name_is_shown() {
        for name in ["key.pem", "/etc/key", "keys/new", "C:\\keys\\new"] {
            assert_eq!(shown(Path::new(name)), format!("{name:?}"));
        }
        let long = format!("{}/", "A/".repeat(200));
        for secret in [
            "AAECAwQFBgcICQoLDA0ODw==",
            "AAECAwQFBgcIC/oLDA0ODw==",
            "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
            "201509BBeff9351ad1874306903e96b91d248A36",
            long.as_str(),
            "-----BEGIN PRIVATE KEY-----/.",
        ] {
            assert_eq!(shown(Path::new(secret)), NOT_SHOWN);
        }
    }
}
