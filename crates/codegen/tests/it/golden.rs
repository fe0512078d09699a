//! A small specification with every key of the format, and what is generated from it.
//!
//! After a change of the generator: `UPDATE_GOLDEN=1 cargo test -p alipay-codegen`, then read the diff.

use std::path::PathBuf;

use alipay_codegen::{Mode, Spec, catalog, emit_ungated, features, sync};

use crate::support::here;

#[test]
fn the_generated_text_is_the_one_beside_the_specification() {
    let spec = Spec::read(&here().join("tests/golden/spec")).unwrap();
    let ir = spec.lower().unwrap();
    // Without conditions on features: this is compiled by tests/golden_code.rs.
    let mut generated = emit_ungated(&ir).unwrap();
    generated.insert(PathBuf::from("catalog.json"), catalog(&ir));
    generated.insert(PathBuf::from("features.toml"), features(&ir));
    let mode = if std::env::var_os("UPDATE_GOLDEN").is_some() { Mode::Write } else { Mode::Check };
    let stale = sync(&here().join("tests/golden/out"), &generated, mode).unwrap();
    if mode == Mode::Check {
        assert!(
            stale.is_empty(),
            "run UPDATE_GOLDEN=1 cargo test -p alipay-codegen and read the diff: {stale:#?}"
        );
    }
}

#[test]
fn the_golden_specification_is_in_style() {
    let folder = here().join("tests/golden/spec");
    for path in [
        "common.toml",
        "v2/common.toml",
        "v2/nasty.toml",
        "v2/shop.toml",
        "v3/nasty.toml",
        "v3/shop.toml",
        "overrides/shop.toml",
    ] {
        let text = std::fs::read_to_string(folder.join(path)).unwrap();
        assert_eq!(alipay_codegen::style(path, &text).unwrap(), text, "{path}");
    }
}
