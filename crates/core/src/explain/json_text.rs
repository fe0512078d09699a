//! JSON as text: the ways in which one JSON document is written, for a signature covers the writing.

use super::change::{replaced, slashes_escaped};

/// Without white space between the parts. `None` where that changes nothing.
pub(super) fn compact(text: &[u8]) -> Option<Vec<u8>> {
    changed(
        text,
        rewrite(text, |byte, out| {
            if !byte.is_ascii_whitespace() {
                out.push(byte);
            }
        }),
    )
}

/// With a space after `,` and `:`, as Python writes it.
pub(super) fn spaced(text: &[u8]) -> Option<Vec<u8>> {
    changed(
        text,
        rewrite(&compact(text).unwrap_or_else(|| text.to_vec()), |byte, out| {
            out.push(byte);
            if matches!(byte, b',' | b':') {
                out.push(b' ');
            }
        }),
    )
}

/// With characters in the place of `\uXXXX`, for all outside ASCII.
pub(super) fn unicode_plain(text: &[u8]) -> Option<Vec<u8>> {
    let text = std::str::from_utf8(text).ok().filter(|text| is_json(text.as_bytes()))?;
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("\\u") {
        let (before, escape) = rest.split_at(at);
        plain.push_str(before);
        let mut units = Vec::new();
        let mut after = escape;
        while let Some(unit) = after.strip_prefix("\\u").and_then(|digits| digits.get(..4)) {
            let Ok(unit) = u16::from_str_radix(unit, 16) else { break };
            units.push(unit);
            after = after.get(6..).unwrap_or_default();
        }
        match String::from_utf16(&units) {
            Ok(characters) if !units.is_empty() && !characters.is_ascii() => plain.push_str(&characters),
            _ => {
                let taken = escape.len() - after.len();
                plain.push_str(escape.get(..taken.max(2))?);
                after = escape.get(taken.max(2)..)?;
            }
        }
        rest = after;
    }
    plain.push_str(rest);
    changed(text.as_bytes(), Some(plain.into_bytes()))
}

/// With `\uXXXX` in the place of all characters outside ASCII.
pub(super) fn unicode_escaped(text: &[u8]) -> Option<Vec<u8>> {
    let text = std::str::from_utf8(text).ok().filter(|text| is_json(text.as_bytes()))?;
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        if character.is_ascii() {
            escaped.push(character);
        } else {
            escaped.extend(character.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\u{unit:04x}")));
        }
    }
    changed(text.as_bytes(), Some(escaped.into_bytes()))
}

/// How many ways [`written`] knows.
pub(super) const WAYS: usize = 27;

/// A document with its white space, its `\u` escapes and its slashes each as they are, plain or in full. `None` where
/// that changes nothing.
pub(super) fn written(text: &[u8], way: usize) -> Option<Vec<u8>> {
    type Write = fn(&[u8]) -> Option<Vec<u8>>;
    const SPACES: [Write; 2] = [compact, spaced];
    const CHARACTERS: [Write; 2] = [unicode_plain, unicode_escaped];
    const SLASHES: [Write; 2] = [|text| replaced(text, b"\\/", b"/"), slashes_escaped];
    if !is_json(text) {
        return None;
    }
    let mut written = text.to_vec();
    for (writes, way) in [(SPACES, way), (CHARACTERS, way / 3), (SLASHES, way / 9)] {
        let write = writes.get((way % 3).wrapping_sub(1));
        written = write.and_then(|write| write(&written)).unwrap_or(written);
    }
    changed(text, Some(written))
}

/// Hands every byte that stands outside a string to `write`; strings stay. `None` for what does not look like JSON.
fn rewrite(text: &[u8], write: impl Fn(u8, &mut Vec<u8>)) -> Option<Vec<u8>> {
    if !is_json(text) {
        return None;
    }
    let mut out = Vec::with_capacity(text.len());
    let (mut inside, mut escaped) = (false, false);
    for byte in text {
        if inside || *byte == b'"' {
            out.push(*byte);
        } else {
            write(*byte, &mut out);
        }
        inside = if *byte == b'"' && !escaped { !inside } else { inside };
        escaped = inside && *byte == b'\\' && !escaped;
    }
    Some(out)
}

/// Whether a text looks like an object or a list in JSON.
pub(super) fn is_json(text: &[u8]) -> bool {
    matches!(text.trim_ascii_start().first(), Some(b'{' | b'['))
}

fn changed(before: &[u8], after: Option<Vec<u8>>) -> Option<Vec<u8>> {
    after.filter(|after| after != before)
}
