//! From chosen operations to a specification that holds them and everything that they contain.

use std::collections::{BTreeMap, BTreeSet};

use alipay_spec::Archive;

use super::error::BuildError;
use crate::Spec;
use crate::archive::key;
use crate::finding::{Finding, Place, Report};
use crate::spec::{File, Home, Protocol};
use crate::types::Leaf;

/// Where items come from: the user's own specification first, then the embedded one.
pub(super) struct Source<'a> {
    archive: &'a Archive<'a>,
    /// Files of one item each.
    own: BTreeMap<String, File>,
}

impl<'a> Source<'a> {
    pub(super) fn new(archive: &'a Archive<'a>, own: Vec<File>, findings: &mut Vec<Finding>) -> Self {
        let mut items: BTreeMap<String, File> = BTreeMap::new();
        for (key, item) in own.into_iter().flat_map(split) {
            if let Some(other) = items.get(&key) {
                let what = format!("this stands in {} already", other.path);
                Report::new(&item.path, findings).add(0, Place::of(&key), what, "delete one of the two");
            }
            items.insert(key, item);
        }
        Self { archive, own: items }
    }

    /// The keys of one kind whose names begin so, in no order; a key of both specifications comes twice.
    pub(super) fn keys_under(&self, prefix: &str, name: &str) -> impl Iterator<Item = &str> {
        let start = format!("{prefix}{name}");
        let own: Vec<_> = self.own.keys().map(String::as_str).filter(|key| key.starts_with(&start)).collect();
        let embedded: Vec<_> = self.archive.keys_under(&start).collect();
        own.into_iter().chain(embedded)
    }

    /// The chosen items, and every type and enum that they name, and that those name.
    pub(super) fn close(self, chosen: BTreeSet<String>) -> Result<Spec, BuildError> {
        let mut items = BTreeMap::new();
        let mut findings = Vec::new();
        let mut uses = Vec::new();
        let mut open: Vec<_> = chosen.into_iter().collect();
        while let Some(key) = open.pop() {
            if items.contains_key(&key) {
                continue;
            }
            let item = match self.own.get(&key) {
                Some(item) => item.clone(),
                None => self.read(&key, &mut findings)?,
            };
            let used: Vec<_> = item.names().filter_map(|(kind, name)| self.find(&item, kind, name)).collect();
            uses.extend(used.iter().map(|used| (key.clone(), used.clone())));
            open.extend(used);
            items.insert(key, item);
        }
        self.share(&uses, &mut items);
        Ok(Spec { files: join(items), findings, ..Spec::default() })
    }

    /// The key of a type or enum that an item names. One that does not exist is found when names are resolved.
    ///
    /// One's own comes before what is embedded, wherever in the two it stands.
    fn find(&self, item: &File, kind: &str, name: &str) -> Option<String> {
        let protocol = item.home.protocol().map(Protocol::as_str);
        let keys: Vec<_> =
            protocol.into_iter().chain(["common"]).map(|protocol| key(protocol, kind, name)).collect();
        let own = keys.iter().find(|key| self.own.contains_key(*key));
        own.or_else(|| keys.iter().find(|key| self.archive.contains(key))).cloned()
    }

    /// Moves embedded types and enums of one group to what its protocol shares, where something of one's own in another
    /// group uses them: nobody can edit the embedded files.
    fn share(&self, uses: &[(String, String)], items: &mut BTreeMap<String, File>) {
        let mut moved = true;
        while moved {
            moved = false;
            for (user, used) in uses.iter().filter(|(_, used)| !self.own.contains_key(used)) {
                let Some(from) = items.get(user).map(|user| user.home.clone()) else { continue };
                let Some(item) =
                    items.get_mut(used).filter(|item| item.home.group().is_some() && !from.sees(&item.home))
                else {
                    continue;
                };
                let Some(protocol) = item.home.protocol() else { continue };
                item.home = Home::Shared(protocol);
                item.path = format!("spec/{protocol}/common.toml");
                moved = true;
            }
        }
    }

    fn read(&self, key: &str, findings: &mut Vec<Finding>) -> Result<File, BuildError> {
        let damaged = || alipay_spec::Error::Damaged(format!("the item `{key}` cannot be read"));
        let text = self.archive.get(key)?.ok_or_else(damaged)?;
        let group = text.strip_prefix("group = \"").and_then(|rest| rest.split('"').next());
        let path = match key.split('/').next() {
            Some(protocol @ ("v2" | "v3")) => format!("{protocol}/{}.toml", group.unwrap_or("common")),
            _ => "common.toml".to_owned(),
        };
        let spec = Spec::from_files([(path, text.to_owned())]);
        findings.extend(spec.findings);
        spec.files.into_iter().next().ok_or_else(|| damaged().into())
    }
}

impl File {
    /// Kind and name of every type and enum that a field names.
    fn names(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let operations = self.operations.iter().flat_map(|item| item.request.iter().chain(&item.response));
        let notifications = self.notifications.iter().flat_map(|item| &item.fields);
        let types = self.types.iter().flat_map(|item| &item.fields);
        let fields = operations.chain(notifications).chain(types);
        fields.filter_map(|field| match field.ty.as_ref()?.leaf() {
            Leaf::Enum(name) => Some(("enum", name.as_str())),
            Leaf::Type(name) => Some(("type", name.as_str())),
            Leaf::Scalar(_) => None,
        })
    }

    /// The file without anything in it.
    fn emptied(&self) -> Self {
        Self {
            path: self.path.clone(),
            hash: self.hash.clone(),
            home: self.home.clone(),
            operations: Vec::new(),
            notifications: Vec::new(),
            types: Vec::new(),
            enums: Vec::new(),
        }
    }
}

/// One file for each item.
fn split(file: File) -> Vec<(String, File)> {
    let protocol = file.home.protocol().map_or("common", Protocol::as_str);
    let bare = file.emptied();
    let mut items = Vec::new();
    for item in file.operations {
        let key = key(protocol, "operation", &item.method);
        items.push((key, File { operations: vec![item], ..bare.clone() }));
    }
    for item in file.notifications {
        let key = key(protocol, "notification", &item.name);
        items.push((key, File { notifications: vec![item], ..bare.clone() }));
    }
    for item in file.types {
        items.push((key(protocol, "type", &item.name), File { types: vec![item], ..bare.clone() }));
    }
    for item in file.enums {
        items.push((key(protocol, "enum", &item.name), File { enums: vec![item], ..bare.clone() }));
    }
    items
}

/// One file for each path, as the specification has it.
fn join(items: BTreeMap<String, File>) -> Vec<File> {
    let mut files: BTreeMap<String, File> = BTreeMap::new();
    for item in items.into_values() {
        let file = files.entry(item.path.clone()).or_insert_with(|| item.emptied());
        file.operations.extend(item.operations);
        file.notifications.extend(item.notifications);
        file.types.extend(item.types);
        file.enums.extend(item.enums);
    }
    files.into_values().collect()
}
