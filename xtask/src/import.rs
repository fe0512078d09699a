//! `cargo xtask spec import`: facts of a document into spec/, where what we say about them stays.
//!
//! From the document come operations, verbs, paths, fields and their kinds, error codes, titles and deprecations. Ours
//! are documentation, needs, constraints, examples, sensitivity, names, and every type that says more than the document
//! (`money` for text). What the document lacks stays, and is reported. A second import changes nothing.

mod files;
mod homes;
mod merge;
mod report;
mod rows;
mod weave;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use alipay_codegen::{Finding, Mode, sync_file};

use self::files::File;
use self::report::Report;
use crate::document;
use crate::error::{Error, count};

/// Reads `document`, merges it into the folder `spec`, and says what happened.
pub(crate) fn run(path: &Path, spec: &Path) -> Result<String, Error> {
    let text = fs::read(path).map_err(Error::io(path))?;
    let texts = crate::spec::read_texts(spec)?;
    let name = path.display().to_string();
    let (written, report) = import(&name, &String::from_utf8_lossy(&text), &texts)?;
    for (path, text) in &written {
        let path = spec.join(path);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(Error::io(folder))?;
        }
        sync_file(&path, text, Mode::Write).map_err(Error::io(&path))?;
    }
    Ok(report.to_string())
}

/// The files of spec/ that change, and the report.
fn import(
    name: &str,
    document: &str,
    texts: &BTreeMap<String, String>,
) -> Result<(BTreeMap<String, String>, Report), Error> {
    let (document, left_out) = document::read(name, document);
    let Some(document) = document else { return Err(Error::Document(left_out)) };
    let mut findings: Vec<Finding> = Vec::new();
    let mut files = BTreeMap::new();
    for (path, text) in texts.iter().filter(|(path, _)| holds_tables(path)) {
        match File::parse(&format!("spec/{path}"), text) {
            Ok(file) => {
                files.insert(path.clone(), file);
            }
            Err(more) => findings.extend(more),
        }
    }
    if !findings.is_empty() {
        return Err(Error::Findings(findings));
    }
    let mut report = merge::merge(&document, &mut files);
    report.document = format!(
        "{}: {} and {} in the document",
        document.protocol,
        count(document.operations.len(), "operation"),
        count(document.types.len(), "type")
    );
    report.left_out = left_out;
    let mut written = BTreeMap::new();
    for (path, file) in files.iter().filter(|(_, file)| file.changed) {
        let text = file.render(&format!("spec/{path}")).map_err(Error::Findings)?;
        written.insert(path.clone(), text);
    }
    report.files = written.len();
    Ok((written, report))
}

/// Whether a file of spec/ holds operations or types: overrides and the choice of models do not.
fn holds_tables(path: &str) -> bool {
    path == "common.toml" || path.starts_with("v2/") || path.starts_with("v3/")
}

#[cfg(test)]
mod tests;
