//! `cargo xtask codegen`: from spec/ to crates/models and crates/sandbox.

use std::fs;
use std::path::Path;

use alipay_codegen::{Mode, Spec, catalog, emit, features, splice_features, sync, sync_file};

use crate::error::{Error, count};

pub(crate) fn run(root: &Path, check: bool) -> Result<String, Error> {
    let folder = root.join("spec");
    let spec = Spec::read(&folder).map_err(Error::io(&folder))?;
    let ir = spec.lower().map_err(Error::Findings)?;
    let files = emit(&ir).map_err(|finding| Error::Findings(vec![finding]))?;
    let mode = if check { Mode::Check } else { Mode::Write };

    let generated = root.join("crates/models/src/generated");
    let mut stale = sync(&generated, &files, mode).map_err(Error::io(&generated))?;

    let manifest = root.join("crates/models/Cargo.toml");
    let text = fs::read_to_string(&manifest).map_err(Error::io(&manifest))?;
    let text = splice_features(&text, &features(&ir)).ok_or(Error::Markers)?;
    stale.extend(sync_file(&manifest, &text, mode).map_err(Error::io(&manifest))?);

    let path = root.join("crates/sandbox/src/generated/catalog.json");
    stale.extend(sync_file(&path, &catalog(&ir), mode).map_err(Error::io(&path))?);

    let total = count(files.len() + 2, "file");
    if stale.is_empty() {
        return Ok(format!("{total}, all fresh"));
    }
    let lines = stale.iter().map(|stale| stale.to_string().replace(&format!("{}/", root.display()), ""));
    let lines: Vec<_> = lines.collect();
    match mode {
        Mode::Check => Err(Error::Stale(lines, "cargo xtask codegen")),
        Mode::Write => Ok(format!("{}\n{total}, {} written or deleted", lines.join("\n"), lines.len())),
    }
}
