//! Words as a shell reads them, for lines to copy.

/// `word` as one word of a shell: in quotation marks where it holds anything that a shell would read its own way.
pub(crate) fn word(word: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/._-:=,@%+".contains(&byte);
    if !word.is_empty() && word.bytes().all(is_plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_stays_one_word() {
        for (given, quoted) in [
            ("/var/key.pem", "/var/key.pem"),
            ("/my keys/a.pem", "'/my keys/a.pem'"),
            ("it's", r"'it'\''s'"),
            ("$HOME", "'$HOME'"),
            ("", "''"),
        ] {
            assert_eq!(word(given), quoted);
        }
    }
}
