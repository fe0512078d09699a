//! The JSON object in an answer, whatever is wrong with its texts.
//!
//! Gateways answer some failures in another charset than was asked for, and cut texts inside a character
//! (protocol-v2 §1.5). A text that cannot be read must hide neither an error code nor a payment that succeeded. This
//! comes after the signature was looked at: what is mended here was already decided to be Alipay's, or not.

use std::str::Chars;

use alipay_sign::Charset;
use serde_json::{Map, Value};

/// The object in `bytes` of v2, which may be written in the charset that was `asked` for, in the one that is announced,
/// or in neither.
pub(crate) fn of_gateway(
    bytes: &[u8],
    asked: &Charset,
    content_type: Option<&str>,
) -> Option<Map<String, Value>> {
    let announced = content_type.and_then(announced_charset);
    let mut charsets = vec![asked.clone()];
    for charset in announced.into_iter().chain([Charset::utf_8(), Charset::gbk()]) {
        if !charsets.contains(&charset) {
            charsets.push(charset);
        }
    }
    object(bytes, &charsets)
}

/// The object in `bytes` of v3, which is UTF-8: where a text in it is cut, GBK would read the others wrong without a
/// sign of it. Only what is no object in UTF-8 is taken for GBK.
pub(crate) fn of_rest(bytes: &[u8]) -> Option<Map<String, Value>> {
    object(bytes, &[Charset::utf_8()]).or_else(|| object(bytes, &[Charset::gbk()]))
}

/// The members of the object in `bytes`: as they stand in the first of `charsets` that reads it, or where that is no
/// JSON with the broken texts mended. `None` where it is no object even so.
fn object(bytes: &[u8], charsets: &[Charset]) -> Option<Map<String, Value>> {
    let exact = charsets.iter().filter_map(|charset| charset.decode(bytes).ok());
    exact.into_iter().find_map(|text| parse(&text)).or_else(|| {
        let mut readings: Vec<_> = charsets.iter().map(|charset| charset.decode_lossy(bytes)).collect();
        // In the right charset the fewest characters are broken.
        readings.sort_by_key(|text| text.matches(char::REPLACEMENT_CHARACTER).count());
        readings.iter().find_map(|text| parse(text))
    })
}

/// The charset that a `Content-Type` header names, where it is one of ours.
pub(crate) fn announced_charset(content_type: &str) -> Option<Charset> {
    let label = content_type.split(';').find_map(|part| part.trim().strip_prefix("charset="))?;
    Charset::parse(label.trim_matches('"')).ok()
}

fn parse(text: &str) -> Option<Map<String, Value>> {
    serde_json::from_str(text).or_else(|_| serde_json::from_str(&mended(text))).ok()
}

/// The same with control characters in strings escaped, and halves of surrogate pairs replaced.
fn mended(text: &str) -> String {
    let mut mended = String::with_capacity(text.len());
    let mut rest = text.chars();
    let mut in_string = false;
    while let Some(character) = rest.next() {
        match character {
            '\\' if in_string => escape(&mut rest, &mut mended),
            '\0'..'\u{20}' if in_string => mended.push_str(&format!("\\u{:04x}", u32::from(character))),
            _ => {
                in_string ^= character == '"';
                mended.push(character);
            }
        }
    }
    mended
}

/// Passes over one escape, whose backslash has been read.
fn escape(rest: &mut Chars<'_>, mended: &mut String) {
    let text = rest.as_str();
    let second = text.get(5..).and_then(|rest| rest.strip_prefix('\\')).and_then(unit);
    let length = match (unit(text), second) {
        (Some(0xd800..=0xdbff), Some(0xdc00..=0xdfff)) => 11,
        (Some(0xd800..=0xdfff), _) => {
            mended.push(char::REPLACEMENT_CHARACTER);
            rest.by_ref().take(5).for_each(drop);
            return;
        }
        _ => 1,
    };
    mended.push('\\');
    mended.extend(rest.by_ref().take(length));
}

/// The UTF-16 unit of an escape, after its backslash.
fn unit(escape: &str) -> Option<u16> {
    u16::from_str_radix(escape.strip_prefix('u')?.get(..4)?, 16).ok()
}
