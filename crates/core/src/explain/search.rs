//! A search with an end: texts that may have been signed, until one is it.

use std::collections::HashSet;

use super::explanation::Finding;
use super::seal::Maker;

/// Texts that are checked at the most.
const LIMIT: usize = 64;

/// A text that may have been signed.
pub(super) struct Reading {
    pub(super) text: Vec<u8>,
    /// What is to be said if it is the one; nothing, if checking it is what a verifier should do.
    pub(super) findings: Vec<Finding>,
    /// By which rule the text was put together.
    pub(super) rule: String,
}

/// The search for the text of one signature, and with it for its maker, where several are possible.
pub(super) struct Search<'a> {
    makers: &'a [Maker],
    maker: Option<&'a Maker>,
    seen: HashSet<Vec<u8>>,
}

impl<'a> Search<'a> {
    pub(super) fn new(makers: &'a [Maker]) -> Self {
        Self { makers, maker: makers.iter().find(|maker| maker.is_proven()), seen: HashSet::new() }
    }

    /// Whether there is a key under which a text could hold.
    pub(super) fn is_possible(&self) -> bool {
        !self.makers.is_empty()
    }

    /// Who made the signature; `None` as long as that is open.
    pub(super) fn maker(&self) -> Option<&'a Maker> {
        self.maker
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
            if let Some(maker) = self.makers.iter().find(|maker| maker.holds(&reading.text)) {
                self.maker = Some(maker);
                return Some(reading);
            }
            self.seen.insert(reading.text);
        }
        None
    }
}
