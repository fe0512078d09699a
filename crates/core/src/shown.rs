//! Text from outside in a message of ours: on one line, and not endless, whoever wrote it.

use std::fmt::{self, Write};

/// Longest text that is shown, in characters.
const MOST: usize = 200;

/// Whether a character is not to be seen as itself: besides control characters byte order mark, zero width, line
/// separators and whatever turns the direction of writing.
pub(crate) fn misleads(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// Shows the beginning of a text, with what misleads escaped.
pub(crate) struct Shown<'a>(pub(crate) &'a str);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut characters = self.0.chars();
        for character in characters.by_ref().take(MOST) {
            if misleads(character) {
                write!(formatter, "{}", character.escape_default())?;
            } else {
                formatter.write_char(character)?;
            }
        }
        if characters.next().is_some() { formatter.write_char('…') } else { Ok(()) }
    }
}
