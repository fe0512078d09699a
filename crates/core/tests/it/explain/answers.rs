//! Answers of v2 and v3.

use alipay_core::explain::{Cause, Known, answer, rest_answer};
use alipay_core::http::HttpResponse;
use alipay_core::sign::SignType;

use super::{ALIPAYS, FOREIGN, OURS, check, gbk, known, signature};
use crate::common::{envelope, rest_answer as signed_rest};

const NAME: &str = "alipay_marketing_voucher_query_response";

/// `arrived` with the signature over `signed`.
fn body(arrived: &[u8], signed: &[u8]) -> Vec<u8> {
    let sign = signature(&ALIPAYS, signed);
    [b"{\"", NAME.as_bytes(), b"\":", arrived, b",\"sign\":\"", sign.as_bytes(), b"\"}"].concat()
}

#[test]
fn a_correct_answer_is_said_to_be_correct() {
    let explanation = answer(&envelope(NAME, br#"{"code":"10000"}"#), &known());
    assert!(explanation.holds && explanation.cause.is_none(), "{explanation}");
    assert!(explanation.to_string().contains("the bytes of alipay_marketing_voucher_query_response"));
    assert!(rest_answer(&signed_rest(200, r#"{"a":1}"#), &known()).holds);
    // The gateway escaped its slashes after it signed: every verifier makes up for that.
    let explanation = answer(&body(br#"{"u":"https:\/\/x"}"#, br#"{"u":"https://x"}"#), &known());
    assert!(explanation.holds && explanation.verdict.ends_with("with \\/ replaced by /"), "{explanation}");
}

#[test]
fn keys_and_algorithms_are_told_apart() {
    let body = envelope(NAME, br#"{"code":"10000"}"#);
    let swapped = Known::new().alipay_key(OURS.public_key()).app_key(OURS.public_key());
    check(&answer(&body, &swapped), Cause::AppKeyForAlipayKey, None, None, "应用公钥");
    check(
        &answer(&body, &Known::new().alipay_key(FOREIGN.public_key())),
        Cause::AnotherKey,
        None,
        None,
        "environment",
    );
    check(&answer(&body, &known().sign_type(SignType::Rsa)), Cause::SignType, None, None, "RSA2");
    let explanation = answer(&body, &Known::new());
    assert!(!explanation.holds && explanation.cause.is_none(), "{explanation}");
}

#[test]
fn a_body_that_was_written_again_is_told_by_how() {
    let utf_8 = r#"{"code":"10000","name":"四川"}"#.as_bytes();
    let spaced = r#"{"code": "10000", "name": "四川"}"#.as_bytes();
    let cases: [(Cause, &[u8], &[u8]); 7] = [
        (Cause::Charset, utf_8, &gbk(std::str::from_utf8(utf_8).unwrap())),
        (Cause::Charset, &gbk(std::str::from_utf8(utf_8).unwrap()), utf_8),
        (Cause::Charset, "{\"code\":\"10000\",\"name\":\"鍥涘窛\"}".as_bytes(), utf_8),
        (Cause::EscapedSlashes, br#"{"u":"https://x"}"#, br#"{"u":"https:\/\/x"}"#),
        (Cause::JsonRewritten, spaced, utf_8),
        (Cause::JsonRewritten, utf_8, spaced),
        (Cause::JsonRewritten, br#"{"code":"10000","name":"\u56db\u5ddd"}"#, utf_8),
    ];
    for (cause, arrived, signed) in cases {
        let explanation = answer(&body(arrived, signed), &known());
        check(
            &explanation,
            cause,
            None,
            None,
            if cause == Cause::EscapedSlashes { "raw bytes" } else { "check the" },
        );
        assert!(explanation.difference.is_some(), "{explanation}");
    }
    let explanation = answer(&body(utf_8, &gbk(std::str::from_utf8(utf_8).unwrap())), &known());
    let difference = explanation.difference.unwrap();
    assert_eq!((difference.offset, difference.context.as_str()), (24, r#"{"code":"10000","name":""#));
    assert_eq!(
        (difference.ours.as_str(), difference.theirs.as_str()),
        ("四川\"}", "\\xCB\\xC4\\xB4\\xA8\"}")
    );
}

#[test]
fn two_changes_at_once_are_both_named() {
    let signed = gbk(r#"{"name":"四川","u":"https:\/\/x"}"#);
    let explanation = answer(&body(r#"{"name":"四川","u":"https://x"}"#.as_bytes(), &signed), &known());
    check(&explanation, Cause::Charset, None, None, "escapes");
    assert!(explanation.checked.contains(&(Cause::EscapedSlashes, true)), "{explanation}");
}

#[test]
fn json_that_was_written_again_in_three_ways_at_once_is_named() {
    let signed = r#"{"code":"10000","name":"四川","u":"https:\/\/x"}"#;
    let arrived = r#"{"code": "10000", "name": "\u56db\u5ddd", "u": "https://x"}"#;
    for (arrived, signed) in [(arrived, signed), (signed, arrived)] {
        let explanation = answer(&body(arrived.as_bytes(), signed.as_bytes()), &known());
        check(&explanation, Cause::JsonRewritten, None, None, "very bytes");
    }
}

#[test]
fn the_code_is_read_in_gbk_and_a_member_that_stands_there_twice_is_named() {
    let node = gbk(r#"{"code":"40004","sub_code":"ACQ.TRADE_NOT_EXIST","sub_msg":"交易不存在"}"#);
    let explanation = answer(&body(&node, &node), &known());
    assert!(
        explanation.holds && explanation.to_string().contains("40004 ACQ.TRADE_NOT_EXIST"),
        "{explanation}"
    );
    let cut = b"{\"code\":\"40004\",\"sub_code\":\"ACQ.X\",\"sub_msg\":\"\xE4\xBC\",\"n\":\"\xFF\tx\"}";
    let explanation = answer(&body(cut, cut), &known());
    assert!(explanation.to_string().contains("40004 ACQ.X"), "{explanation}");
    let twice = format!("{{\"{NAME}\":{{}},\"{NAME}\":{{}},\"sign\":\"x\"}}");
    check(&answer(twice.as_bytes(), &known()), Cause::RepeatedParameter, None, None, "once");
}

#[test]
fn an_answer_without_a_key_asks_for_it() {
    let explanation = answer(&envelope(NAME, br#"{"code":"10000"}"#), &Known::new());
    assert!(
        explanation.cause.is_none() && explanation.fix.contains("--alipay-public-key FILE"),
        "{explanation}"
    );
    assert!(explanation.checked.iter().all(|(cause, _)| *cause != Cause::AnotherKey), "{explanation}");
}

#[test]
fn an_answer_copied_from_a_page_is_named() {
    let whole = String::from_utf8(envelope(NAME, br#"{"code":"10000"}"#)).unwrap();
    check(
        &answer(whole.replace('"', "&quot;").as_bytes(), &known()),
        Cause::HtmlEscaped,
        None,
        None,
        "socket",
    );
}

#[test]
fn what_is_no_signed_answer_is_said_to_be_none() {
    check(&answer(b"<html>502</html>", &known()), Cause::Unreadable, None, None, "socket");
    check(&answer(b"{\"a\":1}", &known()), Cause::Unreadable, None, None, "socket");
    let both = br#"{"a_response":{},"error_response":{},"sign":"x"}"#;
    check(&answer(both, &known()), Cause::Unreadable, None, None, "socket");
    let refusal = br#"{"error_response":{"code":"40002","sub_code":"isv.invalid-app-id"}}"#;
    let explanation = answer(refusal, &known());
    check(&explanation, Cause::SignatureMissing, None, None, "believe nothing");
    assert!(explanation.to_string().contains("40002 isv.invalid-app-id"), "{explanation}");
    let cut = String::from_utf8(envelope(NAME, b"{}")).unwrap().replacen("==\"", "\"", 1);
    check(&answer(cut.as_bytes(), &known()), Cause::SignatureDamaged, None, None, "unchanged");
    let spaces =
        envelope(NAME, b"{}").iter().map(|byte| if *byte == b'+' { b' ' } else { *byte }).collect::<Vec<_>>();
    check(&answer(&spaces, &known()), Cause::SignatureDamaged, None, None, "unchanged");
}

#[test]
fn a_changed_v3_answer_is_told_by_how() {
    let of = |body: &str, without: &str| {
        let signed = signed_rest(200, r#"{"a":1,"b":"四川"}"#);
        let headers = signed.headers().iter().filter(|(name, _)| name != without).cloned().collect();
        rest_answer(&HttpResponse::new(200, headers, body.into()), &known())
    };
    check(&of(r#"{"a": 1, "b": "四川"}"#, ""), Cause::JsonRewritten, None, None, "very bytes");
    check(&of("{\"a\":1,\"b\":\"四川\"}\n", ""), Cause::TextTrimmed, None, None, "line end");
    check(&of(r#"{"a":2,"b":"四川"}"#, ""), Cause::TextChanged, None, None, "exactly as they came");
    check(&of(r#"{"a":1,"b":"四川"}"#, "Alipay-Nonce"), Cause::MissingParameter, None, None, "all headers");
    check(
        &of(r#"{"a":1,"b":"四川"}"#, "Alipay-Signature"),
        Cause::SignatureMissing,
        None,
        None,
        "believe nothing",
    );
}
