//! Distinguished names as text. Alipay's serial numbers hash this text, so every character of it counts.

use std::fmt::Write as _;

use der::asn1::{AnyRef, BmpString, ObjectIdentifier};
use der::{Encode as _, Tag, Tagged as _};

use crate::key::asn1::{children, elements};

const COMMON_NAME: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.3");

/// The attributes that have a name in RFC 2253; others are written by number.
const KEYWORDS: [(ObjectIdentifier, &str); 9] = [
    (COMMON_NAME, "CN"),
    (ObjectIdentifier::new_unwrap("2.5.4.6"), "C"),
    (ObjectIdentifier::new_unwrap("2.5.4.7"), "L"),
    (ObjectIdentifier::new_unwrap("2.5.4.8"), "ST"),
    (ObjectIdentifier::new_unwrap("2.5.4.9"), "STREET"),
    (ObjectIdentifier::new_unwrap("2.5.4.10"), "O"),
    (ObjectIdentifier::new_unwrap("2.5.4.11"), "OU"),
    (ObjectIdentifier::new_unwrap("0.9.2342.19200300.100.1.25"), "DC"),
    (ObjectIdentifier::new_unwrap("0.9.2342.19200300.100.1.1"), "UID"),
];

/// A distinguished name.
pub(super) struct Name {
    /// As RFC 2253 writes it, the most specific part first.
    pub(super) text: String,
    /// The most specific common name, without escapes.
    pub(super) common_name: Option<String>,
}

impl Name {
    pub(super) fn read(name: AnyRef<'_>) -> der::Result<Self> {
        let mut parts = Vec::new();
        let mut common_name = None;
        for part in children(name)? {
            part.tag().assert_eq(Tag::Set)?;
            let mut attributes = Vec::new();
            for attribute in elements(part.value())? {
                let [kind, value] =
                    children(attribute)?.try_into().map_err(|_| Tag::Sequence.value_error())?;
                let kind = kind.decode_as::<ObjectIdentifier>()?;
                if kind == COMMON_NAME {
                    common_name = plain_text(value);
                }
                attributes.push(attribute_text(kind, value)?);
            }
            parts.push(attributes.join("+"));
        }
        parts.reverse();
        Ok(Self { text: parts.join(","), common_name })
    }
}

fn attribute_text(kind: ObjectIdentifier, value: AnyRef<'_>) -> der::Result<String> {
    let keyword = KEYWORDS.iter().find(|(known, _)| *known == kind);
    match keyword {
        Some((_, keyword)) if is_text(value) => {
            // Java reads every kind of string as UTF-8, double-byte ones too, and Alipay's numbers follow it.
            Ok(format!("{keyword}={}", escape(&String::from_utf8_lossy(value.value()))))
        }
        Some((_, keyword)) => Ok(format!("{keyword}={}", hex(value)?)),
        None => Ok(format!("{kind}={}", hex(value)?)),
    }
}

fn is_text(value: AnyRef<'_>) -> bool {
    matches!(
        value.tag(),
        Tag::BmpString | Tag::Ia5String | Tag::PrintableString | Tag::TeletexString | Tag::Utf8String
    )
}

/// Escapes as `X500Principal.getName()` does: more than RFC 2253 demands (`=`, and `#` anywhere).
fn escape(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    let is_margin = |character| matches!(character, ' ' | '\r');
    let inner = value.trim_start_matches(is_margin);
    let leading = value.len() - inner.len();
    let end = leading + inner.trim_end_matches(is_margin).len();
    for (index, character) in value.char_indices() {
        match character {
            '\0' => text.push_str("\\00"),
            ',' | '=' | '+' | '<' | '>' | '#' | ';' | '"' | '\\' => text.extend(['\\', character]),
            _ if index < leading || index >= end => text.extend(['\\', character]),
            _ => text.push(character),
        }
    }
    text
}

fn hex(value: AnyRef<'_>) -> der::Result<String> {
    let mut text = String::from("#");
    for byte in value.to_der()? {
        let _ = write!(text, "{byte:02x}");
    }
    Ok(text)
}

/// What a person would read, as far as the encoding is sure.
fn plain_text(value: AnyRef<'_>) -> Option<String> {
    match value.tag() {
        Tag::BmpString => Some(BmpString::from_ucs2(value.value()).ok()?.chars().collect()),
        Tag::Ia5String | Tag::PrintableString | Tag::Utf8String => {
            String::from_utf8(value.value().to_vec()).ok()
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::escape;

    #[test]
    fn the_characters_that_java_escapes_are_escaped() {
        for (value, expected) in [
            ("plain 中文", "plain 中文"),
            ("a=b, c+d", "a\\=b\\, c\\+d"),
            ("<\"x\\y\">;#", "\\<\\\"x\\\\y\\\"\\>\\;\\#"),
            ("  two  ", "\\ \\ two\\ \\ "),
            ("\r line\n", "\\\r\\ line\n"),
            ("   ", "\\ \\ \\ "),
            ("nul\0nul", "nul\\00nul"),
            ("", ""),
        ] {
            assert_eq!(escape(value), expected, "{value:?}");
        }
    }
}
