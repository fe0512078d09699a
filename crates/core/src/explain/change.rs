//! What happens to a text between signing and checking: each way by name, why it happens, and how to undo it.

use alipay_sign::Charset;

use super::cause::Cause;
use super::explanation::Finding;
use super::{json_text, pairs};

/// One way in which a text is changed.
pub(super) struct Change {
    pub(super) cause: Cause,
    /// What it is, after "the text that was signed differs: ".
    pub(super) what: &'static str,
    pub(super) fix: &'static str,
    /// From what arrived to what was signed; `None` where it changes nothing, or cannot have happened.
    pub(super) undo: fn(&[u8]) -> Option<Vec<u8>>,
    /// Whether it happens to a message together with others.
    pub(super) is_common: bool,
}

impl Change {
    pub(super) fn finding(&self) -> Finding {
        Finding::new(self.cause, self.what, self.fix)
    }

    /// Whether it makes one text out of the other, in either direction.
    pub(super) fn relates(&self, ours: &[u8], theirs: &[u8]) -> bool {
        (self.undo)(ours).is_some_and(|undone| undone == theirs)
            || (self.undo)(theirs).is_some_and(|undone| undone == ours)
    }
}

const CHARSET_FIX: &str = "check the bytes as they came, before any decoding; for requests put the charset into the URL \
                           and sign, send and label with the same one";

const JSON_FIX: &str = "check the very bytes that came; never parse JSON and write it again before checking";

/// The likeliest first.
pub(super) const CHANGES: &[Change] = &[
    Change {
        cause: Cause::Charset,
        what: "it was signed as UTF-8, then read as GBK: its characters are garbled",
        fix: CHARSET_FIX,
        undo: garbled_as_gbk,
        is_common: true,
    },
    Change {
        cause: Cause::Charset,
        what: "it was signed as GBK, and is UTF-8 here",
        fix: CHARSET_FIX,
        undo: to_gbk,
        is_common: true,
    },
    Change {
        cause: Cause::Charset,
        what: "it was signed as UTF-8, and is GBK here",
        fix: CHARSET_FIX,
        undo: to_utf_8,
        is_common: true,
    },
    Change {
        cause: Cause::Charset,
        what: "its bytes were read as Latin-1: its characters are garbled",
        fix: CHARSET_FIX,
        undo: garbled_as_latin_1,
        is_common: true,
    },
    Change {
        cause: Cause::HtmlEscaped,
        what: "characters were turned into HTML entities (&quot; &amp; ...) after it was signed",
        fix: "take the raw message before the framework's input filter; never escape for HTML before checking",
        undo: html_unescaped,
        is_common: true,
    },
    Change {
        cause: Cause::EscapedSlashes,
        what: "slashes are escaped (\\/) here, and were not when it was signed",
        fix: "do not rewrite slashes before checking; if it came like this, check again with \\/ replaced by /",
        undo: slashes_plain,
        is_common: true,
    },
    Change {
        cause: Cause::EscapedSlashes,
        what: "slashes were escaped (\\/) when it was signed, and are not here",
        fix: "check the raw bytes: something parsed the JSON and wrote it again without the escapes",
        undo: slashes_escaped,
        is_common: true,
    },
    Change {
        cause: Cause::TextTrimmed,
        what: "there is white space at an end that was not signed",
        fix: "keep the message exactly as it came; an editor or a log adds a line end",
        undo: trimmed,
        is_common: false,
    },
    Change {
        cause: Cause::JsonRewritten,
        what: "JSON was written again with white space that was not signed",
        fix: JSON_FIX,
        undo: json_text::compact,
        is_common: false,
    },
    Change {
        cause: Cause::JsonRewritten,
        what: "JSON was written again without the white space that was signed",
        fix: JSON_FIX,
        undo: json_text::spaced,
        is_common: false,
    },
    Change {
        cause: Cause::JsonRewritten,
        what: "JSON was written again with \\u escapes in the place of characters",
        fix: JSON_FIX,
        undo: json_text::unicode_plain,
        is_common: false,
    },
    Change {
        cause: Cause::JsonRewritten,
        what: "JSON was written again with characters in the place of \\u escapes",
        fix: JSON_FIX,
        undo: json_text::unicode_escaped,
        is_common: false,
    },
];

/// JSON that was written again in more than one way at once.
pub(super) fn rewritten() -> Finding {
    let what =
        "JSON was written again: its white space, \\u escapes and slashes are not those that were signed";
    Finding::new(Cause::JsonRewritten, what, JSON_FIX)
}

fn garbled_as_gbk(text: &[u8]) -> Option<Vec<u8>> {
    other_charset(text, &Charset::utf_8(), &Charset::gbk()).filter(|bytes| std::str::from_utf8(bytes).is_ok())
}

fn to_gbk(text: &[u8]) -> Option<Vec<u8>> {
    other_charset(text, &Charset::utf_8(), &Charset::gbk())
        .filter(|bytes| std::str::from_utf8(bytes).is_err())
}

fn to_utf_8(text: &[u8]) -> Option<Vec<u8>> {
    if std::str::from_utf8(text).is_ok() {
        return None;
    }
    other_charset(text, &Charset::gbk(), &Charset::utf_8())
}

fn other_charset(text: &[u8], from: &Charset, to: &Charset) -> Option<Vec<u8>> {
    if text.is_ascii() {
        return None;
    }
    Some(to.encode(&from.decode(text).ok()?).ok()?.into_owned())
}

fn garbled_as_latin_1(text: &[u8]) -> Option<Vec<u8>> {
    if text.is_ascii() {
        return None;
    }
    std::str::from_utf8(text).ok()?.chars().map(|character| u8::try_from(u32::from(character)).ok()).collect()
}

/// The five entities that filters write, once.
pub(super) fn html_unescaped(text: &[u8]) -> Option<Vec<u8>> {
    const ENTITIES: [(&[u8], u8); 9] = [
        (b"&amp;", b'&'),
        (b"&quot;", b'"'),
        (b"&#34;", b'"'),
        (b"&lt;", b'<'),
        (b"&gt;", b'>'),
        (b"&#39;", b'\''),
        (b"&#039;", b'\''),
        (b"&#x27;", b'\''),
        (b"&apos;", b'\''),
    ];
    let mut plain = Vec::with_capacity(text.len());
    let mut rest = text;
    while let [first, tail @ ..] = rest {
        match ENTITIES.iter().find_map(|(entity, byte)| Some((*byte, rest.strip_prefix(*entity)?))) {
            Some((byte, after)) => {
                plain.push(byte);
                rest = after;
            }
            None => {
                plain.push(*first);
                rest = tail;
            }
        }
    }
    (plain.len() < text.len()).then_some(plain)
}

fn slashes_plain(text: &[u8]) -> Option<Vec<u8>> {
    replaced(text, b"\\/", b"/")
}

pub(super) fn slashes_escaped(text: &[u8]) -> Option<Vec<u8>> {
    // Only JSON has such escapes; an address alone is never written so.
    let is_json =
        matches!(text.first(), Some(b'{' | b'[' | b'"')) || super::difference::find(text, b"\":").is_some();
    let plain = replaced(text, b"\\/", b"/").unwrap_or_else(|| text.to_vec());
    replaced(&plain, b"/", b"\\/").filter(|escaped| is_json && escaped != text)
}

fn trimmed(text: &[u8]) -> Option<Vec<u8>> {
    let trimmed = text.trim_ascii();
    let trimmed = trimmed.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(trimmed);
    (trimmed.len() < text.len()).then(|| trimmed.to_vec())
}

/// All occurrences replaced; `None` where there is none.
pub(super) fn replaced(text: &[u8], from: &[u8], to: &[u8]) -> Option<Vec<u8>> {
    let mut changed = Vec::with_capacity(text.len());
    let mut rest = text;
    let mut any = false;
    while let [first, tail @ ..] = rest {
        if let Some(after) = rest.strip_prefix(from) {
            changed.extend_from_slice(to);
            rest = after;
            any = true;
        } else {
            changed.push(*first);
            rest = tail;
        }
    }
    any.then_some(changed)
}

/// Spaces as plus signs, but for the one space of a time of day.
pub(super) fn spaces_to_plus(value: &[u8]) -> Option<Vec<u8>> {
    if is_time(value) { None } else { replaced(value, b" ", b"+") }
}

/// Decoded once more, with `+` as itself or as a space.
pub(super) fn decoded_again(value: &[u8]) -> Option<Vec<u8>> {
    pairs::has_escapes(value).then(|| pairs::decode(value))
}

/// `yyyy-MM-dd HH:mm:ss`, whose space is its own.
fn is_time(value: &[u8]) -> bool {
    matches!(value, [date @ .., b' ', h1, h2, b':', m1, m2, b':', s1, s2]
        if date.len() == 10 && [h1, h2, m1, m2, s1, s2].iter().all(|byte| byte.is_ascii_digit()))
}
