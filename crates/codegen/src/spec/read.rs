//! From a folder of TOML files to a [`Spec`].

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{fs, io};

use sha2::{Digest, Sha256};

use super::keys::Keys;
use super::overrides::{FileRows, Override};
use super::{File, Home, Protocol, Selection, SensitiveNames, Spec, overrides, tables};
use crate::finding::{Finding, Place, Report};
use crate::names::is_no_module;
use crate::row::Row;
use crate::workers;

/// The keys at the top of a file, in the order in which they are written.
pub(crate) const FILE_KEYS: [&str; 5] = ["group", "operation", "notification", "type", "enum"];

/// Features of alipay-api that are no groups.
const FEATURES: [&str; 6] = ["async", "axum", "blocking", "default", "rustcrypto", "sm2"];

/// How paths of the specification begin in findings and headers, wherever the folder is.
const ROOT: &str = "spec/";

impl Spec {
    /// Reads `common.toml`, `v2/*.toml` (`v2/common.toml` among them), `v3/*.toml`, `overrides/*.toml`,
    /// `models.toml` and `sensitive.toml` of a folder.
    ///
    /// # Errors
    /// When a file or folder cannot be read. What the files say never fails here: see [`Spec::lint`].
    pub fn read(folder: &Path) -> io::Result<Self> {
        Self::read_under(ROOT, folder)
    }

    /// The same, where findings give paths below `root`.
    pub(crate) fn read_under(root: &str, folder: &Path) -> io::Result<Self> {
        let mut texts = BTreeMap::new();
        collect(folder, "", &mut texts)?;
        Ok(Self::from_texts(root, texts))
    }

    /// Reads texts that are already in memory: paths below the folder (`v2/marketing.toml`), and what they hold.
    ///
    /// # Examples
    /// ```
    /// let text = r#"
    /// group = "marketing"
    ///
    /// [[enum]]
    /// name = "Color"
    /// doc = "A color."
    /// values = [{ value = "RED", docs = "Red." }]
    /// "#;
    /// let spec = alipay_codegen::Spec::from_files([("v2/marketing.toml".to_owned(), text.to_owned())]);
    /// assert!(spec.lint().iter().any(|finding| finding.what == "unknown key `docs`"));
    /// ```
    #[must_use]
    pub fn from_files(files: impl IntoIterator<Item = (String, String)>) -> Self {
        Self::from_texts(ROOT, files)
    }

    fn from_texts(root: &str, files: impl IntoIterator<Item = (String, String)>) -> Self {
        let mut texts: Vec<_> =
            files.into_iter().map(|(path, text)| (format!("{root}{path}"), text)).collect();
        texts.sort();
        let mut spec = Self::default();
        let mut rows = Vec::new();
        let mut corrections = Vec::new();
        for (part, findings) in workers::each(&texts, |(path, text)| parse(root, path, text)) {
            spec.findings.extend(findings);
            match part {
                Some(Part::Group(file)) => rows.push(file),
                Some(Part::Overrides(more)) => corrections.extend(more),
                Some(Part::Selection(selection)) => spec.selection = Some(selection),
                Some(Part::Sensitive(names)) => spec.sensitive = names,
                None => {}
            }
        }
        overrides::apply(&corrections, &mut rows, &mut spec.findings);
        for (file, findings) in workers::each(&rows, file) {
            spec.files.push(file);
            spec.findings.extend(findings);
        }
        spec
    }
}

/// What one file of the specification is, as rows.
enum Part {
    Group(FileRows),
    Overrides(Vec<Override>),
    Selection(Selection),
    Sensitive(SensitiveNames),
}

fn parse(root: &str, path: &str, text: &str) -> (Option<Part>, Vec<Finding>) {
    let mut findings = Vec::new();
    let text = text.replace("\r\n", "\n");
    let mut report = Report::new(path, &mut findings);
    let part = match kind(path.strip_prefix(root).unwrap_or(path)) {
        Some(Kind::Group(home)) => {
            let row = Row::parse(&text, &mut report);
            Some(Part::Group((path.to_owned(), hash(&text), home, row)))
        }
        Some(Kind::Overrides) => Some(Part::Overrides(overrides::read(path, &text, &mut findings))),
        Some(Kind::Selection) => Some(Part::Selection(Selection::read(path, &text, &mut findings))),
        Some(Kind::Sensitive) => {
            let (names, more) = SensitiveNames::parse(path, &text);
            findings.extend(more);
            Some(Part::Sensitive(names))
        }
        None => {
            report.add(
                0,
                Place::default(),
                "this file is none of the specification's",
                "move it to v2/<group>.toml, v3/<group>.toml, common.toml, models.toml, sensitive.toml or overrides/",
            );
            None
        }
    };
    (part, findings)
}

enum Kind {
    Group(Home),
    Selection,
    Sensitive,
    Overrides,
}

fn kind(path: &str) -> Option<Kind> {
    let stem = path.strip_suffix(".toml")?;
    match stem.split_once('/') {
        None if stem == "models" => Some(Kind::Selection),
        None if stem == "sensitive" => Some(Kind::Sensitive),
        None if stem == "common" => Some(Kind::Group(Home::Both)),
        Some((_, name)) if name.contains('/') => None,
        Some(("v2", name)) => Some(Kind::Group(below(Protocol::V2, name))),
        Some(("v3", name)) => Some(Kind::Group(below(Protocol::V3, name))),
        Some(("overrides", _)) => Some(Kind::Overrides),
        _ => None,
    }
}

fn below(protocol: Protocol, name: &str) -> Home {
    if name == "common" { Home::Shared(protocol) } else { Home::Group(protocol, name.into()) }
}

fn file((path, hash, home, row): &FileRows) -> (File, Vec<Finding>) {
    let mut findings = Vec::new();
    let mut report = Report::new(path, &mut findings);
    let mut keys = Keys::new(row, Place::default(), &FILE_KEYS, &mut report);
    check_group(&mut keys, home.group().map(|(_, group)| group));
    let (operations, notifications) = (keys.rows("operation"), keys.rows("notification"));
    let (types, enums) = (keys.rows("type"), keys.rows("enum"));
    if home.group().is_none() && !(operations.is_empty() && notifications.is_empty()) {
        keys.finding(
            "operation",
            "a common.toml holds an operation or notification",
            "move it to the file of its group",
        );
    }
    let operations = operations.into_iter().map(|row| tables::operation(row, &mut report)).collect();
    let notifications = notifications.into_iter().map(|row| tables::notification(row, &mut report)).collect();
    let types = types.into_iter().map(|row| tables::type_def(row, &mut report)).collect();
    let enums = enums.into_iter().map(|row| tables::enum_def(row, &mut report)).collect();
    let (path, hash, home) = (path.clone(), hash.clone(), home.clone());
    (File { path, hash, home, operations, notifications, types, enums }, findings)
}

fn check_group(keys: &mut Keys<'_, '_, '_>, stem: Option<&str>) {
    match (keys.text("group"), stem) {
        (Some(group), Some(stem)) if group != stem => {
            let fix = format!("write `group = \"{stem}\"` or rename the file to {group}.toml");
            keys.finding("group", format!("the group is `{group}` but the file is called {stem}.toml"), fix);
        }
        (Some(_), None) => keys.finding("group", "a common.toml has a group", "remove `group`"),
        (None, Some(stem)) => {
            keys.finding("group", "`group` is missing", format!("begin the file with `group = \"{stem}\"`"));
        }
        _ => {}
    }
    if let Some(stem) = stem {
        let good = stem.starts_with(|first: char| first.is_ascii_lowercase())
            && stem.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
            && !is_no_module(stem)
            && !FEATURES.contains(&stem);
        if !good {
            keys.finding(
                "group",
                format!("`{stem}` cannot name a group"),
                "rename the file: small letters, digits and `_`; a name that modules, files and features can have",
            );
        }
    }
}

fn hash(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

fn collect(folder: &Path, prefix: &str, texts: &mut BTreeMap<String, String>) -> io::Result<()> {
    let mut entries: Vec<PathBuf> =
        fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path())).collect::<io::Result<_>>()?;
    entries.sort();
    for path in entries {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() {
            collect(&path, &format!("{prefix}{name}/"), texts)?;
        } else if name.ends_with(".toml") {
            texts.insert(format!("{prefix}{name}"), fs::read_to_string(&path)?);
        }
    }
    Ok(())
}
