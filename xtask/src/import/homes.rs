//! Where a type or enum lives: with the one group that uses it, or in the protocol's `common.toml`.

use std::collections::{BTreeSet, HashMap, HashSet};

use toml_edit::Table;

use super::files::{File, rows, text};
use super::merge::{Files, group_of, sees};
use super::report::Report;
use super::weave::weave;
use crate::document::{Document, Leaf, Protocol, Type};

const KINDS: [&str; 2] = ["type", "enum"];

/// Gives every new type its file, and moves those of ours whose use has changed.
pub(super) fn settle(
    document: &Document,
    files: &mut Files,
    mut new: HashMap<String, Table>,
    report: &mut Report,
) {
    let protocol = document.protocol;
    let users = users(files, &new, protocol);
    let mut coming: HashMap<(String, &'static str), HashMap<String, Table>> = HashMap::new();
    for (name, table) in new.drain() {
        // A new type has a user: a field led to it.
        if let Some(home) = home(users.get(name.as_str()), protocol) {
            coming.entry((home, "type")).or_default().insert(name, table);
        }
    }
    for (path, file) in files.iter_mut().filter(|(path, _)| path.starts_with(&format!("{protocol}/"))) {
        for kind in KINDS {
            let leaves = |table: &Table| {
                let name = text(table, "name")?.to_owned();
                let home = home(users.get(name.as_str()), protocol)?;
                (home != *path).then_some((name, home))
            };
            if !file.tables(kind).iter().any(|table| leaves(table).is_some()) {
                continue;
            }
            let tables = std::mem::take(file.tables_mut(kind));
            for table in tables {
                match leaves(&table) {
                    Some((name, home)) => {
                        report.moved.push(format!("{name}: from spec/{path} to spec/{home}"));
                        coming.entry((home, kind)).or_default().insert(name, table);
                    }
                    None => file.tables_mut(kind).push(table),
                }
            }
            file.changed = true;
        }
    }
    for ((path, kind), tables) in coming {
        let group = group_of(&path, protocol).map(str::to_owned);
        let file = files.entry(path).or_insert_with(|| File::new(group.as_deref()));
        let old = std::mem::take(file.tables_mut(kind));
        let order = document.types.iter().map(|item| &item.name);
        *file.tables_mut(kind) = weave(old, tables, order, |table| text(table, "name").map(str::to_owned));
        file.changed = true;
    }
}

/// Where something with these users belongs. What nobody uses stays where it is: `spec lint` reports it.
fn home(users: Option<&BTreeSet<String>>, protocol: Protocol) -> Option<String> {
    let users = users?;
    let mut groups = users.iter();
    match (groups.next(), groups.next()) {
        (Some(group), None) => Some(format!("{protocol}/{group}.toml")),
        (Some(_), Some(_)) => Some(format!("{protocol}/common.toml")),
        (None, _) => None,
    }
}

/// The groups that use each type and enum, also through other types.
fn users(
    files: &Files,
    new: &HashMap<String, Table>,
    protocol: Protocol,
) -> HashMap<String, BTreeSet<String>> {
    let mut inner: HashMap<&str, Vec<String>> = HashMap::new();
    let there = files.iter().filter(|(path, _)| sees(protocol, path));
    for table in there.flat_map(|(_, file)| file.tables("type")).chain(new.values()) {
        if let Some(name) = text(table, "name") {
            inner.insert(name, names(table, "fields"));
        }
    }
    let mut users: HashMap<String, BTreeSet<String>> = HashMap::new();
    for (path, file) in files {
        let Some(group) = group_of(path, protocol) else { continue };
        let asked = file.tables("operation").iter().flat_map(|table| {
            let mut both = names(table, "request");
            both.extend(names(table, "response"));
            both
        });
        let told = file.tables("notification").iter().flat_map(|table| names(table, "fields"));
        let mut work: Vec<String> = asked.chain(told).collect();
        let mut seen: HashSet<String> = HashSet::new();
        while let Some(name) = work.pop() {
            if seen.insert(name.clone()) {
                work.extend(inner.get(name.as_str()).into_iter().flatten().cloned());
                users.entry(name).or_default().insert(group.to_owned());
            }
        }
    }
    users
}

/// The types and enums that the rows below a key name.
fn names(table: &Table, key: &str) -> Vec<String> {
    let name = |text: &str| match Type::parse(text)?.leaf {
        Leaf::Enum(name) | Leaf::Named(name) => Some(name),
        Leaf::Plain(_) => None,
    };
    rows(table, key).filter_map(|row| name(text(row, "type")?)).collect()
}
