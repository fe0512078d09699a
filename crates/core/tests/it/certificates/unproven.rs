//! What is left of an error whose certificate is not to be had: its code, which proves nothing.

use std::error::Error as _;
use std::time::Duration;

use alipay_core::http::{HttpResponse, SendFailure, SendFailureKind, Sent, Verb};
use alipay_core::sign::{SignType, encode_signature};
use alipay_core::{AnswerError, CallOptions, Error, ErrorKind, Exchange, Outcome, RawOperation, Retry, Step};

use super::{answer, builder, config, done, download, exchange, serial};
use crate::common::{ok, sent};
use crate::vectors::key;

/// A v2 answer with an error, under the serial number `named`.
fn error_answer(code: &str, sub_code: &str, named: &str) -> HttpResponse {
    let node = format!(r#"{{"code":"{code}","msg":"Business Failed","sub_code":"{sub_code}"}}"#);
    let signature = key("alipay_rsa2_next").sign(SignType::Rsa2, node.as_bytes()).unwrap();
    let signature = encode_signature(&signature);
    ok(format!(r#"{{"alipay_x_response":{node},"alipay_cert_sn":"{named}","sign":"{signature}"}}"#))
}

/// Checks that an error is handed over, and that the certificate is why it proves nothing.
fn check_unproven(error: &Error, code: &str, why: &str) {
    let api = error.api().unwrap_or_else(|| panic!("{error:?}"));
    assert!(api.code == code || api.sub_code == code, "{error}");
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::Api, Outcome::Unknown), "{error}");
    assert!(!error.is_authenticated() && error.raw_body().is_some());
    let source = error.source().and_then(|source| source.downcast_ref());
    assert!(matches!(source, Some(AnswerError::UnknownCertificate { .. })), "{source:?}");
    let told = source.unwrap().to_string();
    assert!(told.contains(why), "{told}");
    assert!(!error.to_string().contains(&told), "what the source tells is not told twice: {error}");
}

#[test]
fn an_error_keeps_its_code_where_the_certificate_is_not_to_be_had() {
    let next = serial("alipay_cert_next");
    let refusal = || error_answer("40004", "ACQ.TRADE_NOT_EXIST", &next);
    let check = |exchange: &mut Exchange, why: &str| {
        check_unproven(&done(exchange).unwrap_err(), "ACQ.TRADE_NOT_EXIST", why);
    };

    let mut unanswered = exchange(&config());
    unanswered.on_response(refusal());
    let _ = sent(&mut unanswered);
    unanswered.on_failure(SendFailure::new(Sent::No, SendFailureKind::Connect, "no way there"));
    check(&mut unanswered, &next);

    let mut refused = exchange(&config());
    refused.on_response(refusal());
    let _ = sent(&mut refused);
    refused.on_response(ok(r#"{"error_response":{"code":"40006","sub_code":"isv.insufficient"}}"#));
    check(&mut refused, "40006 isv.insufficient");

    let mut rogue = exchange(&config());
    rogue.on_response(refusal());
    let _ = sent(&mut rogue);
    rogue.on_response(download(&["alipay_cert_next"]));
    check(&mut rogue, "root");

    let mut off = exchange(&builder().download_certificates(false).build().unwrap());
    off.on_response(refusal());
    check(&mut off, "switched off");

    let mut odd = exchange(&config());
    odd.on_response(error_answer("40004", "ACQ.TRADE_NOT_EXIST", "12"));
    check(&mut odd, "32 hexadecimal digits");
}

#[test]
fn an_error_keeps_its_code_where_another_call_never_ends_its_download() {
    let config = config();
    let (mut first, mut second) = (exchange(&config), exchange(&config));
    let next = serial("alipay_cert_next");
    first.on_response(answer("alipay_cert_next", "alipay_rsa2_next"));
    second.on_response(error_answer("40004", "ACQ.TRADE_NOT_EXIST", &next));
    let result = (0..1000).find_map(|_| match second.step() {
        Step::Done(result) => Some(*result),
        _ => None,
    });
    check_unproven(&result.unwrap().unwrap_err(), "ACQ.TRADE_NOT_EXIST", &next);
}

#[test]
fn an_error_whose_certificate_is_had_in_the_end_is_proven() {
    let mut exchange = exchange(&config());
    exchange.on_response(error_answer("40004", "ACQ.TRADE_NOT_EXIST", &serial("alipay_cert_next")));
    let _ = sent(&mut exchange);
    exchange.on_response(download(&["alipay_cert_next", "inter_class2"]));
    let error = done(&mut exchange).unwrap_err();
    assert_eq!((error.is_authenticated(), error.outcome()), (true, Outcome::Rejected));
    assert!(error.source().is_none());
}

#[test]
fn a_system_failure_under_an_unknown_certificate_is_sent_again_like_any_other() {
    let config = builder()
        .download_certificates(false)
        .retry(Retry::new(2, Duration::from_millis(1)))
        .build()
        .unwrap();
    let operation = RawOperation::gateway("alipay.x").repeatable();
    let mut exchange = Exchange::new(&config, operation, CallOptions::new());
    let _ = sent(&mut exchange);
    exchange.on_response(error_answer("20000", "aop.unknow-error", &serial("alipay_cert_next")));
    assert!(matches!(exchange.step(), Step::Sleep(_)));
    let _ = sent(&mut exchange);
}

#[test]
fn a_rest_error_keeps_its_code_where_the_certificate_is_not_to_be_had() {
    let off = builder().download_certificates(false).build().unwrap();
    for (status, body, code) in [
        (400, r#"{"code":"ACTIVITY_IS_END","message":"ended"}"#, Some("ACTIVITY_IS_END")),
        (200, r#"{"code":"ACTIVITY_IS_END","message":"ended"}"#, None),
        (502, "<html>", None),
    ] {
        let mut exchange = Exchange::new(&off, RawOperation::rest(Verb::Get, "/v3/x"), CallOptions::new());
        let _ = sent(&mut exchange);
        let headers = [("alipay-sn", serial("alipay_cert_next")), ("alipay-signature", "AAAA".to_owned())];
        let headers = headers.map(|(name, value)| (name.to_owned(), value)).to_vec();
        exchange.on_response(HttpResponse::new(status, headers, body.into()));
        let error = done(&mut exchange).unwrap_err();
        match code {
            Some(code) => check_unproven(&error, code, "switched off"),
            None => {
                assert_eq!((error.kind(), error.outcome()), (ErrorKind::Signature, Outcome::Unknown));
                assert!(error.to_string().contains("switched off"), "{error}");
            }
        }
    }
}
