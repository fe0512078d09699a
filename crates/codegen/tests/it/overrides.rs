//! Corrections: applied, and refused when they no longer apply.

use alipay_codegen::Spec;

use crate::support::{files, operation, printed};

fn corrected(overrides: &str) -> Spec {
    let rows = "request = [\n{ name = \"n\", type = \"string\", doc = \"N.\" },\n]\nresponse = []\n\
                codes = [{ value = \"GONE\", doc = \"Gone.\" }]";
    Spec::from_files([
        ("v2/shop.toml".to_owned(), format!("group = \"shop\"\n{}", operation(rows))),
        ("overrides/shop.toml".to_owned(), overrides.to_owned()),
    ])
}

#[test]
fn an_override_replaces_and_adds_keys_of_a_row() {
    let spec = corrected(
        "[[override]]\ntarget = \"v2/alipay.shop.buy/request/n\"\nwhy = \"Numbers.\"\nset = { type = \"int\", eg = \"7\" }\n\
         [[override]]\ntarget = \"v2/alipay.shop.buy\"\nwhy = \"Words.\"\nset = { doc = \"Buys two.\" }\n\
         [[override]]\ntarget = \"v2/alipay.shop.buy/codes/GONE\"\nwhy = \"Words.\"\nset = { doc = \"Went.\" }\n",
    );
    let code = &files(&spec)[std::path::Path::new("v2/shop/buy.rs")];
    assert!(code.contains("pub n: Option<i64>") && code.contains("Example: `7`"));
    assert!(code.contains("/// Buys two.") && code.contains("/// - `GONE`: Went."));
}

#[test]
fn an_override_that_no_longer_applies_is_a_finding() {
    let spec = corrected(
        "[[override]]\ntarget = \"v2/alipay.shop.buy/request/m\"\nwhy = \"Gone.\"\nset = { type = \"int\" }\n\
         [[override]]\ntarget = \"v2/alipay.shop.buy/request/n\"\nwhy = \"Mended.\"\nset = { type = \"string\" }\n\
         [[override]]\ntarget = \"nowhere\"\nset = {}\n",
    );
    assert_eq!(
        printed(&spec),
        [
            "spec/overrides/shop.toml:1: v2/alipay.shop.buy/request/m: the override no longer applies: no row has this \
             name\n    fix: mend `target` (v2/<method>/request/<field>, common/<Type>/<field>) or delete the override",
            "spec/overrides/shop.toml:5: v2/alipay.shop.buy/request/n: the override no longer applies: `type` has this \
             value already\n    fix: delete `type` from `set`, or the override",
            "spec/overrides/shop.toml:9: nowhere: `why` is missing\n    fix: add `why = \"...\"`",
            "spec/overrides/shop.toml:11: nowhere: `set` is a table\n    fix: `set` is a table `{ key = value }`",
        ]
    );
}
