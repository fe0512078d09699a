//! What a caller is told of a call that failed: what happened, and what to look at.

use std::time::Duration;

use alipay_core::explain::{self, Known, SentRequest};
use alipay_core::http::{HttpResponse, SendFailure, SendFailureKind, Sent, Verb};
use alipay_core::{CallOptions, Error, Exchange, Outcome, RawOperation, Retry, Step};

use crate::common::{builder, config, envelope, ok, rest_answer, sent};

fn refused(exchange: &mut Exchange, response: HttpResponse) -> Error {
    let _ = sent(exchange);
    exchange.on_response(response);
    match exchange.step() {
        Step::Done(result) => result.unwrap_err(),
        other => panic!("not done: {other:?}"),
    }
}

fn gateway(code: &str, sub_code: &str) -> Outcome {
    let node = format!(r#"{{"code":"{code}","msg":"Business Failed","sub_code":"{sub_code}"}}"#);
    let mut exchange = Exchange::new(&config(), RawOperation::gateway("alipay.x"), CallOptions::new());
    refused(&mut exchange, ok(envelope("alipay_x_response", node.as_bytes()))).outcome()
}

fn rest(status: u16, code: &str) -> Outcome {
    let operation = RawOperation::rest(Verb::Post, "/v3/x");
    let mut exchange = Exchange::new(&config(), operation, CallOptions::new());
    refused(&mut exchange, rest_answer(status, &format!(r#"{{"code":"{code}"}}"#))).outcome()
}

#[test]
fn a_signed_code_that_says_the_result_is_not_known_is_no_refusal() {
    for code in [
        "ACQ.SYSTEM_ERROR",
        "BANK_RESPONSE_ERROR",
        "BIZ_UNKNOWN",
        "COMMON_RPC_ERROR",
        "DATA_QUERY_TIMEOUT",
        "INVOKE_EBILL_CENTER_EXCEPTION",
        "INVOKE_PAYACCEPTANCE_EXCEPTION",
        "ISSUE_BATCH_IN_PROGRESS",
        "MERCHANT_SYSTEM_FAILURE",
        "MINICORE_INVOKE_ERROR",
        "PAY_UNKNOWN",
        "REMOTE_SERVICE_ERROR",
        "REQUEST_PROCESSING",
        "SEND_RESULT_UNKNOWN",
        "SYSTEM_BUSY",
        "SYSTEM_EXCEPTION",
        "THIRD_BIZ_EXCEPTION",
        "TRANS_ORDER_DEALING",
        "UNITRADEPROD_EXECUTE_ERROR",
        "UNKNOWN_EXCEPTION",
        "UNKNOW_ERROR",
        "ZMGO_CREATE_WPN_SYSTEM_ERROR",
        "aop.unknow-error",
        "isp.remote-service-error",
        "isp.unknown-error",
    ] {
        assert_eq!(gateway("40004", code), Outcome::Unknown, "{code}");
        assert_eq!(rest(400, code), Outcome::Unknown, "{code}");
    }
    assert_eq!(gateway("20000", "x"), Outcome::Unknown);
}

#[test]
fn a_signed_code_with_a_word_that_only_sounds_like_it_is_a_refusal() {
    for code in [
        "ACQ.TRADE_CANCEL_TIME_OUT",
        "ILLEGAL_ARGUMENT_EXCEPTION",
        "LOW_SYSTEM_VERSION",
        "NO_INVOKE_AUTH",
        "SIGN_INVOKE_PID_INCONSISTENT",
        "SERVICE_NOT_OPEN",
        "SYSTEM_RATE_LIMIT",
        "isp.call-limited",
        "isv.invalid-signature",
    ] {
        assert_eq!(gateway("40004", code), Outcome::Rejected, "{code}");
        assert_eq!(rest(400, code), Outcome::Rejected, "{code}");
    }
}

#[test]
fn under_a_status_of_500_and_above_no_code_is_a_refusal() {
    for status in [500, 502, 503, 504] {
        assert_eq!(rest(status, "ACTIVITY_IS_END"), Outcome::Unknown);
    }
    assert_eq!(rest(429, "ACTIVITY_IS_END"), Outcome::Rejected);
}

#[test]
fn what_may_be_sent_again_is_less_than_what_is_not_certain() {
    let node = br#"{"code":"40004","sub_code":"REQUEST_PROCESSING"}"#;
    let operation = RawOperation::gateway("alipay.x").repeatable();
    let mut exchange = Exchange::new(&config(), operation, CallOptions::new());
    let error = refused(&mut exchange, ok(envelope("alipay_x_response", node)));
    assert_eq!(error.outcome(), Outcome::Unknown);
}

#[test]
fn an_error_after_an_attempt_that_may_have_arrived_says_so() {
    let config = builder().retry(Retry::new(2, Duration::ZERO)).build().unwrap();
    let mut exchange =
        Exchange::new(&config, RawOperation::gateway("alipay.x").repeatable(), CallOptions::new());
    let _ = sent(&mut exchange);
    exchange.on_failure(SendFailure::new(Sent::Maybe, SendFailureKind::Timeout, "late"));
    assert!(matches!(exchange.step(), Step::Sleep(_)));
    let _ = sent(&mut exchange);
    exchange.on_failure(SendFailure::new(Sent::No, SendFailureKind::Connect, "refused"));
    let Step::Done(result) = exchange.step() else { panic!("two attempts were allowed") };
    let error = result.unwrap_err();
    assert!(error.is_connect());
    assert_eq!(
        error.to_string(),
        "alipay.x: no connection (nothing was sent), but an earlier attempt may have arrived"
    );
}

#[test]
fn what_would_fail_again_is_not_sent_again() {
    for kind in [SendFailureKind::Request, SendFailureKind::BodyTooLarge, SendFailureKind::Write] {
        for may_have_arrived in [Sent::No, Sent::Maybe] {
            let operation = RawOperation::gateway("alipay.x").repeatable();
            let mut exchange = Exchange::new(&config(), operation, CallOptions::new());
            let _ = sent(&mut exchange);
            exchange.on_failure(SendFailure::new(may_have_arrived, kind, "no such file"));
            assert!(matches!(exchange.step(), Step::Done(_)), "{kind:?}");
        }
    }
}

#[test]
fn pauses_double_and_have_a_limit() {
    let pauses = |retry: Retry| {
        let config = builder().retry(retry).build().unwrap();
        let mut exchange = Exchange::new(&config, RawOperation::gateway("alipay.x"), CallOptions::new());
        let mut pauses = Vec::new();
        loop {
            match exchange.step() {
                Step::Send(_) => {
                    exchange.on_failure(SendFailure::new(Sent::No, SendFailureKind::Connect, "refused"));
                }
                Step::Sleep(pause) => pauses.push(pause.as_secs()),
                Step::Done(_) => return pauses,
            }
        }
    };
    assert_eq!(pauses(Retry::new(8, Duration::from_secs(1))), [1, 2, 4, 8, 16, 30, 30]);
    assert_eq!(pauses(Retry::new(40, Duration::from_secs(1))).last(), Some(&30));
    assert_eq!(pauses(Retry::new(3, Duration::from_secs(60))), [60, 60], "who asks for more gets it");
}

#[test]
fn a_failure_before_the_first_step_is_no_panic() {
    let mut exchange = Exchange::new(&config(), RawOperation::gateway("alipay.x"), CallOptions::new());
    exchange.on_failure(SendFailure::new(Sent::No, SendFailureKind::Connect, "refused"));
    assert!(matches!(exchange.step(), Step::Sleep(_)));
}

#[test]
fn the_text_that_was_signed_comes_with_a_refusal_and_is_never_shown() {
    let options = CallOptions::new().app_auth_token("201509BBsecret");
    let mut exchange =
        Exchange::new(&config(), RawOperation::gateway("alipay.x").param("a", "b c"), options.clone());
    let text = exchange.text_to_sign().unwrap();
    let repeated = String::from_utf8_lossy(&text).replace("b c", "b+c");
    let sub_msg = format!(
        "验签出错，建议检查签名字符串或签名私钥与应用公钥是否匹配，网关生成的验签字符串为：{repeated}"
    );
    let node =
        format!(r#"{{"code":"40002","msg":"x","sub_code":"isv.invalid-signature","sub_msg":"{sub_msg}"}}"#);
    let error = refused(&mut exchange, ok(format!(r#"{{"error_response":{node}}}"#)));
    assert_eq!(error.signed_text(), Some(text.as_slice()));

    let ours = SentRequest::new().text(error.signed_text().unwrap());
    let explanation = explain::request(&ours, error.raw_body().unwrap(), &Known::of(&config()));
    assert!(explanation.difference.is_some(), "{explanation:?}");

    let mut rest = Exchange::new(&config(), RawOperation::rest(Verb::Get, "/v3/x"), options);
    let text = rest.text_to_sign().unwrap();
    let error =
        refused(&mut rest, HttpResponse::new(400, vec![], br#"{"code":"invalid-signature"}"#.to_vec()));
    assert_eq!(error.signed_text(), Some(text.as_slice()));
    for shown in [format!("{error:?}"), error.to_string(), format!("{rest:?}")] {
        assert!(!shown.contains("201509BBsecret"), "{shown}");
    }
}

#[test]
fn an_answer_that_cannot_be_read_brings_no_signed_text() {
    let mut exchange = Exchange::new(&config(), RawOperation::gateway("alipay.x"), CallOptions::new());
    assert!(refused(&mut exchange, ok("")).signed_text().is_none());
}
