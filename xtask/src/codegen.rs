//! `cargo xtask codegen`: from spec/ to crates/models, crates/spec and the index of operations.

use std::mem::ManuallyDrop;
use std::path::Path;
use std::{fs, panic, thread};

use alipay_codegen::{
    Finding, Ir, Mode, Spec, Stale, archive, emit, features, forwarded_features, packed_catalog,
    splice_features, sync, sync_file,
};

use crate::error::{Error, count};
use crate::index;

pub(crate) fn run(root: &Path, check: bool) -> Result<String, Error> {
    let folder = root.join("spec");
    // Giving back the memory of so many rows would be a tenth of the time; the process ends anyway.
    let spec = ManuallyDrop::new(Spec::read(&folder).map_err(Error::io(&folder))?);
    let ir = spec.lower().map_err(Error::Findings)?;
    let mode = if check { Mode::Check } else { Mode::Write };

    // Packing an archive is one long piece of work; typed Rust is shared out to all threads afterwards.
    let (archived, cataloged) = thread::scope(|scope| {
        let archived = scope.spawn(|| archived(root, &spec, mode));
        let cataloged = cataloged(root, &ir, mode);
        (archived.join().unwrap_or_else(|panic| panic::resume_unwind(panic)), cataloged)
    });
    let indexed = index::run(root, &ir, mode)?;
    let chosen = ManuallyDrop::new(ir.selected());
    let parts = [archived?, cataloged?, indexed, models(root, &chosen, mode)?];

    let total = count(parts.iter().map(|(files, _)| files).sum(), "generated file");
    let stale: Vec<_> = parts.into_iter().flat_map(|(_, stale)| stale).collect();
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

/// The features of crates/models, one a line: a feature is an API group.
pub(crate) fn groups(root: &Path) -> Result<String, Error> {
    let folder = root.join("spec");
    let spec = Spec::read(&folder).map_err(Error::io(&folder))?;
    let lines = features(&spec.lower().map_err(Error::Findings)?.selected());
    let groups = lines.lines().filter_map(|line| line.split_once(' ')).map(|(group, _)| group);
    Ok(groups.collect::<Vec<_>>().join("\n"))
}

/// How many files there are, and which were stale.
type Synced = (usize, Vec<Stale>);

/// The typed Rust of what spec/models.toml chooses, and the features in the manifests.
fn models(root: &Path, ir: &Ir<'_>, mode: Mode) -> Result<Synced, Error> {
    let files = emit(ir).map_err(broken)?;
    let generated = root.join("crates/models/src/generated");
    let mut stale = sync(&generated, &files, mode).map_err(Error::io(&generated))?;

    for (name, lines) in [("models", features(ir)), ("api", forwarded_features(ir, "alipay-models"))] {
        let manifest = root.join("crates").join(name).join("Cargo.toml");
        let text = fs::read_to_string(&manifest).map_err(Error::io(&manifest))?;
        let text =
            splice_features(&text, &lines).ok_or_else(|| Error::Markers(manifest.display().to_string()))?;
        stale.extend(sync_file(&manifest, text, mode).map_err(Error::io(&manifest))?);
    }
    Ok((files.len(), stale))
}

/// Everything as it was written, for `alipay_codegen::Builder`.
fn archived(root: &Path, spec: &Spec, mode: Mode) -> Result<Synced, Error> {
    packed(root, "specification.bin", &archive(spec).map_err(broken)?, mode)
}

/// Everything lowered, for programs that look it up.
fn cataloged(root: &Path, ir: &Ir<'_>, mode: Mode) -> Result<Synced, Error> {
    packed(root, "catalog.bin", &packed_catalog(ir).map_err(broken)?, mode)
}

fn packed(root: &Path, name: &str, bytes: &[u8], mode: Mode) -> Result<Synced, Error> {
    let path = root.join("crates/spec/data").join(name);
    let stale = sync_file(&path, bytes, mode).map_err(Error::io(&path))?;
    Ok((1, stale.into_iter().collect()))
}

fn broken(finding: Finding) -> Error {
    Error::Findings(vec![finding])
}
