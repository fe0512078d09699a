//! Types of ours that stand for a class of the document under another name.

use serde_json::{Value, json};

use super::{gateway, imported, texts};
use crate::import::import;

/// Facts in which `pay` has `Period`, also inside of `Order`, and `close` has nothing yet.
fn facts() -> Value {
    let mut facts = gateway();
    facts["domain"]["Period"] = json!({ "from": "scalar:string", "to": "scalar:string" });
    facts["domain"]["Order"]["period"] = json!("$Period");
    facts["methods"]["alipay.shop.order.pay"]["response"] = json!({ "order": "$Order", "period": "$Period" });
    facts
}

/// `Period` is a type written by hand; the document's class of that name is called `ShopPeriod`.
const OURS: &str = r#"group = "shop"

[[operation]]
method = "alipay.shop.order.pay"
request = [
  { name = "own", type = "Period" },
]
response = [
  { name = "period", type = "ShopPeriod" },
]

[[type]]
name = "Period"
doc  = "A period of our own."
fields = [
  { name = "days", type = "int" },
]

[[type]]
name = "ShopPeriod"
doc  = "What the document calls Period."
fields = [
  { name = "from", type = "string" },
]
"#;

fn type_of<'a>(text: &'a str, name: &str) -> &'a str {
    let table = text.split("[[type]]").find(|table| table.contains(&format!("\nname = \"{name}\""))).unwrap();
    table.split("\n\n[[").next().unwrap().trim()
}

#[test]
fn a_new_row_takes_the_name_that_the_others_have_for_its_class() {
    let (after, report) = imported(&texts([("v2/shop.toml", OURS)]), &facts());
    let shop = &after["v2/shop.toml"];
    // `Order` comes new, and its field too.
    assert!(type_of(shop, "Order").contains("{ name = \"period\", type = \"ShopPeriod\" }"), "{shop}");
    assert!(type_of(shop, "ShopPeriod").contains("{ name = \"to\", type = \"string\" }"), "{shop}");
    assert!(!type_of(shop, "Period").contains("from"), "{shop}");
    assert!(report.left_out.is_empty(), "{report}");
}

#[test]
fn two_names_for_one_class_leave_a_new_row_to_the_reader() {
    let ours = OURS.replace(
        "type = \"ShopPeriod\" },",
        "type = \"ShopPeriod\" },\n  { name = \"second\", type = \"OtherPeriod\" },",
    ) + "\n[[type]]\nname = \"OtherPeriod\"\ndoc  = \"The same.\"\nfields = [\n  { name = \"from\", type = \"string\" },\n]\n";
    let mut facts = facts();
    facts["methods"]["alipay.shop.order.pay"]["response"]["second"] = json!("$Period");
    let (after, report) = imported(&texts([("v2/shop.toml", &ours)]), &facts);
    let shop = &after["v2/shop.toml"];
    assert!(!type_of(shop, "Order").contains("period"), "{shop}");
    assert!(!type_of(shop, "Period").contains("from"), "{shop}");
    let report = report.to_string();
    assert!(report.contains("`Period` of the document is called `OtherPeriod` and `ShopPeriod`"), "{report}");
}

#[test]
fn a_name_that_nobody_described_gives_way_to_the_document() {
    let ours = OURS
        .replace("doc  = \"What the document calls Period.\"\n", "")
        .replace("own\", type = \"Period", "own\", type = \"string");
    let ours = ours.replace("[[type]]\nname = \"Period\"\ndoc  = \"A period of our own.\"\nfields = [\n  { name = \"days\", type = \"int\" },\n]\n\n", "");
    let (written, report) =
        import("d.json", facts().to_string().as_bytes(), &texts([("v2/shop.toml", &ours)])).unwrap();
    let shop = &written["v2/shop.toml"];
    assert!(shop.contains("{ name = \"period\", type = \"Period\" }"), "{shop}");
    assert!(report.to_string().contains("response/period: `ShopPeriod` is `Period` now"), "{report}");
}

#[test]
fn what_was_wrong_before_does_not_stop_an_import() {
    let toys = "group = \"toys\"\n\n[[operation]]\nmethod = \"alipay.toys.play\"\nrequest = [\n  { name = \"a\", type = \"None\" },\n]\nresponse = []\n";
    let (written, _) =
        import("d.json", gateway().to_string().as_bytes(), &texts([("v2/toys.toml", toys)])).unwrap();
    assert!(written.contains_key("v2/shop.toml"));
}
