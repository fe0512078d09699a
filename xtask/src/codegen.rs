//! `cargo xtask codegen`: from spec/ to crates/models, crates/spec, crates/sandbox and the index of operations.

use std::path::Path;
use std::{fs, thread};

use alipay_codegen::{
    Finding, Ir, Mode, Spec, Stale, archive, catalog, emit, features, forwarded_features, packed_catalog,
    splice_features, sync, sync_file,
};

use crate::error::{Error, count};
use crate::index;

pub(crate) fn run(root: &Path, check: bool) -> Result<String, Error> {
    let folder = root.join("spec");
    let spec = Spec::read(&folder).map_err(Error::io(&folder))?;
    let mode = if check { Mode::Check } else { Mode::Write };

    // What is embedded, what is listed and what is compiled have nothing to do with each other.
    let (models, others) = thread::scope(|scope| {
        let others = [
            scope.spawn(|| archived(root, &spec, mode)),
            scope.spawn(|| cataloged(root, &spec, mode)),
            scope.spawn(|| index::run(root, mode)),
        ];
        let models = spec.lower().map_err(Error::Findings).and_then(|ir| models(root, &ir.selected(), mode));
        (models, others.map(|other| other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))))
    });
    let (mut files, mut stale) = models?;
    for other in others {
        let (more, found) = other?;
        files += more;
        stale.extend(found);
    }

    let total = count(files, "generated file");
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

/// The typed Rust of what spec/models.toml chooses, and the features in the manifest. How many files, and what was stale.
fn models(root: &Path, ir: &Ir<'_>, mode: Mode) -> Result<(usize, Vec<Stale>), Error> {
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
fn archived(root: &Path, spec: &Spec, mode: Mode) -> Result<(usize, Vec<Stale>), Error> {
    let path = root.join("crates/spec/data/specification.bin");
    let stale = sync_file(&path, archive(spec).map_err(broken)?, mode).map_err(Error::io(&path))?;
    Ok((1, stale.into_iter().collect()))
}

/// Everything lowered, for programs that look it up.
fn cataloged(root: &Path, spec: &Spec, mode: Mode) -> Result<(usize, Vec<Stale>), Error> {
    let ir = spec.lower().map_err(Error::Findings)?;
    let files = [
        ("crates/sandbox/src/generated/catalog.json", catalog(&ir).into_bytes()),
        ("crates/spec/data/catalog.bin", packed_catalog(&ir).map_err(broken)?),
    ];
    let mut stale = Vec::new();
    for (path, bytes) in files {
        let path = root.join(path);
        stale.extend(sync_file(&path, bytes, mode).map_err(Error::io(&path))?);
    }
    Ok((2, stale))
}

fn broken(finding: Finding) -> Error {
    Error::Findings(vec![finding])
}
