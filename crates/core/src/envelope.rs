//! The envelope of a v2 answer, cut into byte ranges.
//!
//! The signature covers the exact bytes of one member, so the envelope is scanned as bytes before anything is
//! parsed, decoded or believed (protocol-v2 §4.4).

use std::borrow::Cow;
use std::ops::Range;

use crate::shown::Shown;

/// An envelope has two members or three. One with more than so many is refused before they are compared with each other:
/// nobody signed it yet.
const MOST_MEMBERS: usize = 64;

/// How the refusal of a repeated member ends.
pub(crate) const TWICE: &str = "stands there twice";

/// The top-level members of a JSON object, by name and byte range of the value.
#[derive(Debug)]
pub(crate) struct Envelope<'a> {
    body: &'a [u8],
    members: Vec<(String, Range<usize>)>,
}

impl<'a> Envelope<'a> {
    /// Scans the body; `Err` says what is wrong at which byte.
    pub(crate) fn scan(body: &'a [u8]) -> Result<Self, String> {
        if std::str::from_utf8(body).is_ok() {
            return Scanner::new(body, HighBytes::Inert).envelope();
        }
        // In GBK the second byte of a character can look like a backslash or a brace. Text in UTF-8 that was cut inside
        // a character would lose such a byte that way, so the other reading is tried when the first fails.
        Scanner::new(body, HighBytes::Pairs)
            .envelope()
            .or_else(|_| Scanner::new(body, HighBytes::Inert).envelope())
    }

    /// The exact bytes of the value called `name`.
    pub(crate) fn raw(&self, name: &str) -> Option<&'a [u8]> {
        let (_, range) = self.members.iter().find(|(known, _)| known == name)?;
        self.body.get(range.clone())
    }

    /// The value called `name`, where it is a JSON string.
    pub(crate) fn text(&self, name: &str) -> Option<String> {
        serde_json::from_slice(self.raw(name)?).ok()
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.members.iter().map(|(name, _)| name.as_str())
    }
}

#[derive(Clone, Copy, PartialEq)]
enum HighBytes {
    /// A byte from 0x80 on never means anything.
    Inert,
    /// A byte from 0x81 on takes the next one with it, if that can be the second of a character: a quote cannot.
    Pairs,
}

struct Scanner<'a> {
    body: &'a [u8],
    at: usize,
    high_bytes: HighBytes,
}

impl<'a> Scanner<'a> {
    fn new(body: &'a [u8], high_bytes: HighBytes) -> Self {
        let at = if body.starts_with(b"\xEF\xBB\xBF") { 3 } else { 0 };
        Self { body, at, high_bytes }
    }

    fn envelope(mut self) -> Result<Envelope<'a>, String> {
        let mut members: Vec<(String, Range<usize>)> = Vec::new();
        self.blanks();
        self.expect(b'{')?;
        self.blanks();
        if self.peek() == Some(b'}') {
            self.at += 1;
        } else {
            loop {
                self.blanks();
                if members.len() == MOST_MEMBERS {
                    return Err(format!("it has more than {MOST_MEMBERS} members, which no envelope has"));
                }
                let name = self.name()?;
                if members.iter().any(|(known, _)| *known == name) {
                    return Err(format!("the member {} {TWICE}", Shown(&name)));
                }
                self.blanks();
                self.expect(b':')?;
                self.blanks();
                let start = self.at;
                self.value()?;
                members.push((name, start..self.at));
                self.blanks();
                match self.next() {
                    Some(b',') => {}
                    Some(b'}') => break,
                    _ => return Err(self.unexpected("`,` or `}`")),
                }
            }
        }
        self.blanks();
        match self.peek() {
            None => Ok(Envelope { body: self.body, members }),
            Some(_) => Err(format!("there is more after the end of the object, at byte {}", self.at)),
        }
    }

    fn name(&mut self) -> Result<String, String> {
        let start = self.at;
        self.string()?;
        let raw = self.body.get(start..self.at).unwrap_or_default();
        let text: Cow<'_, str> = String::from_utf8_lossy(raw);
        serde_json::from_str(&text).map_err(|_| format!("the member name at byte {start} is no JSON string"))
    }

    /// Passes over one value: by its structure only, whatever it says.
    fn value(&mut self) -> Result<(), String> {
        match self.peek() {
            Some(b'"') => self.string(),
            Some(b'{' | b'[') => self.nested(),
            Some(b'-' | b'0'..=b'9' | b'a'..=b'z') => {
                while self
                    .peek()
                    .is_some_and(|byte| !matches!(byte, b',' | b'}' | b' ' | b'\t' | b'\r' | b'\n'))
                {
                    self.at += 1;
                }
                Ok(())
            }
            _ => Err(self.unexpected("a value")),
        }
    }

    fn nested(&mut self) -> Result<(), String> {
        let mut depth = 0_usize;
        loop {
            match self.peek() {
                Some(b'"') => {
                    self.string()?;
                    continue;
                }
                Some(b'{' | b'[') => depth += 1,
                Some(b'}' | b']') => depth -= 1,
                Some(_) => {}
                None => return Err(self.unexpected("the end of an object")),
            }
            self.at += 1;
            if depth == 0 {
                return Ok(());
            }
        }
    }

    fn string(&mut self) -> Result<(), String> {
        self.expect(b'"')?;
        loop {
            match self.next() {
                Some(b'"') => return Ok(()),
                Some(b'\\') => self.at += 1,
                Some(0x81..)
                    if self.high_bytes == HighBytes::Pairs && matches!(self.peek(), Some(0x40..)) =>
                {
                    self.at += 1;
                }
                Some(_) => {}
                None => return Err(self.unexpected("the end of a string")),
            }
        }
    }

    fn blanks(&mut self) {
        while self.peek().is_some_and(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n')) {
            self.at += 1;
        }
    }

    fn expect(&mut self, byte: u8) -> Result<(), String> {
        if self.peek() != Some(byte) {
            return Err(self.unexpected(&format!("`{}`", char::from(byte))));
        }
        self.at += 1;
        Ok(())
    }

    fn unexpected(&self, wanted: &str) -> String {
        match self.body.get(self.at) {
            Some(_) => format!("{wanted} is missing at byte {}", self.at),
            None => format!("it ends after {} bytes where {wanted} is missing", self.body.len()),
        }
    }

    fn peek(&self) -> Option<u8> {
        self.body.get(self.at).copied()
    }

    fn next(&mut self) -> Option<u8> {
        let byte = self.peek()?;
        self.at += 1;
        Some(byte)
    }
}
