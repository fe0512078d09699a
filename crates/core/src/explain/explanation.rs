//! What comes out: for people as aligned lines, for programs as JSON.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde_json::{Value, json};

use super::cause::Cause;
use super::difference::{Difference, printable};

/// Why a signature does not hold, or that it does. Holds no secret: tokens in the texts are masked.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Explanation {
    /// What it is, in one line.
    pub verdict: String,
    /// Whether nothing is wrong.
    pub holds: bool,
    /// Why the signature does not hold; `None` when it does, and when no suspect was found.
    pub cause: Option<Cause>,
    /// What was seen, in the order in which it matters.
    pub evidence: Vec<Evidence>,
    /// The first byte at which the two texts differ.
    pub difference: Option<Difference>,
    /// What to do; empty when nothing is to be done.
    pub fix: String,
    /// Every suspect that was tried in full, and whether it was found.
    pub checked: Vec<(Cause, bool)>,
    /// Suspects that were not found, and of which not everything was tried: nothing is said of them.
    pub in_part: Vec<Cause>,
}

/// Something that was seen.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Evidence {
    /// What was looked at.
    pub what: String,
    /// What was seen there.
    pub seen: String,
}

impl Explanation {
    /// The same for programs.
    ///
    /// Members: `holds`, `verdict`, `cause` (a code of [`Cause`] or null), `evidence` (`what`, `seen`), `difference`
    /// (`offset`, `place`, `context`, `ours`, `theirs`, or null), `fix`, `checked` (`suspect`, `found`), `in_part` (codes).
    #[must_use]
    pub fn to_json(&self) -> Value {
        let evidence: Vec<_> =
            self.evidence.iter().map(|Evidence { what, seen }| json!({"what": what, "seen": seen})).collect();
        let checked: Vec<_> = self
            .checked
            .iter()
            .map(|(suspect, found)| json!({"suspect": suspect.code(), "found": found}))
            .collect();
        json!({
            "holds": self.holds,
            "verdict": self.verdict,
            "cause": self.cause.map(Cause::code),
            "evidence": evidence,
            "difference": self.difference.as_ref().map(Difference::to_json),
            "fix": self.fix,
            "checked": checked,
            "in_part": self.in_part.iter().map(|suspect| suspect.code()).collect::<Vec<_>>(),
        })
    }
}

impl fmt::Display for Explanation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut rows: Vec<(&str, String)> = Vec::new();
        if let Some(cause) = self.cause {
            rows.push(("cause", cause.code().to_owned()));
        }
        rows.extend(self.evidence.iter().map(|evidence| (evidence.what.as_str(), evidence.seen.clone())));
        if let Some(difference) = &self.difference {
            let place = difference.place.as_ref().map(|place| format!(", in {place}")).unwrap_or_default();
            rows.push(("first difference", format!("byte {}{place}", difference.offset)));
            rows.push(("  ours", format!("{}[{}]", difference.context, difference.ours)));
            rows.push(("  theirs", format!("{}[{}]", difference.context, difference.theirs)));
        }
        if !self.fix.is_empty() {
            rows.push(("fix", self.fix.clone()));
        }
        let cleared = self.checked.iter().filter(|(_, found)| !found).map(|(suspect, _)| suspect.code());
        let in_part = self.in_part.iter().map(|suspect| suspect.code());
        for (name, suspects) in
            [("not found", cleared.collect::<Vec<_>>()), ("tried in part", in_part.collect())]
        {
            if !self.holds && !suspects.is_empty() {
                rows.push((name, suspects.join(", ")));
            }
        }
        formatter.write_str(&self.verdict)?;
        let width = rows.iter().map(|(name, _)| name.chars().count()).max().unwrap_or_default();
        for (name, text) in rows {
            write!(formatter, "\n  {name:width$}  {text}")?;
        }
        Ok(())
    }
}

/// One suspect that was found.
#[derive(Clone, Debug)]
pub(super) struct Finding {
    pub(super) cause: Cause,
    pub(super) what: String,
    pub(super) fix: String,
}

impl Finding {
    pub(super) fn new(cause: Cause, what: impl Into<String>, fix: impl Into<String>) -> Self {
        Self { cause, what: what.into(), fix: fix.into() }
    }
}

/// An explanation in the making.
#[derive(Debug)]
pub(super) struct Draft {
    kind: &'static str,
    findings: Vec<Finding>,
    evidence: Vec<Evidence>,
    pub(super) difference: Option<Difference>,
    checked: BTreeMap<Cause, bool>,
    in_part: BTreeSet<Cause>,
    next: &'static str,
}

impl Draft {
    /// `kind` is what is explained: "notification", "answer".
    pub(super) fn new(kind: &'static str) -> Self {
        Self {
            kind,
            findings: Vec::new(),
            evidence: Vec::new(),
            difference: None,
            checked: BTreeMap::new(),
            in_part: BTreeSet::new(),
            next: "",
        }
    }

    pub(super) fn see(&mut self, what: impl Into<String>, seen: impl AsRef<str>) {
        self.evidence.push(Evidence { what: what.into(), seen: printable(seen.as_ref().as_bytes()) });
    }

    pub(super) fn tried(&mut self, causes: impl IntoIterator<Item = Cause>) {
        for cause in causes {
            self.checked.entry(cause).or_insert(false);
        }
    }

    /// Suspects of which not everything was tried.
    pub(super) fn tried_in_part(&mut self, causes: impl IntoIterator<Item = Cause>) {
        self.in_part.extend(causes);
    }

    /// What to do where nothing is found.
    pub(super) fn next(&mut self, fix: &'static str) {
        self.next = fix;
    }

    pub(super) fn find(&mut self, finding: Finding) {
        self.checked.insert(finding.cause, true);
        if !self.findings.iter().any(|known| known.cause == finding.cause && known.what == finding.what) {
            self.findings.push(finding);
        }
    }

    pub(super) fn found_any(&self) -> bool {
        !self.findings.is_empty()
    }

    pub(super) fn found(&self, cause: Cause) -> bool {
        self.findings.iter().any(|finding| finding.cause == cause)
    }

    /// Only what was found counts; without a finding, `verdict` says what is left.
    pub(super) fn finish(mut self, holds: bool, verdict: impl AsRef<str>) -> Explanation {
        let kind = self.kind;
        self.findings.sort_by_key(|finding| finding.cause);
        let fixes: Vec<_> = self.findings.iter().map(|finding| finding.fix.as_str()).collect();
        let mut all = Vec::new();
        for fix in fixes {
            if !fix.is_empty() && !all.contains(&fix) {
                all.push(fix);
            }
        }
        let fix = if self.findings.is_empty() { self.next.to_owned() } else { all.join("; then ") };
        let in_part: Vec<_> =
            self.in_part.into_iter().filter(|cause| self.checked.get(cause) != Some(&true)).collect();
        self.checked.retain(|cause, _| !in_part.contains(cause));
        let mut findings = self.findings.into_iter();
        let first = findings.next();
        let mut evidence: Vec<_> = findings
            .map(|also| Evidence {
                what: format!("also {}", also.cause),
                seen: printable(also.what.as_bytes()),
            })
            .collect();
        evidence.append(&mut self.evidence);
        Explanation {
            holds: holds && first.is_none(),
            cause: first.as_ref().map(|finding| finding.cause),
            verdict: match first {
                Some(finding) => format!("{kind}: {}", printable(finding.what.as_bytes())),
                None => format!("{kind}: {}", verdict.as_ref()),
            },
            evidence,
            difference: self.difference,
            fix: printable(fix.as_bytes()),
            checked: self.checked.into_iter().collect(),
            in_part,
        }
    }
}
