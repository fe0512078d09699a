//! The folder of generated files holds exactly them.

use std::fs;
use std::path::PathBuf;

use alipay_codegen::{FEATURES_BEGIN, FEATURES_END, Files, Mode, Stale, splice_features, sync, sync_file};

use crate::support::scratch;

fn some_files() -> Files {
    [("v2.rs", "a\n"), ("v2/shop/buy.rs", "b\n")]
        .map(|(path, text)| (PathBuf::from(path), text.to_owned()))
        .into()
}

#[test]
fn writing_makes_the_folder_hold_exactly_the_files() {
    let folder = scratch("sync-write");
    fs::create_dir_all(folder.join("old/deeper")).unwrap();
    fs::write(folder.join("old/deeper/gone.rs"), "x").unwrap();
    fs::write(folder.join("v2.rs"), "edited by hand").unwrap();
    let stale = sync(&folder, &some_files(), Mode::Write).unwrap();
    assert_eq!(
        stale,
        [
            Stale::Changed(folder.join("v2.rs")),
            Stale::Missing(folder.join("v2/shop/buy.rs")),
            Stale::Orphan(folder.join("old/deeper/gone.rs")),
        ]
    );
    assert!(!folder.join("old").exists());
    assert_eq!(fs::read_to_string(folder.join("v2/shop/buy.rs")).unwrap(), "b\n");
    assert_eq!(sync(&folder, &some_files(), Mode::Check).unwrap(), []);
}

#[test]
fn files_that_are_fresh_are_not_touched() {
    let folder = scratch("sync-fresh");
    sync(&folder, &some_files(), Mode::Write).unwrap();
    let path = folder.join("v2.rs");
    let before = fs::metadata(&path).unwrap().modified().unwrap();
    // A file that cannot be written to shows a write even on a coarse clock.
    let mut permissions = fs::metadata(&path).unwrap().permissions();
    permissions.set_readonly(true);
    fs::set_permissions(&path, permissions).unwrap();
    assert_eq!(sync(&folder, &some_files(), Mode::Write).unwrap(), []);
    assert_eq!(fs::metadata(&path).unwrap().modified().unwrap(), before);
}

#[test]
fn checking_lists_every_stale_path_and_changes_nothing() {
    let folder = scratch("sync-check");
    fs::write(folder.join("orphan.rs"), "x").unwrap();
    let stale = sync(&folder, &some_files(), Mode::Check).unwrap();
    let printed: Vec<_> =
        stale.iter().map(|stale| stale.to_string().replace(folder.to_str().unwrap(), "")).collect();
    assert_eq!(printed, ["missing /v2/shop/buy.rs", "missing /v2.rs", "orphan  /orphan.rs"]);
    assert!(folder.join("orphan.rs").exists() && !folder.join("v2.rs").exists());
}

#[test]
fn a_folder_that_is_not_there_is_made() {
    let folder = scratch("sync-new").join("generated");
    assert_eq!(sync(&folder, &some_files(), Mode::Check).unwrap().len(), 2);
    sync(&folder, &some_files(), Mode::Write).unwrap();
    assert_eq!(sync(&folder, &some_files(), Mode::Check).unwrap(), []);
}

#[test]
fn one_file_beside_others_is_kept_too() {
    let path = scratch("sync-file").join("deep/catalog.json");
    assert_eq!(sync_file(&path, "{}", Mode::Check).unwrap(), Some(Stale::Missing(path.clone())));
    assert!(!path.exists());
    sync_file(&path, "{}", Mode::Write).unwrap();
    assert_eq!(sync_file(&path, "{}", Mode::Check).unwrap(), None);
    assert_eq!(sync_file(&path, "[]", Mode::Check).unwrap(), Some(Stale::Changed(path)));
}

#[test]
fn features_replace_what_stands_between_the_markers() {
    let manifest =
        format!("[features]\ndefault = []\n{FEATURES_BEGIN}\nold = []\n{FEATURES_END}\n\n[lints]\n");
    let expected =
        format!("[features]\ndefault = []\n{FEATURES_BEGIN}\na = [\"b\"]\n{FEATURES_END}\n\n[lints]\n");
    assert_eq!(splice_features(&manifest, "a = [\"b\"]\n"), Some(expected));
    assert_eq!(splice_features("[features]\n", "a = []\n"), None);
}
