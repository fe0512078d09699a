//! The files that hold other files, and those that hold the types of a group.

use std::path::PathBuf;

use super::docs::{code, joined, paragraphs, prose};
use super::enums;
use super::features::Gates;
use super::file::{Draft, Drafts, Item, source};
use super::imports::{Imports, push_use};
use super::model::Model;
use super::operation::Names;
use crate::ir::{Enum, Group, Ir, Type, Usage};
use crate::names::{ident, module};
use crate::spec::{self, Home, Protocol};

/// `common.rs`, `v2.rs` and `v3.rs`.
pub(super) fn roots(ir: &Ir<'_>, gates: Gates) -> Drafts {
    let mut files = Drafts::new();
    for (protocol, what) in [
        (Protocol::V2, "Operations of the gateway (`gateway.do`), one module per API group."),
        (Protocol::V3, "REST operations (`/v3/...`), one module per API group."),
    ] {
        let groups = ir.groups.keys().filter(|(own, _)| *own == protocol);
        let groups = groups
            .map(|(_, group)| Item::Text(format!("{}pub mod {};\n", gates.all(&[group]), ident(group))));
        let shared =
            is_shared(ir, &Home::Shared(protocol)).then(|| Item::Text("pub mod common;\n".to_owned()));
        let items = shared.into_iter().chain(groups).collect();
        let draft = Draft { doc: what.to_owned(), source: format!("spec/{protocol}"), items };
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
    let types = group.types.iter().filter_map(|index| ir.types.get(*index)).map(|item| &item.usage);
    let enums = group.enums.iter().filter_map(|index| ir.enums.get(*index)).map(|item| &item.usage);
    if types.chain(enums).any(Usage::is_used) {
        parts.push(("types".to_owned(), vec!["*".to_owned()]));
    }
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
    let mut imports = Imports::new(ir);
    let mut items = Vec::new();
    for item in &group.notifications {
        let spec = item.spec;
        let facts = [prose(&spec.title), spec.topic.as_deref().map(code).unwrap_or_default()];
        let mut docs = paragraphs([prose(&spec.doc), joined(facts)]);
        if docs.is_empty() {
            docs.push(format!("The notification `{}`.", spec.name));
        }
        let alias = spec.topic.as_deref();
        let model = Model { name: &item.rust, docs, alias, fields: &item.fields, asked: false };
        items.extend(model.items(ir, &mut imports));
    }
    items.insert(0, Item::Text(imports.lines()));
    let (protocol, name) = key;
    let doc = format!("Notifications of the API group `{name}`.");
    let path = PathBuf::from(format!("{protocol}/{name}/notifications.rs"));
    files.insert(path, Draft { doc, source: group.file.path.clone(), items });
}

/// The types and enums of a group: `types.rs`, and one file per item, so that a change of one is a diff of its own.
pub(super) fn types<'ir>(
    ir: &'ir Ir<'ir>,
    key: (Protocol, &'ir str),
    group: &'ir Group<'ir>,
    files: &mut Drafts,
) {
    let (protocol, name) = key;
    let doc = format!("Types of the API group `{name}`.");
    let types = group.types.iter().filter_map(|index| ir.types.get(*index));
    let enums = group.enums.iter().filter_map(|index| ir.enums.get(*index));
    folder(ir, types, enums, &format!("{protocol}/{name}/types"), doc, |_| String::new(), files);
}

/// The three modules of what several groups share: `common.rs`, `v2/common.rs`, `v3/common.rs`.
///
/// Each item follows the features of the groups that use it.
pub(super) fn common<'ir>(ir: &'ir Ir<'ir>, gates: Gates, files: &mut Drafts) {
    let draft = Draft { doc: BOTH.to_owned(), source: "spec/common.toml".to_owned(), items: Vec::new() };
    files.insert(PathBuf::from("common.rs"), draft);
    shared(ir, &Home::Both, "common", BOTH.to_owned(), gates, files);
    for protocol in Protocol::ALL {
        let doc = format!("Types that several API groups of {protocol} share.");
        shared(ir, &Home::Shared(protocol), &format!("{protocol}/common"), doc, gates, files);
    }
}

const BOTH: &str = "Types that both protocols share.";

fn shared<'ir>(ir: &'ir Ir<'ir>, home: &Home, path: &str, doc: String, gates: Gates, files: &mut Drafts) {
    let types = ir.types.iter().filter(|item| item.file.home == *home);
    let enums = ir.enums.iter().filter(|item| item.file.home == *home);
    folder(ir, types, enums, path, doc, |usage| gates.any(usage), files);
}

/// Whether a protocol has a module for what its groups share.
fn is_shared(ir: &Ir<'_>, home: &Home) -> bool {
    let types = ir.types.iter().map(|item| (item.file, &item.usage));
    let mut items = types.chain(ir.enums.iter().map(|item| (item.file, &item.usage)));
    items.any(|(file, usage)| file.home == *home && usage.is_used())
}

/// A module with one file for each item. `condition`: a line before each mention of an item.
fn folder<'ir>(
    ir: &'ir Ir<'ir>,
    types: impl Iterator<Item = &'ir Type<'ir>>,
    enums: impl Iterator<Item = &'ir Enum<'ir>>,
    folder: &str,
    doc: String,
    condition: impl Fn(&Usage<'_>) -> String,
    files: &mut Drafts,
) {
    let (mut modules, mut exports, mut source) = (Vec::new(), Vec::new(), String::new());
    let mut add =
        |rust: &'ir str, usage: &Usage<'_>, file: &spec::File, imports: &Imports<'_>, items: Vec<Item>| {
            let (name, condition) = (module(rust), condition(usage));
            modules.push((name.clone(), format!("{condition}mod {};\n", ident(&name))));
            exports.push((rust, format!("{condition}pub use self::{}::{};\n", ident(&name), ident(rust))));
            source.clone_from(&file.path);
            let items = [Item::Text(imports.lines())].into_iter().chain(items).collect();
            let draft = Draft { doc: format!("`{rust}`."), source: file.path.clone(), items };
            files.insert(PathBuf::from(format!("{folder}/{name}.rs")), draft);
        };
    for item in types.filter(|item| item.usage.is_used()) {
        let mut imports = Imports::new(ir);
        imports.declare(&item.rust);
        let items = type_items(ir, item, &mut imports);
        add(&item.rust, &item.usage, item.file, &imports, items);
    }
    for item in enums.filter(|item| item.usage.is_used()) {
        let mut imports = Imports::new(ir);
        let items = enums::items(item, &mut imports);
        add(&item.rust, &item.usage, item.file, &imports, items);
    }
    if modules.is_empty() {
        return;
    }
    modules.sort();
    exports.sort();
    let modules: String = modules.into_iter().map(|(_, line)| line).collect();
    let exports: String = exports.into_iter().map(|(_, line)| line).collect();
    let items = vec![Item::Text(modules), Item::Text(exports)];
    files.insert(PathBuf::from(format!("{folder}.rs")), Draft { doc, source, items });
}

fn type_items<'ir>(ir: &'ir Ir<'ir>, item: &'ir Type<'ir>, imports: &mut Imports<'ir>) -> Vec<Item> {
    let docs = vec![match item.spec.doc.as_str() {
        "" => format!("The object `{}`.", item.spec.name),
        text => prose(text),
    }];
    Model { name: &item.rust, docs, alias: None, fields: &item.fields, asked: item.usage.asked }
        .items(ir, imports)
}
