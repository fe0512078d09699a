//! Signatures as text, because every header and parameter carries them in base64.

use std::error::Error;
use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// A signature as the wire wants it: standard base64, padded, one line (protocol-v2 §3).
///
/// ```
/// assert_eq!(alipay_sign::encode_signature(&[0xfb, 0xff]), "+/8=");
/// ```
#[must_use]
pub fn encode_signature(signature: &[u8]) -> String {
    STANDARD.encode(signature)
}

/// The bytes of a signature in base64. White space is ignored; all else is strict (protocol-v2 §3.3).
///
/// A `+` that arrived as a space is the caller's to repair: here it would vanish and the text be refused.
///
/// # Errors
/// [`DecodeSignatureError`] for an empty text, foreign characters, or missing or surplus padding.
///
/// ```
/// assert_eq!(alipay_sign::decode_signature("+/\r\n8=")?, [0xfb, 0xff]);
/// # Ok::<(), alipay_sign::DecodeSignatureError>(())
/// ```
pub fn decode_signature(text: &str) -> Result<Vec<u8>, DecodeSignatureError> {
    let compact: Vec<u8> = text.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
    match STANDARD.decode(&compact) {
        Ok(bytes) if !bytes.is_empty() => Ok(bytes),
        _ => Err(DecodeSignatureError { length: compact.len() }),
    }
}

/// A signature that is not standard base64.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct DecodeSignatureError {
    length: usize,
}

impl fmt::Display for DecodeSignatureError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.length == 0 {
            return f.write_str("the signature is empty");
        }
        write!(f, "the signature ({} characters) is not padded standard base64", self.length)
    }
}

impl Error for DecodeSignatureError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_strict_base64_is_a_signature() {
        for text in ["", "  ", "+/8", "-_8=", "+/8==", "+/8=x", "+/9=", "日本"] {
            assert!(decode_signature(text).is_err(), "{text:?}");
        }
    }
}
