//! What an import takes over, what it leaves alone, and that a second one changes nothing.

mod aliases;
mod limits;
mod mended;

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::import;
use super::report::Report;
use crate::document::tests::{gateway, openapi};

type Texts = BTreeMap<String, String>;

fn texts<const N: usize>(files: [(&str, &str); N]) -> Texts {
    files.map(|(path, text)| (path.to_owned(), text.to_owned())).into()
}

/// The specification after the import. Every import here is done twice.
fn imported(spec: &Texts, document: &Value) -> (Texts, Report) {
    let once = |spec: &Texts| {
        let (written, report) = import("d.json", document.to_string().as_bytes(), spec).unwrap();
        let mut after = spec.clone();
        after.extend(written);
        (after, report)
    };
    let (after, report) = once(spec);
    let (again, second) = once(&after);
    assert_eq!(again, after, "a second import changes nothing");
    assert_eq!((second.files, second.changed.len(), second.moved.len()), (0, 0, 0), "{second}");
    assert_eq!(second.kept.len(), report.kept.len());
    let spec = alipay_codegen::Spec::from_files(after.clone());
    assert_eq!(spec.lint().iter().map(ToString::to_string).collect::<Vec<_>>(), Vec::<String>::new());
    (after, report)
}

#[test]
fn an_empty_specification_becomes_what_the_document_says() {
    let (after, report) = imported(&Texts::new(), &openapi());
    assert_eq!(after.keys().collect::<Vec<_>>(), ["v3/shop.toml"]);
    assert_eq!(
        after["v3/shop.toml"],
        r#"group = "shop"

[[operation]]
method = "alipay.shop.item.upload"
verb   = "POST"
path   = "/v3/alipay/shop/item/image"
request = [
  { name = "title", type = "string" },
  { name = "image", type = "file" },
]
response = []

[[operation]]
method = "alipay.shop.item.query"
title  = "商品查询"
verb   = "GET"
path   = "/v3/alipay/shop/item/{item_id}"
codes = [
  { value = "NO_ITEM" },
  { value = "CLOSED" },
]
request = [
  { name = "item_id", type = "string", need = "must", in = "path" },
  { name = "page", type = "int", deprecated = true },
]
response = [
  { name = "items", type = "[Item]" },
  { name = "open", type = "bool", eg = "true" },
  { name = "total", type = "long" },
]

[[type]]
name = "Item"
fields = [
  { name = "name", type = "string", need = "must", len = [1, 64], eg = "tea" },
  { name = "old", type = "string", deprecated = true },
  { name = "parent", type = "Item" },
  { name = "size", type = "ItemSize" },
  { name = "tags", type = "[string]" },
]

[[type]]
name = "ItemSize"
fields = [
  { name = "width", type = "int" },
]
"#
    );
    assert_eq!(report.counts.operations, 2);
    assert_eq!(report.counts.types, 2);
}

#[test]
fn gateway_methods_go_to_their_groups_and_shared_types_to_common() {
    let mut document = gateway();
    document["methods"]["ant.shop.raw.send"]["response"] = json!({ "order": "$Order" });
    let (after, _) = imported(&Texts::new(), &document);
    assert_eq!(after.keys().collect::<Vec<_>>(), ["v2/ant_shop.toml", "v2/common.toml", "v2/shop.toml"]);
    assert!(after["v2/common.toml"].contains("name = \"Order\""));
    assert!(after["v2/shop.toml"].contains("params = \"form\""));
    assert!(!after["v2/common.toml"].contains("group ="));
    assert!(!after["v2/common.toml"].contains("Nobody"));
}

const OURS: &str = r#"group = "shop"

# Why this file is as it is.

# Paying.
[[operation]]
method          = "alipay.shop.order.pay"
title           = "旧"
doc             = "Pays an order."
name            = "Pay"
idempotency-key = "count"
request = [
  # The amount comes first.
  { name = "amount", type = "money", need = "must", min = "0.10", eg = "8.80", doc = "Amount in yuan." }, # never a float
  { name = "own", type = "string", doc = "Only we know it." }, # not in the SDK
  { name = "count", type = "int", sensitive = "pii", doc = "How many." },
]
response = [
  { name = "codes", type = "[enum:Code]", doc = "Codes." },
] # the end

[[type]]
name = "OrderOfShop"
doc  = "An order."
fields = [
  { name = "id", type = "enum:Code", rust = "number", doc = "Its id." },
]

[[enum]]
name = "Code"
doc  = "A code."
values = [
  { value = "A", doc = "A." },
]
"#;

#[test]
fn what_we_say_stays_and_new_fields_come_among_ours() {
    let spec = texts([(
        "v2/shop.toml",
        &OURS.replace(
            "  { name = \"count\"",
            "  { name = \"order\", type = \"OrderOfShop\", doc = \"The order.\" },\n  { name = \"count\"",
        ),
    )]);
    let mut document = gateway();
    document["domain"]["AlipayShopOrderPayModel"]["batch"] = json!("scalar:string");
    let (after, report) = imported(&spec, &document);
    let shop = &after["v2/shop.toml"];
    let rows = "request = [
  # The amount comes first.
  { name = \"amount\", type = \"money\", need = \"must\", min = \"0.10\", eg = \"8.80\", doc = \"Amount in yuan.\" }, # never a float
  { name = \"batch\", type = \"string\" },
  { name = \"own\", type = \"string\", doc = \"Only we know it.\" }, # not in the SDK
  { name = \"order\", type = \"OrderOfShop\", doc = \"The order.\" },
  { name = \"count\", type = \"int\", sensitive = \"pii\", doc = \"How many.\" },
]
response = [
  { name = \"codes\", type = \"[enum:Code]\", doc = \"Codes.\" },
  { name = \"order\", type = \"OrderOfShop\" },
] # the end
";
    assert!(shop.contains(rows), "{shop}");
    assert!(shop.contains("# Why this file is as it is.\n"), "{shop}");
    assert!(
        shop.contains("# Paying.\n[[operation]]\nmethod          = \"alipay.shop.order.pay\"\n"),
        "{shop}"
    );
    assert!(shop.contains("title           = \"付款\"\ndoc             = \"Pays an order.\"\n"), "{shop}");
    // Our name for the document's type gets the document's fields.
    let ours = "name = \"OrderOfShop\"
doc  = \"An order.\"
fields = [
  { name = \"id\", rust = \"number\", type = \"enum:Code\", doc = \"Its id.\" },
  { name = \"inner\", type = \"[OrderOfShop]\" },
  { name = \"ok\", type = \"bool\" },
]
";
    assert!(shop.contains(ours), "{shop}");
    assert_eq!(report.kept, ["spec/v2/shop.toml: alipay.shop.order.pay/request/own"]);
    assert_eq!(report.changed.len(), 1);
    assert!(report.changed[0].contains("`title` is `付款` now, was `旧`"), "{}", report.changed[0]);
}

#[test]
fn what_a_log_must_not_show_is_marked_in_old_rows_and_in_new_ones() {
    let names = "secret = [\"batch\"]\npii = [\"amount\", \"count\", \"ok\"]\n";
    let ours = OURS
        .replace("  { name = \"own\"", "  { name = \"order\", type = \"OrderOfShop\" },\n  { name = \"own\"");
    let spec = texts([("v2/shop.toml", &ours), ("sensitive.toml", names)]);
    let mut document = gateway();
    document["domain"]["AlipayShopOrderPayModel"]["batch"] = json!("scalar:string");
    let (after, report) = imported(&spec, &document);
    let shop = &after["v2/shop.toml"];
    for row in [
        "{ name = \"amount\", type = \"money\", need = \"must\", min = \"0.10\", sensitive = \"pii\", eg = \"8.80\", doc",
        "{ name = \"batch\", type = \"string\", sensitive = \"secret\" },",
        "{ name = \"ok\", type = \"bool\" },",
    ] {
        assert!(shop.contains(row), "{shop}");
    }
    assert_eq!(report.counts.marked, 2);
}

/// The type of one v3 answer field after an import of `fact`, and whether the change is reported.
fn merged(ours: &str, fact: Value) -> (String, bool) {
    let text = format!(
        "group = \"shop\"\n[[operation]]\nmethod = \"alipay.shop.item.query\"\nverb = \"GET\"\npath = \"/v3/a\"\n\
         response = [{{ name = \"f\", type = \"{ours}\", doc = \"F.\" }}]\n\
         [[type]]\nname = \"Ours\"\ndoc = \"Ours.\"\nfields = [{{ name = \"a\", type = \"string\" }}]\n\
         [[enum]]\nname = \"Code\"\nvalues = [{{ value = \"A\" }}]\n"
    );
    let document = json!({ "openapi": "3.0.0", "paths": { "/v3/a": { "get": {
        "operationId": "alipay.shop.item.query", "responses": { "200": { "content": { "application/json": {
            "schema": { "type": "object", "properties": { "f": fact } } } } } } } } },
        "components": { "schemas": {
            "Theirs": { "type": "object", "properties": { "b": { "type": "string" } } },
            "Other": { "type": "object", "properties": { "c": { "type": "string" } } },
        } } });
    let (written, report) =
        import("d.json", document.to_string().as_bytes(), &texts([("v3/shop.toml", &text)])).unwrap();
    let after = written.get("v3/shop.toml").unwrap_or(&text);
    let row = after.lines().find(|line| line.contains("name = \"f\"")).unwrap();
    assert!(row.contains("doc = \"F.\""), "{row}");
    let ty = row.split("type = \"").nth(1).unwrap().split('"').next().unwrap();
    (ty.to_owned(), !report.changed.is_empty())
}

#[test]
fn a_finer_type_stays_and_another_json_kind_is_taken_and_reported() {
    let (text, int, flag) =
        (json!({ "type": "string" }), json!({ "type": "integer" }), json!({ "type": "boolean" }));
    let list = |items: &Value| json!({ "type": "array", "items": items });
    let theirs = json!({ "$ref": "#/components/schemas/Theirs" });
    for ours in ["string", "money", "decimal", "datetime", "date", "enum:Code", "json<Ours>", "csv<string>"] {
        assert_eq!(merged(ours, text.clone()), (ours.to_owned(), false));
        assert_eq!(merged(ours, int.clone()), ("int".to_owned(), true), "{ours}");
    }
    for (ours, fact, expected) in [
        ("int", &int, "int"),
        ("long", &int, "long"),
        ("bool", &flag, "bool"),
        ("Ours", &theirs, "Ours"),
        ("[Ours]", &list(&theirs), "[Ours]"),
        ("[money]", &list(&text), "[money]"),
    ] {
        assert_eq!(merged(ours, fact.clone()), (expected.to_owned(), false));
    }
    for (ours, fact, expected) in [
        ("int", &text, "string"),
        ("bool", &int, "int"),
        ("string", &list(&text), "[string]"),
        ("[string]", &text, "string"),
        ("json<[string]>", &list(&text), "[string]"),
        ("Ours", &text, "string"),
        ("string", &theirs, "Theirs"),
        ("scalar", &text, "string"),
    ] {
        assert_eq!(merged(ours, fact.clone()), (expected.to_owned(), true), "{ours}");
    }
}

#[test]
fn the_gateway_only_guesses_kinds() {
    for (ours, fact, expected) in [
        ("int", "scalar:string", "int"),
        ("money", "scalar", "money"),
        ("json<Note>", "scalar", "json<Note>"),
        ("scalar", "scalar:integer", "int"),
        ("[string]", "scalar", "scalar"),
        ("string", "array<scalar>", "[scalar]"),
        ("string", "$Order", "Order"),
    ] {
        let text = format!(
            "group = \"shop\"\n[[operation]]\nmethod = \"alipay.shop.order.pay\"\n\
             response = [{{ name = \"f\", type = \"{ours}\" }}]\n"
        );
        let mut document = gateway();
        document["methods"]["alipay.shop.order.pay"]["response"] = json!({ "f": fact });
        let (written, _) =
            import("d.json", document.to_string().as_bytes(), &texts([("v2/shop.toml", &text)])).unwrap();
        let row = format!("{{ name = \"f\", type = \"{expected}\" }}");
        assert!(written["v2/shop.toml"].contains(&row), "{ours} and {fact}");
    }
}

#[test]
fn a_type_moves_when_its_use_changes_and_takes_its_comments_along() {
    let text = "group = \"shop\"\n\n[[operation]]\nmethod = \"alipay.shop.order.pay\"\nrequest = []\n\
                response = [{ name = \"order\", type = \"Order\" }]\n\n# Ours.\n[[type]]\nname = \"Order\"\n\
                doc = \"An order.\"\nfields = [\n  { name = \"state\", type = \"enum:State\" }, # open\n]\n\n\
                [[enum]]\nname = \"State\"\nvalues = [{ value = \"A\" }]\n";
    let mut document = gateway();
    document["methods"]["ant.shop.raw.send"]["response"] = json!({ "order": "$Order" });
    let (after, report) = imported(&texts([("v2/shop.toml", text)]), &document);
    let common = &after["v2/common.toml"];
    assert!(common.contains("# Ours.\n[[type]]\nname = \"Order\"\ndoc  = \"An order.\"\n"), "{common}");
    assert!(common.contains("{ name = \"state\", type = \"enum:State\" }, # open\n"), "{common}");
    assert!(common.contains("name = \"State\""), "{common}");
    assert!(!after["v2/shop.toml"].contains("[[type]]"));
    assert_eq!(report.moved.len(), 2);
    // And back, when the second user is gone.
    let alone = after.into_iter().filter(|(path, _)| path != "v2/ant_shop.toml").collect();
    let (after, report) = imported(&alone, &gateway());
    assert!(
        after["v2/shop.toml"].contains("# Ours.\n[[type]]\nname = \"Order\""),
        "{}",
        after["v2/shop.toml"]
    );
    assert_eq!(report.moved.len(), 2);
}

#[test]
fn verbs_paths_places_and_deprecations_follow_the_document() {
    let text = "group = \"shop\"\n\n[[operation]]\nmethod = \"alipay.shop.item.query\"\nverb = \"POST\"\npath = \"/v3/old\"\n\
                codes = [{ value = \"OURS\", doc = \"Ours.\" }, { value = \"CLOSED\", doc = \"Closed.\" }]\n\
                request = [{ name = \"item_id\", type = \"string\" }, { name = \"page\", type = \"int\", deprecated = \"use `item_id`\" }]\n\
                response = []\n";
    let (after, report) = imported(&texts([("v3/shop.toml", text)]), &openapi());
    let shop = &after["v3/shop.toml"];
    assert!(shop.contains("verb   = \"GET\"\npath   = \"/v3/alipay/shop/item/{item_id}\"\n"), "{shop}");
    assert!(
        shop.contains("{ name = \"item_id\", type = \"string\", need = \"must\", in = \"path\" }"),
        "{shop}"
    );
    assert!(shop.contains("deprecated = \"use `item_id`\""), "{shop}");
    let codes = "  { value = \"NO_ITEM\" },\n  { value = \"OURS\", doc = \"Ours.\" },\n  { value = \"CLOSED\", doc = \"Closed.\" },\n";
    assert!(shop.contains(codes), "{shop}");
    assert_eq!(report.kept, ["spec/v3/shop.toml: alipay.shop.item.query/codes/OURS"]);
    assert_eq!(report.changed.len(), 3, "{report}");
}

#[test]
fn types_of_both_protocols_are_different_types() {
    let (after, _) = imported(&Texts::new(), &gateway());
    let mut document = openapi();
    let item = document["components"]["schemas"]["Item"].clone();
    document["components"]["schemas"]["Order"] = item;
    document["components"]["schemas"]["ItemQueryResponseModel"]["properties"]["items"]["items"]["$ref"] =
        json!("#/components/schemas/Order");
    let before = after["v2/shop.toml"].clone();
    let (after, _) = imported(&after, &document);
    assert_eq!(after["v2/shop.toml"], before);
    assert!(after["v3/shop.toml"].contains("name = \"Order\""));
}

#[test]
fn an_operation_that_the_document_lacks_stays_and_is_reported() {
    let text =
        "group = \"toys\"\n\n[[operation]]\nmethod = \"alipay.toys.play\"\nrequest = []\nresponse = []\n";
    let (after, report) = imported(&texts([("v2/toys.toml", text)]), &gateway());
    assert_eq!(after["v2/toys.toml"], text);
    assert_eq!(report.kept, ["spec/v2/toys.toml: alipay.toys.play"]);
}

#[test]
fn what_cannot_be_taken_over_is_in_the_report_and_the_rest_is_imported() {
    let mut document = openapi();
    document["components"]["schemas"]["Item"]["properties"]["name"] = json!({ "oneOf": [] });
    let (after, report) = imported(&Texts::new(), &document);
    assert!(after["v3/shop.toml"].contains("name = \"parent\""));
    assert!(report.to_string().contains("/components/schemas/Item/properties/name/oneOf"), "{report}");
}

#[test]
fn a_specification_that_is_not_toml_is_left_alone() {
    let spec = texts([("v2/shop.toml", "group = ")]);
    let error = import("d.json", gateway().to_string().as_bytes(), &spec).unwrap_err();
    assert!(error.to_string().contains("spec/v2/shop.toml:1: "), "{error}");
}
