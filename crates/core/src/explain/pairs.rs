//! A form with its values as they stand and decoded: what a sender signed may be either.

use alipay_sign::{Empties, MAX_FORM_BYTES, MAX_FORM_PAIRS, canonical_bytes};

/// One parameter.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Pair {
    pub(super) name: Vec<u8>,
    /// As it stands in the form.
    pub(super) raw: Vec<u8>,
    /// Percent-decoded once, `+` as a space.
    pub(super) value: Vec<u8>,
}

/// Takes a form apart; repeated names stay. `None` where it is longer than any message.
pub(super) fn split(form: &[u8]) -> Option<Vec<Pair>> {
    if form.len() > MAX_FORM_BYTES {
        return None;
    }
    let pieces = form.split(|byte| *byte == b'&').filter(|piece| !piece.is_empty());
    let pairs: Vec<_> = pieces
        .take(MAX_FORM_PAIRS + 1)
        .map(|piece| {
            let mut halves = piece.splitn(2, |byte| *byte == b'=');
            let name = decode(halves.next().unwrap_or_default());
            let raw = halves.next().unwrap_or_default().to_vec();
            Pair { name, value: decode(&raw), raw }
        })
        .collect();
    (pairs.len() <= MAX_FORM_PAIRS).then_some(pairs)
}

/// Percent-decoded once, `+` as a space.
pub(super) fn decode(raw: &[u8]) -> Vec<u8> {
    percent_decode(raw, b' ')
}

/// Percent-decoded once; `plus` is what a `+` stands for.
pub(super) fn percent_decode(raw: &[u8], plus: u8) -> Vec<u8> {
    let mut decoded = Vec::with_capacity(raw.len());
    let mut rest = raw;
    while let [first, tail @ ..] = rest {
        let (byte, after) = match rest {
            [b'%', high, low, after @ ..] => match (digit(*high), digit(*low)) {
                (Some(high), Some(low)) => (high << 4 | low, after),
                _ => (b'%', tail),
            },
            _ => (if *first == b'+' { plus } else { *first }, tail),
        };
        decoded.push(byte);
        rest = after;
    }
    decoded
}

/// Whether there is something to decode.
pub(super) fn has_escapes(text: &[u8]) -> bool {
    text.windows(3)
        .any(|window| matches!(window, [b'%', high, low] if digit(*high).is_some() && digit(*low).is_some()))
}

/// The value of a parameter, decoded.
pub(super) fn value<'a>(pairs: &'a [Pair], name: &str) -> Option<&'a [u8]> {
    pairs.iter().find(|pair| pair.name == name.as_bytes()).map(|pair| pair.value.as_slice())
}

/// As [`value`], where it is text and not empty.
pub(super) fn text<'a>(pairs: &'a [Pair], name: &str) -> Option<&'a str> {
    value(pairs, name).and_then(|value| std::str::from_utf8(value).ok()).filter(|text| !text.is_empty())
}

/// The first name that stands there twice.
pub(super) fn repeated(pairs: &[Pair]) -> Option<&[u8]> {
    let mut names: Vec<&[u8]> = pairs.iter().map(|pair| pair.name.as_slice()).collect();
    names.sort_unstable();
    names.array_windows().find(|[first, second]| first == second).map(|[name, _]| *name)
}

/// The text to sign of all parameters but `without`.
pub(super) fn canonical(pairs: &[Pair], without: &[&str], empties: Empties) -> Vec<u8> {
    let covered: Vec<(&[u8], &[u8])> = pairs
        .iter()
        .filter(|pair| !without.iter().any(|name| name.as_bytes() == pair.name))
        .map(|pair| (pair.name.as_slice(), pair.value.as_slice()))
        .collect();
    canonical_bytes(&covered, empties)
}

const fn digit(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        b'A'..=b'F' => Some(byte - b'A' + 10),
        _ => None,
    }
}
