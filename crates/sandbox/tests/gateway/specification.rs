//! Operations that are answered from the specification alone.

use alipay_core::RawOperation;
use alipay_core::http::{HttpRequest, Verb};
use alipay_sandbox::catalog::{Catalog, Dispatch, FieldType, Operation, Protocol};
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

/// The fields of an operation that must be there, filled from their examples; `None` where one has no single example, and
/// where there is no such field.
fn example(operation: &Operation) -> Option<RawOperation> {
    let (mut call, mut biz) = (RawOperation::gateway(&operation.method), Map::new());
    let mut groups = Vec::new();
    for field in operation.request() {
        let need = field.need.as_str();
        let is_next_of_group = need.contains("one-of:") && groups.contains(&need);
        if need.is_empty() || need.starts_with("at-most") || is_next_of_group {
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
        let eg = field.eg.as_deref()?;
        let is_object = matches!(field.field_type(), FieldType::Named(_));
        let value = if is_object { serde_json::from_str(eg).ok()? } else { Value::from(eg) };
        if operation.form {
            call = call.param(&field.name, eg);
        }
        biz.insert(field.name.clone(), value);
    }
    let call = if operation.form { call } else { call.biz_content(biz.clone().into()) };
    (!biz.is_empty()).then_some(call)
}

#[test]
fn examples_of_the_specification_pass_its_own_rules() {
    let world = World::new();
    let catalog = Catalog::built_in().unwrap();
    let mut asked = 0;
    for operation in catalog.operations() {
        let method = operation.method.as_str();
        let has_business =
            ["voucher", "userule", "storelist", "alipaycert"].iter().any(|word| method.contains(word));
        if operation.protocol != Protocol::V2 || operation.dispatch != Dispatch::Call || has_business {
            continue;
        }
        if let Some(call) = example(operation) {
            asked += 1;
            world.call(call).unwrap_or_else(|error| panic!("{error}"));
        }
    }
    assert!(asked >= 12, "only {asked} operations have examples for all that they need");
}

#[test]
fn an_operation_without_examples_is_answered_by_type() {
    let world = World::new();
    let catalog = Catalog::built_in().unwrap();
    let method = "alipay.commerce.transport.etc.info.modify";
    let operation = catalog.operation(Protocol::V2, method).unwrap();
    let answer = world.gateway(method, json!({}));
    for field in operation.response() {
        assert!(answer.contains_key(&field.name), "{}: {answer:?}", field.name);
    }
    assert!(!operation.response().is_empty());
}

#[test]
fn every_operation_of_v3_is_reached_by_verb_and_path() {
    let world = World::new();
    let catalog = Catalog::built_in().unwrap();
    let placeholders = catalog.operations().filter_map(|operation| operation.route.as_ref());
    let mut seen = 0;
    for (verb, path) in placeholders.filter(|(_, path)| path.contains('{')) {
        let path = path.replace('{', "no%2F").replace('}', "");
        let (operation, values) = catalog.route(*verb, &path).unwrap();
        assert!(values.iter().all(|(name, value)| *value == format!("no/{name}")), "{path}: {values:?}");
        let other = if *verb == Verb::Delete { Verb::Post } else { Verb::Delete };
        let elsewhere = catalog.route(other, &path).map(|(found, _)| found.method.as_str());
        assert_ne!(elsewhere, Some(operation.method.as_str()));
        seen += 1;
    }
    assert!(seen >= 10, "{seen}");
    let modify = RawOperation::rest(Verb::Put, "/v3/alipay/commerce/ec/department").body(json!({}));
    world.call(modify).unwrap();
    assert_eq!(
        world.sandbox.control().last_call().unwrap().method,
        "alipay.commerce.ec.department.info.modify"
    );
}

#[test]
fn prepared_answers_and_refusals_come_in_order_and_once() {
    let world = World::new();
    let control = world.sandbox.control();
    let query = || {
        let said = json!({"out_trade_no": "1"});
        world.call(RawOperation::gateway("alipay.trade.query").biz_content(said))
    };
    control.answer_next("alipay.trade.query", Map::from_iter([("trade_no".to_owned(), json!("T-1"))]));
    control.refuse_next("alipay.trade.query", "ACQ.NEW_CODE", "no");
    assert_eq!(query().unwrap().fields()["trade_no"], "T-1");
    assert_eq!(query().unwrap_err().sub_code(), "ACQ.NEW_CODE");
    assert_ne!(query().unwrap().fields()["trade_no"], "T-1");
    let received = control.last_call().unwrap();
    assert_eq!(
        (received.method.as_str(), &received.fields["out_trade_no"]),
        ("alipay.trade.query", &json!("1"))
    );
    assert!(!format!("{received:?}").contains("\"1\""));
}
