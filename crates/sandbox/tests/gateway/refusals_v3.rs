//! What the v3 interface refuses, and with which code.

use alipay_core::http::{HttpRequest, HttpResponse, Verb};
use alipay_core::sign::{SignType, encode_signature};
use alipay_core::{CallOptions, RawOperation};
use serde_json::{Value, json};

use crate::world::{START, World, activity, builder, keys};

const QUERY: &str = "/v3/alipay/marketing/activity/voucher/query?activity_id=1";

/// A GET signed by hand, with these members of the header.
fn by_hand(auth: &str) -> HttpRequest {
    let text = format!("{auth}\nGET\n{QUERY}\n\n");
    let sign = encode_signature(&keys().0.sign(SignType::Rsa2, text.as_bytes()).unwrap());
    with_header(&format!("ALIPAY-SHA256withRSA {auth},sign={sign}"))
}

fn with_header(header: &str) -> HttpRequest {
    let mut request = HttpRequest::new(Verb::Get, format!("http://127.0.0.1{QUERY}"));
    request.headers = vec![("authorization".into(), header.into())];
    request
}

fn is_signed(response: &HttpResponse) -> bool {
    response.header("alipay-signature").is_some()
}

fn answer(world: &World, request: &HttpRequest) -> (String, bool) {
    let response = world.sandbox.handle(request);
    assert!(response.header("alipay-trace-id").is_some());
    let body: Value = serde_json::from_slice(response.body()).unwrap();
    assert!(body["links"][0]["link"].is_string(), "{body}");
    (format!("{} {}", response.status(), body["code"].as_str().unwrap()), is_signed(&response))
}

#[test]
fn the_authorization_header_is_checked_member_by_member() {
    let world = World::new();
    let app = "app_id=2021000000000000";
    for (auth, expected, signed) in [
        (format!("{app},nonce=n,timestamp={START}"), "400 INVALID_PARAMETER", true),
        (format!("{app},timestamp={START},nonce=n,expired_seconds=120"), "400 INVALID_PARAMETER", true),
        (format!("app_id=1,nonce=n,timestamp={START}"), "400 invalid-app-id", false),
        (format!("nonce=n,timestamp={START}"), "400 missing-app-id", false),
        (format!("{app},timestamp={START}"), "400 invalid-parameter", true),
        (format!("{app},nonce=n"), "400 missing-timestamp", true),
        (format!("{app},nonce=n,timestamp=now"), "400 invalid-timestamp", true),
        (format!("{app},nonce=n,timestamp={}", START - 600_001), "400 invalid-timestamp", true),
        (format!("{app},nonce=n,timestamp={}", START + 600_001), "400 invalid-timestamp", true),
        (
            format!("{app},nonce=n,timestamp={},expired_seconds=120", START - 120_001),
            "400 invalid-timestamp",
            true,
        ),
    ] {
        assert_eq!(answer(&world, &by_hand(&auth)), (expected.to_owned(), signed), "{auth}");
    }
    for (header, expected) in [
        (format!("ALIPAY-SHA256withRSA {app},nonce=n,timestamp={START}"), "401 missing-signature"),
        (format!("ALIPAY-SHA256withRSA {app},nonce=n,timestamp={START},sign=bm8="), "401 invalid-signature"),
        ("Bearer token".to_owned(), "400 invalid-signature-type"),
    ] {
        assert_eq!(answer(&world, &with_header(&header)).0, expected, "{header}");
    }
    let bare = HttpRequest::new(Verb::Get, format!("http://127.0.0.1{QUERY}"));
    assert_eq!(answer(&world, &bare), ("400 missing-timestamp".to_owned(), false));
}

#[test]
fn a_changed_body_or_token_spoils_the_signature_and_the_built_text_is_shown() {
    let world = World::new();
    let mut request = world.request(activity("stop", json!({"activity_id": "1", "out_biz_no": "&"})));
    request.body.push(b' ');
    let response = world.sandbox.handle(&request);
    assert_eq!(response.status(), 401);
    let body: Value = serde_json::from_slice(response.body()).unwrap();
    let message = body["message"].as_str().unwrap();
    assert!(message.contains("网关生成的验签字符串为：app_id=2021000000000000,nonce="), "{message}");
    assert!(message.contains("\nPOST\n/v3/alipay/marketing/activity/voucher/stop\n"), "{message}");
    assert!(message.contains("\"out_biz_no\":\"&amp;\""), "{message}");

    let mut request = world.request(activity("stop", json!({"activity_id": "1", "out_biz_no": "1"})));
    request.headers.push(("alipay-app-auth-token".into(), "t".into()));
    assert_eq!(answer(&world, &request).0, "401 invalid-signature");
}

#[test]
fn a_token_that_is_signed_is_accepted() {
    let world = World::new();
    let operation = activity("stop", json!({"activity_id": "1", "out_biz_no": "1"}));
    let error = world.call_with(operation, CallOptions::new().app_auth_token("t")).unwrap_err();
    assert_eq!(error.code(), "INVALID_PARAMETER", "the activity does not exist");
}

#[test]
fn unknown_paths_and_bodies_that_are_no_json_have_their_codes() {
    let world = World::new();
    let refused = |operation: RawOperation| world.call(operation).unwrap_err().code().to_owned();
    assert_eq!(refused(RawOperation::rest(Verb::Get, "/v3/no/such")), "invalid-method");
    assert_eq!(
        refused(RawOperation::rest(Verb::Get, "/v3/alipay/marketing/activity/voucher/stop")),
        "invalid-method"
    );
    assert_eq!(refused(activity("stop", json!([1]))), "illegal-json");
    assert_eq!(refused(activity("stop", json!({"out_biz_no": "1"}))), "invalid-parameter");
    assert_eq!(
        refused(activity("append", json!({"activity_id": "1", "out_biz_no": "1", "voucher_quantity": "x"}))),
        "invalid-parameter"
    );
}

#[test]
fn errors_are_unsigned_as_in_production_where_that_is_wanted() {
    let world = World::with(builder().sign_errors(false), |config| config);
    let error = world.call(activity("stop", json!({"activity_id": "1", "out_biz_no": "1"}))).unwrap_err();
    assert_eq!(error.code(), "INVALID_PARAMETER");
    assert!(!error.is_authenticated());
}
