//! Operations that are answered from the specification alone.

use alipay_core::RawOperation;
use alipay_core::http::{HttpRequest, Verb};
use serde_json::{Map, Value, json};

use crate::world::World;

#[test]
fn other_operations_answer_in_their_shape_and_repeat_what_was_said() {
    let world = World::new();
    let asked = json!({"out_trade_no": "20150320010101001-x"});
    let answer = world.gateway("alipay.trade.query", asked);
    assert_eq!((&answer["code"], &answer["out_trade_no"]), (&json!("10000"), &json!("20150320010101001-x")));
    assert!(answer["trade_no"].as_str().unwrap().len() > 10);
    assert!(answer["fund_bill_list"].as_array().unwrap()[0].is_object());
}

#[test]
fn other_operations_are_checked_like_all() {
    let world = World::new();
    let nothing = json!({});
    assert_eq!(world.refused("alipay.trade.create", nothing), "40002 isv.invalid-parameter");
    let text = json!({"out_trade_no": "1", "total_amount": "much", "subject": "x"});
    assert_eq!(world.refused("alipay.trade.create", text), "40002 isv.invalid-parameter");
}

#[test]
fn the_token_of_a_user_comes_from_form_fields_and_without_a_code() {
    let world = World::new();
    let token = RawOperation::gateway("alipay.system.oauth.token")
        .param("grant_type", "authorization_code")
        .param("code", "4b203fe6c11548bcabd8da5bb087a83b");
    let answer = world.call(token).unwrap();
    assert!(answer.fields()["access_token"].is_string());
    assert!(answer.fields()["expires_in"].is_number());
    assert!(answer.fields().get("code").is_none());
    let without =
        RawOperation::gateway("alipay.system.oauth.token").param("grant_type", "authorization_code");
    let error = world.call(without).unwrap_err();
    assert_eq!(error.sub_code(), "isv.invalid-parameter");
    assert!(error.api().unwrap().sub_message.starts_with("code:"), "{error}");
}

#[test]
fn a_page_operation_shows_a_page_to_the_browser() {
    let world = World::new();
    let pay = RawOperation::gateway("alipay.trade.page.pay").biz_content(json!({
        "out_trade_no": "20150320010101001", "product_code": "FAST_INSTANT_TRADE_PAY",
        "total_amount": "88.88", "subject": "<b>Iphone6</b>",
    }));
    let posted = world.request(pay);
    let url = format!("{}&{}", posted.url, String::from_utf8(posted.body).unwrap());
    let page = world.sandbox.handle(&HttpRequest::new(Verb::Get, url));
    let html = String::from_utf8(page.body().to_vec()).unwrap();
    assert!(html.contains("88.88") && html.contains("&lt;b&gt;Iphone6"), "{html}");
}

/// The fields of an operation that must be there, filled from their examples; `None` where one has no single example.
fn example(operation: &Value) -> Option<RawOperation> {
    let (mut call, mut biz) = (RawOperation::gateway(operation["method"].as_str()?), Map::new());
    let mut groups = Vec::new();
    for field in operation["request"].as_array()? {
        let need = field["need"].as_str().unwrap_or_default();
        let is_next_of_group = need.contains("one-of:") && groups.contains(&need);
        if !(need == "must" || need.starts_with("when:") || need.contains("one-of:")) || is_next_of_group {
            continue;
        }
        groups.push(need);
        // What depends on another field is sent where the example of that field asks for it.
        let asked = need.strip_prefix("when:").and_then(|when| when.split_once('='));
        if let Some((other, value)) = asked
            && biz.get(other).and_then(Value::as_str) != Some(value)
        {
            continue;
        }
        let name = field["name"].as_str()?;
        let is_object = field["type"].as_str()?.starts_with(|first: char| first.is_uppercase());
        let eg = field["eg"].as_str()?;
        let value = if is_object { serde_json::from_str(eg).ok()? } else { Value::from(eg) };
        if operation["params"] == "form" {
            call = call.param(name, eg);
        }
        biz.insert(name.to_owned(), value);
    }
    Some(if operation["params"] == "form" { call } else { call.biz_content(biz.into()) })
}

#[test]
fn examples_of_the_specification_pass_its_own_rules() {
    let world = World::new();
    let catalog: Value = serde_json::from_str(include_str!("../../src/generated/catalog.json")).unwrap();
    let mut asked = 0;
    for operation in catalog["operations"].as_array().unwrap() {
        let method = operation["method"].as_str().unwrap();
        let has_business =
            ["voucher", "userule", "storelist", "alipaycert"].iter().any(|word| method.contains(word));
        if operation["protocol"] != "v2" || operation["dispatch"] != "call" || has_business {
            continue;
        }
        if let Some(call) = example(operation) {
            asked += 1;
            world.call(call).unwrap_or_else(|error| panic!("{error}"));
        }
    }
    assert!(asked >= 12, "only {asked} operations have examples for all that they need");
}
