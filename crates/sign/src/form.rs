//! Form-encoded text (`a=1&b=2`) as bytes, because charset and signature are only known after it is taken
//! apart.

use std::borrow::Cow;
use std::collections::HashSet;
use std::error::Error;
use std::fmt;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode};

/// Longest text that [`parse_form`] takes apart, in bytes.
pub const MAX_FORM_BYTES: usize = 1 << 20;

/// Most pairs that [`parse_form`] accepts.
pub const MAX_FORM_PAIRS: usize = 512;

/// A name and its value, percent-decoded, in a charset that is not known yet.
pub type FormPair = (Vec<u8>, Vec<u8>);

const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Percent-encodes all but `A-Z a-z 0-9 - . _ ~`, with upper-case digits; a space is `%20` (protocol-v2
/// §1.4).
///
/// ```
/// assert_eq!(alipay_sign::percent_encode(b"a+b /=\xcb~"), "a%2Bb%20%2F%3D%CB~");
/// ```
#[must_use]
pub fn percent_encode(bytes: &[u8]) -> String {
    percent_encoding::percent_encode(bytes, RESERVED).to_string()
}

/// Takes a form body or a query apart into pairs of raw bytes, in order (protocol-v2 §9.2).
///
/// Splits at `&`, then at the first `=`; `+` is a space; percent-escapes are decoded once, and a `%` that
/// starts none stands for itself. A pair without `=` has an empty value; empty pieces (`&&`) are skipped.
///
/// # Errors
/// [`FormError`] for a repeated name (two readers could believe different values), more than
/// [`MAX_FORM_PAIRS`] pairs, or more than [`MAX_FORM_BYTES`] bytes.
///
/// ```
/// let pairs = alipay_sign::parse_form(b"subject=a+b%26c&gbk=%CB%C4")?;
/// assert_eq!(pairs[0], (b"subject".to_vec(), b"a b&c".to_vec()));
/// assert_eq!(pairs[1].1, [0xcb, 0xc4]);
/// # Ok::<(), alipay_sign::FormError>(())
/// ```
pub fn parse_form(text: &[u8]) -> Result<Vec<FormPair>, FormError> {
    let mut pairs: Vec<FormPair> = Vec::new();
    let mut names = HashSet::new();
    for (name, value) in split(text)? {
        let name = decode(name);
        if !names.insert(name.clone()) {
            return Err(FormError::RepeatedName { name: show(&name) });
        }
        pairs.push((name.into_owned(), decode(value).into_owned()));
    }
    Ok(pairs)
}

/// The query of a URL: what stands after the first `?` and before `#`. A query alone is taken as it is, also with a `?`
/// in a value.
///
/// ```
/// use alipay_sign::query_of;
///
/// assert_eq!(query_of("https://m.example.com/use?a=1&b=2#top"), "a=1&b=2");
/// assert_eq!(query_of("next=/a?b=1&c=2"), "next=/a?b=1&c=2");
/// assert_eq!(query_of("https://m.example.com/use"), "");
/// ```
#[must_use]
pub fn query_of(url_or_query: &str) -> &str {
    // Cut at ASCII, text stays text.
    std::str::from_utf8(query_of_bytes(url_or_query.as_bytes())).unwrap_or_default()
}

/// As [`query_of`], of bytes whose charset is not known.
///
/// ```
/// assert_eq!(alipay_sign::query_of_bytes(b"/use?a=\xcb\xc4#top"), b"a=\xcb\xc4");
/// ```
#[must_use]
pub fn query_of_bytes(url_or_query: &[u8]) -> &[u8] {
    let whole = url_or_query.trim_ascii().split(|byte| *byte == b'#').next().unwrap_or_default();
    let head = whole.split(|byte| matches!(byte, b'=' | b'&')).next().unwrap_or_default();
    let is_url = head.starts_with(b"/") || head.windows(3).any(|part| part == b"://");
    let mut halves = whole.splitn(2, |byte| *byte == b'?').skip(1);
    match halves.next() {
        Some(query) if is_url || head.contains(&b'?') => query,
        _ if is_url => &[],
        _ => whole,
    }
}

/// A form that is not taken apart.
#[non_exhaustive]
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum FormError {
    /// A name occurs twice. Refuse the message: no sender of ours repeats names.
    RepeatedName {
        /// The name; bytes outside ASCII are escaped.
        name: String,
    },
    /// The text is too long.
    TooLong {
        /// Its length in bytes.
        bytes: usize,
    },
    /// There are too many pairs.
    TooManyPairs,
}

impl fmt::Display for FormError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::RepeatedName { name } => write!(f, "the parameter {name} occurs more than once"),
            Self::TooLong { bytes } => write!(f, "the form has {bytes} bytes, the limit is {MAX_FORM_BYTES}"),
            Self::TooManyPairs => write!(f, "the form has more than {MAX_FORM_PAIRS} parameters"),
        }
    }
}

impl Error for FormError {}

/// A name and its value as they stand.
type RawPair<'a> = (&'a [u8], &'a [u8]);

/// The pairs as they stand, still encoded, within the limits.
pub(crate) fn split(text: &[u8]) -> Result<Vec<RawPair<'_>>, FormError> {
    if text.len() > MAX_FORM_BYTES {
        return Err(FormError::TooLong { bytes: text.len() });
    }
    let pairs: Vec<_> = text
        .split(|byte| *byte == b'&')
        .filter(|piece| !piece.is_empty())
        .take(MAX_FORM_PAIRS + 1)
        .map(|piece| {
            let mut halves = piece.splitn(2, |byte| *byte == b'=');
            (halves.next().unwrap_or_default(), halves.next().unwrap_or_default())
        })
        .collect();
    if pairs.len() > MAX_FORM_PAIRS { Err(FormError::TooManyPairs) } else { Ok(pairs) }
}

/// One name or value, `+` as space and percent-escapes decoded.
pub(crate) fn decode(raw: &[u8]) -> Cow<'_, [u8]> {
    if !raw.contains(&b'+') {
        return Cow::from(percent_decode(raw));
    }
    let spaced: Vec<u8> = raw.iter().map(|byte| if *byte == b'+' { b' ' } else { *byte }).collect();
    Cow::Owned(percent_decode(&spaced).collect())
}

/// A name for a message: printable, and no longer than a name should be.
pub(crate) fn show(name: &[u8]) -> String {
    name.iter().take(64).copied().flat_map(std::ascii::escape_default).map(char::from).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(form: &str) -> Vec<(String, String)> {
        let text = |bytes| String::from_utf8(bytes).unwrap();
        parse_form(form.as_bytes()).unwrap().into_iter().map(|(n, v)| (text(n), text(v))).collect()
    }

    #[test]
    fn forms_are_decoded_exactly_once() {
        let expected =
            [("a", "%2B+ &="), ("b", "x=y"), ("c", ""), ("d", ""), ("", "e"), ("f", "100%"), ("g", "%zz")];
        let expected = expected.map(|(n, v)| (n.to_owned(), v.to_owned()));
        assert_eq!(texts("a=%252B%2B+%26%3D&b=x=y&c=&&d&=e&f=100%&g=%zz&"), expected);
        assert!(texts("").is_empty());
    }

    #[test]
    fn a_repeated_name_is_refused_even_when_escaped() {
        let error = parse_form(b"sign=1&a=2&%73ign=3").unwrap_err();
        assert_eq!(error.to_string(), "the parameter sign occurs more than once");
    }

    #[test]
    fn forms_are_bounded() {
        let many: String = (0..=MAX_FORM_PAIRS).map(|i| format!("{i}=&")).collect();
        assert_eq!(parse_form(many.as_bytes()), Err(FormError::TooManyPairs));
        assert!(parse_form(&many.as_bytes()[3..]).is_ok());
        assert_eq!(
            parse_form(&vec![b'a'; MAX_FORM_BYTES + 1]),
            Err(FormError::TooLong { bytes: MAX_FORM_BYTES + 1 })
        );
    }
}
