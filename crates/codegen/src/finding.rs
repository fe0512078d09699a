//! What is wrong with a specification, in the words of the person who has to mend it.

use std::fmt;

/// One mistake in a specification: where it stands, what was seen, and how to fix it.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub struct Finding {
    /// The file, relative to the folder above the specification (`spec/v2/marketing.toml`).
    pub file: String,
    /// The line, counted from 1; 0 where the file as a whole is meant.
    pub line: usize,
    /// The row: `alipay.marketing.voucher.send/request/template_id`, `VoucherStatus/ENABLED`.
    pub row: String,
    /// What is wrong.
    pub what: String,
    /// What to do about it.
    pub fix: String,
}

/// How [`Finding::what`] begins where nothing uses a type or enum.
pub(crate) const UNUSED: &str = "no operation or notification uses this";

impl Finding {
    /// Whether it says no more than that nothing uses a type or enum, which changes nothing for anybody.
    #[must_use]
    pub fn is_about_use(&self) -> bool {
        self.what.starts_with(UNUSED)
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { file, line, row, what, fix } = self;
        match line {
            0 => write!(out, "{file}: ")?,
            _ => write!(out, "{file}:{line}: ")?,
        }
        if !row.is_empty() {
            write!(out, "{row}: ")?;
        }
        write!(out, "{what}\n    fix: {fix}")
    }
}

/// The place of a row, kept as borrowed parts so that rows without a finding cost nothing.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Place<'a> {
    /// Method or name of the table.
    pub(crate) owner: &'a str,
    /// `request`, `response`; empty for fields of types and for enum values.
    pub(crate) part: &'a str,
    /// The field or value.
    pub(crate) member: &'a str,
}

impl<'a> Place<'a> {
    pub(crate) fn of(owner: &'a str) -> Self {
        Self { owner, ..Self::default() }
    }

    pub(crate) fn part(self, part: &'a str) -> Self {
        Self { part, ..self }
    }

    pub(crate) fn member(self, member: &'a str) -> Self {
        Self { member, ..self }
    }
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts = [self.owner, self.part, self.member].into_iter().filter(|part| !part.is_empty());
        for (index, part) in parts.enumerate() {
            write!(out, "{}{part}", if index == 0 { "" } else { "/" })?;
        }
        Ok(())
    }
}

/// Findings of one file while it is looked at.
#[derive(Debug)]
pub(crate) struct Report<'a> {
    file: &'a str,
    findings: &'a mut Vec<Finding>,
}

impl<'a> Report<'a> {
    pub(crate) fn new(file: &'a str, findings: &'a mut Vec<Finding>) -> Self {
        Self { file, findings }
    }

    pub(crate) fn add(
        &mut self,
        line: u32,
        place: Place<'_>,
        what: impl Into<String>,
        fix: impl Into<String>,
    ) {
        self.findings.push(Finding {
            file: self.file.to_owned(),
            line: line as usize,
            row: place.to_string(),
            what: what.into(),
            fix: fix.into(),
        });
    }
}
