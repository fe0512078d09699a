//! `cargo xtask spec import`: facts of a document into spec/, where what we say about them stays.
//!
//! From the document come operations, verbs, paths, fields and their kinds, error codes, titles and deprecations, and, for
//! rows that say nothing of it, needs, limits and values. Ours are documentation, examples, sensitivity, names, what rows say
//! of needs and limits, and every type that says more than the document (`money` for text). What the document lacks stays,
//! and is reported; only a limit that no longer goes with its type, and a parameter that the path has lost, are taken away,
//! and reported too. What `spec lint` would not take is left out, and named. A second import changes nothing.

mod files;
mod homes;
mod limits;
mod mend;
mod merge;
mod names;
mod report;
mod rows;
mod weave;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use alipay_codegen::{Finding, SensitiveNames, Spec};

use self::files::File;
use self::mend::Mender;
use self::merge::{Files, Merged};
use self::report::Report;
use crate::document;
use crate::error::{Error, count};

/// Reads `document`, merges it into the folder `spec`, and says what happened.
pub(crate) fn run(path: &Path, spec: &Path) -> Result<String, Error> {
    let text = fs::read(path).map_err(Error::io(path))?;
    let texts = crate::spec::read_texts(spec)?;
    let name = path.display().to_string();
    let (written, report) = import(&name, &text, &texts)?;
    write(spec, &written)?;
    Ok(report.to_string())
}

/// Writes each file whole, and none where one cannot be written: first beside those that are there, then in their place.
fn write(spec: &Path, written: &BTreeMap<String, String>) -> Result<(), Error> {
    let mut beside = Vec::new();
    let put = |beside: &mut Vec<(PathBuf, PathBuf)>| {
        for (path, text) in written {
            let path = spec.join(path);
            if let Some(folder) = path.parent() {
                fs::create_dir_all(folder).map_err(Error::io(folder))?;
            }
            let new = path.with_extension("toml.new");
            beside.push((new.clone(), path));
            fs::write(&new, text).map_err(Error::io(&new))?;
        }
        Ok(())
    };
    let mut done = put(&mut beside);
    for (new, path) in &beside {
        if done.is_ok() {
            done = fs::rename(new, path).map_err(Error::io(path));
        }
        if done.is_err() {
            // One that was never written is none to remove.
            drop(fs::remove_file(new));
        }
    }
    done
}

/// The files of spec/ that change, and the report.
fn import(
    name: &str,
    document: &[u8],
    texts: &BTreeMap<String, String>,
) -> Result<(BTreeMap<String, String>, Report), Error> {
    let (document, mut left_out) = document::read_bytes(name, document);
    let Some(mut document) = document else { return Err(Error::Document(left_out)) };
    let sensitive = texts.get("sensitive.toml").map(String::as_str).unwrap_or_default();
    let (sensitive, _) = SensitiveNames::parse("spec/sensitive.toml", sensitive);
    let facts = format!(
        "{}: {} and {} in the document",
        document.protocol,
        count(document.operations.len(), "operation"),
        count(document.types.len(), "type")
    );
    let mut mender = Mender::new(name);
    mender.knows(&parse(texts).unwrap_or_default(), document.protocol);
    loop {
        let mut files = parse(texts).map_err(|findings| Error::Refused(left_out.clone(), findings))?;
        let Merged { mut report, stands_for } =
            merge::merge(&document, &mut files, &sensitive, &mender.refused);
        let mut written = BTreeMap::new();
        let mut made = Vec::new();
        for (path, file) in files.iter().filter(|(_, file)| file.changed) {
            match file.render(&format!("spec/{path}")) {
                Ok(text) => drop(written.insert(path.clone(), text)),
                Err(findings) => made.extend(findings),
            }
        }
        made.extend(mistakes(texts, &written));
        if made.is_empty() {
            report.document = facts;
            report.files = written.len();
            report.left_out.splice(0..0, left_out.into_iter().chain(mender.left_out));
            report.named.splice(0..0, mender.named);
            return Ok((written, report));
        }
        if !mender.mend(&mut document, &stands_for, &made) {
            left_out.append(&mut mender.left_out);
            return Err(Error::Refused(left_out, made));
        }
    }
}

/// The files that hold operations or types, ready to be changed.
fn parse(texts: &BTreeMap<String, String>) -> Result<Files, Vec<Finding>> {
    let (mut files, mut findings) = (Files::new(), Vec::new());
    for (path, text) in texts.iter().filter(|(path, _)| holds_tables(path)) {
        match File::parse(&format!("spec/{path}"), text) {
            Ok(file) => drop(files.insert(path.clone(), file)),
            Err(more) => findings.extend(more),
        }
    }
    if findings.is_empty() { Ok(files) } else { Err(findings) }
}

/// What `spec lint` would say after the import and did not say before. That a type has lost its last use is no mistake:
/// it stays until somebody deletes it.
fn mistakes(texts: &BTreeMap<String, String>, written: &BTreeMap<String, String>) -> Vec<Finding> {
    if written.is_empty() {
        return Vec::new();
    }
    let lint = |texts: BTreeMap<String, String>| Spec::from_files(texts).lint();
    let mut after = texts.clone();
    after.extend(written.clone());
    let mut made = lint(after);
    made.retain(|finding| !finding.is_about_use());
    if !made.is_empty() {
        // Lines move with the rows above them.
        let before = lint(texts.clone());
        made.retain(|finding| {
            !before
                .iter()
                .any(|old| (&old.file, &old.row, &old.what) == (&finding.file, &finding.row, &finding.what))
        });
    }
    made
}

/// Whether a file of spec/ holds operations or types: overrides and the choice of models do not.
fn holds_tables(path: &str) -> bool {
    path == "common.toml" || path.starts_with("v2/") || path.starts_with("v3/")
}

#[cfg(test)]
mod tests;
