//! What came of a run, and how it is printed.

use std::fmt;

/// What came of all files.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// The files that were in the folder, in a fixed order.
    pub files: Vec<FileReport>,
}

/// What came of one file.
#[derive(Clone, Debug)]
pub struct FileReport {
    /// Its name.
    pub file: String,
    /// Identifier and verdict of each case, in the order of the file.
    pub cases: Vec<(String, Verdict)>,
}

/// What came of one case.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Verdict {
    /// These crates do what the case says.
    Passed,
    /// They do not.
    Failed {
        /// What the case says.
        expected: String,
        /// What they do.
        got: String,
    },
    /// The case cannot be held against them; why.
    Skipped(String),
}

/// How many passed, failed and were skipped.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
struct Counts {
    passed: usize,
    failed: usize,
    skipped: usize,
}

impl Report {
    /// Whether there was something to run, and nothing failed.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        let Counts { passed, failed, skipped } = self.counts();
        failed == 0 && passed + skipped > 0
    }

    /// All failures: file, case, what was expected, what came.
    pub fn failures(&self) -> impl Iterator<Item = (&str, &str, &str, &str)> {
        self.all().filter_map(|(file, id, verdict)| match verdict {
            Verdict::Failed { expected, got } => Some((file, id, expected.as_str(), got.as_str())),
            Verdict::Passed | Verdict::Skipped(_) => None,
        })
    }

    /// All skipped cases: file, case, reason.
    pub fn skipped(&self) -> impl Iterator<Item = (&str, &str, &str)> {
        self.all().filter_map(|(file, id, verdict)| match verdict {
            Verdict::Skipped(reason) => Some((file, id, reason.as_str())),
            Verdict::Passed | Verdict::Failed { .. } => None,
        })
    }

    fn all(&self) -> impl Iterator<Item = (&str, &str, &Verdict)> {
        self.files.iter().flat_map(|report| {
            report.cases.iter().map(|(id, verdict)| (report.file.as_str(), id.as_str(), verdict))
        })
    }

    fn counts(&self) -> Counts {
        self.files.iter().map(FileReport::counts).fold(Counts::default(), |sum, file| Counts {
            passed: sum.passed + file.passed,
            failed: sum.failed + file.failed,
            skipped: sum.skipped + file.skipped,
        })
    }
}

impl FileReport {
    fn counts(&self) -> Counts {
        self.cases.iter().fold(Counts::default(), |mut counts, (_, verdict)| {
            match verdict {
                Verdict::Passed => counts.passed += 1,
                Verdict::Failed { .. } => counts.failed += 1,
                Verdict::Skipped(_) => counts.skipped += 1,
            }
            counts
        })
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { passed, failed, skipped } = self;
        write!(formatter, "{passed} passed, {failed} failed, {skipped} skipped")
    }
}

impl fmt::Display for Report {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for report in &self.files {
            writeln!(formatter, "{}: {}", report.file, report.counts())?;
            for (id, verdict) in &report.cases {
                let id = one_line(id);
                match verdict {
                    Verdict::Passed => {}
                    Verdict::Failed { expected, got } => {
                        let (expected, got) = (one_line(expected), one_line(got));
                        writeln!(formatter, "  FAILED {id}\n    expected: {expected}\n    got:      {got}")?;
                    }
                    Verdict::Skipped(reason) => writeln!(formatter, "  skipped {id}: {}", one_line(reason))?,
                }
            }
        }
        if self.files.is_empty() {
            writeln!(formatter, "there is no file of vectors in this folder")?;
        }
        writeln!(formatter, "{}", self.counts())
    }
}

/// What a case says cannot be taken for a line of this report.
fn one_line(text: &str) -> String {
    let escape = |character: char| match character.is_control() {
        true => character.escape_debug().collect(),
        false => String::from(character),
    };
    text.chars().map(escape).collect()
}
