//! From the [`Ir`] to files. Pure: the same specification gives the same bytes on every machine, however many threads
//! share the groups.

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
use crate::ir::{Group, Ir};
use crate::spec::Protocol;
use crate::workers;

use self::features::Gates;
use self::file::Drafts;

pub use self::catalog::{catalog, packed_catalog};
pub use self::features::{FEATURES_BEGIN, FEATURES_END, features, forwarded_features, splice_features};

/// Generated files: path below the folder that they fill, and text.
pub type Files = BTreeMap<PathBuf, String>;

/// Writes the typed Rust of a specification: `common.rs`, `v2.rs`, `v3.rs` and the files below them.
///
/// The three are modules of one crate that re-exports them at its root and depends on `alipay-core`.
///
/// # Errors
/// When generated code would not parse, which is a mistake of the generator.
pub fn emit(ir: &Ir<'_>) -> Result<Files, Finding> {
    write(ir, Gates(true))
}

/// The same without conditions on cargo features: everything is compiled.
///
/// # Errors
/// As [`emit`].
pub fn emit_ungated(ir: &Ir<'_>) -> Result<Files, Finding> {
    write(ir, Gates(false))
}

fn write(ir: &Ir<'_>, gates: Gates) -> Result<Files, Finding> {
    let mut files = modules::roots(ir, gates);
    modules::common(ir, gates, &mut files);
    let mut files = file::render(files)?;
    // The largest first, so that no thread is left with it in the end.
    let mut groups: Vec<_> = ir.groups.iter().collect();
    groups.sort_by_key(|(_, group)| std::cmp::Reverse(group.operations.len() + group.types.len()));
    let parts = workers::each(&groups, |(key, group)| {
        let mut files = Drafts::new();
        emit_group(ir, **key, group, &mut files);
        file::render(files)
    });
    for part in parts {
        files.extend(part?);
    }
    Ok(files)
}

fn emit_group<'ir>(ir: &'ir Ir<'ir>, key: (Protocol, &'ir str), group: &'ir Group<'ir>, files: &mut Drafts) {
    modules::group(ir, key, group, files);
    for item in &group.operations {
        operation::file(ir, key, group, item, files);
    }
    modules::notifications(ir, key, group, files);
    modules::types(ir, key, group, files);
}
