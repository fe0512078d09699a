//! `cargo xtask scale`: what everything costs. Times the generator, and writes crates of everything for .ci/scale to
//! compile; they are far too large to be checked in.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;
use std::time::Instant;
use std::{fs, io};

use alipay_codegen::{Files, Finding, Mode, Spec, Summary, emit, emit_ungated, sync};

use crate::error::Error;

/// The rows of the table: what is chosen, as `models.toml` says it.
const ROWS: [(&str, &str); 4] = [
    ("operation", "v2 = [\"alipay.trade.pay\"]"),
    ("line", "v2 = [\"alipay.marketing.*\"]"),
    ("v3", "v3 = [\"*\"]"),
    ("v2", "v2 = [\"*\"]"),
];

/// The points of the plot: so many operations, spread over all of them. The steps are equal, as the plot draws them.
const POINTS: [usize; 5] = [800, 1600, 2400, 3200, 4000];

/// Reads, lowers, lints and emits everything in `spec`, and writes two crates for each row: `typed_<row>` is what we
/// generate, `derive_<row>` has the same structs with serde's derive. `typed_<number>` is a point of the plot. The file
/// `structs` says how many operations and structs they have.
pub(crate) fn run(root: &Path, spec: &Path, into: &Path) -> Result<String, Error> {
    let mut report = String::new();
    let mut clock = Instant::now();
    let mut lap = |report: &mut String, what: &str| {
        let _ = writeln!(report, "{what:<44}{:>8} ms", clock.elapsed().as_millis());
        clock = Instant::now();
    };
    let read = Spec::read(spec).map_err(Error::io(spec))?;
    lap(&mut report, "reading");
    let ir = read.lower().map_err(Error::Findings)?;
    lap(&mut report, "lowering and linting");
    let files = emit(&ir).map_err(broken)?;
    lap(&mut report, "emitting everything");
    let size = files.values().map(String::len).sum::<usize>();
    let _ = writeln!(report, "{:<44}{:>8} MB", "source of everything", size / 1_000_000);
    let chosen = emit(&ir.selected()).map_err(broken)?;
    let size = chosen.values().map(String::len).sum::<usize>();
    let _ = writeln!(report, "{:<44}{:>8} MB", "source of crates/models", size / 1_000_000);
    let _ = writeln!(report, "{:<44}{:>8} MB", "memory at most", peak_memory() / 1_000);

    let mut texts = BTreeMap::new();
    collect(spec, "", &mut texts).map_err(Error::io(spec))?;
    let mut structs = String::new();
    let rows = ROWS.map(|(name, choice)| (name.to_owned(), choice.to_owned()));
    for (name, choice) in rows.into_iter().chain(points(&read)?) {
        texts.insert("models.toml".to_owned(), choice);
        let spec = Spec::from_files(texts.clone());
        let ir = spec.lower().map_err(Error::Findings)?.selected();
        let files = emit_ungated(&ir).map_err(broken)?;
        let lines = files.values().flat_map(|text| text.lines());
        let count = lines.filter(|line| line.starts_with("pub struct ")).count();
        let _ = writeln!(structs, "{name} {} {count}", ir.operations().count());
        write(root, &into.join(format!("typed_{name}")), &files).map_err(Error::io(into))?;
        if ROWS.iter().any(|(row, _)| *row == name) {
            write(root, &into.join(format!("derive_{name}")), &derived(&files)).map_err(Error::io(into))?;
        }
    }
    fs::write(into.join("structs"), structs).map_err(Error::io(into))?;
    report.truncate(report.trim_end().len());
    Ok(report)
}

/// The points by name, each with its choice.
fn points(spec: &Spec) -> Result<Vec<(String, String)>, Error> {
    let ir = spec.lower().map_err(Error::Findings)?;
    let all: Vec<_> = ir.operations().collect();
    let choice = |count: usize| {
        let chosen = all.iter().enumerate();
        let chosen = chosen.filter(|(index, _)| index * count / all.len() != (index + 1) * count / all.len());
        let (v2, v3): (Vec<_>, Vec<_>) = chosen.map(|(_, item)| item).partition(|item| item.protocol == "v2");
        let names = |items: Vec<&Summary<'_>>| items.iter().map(|item| item.method.to_owned()).collect();
        let table: BTreeMap<&str, Vec<String>> = [("v2", names(v2)), ("v3", names(v3))].into();
        toml::to_string(&table)
            .map(|text| (count.to_string(), text))
            .map_err(|error| Error::io(Path::new("models.toml"))(io::Error::other(error)))
    };
    POINTS.into_iter().map(choice).collect()
}

fn broken(finding: Finding) -> Error {
    Error::Findings(vec![finding])
}

/// The TOML files of a specification, by their paths below it.
fn collect(folder: &Path, prefix: &str, texts: &mut BTreeMap<String, String>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() {
            collect(&path, &format!("{prefix}{name}/"), texts)?;
        } else if name.ends_with(".toml") {
            texts.insert(format!("{prefix}{name}"), fs::read_to_string(&path)?);
        }
    }
    Ok(())
}

/// Kilobytes that this process had at most; 0 where the system does not tell.
fn peak_memory() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|rest| rest.split_whitespace().next()?.parse().ok()).unwrap_or_default()
}

fn write(root: &Path, folder: &Path, files: &Files) -> io::Result<()> {
    let mut files = files.clone();
    let modules = ["common", "v2", "v3"].map(|module| format!("#[rustfmt::skip]\npub mod {module};\n"));
    files.insert("lib.rs".into(), format!("//! Generated to be measured.\n\n{}", modules.concat()));
    sync(&folder.join("src"), &files, Mode::Write)?;
    let manifest = format!(
        "[package]\nname = \"{}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[workspace]\n\n[dependencies]\n\
         alipay-core = {{ path = \"{}\" }}\nserde = {{ version = \"1\", features = [\"derive\"] }}\n",
        folder.file_name().unwrap_or_default().display(),
        root.join("crates/core").display(),
    );
    fs::write(folder.join("Cargo.toml"), manifest)?;
    fs::copy(root.join("Cargo.lock"), folder.join("Cargo.lock")).map(|_| ())
}

/// The same structs and setters with serde's derive, and text for every scalar.
fn derived(files: &Files) -> Files {
    files.iter().map(|(path, text)| (path.clone(), derive(text))).collect()
}

fn derive(text: &str) -> String {
    let mut out = String::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if line.starts_with("impl model::") || line.starts_with("impl meta::") {
            lines.by_ref().find(|line| *line == "}");
        } else if let Some(rest) = line.strip_prefix("pub enum ") {
            let _ = writeln!(out, "pub type {} = String;", rest.trim_end_matches(" {"));
            lines.by_ref().find(|line| *line == "}");
        } else if line.starts_with("alipay_core::open_enum!") {
            lines.by_ref().find(|line| *line == "});");
        } else if line.contains("use alipay_core::") || line.starts_with("alipay_core::model!") {
        } else if line.starts_with("#[derive(Clone, Default, PartialEq)]") {
            out.push_str(
                "#[derive(Clone, Debug, Default, PartialEq, serde::Deserialize, serde::Serialize)]\n",
            );
        } else if line.starts_with("#[derive(Clone, Debug, Eq, Hash, PartialEq)]")
            || line == "#[non_exhaustive]"
        {
        } else if line == "    pub extra: model::Extra," {
            out.push_str(
                "    #[serde(flatten)]\n    pub extra: std::collections::BTreeMap<String, String>,\n",
            );
        } else {
            out.push_str(line);
            out.push('\n');
        }
    }
    for scalar in ["Date", "DateTime", "Decimal", "Money", "UploadFile"] {
        for (open, close) in [("<", ">"), ("<Vec<", ">"), ("Box<", ">")] {
            out = out.replace(&format!("{open}{scalar}{close}"), &format!("{open}String{close}"));
        }
        out = out.replace(&format!("value: {scalar})"), "value: String)");
    }
    out
}
