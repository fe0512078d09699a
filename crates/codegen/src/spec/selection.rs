//! `models.toml`: which operations the checked-in crate of models holds.

use std::collections::HashSet;

use super::keys::Keys;
use super::{Protocol, Spec};
use crate::finding::{Finding, Place, Report};
use crate::row::Row;

/// Names of methods, by protocol.
#[derive(Clone, Debug, Default)]
pub(crate) struct Selection {
    path: String,
    patterns: Vec<Pattern>,
}

/// One name, or every name that begins so.
#[derive(Clone, Debug)]
struct Pattern {
    line: u32,
    protocol: Protocol,
    text: String,
}

impl Pattern {
    fn holds(&self, protocol: Protocol, method: &str) -> bool {
        protocol == self.protocol
            && match self.text.strip_suffix('*') {
                Some(start) => method.starts_with(start),
                None => method == self.text,
            }
    }
}

impl Selection {
    pub(super) fn read(path: &str, text: &str, findings: &mut Vec<Finding>) -> Self {
        let mut report = Report::new(path, findings);
        let row = Row::parse(text, &mut report);
        let mut keys = Keys::new(&row, Place::default(), &["v2", "v3"], &mut report);
        let mut patterns = Vec::new();
        for protocol in Protocol::ALL {
            let names = keys.names(protocol.as_str()).into_iter();
            patterns.extend(names.map(|(line, text)| Pattern { line, protocol, text }));
        }
        Self { path: path.to_owned(), patterns }
    }

    pub(crate) fn holds(&self, protocol: Protocol, method: &str) -> bool {
        self.patterns.iter().any(|pattern| pattern.holds(protocol, method))
    }

    /// Reports names that no operation has.
    pub(crate) fn check(&self, spec: &Spec, findings: &mut Vec<Finding>) {
        let mut report = Report::new(&self.path, findings);
        let mut seen = HashSet::new();
        for pattern in &self.patterns {
            let place = Place::of(&pattern.text);
            let known = spec.files.iter().any(|file| {
                let protocol = file.home.protocol().unwrap_or(Protocol::V2);
                file.operations.iter().any(|item| pattern.holds(protocol, &item.method))
            });
            if !known {
                let what = format!("no operation of {} has a name like this", pattern.protocol);
                report.add(pattern.line, place, what, "mend it: a name, or the beginning of names and `*`");
            }
            if !seen.insert((pattern.protocol, &pattern.text)) {
                report.add(pattern.line, place, "this name stands here twice", "delete one of the two");
            }
        }
    }
}
