//! The one place that writes: lines to stdout and stderr, with colour only where it is wanted.

use std::io::{self, IsTerminal, Write};

use anstream::{AutoStream, ColorChoice};
use anstyle::{AnsiColor, Style};

/// Names, and what to look at.
pub(crate) const STRONG: Style = Style::new().bold();
/// What explains the rest.
pub(crate) const DIM: Style = Style::new().dimmed();
/// What held.
pub(crate) const GOOD: Style = AnsiColor::Green.on_default().bold();
/// What did not.
pub(crate) const BAD: Style = AnsiColor::Red.on_default().bold();
/// What is to be typed or filled in.
pub(crate) const ACCENT: Style = AnsiColor::Cyan.on_default();

/// Writes whole lines, so that threads do not mix them. Text may hold styles; where there is no colour they are
/// taken out. `NO_COLOR` and `CLICOLOR` are respected unless `--color` says otherwise.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Output {
    color: ColorChoice,
    streams: Streams,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Streams {
    Standard,
    #[cfg(test)]
    Nowhere,
}

impl Output {
    pub(crate) fn new(color: clap::ColorChoice) -> Self {
        let color = match color {
            clap::ColorChoice::Auto => ColorChoice::Auto,
            clap::ColorChoice::Always => ColorChoice::Always,
            clap::ColorChoice::Never => ColorChoice::Never,
        };
        Self { color, streams: Streams::Standard }
    }

    /// For tests that look at something else.
    #[cfg(test)]
    pub(crate) fn nowhere() -> Self {
        Self { color: ColorChoice::Never, streams: Streams::Nowhere }
    }

    /// A line, or several, to stdout.
    pub(crate) fn out(&self, text: &str) -> io::Result<()> {
        self.write_line(AutoStream::new(io::stdout().lock(), self.color), text)
    }

    /// A line, or several, to stderr.
    pub(crate) fn err(&self, text: &str) -> io::Result<()> {
        self.write_line(AutoStream::new(io::stderr().lock(), self.color), text)
    }

    /// Bytes to stdout, exactly these.
    pub(crate) fn raw(&self, bytes: &[u8]) -> io::Result<()> {
        let mut stdout = io::stdout().lock();
        stdout.write_all(bytes).and_then(|()| stdout.flush())
    }

    fn write_line(&self, mut stream: impl Write, text: &str) -> io::Result<()> {
        match self.streams {
            Streams::Standard => writeln!(stream, "{text}").and_then(|()| stream.flush()),
            #[cfg(test)]
            Streams::Nowhere => Ok(()),
        }
    }

    /// Whether a person reads stdout as it comes.
    pub(crate) fn is_terminal(&self) -> bool {
        io::stdout().is_terminal()
    }
}

/// Text from outside, fit for a terminal: control characters are spelled out, so that they cannot drive it.
pub(crate) fn plain(text: &str) -> String {
    let spell = |character: char| match character.is_control() {
        true => character.escape_default().collect(),
        false => character.to_string(),
    };
    text.chars().map(spell).collect()
}

/// `text` in `style`.
pub(crate) fn styled(style: Style, text: &str) -> String {
    format!("{style}{text}{style:#}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_from_outside_are_spelled_out() {
        assert_eq!(plain("四川\u{1b}[2J\n"), "四川\\u{1b}[2J\\n");
    }
}
