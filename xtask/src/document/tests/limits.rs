//! What a document says about the values of a field, beside its type; and parts that are not what they should be.

use serde_json::{Value, json};

use super::{gateway, openapi};
use crate::document::{Field, read};

/// The field `f` of the type `Item`, and the findings.
fn field(schema: Value) -> (Option<Field>, Vec<String>) {
    let mut document = openapi();
    document["components"]["schemas"]["Short"] =
        json!({ "type": "string", "maxLength": 4, "example": "abc", "deprecated": true });
    document["components"]["schemas"]["Item"]["properties"]["f"] = schema;
    let (document, findings) = read("d.json", &document.to_string());
    let document = document.unwrap();
    let item = document.types.iter().find(|item| item.name == "Item").unwrap();
    let field = item.fields.iter().find(|field| field.name == "f").cloned();
    (field, findings.into_iter().map(|finding| finding.what).collect())
}

#[test]
fn limits_are_read_also_behind_a_reference_and_of_items() {
    let short = json!({ "$ref": "#/components/schemas/Short" });
    let (found, findings) = field(short.clone());
    let found = found.unwrap();
    assert_eq!((found.len, found.example.as_deref(), found.deprecated), (Some((0, 4)), Some("abc"), true));
    assert_eq!(findings, Vec::<String>::new());
    let (found, _) = field(json!({ "type": "array", "maxItems": 3, "items": short }));
    let found = found.unwrap();
    assert_eq!((found.len, found.item_len, found.max_items), (None, Some((0, 4)), Some(3)));
    let (found, findings) = field(json!({ "type": "integer", "minimum": 1, "maximum": 9, "default": 5 }));
    let found = found.unwrap();
    assert_eq!(
        (found.min.as_deref(), found.max.as_deref(), found.default.as_deref()),
        (Some("1"), Some("9"), Some("5"))
    );
    assert_eq!(findings, Vec::<String>::new());
}

#[test]
fn limits_that_cannot_be_are_left_out_with_a_word() {
    for (schema, what) in [
        (json!({ "type": "string", "minLength": 3 }), "`minLength` without `maxLength`"),
        (json!({ "type": "string", "minLength": 3, "maxLength": 2 }), "`minLength` is more than `maxLength`"),
        (json!({ "type": "integer", "minimum": 3, "maximum": 2 }), "`minimum` is more than `maximum`"),
        (json!({ "type": "integer", "minimum": "3" }), "text stands here"),
        (json!({ "type": "boolean", "maxLength": 2 }), "`maxLength` does not go with `bool`"),
        (json!({ "type": "string", "pattern": "a" }), "`pattern` is not understood here"),
    ] {
        let (found, findings) = field(schema);
        let found = found.unwrap();
        assert_eq!((found.len, found.min, found.max), (None, None, None));
        assert_eq!(findings, [what]);
    }
}

#[test]
fn parts_that_are_nothing_are_findings() {
    let post = "/paths/~1v3~1alipay~1shop~1item~1image/post";
    let file = json!({ "content": { "application/json": { "schema": { "type": "object",
        "properties": { "f": { "type": "string", "format": "binary" } } } } } });
    for (key, value, place, what) in [
        ("requestBody", json!("x"), "/requestBody", "text stands here"),
        ("requestBody", Value::Null, "/requestBody", "null stands here"),
        ("requestBody", json!({}), "/requestBody", "the request body has no content"),
        (
            "requestBody",
            file,
            "/requestBody/content/application~1json/schema/properties/f",
            "`f` is a file in a body of JSON",
        ),
        ("responses", json!({ "200": 5 }), "/responses/200", "a number stands here"),
        (
            "responses",
            json!({ "200": { "content": { "application/json": {} } } }),
            "/responses/200/content/application~1json",
            "the answer has no schema",
        ),
    ] {
        let mut document = openapi();
        document.pointer_mut(post).unwrap()[key] = value;
        let (read, findings) = read("d.json", &document.to_string());
        assert!(read.is_some_and(|document| !document.operations.is_empty()));
        let found: Vec<_> = findings.iter().map(|finding| (&*finding.place, &*finding.what)).collect();
        assert_eq!(found, [(&*format!("{post}{place}"), what)], "{key}");
    }
    let mut document = openapi();
    document.pointer_mut(post).unwrap().as_object_mut().unwrap().remove("responses");
    document["paths"]["/v3/alipay/shop/item/{other}"] =
        document["paths"]["/v3/alipay/shop/item/{item_id}"].clone();
    document["paths"]["/v3/alipay/shop/item/{other}"]["get"]["operationId"] =
        json!("alipay.shop.other.query");
    let (_, findings) = read("d.json", &document.to_string());
    let found: Vec<_> = findings.iter().map(|finding| finding.what.as_str()).collect();
    assert_eq!(
        found,
        ["the operation has no `responses`", "`alipay.shop.item.query` has this verb and path already"]
    );
    let mut document = openapi();
    document.pointer_mut(post).unwrap()["operationId"] = json!("alipay.shop.item.query");
    let (_, findings) = read("d.json", &document.to_string());
    assert_eq!(findings[0].what, format!("the method `alipay.shop.item.query` stands at {post} already"));
    let mut facts = gateway();
    facts["methods"]["alipay.shop.order.pay"] = json!({});
    facts["methods"]["alipay.shop.image.upload"].as_object_mut().unwrap().remove("response");
    let (_, findings) = read("d.json", &facts.to_string());
    let found: Vec<_> = findings.iter().map(|finding| finding.what.as_str()).collect();
    assert!(found.contains(&"nothing is said of `alipay.shop.order.pay`"), "{found:?}");
    assert!(found.contains(&"the method has no `response`"), "{found:?}");
}

#[test]
fn components_that_are_none_are_one_finding() {
    for (key, value, place) in [
        ("components", json!(5), "/components"),
        ("components", json!({ "schemas": [] }), "/components/schemas"),
    ] {
        let mut document = openapi();
        document[key] = value;
        let (_, findings) = read("d.json", &document.to_string());
        let places: Vec<_> = findings.iter().map(|finding| finding.place.as_str()).collect();
        assert_eq!(places, [place]);
    }
}
