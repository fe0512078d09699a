//! Which `[[type]]` or `[[enum]]` a name means.

use std::collections::HashMap;

use crate::finding::{Finding, Place, Report};
use crate::ir::Leaf;
use crate::nearest::suggest;
use crate::spec::{self, Protocol, Spec};
use crate::types;

/// The names of each protocol: those of its own files, and those of `common.toml`.
#[derive(Default)]
pub(super) struct Scopes<'spec>([HashMap<&'spec str, Named<'spec>>; 2]);

/// What a name means, and where it was declared.
#[derive(Clone, Copy)]
struct Named<'spec> {
    leaf: Leaf,
    file: &'spec spec::File,
    line: u32,
}

impl<'spec> Scopes<'spec> {
    /// Numbers types and enums in the order of the files; a name that is declared twice is a finding.
    pub(super) fn of(spec: &'spec Spec, findings: &mut Vec<Finding>) -> Self {
        let mut scopes = Self::default();
        let (mut types, mut enums) = (0.., 0..);
        for file in &spec.files {
            let mut report = Report::new(&file.path, findings);
            let named = file.types.iter().zip(types.by_ref());
            let named = named.map(|(item, index)| (item.name.as_str(), item.line, Leaf::Type(index)));
            named
                .for_each(|(name, line, leaf)| scopes.declare(name, Named { leaf, file, line }, &mut report));
            let named = file.enums.iter().zip(enums.by_ref());
            let named = named.map(|(item, index)| (item.name.as_str(), item.line, Leaf::Enum(index)));
            named
                .for_each(|(name, line, leaf)| scopes.declare(name, Named { leaf, file, line }, &mut report));
        }
        scopes
    }

    fn declare(&mut self, name: &'spec str, item: Named<'spec>, report: &mut Report<'_>) {
        if name.is_empty() {
            return;
        }
        let home = item.file.home.protocol();
        let mut before = None;
        for (protocol, scope) in Protocol::ALL.into_iter().zip(&mut self.0) {
            if home.is_none_or(|home| home == protocol) {
                before = before.or(scope.insert(name, item));
            }
        }
        if let Some(Named { file, line, .. }) = before {
            let what = format!("`{name}` is declared at {}:{line} already", file.path);
            report.add(item.line, Place::of(name), what, "rename one of them, or delete it");
        }
    }

    pub(super) fn resolve(
        &self,
        file: &spec::File,
        leaf: &types::Leaf,
        line: u32,
        place: Place<'_>,
        report: &mut Report<'_>,
    ) -> Option<Leaf> {
        let (name, wants_enum) = match leaf {
            types::Leaf::Scalar(scalar) => return Some(Leaf::Scalar(*scalar)),
            types::Leaf::Enum(name) => (name, true),
            types::Leaf::Type(name) => (name, false),
        };
        let [v2, v3] = &self.0;
        let scope = if file.home.protocol() == Some(Protocol::V3) { v3 } else { v2 };
        let found = scope.get(name.as_str());
        let (what, fix) = match (found, found.map(|found| found.leaf), wants_enum) {
            (Some(found), ..) if !file.home.sees(&found.file.home) => {
                let common = file.home.protocol().map_or(String::new(), |protocol| format!("{protocol}/"));
                let what = format!("`{name}` belongs to {}, and this file does not see it", found.file.path);
                (what, format!("move `{name}` to spec/{common}common.toml"))
            }
            (_, Some(leaf @ Leaf::Enum(_)), true) | (_, Some(leaf @ Leaf::Type(_)), false) => {
                return Some(leaf);
            }
            (_, Some(_), true) => (format!("`{name}` is a type, not an enum"), format!("write `{name}`")),
            (_, Some(_), false) => (format!("`{name}` is an enum"), format!("write `enum:{name}`")),
            (_, None, _) => {
                let kind = if wants_enum { "enum" } else { "type" };
                let same_kind = scope.iter().filter(|(_, item)| {
                    matches!(item.leaf, Leaf::Enum(_)) == wants_enum && file.home.sees(&item.file.home)
                });
                let otherwise = format!("add a [[{kind}]] called `{name}`");
                let fix = suggest(name, same_kind.map(|(name, _)| *name), &otherwise);
                (format!("unknown {kind} `{name}`"), fix)
            }
        };
        report.add(line, place, what, fix);
        None
    }
}
