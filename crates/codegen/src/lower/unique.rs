//! That different names of the wire never become one name of Rust.

use std::collections::{HashMap, HashSet};

use crate::finding::{Finding, Place, Report};
use crate::ir::Ir;

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
    let mut methods = HashSet::new();
    let common = common_names(ir);
    for ((protocol, _), group) in &ir.groups {
        let mut report = Report::new(&group.file.path, findings);
        let mut names = common.clone();
        let mut modules = Unique::default();
        let types = group.types.iter().filter_map(|index| ir.types.get(*index));
        let enums = group.enums.iter().filter_map(|index| ir.enums.get(*index));
        names.extend(types.map(|item| item.rust.as_str()));
        names.extend(enums.map(|item| item.rust.as_str()));
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
                if names.contains(name.as_str()) {
                    let what = format!("a type or notification is called `{name}` too");
                    report.add(item.spec.line, place, what, "add `name = \"...\"` to the operation");
                }
            }
        }
    }
}

fn common_names<'ir>(ir: &'ir Ir<'_>) -> HashSet<&'ir str> {
    let types = ir.types.iter().filter(|item| item.home.group.is_none()).map(|item| item.rust.as_str());
    let enums = ir.enums.iter().filter(|item| item.home.group.is_none()).map(|item| item.rust.as_str());
    types.chain(enums).collect()
}
