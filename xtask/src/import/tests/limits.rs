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
