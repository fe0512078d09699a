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
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use crate::finding::Finding;
use crate::ir::{Group, Ir};
use crate::spec::Protocol;

use self::file::Drafts;

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
    modules::common(ir, &mut files);
    let groups: Vec<_> = ir.groups.iter().collect();
    let next = AtomicUsize::new(0);
    let workers = thread::available_parallelism().map_or(1, usize::from);
    let work = || {
        let mut files = Drafts::new();
        while let Some((key, group)) = groups.get(next.fetch_add(1, Ordering::Relaxed)) {
            emit_group(ir, **key, group, &mut files);
        }
        file::render(files)
    };
    let parts: Vec<Result<Files, Finding>> = thread::scope(|scope| {
        let threads: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
        let stopped = |_| Err(file::broken("generated", "a thread of the generator stopped"));
        threads.into_iter().map(|thread| thread.join().unwrap_or_else(stopped)).collect()
    });
    let mut files = file::render(files)?;
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
