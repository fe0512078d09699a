//! What an import did, for the person who reads its diff.

use std::fmt;

use crate::document::Finding;
use crate::error::count;

/// What was added, changed and kept.
#[derive(Debug, Default)]
pub(crate) struct Report {
    /// `v3: 747 operations, 742 types`
    pub(super) document: String,
    pub(super) counts: Counts,
    pub(super) changed: Vec<String>,
    pub(super) kept: Vec<String>,
    /// Where we say something else than the document, and ours stayed.
    pub(super) otherwise: Vec<String>,
    pub(super) moved: Vec<String>,
    /// What has another name in Rust than the document gives it, because that was taken.
    pub(super) named: Vec<String>,
    /// What the document has and spec/ cannot say.
    pub(super) left_out: Vec<Finding>,
    pub(super) files: usize,
}

/// How many things were added.
#[derive(Debug, Default, Eq, PartialEq)]
pub(super) struct Counts {
    pub(super) operations: usize,
    pub(super) types: usize,
    /// Fields of operations and types that are new themselves.
    pub(super) rows: usize,
    /// Fields of those that were there before.
    pub(super) fields: usize,
    pub(super) codes: usize,
    /// Fields that `sensitive.toml` names, new or not.
    pub(super) marked: usize,
}

impl Report {
    pub(super) fn changed(&mut self, line: String) {
        self.changed.push(line);
    }

    pub(super) fn kept(&mut self, line: String) {
        self.kept.push(line);
    }

    pub(super) fn otherwise(&mut self, line: String) {
        self.otherwise.push(line);
    }
}

impl fmt::Display for Report {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let section = |out: &mut fmt::Formatter<'_>, title: &str, lines: &[String]| {
            if lines.is_empty() {
                return Ok(());
            }
            writeln!(out, "{title}:")?;
            lines.iter().try_for_each(|line| writeln!(out, "  {line}"))
        };
        let left_out: Vec<_> = self.left_out.iter().map(ToString::to_string).collect();
        section(out, "left out", &left_out)?;
        section(out, "kept, not in the document", &self.kept)?;
        section(out, "kept, the document says otherwise", &self.otherwise)?;
        section(out, "moved", &self.moved)?;
        section(out, "named otherwise", &self.named)?;
        section(out, "changed", &self.changed)?;
        let Counts { operations, types, rows, fields, codes, marked } = self.counts;
        writeln!(out, "{}", self.document)?;
        writeln!(
            out,
            "added: {}, {} ({} together), {} to what was there, {}",
            count(operations, "operation"),
            count(types, "type"),
            count(rows, "field"),
            count(fields, "field"),
            count(codes, "error code"),
        )?;
        if marked > 0 {
            writeln!(out, "marked as sensitive: {}", count(marked, "field"))?;
        }
        write!(out, "{} written", count(self.files, "file"))
    }
}
