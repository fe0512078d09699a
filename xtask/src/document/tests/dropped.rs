//! What a document says and spec/ cannot: each is a finding, so that nothing vanishes without a word.

use serde_json::{Value, json};

use super::{gateway, openapi, rows};
use crate::document::{Document, Finding, read, read_bytes};

/// Reads `document` with `value` below `pointer`, added or replaced.
fn with(mut document: Value, pointer: &str, key: &str, value: Value) -> (Option<Document>, Vec<Finding>) {
    document.pointer_mut(pointer).unwrap_or_else(|| panic!("{pointer}"))[key] = value;
    read("d.json", &document.to_string())
}

fn operation<'a>(document: &'a Option<Document>, method: &str) -> &'a crate::document::Operation {
    document.as_ref().unwrap().operations.iter().find(|item| item.method == method).unwrap()
}

const QUERY: &str = "/paths/~1v3~1alipay~1shop~1item~1{item_id}/get";

#[test]
fn nothing_in_an_answer_or_an_error_is_left_out_silently() {
    let schemas = "/components/schemas";
    let text = || json!({ "type": "string" });
    for (pointer, key, value, place, what) in [
        (
            format!("{QUERY}/responses"),
            "200",
            json!({ "$ref": "#/components/responses/Items" }),
            format!("{QUERY}/responses/200/$ref"),
            "`$ref` is not understood here",
        ),
        (
            format!("{schemas}/errors"),
            "oneOf",
            json!([text()]),
            format!("{schemas}/errors/oneOf"),
            "`oneOf` is not understood here",
        ),
        (
            format!("{schemas}/ItemError"),
            "anyOf",
            json!([text()]),
            format!("{schemas}/ItemError/anyOf"),
            "`anyOf` is not understood here",
        ),
        (
            format!("{schemas}/ItemError/properties"),
            "code",
            json!({ "oneOf": [text()] }),
            format!("{schemas}/ItemError/properties/code/oneOf"),
            "`oneOf` is not understood here",
        ),
        (
            format!("{schemas}/upload_request"),
            "allOf",
            json!([]),
            format!("{schemas}/upload_request/allOf"),
            "`allOf` is not understood here",
        ),
        (
            format!("{schemas}/Item/properties"),
            "name",
            json!({ "type": "number" }),
            format!("{schemas}/Item/properties/name"),
            "a number with a fraction: spec/ has `decimal`, which is written as text",
        ),
        (
            QUERY.to_owned(),
            "requestBody",
            json!({ "content": { "application/json": { "schema": { "$ref": "#/components/schemas/UploadModel" } } } }),
            format!("{QUERY}/requestBody"),
            "a `get` with a body",
        ),
    ] {
        let (document, findings) = with(openapi(), &pointer, key, value);
        assert_eq!(document.unwrap().operations.len(), 2, "{place}");
        let found = findings.iter().any(|finding| finding.place == place && finding.what == what);
        assert!(found, "{place}: {what}: {findings:#?}");
    }
}

#[test]
fn a_body_that_cannot_travel_is_left_out() {
    let body = json!({ "content": { "application/json": { "schema": { "$ref": "#/components/schemas/UploadModel" } } } });
    let (document, _) = with(openapi(), QUERY, "requestBody", body);
    let request = rows(&operation(&document, "alipay.shop.item.query").request);
    assert_eq!(request, "item_id: string path must, page: int query deprecated");
}

#[test]
fn codes_behind_a_reference_are_read() {
    let mut document = openapi();
    document["components"]["schemas"]["Codes"] = json!({ "type": "string", "enum": ["LATE"] });
    let code = json!({ "$ref": "#/components/schemas/Codes" });
    let (document, findings) = with(document, "/components/schemas/ItemError/properties", "code", code);
    assert_eq!(findings, Vec::new());
    assert_eq!(operation(&document, "alipay.shop.item.query").codes, ["LATE"]);
}

#[test]
fn a_file_that_is_required_is_needed() {
    let (document, findings) =
        with(openapi(), "/components/schemas/upload_request", "required", json!(["data", "image"]));
    assert_eq!(findings, Vec::new());
    let request = rows(&operation(&document, "alipay.shop.item.upload").request);
    assert_eq!(request, "title: string, image: file must");
}

#[test]
fn objects_without_a_name_never_take_the_name_of_another() {
    let object = |field: &str| json!({ "type": "object", "properties": { field: { "type": "string" } } });
    let mut document = openapi();
    let schemas = &mut document["components"]["schemas"];
    // Both would be `ItemColorDark`; and `ItemSize` is a schema already.
    schemas["ItemColor"] =
        json!({ "type": "object", "properties": { "dark": object("a"), "note": { "type": "string" } } });
    schemas["ItemSize"] = object("real");
    let item = schemas["Item"]["properties"].as_object_mut().unwrap();
    item.insert("size".to_owned(), object("nameless"));
    item.insert("color_dark".to_owned(), object("b"));
    item.insert("color".to_owned(), json!({ "$ref": "#/components/schemas/ItemColor" }));
    item.insert(
        "sizes".to_owned(),
        json!({ "type": "array", "items": { "$ref": "#/components/schemas/ItemSize" } }),
    );
    let (document, findings) = read("d.json", &document.to_string());
    let document = document.unwrap();
    let types: Vec<_> =
        document.types.iter().map(|item| format!("{}({})", item.name, rows(&item.fields))).collect();
    for expected in ["ItemSize(real: string)", "ItemSize2(nameless: string)"] {
        assert!(types.iter().any(|item| item == expected), "{expected}: {types:#?}");
    }
    let dark: Vec<_> = types.iter().filter(|item| item.starts_with("ItemColorDark")).collect();
    assert_eq!(dark.len(), 2, "{types:#?}");
    assert!(dark.iter().any(|item| item.contains("(a: ")) && dark.iter().any(|item| item.contains("(b: ")));
    assert_eq!(findings.len(), 2, "{findings:#?}");
    let size = findings.iter().find(|finding| finding.what.contains("`ItemSize`")).unwrap();
    assert_eq!(size.place, "/components/schemas/Item/properties/size");
    assert_eq!(size.what, "another object is called `ItemSize` too; this one becomes `ItemSize2`");
}

#[test]
fn a_group_whose_file_module_or_feature_means_something_else_is_refused() {
    for group in ["common", "self", "super", "crate", "mod", "async", "default", "sm2", "con"] {
        let method = format!("alipay.{group}.order.pay");
        let what = format!("`{group}` cannot be a group: it is ");
        let mut document = openapi();
        document.pointer_mut(QUERY).unwrap()["operationId"] = json!(method);
        let mut facts = gateway();
        let methods = facts["methods"].as_object_mut().unwrap();
        let mut pay = methods.remove("alipay.shop.order.pay").unwrap();
        pay["response_key"] = json!(format!("alipay_{group}_order_pay_response"));
        methods.insert(method.clone(), pay);
        for (document, left) in [(document, 1), (facts, 2)] {
            let (document, findings) = read("d.json", &document.to_string());
            assert_eq!(document.unwrap().operations.len(), left);
            assert!(findings.iter().any(|finding| finding.what.starts_with(&what)), "{group}: {findings:#?}");
        }
    }
}

#[test]
fn a_document_that_is_not_utf_8_is_one_finding_that_says_where() {
    let (document, findings) = read_bytes("d.json", b"{\"methods\": \xb8\xb6}");
    assert!(document.is_none());
    assert_eq!(findings[0].to_string(), "d.json: byte 12 is not UTF-8\n    fix: save the document as UTF-8");
}

#[test]
fn names_that_are_empty_or_too_long_are_left_out_alone() {
    let string = || json!({ "type": "string" });
    let mut document = openapi();
    let item = document["components"]["schemas"]["Item"]["properties"].as_object_mut().unwrap();
    item.insert(String::new(), string());
    item.insert("x".repeat(300), json!({ "type": "object", "properties": { "a": string() } }));
    document["components"]["schemas"]["ItemError"]["properties"]["code"]["enum"][1] = json!("");
    document["paths"]["/v3/alipay/shop/item/image"]["post"]["operationId"] =
        json!(format!("alipay.{}.b", "x".repeat(300)));
    let (document, findings) = read("d.json", &document.to_string());
    let places: Vec<_> = findings.iter().map(|finding| finding.place.as_str()).collect();
    assert_eq!(
        places,
        [
            "/paths/~1v3~1alipay~1shop~1item~1image/post",
            "/components/schemas/ItemError/properties/code/enum/1",
            "/components/schemas/Item/properties/",
        ]
    );
    let document_types = &document.as_ref().unwrap().types;
    assert!(document_types.iter().all(|item| item.name.len() <= 150));
    assert_eq!(operation(&document, "alipay.shop.item.query").codes, ["NO_ITEM"]);
}
