//! Text from outside in a message of ours: on one line, and not endless, whoever wrote it.

use std::fmt::{self, Write};

/// Longest text that is shown, in characters.
const MOST: usize = 200;

/// Shows the beginning of a text, its control characters escaped.
pub(crate) struct Shown<'a>(pub(crate) &'a str);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut characters = self.0.chars();
        for character in characters.by_ref().take(MOST) {
            // Line separators and turns of direction are no control characters, and mislead as well.
            if character.is_control() || matches!(character, '\u{2028}'..='\u{202e}') {
                write!(formatter, "{}", character.escape_default())?;
            } else {
                formatter.write_char(character)?;
            }
        }
        if characters.next().is_some() { formatter.write_char('…') } else { Ok(()) }
    }
}
