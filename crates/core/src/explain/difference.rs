//! The first byte at which two texts differ, shown so that a person can read it and no token is given away.

use serde_json::{Value, json};

use crate::shown::misleads;

/// How many characters of each text are shown.
const WINDOW: usize = 40;

/// What stands in the texts under these names is never shown.
const SECRETS: [&[u8]; 8] = [
    b"app_auth_token",
    b"auth_token",
    b"access_token",
    b"refresh_token",
    b"app_refresh_token",
    b"auth_code",
    b"app_auth_code",
    b"sign",
];

/// The first difference of two texts. White space and foreign bytes are escaped, tokens masked with `*`.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Difference {
    /// The byte at which they differ, counted from 0. Up to there they are the same.
    pub offset: usize,
    /// The parameter, or the line of a v3 text, in which it stands.
    pub place: Option<String>,
    /// What stands before it.
    pub context: String,
    /// How our text goes on: the one that was checked, or the one that we signed.
    pub ours: String,
    /// How the other text goes on: the one that was signed, or the one that the gateway built.
    pub theirs: String,
}

impl Difference {
    /// `None` where they are the same.
    pub(super) fn of(ours: &[u8], theirs: &[u8]) -> Option<Self> {
        let common = ours.iter().zip(theirs).take_while(|(ours, theirs)| ours == theirs).count();
        if ours.len() == theirs.len() && common == ours.len() {
            return None;
        }
        let (shown, other) = (mask(ours), mask(theirs));
        // Not inside a character, where both texts are UTF-8.
        let start = (0..=common).rev().take(4).find(|at| [ours, theirs].iter().all(|text| begins(text, *at)));
        let start = start.unwrap_or(common);
        let before: Vec<char> = show(shown.get(..start).unwrap_or_default()).chars().collect();
        Some(Self {
            offset: common,
            place: place(ours, common).or_else(|| place(theirs, common)),
            context: before.get(before.len().saturating_sub(WINDOW)..).unwrap_or_default().iter().collect(),
            ours: window(&shown, start),
            theirs: window(&other, start),
        })
    }

    pub(super) fn to_json(&self) -> Value {
        json!({
            "offset": self.offset,
            "place": self.place,
            "context": self.context,
            "ours": self.ours,
            "theirs": self.theirs,
        })
    }
}

/// Text for people: controls and bytes that are no UTF-8 escaped, cut where it grows too long.
pub(super) fn printable(bytes: &[u8]) -> String {
    let mut shown = String::new();
    for chunk in bytes.utf8_chunks() {
        for character in chunk.valid().chars() {
            match character {
                '\n' => shown.push_str("\\n"),
                '\r' => shown.push_str("\\r"),
                '\t' => shown.push_str("\\t"),
                other if misleads(other) => shown.extend(other.escape_unicode()),
                other => shown.push(other),
            }
        }
        shown.extend(chunk.invalid().iter().map(|byte| format!("\\x{byte:02X}")));
    }
    shown
}

/// A name for people: printable and not longer than names are.
pub(super) fn name_of(bytes: &[u8]) -> String {
    printable(bytes.get(..48).unwrap_or(bytes))
}

fn window(text: &[u8], start: usize) -> String {
    let whole = show(text);
    // What stands before is written with as many characters as it is in both texts.
    let before = show(text.get(..start).unwrap_or_default()).chars().count();
    let mut after = whole.chars().skip(before);
    let mut window: String = after.by_ref().take(WINDOW).collect();
    if window.is_empty() {
        window.push_str("(the end)");
    }
    if after.next().is_some() {
        window.push('…');
    }
    window
}

/// A text for people; where it is no UTF-8, byte by byte, for GBK can look like it here and there.
fn show(text: &[u8]) -> String {
    match std::str::from_utf8(text) {
        Ok(_) => printable(text),
        Err(_) => text.chunk_by(|left, right| left.is_ascii() == right.is_ascii()).fold(
            String::new(),
            |shown, chunk| {
                if chunk.is_ascii() {
                    return shown + &printable(chunk);
                }
                chunk.iter().fold(shown, |shown, byte| shown + &format!("\\x{byte:02X}"))
            },
        ),
    }
}

/// Whether a character of UTF-8 begins at `at`, or the text ends there.
fn begins(text: &[u8], at: usize) -> bool {
    text.get(at).is_none_or(|byte| byte & 0xC0 != 0x80)
}

/// The name of the parameter around `at`; the line, where the text is one of v3.
fn place(text: &[u8], at: usize) -> Option<String> {
    let before = text.get(..at)?;
    if is_rest(text) {
        const LINES: [&str; 5] = [
            "line 1 (authorization)",
            "line 2 (verb)",
            "line 3 (path and query)",
            "line 4 (body)",
            "line 5 (token)",
        ];
        let line = before.iter().filter(|byte| **byte == b'\n').count();
        return LINES.get(line).map(|line| (*line).to_owned());
    }
    let start = before.iter().rposition(|byte| *byte == b'&').map_or(0, |and| and + 1);
    let name = text.get(start..)?.split(|byte| *byte == b'=').next()?;
    let plain = name.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
    (plain && !name.is_empty() && name.len() <= 48).then(|| name_of(name))
}

/// Whether it is the text of a v3 request.
pub(super) fn is_rest(text: &[u8]) -> bool {
    text.split(|byte| *byte == b'\n').nth(2).is_some_and(|target| target.starts_with(b"/"))
}

/// The same text, of the same length, with `*` in the place of tokens.
fn mask(text: &[u8]) -> Vec<u8> {
    let mut masked = text.to_vec();
    for secret in SECRETS {
        let mut from = 0;
        while let Some(found) = text.get(from..).and_then(|rest| find(rest, secret)) {
            let start = from + found;
            from = start + secret.len();
            let alone = start == 0
                || text.get(start - 1).is_none_or(|byte| !byte.is_ascii_alphabetic() && *byte != b'_');
            if alone {
                hide(&mut masked, from);
            }
        }
    }
    if is_rest(text) {
        let lines: Vec<_> = text.split(|byte| *byte == b'\n').collect();
        if let [.., token, b""] = lines.as_slice()
            && lines.len() > 5
        {
            let end = text.len() - 1;
            masked.iter_mut().take(end).skip(end - token.len()).for_each(|byte| *byte = b'*');
        }
    }
    masked
}

/// Masks the value that follows a name, in whatever form it was captured: `name=value`, JSON, percent-encoded.
fn hide(text: &mut [u8], from: usize) {
    let rest = text.get_mut(from..).unwrap_or_default();
    if rest.first().is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_') {
        return;
    }
    let mut at = 0;
    loop {
        match rest.get(at..).unwrap_or_default() {
            [b'=' | b'"' | b':' | b'\\' | b' ', ..] => at += 1,
            [b'%', b'2' | b'3' | b'5', b'0' | b'2' | b'A' | b'a' | b'C' | b'c' | b'D' | b'd', ..] => at += 3,
            [b'&', b'q', b'u', b'o', b't', b';', ..] => at += 6,
            _ => break,
        }
    }
    let value = rest.iter_mut().skip(at);
    value
        .take_while(|byte| !matches!(byte, b'&' | b'"' | b'\\' | b',' | b'}' | b'\n'))
        .for_each(|byte| *byte = b'*');
}

/// Where `needle` begins in `hay`.
pub(super) fn find(hay: &[u8], needle: &[u8]) -> Option<usize> {
    hay.windows(needle.len()).position(|window| window == needle)
}
