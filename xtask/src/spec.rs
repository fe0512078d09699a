//! `cargo xtask spec`: style and mistakes of the specification.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{fs, io};

use alipay_codegen::{Mode, Spec, style, sync_file};

use crate::error::{Error, count};

pub(crate) fn lint(folder: &Path) -> Result<String, Error> {
    let findings = Spec::read(folder).map_err(Error::io(folder))?.lint();
    if findings.is_empty() { Ok("no findings".to_owned()) } else { Err(Error::Findings(findings)) }
}

pub(crate) fn fmt(root: &Path, check: bool) -> Result<String, Error> {
    let folder = root.join("spec");
    let mode = if check { Mode::Check } else { Mode::Write };
    let paths = toml_files(&folder).map_err(Error::io(&folder))?;
    let (mut changed, mut findings) = (Vec::new(), Vec::new());
    for path in &paths {
        let name = path.strip_prefix(root).unwrap_or(path).display().to_string().replace('\\', "/");
        let text = fs::read_to_string(path).map_err(Error::io(path))?;
        match style(&name, &text) {
            Ok(styled) => {
                let stale = sync_file(path, &styled, mode).map_err(Error::io(path))?;
                changed.extend(stale.map(|_| name));
            }
            Err(more) => findings.extend(more),
        }
    }
    match (findings.is_empty(), changed.is_empty()) {
        (false, _) => Err(Error::Findings(findings)),
        (true, true) => Ok(format!("{}, all in style", count(paths.len(), "file"))),
        (true, false) if check => Err(Error::Stale(changed, "cargo xtask spec fmt")),
        (true, false) => Ok(format!("{}\n{} changed", changed.join("\n"), count(changed.len(), "file"))),
    }
}

/// The texts of the specification, by their path below the folder, with slashes on every machine.
pub(crate) fn read_texts(folder: &Path) -> Result<BTreeMap<String, String>, Error> {
    let mut texts = BTreeMap::new();
    for path in toml_files(folder).map_err(Error::io(folder))? {
        let name = path.strip_prefix(folder).unwrap_or(&path).display().to_string().replace('\\', "/");
        texts.insert(name, fs::read_to_string(&path).map_err(Error::io(&path))?);
    }
    Ok(texts)
}

/// Every TOML file below a folder, in order.
fn toml_files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            paths.extend(toml_files(&path)?);
        } else if path.extension().is_some_and(|extension| extension == "toml") {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}
