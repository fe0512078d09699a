//! A specification as large as the whole of Alipay's must stay quick to read; a quadratic step would show here.

use std::fmt::Write;

use alipay_codegen::Spec;

use crate::support::operation;

#[test]
fn deep_and_wide_types_need_no_stack() {
    let depth = 20_000;
    let mut text = operation("request = [{ name = \"t\", type = \"T0\", doc = \"T.\" }]\nresponse = []");
    for level in 0..depth {
        let next = (level + 1) % depth;
        write!(
            text,
            "[[type]]\nname = \"T{level}\"\ndoc = \"D.\"\nfields = [{{ name = \"t\", type = \"T{next}\", doc = \"T.\" }}]\n"
        )
        .unwrap();
    }
    let spec = Spec::from_files([("v2/shop.toml".to_owned(), format!("group = \"shop\"\n{text}"))]);
    assert_eq!(spec.lint(), []);
}
