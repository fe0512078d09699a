//! The output depends on the specification alone.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use alipay_codegen::{Spec, catalog};

use crate::support::{files, here};

fn texts() -> BTreeMap<String, String> {
    let folder = here().join("tests/golden/spec");
    let read = |path: &str| (path.to_owned(), fs::read_to_string(folder.join(path)).unwrap());
    ["common.toml", "v2/shop.toml", "v3/shop.toml"].map(read).into()
}

#[test]
fn the_order_of_files_does_not_matter() {
    let forward = Spec::from_files(texts());
    let backward = Spec::from_files(texts().into_iter().rev());
    assert_eq!(files(&forward), files(&backward));
    assert_eq!(catalog(&forward.lower().unwrap()), catalog(&backward.lower().unwrap()));
}

#[test]
fn line_ends_of_windows_do_not_matter() {
    let windows = texts().into_iter().map(|(path, text)| (path, text.replace('\n', "\r\n")));
    assert_eq!(files(&Spec::from_files(windows)), files(&Spec::from_files(texts())));
}

#[test]
fn a_change_in_one_file_leaves_the_files_of_others_alone() {
    let before = files(&Spec::from_files(texts()));
    let mut changed = texts();
    changed
        .entry("v3/shop.toml".to_owned())
        .and_modify(|text| *text = text.replace("Only check.", "Only check it."));
    let after = files(&Spec::from_files(changed));
    let differ: Vec<&Path> =
        before.iter().filter(|(path, text)| after[*path] != **text).map(|(path, _)| path.as_path()).collect();
    assert!(
        !differ.is_empty() && differ.iter().all(|path| path.starts_with("v3") || path.ends_with("v3.rs"))
    );
}
