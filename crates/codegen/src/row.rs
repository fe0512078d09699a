//! TOML as rows: keys and plain values that know their line, before anything is made of them.

use std::sync::Arc;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::finding::{Place, Report};

/// A table: its keys in the order in which they stand in the file.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Row {
    pub(crate) line: u32,
    pub(crate) cells: Vec<(Arc<str>, Cell)>,
}

/// A value and its line.
#[derive(Clone, Debug)]
pub(crate) struct Cell {
    pub(crate) line: u32,
    pub(crate) value: Value,
}

/// What a cell holds. Kinds of values that no key of the format takes are kept by name.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    Boolean(bool),
    Integer(i64),
    List(Vec<Cell>),
    Strange(&'static str),
    Table(Row),
    Text(String),
}

impl PartialEq for Cell {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

impl Row {
    /// Reads a file; every syntax error becomes a finding, and what could be read is returned.
    pub(crate) fn parse(text: &str, report: &mut Report<'_>) -> Self {
        let lines = Lines::of(text);
        let (table, errors) = DeTable::parse_recoverable(text);
        for error in &errors {
            let line = lines.at(error.span().map_or(0, |span| span.start));
            let what = format!("the file is not TOML: {}", error.message());
            report.add(line, Place::default(), what, "mend the syntax on this line");
        }
        table_row(1, table.get_ref(), &lines)
    }

    pub(crate) fn get(&self, key: &str) -> Option<&Cell> {
        self.cells.iter().find(|(name, _)| &**name == key).map(|(_, cell)| cell)
    }

    pub(crate) fn get_mut(&mut self, key: &str) -> Option<&mut Cell> {
        self.cells.iter_mut().find(|(name, _)| &**name == key).map(|(_, cell)| cell)
    }

    /// The text under `key`, if it is text.
    pub(crate) fn text(&self, key: &str) -> Option<&str> {
        match &self.get(key)?.value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }
}

impl Value {
    /// What it is, for findings.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Boolean(_) => "true or false",
            Self::Integer(_) => "a number",
            Self::List(_) => "a list",
            Self::Strange(kind) => kind,
            Self::Table(_) => "a table",
            Self::Text(_) => "text",
        }
    }
}

fn table_row(line: u32, table: &DeTable<'_>, lines: &Lines) -> Row {
    let mut entries: Vec<_> = table.iter().collect();
    entries.sort_by_key(|(key, _)| key.span().start);
    let cells =
        entries.into_iter().map(|(key, value)| (Arc::from(key.get_ref().as_ref()), cell(value, lines)));
    Row { line, cells: cells.collect() }
}

fn cell(spanned: &Spanned<DeValue<'_>>, lines: &Lines) -> Cell {
    let line = lines.at(spanned.span().start);
    let value = match spanned.get_ref() {
        DeValue::String(text) => Value::Text(text.to_string()),
        DeValue::Boolean(flag) => Value::Boolean(*flag),
        DeValue::Integer(number) => match i64::from_str_radix(number.as_str(), number.radix()) {
            Ok(number) => Value::Integer(number),
            Err(_) => Value::Strange("a number too large"),
        },
        DeValue::Array(array) => Value::List(array.iter().map(|item| cell(item, lines)).collect()),
        DeValue::Table(table) => Value::Table(table_row(line, table, lines)),
        DeValue::Float(_) => Value::Strange("a number with a fraction"),
        DeValue::Datetime(_) => Value::Strange("a TOML date"),
    };
    Cell { line, value }
}

/// Offsets at which lines begin, to turn a byte offset into a line number.
struct Lines(Vec<usize>);

impl Lines {
    fn of(text: &str) -> Self {
        Self(text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(offset, _)| offset).collect())
    }

    fn at(&self, offset: usize) -> u32 {
        let before = self.0.partition_point(|newline| *newline < offset);
        u32::try_from(before + 1).unwrap_or(u32::MAX)
    }
}
