//! A search with an end: texts that may have been signed, until one is it.

use std::collections::HashSet;

use super::explanation::Finding;
use super::seal::Opened;

/// Signatures that are checked at the most.
const LIMIT: usize = 64;

/// A text that may have been signed.
pub(super) struct Reading {
    pub(super) text: Vec<u8>,
    /// What is to be said if it is the one; nothing, if checking it is what a verifier should do.
    pub(super) findings: Vec<Finding>,
    /// By which rule the text was put together.
    pub(super) rule: String,
}

/// The search for the text of one signature.
pub(super) struct Search<'a> {
    opened: &'a Opened,
    seen: HashSet<Vec<u8>>,
}

impl<'a> Search<'a> {
    pub(super) fn new(opened: &'a Opened) -> Self {
        Self { opened, seen: HashSet::new() }
    }

    /// The first of `readings` that was signed. A text that was tried before costs nothing.
    pub(super) fn find(&mut self, readings: impl IntoIterator<Item = Reading>) -> Option<Reading> {
        for reading in readings {
            if self.seen.contains(&reading.text) {
                continue;
            }
            if self.seen.len() == LIMIT {
                return None;
            }
            if self.opened.holds(&reading.text) {
                return Some(reading);
            }
            self.seen.insert(reading.text);
        }
        None
    }
}
