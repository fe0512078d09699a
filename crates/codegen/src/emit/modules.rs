//! The files that hold other files, and those that hold the types of a group.

use std::path::PathBuf;

use super::docs::prose;
use super::enums;
use super::file::{Draft, Drafts, Item, source};
use super::imports::{Imports, push_use};
use super::model::Model;
use super::operation::Names;
use crate::ir::{Group, Ir, Type, Usage};
use crate::names::{ident, module};
use crate::spec::Protocol;

/// `common.rs`, `v2.rs` and `v3.rs`.
pub(super) fn roots(ir: &Ir<'_>) -> Drafts {
    let mut files = Drafts::new();
    for (protocol, what) in [
        (Protocol::V2, "Operations of the gateway (`gateway.do`), one module per API group."),
        (Protocol::V3, "REST operations (`/v3/...`), one module per API group."),
    ] {
        let groups = ir.groups.keys().filter(|(own, _)| *own == protocol);
        let items = groups.map(|(_, group)| {
            Item::Text(format!("#[cfg(feature = \"{group}\")]\npub mod {};\n", ident(group)))
        });
        let draft =
            Draft { doc: what.to_owned(), source: format!("spec/{protocol}"), items: items.collect() };
        files.insert(PathBuf::from(format!("{protocol}.rs")), draft);
    }
    files
}

/// The module of a group: its files, and everything in them under one name.
pub(super) fn group(ir: &Ir<'_>, key: (Protocol, &str), group: &Group<'_>, files: &mut Drafts) {
    let mut parts: Vec<(String, Vec<String>)> = Vec::new();
    for item in &group.operations {
        let names = Names::of(item);
        parts.push((item.module.clone(), vec![names.request, names.response]));
    }
    let notifications: Vec<_> = group.notifications.iter().map(|item| item.rust.clone()).collect();
    parts.push(("notifications".to_owned(), notifications));
    let types = group.types.iter().filter_map(|index| ir.types.get(*index)).map(|item| item.rust.clone());
    let enums = group.enums.iter().filter_map(|index| ir.enums.get(*index)).map(|item| item.rust.clone());
    parts.push(("types".to_owned(), types.chain(enums).collect()));
    parts.retain(|(_, names)| !names.is_empty());
    parts.sort();
    let (mut modules, mut exports) = (String::new(), String::new());
    for (module, names) in &mut parts {
        names.sort();
        let names: Vec<_> = names.iter().map(String::as_str).collect();
        let module = ident(module);
        modules.push_str(&format!("mod {module};\n"));
        exports.push_str("pub ");
        push_use(&mut exports, &format!("self::{module}"), &names);
    }
    let (protocol, name) = key;
    let count = match group.operations.len() {
        1 => "1 operation".to_owned(),
        count => format!("{count} operations"),
    };
    let draft = Draft {
        doc: format!("The API group `{name}` of {protocol}: {count}."),
        source: source(group.file),
        items: vec![Item::Text(modules), Item::Text(exports)],
    };
    files.insert(PathBuf::from(format!("{protocol}/{name}.rs")), draft);
}

pub(super) fn notifications<'ir>(
    ir: &'ir Ir<'ir>,
    key: (Protocol, &'ir str),
    group: &'ir Group<'ir>,
    files: &mut Drafts,
) {
    if group.notifications.is_empty() {
        return;
    }
    let mut imports = Imports::new(ir, Some(key));
    let mut items = Vec::new();
    for item in &group.notifications {
        let spec = item.spec;
        let mut docs = vec![prose(&spec.doc), String::new(), prose(&spec.title)];
        if let (Some(topic), Some(line)) = (&spec.topic, docs.last_mut()) {
            line.push_str(&format!(" · `{topic}`"));
        }
        let alias = spec.topic.as_deref();
        let model = Model { name: &item.rust, docs, alias, fields: &item.fields, asked: false };
        items.extend(model.items(ir, &mut imports));
    }
    items.insert(0, Item::Text(imports.lines()));
    let (protocol, name) = key;
    let doc = format!("Notifications of the API group `{name}`.");
    let path = PathBuf::from(format!("{protocol}/{name}/notifications.rs"));
    files.insert(path, Draft { doc, source: source(group.file), items });
}

/// The types and enums of a group.
pub(super) fn types<'ir>(
    ir: &'ir Ir<'ir>,
    key: (Protocol, &'ir str),
    group: &'ir Group<'ir>,
    files: &mut Drafts,
) {
    let types: Vec<_> = group.types.iter().filter_map(|index| ir.types.get(*index)).collect();
    let enums: Vec<_> = group.enums.iter().filter_map(|index| ir.enums.get(*index)).collect();
    if types.is_empty() && enums.is_empty() {
        return;
    }
    let mut imports = Imports::new(ir, Some(key));
    types.iter().for_each(|item| imports.declare(&item.rust));
    enums.iter().for_each(|item| imports.declare(&item.rust));
    let mut items = Vec::new();
    types.iter().for_each(|item| items.extend(type_items(ir, item, &mut imports)));
    enums.iter().for_each(|item| items.extend(enums::items(item, &mut imports)));
    items.insert(0, Item::Text(imports.lines()));
    let (protocol, name) = key;
    let doc = format!("Types of the API group `{name}`.");
    let path = PathBuf::from(format!("{protocol}/{name}/types.rs"));
    files.insert(path, Draft { doc, source: source(group.file), items });
}

/// `common.rs`, and one file per item, so that each can follow the features of the groups that use it.
pub(super) fn common<'ir>(ir: &'ir Ir<'ir>, files: &mut Drafts) {
    let (mut modules, mut exports) = (Vec::new(), Vec::new());
    let mut add = |rust: &'ir str, usage: &Usage<'_>, draft: Draft| {
        let (name, condition) = (module(rust), condition(usage));
        modules.push((name.clone(), format!("{condition}mod {};\n", ident(&name))));
        exports.push((rust, format!("{condition}pub use self::{}::{rust};\n", ident(&name))));
        files.insert(PathBuf::from(format!("common/{name}.rs")), draft);
    };
    for item in ir.types.iter().filter(|item| item.home.group.is_none()) {
        let mut imports = Imports::new(ir, None);
        imports.declare(&item.rust);
        let mut items = type_items(ir, item, &mut imports);
        items.insert(0, Item::Text(imports.lines()));
        let doc = format!("`{}`.", item.rust);
        add(&item.rust, &item.usage, Draft { doc, source: source(item.home.file), items });
    }
    for item in ir.enums.iter().filter(|item| item.home.group.is_none()) {
        let mut imports = Imports::new(ir, None);
        let mut items = enums::items(item, &mut imports);
        items.insert(0, Item::Text(imports.lines()));
        let doc = format!("`{}`.", item.rust);
        add(&item.rust, &item.usage, Draft { doc, source: source(item.home.file), items });
    }
    modules.sort();
    exports.sort();
    let modules: String = modules.into_iter().map(|(_, line)| line).collect();
    let exports: String = exports.into_iter().map(|(_, line)| line).collect();
    let items = [modules, exports].into_iter().filter(|text| !text.is_empty()).map(Item::Text).collect();
    let doc = "Types that several API groups share.".to_owned();
    files.insert(PathBuf::from("common.rs"), Draft { doc, source: "spec/common.toml".to_owned(), items });
}

fn type_items<'ir>(ir: &'ir Ir<'ir>, item: &'ir Type<'ir>, imports: &mut Imports<'ir>) -> Vec<Item> {
    let docs = vec![prose(&item.spec.doc)];
    Model { name: &item.rust, docs, alias: None, fields: &item.fields, asked: item.usage.asked }
        .items(ir, imports)
}

fn condition(usage: &Usage<'_>) -> String {
    let mut groups: Vec<_> = usage.groups.iter().map(|(_, group)| *group).collect();
    groups.sort_unstable();
    groups.dedup();
    match groups.as_slice() {
        [group] => format!("#[cfg(feature = \"{group}\")]\n"),
        groups => {
            let list: Vec<_> = groups.iter().map(|group| format!("feature = \"{group}\"")).collect();
            format!("#[cfg(any({}))]\n", list.join(", "))
        }
    }
}
