//! The document into spec/: operations to the files of their groups, types to where they are used.

use std::collections::{BTreeMap, HashMap, HashSet};

use alipay_codegen::SensitiveNames;
use toml_edit::{Array, Table, value};

use super::files::{File, list, rows, text};
use super::homes;
use super::names::Names;
use super::report::Report;
use super::rows::Merge;
use super::weave::weave;
use crate::document::{Document, Operation, Place, Protocol, TypeDef, group};
use crate::error::count;

/// What merging found out.
#[derive(Debug, Default)]
pub(super) struct Merged {
    pub(super) report: Report,
    /// By our name of a type, the types of the document that it stands for.
    pub(super) stands_for: HashMap<String, Vec<String>>,
}

/// The files of spec/, by their path below it (`v2/trade.toml`).
pub(super) type Files = BTreeMap<String, File>;

pub(super) fn merge(
    document: &Document,
    files: &mut Files,
    sensitive: &SensitiveNames,
    refused: &HashSet<String>,
) -> Merged {
    let mut merge = Merge {
        sensitive,
        refused,
        names: Names::of(document, files, document.protocol == Protocol::V2),
        pairs: Vec::new(),
        values: BTreeMap::new(),
        report: Report::default(),
    };
    operations(document, files, &mut merge);
    let (new, stands_for) = types(document, files, &mut merge);
    values(document, files, &mut merge);
    homes::settle(document, files, new, &mut merge.report);
    Merged { report: merge.report, stands_for }
}

fn operations(document: &Document, files: &mut Files, merge: &mut Merge<'_>) {
    let mut groups: BTreeMap<String, Vec<&Operation>> = BTreeMap::new();
    let refused: HashSet<&str> =
        document.operations.iter().filter(|item| item.refused).map(|item| item.method.as_str()).collect();
    for operation in document.operations.iter().filter(|operation| !operation.refused) {
        groups.entry(group(&operation.method)).or_default().push(operation);
    }
    let there = files.keys().filter_map(|path| group_of(path, document.protocol)).map(str::to_owned);
    for group in there.collect::<Vec<_>>() {
        groups.entry(group).or_default();
    }
    for (group, facts) in groups {
        let path = format!("{}/{group}.toml", document.protocol);
        let file = files.entry(path.clone()).or_insert_with(|| File::new(Some(&group)));
        let mut known: HashMap<&str, &Operation> =
            facts.iter().map(|operation| (operation.method.as_str(), *operation)).collect();
        let mut changed = false;
        let mut tables = std::mem::take(file.tables_mut("operation"));
        for table in &mut tables {
            let Some(method) = text(table, "method").map(str::to_owned) else { continue };
            let place = format!("spec/{path}: {method}");
            match known.remove(method.as_str()) {
                Some(facts) => changed |= operation(table, facts, &place, merge),
                None if refused.contains(method.as_str()) => {}
                None => {
                    let address = (text(table, "verb"), text(table, "path"));
                    let same = |facts: &&&Operation| {
                        address.0.is_some() && (facts.verb.as_deref(), facts.path.as_deref()) == address
                    };
                    let renamed = facts.iter().find(same).map_or(String::new(), |facts| {
                        format!("; it looks renamed: `{}` has its verb and path", facts.method)
                    });
                    merge.report.kept(format!("{place}{renamed}"));
                }
            }
        }
        let mut new = HashMap::new();
        for facts in known.into_values() {
            let mut table = Table::new();
            table.insert("method", value(facts.method.as_str()));
            fill(&mut table, facts, &format!("spec/{path}: {}", facts.method), merge);
            new.insert(facts.method.clone(), table);
        }
        merge.report.counts.operations += new.len();
        changed |= !new.is_empty();
        let order = facts.iter().map(|operation| &operation.method);
        let tables = weave(tables, new, order, |table| text(table, "method").map(str::to_owned));
        *file.tables_mut("operation") = tables;
        file.changed |= changed;
    }
}

/// The group of a file of this protocol; `None` for the others, and for `common.toml`.
pub(super) fn group_of(path: &str, protocol: Protocol) -> Option<&str> {
    let (folder, name) = path.split_once('/')?;
    let group = name.strip_suffix(".toml")?;
    (folder == protocol.to_string() && group != "common").then_some(group)
}

/// Merges an operation that is there already.
fn operation(table: &mut Table, facts: &Operation, place: &str, merge: &mut Merge<'_>) -> bool {
    for (key, fact) in [("title", &facts.title), ("verb", &facts.verb), ("path", &facts.path)] {
        let ours = text(table, key);
        if let (Some(ours), Some(fact)) = (ours, fact)
            && ours != fact
        {
            merge.report.changed(format!("{place}: `{key}` is `{fact}` now, was `{ours}`"));
        }
    }
    match (facts.form, text(table, "params")) {
        (true, None) => merge.report.changed(format!("{place}: the fields travel as a form now")),
        (false, Some(_)) => merge.report.kept(format!("{place}: `params`")),
        _ => {}
    }
    let mut changed = fill(table, facts, place, merge);
    changed |= without_place(table, facts, place, merge);
    for (key, facts) in [("request", &facts.request), ("response", &facts.response)] {
        let known: HashSet<&str> = facts.iter().map(|fact| fact.name.as_str()).collect();
        for name in rows(table, key).filter_map(|row| text(row, "name")).filter(|name| !known.contains(name))
        {
            merge.report.kept(format!("{place}/{key}/{name}"));
        }
    }
    changed
}

/// Removes rows of ours that the path has no place for any more: nothing could be sent with them.
fn without_place(table: &mut Table, facts: &Operation, place: &str, merge: &mut Merge<'_>) -> bool {
    let path = text(table, "path").unwrap_or_default().to_owned();
    let Some(rows) = list(table, "request") else { return false };
    let before = rows.len();
    rows.retain(|row| {
        let Some(row) = row.as_inline_table().filter(|row| text(*row, "in") == Some("path")) else {
            return true;
        };
        let name = text(row, "name").unwrap_or_default();
        let stays = facts.request.iter().any(|fact| fact.name == name)
            || path.split('/').any(|part| part == format!("{{{name}}}"));
        if !stays {
            merge
                .report
                .changed(format!("{place}/request/{name}: removed, the path has no place for it now"));
        }
        stays
    });
    rows.len() < before
}

/// Writes what the document says about an operation.
fn fill(table: &mut Table, facts: &Operation, place: &str, merge: &mut Merge<'_>) -> bool {
    let mut changed = merge.rust(table, "name", facts.rust.as_deref(), place);
    let params = facts.form.then(|| "form".to_owned());
    for (key, fact) in
        [("title", &facts.title), ("verb", &facts.verb), ("path", &facts.path), ("params", &params)]
    {
        if let Some(fact) = fact
            && text(table, key) != Some(fact)
        {
            table.insert(key, value(fact.as_str()));
            changed = true;
        }
    }
    let usual = match facts.verb.as_deref() {
        Some("GET" | "DELETE") => Place::Query,
        _ => Place::Body,
    };
    if !(facts.codes.is_empty() && table.get("codes").is_none())
        && let Some(codes) = list(table, "codes")
    {
        let added = merge.codes(codes, &facts.codes, &format!("{place}/codes"));
        merge.report.counts.codes += added;
        changed |= added > 0;
    }
    for (key, facts, usual) in
        [("request", &facts.request, usual), ("response", &facts.response, Place::Body)]
    {
        changed |= table.get(key).is_none();
        if let Some(rows) = list(table, key) {
            changed |= merge.fields(rows, facts, usual, &format!("{place}/{key}"));
        }
    }
    changed
}

/// Merges every type that a field led to; returns those that are new, still without a file, and what all stand for.
fn types(
    document: &Document,
    files: &mut Files,
    merge: &mut Merge<'_>,
) -> (HashMap<String, Table>, HashMap<String, Vec<String>>) {
    let facts = document.type_by_name();
    let there = where_types_are(files, document.protocol);
    let mut new: HashMap<String, Table> = HashMap::new();
    let mut seen = HashSet::new();
    let mut stands_for: HashMap<String, Vec<String>> = HashMap::new();
    // A type of ours may stand for several of the document: it then has the fields of all of them.
    let mut fields: BTreeMap<String, HashSet<&str>> = BTreeMap::new();
    while let Some(pair) = merge.pairs.pop() {
        if !seen.insert(pair.clone()) {
            continue;
        }
        let (ours, theirs) = pair;
        let Some(facts): Option<&TypeDef> = facts.get(theirs.as_str()).copied() else { continue };
        stands_for.entry(ours.clone()).or_default().push(theirs);
        fields.entry(ours.clone()).or_default().extend(facts.fields.iter().map(|fact| fact.name.as_str()));
        match there.get(&ours) {
            Some((path, index)) => {
                let Some(file) = files.get_mut(path) else { continue };
                let Some(table) = file.tables_mut("type").get_mut(*index) else { continue };
                let Some(rows) = list(table, "fields") else { continue };
                let place = format!("spec/{path}: {ours}");
                let changed = merge.fields(rows, &facts.fields, Place::Body, &place);
                file.changed |= changed;
            }
            None => {
                let mut rows = Array::new();
                let mut table = Table::new();
                merge.fields(&mut rows, &facts.fields, Place::Body, &ours);
                table.insert("name", value(ours.as_str()));
                table.insert("fields", value(rows));
                new.insert(ours, table);
            }
        }
    }
    merge.report.counts.types = new.len();
    for (ours, known) in fields {
        let Some((path, index)) = there.get(&ours) else { continue };
        let Some(table) = files.get(path).and_then(|file| file.tables("type").get(*index)) else { continue };
        for name in
            rows(table, "fields").filter_map(|row| text(row, "name")).filter(|name| !known.contains(name))
        {
            merge.report.kept(format!("spec/{path}: {ours}/{name}"));
        }
    }
    (new, stands_for)
}

/// Merges the values that the document lists into the enums of ours that its rows have.
fn values(document: &Document, files: &mut Files, merge: &mut Merge<'_>) {
    let values = std::mem::take(&mut merge.values);
    for (path, file) in files.iter_mut().filter(|(path, _)| sees(document.protocol, path)) {
        let mut changed = false;
        for table in file.tables_mut("enum") {
            let Some((name, values)) = text(table, "name").and_then(|name| values.get_key_value(name)) else {
                continue;
            };
            let Some(rows) = list(table, "values") else { continue };
            let place = format!("spec/{path}: {name}");
            let added = merge.codes(rows, values, &place);
            if added > 0 {
                merge.report.changed(format!("{place}: {} added", count(added, "value")));
                changed = true;
            }
        }
        file.changed |= changed;
    }
}

/// The file and the number of each type that this protocol sees.
pub(super) fn where_types_are(files: &Files, protocol: Protocol) -> HashMap<String, (String, usize)> {
    let mut there = HashMap::new();
    for (path, file) in files.iter().filter(|(path, _)| sees(protocol, path)) {
        for (index, table) in file.tables("type").iter().enumerate() {
            if let Some(name) = text(table, "name") {
                there.insert(name.to_owned(), (path.clone(), index));
            }
        }
    }
    there
}

/// Whether a protocol sees what a file declares.
pub(super) fn sees(protocol: Protocol, path: &str) -> bool {
    path == "common.toml" || path.starts_with(&format!("{protocol}/"))
}
