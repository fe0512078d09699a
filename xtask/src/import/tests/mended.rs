//! What `spec lint` would not take: names that clash get others, the rest is left out, and everything else goes on.

use serde_json::{Value, json};

use super::{Texts, imported, texts};
use crate::document::tests::openapi;

fn text() -> Value {
    json!({ "type": "string" })
}

fn object(fields: Value) -> Value {
    json!({ "type": "object", "properties": fields })
}

/// The document with one more operation, `POST /v3/{path}`, that asks for these fields.
fn with(method: &str, path: &str, fields: Value) -> Value {
    let mut document = openapi();
    add(&mut document, method, path, fields);
    document
}

fn add(document: &mut Value, method: &str, path: &str, fields: Value) {
    document["paths"][path] = json!({ "post": {
        "operationId": method,
        "requestBody": { "content": { "application/json": { "schema": object(fields) } } },
        "responses": { "200": { "content": { "application/json": { "schema": object(json!({ "id": text() })) } } } },
    } });
}

fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

/// The operation in its file, or what is there instead.
fn operation<'a>(texts: &'a Texts, path: &str, method: &str) -> &'a str {
    let tables = texts[path].split("\n\n").filter(|table| table.starts_with("[[operation]]"));
    tables.into_iter().find(|table| table.contains(&format!("\"{method}\""))).unwrap_or("none")
}

#[test]
fn operations_that_would_be_called_alike_are_called_by_their_whole_method() {
    let mut document = with("alipay.shop.pay.order", "/v3/a", json!({}));
    add(&mut document, "alipay.shop.pay_order", "/v3/b", json!({}));
    let (after, report) = imported(&Texts::new(), &document);
    assert!(!operation(&after, "v3/shop.toml", "alipay.shop.pay.order").contains("\nname "), "{after:#?}");
    let second = operation(&after, "v3/shop.toml", "alipay.shop.pay_order");
    assert!(second.contains("name   = \"AlipayShopPayOrder\"\n"), "{second}");
    assert_eq!(report.named, ["spec/v3/shop.toml: alipay.shop.pay_order: `name = \"AlipayShopPayOrder\"`"]);
    // One more, later, that comes before them: those that are there keep their names.
    add(&mut document, "alipay.shop.pay.or.der", "/v3/0", json!({}));
    add(&mut document, "alipay.shop.payOrder", "/v3/1", json!({}));
    add(&mut document, "alipay.shop.pay_.order", "/v3/2", json!({}));
    let (after, _) = imported(&after, &document);
    assert!(!operation(&after, "v3/shop.toml", "alipay.shop.pay.order").contains("\nname "), "{after:#?}");
    let third = operation(&after, "v3/shop.toml", "alipay.shop.pay_.order");
    assert!(third.contains("name   = \"AlipayShopPayOrder2\"\n"), "{third}");
}

#[test]
fn fields_without_a_good_name_are_numbered() {
    let fields =
        json!({ "user_id": text(), "userId": text(), "UserID": text(), "金额": text(), "_": text() });
    let (after, report) = imported(&Texts::new(), &with("alipay.shop.pay", "/v3/a", fields));
    let pay = operation(&after, "v3/shop.toml", "alipay.shop.pay");
    for row in [
        r#"{ name = "UserID", type = "string" }"#,
        r#"{ name = "_", rust = "field_1", type = "string" }"#,
        r#"{ name = "userId", rust = "user_id_2", type = "string" }"#,
        r#"{ name = "user_id", rust = "user_id_3", type = "string" }"#,
        r#"{ name = "金额", rust = "field_2", type = "string" }"#,
    ] {
        assert!(pay.contains(row), "{row}: {pay}");
    }
    assert_eq!(report.named.len(), 4, "{report}");
}

#[test]
fn types_that_would_share_a_file_or_a_name_are_numbered() {
    let ours = "group = \"shop\"\n\n[[operation]]\nmethod = \"alipay.shop.own\"\nverb = \"POST\"\npath = \"/v3/own\"\n\
                request = [{ name = \"a\", type = \"enum:Color\" }]\nresponse = []\n\n\
                [[enum]]\nname = \"Color\"\nvalues = [{ value = \"RED\" }]\n";
    let fields = json!({ "a": reference("Foo"), "b": reference("FOO"), "c": reference("Color"),
        "d": reference("PayRequest") });
    let mut document = with("alipay.shop.pay", "/v3/a", fields);
    for name in ["FOO", "Foo", "Color", "PayRequest"] {
        document["components"]["schemas"][name] = object(json!({ name: text() }));
    }
    let (after, report) = imported(&texts([("v3/shop.toml", ours)]), &document);
    let shop = &after["v3/shop.toml"];
    for (row, table) in [
        ("\"a\", type = \"Foo2\"", "name = \"Foo2\"\nfields = [\n  { name = \"Foo\""),
        ("\"b\", type = \"FOO\"", "name = \"FOO\"\nfields = [\n  { name = \"FOO\""),
        ("\"c\", type = \"Color2\"", "name = \"Color2\"\nfields = [\n  { name = \"Color\""),
        ("name   = \"AlipayShopPay\"", "name = \"PayRequest\"\n"),
    ] {
        assert!(shop.contains(row) && shop.contains(table), "{row}: {shop}");
    }
    assert_eq!(report.named.len(), 3, "{report}");
}

#[test]
fn what_spec_cannot_hold_is_left_out_alone_with_its_place_in_the_document() {
    let mut document = with(
        "alipay.shop.pay",
        "/v3/a",
        json!({ "good": text(), "holder": reference("Holder"),
                "long": { "type": "string", "maxLength": 2, "example": "three" } }),
    );
    document["components"]["schemas"]["Holder"] =
        object(json!({ "file": { "type": "string", "format": "binary" }, "note": text() }));
    document["paths"]["/v3/a"]["post"]["parameters"] =
        json!([{ "name": "gone", "in": "path", "required": true, "schema": text() }]);
    add(&mut document, "alipay.shop.nowhere", "/v3/b/{id}", json!({ "a": text() }));
    let (after, report) = imported(&Texts::new(), &document);
    let pay = operation(&after, "v3/shop.toml", "alipay.shop.pay");
    let rows = "request = [\n  { name = \"good\", type = \"string\" },\n  { name = \"holder\", type = \"Holder\" },\n  \
                { name = \"long\", type = \"string\", len = [0, 2] },\n]";
    assert!(pay.contains(rows), "{pay}");
    assert!(after["v3/shop.toml"].contains("name = \"Holder\"\nfields = [\n  { name = \"note\""));
    assert_eq!(operation(&after, "v3/shop.toml", "alipay.shop.nowhere"), "none");
    assert!(after["v3/shop.toml"].contains("alipay.shop.item.query"));
    let mut left: Vec<_> = report.left_out.iter().map(|finding| (&*finding.place, &*finding.what)).collect();
    left.sort_unstable();
    let body = "/paths/~1v3~1a/post/requestBody/content/application~1json/schema/properties";
    assert_eq!(
        left,
        [
            ("/components/schemas/Holder/properties/file", "`Holder/file`: a file stands outside a request"),
            (
                "/paths/~1v3~1a/post/parameters/0/schema",
                "`alipay.shop.pay/request/gone`: the path has no place for this field"
            ),
            (&*format!("{body}/long/example"), "the example `three` has 5 characters"),
            ("/paths/~1v3~1b~1{id}/post", "`alipay.shop.nowhere`: no request field fills `{id}` of the path"),
        ]
    );
}

#[test]
fn a_group_of_which_everything_is_left_out_gets_no_file() {
    let (after, report) = imported(&Texts::new(), &with("alipay.toys.play", "/v2/a", json!({})));
    assert_eq!(after.keys().collect::<Vec<_>>(), ["v3/shop.toml"]);
    assert_eq!(report.left_out.len(), 1, "{report}");
}

#[test]
fn an_override_that_would_no_longer_apply_keeps_its_row() {
    let ours = "group = \"shop\"\n\n[[operation]]\nmethod = \"alipay.shop.pay\"\nverb = \"POST\"\npath = \"/v3/a\"\n\
                request = [\n  { name = \"a\", type = \"string\" },\n]\nresponse = []\n";
    let correction = "[[override]]\ntarget = \"v3/alipay.shop.pay/request/a\"\nwhy = \"So it is.\"\nset = { type = \"int\" }\n";
    let spec = texts([("v3/shop.toml", ours), ("overrides/shop.toml", correction)]);
    let document = with("alipay.shop.pay", "/v3/a", json!({ "a": { "type": "integer" }, "b": text() }));
    let (after, report) = imported(&spec, &document);
    let pay = operation(&after, "v3/shop.toml", "alipay.shop.pay");
    assert!(
        pay.contains("{ name = \"a\", type = \"string\" },\n  { name = \"b\", type = \"string\" }"),
        "{pay}"
    );
    assert!(report.to_string().contains("`type` has this value already"), "{report}");
}

const OURS: &str = r#"group = "shop"

[[operation]]
method = "alipay.shop.pay"
verb   = "POST"
path   = "/v3/s/{id}"
request = [
  { name = "id", type = "string", need = "must", in = "path", doc = "Which one." },
  { name = "a", type = "string", need = "must", len = [1, 20], eg = "Book", doc = "What is sold." },
  { name = "b", type = "money", min = "0.10", eg = "0.50", doc = "For how much." },
]
response = []
"#;

#[test]
fn constraints_that_do_not_fit_the_new_type_go_with_a_word() {
    let string = |name: &str| json!({ "name": name, "in": "path", "required": true, "schema": text() });
    for (a, b, rows) in [
        (
            json!({ "type": "integer" }),
            json!({ "type": "array", "items": text() }),
            r#"  { name = "a", type = "int", need = "must", doc = "What is sold." },
  { name = "b", type = "[string]", doc = "For how much." },"#,
        ),
        (
            object(json!({ "c": text() })),
            json!({ "type": "integer" }),
            r#"  { name = "a", type = "AlipayShopPayA", need = "must", doc = "What is sold." },
  { name = "b", type = "int", doc = "For how much." },"#,
        ),
    ] {
        let mut document = with("alipay.shop.pay", "/v3/s/{id}", json!({ "a": a, "b": b }));
        document["paths"]["/v3/s/{id}"]["post"]["parameters"] = json!([string("id")]);
        let (after, report) = imported(&texts([("v3/shop.toml", OURS)]), &document);
        assert!(after["v3/shop.toml"].contains(rows), "{}", after["v3/shop.toml"]);
        let removed =
            "spec/v3/shop.toml: alipay.shop.pay/request/a: `len = [1, 20]` removed, it does not fit `";
        assert!(report.changed.iter().any(|line| line.starts_with(removed)), "{report}");
    }
}

#[test]
fn a_parameter_that_the_path_lost_is_removed_with_a_word() {
    let fields = json!({ "a": text(), "b": text() });
    let mut document = with("alipay.shop.pay", "/v3/s/{no}", fields);
    document["paths"]["/v3/s/{no}"]["post"]["parameters"] =
        json!([{ "name": "no", "in": "path", "required": true, "schema": text() }]);
    let (after, report) = imported(&texts([("v3/shop.toml", OURS)]), &document);
    let pay = operation(&after, "v3/shop.toml", "alipay.shop.pay");
    assert!(!pay.contains("\"id\", type = \"string\", need"), "{pay}");
    assert!(pay.contains("{ name = \"no\", type = \"string\", need = \"must\", in = \"path\" }"), "{pay}");
    let removed =
        "spec/v3/shop.toml: alipay.shop.pay/request/id: removed, the path has no place for it now".to_owned();
    assert!(report.changed.contains(&removed), "{report}");
}

#[test]
fn an_operation_with_the_address_of_one_that_is_gone_looks_renamed() {
    let (after, _) = imported(&Texts::new(), &openapi());
    let mut document = openapi();
    document["paths"]["/v3/alipay/shop/item/image"]["post"]["operationId"] = json!("alipay.shop.item.send");
    let (_, report) = imported(&after, &document);
    assert_eq!(
        report.kept,
        [
            "spec/v3/shop.toml: alipay.shop.item.upload; it looks renamed: `alipay.shop.item.send` has its verb and path"
        ]
    );
}

#[test]
fn all_files_are_written_or_none() {
    let folder = std::env::temp_dir().join(format!("xtask-import-{}", std::process::id()));
    std::fs::create_dir_all(folder.join("v3/b.toml.new")).unwrap();
    let files = |text: &str| texts([("v3/a.toml", text), ("v3/b.toml", text)]);
    assert!(crate::import::write(&folder, &files("new")).is_err());
    assert!(!folder.join("v3/a.toml").exists() && !folder.join("v3/a.toml.new").exists());
    std::fs::remove_dir(folder.join("v3/b.toml.new")).unwrap();
    crate::import::write(&folder, &files("new")).unwrap();
    assert_eq!(std::fs::read_to_string(folder.join("v3/b.toml")).unwrap(), "new");
    assert_eq!(std::fs::read_dir(folder.join("v3")).unwrap().count(), 2);
    std::fs::remove_dir_all(&folder).unwrap();
}
