//! `cargo xtask spec diff`: what changed between two documents, or two folders like spec/, for a release note.

mod change;
mod compare;
mod narrower;
mod print;

use std::fs;
use std::path::Path;

use clap::ValueEnum;

use self::compare::compare;
use self::print::{json, markdown, text};
use crate::document::{self, Document, Finding};
use crate::error::Error;

/// How the changes are printed.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Format {
    /// One line a change.
    Text,
    /// A section of a change log.
    Markdown,
    /// For programs.
    Json,
}

/// Reads both sides and says what changed.
pub(crate) fn run(old: &Path, new: &Path, format: Format) -> Result<String, Error> {
    let (old, mut left_out) = read(old)?;
    let (new, more) = read(new)?;
    left_out.extend(more);
    let (before, after) = (protocols(&old), protocols(&new));
    if !old.iter().any(|old| new.iter().any(|new| old.protocol == new.protocol)) {
        return Err(Error::Apart(before, after));
    }
    let changes = compare(&old, &new);
    Ok(match format {
        Format::Text => text(&changes, &left_out),
        Format::Markdown => markdown(&changes, &left_out),
        Format::Json => json(&changes, &left_out),
    })
}

/// `v2 and v3`
fn protocols(documents: &[Document]) -> String {
    documents.iter().map(|document| document.protocol.to_string()).collect::<Vec<_>>().join(" and ")
}

/// A folder holds both protocols; a document one.
fn read(path: &Path) -> Result<(Vec<Document>, Vec<Finding>), Error> {
    if path.is_dir() {
        return Ok((document::read_folder(path).map_err(Error::io(path))?, Vec::new()));
    }
    let text = fs::read(path).map_err(Error::io(path))?;
    let (document, findings) = document::read_bytes(&path.display().to_string(), &text);
    match document {
        Some(document) => Ok((vec![document], findings)),
        None => Err(Error::Document(findings)),
    }
}

#[cfg(test)]
mod tests;
