//! Which `[[type]]` or `[[enum]]` a name means.

use std::collections::HashMap;

use crate::finding::{Finding, Place, Report};
use crate::ir::Leaf;
use crate::nearest::suggest;
use crate::spec::{self, Protocol, Spec};
use crate::types;

/// The names that each file sees: those of its protocol and those of `common.toml`, which sees only its own.
#[derive(Default)]
pub(super) struct Scopes<'spec> {
    common: HashMap<&'spec str, Leaf>,
    v2: HashMap<&'spec str, Leaf>,
    v3: HashMap<&'spec str, Leaf>,
}

impl<'spec> Scopes<'spec> {
    /// Numbers types and enums in the order of the files; a name that is declared twice is a finding.
    pub(super) fn of(spec: &'spec Spec, findings: &mut Vec<Finding>) -> Self {
        let mut scopes = Self::default();
        let (mut types, mut enums) = (0, 0);
        let mut seen: [HashMap<&str, String>; 2] = Default::default();
        for file in &spec.files {
            let mut report = Report::new(&file.path, findings);
            let named = file.types.iter().map(|item| (item.name.as_str(), item.line, true));
            for (name, line, is_type) in
                named.chain(file.enums.iter().map(|item| (item.name.as_str(), item.line, false)))
            {
                let leaf = if is_type { Leaf::Type(types) } else { Leaf::Enum(enums) };
                *(if is_type { &mut types } else { &mut enums }) += 1;
                if name.is_empty() {
                    continue;
                }
                let mut before = None;
                for (protocol, seen) in Protocol::ALL.into_iter().zip(&mut seen) {
                    if file.home.as_ref().is_none_or(|(home, _)| *home == protocol) {
                        let place = format!("{}:{line}", file.path);
                        before = before.or(seen.insert(name, place));
                        scopes.scope_mut(protocol).insert(name, leaf);
                    }
                }
                if file.home.is_none() {
                    scopes.common.insert(name, leaf);
                }
                if let Some(before) = before {
                    let what = format!("`{name}` is declared at {before} already");
                    report.add(line, Place::of(name), what, "rename one of them, or delete it");
                }
            }
        }
        scopes
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
        let scope = match &file.home {
            None => &self.common,
            Some((Protocol::V2, _)) => &self.v2,
            Some((Protocol::V3, _)) => &self.v3,
        };
        match (scope.get(name.as_str()), wants_enum) {
            (Some(found @ Leaf::Enum(_)), true) | (Some(found @ Leaf::Type(_)), false) => {
                return Some(*found);
            }
            (Some(_), true) => {
                report.add(
                    line,
                    place,
                    format!("`{name}` is a type, not an enum"),
                    format!("write `{name}`"),
                );
            }
            (Some(_), false) => {
                report.add(line, place, format!("`{name}` is an enum"), format!("write `enum:{name}`"));
            }
            (None, _) => {
                let kind = if wants_enum { "enum" } else { "type" };
                let same_kind = scope.iter().filter(|(_, leaf)| matches!(leaf, Leaf::Enum(_)) == wants_enum);
                let fix = suggest(
                    name,
                    same_kind.map(|(name, _)| *name),
                    &format!("add a [[{kind}]] called `{name}`"),
                );
                report.add(line, place, format!("unknown {kind} `{name}`"), fix);
            }
        }
        None
    }

    fn scope_mut(&mut self, protocol: Protocol) -> &mut HashMap<&'spec str, Leaf> {
        match protocol {
            Protocol::V2 => &mut self.v2,
            Protocol::V3 => &mut self.v3,
        }
    }
}
