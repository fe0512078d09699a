//! What several tests need.

use std::path::PathBuf;
use std::{env, fs};

use alipay_codegen::{Files, Spec, emit};

/// A specification of one v2 file.
pub(crate) fn shop(text: &str) -> Spec {
    Spec::from_files([("v2/shop.toml".to_owned(), format!("group = \"shop\"\n{text}"))])
}

/// One operation with these request rows; two lines come before the first row.
pub(crate) fn request(rows: &str) -> Spec {
    shop(&operation(&format!("request = [\n{rows}\n]\nresponse = []")))
}

/// One operation with these lines beside its name and words.
pub(crate) fn operation(lines: &str) -> String {
    format!("[[operation]]\nmethod = \"alipay.shop.buy\"\ntitle = \"买\"\ndoc = \"Buys.\"\n{lines}\n")
}

/// The findings as they are printed.
pub(crate) fn printed(spec: &Spec) -> Vec<String> {
    spec.lint().iter().map(ToString::to_string).collect()
}

pub(crate) fn files(spec: &Spec) -> Files {
    let ir = spec.lower().unwrap_or_else(|findings| panic!("{findings:#?}"));
    emit(&ir).unwrap()
}

/// The folder of this crate.
pub(crate) fn here() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// An empty folder of this name, for this test run.
pub(crate) fn scratch(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    if folder.exists() {
        fs::remove_dir_all(&folder).unwrap();
    }
    fs::create_dir_all(&folder).unwrap();
    folder
}
