//! From the text of a key to its DER bytes: byte order marks, PEM frames, line breaks, missing padding.

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use zeroize::Zeroizing;

use super::KeyError;

/// What people leave off when they copy base64 is not missed.
pub(crate) const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// The DER bytes in `input`: raw DER, one PEM block among other text (the first counts), or bare base64.
pub(crate) fn to_der(input: &[u8]) -> Result<Zeroizing<Vec<u8>>, KeyError> {
    if matches!(input, [0xff, 0xfe, ..] | [0xfe, 0xff, ..]) {
        return Err(KeyError::Utf16);
    }
    // A DER sequence of an RSA key is longer than 127 bytes, so its second byte is no ASCII: this cannot be
    // base64. Nor can the shorter ones of SM2: in them stands next a number, or the sequence that names the
    // algorithm.
    if matches!(input, [0x30, 0x80..=0xff, ..] | [0x30, _, 2, ..] | [0x30, _, 0x30, 0x13, ..]) {
        return Ok(Zeroizing::new(input.to_vec()));
    }
    let text = input.strip_prefix(b"\xef\xbb\xbf").unwrap_or(input);
    let text = pem_body(text)?.unwrap_or(text);
    if text.trim_ascii_start().starts_with(b"ssh-") {
        return Err(KeyError::OpenSsh);
    }
    decode(text)
}

/// A PEM block around one line of base64. The text is allocated once, so that no half of a secret stays
/// behind.
pub(crate) fn to_pem(label: &str, base64: &str) -> String {
    let mut pem = String::with_capacity(base64.len() + base64.len() / 64 + 2 * label.len() + 40);
    pem.extend(["-----BEGIN ", label, "-----"]);
    for (index, character) in base64.chars().enumerate() {
        if index % 64 == 0 {
            pem.push('\n');
        }
        pem.push(character);
    }
    pem.extend(["\n-----END ", label, "-----\n"]);
    pem
}

/// What stands between the first `BEGIN` and its `END`; the label is not believed (protocol-v2 §3.1), unless
/// it says that the curve is named here and the key follows.
fn pem_body(mut text: &[u8]) -> Result<Option<&[u8]>, KeyError> {
    let mut found = None;
    while let Some((_, rest)) = split_at(text, b"-----BEGIN ") {
        let Some((label, rest)) = split_at(rest, b"-----") else { return Err(KeyError::Truncated) };
        let Some((body, after)) = split_at(rest, b"-----END") else { return Err(KeyError::Truncated) };
        if label == b"OPENSSH PRIVATE KEY" {
            return Err(KeyError::OpenSsh);
        }
        // OpenSSL's own encryption of PKCS#1 announces itself in a header line instead of in the DER.
        if split_at(body, b"ENCRYPTED").is_some() && body.contains(&b':') {
            return Err(KeyError::Encrypted);
        }
        found = Some(body);
        if !label.ends_with(b" PARAMETERS") {
            break;
        }
        text = after;
    }
    Ok(found)
}

/// The bytes of base64 with white space anywhere.
pub(crate) fn decode(text: &[u8]) -> Result<Zeroizing<Vec<u8>>, KeyError> {
    let mut compact = Zeroizing::new(Vec::with_capacity(text.len()));
    let mut rest = text;
    while let [first, tail @ ..] = rest {
        rest = match rest {
            // Line breaks of a key that was put into one line of an environment variable or a JSON string.
            [b'\\', b'n' | b'r', tail @ ..] => tail,
            _ => {
                if !first.is_ascii_whitespace() {
                    compact.push(*first);
                }
                tail
            }
        };
    }
    if compact.is_empty() {
        return Err(KeyError::Empty);
    }
    match LENIENT.decode(&*compact) {
        Ok(der) => Ok(Zeroizing::new(der)),
        Err(_) => {
            let base64 = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/');
            let good = compact.iter().take_while(|byte| base64(byte)).count();
            // One of these begins the base64 of every key; a length that base64 cannot have then means that
            // the end is missing.
            let starts: [&[u8]; 3] = [b"MI", b"MFkwE", b"MHcCA"];
            if good == compact.len() && starts.iter().any(|start| compact.starts_with(start)) {
                return Err(KeyError::Truncated);
            }
            Err(KeyError::NotBase64 { position: good + 1 })
        }
    }
}

/// What stands before and after the first `mark`.
pub(crate) fn split_at<'a>(text: &'a [u8], mark: &[u8]) -> Option<(&'a [u8], &'a [u8])> {
    let at = text.windows(mark.len()).position(|window| window == mark)?;
    Some((text.get(..at)?, text.get(at + mark.len()..)?))
}
