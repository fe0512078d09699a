//! From the [`Ir`] to files. Pure: the same specification gives the same bytes on every machine.

mod catalog;
mod docs;
mod enums;
mod features;
mod file;
mod imports;
mod model;
mod modules;
mod notes;
mod operation;
mod shape;

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::finding::Finding;
use crate::ir::Ir;

pub use self::catalog::catalog;
pub use self::features::{FEATURES_BEGIN, FEATURES_END, features, splice_features};

/// Generated files: path below the folder that they fill, and text.
pub type Files = BTreeMap<PathBuf, String>;

/// Writes the typed Rust of a specification: `common.rs`, `v2.rs`, `v3.rs` and the files below them.
///
/// The three are modules of one crate that re-exports them at its root and depends on `alipay-core`.
///
/// # Errors
/// When generated code would not parse, which is a mistake of the generator.
pub fn emit(ir: &Ir<'_>) -> Result<Files, Finding> {
    let mut files = modules::roots(ir);
    for (key, group) in &ir.groups {
        modules::group(ir, *key, group, &mut files);
        for item in &group.operations {
            operation::file(ir, *key, group, item, &mut files);
        }
        modules::notifications(ir, *key, group, &mut files);
        modules::types(ir, *key, group, &mut files);
    }
    modules::common(ir, &mut files);
    file::render(files)
}
