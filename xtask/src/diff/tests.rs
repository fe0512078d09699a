//! Differences between small documents: which are found, which break, and how they are printed.

mod folders;
mod unread;

use serde_json::{Value, json};

use super::change::Change;
use super::compare::compare;
use super::print::{json as as_json, markdown, text};
use crate::document::read;
use crate::document::tests::{gateway, openapi};

fn changes(old: &Value, new: &Value) -> Vec<Change> {
    let document = |value: &Value| {
        let (document, findings) = read("d.json", &value.to_string());
        let kept = |finding: &&crate::document::Finding| !finding.what.ends_with("is deprecated");
        assert_eq!(findings.iter().filter(kept).count(), 0, "{findings:?}");
        document.unwrap()
    };
    compare(&[document(old)], &[document(new)])
}

/// The one change that comes from another value at `pointer`, as a line, and whether it breaks.
fn change(document: Value, pointer: &str, key: &str, value: Option<Value>) -> (String, bool) {
    let mut new = document.clone();
    let object = new.pointer_mut(pointer).unwrap_or_else(|| panic!("{pointer}")).as_object_mut().unwrap();
    match value {
        Some(value) => drop(object.insert(key.to_owned(), value)),
        None => drop(object.remove(key).unwrap_or_else(|| panic!("{key}"))),
    }
    let changes = changes(&document, &new);
    assert_eq!(changes.len(), 1, "{pointer}/{key}: {}", text(&changes, &[]));
    let text = text(&changes, &[]);
    (text.lines().nth(1).unwrap().trim().to_owned(), changes[0].breaking)
}

const QUERY: &str = "/paths/~1v3~1alipay~1shop~1item~1{item_id}/get";

#[test]
fn changes_of_an_openapi_document_break_by_direction() {
    let string = || Some(json!({ "type": "string" }));
    let answer = "/components/schemas/ItemQueryResponseModel/properties";
    let asked = "/components/schemas/UploadModel/properties";
    let needed = json!({ "name": "q", "in": "query", "required": true, "schema": { "type": "string" } });
    for (pointer, key, value, line, breaking) in [
        (
            "/paths",
            "/v3/alipay/shop/item/image",
            None,
            "alipay.shop.item.upload: removed (POST /v3/alipay/shop/item/image)",
            true,
        ),
        (answer, "open", None, "alipay.shop.item.query: answer field open removed (bool)", true),
        (answer, "new", string(), "alipay.shop.item.query: answer field new added (string)", false),
        (
            answer,
            "open",
            string(),
            "alipay.shop.item.query: answer field open another type (was bool, is string)",
            true,
        ),
        (asked, "title", None, "alipay.shop.item.upload: request field title removed (string)", true),
        (asked, "new", string(), "alipay.shop.item.upload: request field new added (string)", false),
        (
            "/components/schemas/UploadModel",
            "required",
            Some(json!(["title"])),
            "alipay.shop.item.upload: request field title needed now",
            true,
        ),
        (
            "/components/schemas/Item/properties",
            "name",
            None,
            "Item: answer field name removed (string)",
            true,
        ),
        ("/components/schemas/Item/properties", "x", string(), "Item: answer field x added (string)", false),
        ("/components/schemas/Item", "required", Some(json!([])), "", false),
        (
            "/components/schemas/ItemError/properties/code",
            "enum",
            Some(json!(["NO_ITEM", "CLOSED", "LATE"])),
            "alipay.shop.item.query: error code LATE added",
            false,
        ),
        (
            "/components/schemas/ItemError/properties/code",
            "enum",
            Some(json!(["NO_ITEM"])),
            "alipay.shop.item.query: error code CLOSED removed",
            false,
        ),
        (
            "/components/schemas/UploadModel/properties/title",
            "deprecated",
            Some(json!(true)),
            "alipay.shop.item.upload: request field title deprecated",
            false,
        ),
        (
            QUERY,
            "parameters",
            Some(json!([
                openapi()["paths"]["/v3/alipay/shop/item/{item_id}"]["get"]["parameters"][0],
                openapi()["paths"]["/v3/alipay/shop/item/{item_id}"]["get"]["parameters"][1],
                needed
            ])),
            "alipay.shop.item.query: request field q added (string)",
            true,
        ),
    ] {
        if line.is_empty() {
            // An answer promises nothing, so nothing changes for its readers.
            let mut new = openapi();
            new.pointer_mut(pointer).unwrap()[key] = value.unwrap();
            assert_eq!(changes(&openapi(), &new), Vec::new());
            continue;
        }
        assert_eq!(change(openapi(), pointer, key, value), (line.to_owned(), breaking));
    }
}

#[test]
fn another_verb_path_or_place_breaks() {
    let mut new = openapi();
    let paths = new["paths"].as_object_mut().unwrap();
    let item = paths.remove("/v3/alipay/shop/item/image").unwrap();
    paths.insert("/v3/alipay/shop/picture".to_owned(), json!({ "put": item["post"] }));
    let found = changes(&openapi(), &new);
    let printed = text(&found, &[]);
    assert!(printed.contains("alipay.shop.item.upload: another verb (was POST, is PUT)"), "{printed}");
    assert!(
        printed.contains("another path (was /v3/alipay/shop/item/image, is /v3/alipay/shop/picture)"),
        "{printed}"
    );
    assert!(printed.ends_with("2 changes, 2 of them breaking"), "{printed}");
}

#[test]
fn changes_of_gateway_facts_are_found_too() {
    let pay = "/methods/alipay.shop.order.pay";
    for (pointer, key, value, line, breaking) in [
        ("/methods", "ant.shop.raw.send", None, "ant.shop.raw.send: removed", true),
        (
            "/domain/AlipayShopOrderPayModel",
            "note",
            Some(json!("scalar")),
            "alipay.shop.order.pay: request field note added (scalar)",
            false,
        ),
        ("/domain/Order", "ok", None, "Order: request and answer field ok removed (bool)", true),
        (
            &format!("{pay}/response"),
            "codes",
            Some(json!("scalar")),
            "alipay.shop.order.pay: answer field codes another type (was [string], is scalar)",
            true,
        ),
        (pay, "title", Some(json!("x")), "", false),
    ] {
        if line.is_empty() {
            let mut new = gateway();
            new.pointer_mut(pointer).unwrap()[key] = value.unwrap();
            assert_eq!(changes(&gateway(), &new), Vec::new());
            continue;
        }
        assert_eq!(change(gateway(), pointer, key, value), (line.to_owned(), breaking));
    }
}

#[test]
fn a_protocol_that_one_side_does_not_speak_of_is_not_compared() {
    let read = |value: &Value| read("d.json", &value.to_string()).0.unwrap();
    assert_eq!(compare(&[read(&gateway()), read(&openapi())], &[read(&openapi())]), Vec::new());
}

#[test]
fn a_document_does_not_differ_from_itself() {
    assert_eq!(changes(&openapi(), &openapi()), Vec::new());
    assert_eq!(text(&[], &[]), "0 changes, 0 of them breaking");
}

#[test]
fn markdown_and_json_say_the_same_as_text() {
    let mut new = openapi();
    new["components"]["schemas"]["UploadModel"]["properties"] = json!({ "caption": { "type": "string" } });
    let found = changes(&openapi(), &new);
    assert_eq!(
        markdown(&found, &[]),
        "## v3\n\n### Breaking\n\n- `alipay.shop.item.upload`: request field `title` removed (`string`)\n\n\
         ### Other changes\n\n- `alipay.shop.item.upload`: request field `caption` added (`string`)\n\n\
         2 changes, 1 of them breaking"
    );
    let printed: Value = serde_json::from_str(&as_json(&found, &[])).unwrap();
    assert_eq!(
        printed,
        json!({
            "breaking": 1,
            "changes": [
                { "breaking": true, "change": "field-removed", "protocol": "v3", "operation": "alipay.shop.item.upload",
                  "field": "title", "in": "request", "old": "string" },
                { "breaking": false, "change": "field-added", "protocol": "v3", "operation": "alipay.shop.item.upload",
                  "field": "caption", "in": "request", "new": "string" },
            ],
            "not_compared": [],
        })
    );
}

#[test]
fn what_could_not_be_read_is_said_beside_the_changes() {
    let mut odd = openapi();
    odd["components"]["schemas"]["Item"]["properties"]["name"] = json!({ "oneOf": [] });
    let (_, findings) = read("new.json", &odd.to_string());
    assert!(
        text(&[], &findings)
            .contains("not compared: new.json: /components/schemas/Item/properties/name/oneOf")
    );
    assert!(
        as_json(&[], &findings).contains("\"place\": \"/components/schemas/Item/properties/name/oneOf\"")
    );
}
