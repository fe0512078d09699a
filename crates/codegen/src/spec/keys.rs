//! Reading the keys of one row: each has a kind, and a key that is not listed is a finding.

use crate::finding::{Place, Report};
use crate::nearest::suggest;
use crate::row::{Cell, Row, Value};

/// One row while its keys are read.
pub(super) struct Keys<'row, 'report, 'file> {
    row: &'row Row,
    pub(super) place: Place<'row>,
    pub(super) report: &'report mut Report<'file>,
}

impl<'row, 'report, 'file> Keys<'row, 'report, 'file> {
    /// Begins with the row, and reports every key that is not in `known`.
    pub(super) fn new(
        row: &'row Row,
        place: Place<'row>,
        known: &[&'static str],
        report: &'report mut Report<'file>,
    ) -> Self {
        for (key, cell) in &row.cells {
            if !known.contains(&&**key) {
                let otherwise = format!("remove it; keys here are {}", known.join(", "));
                let fix = suggest(key, known.iter().copied(), &otherwise);
                report.add(cell.line, place, format!("unknown key `{key}`"), fix);
            }
            if let Value::Text(text) = &cell.value
                && let Some(letter) = text.chars().find(is_unseen)
            {
                let what = format!("`{key}` holds U+{:04X}, which nobody can see", u32::from(letter));
                report.add(cell.line, place, what, "delete the character");
            }
        }
        Self { row, place, report }
    }

    pub(super) fn line(&self) -> u32 {
        self.row.line
    }

    /// The line of a key, or of the row where the key is absent.
    pub(super) fn line_of(&self, key: &str) -> u32 {
        self.row.get(key).map_or(self.row.line, |cell| cell.line)
    }

    pub(super) fn finding(&mut self, key: &str, what: impl Into<String>, fix: impl Into<String>) {
        let line = self.line_of(key);
        self.report.add(line, self.place, what, fix);
    }

    /// Text that has to be there and has to say something.
    pub(super) fn needed(&mut self, key: &str) -> String {
        match self.text(key) {
            Some(text) if !text.trim().is_empty() => text,
            Some(_) => {
                self.finding(key, format!("`{key}` is empty"), format!("write the {key}"));
                String::new()
            }
            None if self.row.get(key).is_some() => String::new(),
            None => {
                self.finding(key, format!("`{key}` is missing"), format!("add `{key} = \"...\"`"));
                String::new()
            }
        }
    }

    /// Words that may be absent, but not empty.
    pub(super) fn words(&mut self, key: &str) -> String {
        if self.row.get(key).is_some() { self.needed(key) } else { String::new() }
    }

    pub(super) fn text(&mut self, key: &str) -> Option<String> {
        self.read(key, "text", |value| match value {
            Value::Text(text) => Some(text.clone()),
            _ => None,
        })
    }

    /// Text, or a whole number or truth value where somebody left out the quotes.
    pub(super) fn scalar(&mut self, key: &str) -> Option<String> {
        self.read(key, "text or a whole number", |value| match value {
            Value::Text(text) => Some(text.clone()),
            Value::Integer(number) => Some(number.to_string()),
            _ => None,
        })
    }

    pub(super) fn flag(&mut self, key: &str) -> Option<bool> {
        let read = |value: &Value| match value {
            Value::Boolean(flag) => Some(*flag),
            _ => None,
        };
        self.read(key, "true or false", read)
    }

    pub(super) fn number(&mut self, key: &str) -> Option<u32> {
        self.read(key, "a whole number that is not negative", |value| match value {
            Value::Integer(number) => u32::try_from(*number).ok(),
            _ => None,
        })
    }

    /// `[min, max]`, in this order.
    pub(super) fn bounds(&mut self, key: &str) -> Option<(u32, u32)> {
        self.read(key, "a list `[min, max]` of two whole numbers, the smaller one first", |value| match value
        {
            Value::List(cells) => match cells.as_slice() {
                [Cell { value: Value::Integer(min), .. }, Cell { value: Value::Integer(max), .. }]
                    if min <= max =>
                {
                    Some((u32::try_from(*min).ok()?, u32::try_from(*max).ok()?))
                }
                _ => None,
            },
            _ => None,
        })
    }

    /// `["field", days]`
    pub(super) fn span(&mut self, key: &str) -> Option<(String, u32)> {
        self.read(key, "a list `[\"<field>\", <days>]`", |value| match value {
            Value::List(cells) => match cells.as_slice() {
                [Cell { value: Value::Text(field), .. }, Cell { value: Value::Integer(days), .. }] => {
                    Some((field.clone(), u32::try_from(*days).ok()?))
                }
                _ => None,
            },
            _ => None,
        })
    }

    /// The rows of a list of tables; entries of another kind are findings.
    pub(super) fn rows(&mut self, key: &str) -> Vec<&'row Row> {
        let Some(cell) = self.row.get(key) else { return Vec::new() };
        let Value::List(cells) = &cell.value else {
            self.wrong(key, cell, "a list of tables");
            return Vec::new();
        };
        let mut rows = Vec::with_capacity(cells.len());
        for cell in cells {
            match &cell.value {
                Value::Table(row) => rows.push(row),
                _ => self.wrong(key, cell, "a list of tables"),
            }
        }
        rows
    }

    /// A value made by `make`; `None` and a finding where it is of another kind.
    /// A list of names, each with its line.
    pub(super) fn names(&mut self, key: &str) -> Vec<(u32, String)> {
        let name = |cell: &Cell| match &cell.value {
            Value::Text(text) => Some((cell.line, text.clone())),
            _ => None,
        };
        let names = self.read(key, "a list of names", |value| match value {
            Value::List(cells) => cells.iter().map(name).collect(),
            _ => None,
        });
        names.unwrap_or_default()
    }

    pub(super) fn read<T>(&mut self, key: &str, kind: &str, make: impl Fn(&Value) -> Option<T>) -> Option<T> {
        let cell = self.row.get(key)?;
        let made = make(&cell.value);
        if made.is_none() {
            self.wrong(key, cell, kind);
        }
        made
    }

    fn wrong(&mut self, key: &str, cell: &Cell, kind: &str) {
        let seen = cell.value.kind();
        self.report.add(cell.line, self.place, format!("`{key}` is {seen}"), format!("`{key}` is {kind}"));
    }
}

/// Control characters, and those that turn the direction of the text around them: compilers refuse them even in comments.
fn is_unseen(letter: &char) -> bool {
    (letter.is_control() && *letter != '\n')
        || matches!(letter, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}
