//! Specifications of one's own beside the embedded one: whose item is meant, and what it may use.

use super::{Builder, generate};

/// An operation in a group of its own that uses what the embedded group `shop` declares.
fn pay(ty: &str) -> String {
    format!(
        "group = \"toys\"\n[[operation]]\nmethod = \"alipay.toys.pay\"\nrequest = [{{ name = \"a\", type = \"{ty}\" }}]\nresponse = []\n"
    )
}

#[test]
fn ones_own_common_file_wins_over_the_embedded_types_of_a_protocol() {
    // `RainyAAA` is in the embedded v2/common.toml.
    let common = "[[type]]\nname = \"RainyAAA\"\nfields = [{ name = \"mine\", type = \"string\" }]\n";
    let builder = Builder::new().specification_text("common.toml", common);
    let builder = builder.specification_text("v2/toys.toml", pay("RainyAAA"));
    let code = generate(builder.operations(["alipay.toys.pay"])).unwrap();
    assert_eq!(code.matches("pub struct RainyAAA").count(), 1, "{code}");
    assert!(code.contains("pub mine: Option<String>"), "{code}");
    // What is embedded sees it too.
    let nasty = Builder::new().specification_text("common.toml", common).operations(["*"]);
    let code = generate(nasty).unwrap();
    assert_eq!(code.matches("pub struct RainyAAA").count(), 1);
}

#[test]
fn ones_own_operation_may_use_what_an_embedded_group_declares() {
    for (ty, inner) in [
        ("GoodsDetail", "GoodsDetail"),
        ("Rules", "Rules"),
        ("enum:Channel", "Channel"),
        ("json<Rules>", "Rules"),
    ] {
        let builder = Builder::new().specification_text("v2/toys.toml", pay(ty));
        // With and without the operations of the group it comes from.
        for more in ["alipay.toys.pay", "alipay.shop.*"] {
            let code = generate(builder.clone().operations(["alipay.toys.pay", more]));
            let code = code.unwrap_or_else(|error| panic!("{ty}: {error}"));
            let declared = [format!("pub struct {inner} "), format!("pub enum {inner} ")];
            let count: usize = declared.iter().map(|text| code.matches(text.as_str()).count()).sum();
            assert!(count >= 1, "{ty}: {code}");
            assert!(syn::parse_file(&code).is_ok());
        }
    }
}

#[test]
fn a_type_of_ones_own_that_an_embedded_group_cannot_see_is_the_only_finding() {
    let toys =
        pay("Rules") + "[[type]]\nname = \"Rules\"\nfields = [{ name = \"mine\", type = \"string\" }]\n";
    let builder = Builder::new().specification_text("v2/toys.toml", toys);
    let error = generate(builder.operations(["alipay.shop.order.pay"])).unwrap_err();
    assert!(error.contains("`Rules` belongs to spec/v2/toys.toml, and this file does not see it"), "{error}");
    assert!(error.contains("move `Rules` to spec/v2/common.toml"), "{error}");
    assert!(!error.contains("no operation or notification uses"), "{error}");
}
