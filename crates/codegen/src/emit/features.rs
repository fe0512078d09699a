//! The cargo features of the crate that holds the generated models: one per API group.

use std::collections::BTreeSet;
use std::fmt::Write;

use crate::ir::{Ir, Usage};

/// Whether modules are compiled under the features of their groups, or always.
#[derive(Clone, Copy, Debug)]
pub(super) struct Gates(pub(super) bool);

impl Gates {
    /// The line before what these groups need; nothing where everything is compiled.
    pub(super) fn all(self, groups: &[&str]) -> String {
        match groups {
            _ if !self.0 => String::new(),
            [group] => format!("#[cfg(feature = \"{group}\")]\n"),
            groups => {
                let list: Vec<_> = groups.iter().map(|group| format!("feature = \"{group}\"")).collect();
                format!("#[cfg(any({}))]\n", list.join(", "))
            }
        }
    }

    /// The same for a type or enum.
    pub(super) fn any(self, usage: &Usage<'_>) -> String {
        let groups: BTreeSet<&str> = usage.groups.iter().map(|(_, group)| *group).collect();
        self.all(&groups.into_iter().collect::<Vec<_>>())
    }
}

/// The line before the generated features in `Cargo.toml`.
pub const FEATURES_BEGIN: &str = "# features: begin (kept by `cargo xtask codegen`)";

/// The line behind them.
pub const FEATURES_END: &str = "# features: end";

/// The feature lines: one for each group.
#[must_use]
pub fn features(ir: &Ir<'_>) -> String {
    let mut lines = String::new();
    for group in &ir.features {
        let _ = writeln!(lines, "{group} = []");
    }
    lines
}

/// The feature lines of a crate that hands the features of `models`, another crate, on to its users.
#[must_use]
pub fn forwarded_features(ir: &Ir<'_>, models: &str) -> String {
    ir.features.iter().map(|group| format!("{group} = [\"{models}/{group}\"]\n")).collect()
}

/// Puts feature lines between the two marker lines of a `Cargo.toml`; `None` where the markers are missing.
#[must_use]
pub fn splice_features(manifest: &str, features: &str) -> Option<String> {
    let begin = manifest.find(FEATURES_BEGIN)? + FEATURES_BEGIN.len();
    let (before, rest) = manifest.split_at_checked(begin)?;
    let after = rest.get(rest.find(FEATURES_END)?..)?;
    Some(format!("{before}\n{features}{after}"))
}
