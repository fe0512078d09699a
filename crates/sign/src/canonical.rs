//! The text that is signed: sorted `name=value` pairs. One rule for requests, one for messages that were
//! received.

use crate::{Charset, EncodeError};

/// The bytes to sign for a v2 request (protocol-v2 §2).
///
/// Sorted by name (byte order), blank names and values dropped, raw values, `name=value` joined with `&`, in
/// `charset`. A parameter called `sign` is never part of it; files must not be in `params`. Nothing is
/// trimmed.
///
/// # Errors
/// [`EncodeError`] names the parameter and the character that `charset` does not have.
///
/// ```
/// use alipay_sign::{Charset, canonical};
///
/// let params = [("b", " x&y "), ("a1", "0"), ("a", "1"), ("A", "2"), ("empty", " ")];
/// assert_eq!(canonical(&params, &Charset::utf_8())?, b"A=2&a=1&a1=0&b= x&y ");
/// # Ok::<(), alipay_sign::EncodeError>(())
/// ```
pub fn canonical<N, V>(params: &[(N, V)], charset: &Charset) -> Result<Vec<u8>, EncodeError>
where
    N: AsRef<str>,
    V: AsRef<str>,
{
    let mut pairs: Vec<(&str, &str)> = params
        .iter()
        .map(|(name, value)| (name.as_ref(), value.as_ref()))
        .filter(|(name, value)| *name != "sign" && !is_blank(name) && !is_blank(value))
        .collect();
    // By name alone: a rendered "a1=" would sort before "a=".
    pairs.sort_by_key(|(name, _)| *name);
    let mut out = Vec::new();
    for (name, value) in pairs {
        let in_parameter = |error: EncodeError| error.in_parameter(name);
        push(
            &mut out,
            &charset.encode(name).map_err(in_parameter)?,
            &charset.encode(value).map_err(in_parameter)?,
        );
    }
    Ok(out)
}

/// What happens to pairs whose value is blank in [`canonical_bytes`]; senders disagree (protocol-v2 §9.3).
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Empties {
    /// Left out. They are then not covered by the signature and must not be believed.
    Drop,
    /// Kept, as `name=`.
    Keep,
}

/// The bytes to check for a message that was received, from pairs that are already percent-decoded.
///
/// Sorted by name, `name=value` joined with `&`. Every pair given takes part, save for blank ones under
/// [`Empties::Drop`]: taking out `sign` (and `sign_type`) is the caller's, since the rules differ
/// (protocol-v2 §9.3). The join can be read in more than one way when a value contains `&`; callers must
/// refuse repeated names.
///
/// ```
/// use alipay_sign::{Empties, canonical_bytes};
///
/// let pairs = [("b", ""), ("a", "1")];
/// assert_eq!(canonical_bytes(&pairs, Empties::Drop), b"a=1");
/// assert_eq!(canonical_bytes(&pairs, Empties::Keep), b"a=1&b=");
/// ```
#[must_use]
pub fn canonical_bytes<N, V>(pairs: &[(N, V)], empties: Empties) -> Vec<u8>
where
    N: AsRef<[u8]>,
    V: AsRef<[u8]>,
{
    let mut pairs: Vec<(&[u8], &[u8])> = pairs.iter().map(|(n, v)| (n.as_ref(), v.as_ref())).collect();
    pairs.sort_by_key(|(name, _)| *name);
    join(&pairs, empties)
}

/// Whether a text is empty or only white space, so that it is neither signed nor sent (protocol-v2 §2.2).
///
/// ```
/// use alipay_sign::is_blank;
/// assert!(is_blank("") && is_blank(" \t\u{3000}") && !is_blank("0"));
/// ```
#[must_use]
pub fn is_blank(text: &str) -> bool {
    text.chars().all(|c| c.is_whitespace() || is_separator(u32::from(c)))
}

/// The pairs in the order given.
pub(crate) fn join(pairs: &[(&[u8], &[u8])], empties: Empties) -> Vec<u8> {
    let mut out = Vec::new();
    for (name, value) in pairs {
        let blank = is_blank_bytes(name) || is_blank_bytes(value);
        if empties == Empties::Keep || !blank {
            push(&mut out, name, value);
        }
    }
    out
}

/// [`is_blank`] for bytes in any charset of the gateway: they all agree on ASCII. Wider spaces count as text, since
/// bytes alone do not tell them.
///
/// ```
/// use alipay_sign::is_blank_bytes;
/// assert!(is_blank_bytes(b"") && is_blank_bytes(b" \x0b\x1f") && !is_blank_bytes(b"0"));
/// ```
#[must_use]
pub fn is_blank_bytes(bytes: &[u8]) -> bool {
    bytes.iter().all(|byte| matches!(byte, b'\t'..=b'\r' | b' ') || is_separator(u32::from(*byte)))
}

fn push(out: &mut Vec<u8>, name: &[u8], value: &[u8]) {
    if !out.is_empty() {
        out.push(b'&');
    }
    out.extend_from_slice(name);
    out.push(b'=');
    out.extend_from_slice(value);
}

/// The file, group, record and unit separators: white space for Java, and thus for the gateway, but not for
/// Rust.
const fn is_separator(code: u32) -> bool {
    matches!(code, 0x1c..=0x1f)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_sort_by_bytes_and_not_by_rendered_pairs() {
        let params = [("a1", "x"), ("a", "x"), ("_", "x"), ("A", "x"), ("1", "x")];
        assert_eq!(canonical(&params, &Charset::utf_8()).unwrap(), b"1=x&A=x&_=x&a=x&a1=x");
    }

    #[test]
    fn blank_names_and_values_are_not_signed_but_zero_is() {
        let params = [
            ("z", "0"),
            ("e", ""),
            ("b", " \t\r\n"),
            ("", "v"),
            (" ", "v"),
            ("sign", "old"),
            ("u", "\u{3000}"),
        ];
        assert_eq!(canonical(&params, &Charset::utf_8()).unwrap(), b"z=0");
    }

    #[test]
    fn owned_strings_are_accepted_and_values_stay_raw() {
        let params = vec![("k".to_owned(), " @a=b&c%/\"\n优 ".to_owned())];
        assert_eq!(canonical(&params, &Charset::utf_8()).unwrap(), "k= @a=b&c%/\"\n优 ".as_bytes());
    }

    #[test]
    fn an_unmappable_character_names_its_parameter() {
        let error = canonical(&[("memo", "ok🎁")], &Charset::gbk()).unwrap_err();
        assert_eq!(error.parameter(), Some("memo"));
        assert_eq!(
            error.to_string(),
            "parameter memo: '🎁' (U+1F381, character 3) does not exist in GBK: use UTF-8 or drop it"
        );
    }
}
