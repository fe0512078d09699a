//! The cargo features of the crate that holds the generated models: one per API group.

use std::fmt::Write;

use crate::ir::Ir;

/// The line before the generated features in `Cargo.toml`.
pub const FEATURES_BEGIN: &str = "# features: begin (kept by `cargo xtask codegen`)";

/// The line behind them.
pub const FEATURES_END: &str = "# features: end";

/// The feature lines: every group, with the groups whose types it needs.
#[must_use]
pub fn features(ir: &Ir<'_>) -> String {
    let mut lines = String::new();
    for (group, needs) in &ir.features {
        let needs: Vec<_> = needs.iter().map(|need| format!("\"{need}\"")).collect();
        let _ = writeln!(lines, "{group} = [{}]", needs.join(", "));
    }
    lines
}

/// Puts feature lines between the two marker lines of a `Cargo.toml`; `None` where the markers are missing.
#[must_use]
pub fn splice_features(manifest: &str, features: &str) -> Option<String> {
    let begin = manifest.find(FEATURES_BEGIN)? + FEATURES_BEGIN.len();
    let (before, rest) = manifest.split_at_checked(begin)?;
    let after = rest.get(rest.find(FEATURES_END)?..)?;
    Some(format!("{before}\n{features}{after}"))
}
