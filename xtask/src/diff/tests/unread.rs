//! What could not be read is no change: a document with a mistake does not break anybody.

use serde_json::{Value, json};

use super::super::compare::compare;
use super::super::print::text;
use super::{QUERY, change};
use crate::document::read;
use crate::document::tests::{gateway, openapi};

/// The lines of the changes between a document and itself with a mistake, in both directions.
fn changes(old: &Value, new: &Value) -> [String; 2] {
    let document = |value: &Value| read("d.json", &value.to_string()).0.unwrap();
    [(old, new), (new, old)].map(|(old, new)| text(&compare(&[document(old)], &[document(new)]), &[]))
}

#[test]
fn a_mistake_in_a_document_is_no_change() {
    let schemas = "/components/schemas";
    for (pointer, key, value) in [
        (QUERY, "operationId", Value::Null),
        (QUERY, "operationId", json!("alipay.shop.item.upload")),
        ("/paths/~1v3~1alipay~1shop~1item~1{item_id}", "get", Value::Null),
        ("/paths", "/v3/alipay/shop/item/{item_id}", json!("x")),
        (&format!("{QUERY}/parameters"), "1", json!(5)),
        (&format!("{QUERY}/responses"), "200", json!(5)),
        ("/paths/~1v3~1alipay~1shop~1item~1image/post", "requestBody", json!({})),
        ("/paths/~1v3~1alipay~1shop~1item~1image/post", "requestBody", Value::Null),
        (&format!("{schemas}/Item/properties"), "size", json!({ "$ref": "#/components/schemas/Nothing" })),
        (&format!("{schemas}/Item/properties"), "old", Value::Null),
        (&format!("{schemas}/Item"), "properties", json!("x")),
        (schemas, "Item", json!("x")),
    ] {
        let mut new = openapi();
        let place = new.pointer_mut(pointer).unwrap_or_else(|| panic!("{pointer}"));
        match key.parse::<usize>() {
            Ok(index) if place.is_array() => place[index] = value,
            _ => place[key] = value,
        }
        for lines in changes(&openapi(), &new) {
            assert_eq!(lines.trim(), "0 changes, 0 of them breaking", "{pointer}/{key}");
        }
    }
    let mut facts = gateway();
    facts["methods"]["alipay.shop.order.pay"] = Value::Null;
    facts["domain"]["Order"]["ok"] = json!(7);
    for lines in changes(&gateway(), &facts) {
        assert_eq!(lines.trim(), "0 changes, 0 of them breaking");
    }
}

#[test]
fn what_the_gateway_does_not_tell_is_text_to_us_either_way() {
    let (line, breaking) =
        change(gateway(), "/domain/AlipayShopOrderPayModel", "amount", Some(json!("scalar:string")));
    assert!(line.contains("another type (was scalar, is string)"), "{line}");
    assert!(!breaking);
}

#[test]
fn a_body_that_comes_to_have_parts_breaks() {
    let content = |kind: &str| json!({ "content": { kind: { "schema": { "$ref": "#/components/schemas/UploadModel" } } } });
    let post = "/paths/~1v3~1alipay~1shop~1item~1image/post";
    let mut old = openapi();
    old.pointer_mut(post).unwrap()["requestBody"] = content("application/json");
    let mut parts = content("multipart/form-data");
    parts["content"]["multipart/form-data"]["schema"] =
        json!({ "type": "object", "properties": { "data": { "$ref": "#/components/schemas/UploadModel" } } });
    let (line, breaking) = change(old, post, "requestBody", Some(parts));
    assert_eq!(
        line,
        "alipay.shop.item.upload: parameters travel otherwise (was application/json, is multipart/form-data)"
    );
    assert!(breaking);
}

#[test]
fn an_operation_that_is_deprecated_is_said_so() {
    let (line, breaking) = change(openapi(), QUERY, "deprecated", Some(json!(true)));
    assert_eq!(line, "alipay.shop.item.query: deprecated");
    assert!(!breaking);
}

#[test]
fn what_goes_with_a_deprecation_is_said_too() {
    let mut new = openapi();
    let query = new.pointer_mut(QUERY).unwrap();
    query["deprecated"] = json!(true);
    query["parameters"].as_array_mut().unwrap().pop();
    let [told, _] = changes(&openapi(), &new);
    assert!(told.contains("alipay.shop.item.query: deprecated"), "{told}");
    assert!(told.contains("alipay.shop.item.query: request field page removed"), "{told}");
}

#[test]
fn a_request_that_takes_fewer_values_breaks() {
    let asked = "/components/schemas/UploadModel/properties";
    let title = |values: &[&str]| json!({ "type": "string", "enum": values });
    let mut old = openapi();
    old.pointer_mut(asked).unwrap()["title"] = title(&["A", "B"]);
    for (values, line, breaking) in [
        (&["A"][..], "alipay.shop.item.upload: request field title value removed (B)", true),
        (&["A", "B", "C"], "alipay.shop.item.upload: request field title value added (C)", false),
    ] {
        assert_eq!(change(old.clone(), asked, "title", Some(title(values))), (line.to_owned(), breaking));
    }
}
