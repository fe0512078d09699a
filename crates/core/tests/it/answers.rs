//! What is believed of an answer, what is not, and what the caller is told.

use crate::common::{ALIPAYS, OURS, builder, config, envelope, ok, rest_answer, sent};
use alipay_core::http::{HttpResponse, SendFailure, SendFailureKind, Sent, Verb};
use alipay_core::sign::{SignType, encode_signature};
use alipay_core::{CallOptions, Error, ErrorKind, Exchange, Outcome, RawOperation, Retry, Step, Verified};
use serde_json::json;

const NODE: &str = "alipay_marketing_voucher_query_response";

fn answered(operation: RawOperation, response: HttpResponse) -> Result<Verified, Error> {
    let config = builder().retry(Retry::NONE).build().unwrap();
    let mut exchange = Exchange::new(&config, operation, CallOptions::new());
    let _ = sent(&mut exchange);
    exchange.on_response(response);
    match exchange.step() {
        Step::Done(result) => *result,
        other => panic!("not done: {other:?}"),
    }
}

fn gateway(response: HttpResponse) -> Result<Verified, Error> {
    answered(RawOperation::gateway("alipay.marketing.voucher.query"), response)
}

fn rest(response: HttpResponse) -> Result<Verified, Error> {
    answered(RawOperation::rest(Verb::Post, "/v3/alipay/x"), response)
}

#[test]
fn a_signed_success_is_believed() {
    let verified =
        gateway(ok(envelope(NODE, br#"{"code":"10000","msg":"Success","status":"ENABLED"}"#))).unwrap();
    assert_eq!(verified.fields().get("status"), Some(&json!("ENABLED")));
    assert_eq!(verified.trace_id(), Some("0a1b2c"));
    assert!(!verified.is_pending());
}

#[test]
fn a_success_without_code_is_a_success_and_10003_is_pending() {
    assert!(gateway(ok(envelope(NODE, br#"{"access_token":"a"}"#))).is_ok());
    assert!(gateway(ok(envelope(NODE, br#"{"code":"10003"}"#))).unwrap().is_pending());
}

#[test]
fn a_signed_refusal_is_a_verdict() {
    let node = r#"{"code":"40004","msg":"Business Failed","sub_code":"isv.x","sub_msg":"券不存在"}"#;
    let error = gateway(ok(envelope(NODE, node.as_bytes()))).unwrap_err();
    assert_eq!(error.outcome(), Outcome::Rejected);
    assert!(error.is_authenticated());
    assert_eq!((error.code(), error.sub_code()), ("40004", "isv.x"));
    assert_eq!(
        error.to_string(),
        "alipay.marketing.voucher.query: 40004 Business Failed, isv.x 券不存在, trace id 0a1b2c"
    );
}

#[test]
fn an_unsigned_refusal_is_reported_but_proves_nothing() {
    let body =
        r#"{"error_response":{"code":"40002","msg":"Invalid Arguments","sub_code":"isv.invalid-app-id"}}"#;
    let error = gateway(ok(body)).unwrap_err();
    assert_eq!(error.outcome(), Outcome::Unknown);
    assert!(!error.is_authenticated());
    assert_eq!(error.sub_code(), "isv.invalid-app-id");
    assert!(error.to_string().contains("(not proven to come from Alipay)"));
}

#[test]
fn a_signed_system_failure_leaves_the_outcome_open() {
    let node = br#"{"code":"20000","msg":"Service Currently Unavailable","sub_code":"isp.unknow-error"}"#;
    assert_eq!(gateway(ok(envelope(NODE, node))).unwrap_err().outcome(), Outcome::Unknown);
}

#[test]
fn an_unsigned_success_is_not_believed() {
    let error = gateway(ok(format!(r#"{{"{NODE}":{{"code":"10000"}}}}"#))).unwrap_err();
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::Signature, Outcome::Unknown));
}

#[test]
fn a_changed_byte_is_noticed() {
    let mut body = envelope(NODE, br#"{"code":"10000","amount":"1.00"}"#);
    let at = body.windows(4).position(|bytes| bytes == b"1.00").unwrap();
    body[at] = b'9';
    let error = gateway(ok(body)).unwrap_err();
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::Signature, Outcome::Unknown));
    assert!(error.to_string().contains("fingerprint"), "{error}");
}

#[test]
fn the_signature_of_another_key_or_digest_is_refused() {
    let node = br#"{"code":"10000"}"#;
    let foreign = encode_signature(&OURS.sign(SignType::Rsa2, node).unwrap());
    let body = format!(r#"{{"{NODE}":{},"sign":"{foreign}"}}"#, String::from_utf8_lossy(node));
    assert_eq!(gateway(ok(body)).unwrap_err().kind(), ErrorKind::Signature);
}

#[test]
fn order_and_blanks_around_the_members_do_not_matter() {
    let node = r#"{"code":"10000","text":"a}\"{\\"}"#;
    let signature =
        encode_signature(&ALIPAYS.sign(SignType::Rsa2, node.as_bytes()).unwrap()).replace('/', "\\/");
    let body = format!(
        "\u{feff} {{ \"sign\" : \"{signature}\" ,\r\n \"{NODE}\" :\t{node} , \"more\":[1,{{}}] }} \n"
    );
    assert_eq!(gateway(ok(body)).unwrap().fields().get("text"), Some(&json!("a}\"{\\")));
}

#[test]
fn slashes_that_were_escaped_after_signing_are_accepted() {
    let signed = r#"{"code":"10000","url":"https://a/b"}"#;
    let signature = encode_signature(&ALIPAYS.sign(SignType::Rsa2, signed.as_bytes()).unwrap());
    let body = format!(r#"{{"{NODE}":{},"sign":"{signature}"}}"#, signed.replace('/', "\\/"));
    assert_eq!(gateway(ok(body)).unwrap().fields().get("url"), Some(&json!("https://a/b")));
}

#[test]
fn the_text_whose_signature_holds_is_the_text_that_is_read() {
    // Signed: the value a/b, its slash escaped. On the way somebody puts a backslash into the value; without its
    // escaped slashes the text is the signed one again.
    let signed = r#"{"code":"10000","v":"a/b"}"#;
    let signature = encode_signature(&ALIPAYS.sign(SignType::Rsa2, signed.as_bytes()).unwrap());
    let changed = r#"{"code":"10000","v":"a\\/b"}"#;
    let text = r#"{"code":"10000","v":"a\/b"}"#;
    let escaped = encode_signature(&ALIPAYS.sign(SignType::Rsa2, text.as_bytes()).unwrap());
    let body = |node: &str, signature: &str| format!(r#"{{"{NODE}":{node},"sign":"{signature}"}}"#);
    assert_eq!(gateway(ok(body(text, &signature))).unwrap().fields().get("v"), Some(&json!("a/b")));
    assert_eq!(gateway(ok(body(changed, &escaped))).unwrap().fields().get("v"), Some(&json!("a/b")));
}

#[test]
fn debug_shows_which_fields_came_not_what_they_hold() {
    let verified = gateway(ok(envelope(NODE, br#"{"code":"10000","mobile":"13900000000"}"#))).unwrap();
    let shown = format!("{verified:?}");
    assert!(shown.contains("mobile") && !shown.contains("139"), "{shown}");
}

#[test]
fn a_signed_success_under_an_error_status_proves_nothing() {
    let body = envelope(NODE, br#"{"code":"10000","msg":"Success"}"#);
    let error = gateway(HttpResponse::new(500, vec![], body)).unwrap_err();
    assert_eq!(
        (error.kind(), error.outcome(), error.http_status()),
        (ErrorKind::Answer, Outcome::Unknown, Some(500))
    );
}

#[test]
fn gbk_is_read_where_utf_8_was_asked_for_and_its_bytes_cannot_end_a_string() {
    // In GBK, 誠 is D5 5C: its second byte is a backslash. 瀩 ends in 7D, a closing brace.
    let node = [
        br#"{"code":"40004","msg":"Business Failed","sub_code":"x","sub_msg":""#.as_slice(),
        b"\xD5\x5C\x9E\x7D",
        br#""}"#,
    ];
    let error = gateway(ok(envelope(NODE, &node.concat()))).unwrap_err();
    assert!(error.is_authenticated());
    assert_eq!(error.api().unwrap().sub_message, "誠瀩");
}

#[test]
fn an_html_page_says_so_and_keeps_status_and_body() {
    let page = "<html><body>502 Bad Gateway</body></html>";
    let error = gateway(HttpResponse::new(502, vec![], page.into())).unwrap_err();
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::Answer, Outcome::Unknown));
    assert_eq!((error.http_status(), error.raw_body()), (Some(502), Some(page.as_bytes())));
    assert!(error.to_string().contains("HTML page") && error.to_string().contains("502"), "{error}");
    assert_eq!(rest(HttpResponse::new(502, vec![], page.into())).unwrap_err().kind(), ErrorKind::Answer);
}

#[test]
fn an_empty_body_says_so() {
    for body in ["", " \r\n"] {
        let error = gateway(ok(body)).unwrap_err();
        assert!(error.to_string().contains("the answer is empty"), "{error}");
    }
    assert!(rest(HttpResponse::new(500, vec![], vec![])).unwrap_err().to_string().contains("empty"));
}

#[test]
fn a_truncated_envelope_is_refused_wherever_it_ends() {
    let body = envelope(NODE, r#"{"code":"10000","memo":"优酷\u4e2d","list":[1,{"a":null}]}"#.as_bytes());
    for end in 0..body.len() {
        let error = gateway(ok(&body[..end])).unwrap_err();
        assert_eq!((error.kind(), error.outcome()), (ErrorKind::Answer, Outcome::Unknown), "cut at {end}");
    }
}

#[test]
fn a_duplicated_member_is_refused_in_either_order() {
    let node = r#"{"code":"10000"}"#;
    let signature = encode_signature(&ALIPAYS.sign(SignType::Rsa2, node.as_bytes()).unwrap());
    let forged = r#"{"code":"10000","amount":"9999.00"}"#;
    let bodies = [
        format!(r#"{{"{NODE}":{node},"sign":"{signature}","{NODE}":{forged}}}"#),
        format!(r#"{{"{NODE}":{forged},"{NODE}":{node},"sign":"{signature}"}}"#),
        format!(
            r#"{{"{NODE}":{node},"sign":"{signature}","alipay_marketing_voucher_query\u005fresponse":{forged}}}"#
        ),
        format!(r#"{{"{NODE}":{node},"error_response":{{}},"sign":"{signature}"}}"#),
    ];
    for body in bodies {
        assert_eq!(gateway(ok(body.clone())).unwrap_err().kind(), ErrorKind::Answer, "{body}");
    }
}

#[test]
fn an_envelope_with_more_members_than_any_has_is_refused_unread() {
    let with_members = |count: usize| {
        let members: Vec<_> = (0..count).map(|number| format!("\"{number}\":1")).collect();
        gateway(ok(format!("{{{}}}", members.join(",")))).unwrap_err().to_string()
    };
    assert!(!with_members(64).contains("64 members"));
    assert!(with_members(65).contains("more than 64 members"), "{}", with_members(65));
}

#[test]
fn an_answer_to_another_method_is_refused() {
    let error = gateway(ok(envelope("alipay_trade_query_response", br#"{"code":"10000"}"#))).unwrap_err();
    assert!(error.to_string().contains("alipay_trade_query_response"), "{error}");
}

#[test]
fn a_rest_success_needs_its_signature_also_when_it_is_empty() {
    assert!(rest(rest_answer(200, r#"{"recharge_url":"https://x"}"#)).is_ok());
    assert!(rest(rest_answer(200, "")).unwrap().fields().is_empty());
    for body in ["{}", ""] {
        let error = rest(HttpResponse::new(200, vec![], body.into())).unwrap_err();
        assert_eq!((error.kind(), error.outcome()), (ErrorKind::Signature, Outcome::Unknown));
    }
}

#[test]
fn a_rest_error_is_read_with_links_in_any_shape() {
    for links in [r#"[{"link":"https://a","desc":"b"}]"#, r#""https://a""#] {
        let body = format!(r#"{{"code":"ACTIVITY_IS_END","message":"活动已结束","links":{links}}}"#);
        let error = rest(rest_answer(400, &body)).unwrap_err();
        assert_eq!((error.code(), error.outcome()), ("ACTIVITY_IS_END", Outcome::Rejected));
        assert!(error.api().unwrap().links.is_some());
    }
}

#[test]
fn a_rest_error_with_a_missing_or_wrong_signature_is_reported_but_proves_nothing() {
    let body = r#"{"code":"INVALID_PARAMETER","message":"参数有误"}"#;
    let signed = rest_answer(400, body);
    let wrong = HttpResponse::new(400, signed.headers().to_vec(), body.replace("有误", "错误").into());
    for response in [HttpResponse::new(400, vec![], body.into()), wrong] {
        let error = rest(response).unwrap_err();
        assert_eq!((error.code(), error.outcome()), ("INVALID_PARAMETER", Outcome::Unknown));
        assert!(!error.is_authenticated());
    }
}

/// What is made of an answer by who has switched off that signatures are looked at.
fn unlooked(operation: RawOperation, response: HttpResponse) -> Result<Verified, Error> {
    let config = builder().retry(Retry::NONE).danger_accept_unverified_answers().build().unwrap();
    let mut exchange = Exchange::new(&config, operation, CallOptions::new());
    let _ = sent(&mut exchange);
    exchange.on_response(response);
    match exchange.step() {
        Step::Done(result) => *result,
        other => panic!("not done: {other:?}"),
    }
}

#[test]
fn switching_verification_off_takes_any_answer_and_proves_none() {
    let (v2, v3) = (
        || RawOperation::gateway("alipay.marketing.voucher.query"),
        || RawOperation::rest(Verb::Post, "/v3/x"),
    );
    let plain = |node: &str| ok(format!("{{\"{NODE}\":{node}}}"));
    let wrong = |node: &str| ok(format!("{{\"{NODE}\":{node},\"sign\":\"AAAA\"}}"));
    for answer in [plain, wrong] {
        let verified = unlooked(v2(), answer(r#"{"code":"10000","status":"ENABLED"}"#)).unwrap();
        assert_eq!(verified.fields()["status"], "ENABLED");
        let error = unlooked(v2(), answer(r#"{"code":"40004","sub_code":"isv.x"}"#)).unwrap_err();
        assert_eq!((error.sub_code(), error.outcome()), ("isv.x", Outcome::Unknown));
        assert!(!error.is_authenticated() && error.to_string().contains("not proven"), "{error}");
    }
    let forged = rest_answer(200, r#"{"a":1}"#).with_body(br#"{"a":2}"#.to_vec());
    assert_eq!(unlooked(v3(), forged).unwrap().fields()["a"], 2);

    let refused = br#"{"code":"40004","sub_code":"isv.x"}"#;
    let error = unlooked(v2(), ok(envelope(NODE, refused))).unwrap_err();
    assert!(
        error.is_authenticated() && error.outcome() == Outcome::Rejected,
        "its signature holds all the same"
    );
}

fn attempts(operation: &RawOperation, failure: impl Fn() -> SendFailure) -> (usize, Outcome) {
    let mut exchange = Exchange::new(&config(), operation.clone(), CallOptions::new());
    let mut sent = 0;
    loop {
        match exchange.step() {
            Step::Send(_) => {
                sent += 1;
                exchange.on_failure(failure());
            }
            Step::Sleep(_) => {}
            Step::Done(result) => return (sent, result.unwrap_err().outcome()),
        }
    }
}

#[test]
fn a_call_that_may_have_arrived_is_sent_again_only_if_it_is_repeatable() {
    let once = RawOperation::gateway("alipay.x");
    let repeatable = once.clone().repeatable();
    let timeout = || SendFailure::new(Sent::Maybe, SendFailureKind::Timeout, "late");
    let refused = || SendFailure::new(Sent::No, SendFailureKind::Connect, "refused");
    assert_eq!(attempts(&once, timeout), (1, Outcome::Unknown));
    assert_eq!(attempts(&repeatable, timeout), (3, Outcome::Unknown));
    assert_eq!(attempts(&once, refused), (3, Outcome::NotSent));
}

#[test]
fn an_attempt_that_may_have_arrived_keeps_the_outcome_open_whatever_comes_later() {
    let late = || SendFailure::new(Sent::Maybe, SendFailureKind::Timeout, "late");
    let refused = || SendFailure::new(Sent::No, SendFailureKind::Connect, "refused");
    let limited =
        || ok(envelope("alipay_x_response", br#"{"code":"40005","msg":"Call Limited","sub_code":"x"}"#));
    let ends: [&dyn Fn(&mut Exchange); 2] = [&|e| e.on_failure(refused()), &|e| e.on_response(limited())];
    for end in ends {
        let config = builder().retry(Retry::new(2, std::time::Duration::ZERO)).build().unwrap();
        let mut exchange =
            Exchange::new(&config, RawOperation::gateway("alipay.x").repeatable(), CallOptions::new());
        let _ = sent(&mut exchange);
        exchange.on_failure(late());
        assert!(matches!(exchange.step(), Step::Sleep(_)));
        let _ = sent(&mut exchange);
        end(&mut exchange);
        let Step::Done(result) = exchange.step() else { panic!("two attempts were allowed") };
        assert_eq!(result.unwrap_err().outcome(), Outcome::Unknown);
    }
}

#[test]
fn a_wrong_signature_is_never_a_reason_to_send_again() {
    let mut exchange =
        Exchange::new(&config(), RawOperation::gateway("alipay.x").repeatable(), CallOptions::new());
    let _ = sent(&mut exchange);
    exchange.on_response(ok(r#"{"alipay_x_response":{"code":"10000"},"sign":"AAAA"}"#));
    assert!(matches!(exchange.step(), Step::Done(_)));
}

#[test]
fn every_attempt_is_signed_anew() {
    #[derive(Debug)]
    struct Counting(std::sync::atomic::AtomicI64);
    impl alipay_core::Clock for Counting {
        fn now_unix_millis(&self) -> i64 {
            1_704_135_845_000 + 1000 * self.0.fetch_add(1, std::sync::atomic::Ordering::Relaxed)
        }
    }
    impl alipay_core::Nonce for Counting {
        fn next(&self) -> String {
            format!("{:032x}", self.0.fetch_add(1, std::sync::atomic::Ordering::Relaxed))
        }
    }
    let source = std::sync::Arc::new(Counting(0.into()));
    let config = alipay_core::ConfigBuilder::new(crate::common::APP_ID, source.clone(), source)
        .private_key(OURS.to_pkcs8_pem().expose())
        .alipay_public_key(ALIPAYS.public_key().to_spki_pem())
        .build()
        .unwrap();
    let mut exchange = Exchange::new(&config, RawOperation::rest(Verb::Get, "/v3/x"), CallOptions::new());
    let first = sent(&mut exchange);
    exchange.on_failure(SendFailure::new(Sent::No, SendFailureKind::Connect, "refused"));
    assert!(matches!(exchange.step(), Step::Sleep(_)));
    let second = sent(&mut exchange);
    assert_ne!(first.header("authorization"), second.header("authorization"));
    assert_eq!(first.header("alipay-request-id"), second.header("alipay-request-id"));
}

#[test]
fn a_driver_that_steps_on_without_a_result_is_not_told_that_nothing_was_sent() {
    let outcome = |exchange: &mut Exchange| match exchange.step() {
        Step::Done(result) => result.unwrap_err().outcome(),
        other => panic!("not done: {other:?}"),
    };
    let mut cancelled = Exchange::new(&config(), RawOperation::gateway("alipay.x"), CallOptions::new());
    let _ = sent(&mut cancelled);
    assert_eq!(outcome(&mut cancelled), Outcome::Unknown);

    let mut answered = Exchange::new(&config(), RawOperation::gateway("alipay.x"), CallOptions::new());
    let _ = sent(&mut answered);
    answered.on_response(ok(envelope("alipay_x_response", br#"{"code":"10000"}"#)));
    assert!(matches!(answered.step(), Step::Done(result) if result.is_ok()));
    assert_eq!(outcome(&mut answered), Outcome::Unknown, "it has happened");

    let mut unsent =
        Exchange::new(&config(), RawOperation::gateway("alipay.x").param("app_id", "1"), CallOptions::new());
    assert_eq!(outcome(&mut unsent), Outcome::NotSent);
    assert_eq!(outcome(&mut unsent), Outcome::NotSent);
}
