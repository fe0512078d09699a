//! Numbers that are used once come from outside; here they are checked before they stand in a header or begin a
//! ciphertext.

use crate::config::Nonce;
use crate::error::ConfigError;

/// Longest text that a header or the boundary of an upload takes.
const LONGEST: usize = 63;

/// Refuses what would break out of a header. Digits in other forms, such as a UUID with hyphens, do no harm there.
pub(crate) fn check(nonce: &str) -> Result<(), ConfigError> {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    match (1..=LONGEST).contains(&nonce.len()) && nonce.bytes().all(fits) {
        true => Ok(()),
        false => Err(wrong(nonce)),
    }
}

/// The next number of the source, where it fits a header and a boundary.
pub(crate) fn text(source: &dyn Nonce) -> Result<String, ConfigError> {
    let nonce = source.next();
    check(&nonce).map(|()| nonce)
}

/// The initialization vector of a ciphertext: all 16 bytes come from the source, or there is none.
pub(crate) fn block(source: &dyn Nonce) -> Result<[u8; 16], ConfigError> {
    let nonce = source.next();
    let is_hex = nonce.len() == 32 && nonce.bytes().all(|byte| byte.is_ascii_hexdigit());
    let number = u128::from_str_radix(&nonce, 16).ok().filter(|_| is_hex);
    number.map(u128::to_be_bytes).ok_or_else(|| wrong(&nonce))
}

fn wrong(nonce: &str) -> ConfigError {
    let seen = format!("{} characters that are not 32 hexadecimal digits", nonce.chars().count());
    ConfigError::new("nonce", seen, "mend the Nonce that the configuration was given")
}
