//! Answers with texts that are cut, in another charset, or no JSON: neither an error code nor a success is lost.

use crate::common::{ALIPAYS, builder, envelope, ok, sent};
use alipay_core::http::{HttpResponse, Verb};
use alipay_core::sign::{SignType, encode_signature};
use alipay_core::{CallOptions, Error, Exchange, Outcome, RawOperation, Retry, Step, Verified};

const NODE: &str = "alipay_trade_pay_response";

/// What comes, and what is read of it.
const TEXTS: [(&str, &[u8], &str); 13] = [
    ("GBK, a backslash in a character, cut", b"\xD5\x5C\xCB", "誠\u{FFFD}"),
    ("GBK, a brace in a character, cut", b"\xD5\x7D\xCB", "諁\u{FFFD}"),
    ("GBK, cut", b"\xCB\xC4\xB4\xA8\xB4", "四川\u{FFFD}"),
    ("UTF-8, cut", b"\xE5\x9B\x9B\xE5\xB7", "四\u{FFFD}"),
    ("UTF-8, an escape after it", b"\xE5\x9B\x9B\\\"\xE5", "四\"\u{FFFD}"),
    ("no charset at all", b"\xFF\xFF", "\u{FFFD}\u{FFFD}"),
    ("UTF-8, a first half alone", b"\xE5\x9B\x9B\\ud83d", "四\u{FFFD}"),
    ("a second half alone", b"\\uDE00!", "\u{FFFD}!"),
    ("halves of two pairs", b"\\ud83d\\ud83d\\ude00\\\\ud83d", "\u{FFFD}😀\\ud83d"),
    ("an escape that is cut", b"\\ud83d\\u4e2d", "\u{FFFD}中"),
    ("a tab", b"a\tb", "a\tb"),
    ("a line break", b"a\r\nb", "a\r\nb"),
    ("NUL", b"a\0b", "a\0b"),
];

fn answered(charset: &str, operation: RawOperation, response: HttpResponse) -> Result<Verified, Error> {
    let config = builder().charset(charset).retry(Retry::NONE).build().unwrap();
    let mut exchange = Exchange::new(&config, operation, CallOptions::new());
    let _ = sent(&mut exchange);
    exchange.on_response(response);
    match exchange.step() {
        Step::Done(result) => *result,
        other => panic!("not done: {other:?}"),
    }
}

fn gateway(charset: &str, body: Vec<u8>) -> Result<Verified, Error> {
    answered(charset, RawOperation::gateway("alipay.trade.pay"), ok(body))
}

fn rest(status: u16, body: &[u8], is_signed: bool) -> Result<Verified, Error> {
    let text = [b"1\nn\n", body, b"\n"].concat();
    let signature = encode_signature(&ALIPAYS.sign(SignType::Rsa2, &text).unwrap());
    let headers =
        [("alipay-timestamp", "1"), ("alipay-nonce", "n"), ("alipay-signature", signature.as_str())];
    let headers = headers.iter().filter(|_| is_signed);
    let headers = headers.map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let operation = RawOperation::rest(Verb::Post, "/v3/x");
    answered("UTF-8", operation, HttpResponse::new(status, headers, body.to_vec()))
}

#[test]
fn a_text_that_cannot_be_read_hides_no_error_of_the_gateway() {
    for (case, text, expected) in TEXTS {
        let head = br#"{"code":"40004","msg":"Business Failed","sub_code":"ACQ.TRADE_HAS_CLOSE","sub_msg":""#;
        let node = [head, text, b"\"}"].concat();
        let unsigned = [b"{\"", NODE.as_bytes(), b"\":", &node, b"}"].concat();
        for charset in ["UTF-8", "GBK"] {
            for (body, outcome) in
                [(envelope(NODE, &node), Outcome::Rejected), (unsigned.clone(), Outcome::Unknown)]
            {
                let error = gateway(charset, body).unwrap_err();
                assert_eq!(error.sub_code(), "ACQ.TRADE_HAS_CLOSE", "{case}, {charset}: {error}");
                assert_eq!(error.outcome(), outcome, "{case}, {charset}");
                if charset == "UTF-8" {
                    assert_eq!(error.api().unwrap().sub_message, expected, "{case}");
                }
            }
        }
    }
}

#[test]
fn a_success_stays_a_success_whatever_its_texts_hold() {
    for (case, text, expected) in TEXTS {
        let members = [br#""trade_no":"2024","buyer_name":""#, text, b"\"}"].concat();
        let node = [br#"{"code":"10000","msg":"Success","#, members.as_slice()].concat();
        let object = [b"{", members.as_slice()].concat();
        let fields = |read: Result<Verified, Error>| {
            let fields = read.unwrap_or_else(|error| panic!("{case}: {error}")).fields().clone();
            assert_eq!(fields["trade_no"], "2024", "{case}");
            fields
        };
        assert_eq!(fields(gateway("UTF-8", envelope(NODE, &node)))["buyer_name"], *expected, "{case}");
        let v3 = fields(rest(200, &object, true));
        assert!(case.starts_with("GBK") || v3["buyer_name"] == *expected, "{case}");
    }
}

#[test]
fn a_text_that_cannot_be_read_hides_no_error_of_v3() {
    for (case, text, expected) in TEXTS {
        let body = [br#"{"code":"ACTIVITY_IS_END","message":""#, text, b"\"}"].concat();
        for (is_signed, outcome) in [(true, Outcome::Rejected), (false, Outcome::Unknown)] {
            let error = rest(400, &body, is_signed).unwrap_err();
            assert_eq!((error.code(), error.outcome()), ("ACTIVITY_IS_END", outcome), "{case}: {error}");
            assert!(case.starts_with("GBK") || error.api().unwrap().message == *expected, "{case}");
        }
    }
}

#[test]
fn a_text_that_was_cut_does_not_swallow_what_stands_after_it() {
    let node = b"{\"code\":\"40004\",\"msg\":\"\xCB\",\"sub_code\":\"isv.x\",\"sub_msg\":\"\xD5\x5C\"}";
    let error = gateway("UTF-8", envelope(NODE, node)).unwrap_err();
    assert_eq!((error.sub_code(), error.outcome()), ("isv.x", Outcome::Rejected));
    assert_eq!(error.api().unwrap().sub_message, "誠");
}

#[test]
fn a_text_of_v3_that_is_cut_changes_no_other_text() {
    let body = ["{\"name\":\"优惠\",\"shop\":\"优惠".as_bytes(), b"\xE4\xBC\",\"n\":\"1\"}"].concat();
    let read = rest(200, &body, true).unwrap();
    let expected = serde_json::json!({"name": "优惠", "shop": "优惠\u{FFFD}", "n": "1"});
    assert_eq!(serde_json::Value::from(read.fields().clone()), expected);
}

#[test]
fn what_is_no_object_is_not_made_one() {
    for node in [&b"[1]"[..], b"{\"code\":\"40004\"", b"{\"code\":\"\\x\"}", b"{\"code\":\"40004\"\t\0}"] {
        let body = [b"{\"", NODE.as_bytes(), b"\":", node, b"}"].concat();
        let error = gateway("UTF-8", body).unwrap_err();
        assert_eq!((error.code(), error.outcome()), ("", Outcome::Unknown), "{node:?}");
    }
    for body in [&b"[1]"[..], b"{\"code\":\"X\"", b"{\"code\":\"X\"}}"] {
        assert_eq!(rest(400, body, true).unwrap_err().code(), "", "{body:?}");
    }
}

#[test]
fn names_from_outside_are_shown_on_one_line_and_cut() {
    let name = format!("a\\n\\u001b[2K\\u2028b{}", "x".repeat(100_000));
    for body in [
        format!(r#"{{"{name}":1}}"#),
        format!(r#"{{"{name}":1,"{name}":1}}"#),
        format!(r#"{{"{NODE}":{{"code":"10000"}},"alipay_cert_sn":"{name}","sign":"AAAA"}}"#),
    ] {
        let told = gateway("UTF-8", body.clone().into_bytes()).unwrap_err().to_string();
        assert!(told.chars().count() < 500 && !told.contains(['\n', '\u{1b}', '\u{2028}']), "{told}");
        let told = builder().build().unwrap().verify_app_result_raw("alipay.trade.pay", &body);
        assert!(told.unwrap_err().to_string().chars().count() < 500);
    }
    let told = gateway("UTF-8", b"{\"a\\n\":1}".to_vec()).unwrap_err().to_string();
    assert!(told.contains(r"but [a\n]"), "{told}");
}

#[test]
fn what_an_error_says_is_shown_on_one_line_and_cut() {
    let message = format!("a\\nINFO payment 123 paid\\u001b[2K\\u2066\\u200b\\ufeff{}", "x".repeat(100_000));
    let v2 = format!(r#"{{"error_response":{{"code":"40004","msg":"{message}","sub_msg":"{message}"}}}}"#);
    let v3 = format!(r#"{{"code":"{message}","message":"{message}"}}"#);
    for error in [gateway("UTF-8", v2.into_bytes()), rest(400, v3.as_bytes(), false)] {
        let error = error.unwrap_err();
        let told = error.to_string();
        assert!(
            told.chars().count() < 700
                && !told.contains(['\n', '\u{1b}', '\u{2066}', '\u{200b}', '\u{feff}']),
            "{told}"
        );
        assert!(error.api().unwrap().message.len() > 100_000, "whole where it is asked for");
    }
}
