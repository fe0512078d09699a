//! A search with an end: texts that may have been signed, until one is it.

use std::collections::{BTreeSet, HashSet};

use super::cause::Cause;
use super::explanation::Finding;
use super::seal::Maker;

/// Texts that are checked at the most: for RSA that is a fraction of a second.
const LIMIT: usize = 4096;

/// The same for SM2, which takes many times as long for each.
const SM2_LIMIT: usize = 64;

/// Bytes of all these texts together.
const MOST_BYTES: usize = 32 << 20;

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
    bytes: usize,
    in_part: BTreeSet<Cause>,
}

impl<'a> Search<'a> {
    pub(super) fn new(makers: &'a [Maker]) -> Self {
        Self {
            makers,
            maker: makers.iter().find(|maker| maker.is_proven()),
            seen: HashSet::new(),
            bytes: 0,
            in_part: BTreeSet::new(),
        }
    }

    /// Whether there is a key under which a text could hold.
    pub(super) fn is_possible(&self) -> bool {
        !self.makers.is_empty()
    }

    /// Who made the signature; `None` as long as that is open.
    pub(super) fn maker(&self) -> Option<&'a Maker> {
        self.maker
    }

    /// The suspects of which some texts were left untried, for there were too many.
    pub(super) fn in_part(&self) -> impl Iterator<Item = Cause> {
        self.in_part.iter().copied()
    }

    /// The first of `readings` that was signed. A text that was tried before costs nothing.
    pub(super) fn find(&mut self, readings: impl IntoIterator<Item = Reading>) -> Option<Reading> {
        for reading in readings {
            if self.seen.contains(&reading.text) {
                continue;
            }
            if self.is_spent() {
                self.leave_out(&reading.findings);
                continue;
            }
            if let Some(maker) = self.makers.iter().find(|maker| maker.holds(&reading.text)) {
                self.maker = Some(maker);
                return Some(reading);
            }
            self.bytes += reading.text.len();
            self.seen.insert(reading.text);
        }
        None
    }

    /// The same for what need not be tried to the end: it is put together only as long as the search is not spent.
    pub(super) fn find_while_possible(
        &mut self,
        readings: impl IntoIterator<Item = Reading>,
    ) -> Option<Reading> {
        let mut readings = readings.into_iter();
        while self.is_possible() && !self.is_spent() {
            if let Some(found) = self.find([readings.next()?]) {
                return Some(found);
            }
        }
        None
    }

    /// Something of these suspects is left untried.
    pub(super) fn leave_out(&mut self, findings: &[Finding]) {
        self.in_part.extend(findings.iter().map(|finding| finding.cause));
    }

    /// Whether nothing more is tried.
    pub(super) fn is_spent(&self) -> bool {
        let limit = if self.maker.is_some_and(Maker::is_proven) { LIMIT } else { SM2_LIMIT };
        self.seen.len() >= limit || self.bytes >= MOST_BYTES
    }
}
