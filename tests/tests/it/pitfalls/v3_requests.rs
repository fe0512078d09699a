//! Requests of v3.

use alipay_api::http::{HttpRequest, SendFailure, SendFailureKind, Sent, Verb};
use alipay_api::models::v3::marketing::{
    ActivityVoucherModifyRequest, ActivityVoucherQueryRequest, ActivityVoucherStopRequest,
    PaymentVoucherSendRule, PaymentVoucherUseRule, PaymentVoucherUseRuleModify,
};
use alipay_api::models::v3::user::InfoShareRequest;
use alipay_api::sign::{ContentCipher, ContentKey, root_serial_number};
use alipay_api::{CallOptions, Clock, ConfigBuilder, Exchange, Nonce, RawOperation, Retry, Step, UploadFile};
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use url::{Position, Url};

use super::desk::{
    APP_ID, NOW, alipays, builder, certificate_builder, config, content_key, done, gateway, key_text,
    rest_signed, roots, sent, spelled,
};

const AUTH: &str = "app_id=2021000000000000,nonce=0123456789abcdef0123456789abcdef,timestamp=1716182055000";

fn get() -> RawOperation {
    RawOperation::rest(Verb::Get, "/v3/alipay/x")
}

fn post() -> RawOperation {
    RawOperation::rest(Verb::Post, "/v3/alipay/x")
}

fn target(request: &HttpRequest) -> &str {
    request.url.strip_prefix("https://openapi.alipay.com").unwrap()
}

/// protocol-v3 §11.1 no. 1: every line ends, also the last; an empty body has its line; no token has none.
#[test]
fn every_line_of_the_signed_text_ends() {
    let text = |operation, options| spelled(&config(), operation, options).0;
    assert_eq!(text(get(), CallOptions::new()), format!("{AUTH}\nGET\n/v3/alipay/x\n\n"));
    assert_eq!(
        text(get(), CallOptions::new().app_auth_token("T")),
        format!("{AUTH}\nGET\n/v3/alipay/x\n\nT\n")
    );
    let body = post().body(json!({"a": 1}));
    assert_eq!(text(body, CallOptions::new()), format!("{AUTH}\nPOST\n/v3/alipay/x\n{{\"a\":1}}\n"));
}

/// protocol-v3 §11.1 no. 2: the encoded target is signed and sent, and no URL library changes it.
#[test]
fn the_encoded_target_is_signed_and_sent() {
    let operation = get().query("q", "a b+中'/?#&=%~*\"<>\t..").query("empty", "");
    let (text, request) = spelled(&config(), operation, CallOptions::new());
    let expected = "/v3/alipay/x?q=a%20b%2B%E4%B8%AD%27%2F%3F%23%26%3D%25~%2A%22%3C%3E%09..&empty=";
    assert_eq!(target(&request), expected);
    assert!(text.contains(&format!("\nGET\n{expected}\n")), "{text}");
    let url = Url::parse(&request.url).unwrap();
    assert_eq!(&url[Position::BeforePath..Position::AfterQuery], expected);
}

/// protocol-v3 §11.1 no. 3: the ciphertext is signed and verified; it is decrypted afterwards.
#[test]
fn the_ciphertext_is_signed_and_verified() {
    let config = builder().content_key(content_key()).encrypt_always(true).build().unwrap();
    let key = ContentKey::parse(content_key()).unwrap();
    let encrypted = |text: &str| key.encrypt(ContentCipher::Aes, text.as_bytes(), || [0; 16]).unwrap();
    let mut exchange = Exchange::new(&config, post().body(json!({"a": 1})), CallOptions::new());
    let text = String::from_utf8(exchange.text_to_sign().unwrap()).unwrap();
    let request = sent(&mut exchange);
    assert_eq!(request.body, encrypted(r#"{"a":1}"#).as_bytes());
    assert!(text.ends_with(&format!("\n{}\n", encrypted(r#"{"a":1}"#))), "{text}");
    assert_eq!(request.header("content-type"), Some("text/plain"));
    assert_eq!(request.header("alipay-encrypt-type"), Some("AES"));
    exchange.on_response(rest_signed(200, encrypted(r#"{"b":2}"#)));
    assert_eq!(done(&mut exchange).unwrap().fields().get("b"), Some(&json!(2)));

    let mut exchange = Exchange::new(&config, post().body(json!({"a": 1})), CallOptions::new());
    let _ = sent(&mut exchange);
    let over_plain = rest_signed(200, r#"{"b":2}"#).with_body(encrypted(r#"{"b":2}"#).into_bytes());
    exchange.on_response(over_plain);
    assert!(done(&mut exchange).is_err(), "signed before it was encrypted");
}

/// protocol-v3 §11.1 no. 5: the token is trimmed once, and is the same in header and signed text.
#[test]
fn the_token_is_the_same_in_header_and_text() {
    let options = CallOptions::new().app_auth_token(" 202212BB_TOKEN\n");
    let (text, request) = spelled(&config(), get(), options);
    assert!(text.ends_with("\n\n202212BB_TOKEN\n"), "{text}");
    assert_eq!(request.header("alipay-app-auth-token"), Some("202212BB_TOKEN"));
    let (text, request) = spelled(&config(), get(), CallOptions::new().app_auth_token("  "));
    assert!(text.ends_with("/v3/alipay/x\n\n"), "{text}");
    assert_eq!(request.header("alipay-app-auth-token"), None);
}

/// protocol-v3 §11.1 no. 6: v3 counts milliseconds; v2 writes the time of Beijing.
#[test]
fn v3_counts_milliseconds_where_v2_writes_beijing_time() {
    let (v3, _) = spelled(&config(), get(), CallOptions::new());
    assert!(v3.contains(&format!(",timestamp={NOW}\n")), "{v3}");
    let (v2, _) = spelled(&config(), gateway(), CallOptions::new());
    assert!(v2.contains("&timestamp=2024-05-20 13:14:15&"), "{v2}");
}

/// protocol-v3 §11.1 no. 10: `null` is never sent; `0`, `false` and an empty text are, where the caller set them.
#[test]
fn what_the_caller_set_is_sent_and_nothing_is_null() {
    let rule = PaymentVoucherSendRule::default().max_quantity_by_day(0).natural_person_limit(false);
    let sent_rule: Value = serde_json::to_value(&rule).unwrap();
    assert_eq!(sent_rule, json!({"max_quantity_by_day": 0, "natural_person_limit": false}));
    let stop = ActivityVoucherStopRequest::new("", "stop-1");
    let (_, request) =
        spelled(&config(), RawOperation::from_request(&stop, false).unwrap(), CallOptions::new());
    assert_eq!(request.body, br#"{"activity_id":"","out_biz_no":"stop-1"}"#);
    let query = ActivityVoucherQueryRequest::new("");
    let (_, request) =
        spelled(&config(), RawOperation::from_request(&query, false).unwrap(), CallOptions::new());
    assert_eq!(target(&request), "/v3/alipay/marketing/activity/voucher/query?activity_id=");
}

/// protocol-v3 §11.1 no. 11: no model is no body, and is signed as an empty line; an empty model is `{}`.
#[test]
fn no_model_is_no_body_and_an_empty_model_is_an_empty_object() {
    let (text, request) = spelled(&config(), post(), CallOptions::new());
    assert!(text.ends_with("\nPOST\n/v3/alipay/x\n\n"), "{text}");
    assert_eq!((request.body.as_slice(), request.header("content-type")), (&b""[..], None));

    let empty = RawOperation::from_request(&ActivityVoucherStopRequest::default(), false).unwrap();
    let (text, request) = spelled(&config(), empty, CallOptions::new());
    assert!(text.ends_with("/stop\n{}\n"), "{text}");
    assert_eq!(request.body, b"{}");

    let no_model = InfoShareRequest::default().auth_token("a b");
    let no_model = RawOperation::from_request(&no_model, true).unwrap();
    let (text, request) = spelled(&config(), no_model, CallOptions::new());
    assert!(text.ends_with("\nPOST\n/v3/alipay/user/info/share?auth_token=a%20b\n\n"), "{text}");
    assert_eq!((request.body.as_slice(), request.header("content-type")), (&b""[..], None));
}

/// protocol-v3 §11.1 no. 12: the ids of `modify` are a list inside a text, those of `create` are a list.
#[test]
fn the_ids_of_modify_are_a_list_inside_a_text() {
    let ids = || vec!["2021238412323412".to_owned(), "2".to_owned()];
    let create = PaymentVoucherUseRule::default().available_app_ids(ids());
    assert_eq!(
        serde_json::to_value(&create).unwrap(),
        json!({"available_app_ids": ["2021238412323412", "2"]})
    );
    let rule = PaymentVoucherUseRuleModify::default().available_app_ids(ids()).available_store_ids(ids());
    let modify = ActivityVoucherModifyRequest::new("2016", "modify-1").voucher_use_rule(rule);
    let text = r#"["2021238412323412","2"]"#;
    let expected = json!({"available_app_ids": text, "available_store_ids": text});
    assert_eq!(serde_json::to_value(&modify).unwrap()["voucher_use_rule"], expected);
}

/// protocol-v3 §11.1 no. 14: in certificate mode the numbers of the roots are in a header of every request.
#[test]
fn the_numbers_of_the_roots_are_in_every_request() {
    let config = certificate_builder().build().unwrap();
    let file = post().file("image", UploadFile::bytes("a.png", [1]));
    for operation in [get(), post(), post().body(json!({})), file] {
        let (text, request) = spelled(&config, operation, CallOptions::new());
        let number = root_serial_number(roots()).unwrap();
        assert_eq!(request.header("alipay-root-cert-sn"), Some(number.as_str()));
        assert!(!text.contains(&number) && text.contains(",app_cert_sn="), "{text}");
    }
}

/// Time and numbers that move on with every question.
#[derive(Debug)]
struct Counting(AtomicI64);

impl Clock for Counting {
    fn now_unix_millis(&self) -> i64 {
        NOW + self.0.fetch_add(1, Ordering::Relaxed)
    }
}

impl Nonce for Counting {
    fn next(&self) -> String {
        format!("{:032x}", self.0.fetch_add(1, Ordering::Relaxed))
    }
}

/// protocol-v3 §11.1 no. 17: a repetition has a nonce and a time of its own.
#[test]
fn a_repetition_has_a_nonce_and_a_time_of_its_own() {
    let source = Arc::new(Counting(AtomicI64::new(0)));
    let config = ConfigBuilder::new(APP_ID, source.clone(), source)
        .private_key(key_text("app_rsa2", "private_pkcs8_pem"))
        .alipay_public_key(alipays().public_key().to_spki_pem())
        .retry(Retry::new(3, std::time::Duration::ZERO))
        .build()
        .unwrap();
    let mut exchange = Exchange::new(&config, get().repeatable(), CallOptions::new());
    let mut seen: Vec<[String; 3]> = Vec::new();
    for _ in 0..3 {
        let request = sent(&mut exchange);
        let authorization = request.header("authorization").unwrap();
        let part = |name: &str| authorization.split([',', ' ']).find(|part| part.starts_with(name)).unwrap();
        let parts = ["nonce=", "timestamp=", "sign="].map(|name| part(name).to_owned());
        for earlier in &seen {
            assert!(earlier.iter().zip(&parts).all(|(earlier, part)| earlier != part), "{authorization}");
        }
        seen.push(parts);
        exchange.on_failure(SendFailure::new(Sent::Maybe, SendFailureKind::Timeout, "late"));
        let _ = exchange.step();
    }
}

/// protocol-v3 §11.1 no. 19: every verb is sent, DELETE with a query, and only some have a body.
#[test]
fn every_verb_is_sent() {
    for verb in [Verb::Delete, Verb::Get, Verb::Patch, Verb::Post, Verb::Put] {
        let mut operation = RawOperation::rest(verb, "/v3/alipay/x/1").query("id", "a b");
        if verb.has_body() {
            operation = operation.body(json!({"a": 1}));
        }
        let (text, request) = spelled(&config(), operation, CallOptions::new());
        assert_eq!((request.verb, target(&request)), (verb, "/v3/alipay/x/1?id=a%20b"));
        let body = if verb.has_body() { r#"{"a":1}"# } else { "" };
        assert!(text.ends_with(&format!("\n{}\n/v3/alipay/x/1?id=a%20b\n{body}\n", verb.as_str())), "{text}");
        assert_eq!(request.body, body.as_bytes());
    }
}

/// protocol-v3 §11.1 no. 23: without a query there is no `?`, untyped calls are verified, and certificates are complete.
#[test]
fn a_target_without_a_query_has_no_question_mark_and_untyped_calls_are_verified() {
    assert_eq!(target(&spelled(&config(), get(), CallOptions::new()).1), "/v3/alipay/x");
    let mut exchange = Exchange::new(&config(), get(), CallOptions::new());
    let _ = sent(&mut exchange);
    exchange.on_response(alipay_api::http::HttpResponse::new(200, vec![], b"{}".to_vec()));
    assert!(done(&mut exchange).is_err(), "not signed");
    let (text, request) = spelled(&certificate_builder().build().unwrap(), get(), CallOptions::new());
    assert!(text.contains(",app_cert_sn=") && request.header("alipay-root-cert-sn").is_some());
}

/// protocol-v3 §11.1 no. 25: a name may stand in a query more than once, and no name changes its case.
#[test]
fn a_query_keeps_repeated_names_and_their_case() {
    let operation = get().query("userId", "1").query("userId", "2").query("user_id", "3");
    let (_, request) = spelled(&config(), operation, CallOptions::new());
    assert_eq!(target(&request), "/v3/alipay/x?userId=1&userId=2&user_id=3");
}

/// protocol-v3 §11.1 no. 16: after a timeout or a 5xx nothing is known; only a call with its own number is repeated.
#[test]
fn after_a_timeout_the_outcome_is_open_and_only_numbered_calls_are_repeated() {
    let retrying = builder().retry(Retry::new(2, std::time::Duration::ZERO)).build().unwrap();
    let numbered = ActivityVoucherStopRequest::new("2016", "stop-1");
    let numbered = RawOperation::from_request(&numbered, true).unwrap();
    for (operation, repeated) in [(post().body(json!({})), false), (numbered, true)] {
        let mut exchange = Exchange::new(&retrying, operation, CallOptions::new());
        let first = sent(&mut exchange);
        exchange.on_failure(SendFailure::new(Sent::Maybe, SendFailureKind::Timeout, "late"));
        if repeated {
            assert!(matches!(exchange.step(), Step::Sleep(_)));
            assert_eq!(sent(&mut exchange).body, first.body, "with the same number");
            let answer = alipay_api::http::HttpResponse::new(502, vec![], "<html>Bad Gateway".into());
            exchange.on_response(answer);
        }
        assert_eq!(done(&mut exchange).unwrap_err().outcome(), alipay_api::Outcome::Unknown);
    }
}
