//! What the v2 gateway refuses, and with which code.

use std::time::Duration;

use alipay_core::http::{HttpRequest, Verb};
use alipay_core::sign::{Charset, PrivateKey, SignType, canonical, encode_signature, percent_encode};
use alipay_core::{CallOptions, ErrorKind, RawOperation};
use serde_json::{Value, json};

use crate::world::{World, builder, keys};

/// A request made by hand: parameters, signed by the application unless they carry a signature.
fn by_hand(changes: &[(&str, Option<&str>)]) -> HttpRequest {
    let mut params: Vec<(String, String)> = [
        ("app_id", "2021000000000000"),
        ("method", "alipay.marketing.voucher.query"),
        ("format", "JSON"),
        ("charset", "utf-8"),
        ("sign_type", "RSA2"),
        ("timestamp", "2026-01-05 08:00:00"),
        ("version", "1.0"),
        ("biz_content", "{\"voucher_id\":\"1\"}"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .into();
    for (name, value) in changes {
        params.retain(|(known, _)| known != name);
        params.extend(value.map(|value| ((*name).to_owned(), value.to_owned())));
    }
    if !changes.iter().any(|(name, _)| *name == "sign") {
        let text = canonical(&params, &Charset::utf_8()).unwrap();
        params.push(("sign".into(), encode_signature(&keys().0.sign(SignType::Rsa2, &text).unwrap())));
    }
    let pairs: Vec<String> =
        params.iter().map(|(name, value)| format!("{name}={}", percent_encode(value.as_bytes()))).collect();
    HttpRequest::new(Verb::Get, format!("http://127.0.0.1/gateway.do?{}", pairs.join("&")))
}

/// Node name, codes, and whether there is a signature.
fn answer(world: &World, request: &HttpRequest) -> (String, String, bool) {
    let response = world.sandbox.handle(request);
    assert_eq!(response.status(), 200);
    assert!(response.trace_id().is_some());
    let body: Value = serde_json::from_slice(response.body()).unwrap();
    let (name, node) = body.as_object().unwrap().iter().find(|(name, _)| *name != "sign").unwrap();
    let text = |name: &str| node[name].as_str().unwrap_or_default().to_owned();
    (name.clone(), format!("{} {}", text("code"), text("sub_code")), body.get("sign").is_some())
}

#[test]
fn each_missing_or_wrong_parameter_has_its_code() {
    let world = World::new();
    for (name, value, codes, signed) in [
        ("app_id", None, "40001 isv.missing-app-id", false),
        ("app_id", Some("2021000000000009"), "40002 isv.invalid-app-id", false),
        ("method", None, "40001 isv.missing-method", true),
        ("method", Some("alipay.no.such"), "40002 isv.invalid-method", true),
        ("sign_type", None, "40001 isv.missing-signature-type", true),
        ("sign_type", Some("RSA"), "40002 isv.invalid-signature-type", true),
        ("sign_type", Some("MD5"), "40002 isv.invalid-signature-type", true),
        ("sign", None, "40001 isv.missing-signature", true),
        ("sign", Some("bm8="), "40002 isv.invalid-signature", true),
        ("sign", Some("***"), "40002 isv.invalid-signature", true),
        ("timestamp", None, "40001 isv.missing-timestamp", true),
        ("timestamp", Some("now"), "40002 isv.invalid-timestamp", true),
        ("timestamp", Some("2026-01-05 07:49:59"), "40002 isv.invalid-timestamp", true),
        ("timestamp", Some("2026-01-05 08:10:01"), "40002 isv.invalid-timestamp", true),
        ("version", None, "40001 isv.missing-version", true),
        ("version", Some("9"), "40002 isv.invalid-version", true),
        ("charset", Some("latin1"), "40002 isv.invalid-charset", true),
        ("format", Some("xml"), "40002 isv.invalid-format", true),
        ("encrypt_type", Some("AES"), "40002 isv.missing-encrypt-key", true),
        ("biz_content", Some("not json"), "40002 isv.invalid-parameter", true),
        ("biz_content", Some("[]"), "40002 isv.invalid-parameter", true),
        ("biz_content", None, "40002 isv.invalid-parameter", true),
        ("timestamp", Some("2026-01-05 07:50:00"), "40004 VOUCHER_NOT_EXIST", true),
    ] {
        let (_, seen, seen_signed) = answer(&world, &by_hand(&[(name, value)]));
        assert_eq!((seen.as_str(), seen_signed), (codes, signed), "{name} = {value:?}");
    }
}

#[test]
fn an_error_stands_in_the_node_of_its_method_where_there_is_one() {
    let world = World::new();
    assert_eq!(answer(&world, &by_hand(&[])).0, "alipay_marketing_voucher_query_response");
    assert_eq!(answer(&world, &by_hand(&[("method", Some("no.such"))])).0, "error_response");
    assert_eq!(
        answer(&world, &HttpRequest::new(Verb::Post, "http://127.0.0.1/gateway.do?charset=utf-8")).0,
        "error_response"
    );
}

#[test]
fn a_wrong_signature_is_answered_with_the_string_that_the_gateway_built() {
    let world = World::new();
    let operation =
        RawOperation::gateway("alipay.marketing.voucher.query").biz_content(json!({"voucher_id": "1"}));
    let mut request = world.request(operation);
    request.body = b"biz_content=%7B%22voucher_id%22%3A%222%22%7D".to_vec();
    let response = world.sandbox.handle(&request);
    let body = String::from_utf8(response.body().to_vec()).unwrap();
    let body: Value = serde_json::from_str(&body).unwrap();
    let said = body["alipay_marketing_voucher_query_response"]["sub_msg"].as_str().unwrap();
    let (_, built) = said.split_once("网关生成的验签字符串为：").unwrap();
    assert_eq!(
        built.replace("&amp;", "&"),
        "app_id=2021000000000000&biz_content={\"voucher_id\":\"2\"}&charset=UTF-8&format=json&method=alipay.marketing.voucher.query&sign_type=RSA2&timestamp=2026-01-05 08:00:00&version=1.0"
    );
    assert!(!built.contains("&app") && !built.contains("&biz"), "ampersands are escaped");
}

#[test]
fn a_client_with_another_key_learns_that_from_a_signed_answer() {
    let other = PrivateKey::generate(2048).unwrap();
    let world = World::with(builder(), |config| config.private_key(other.to_pkcs8_pem().expose()));
    let call =
        RawOperation::gateway("alipay.marketing.voucher.query").biz_content(json!({"voucher_id": "1"}));
    let error = world.call(call).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Api);
    assert_eq!(error.sub_code(), "isv.invalid-signature");
    assert!(error.is_authenticated());
}

#[test]
fn parameters_may_travel_in_the_query_or_in_the_body() {
    let world = World::new();
    let whole = by_hand(&[]);
    let (_, query) = whole.url.split_once('?').unwrap();
    let mut in_body = HttpRequest::new(Verb::Post, "http://127.0.0.1/gateway.do");
    in_body.headers = vec![("content-type".into(), "application/x-www-form-urlencoded;charset=utf-8".into())];
    in_body.body = query.as_bytes().to_vec();
    assert_eq!(answer(&world, &in_body).1, "40004 VOUCHER_NOT_EXIST");
    let mut twice = in_body.clone();
    twice.url = "http://127.0.0.1/gateway.do?charset=utf-8".into();
    assert_eq!(answer(&world, &twice).1, "40004 VOUCHER_NOT_EXIST", "the same in both places counts once");
    twice.url = "http://127.0.0.1/gateway.do?charset=gbk".into();
    assert_eq!(answer(&world, &twice).1, "40002 isv.invalid-parameter", "two different ones are refused");
}

#[test]
fn a_charset_that_comes_too_late_to_read_the_body_spoils_the_signature() {
    let world = World::new();
    let chinese = by_hand(&[("biz_content", Some("{\"voucher_id\":\"券\"}"))]);
    let (_, query) = chinese.url.split_once('?').unwrap();
    let mut request = HttpRequest::new(Verb::Post, "http://127.0.0.1/gateway.do");
    request.body = query.as_bytes().to_vec();
    assert_eq!(answer(&world, &request).1, "40002 isv.invalid-signature");
    let says = |request: &HttpRequest| {
        let body: Value = serde_json::from_slice(world.sandbox.handle(request).body()).unwrap();
        body["alipay_marketing_voucher_query_response"]["sub_msg"].as_str().unwrap().to_owned()
    };
    let late = "验签出错，请确认charset参数放在了URL查询字符串中且各参数值使用charset参数指示的字符集编码";
    assert_eq!(says(&request), late, "as the real gateway says, and no garbled text");
    let mut other = request.clone();
    other.url.push_str("?charset=utf-8");
    other.body = query.replace("%E5%88%B8", "%CB%C4").into_bytes();
    assert_eq!(says(&other), late, "values in another charset than the one that is named");
    let ascii = by_hand(&[("sign", Some("bm8="))]);
    request.body = ascii.url.split_once('?').unwrap().1.into();
    assert!(
        says(&request).contains("网关生成的验签字符串为"),
        "where all is ASCII, the charset is not to blame"
    );
    request.body = query.as_bytes().to_vec();
    request.headers = vec![("content-type".into(), "application/x-www-form-urlencoded;charset=utf-8".into())];
    assert_eq!(answer(&world, &request).1, "40004 VOUCHER_NOT_EXIST");
}

#[test]
fn a_character_outside_the_charset_of_the_answer_is_escaped() {
    let world = World::with(builder(), |config| config.charset("GBK"));
    let call = RawOperation::gateway("alipay.marketing.voucher.query")
        .param("biz_content", "{\"voucher_id\":\"\\ud83c\\udf81\"}");
    let error = world.call(call).unwrap_err();
    assert!(error.is_authenticated());
    assert!(error.api().unwrap().sub_message.contains('🎁'));
}

#[test]
fn unknown_fields_are_ignored_and_tokens_accepted() {
    let world = World::new();
    let id = world.template("T1", json!({"no_such_field": {"a": 1}}));
    let detail = RawOperation::gateway("alipay.marketing.voucher.templatedetail.query")
        .biz_content(json!({"template_id": id, "nonsense": true}));
    let options =
        CallOptions::new().app_auth_token("201509BBeff9351ad1874306903e96b91d248A36").auth_token("t");
    assert_eq!(world.call_with(detail, options).unwrap().fields()["status"], "I");
}

#[test]
fn clients_that_do_not_see_the_moved_clock_are_still_in_time() {
    let world = World::new();
    world.sandbox.control().advance(Duration::from_secs(3600));
    assert_eq!(answer(&world, &by_hand(&[])).1, "40004 VOUCHER_NOT_EXIST");
    let moved = by_hand(&[("timestamp", Some("2026-01-05 09:00:00"))]);
    assert_eq!(answer(&world, &moved).1, "40004 VOUCHER_NOT_EXIST");
    let between = by_hand(&[("timestamp", Some("2026-01-05 08:30:00"))]);
    assert_eq!(answer(&world, &between).1, "40002 isv.invalid-timestamp");
}

#[test]
fn bodies_that_are_no_forms_are_refused_without_harm() {
    let world = World::new();
    let mut request = by_hand(&[]);
    request.verb = Verb::Post;
    for (content_type, body, code) in [
        ("multipart/form-data; boundary=x", b"--x\r\n".to_vec(), "40002 isv.upload-fail"),
        ("multipart/form-data", b"--x--\r\n".to_vec(), "40002 isv.upload-fail"),
        ("application/x-www-form-urlencoded", b"a=1&a=2".to_vec(), "40002 isv.invalid-parameter"),
        ("application/x-www-form-urlencoded", vec![0xff; 3 << 20], "40002 isv.invalid-parameter"),
    ] {
        request.headers = vec![("content-type".into(), content_type.into())];
        request.body = body;
        assert_eq!(answer(&world, &request).1, code, "{content_type}");
    }
}
