//! That different names of the wire never become one name of Rust.

use std::collections::{HashMap, HashSet};

use crate::finding::{Finding, Place, Report};
use crate::ir::{Enum, Ir, Type};
use crate::names;
use crate::spec::{self, Protocol};

/// The Rust names of one struct, enum or module, each with what it was made of.
#[derive(Default)]
pub(super) struct Unique(HashMap<String, (String, u32)>);

impl Unique {
    pub(super) fn check(
        &mut self,
        report: &mut Report<'_>,
        line: u32,
        place: Place<'_>,
        rust: &str,
        wire: &str,
        fix: &str,
    ) {
        match self.0.get(rust) {
            Some((other, at)) if other == wire => {
                report.add(line, place, format!("`{wire}` stands here twice (line {at})"), fix);
            }
            Some((other, at)) => {
                let what = format!("`{wire}` and `{other}` (line {at}) are both `{rust}` in Rust");
                report.add(line, place, what, fix);
            }
            None => {
                self.0.insert(rust.to_owned(), (wire.to_owned(), line));
            }
        }
    }
}

/// Checks what meets in the module of each group, and methods across the whole of a protocol.
pub(super) fn check_modules(ir: &Ir<'_>, findings: &mut Vec<Finding>) {
    check_item_modules(ir, findings);
    let mut methods = HashSet::new();
    let shared = Protocol::ALL.map(|protocol| shared_names(ir, protocol, findings));
    for ((protocol, _), group) in &ir.groups {
        let mut report = Report::new(&group.file.path, findings);
        let [v2, v3] = &shared;
        let mut names = if *protocol == Protocol::V2 { v2.clone() } else { v3.clone() };
        let mut modules = Unique::default();
        let types = group.types.iter().filter_map(|index| ir.types.get(*index)).map(Named::of_type);
        let enums = group.enums.iter().filter_map(|index| ir.enums.get(*index)).map(Named::of_enum);
        types.chain(enums).for_each(|item| names.add(item, &mut report));
        for item in &group.notifications {
            if !names.insert(&item.rust) {
                let what = format!("another notification or a type is called `{}` too", item.rust);
                report.add(item.spec.line, Place::of(&item.spec.name), what, "rename one of them");
            }
        }
        for item in &group.operations {
            let place = Place::of(&item.spec.method);
            if !methods.insert((*protocol, item.spec.method.as_str())) {
                report.add(item.spec.line, place, "the method stands here twice", "delete one of the two");
                continue;
            }
            let fix = "add `name = \"...\"` to one of the two operations";
            modules.check(&mut report, item.spec.line, place, &item.module, &item.spec.method, fix);
            for suffix in ["Request", "Response"] {
                let name = format!("{}{suffix}", item.name);
                if names.contains(&name) {
                    let what = format!("a type or notification is called `{name}` too");
                    report.add(item.spec.line, place, what, "add `name = \"...\"` to the operation");
                }
            }
        }
    }
}

/// What the groups of a protocol share: types and enums of the common.toml files that it sees.
fn shared_names<'ir>(ir: &'ir Ir<'_>, protocol: Protocol, findings: &mut Vec<Finding>) -> Names<'ir> {
    let shared = |item: &Named<'_>| {
        item.file.home.group().is_none() && item.file.home.protocol().is_none_or(|own| own == protocol)
    };
    let types = ir.types.iter().map(Named::of_type);
    let enums = ir.enums.iter().map(Named::of_enum);
    let mut items: Vec<_> = types.chain(enums).filter(shared).collect();
    // What both protocols share comes first: a finding is about the file that could do without the clash.
    items.sort_by_key(|item| item.file.home.protocol().is_some());
    let mut names = Names::default();
    for item in items {
        names.add(item, &mut Report::new(&item.file.path, findings));
    }
    names
}

/// A type or enum, and what it is called.
#[derive(Clone, Copy)]
struct Named<'ir> {
    file: &'ir spec::File,
    line: u32,
    wire: &'ir str,
    rust: &'ir str,
}

impl<'ir> Named<'ir> {
    fn of_type(item: &'ir Type<'_>) -> Self {
        Self { file: item.file, line: item.spec.line, wire: &item.spec.name, rust: &item.rust }
    }

    fn of_enum(item: &'ir Enum<'_>) -> Self {
        Self { file: item.file, line: item.spec.line, wire: &item.spec.name, rust: &item.rust }
    }
}

/// The Rust names that a group sees; `None` for a notification's.
#[derive(Clone, Default)]
struct Names<'ir>(HashMap<&'ir str, Option<Named<'ir>>>);

impl<'ir> Names<'ir> {
    /// Different names that become one, in two files. What meets in one file, [`check_item_modules`] finds; the same
    /// name twice, [`Scopes`](super::Scopes).
    fn add(&mut self, item: Named<'ir>, report: &mut Report<'_>) {
        if let Some(Some(other)) = self.0.insert(item.rust, Some(item))
            && other.wire != item.wire
            && other.file.path != item.file.path
        {
            let Named { wire, rust, .. } = item;
            let at = format!("{}:{}", other.file.path, other.line);
            let what = format!("`{wire}` and `{}` ({at}) are both `{rust}` in Rust", other.wire);
            report.add(item.line, Place::of(wire), what, "rename one of them");
        }
    }

    fn insert(&mut self, rust: &'ir str) -> bool {
        self.0.insert(rust, None).is_none()
    }

    fn contains(&self, rust: &str) -> bool {
        self.0.contains_key(rust)
    }
}

/// Each type and enum has a file of its own beside the others of its specification file. Small and capital letters are
/// the same to some file systems, and names of modules have only small ones.
fn check_item_modules(ir: &Ir<'_>, findings: &mut Vec<Finding>) {
    let mut modules: HashMap<&str, Unique> = HashMap::new();
    let types = ir.types.iter().map(|item| (item.file, item.spec.line, &item.spec.name, &item.rust));
    let enums = ir.enums.iter().map(|item| (item.file, item.spec.line, &item.spec.name, &item.rust));
    let mut seen = HashSet::new();
    for (file, line, name, rust) in types.chain(enums) {
        if !seen.insert((&file.path, name)) {
            continue;
        }
        let mut report = Report::new(&file.path, findings);
        let unique = modules.entry(&file.path).or_default();
        unique.check(&mut report, line, Place::of(name), &names::module(rust), name, "rename one of them");
    }
}
