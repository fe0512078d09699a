//! Documents good and bad: what is read, what is reported, and that nothing brings the reader down.

mod dropped;
mod limits;

use serde_json::{Value, json};

use super::{Document, Field, Finding, Place, Protocol, group, read};

/// A document with every construct that Alipay's own has.
pub(crate) fn openapi() -> Value {
    let reference = |name: &str| json!({ "$ref": format!("#/components/schemas/{name}") });
    let body = |name: &str| json!({ "content": { "application/json": { "schema": reference(name) } } });
    json!({
        "openapi": "3.0.3",
        "info": { "title": "t", "version": "1" },
        "paths": {
            "/v3/alipay/shop/item/{item_id}": {
                "get": {
                    "operationId": "alipay.shop.item.query",
                    "summary": "商品查询",
                    "tags": ["alipay.shop.item"],
                    "parameters": [
                        { "name": "item_id", "in": "path", "required": true, "schema": { "type": "string" } },
                        { "name": "page", "in": "query", "schema": { "type": "integer" }, "deprecated": true },
                    ],
                    "responses": { "200": body("ItemQueryResponseModel"), "default": body("errors") },
                },
            },
            "/v3/alipay/shop/item/image": {
                "post": {
                    "operationId": "alipay.shop.item.upload",
                    "requestBody": { "content": { "multipart/form-data": {
                        "schema": reference("upload_request"),
                        "encoding": { "data": { "contentType": "application/json" } },
                    } } },
                    "responses": { "200": body("Empty") },
                },
            },
        },
        "components": { "schemas": {
            "ItemQueryResponseModel": { "type": "object", "properties": {
                "total": { "type": "integer", "format": "int64" },
                "items": { "type": "array", "items": reference("Item") },
                "open": { "type": "boolean", "example": true },
            } },
            "Item": { "type": "object", "required": ["name"], "properties": {
                "name": { "type": "string", "maxLength": 64, "minLength": 1, "example": "tea", "description": "prose" },
                "tags": { "type": "array", "items": { "type": "string" } },
                "parent": reference("Item"),
                "size": { "type": "object", "properties": { "width": { "type": "integer" } } },
                "old": { "type": "string", "deprecated": true },
            } },
            "upload_request": { "type": "object", "properties": {
                "data": reference("UploadModel"),
                "image": { "type": "string", "format": "binary" },
            } },
            "UploadModel": { "type": "object", "properties": { "title": { "type": "string" } } },
            "Empty": { "type": "object" },
            "errors": { "anyOf": [reference("CommonErrorType"), reference("ItemError")] },
            "CommonErrorType": { "type": "object", "properties": { "code": { "type": "string", "enum": ["general"] } } },
            "ItemError": { "type": "object", "properties": {
                "code": { "type": "string", "enum": ["NO_ITEM", "CLOSED"] }, "message": { "type": "string" },
            } },
        } },
    })
}

/// Facts of the gateway with every construct that they have.
pub(crate) fn gateway() -> Value {
    json!({
        "methods": {
            "alipay.shop.order.pay": {
                "request": "AlipayShopOrderPayRequest", "version": "1.0", "biz_model": "AlipayShopOrderPayModel",
                "biz_model_linked": false, "response": { "order": "$Order", "codes": "array<scalar:string>" },
                "response_key": "alipay_shop_order_pay_response", "domain": ["Order"], "title": "付款",
            },
            "alipay.shop.image.upload": {
                "request": "AlipayShopImageUploadRequest", "version": "1.0", "files": ["image"], "upload": true,
                "text_params": { "title": "scalar", "orders": "array<$Order>", "kinds": "array<scalar>" },
                "response": {}, "response_key": "alipay_shop_image_upload_response",
            },
            "ant.shop.raw.send": {
                "request": "AntShopRawSendRequest", "version": "1.0", "biz_content_untyped": true,
                "text_params": { "id": "scalar" }, "response": {}, "response_key": "ant_shop_raw_send_response",
            },
        },
        "domain": {
            "AlipayShopOrderPayModel": { "amount": "scalar", "count": "scalar:integer", "order": "$Order" },
            "Order": { "id": "scalar:string", "inner": "array<$Order>", "ok": "scalar:boolean" },
            "Nobody": { "id": "scalar" },
        },
    })
}

fn good(document: &Value) -> Document {
    let (document, findings) = read("d.json", &document.to_string());
    assert_eq!(findings, Vec::new());
    document.unwrap()
}

fn rows(fields: &[Field]) -> String {
    let row = |field: &Field| {
        let Field { name, ty, place, must, deprecated, len, example, .. } = field;
        let place = if *place == Place::Body { String::new() } else { format!(" {place}") };
        let marks = [(*must, " must"), (*deprecated, " deprecated")];
        let marks: String = marks.iter().filter(|(there, _)| *there).map(|(_, mark)| *mark).collect();
        let len = len.map(|(min, max)| format!(" {min}..{max}")).unwrap_or_default();
        let example = example.as_ref().map(|eg| format!(" eg {eg}")).unwrap_or_default();
        format!("{name}: {ty}{place}{marks}{len}{example}")
    };
    fields.iter().map(row).collect::<Vec<_>>().join(", ")
}

#[test]
fn an_openapi_document_is_read_in_its_order() {
    // Through text of our own: serde_json's values sort their keys.
    let document = good(&openapi());
    assert_eq!(document.protocol, Protocol::V3);
    let query = document.operations.iter().find(|item| item.method == "alipay.shop.item.query").unwrap();
    assert_eq!(query.title.as_deref(), Some("商品查询"));
    assert_eq!(query.verb.as_deref(), Some("GET"));
    assert_eq!(query.path.as_deref(), Some("/v3/alipay/shop/item/{item_id}"));
    assert_eq!(query.codes, ["NO_ITEM", "CLOSED"]);
    assert_eq!(rows(&query.request), "item_id: string path must, page: int query deprecated");
    assert_eq!(rows(&query.response), "items: [Item], open: bool eg true, total: long");
    let upload = document.operations.iter().find(|item| item.method == "alipay.shop.item.upload").unwrap();
    assert_eq!(rows(&upload.request), "title: string, image: file");
    assert!(upload.response.is_empty() && upload.codes.is_empty());
    let types: Vec<_> =
        document.types.iter().map(|item| format!("{}({})", item.name, rows(&item.fields))).collect();
    assert_eq!(
        types,
        [
            "Item(name: string must 1..64 eg tea, old: string deprecated, parent: Item, size: ItemSize, tags: [string])",
            "ItemSize(width: int)",
        ]
    );
}

#[test]
fn keys_keep_the_order_of_the_document() {
    let text = r##"{"openapi": "3.0.0", "paths": {"/v3/z": {"get": {"operationId": "alipay.a.b", "responses": {"200":
        {"content": {"application/json": {"schema": {"properties": {"z": {"type": "string"}, "a": {"type": "string"},
        "m": {"type": "string"}}}}}}}}}}}"##;
    let (document, findings) = read("d.json", text);
    assert_eq!(findings, Vec::new());
    assert_eq!(rows(&document.unwrap().operations[0].response), "z: string, a: string, m: string");
}

#[test]
fn the_facts_of_the_gateway_are_read() {
    let document = good(&gateway());
    assert_eq!(document.protocol, Protocol::V2);
    let of = |method: &str| document.operations.iter().find(|item| item.method == method).unwrap();
    let pay = of("alipay.shop.order.pay");
    assert_eq!(rows(&pay.request), "amount: scalar, count: int, order: Order");
    assert_eq!(rows(&pay.response), "codes: [string], order: Order");
    assert!(!pay.form);
    let upload = of("alipay.shop.image.upload");
    assert!(upload.form);
    assert_eq!(
        rows(&upload.request),
        "kinds: json<[scalar]>, orders: json<[Order]>, title: scalar, image: file"
    );
    assert_eq!(rows(&of("ant.shop.raw.send").request), "biz_content: string, id: scalar");
    let names: Vec<_> = document.types.iter().map(|item| item.name.as_str()).collect();
    assert_eq!(names, ["Order"], "a class that no method reaches is none of our types");
}

#[test]
fn yaml_says_the_same_as_json() {
    let text = r#"
openapi: 3.0.3
paths:
  /v3/alipay/shop/item:
    get:
      operationId: alipay.shop.item.query
      summary: "商品查询"   # a comment
      deprecated: false
      responses:
        200:
          content:
            application/json:
              schema: {$ref: '#/components/schemas/Item'}
        default:
          content:
            application/json:
              schema:
                anyOf:
                  - $ref: '#/components/schemas/ItemError'
components:
  schemas:
    Item:
      type: object
      properties:
        no: {type: string, example: "no"}
        count: {type: integer, example: 12}
    ItemError:
      type: object
      properties:
        code:
          type: string
          enum: [NO, "OFF"]
"#;
    let (document, findings) = read("openapi.yaml", text);
    assert_eq!(findings, Vec::new());
    let operation = &document.unwrap().operations[0];
    assert_eq!(rows(&operation.response), "no: string eg no, count: int eg 12");
    assert_eq!(operation.codes, ["NO", "OFF"]);
    assert_eq!(operation.title.as_deref(), Some("商品查询"));
}

/// Reads `document` after `change` at `pointer`; what was found there, and whether the rest was read.
fn after(mut document: Value, pointer: &str, change: Value) -> (Vec<Finding>, usize) {
    *document.pointer_mut(pointer).unwrap_or_else(|| panic!("{pointer}")) = change;
    let (document, findings) = read("d.json", &document.to_string());
    (findings, document.map_or(0, |document| document.operations.len()))
}

#[test]
fn what_is_not_understood_is_said_and_the_rest_goes_on() {
    let item = "/components/schemas/Item/properties";
    let query = "/paths/~1v3~1alipay~1shop~1item~1{item_id}/get";
    for (pointer, change, place, what) in [
        (
            format!("{item}/name"),
            json!({ "oneOf": [{ "type": "string" }] }),
            format!("{item}/name/oneOf"),
            "`oneOf` is not understood here",
        ),
        (
            format!("{item}/name"),
            json!({ "type": "object", "allOf": [] }),
            format!("{item}/name/allOf"),
            "`allOf` is not understood here",
        ),
        (
            format!("{item}/name"),
            json!({ "type": "object", "additionalProperties": true }),
            format!("{item}/name/additionalProperties"),
            "`additionalProperties` is not understood here",
        ),
        (format!("{item}/name"), json!({ "type": "text" }), format!("{item}/name"), "`text` is not a type"),
        (format!("{item}/name"), json!({}), format!("{item}/name"), "the schema has no type"),
        (format!("{item}/name"), json!(7), format!("{item}/name"), "a number stands here"),
        (
            format!("{item}/name"),
            json!({ "type": "integer", "enum": [1] }),
            format!("{item}/name"),
            "`enum` does not go with `int`",
        ),
        (
            format!("{item}/tags/items"),
            json!({ "type": "array", "items": { "type": "string" } }),
            format!("{item}/tags/items"),
            "a list of lists",
        ),
        (
            format!("{item}/parent"),
            json!({ "$ref": "#/components/schemas/None" }),
            format!("{item}/parent/$ref"),
            "the schema `#/components/schemas/None` is missing",
        ),
        (
            "/components/schemas/Item".to_owned(),
            json!({ "$ref": "#/components/schemas/Item" }),
            "/components/schemas/Item".to_owned(),
            "this reference leads in circles, or too far",
        ),
        (
            format!("{query}/parameters/1/in"),
            json!("header"),
            format!("{query}/parameters/1"),
            "`page` travels in `header`",
        ),
        (format!("{query}/tags"), json!({}), String::new(), ""),
        (
            format!("{query}/responses/200/content"),
            json!({ "text/event-stream": { "schema": { "type": "string" } } }),
            format!("{query}/responses/200/content/text~1event-stream"),
            "an answer with status 200 as `text/event-stream`",
        ),
    ] {
        let (findings, operations) = after(openapi(), &pointer, change);
        assert_eq!(operations, 2, "{pointer}");
        let found = findings.iter().any(|finding| finding.place == place && finding.what == what);
        assert!(found || what.is_empty() && findings.is_empty(), "{place}: {what}: {findings:#?}");
    }
    for (pointer, change, what) in [
        ("/domain/Order/id", json!("text"), "`text` is not a type"),
        ("/domain/Order/id", json!("$None"), "the class `None` is missing"),
        ("/methods/alipay.shop.order.pay/version", json!("2.0"), "the method has the version `2.0`"),
        (
            "/methods/alipay.shop.order.pay/response_key",
            json!("x"),
            "the answer is called `x`, not `alipay_shop_order_pay_response`",
        ),
    ] {
        let (findings, operations) = after(gateway(), pointer, change);
        assert_eq!(operations, 3, "{pointer}");
        assert!(findings.iter().any(|finding| finding.what == what), "{what}: {findings:#?}");
    }
}

#[test]
fn several_mistakes_are_reported_at_once_each_with_its_fix() {
    let mut document = openapi();
    for name in ["name", "old"] {
        document["components"]["schemas"]["Item"]["properties"][name] = json!({ "type": name });
    }
    let (read, findings) = read("d.json", &document.to_string());
    assert_eq!(findings.len(), 2);
    assert!(findings.iter().all(|finding| !finding.fix.is_empty() && finding.file == "d.json"));
    assert_eq!(rows(&read.unwrap().types[0].fields), "parent: Item, size: ItemSize, tags: [string]");
}

#[test]
fn a_key_that_stands_twice_is_reported() {
    let (_, findings) = read("d.json", r#"{"openapi": "3.0.0", "paths": {"/a": {}, "/a": {}}}"#);
    assert_eq!(findings[0].to_string().lines().next(), Some("d.json: /paths/~1a: the key stands here twice"));
}

#[test]
fn what_is_no_document_is_one_finding() {
    for text in ["", "{", "[1,", "a: [", "openapi", "{}", "7", "{\"openapi\": 3}"] {
        let (document, findings) = read("d", text);
        assert!(document.is_none() && !findings.is_empty(), "{text}");
    }
}

#[test]
fn depth_without_end_is_one_finding() {
    for text in [
        format!("{{\"a\":{}", "[".repeat(100_000)),
        format!("a: {}", "[".repeat(100_000)),
        "- ".repeat(100_000),
    ] {
        let (document, findings) = read("d", &text);
        assert!(document.is_none() && findings.len() == 1, "{findings:?}");
        assert!(findings[0].what.starts_with("the document nests too deeply (line 1"), "{findings:?}");
    }
    assert_eq!(read("d", "# nothing").1[0].what, "the document is empty");
}

#[test]
fn keys_of_yaml_are_what_stands_there() {
    let text = "methods:\n  alipay.shop.order.pay:\n    response: { 1.50: scalar, 010: scalar, 0x10: scalar, 1e3: scalar, \
                null: scalar, true: scalar, 200: scalar }\n";
    let (document, _) = read("d.yaml", text);
    let document = document.unwrap();
    let names: Vec<_> = document.operations[0].response.iter().map(|field| field.name.as_str()).collect();
    assert_eq!(names, ["1.50", "010", "0x10", "1e3", "null", "true", "200"]);
}

#[test]
fn no_prefix_of_a_document_brings_the_reader_down() {
    for text in [openapi().to_string(), gateway().to_string()] {
        for end in (0..text.len()).filter(|end| text.is_char_boundary(*end)) {
            let (document, findings) = read("d", &text[..end]);
            assert!(document.is_none() && findings.len() == 1, "{end}");
        }
    }
}

#[test]
fn no_value_of_another_kind_brings_the_reader_down() {
    let strangers = [
        json!(null),
        json!(true),
        json!(-1),
        json!("x"),
        json!([]),
        json!({}),
        json!([[["$ref"]]]),
        json!({ "$ref": "#/components/schemas/Item" }),
        json!({ "type": "array", "items": { "type": "array" } }),
    ];
    for document in [openapi(), gateway()] {
        let mut pointers = Vec::new();
        pointers_of(&document, String::new(), &mut pointers);
        assert!(pointers.len() > 20);
        for pointer in &pointers {
            for stranger in &strangers {
                let mut changed = document.clone();
                *changed.pointer_mut(pointer).unwrap() = stranger.clone();
                let (document, findings) = read("d", &changed.to_string());
                assert!(document.is_some() || !findings.is_empty(), "{pointer}: {stranger}");
            }
        }
    }
}

fn pointers_of(value: &Value, pointer: String, pointers: &mut Vec<String>) {
    let inner = |key: &str| format!("{pointer}/{}", key.replace('~', "~0").replace('/', "~1"));
    match value {
        Value::Object(entries) => {
            entries.iter().for_each(|(key, value)| pointers_of(value, inner(key), pointers));
        }
        Value::Array(items) => {
            (0..).zip(items).for_each(|(index, item): (usize, _)| {
                pointers_of(item, inner(&index.to_string()), pointers);
            });
        }
        _ => {}
    }
    pointers.push(pointer);
}

#[test]
fn the_group_is_the_second_word_or_the_first_two() {
    for (method, expected) in [
        ("alipay.trade.pay", "trade"),
        ("ant.merchant.expand.query", "ant_merchant"),
        ("zhima.credit.score.get", "zhima_credit"),
        ("alipay", "alipay"),
    ] {
        assert_eq!(group(method), expected);
    }
}
