//! Keeps the layers apart and the files in order: what no compiler checks.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use toml::{Table, Value};

use crate::error::Error;

/// Which crates of ours a crate may depend on. An arrow that is not here is a design change: see ARCHITECTURE.md.
const ARROWS: &[(&str, &[&str])] = &[
    ("alipay-api", &["alipay-core", "alipay-models", "alipay-transport-async", "alipay-transport-blocking"]),
    ("alipay-cli", &["alipay-api", "alipay-sandbox"]),
    ("alipay-codegen", &["alipay-spec"]),
    ("alipay-core", &["alipay-sign"]),
    ("alipay-example-build-script", &["alipay-api", "alipay-codegen", "alipay-core", "alipay-sandbox"]),
    ("alipay-models", &["alipay-core"]),
    ("alipay-sandbox", &["alipay-core", "alipay-sign", "alipay-spec"]),
    ("alipay-sign", &[]),
    ("alipay-spec", &[]),
    ("alipay-tests", &["alipay-api", "alipay-codegen", "alipay-sandbox", "alipay-spec"]),
    ("alipay-transport-async", &["alipay-core"]),
    ("alipay-transport-blocking", &["alipay-core"]),
    ("xtask", &["alipay-codegen"]),
];

/// Libraries that belong to one crate, so that the others cannot come to know them. Tests may use what they like.
const WRAPPED: &[(&str, &str)] = &[
    ("aws-lc-rs", "alipay-sign"),
    ("der", "alipay-sign"),
    ("encoding_rs", "alipay-sign"),
    ("flate2", "alipay-spec"),
    ("jiff", "alipay-core"),
    ("prettyplease", "alipay-codegen"),
    ("reqwest", "alipay-transport-async"),
    ("rsa", "alipay-sign"),
    ("ureq", "alipay-transport-blocking"),
];

/// Lines after which a hand-written file surely has more than one purpose.
const LONGEST: usize = 600;

pub(crate) fn run(root: &Path) -> Result<String, Error> {
    let mut found = Vec::new();
    let manifests = manifests(root)?;
    for path in &manifests {
        let text = fs::read_to_string(path).map_err(Error::io(path))?;
        layers(&shown(root, path), &text, &mut found);
    }
    let sources = sources(root)?;
    for path in &sources {
        let text = fs::read_to_string(path).map_err(Error::io(path))?;
        source(&shown(root, path), &text, &mut found);
    }
    if found.is_empty() {
        return Ok(format!("{} manifests and {} files are tidy", manifests.len(), sources.len()));
    }
    Err(Error::Untidy(found))
}

/// Checks the arrows of one manifest.
fn layers(path: &str, text: &str, found: &mut Vec<String>) {
    let Ok(manifest) = text.parse::<Table>() else {
        return found.push(format!("{path}: this is no TOML"));
    };
    let name = manifest
        .get("package")
        .and_then(|package| package.get("name"))
        .and_then(Value::as_str)
        .unwrap_or("?");
    let Some((_, allowed)) = ARROWS.iter().find(|(known, _)| *known == name) else {
        return found
            .push(format!("{path}: {name} has no place in the layers; give it a row in xtask/src/tidy.rs"));
    };
    let tables = ["dependencies", "build-dependencies"];
    let dependencies = tables.iter().filter_map(|table| manifest.get(*table)?.as_table());
    for dependency in dependencies.flat_map(Table::keys) {
        if ARROWS.iter().any(|(known, _)| known == dependency) && !allowed.contains(&dependency.as_str()) {
            found.push(format!(
                "{path}: {name} must not know {dependency}; see the arrows in ARCHITECTURE.md"
            ));
        }
        if let Some((_, owner)) = WRAPPED
            .iter()
            .find(|(wrapped, owner)| wrapped == dependency && ![owner, "alipay-tests"].contains(&name))
        {
            found.push(format!("{path}: {dependency} belongs to {owner}; use what {owner} offers"));
        }
    }
    let inherits = manifest.get("lints").and_then(|lints| lints.get("workspace")).and_then(Value::as_bool);
    if inherits != Some(true) {
        found.push(format!("{path}: add `[lints] workspace = true`"));
    }
}

/// Checks one source file.
fn source(path: &str, text: &str, found: &mut Vec<String>) {
    if !text.starts_with("//!") {
        found.push(format!("{path}: begin with `//!` and say why the module exists"));
    }
    let lines = text.lines().count();
    if lines > LONGEST && !path.contains("/generated/") {
        found.push(format!("{path}: {lines} lines; a file has one purpose and, as a rule, fewer than 400"));
    }
    for (number, line) in (1..).zip(text.lines()) {
        if line.trim() == "#[ignore]" {
            found.push(format!("{path}:{number}: say why the test is skipped: `#[ignore = \"...\"]`"));
        }
    }
}

fn manifests(root: &Path) -> Result<BTreeSet<PathBuf>, Error> {
    let crates = root.join("crates");
    let entries = fs::read_dir(&crates).map_err(Error::io(&crates))?;
    let mut found: BTreeSet<_> = entries.flatten().map(|entry| entry.path().join("Cargo.toml")).collect();
    found.extend([root.join("tests/Cargo.toml"), root.join("xtask/Cargo.toml")]);
    Ok(found)
}

fn sources(root: &Path) -> Result<BTreeSet<PathBuf>, Error> {
    let mut found = BTreeSet::new();
    let mut folders: Vec<_> = ["crates", "tests", "xtask"].map(|folder| root.join(folder)).into();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).map_err(Error::io(&folder))?.flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.insert(path);
            }
        }
    }
    Ok(found)
}

fn shown(root: &Path, path: &Path) -> String {
    path.strip_prefix(root).unwrap_or(path).display().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn findings(manifest: &str) -> Vec<String> {
        let mut found = Vec::new();
        layers("Cargo.toml", manifest, &mut found);
        found
    }

    #[test]
    fn an_arrow_against_the_layers_is_found() {
        let models = "[package]\nname = \"alipay-models\"\n[lints]\nworkspace = true\n[dependencies]\nalipay-core = {}\n";
        assert_eq!(findings(models), Vec::<String>::new());
        let found = findings(&format!("{models}alipay-transport-async = {{}}\nreqwest = \"0.13\"\n"));
        assert_eq!(found.len(), 2);
        assert!(found[0].contains("alipay-models must not know alipay-transport-async"), "{}", found[0]);
        assert!(found[1].contains("reqwest belongs to alipay-transport-async"), "{}", found[1]);
    }

    #[test]
    fn a_file_without_purpose_and_a_test_skipped_without_reason_are_found() {
        let mut found = Vec::new();
        source("a.rs", "//! Why.\n#[test]\n#[ignore]\nfn a() {}\n", &mut found);
        source("b.rs", "fn b() {}\n", &mut found);
        assert_eq!(found.len(), 2);
        assert!(found[0].starts_with("a.rs:3: ") && found[1].starts_with("b.rs: "), "{found:?}");
    }
}
