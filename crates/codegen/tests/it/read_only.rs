//! Which operations may be sent again at any time.

use std::path::Path;

use alipay_codegen::Spec;

use crate::support::{files, operation, printed};

/// One v3 operation with this verb and line.
fn item(verb: &str, line: &str) -> Spec {
    let path =
        "path = \"/v3/alipay/shop/buy\"\nrequest = [{ name = \"id\", type = \"string\" }]\nresponse = []";
    let text = operation(&format!("verb = \"{verb}\"\n{line}\n{path}"));
    Spec::from_files([("v3/shop.toml".to_owned(), format!("group = \"shop\"\n{text}"))])
}

fn only_reads(spec: &Spec) -> bool {
    let code = &files(spec)[Path::new("v3/shop/buy.rs")];
    assert_eq!(code.contains("read_only: true,"), code.contains("Only reads: may be sent again"), "{code}");
    code.contains("read_only: true,")
}

#[test]
fn a_get_only_reads_unless_its_row_says_otherwise() {
    assert!(only_reads(&item("GET", "")));
    assert!(!only_reads(&item("GET", "read-only = false")));
    for verb in ["DELETE", "PATCH", "POST", "PUT"] {
        assert!(!only_reads(&item(verb, "")), "{verb}");
    }
    assert!(only_reads(&item("POST", "read-only = true")));
}

#[test]
fn what_only_reads_needs_no_key() {
    let findings = printed(&item("GET", "idempotency-key = \"id\""));
    assert!(
        findings.iter().any(|finding| finding.contains("only reads has an `idempotency-key`")),
        "{findings:?}"
    );
    assert_eq!(printed(&item("GET", "read-only = false\nidempotency-key = \"id\"")), [""; 0]);
}
