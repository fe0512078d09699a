//! From the text of one or many certificates to the DER bytes of each.

use zeroize::Zeroizing;

use super::CertError;
use crate::key::text::{decode, split_at, to_der};

/// More than any bundle of certificates has; Alipay's root file has 5 KB.
pub(super) const MAX_BYTES: usize = 1 << 20;

/// The DER bytes of every PEM block, in order, or of the one certificate in bare base64 or DER.
///
/// Zeroized, for what is pasted here by mistake may be a private key.
pub(super) fn blocks(input: &[u8]) -> Result<Vec<Zeroizing<Vec<u8>>>, CertError> {
    if input.len() > MAX_BYTES {
        return Err(CertError::TooLong { bytes: input.len() });
    }
    let is_der = matches!(input, [0x30, 0x80..=0xff, ..]);
    let mut rest = if is_der { None } else { after_begin(input) };
    if rest.is_none() {
        let der = to_der(input).map_err(|error| CertError::from_key_error(error, 1))?;
        return Ok(vec![der]);
    }
    let mut blocks = Vec::new();
    while let Some(block) = rest {
        let number = blocks.len() + 1;
        let body = split_at(block, b"-----").and_then(|(_label, body)| split_at(body, b"-----END"));
        let (body, after) = body.ok_or(CertError::Truncated { number })?;
        blocks.push(decode(body).map_err(|error| CertError::from_key_error(error, number))?);
        rest = after_begin(after);
    }
    Ok(blocks)
}

fn after_begin(text: &[u8]) -> Option<&[u8]> {
    Some(split_at(text, b"-----BEGIN ")?.1)
}
