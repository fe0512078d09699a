//! What a document says about values comes into rows that say nothing, and never over what we say.

use serde_json::json;

use super::{imported, texts};
use crate::document::tests::openapi;

#[test]
fn limits_come_where_the_row_has_none_and_ours_stay() {
    let ours = "group = \"shop\"\n\n[[operation]]\nmethod = \"alipay.shop.item.upload\"\nverb = \"POST\"\n\
                path = \"/v3/alipay/shop/item/image\"\nrequest = [\n  { name = \"bare\", type = \"string\" },\n  \
                { name = \"own\", type = \"string\", need = \"opt\", len = [2, 8], doc = \"Ours.\" },\n  \
                { name = \"sum\", type = \"money\", doc = \"Sum.\" },\n]\nresponse = []\n";
    let mut document = openapi();
    document["components"]["schemas"]["UploadModel"] = json!({ "type": "object",
        "required": ["bare", "own", "new"],
        "properties": {
            "bare": { "type": "string", "maxLength": 9 },
            "own": { "type": "string", "maxLength": 9 },
            "sum": { "type": "string", "maxLength": 9 },
            "new": { "type": "integer", "minimum": 1, "maximum": 5, "default": 2 },
            "list": { "type": "array", "maxItems": 7, "items": { "type": "string", "maxLength": 3 } },
        } });
    let (after, report) = imported(&texts([("v3/shop.toml", ours)]), &document);
    let shop = &after["v3/shop.toml"];
    for row in [
        r#"{ name = "bare", type = "string", need = "must", len = [0, 9] },"#,
        r#"{ name = "own", type = "string", need = "opt", len = [2, 8], doc = "Ours." },"#,
        r#"{ name = "sum", type = "money", doc = "Sum." },"#,
        r#"{ name = "new", type = "int", need = "must", min = 1, max = 5, default = "2" },"#,
        r#"{ name = "list", type = "[string]", max-items = 7, item-len = [0, 3] },"#,
    ] {
        assert!(shop.contains(row), "{row}: {shop}");
    }
    let place = "spec/v3/shop.toml: alipay.shop.item.upload/request";
    assert_eq!(
        report.otherwise,
        [
            format!("{place}/own: `need = \"opt\"`, the document says `must`"),
            format!("{place}/own: `len = [2, 8]`, the document says `[0, 9]`"),
            format!("{place}/sum: `money`, the document says `len = [0, 9]`"),
        ]
    );
    assert_eq!(
        report.changed,
        [format!("{place}/bare: needed now"), format!("{place}/bare: `len = [0, 9]` now")]
    );
}

#[test]
fn a_value_that_an_enum_cannot_take_is_left_out_of_that_enum_alone() {
    let ours = "group = \"shop\"\n\n[[operation]]\nmethod = \"alipay.shop.item.upload\"\nverb = \"POST\"\n\
                path = \"/v3/alipay/shop/item/image\"\nrequest = [\n  { name = \"color\", type = \"enum:Color\" },\n  \
                { name = \"shade\", type = \"enum:Shade\" },\n]\nresponse = []\n\n[[enum]]\nname = \"Color\"\n\
                values = [\n  { value = \"RED\" },\n]\n\n[[enum]]\nname = \"Shade\"\nvalues = [\n  { value = \"DARK\" },\n]\n";
    let mut document = openapi();
    document["components"]["schemas"]["UploadModel"] = json!({ "type": "object", "properties": {
        "color": { "type": "string", "enum": ["red", "RED"] },
        "shade": { "type": "string", "enum": ["red", "DARK"] },
    } });
    let (after, report) = imported(&texts([("v3/shop.toml", ours)]), &document);
    let shop = &after["v3/shop.toml"];
    assert!(shop.contains("name = \"Color\"\nvalues = [\n  { value = \"RED\" },\n]"), "{shop}");
    assert!(
        shop.contains("name = \"Shade\"\nvalues = [\n  { value = \"red\" },\n  { value = \"DARK\" },\n]"),
        "{shop}"
    );
    assert_eq!(report.left_out.len(), 1, "{report}");
    assert!(report.left_out[0].what.starts_with("`Color/"), "{report}");
}

#[test]
fn a_need_that_we_wrote_stays_when_a_field_moves_without_the_path() {
    let ours = "group = \"shop\"\n\n[[operation]]\nmethod = \"alipay.shop.item.query\"\nverb = \"GET\"\n\
                path = \"/v3/alipay/shop/item/{item_id}\"\nrequest = [\n  { name = \"item_id\", type = \"string\", need = \"must\", in = \
                \"path\" },\n  { name = \"page\", type = \"int\", need = \"must\" },\n]\nresponse = []\n";
    let mut document = openapi();
    let mut item = document["paths"]["/v3/alipay/shop/item/{item_id}"]["get"].take();
    document["paths"]["/v3/alipay/shop/item/{item_id}"].as_object_mut().unwrap().remove("get");
    item["parameters"][1]["in"] = json!("query");
    document["paths"]["/v3/alipay/shop/item/{item_id}"]["post"] = item;
    let (after, _) = imported(&texts([("v3/shop.toml", ours)]), &document);
    let shop = &after["v3/shop.toml"];
    assert!(shop.contains("name = \"page\", type = \"int\", need = \"must\", in = \"query\""), "{shop}");
}

#[test]
fn values_come_to_the_enum_of_a_row_and_are_said_where_there_is_none() {
    let ours = "group = \"shop\"\n\n[[operation]]\nmethod = \"alipay.shop.item.upload\"\nverb = \"POST\"\n\
                path = \"/v3/alipay/shop/item/image\"\nrequest = [\n  { name = \"color\", type = \"enum:Color\" },\n  \
                { name = \"kind\", type = \"string\" },\n]\nresponse = []\n\n[[enum]]\nname = \"Color\"\ndoc = \"A color.\"\n\
                values = [\n  { value = \"RED\", doc = \"Red.\" },\n  { value = \"OLD\" },\n]\n";
    let mut document = openapi();
    document["components"]["schemas"]["Kind"] = json!({ "type": "string", "enum": ["K", null] });
    document["components"]["schemas"]["UploadModel"] = json!({ "type": "object", "properties": {
        "color": { "type": "string", "enum": ["RED", "BLUE", "中"] },
        "kind": { "$ref": "#/components/schemas/Kind" },
        "new": { "type": "string", "enum": ["N"] },
    } });
    let (after, report) = imported(&texts([("v3/shop.toml", ours)]), &document);
    let shop = &after["v3/shop.toml"];
    let values = "values = [\n  { value = \"RED\", doc = \"Red.\" },\n  { value = \"BLUE\" },\n  { value = \"OLD\" },\n]";
    assert!(shop.contains(values), "{shop}");
    assert_eq!(report.changed, ["spec/v3/shop.toml: Color: 1 value added"]);
    assert!(report.kept.contains(&"spec/v3/shop.toml: Color/OLD".to_owned()), "{report}");
    let place = "spec/v3/shop.toml: alipay.shop.item.upload/request";
    let fix = "add an [[enum]] of them, and write `enum:Name`";
    assert_eq!(
        report.otherwise,
        [
            format!("{place}/kind: `string`, the document lists `K`; {fix}"),
            format!("{place}/new: `string`, the document lists `N`; {fix}"),
        ]
    );
    assert_eq!(report.left_out.len(), 1, "{report}");
    assert!(report.left_out[0].what.contains("no Rust name can be made of this value"), "{report}");
}
