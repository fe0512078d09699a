//! Why a task failed, as it is printed.

use std::path::Path;
use std::{fmt, io};

use alipay_codegen::Finding;

use crate::document;

/// What stopped a task.
#[derive(Debug)]
pub(crate) enum Error {
    /// Two sides to compare, and the protocols of each: none is in both.
    Apart(String, String),
    /// A document of which nothing could be taken over.
    Document(Vec<document::Finding>),
    /// Mistakes in the specification.
    Findings(Vec<Finding>),
    /// A file that could not be read or written.
    Io(String, io::Error),
    /// A `Cargo.toml` that has no place for features.
    Markers(String),
    /// What a document has and spec/ cannot say, and why nothing of it could be merged.
    Refused(Vec<document::Finding>, Vec<Finding>),
    /// Paths that are not as they should be, and the command that mends them.
    Stale(Vec<String>, &'static str),
    /// What `tidy` found.
    Untidy(Vec<String>),
}

impl Error {
    pub(crate) fn io(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.display().to_string();
        move |error| Self::Io(path, error)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Apart(old, new) => write!(
                out,
                "the old side speaks of {old}, the new one of {new}: there is nothing to compare\n    fix: give two of one protocol"
            ),
            Self::Document(findings) => {
                findings.iter().try_for_each(|finding| writeln!(out, "{finding}"))?;
                write!(out, "nothing could be read: {}", count(findings.len(), "finding"))
            }
            Self::Findings(findings) => {
                findings.iter().try_for_each(|finding| writeln!(out, "{finding}"))?;
                write!(out, "{}", count(findings.len(), "finding"))
            }
            Self::Io(path, error) => write!(out, "{path}: {error}"),
            Self::Markers(path) => {
                let (begin, end) = (alipay_codegen::FEATURES_BEGIN, alipay_codegen::FEATURES_END);
                write!(out, "{path}: put the lines `{begin}` and `{end}` below [features]")
            }
            Self::Refused(left_out, findings) => {
                left_out.iter().try_for_each(|finding| writeln!(out, "{finding}"))?;
                findings.iter().try_for_each(|finding| writeln!(out, "{finding}"))?;
                write!(out, "nothing was written: {}", count(left_out.len() + findings.len(), "finding"))
            }
            Self::Stale(paths, command) => {
                paths.iter().try_for_each(|path| writeln!(out, "{path}"))?;
                write!(out, "{}: run `{command}`", count(paths.len(), "stale file"))
            }
            Self::Untidy(found) => {
                found.iter().try_for_each(|found| writeln!(out, "{found}"))?;
                write!(out, "{}", count(found.len(), "finding"))
            }
        }
    }
}

/// `1 finding`, `2 findings`.
pub(crate) fn count(number: usize, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}
