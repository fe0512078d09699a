//! Pages and orders of operations without types.

use crate::common::{ALIPAYS, APP_ID, OURS, builder, config};
use alipay_core::http::Verb;
use alipay_core::sign::{
    Charset, Empties, SignType, canonical_bytes, decode_signature, encode_signature, parse_form,
};
use alipay_core::{AppStatus, CallOptions, ErrorKind, Outcome, RawOperation, UploadFile};

const METHOD: &str = "alipay.user.agreement.page.sign";
const BIZ_CONTENT: &str = r#"{"personal_product_code":"CYCLE_PAY_AUTH_P","memo":"优酷 a+b&c"}"#;

fn sign() -> RawOperation {
    RawOperation::gateway(METHOD).param("biz_content", BIZ_CONTENT)
}

/// The pairs of a query and its form fields, whose signature must hold.
fn held(query: &str, fields: &[(String, String)]) -> Vec<(String, String)> {
    let mut pairs = parse_form(query.as_bytes()).unwrap();
    pairs.extend(fields.iter().map(|(name, value)| (name.as_bytes().to_vec(), value.as_bytes().to_vec())));
    let at = pairs.iter().position(|(name, _)| name == b"sign").unwrap();
    let (_, signature) = pairs.remove(at);
    let signature = decode_signature(std::str::from_utf8(&signature).unwrap()).unwrap();
    let text = canonical_bytes(&pairs, Empties::Keep);
    OURS.public_key().verify(SignType::Rsa2, &text, &signature).unwrap();
    pairs
        .into_iter()
        .map(|(name, value)| (String::from_utf8(name).unwrap(), String::from_utf8(value).unwrap()))
        .collect()
}

fn value<'a>(pairs: &'a [(String, String)], name: &str) -> Option<&'a str> {
    pairs.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
}

#[test]
fn any_method_becomes_a_signed_page_url() {
    let options = CallOptions::new().return_url("https://shop.example.com/back?a=1&b=2");
    let url = config().page_url_raw(&sign(), &options).unwrap();
    let (address, query) = url.split_once('?').unwrap();
    assert_eq!(address, "https://openapi.alipay.com/gateway.do");
    let pairs = held(query, &[]);
    assert_eq!(value(&pairs, "method"), Some(METHOD));
    assert_eq!(value(&pairs, "biz_content"), Some(BIZ_CONTENT));
    assert_eq!(value(&pairs, "return_url"), Some("https://shop.example.com/back?a=1&b=2"));
}

#[test]
fn any_method_becomes_a_signed_form() {
    let form = config().page_form_raw(&sign(), &CallOptions::new().app_auth_token("token")).unwrap();
    let (_, query) = form.action().split_once('?').unwrap();
    let pairs = held(query, form.fields());
    assert_eq!(value(&pairs, "biz_content"), Some(BIZ_CONTENT));
    assert!(!query.contains("token") && value(form.fields(), "app_auth_token") == Some("token"));
}

#[test]
fn any_method_becomes_a_signed_order_string() {
    let order = config().order_string_raw(&sign(), &CallOptions::new().notify_url("https://n")).unwrap();
    assert!(order.starts_with(&format!("app_id={APP_ID}&biz_content=")), "{order}");
    assert_eq!(value(&held(&order, &[]), "notify_url"), Some("https://n"));
}

#[test]
fn what_a_browser_cannot_carry_is_refused_by_name() {
    let photo = UploadFile::bytes("a.png", b"png".to_vec());
    for (operation, seen) in [
        (RawOperation::rest(Verb::Post, "/v3/a"), "a path of v3"),
        (sign().file("photo", photo), "it has files"),
        (sign().param("charset", "GBK"), "given twice"),
    ] {
        let config = config();
        let options = CallOptions::new();
        for error in [
            config.page_url_raw(&operation, &options).unwrap_err(),
            config.page_form_raw(&operation, &options).unwrap_err(),
            config.order_string_raw(&operation, &options).unwrap_err(),
        ] {
            assert_eq!((error.kind(), error.outcome()), (ErrorKind::Config, Outcome::NotSent));
            assert!(error.to_string().contains(seen), "{error}");
        }
    }
    let gbk = builder().charset("GBK").build().unwrap();
    let unmappable = RawOperation::gateway(METHOD).param("biz_content", r#"{"memo":"😀"}"#);
    assert!(gbk.page_url_raw(&unmappable, &CallOptions::new()).unwrap_err().to_string().contains("U+1F600"));
}

#[test]
fn a_line_break_goes_into_a_url_and_not_into_a_form() {
    for line_break in ["\n", "\r\n", "\r"] {
        let json = format!("{{{line_break}\"memo\":\"a\"}}");
        let operation = RawOperation::gateway(METHOD).param("biz_content", &*json);
        let error = config().page_form_raw(&operation, &CallOptions::new()).unwrap_err();
        assert_eq!((error.kind(), error.outcome()), (ErrorKind::Config, Outcome::NotSent));
        let told = error.to_string();
        assert!(told.contains("biz_content: it holds a line break") && told.contains("page_url"), "{told}");
        let url = config().page_url_raw(&operation, &CallOptions::new()).unwrap();
        let (_, query) = url.split_once('?').unwrap();
        assert_eq!(value(&held(query, &[]), "biz_content"), Some(&*json));
    }
}

#[test]
fn the_result_of_any_order_is_verified() {
    let node = r#"{"code":"10000","msg":"Success","out_trade_no":"order-1"}"#;
    let signature = encode_signature(&ALIPAYS.sign(SignType::Rsa2, node.as_bytes()).unwrap());
    let result = format!(r#"{{"a_b_response":{node},"sign":"{signature}","sign_type":"RSA2"}}"#);
    let verified = config().verify_app_result_raw("a.b", &result).unwrap();
    assert_eq!(verified.fields()["out_trade_no"], "order-1");
    for forged in [result.replace("order-1", "order-2"), result.replace("a_b", "a_c")] {
        assert!(config().verify_app_result_raw("a.b", &forged).is_err(), "{forged}");
    }
}

/// A result as the mobile SDK hands it on; `charset` is that of the gateway that signed it.
fn app_result(node: &str, charset: &str) -> String {
    let bytes = Charset::parse(charset).unwrap().encode(node).unwrap().into_owned();
    let signature = encode_signature(&ALIPAYS.sign(SignType::Rsa2, &bytes).unwrap());
    format!(r#"{{"a_b_response":{node},"sign":"{signature}","sign_type":"RSA2"}}"#)
}

#[test]
fn a_result_of_a_gbk_order_is_verified_whichever_bytes_were_signed() {
    let node = r#"{"code":"10000","msg":"Success","subject":"四川"}"#;
    let gbk = builder().charset("GBK").build().unwrap();
    for charset in ["GBK", "UTF-8"] {
        let verified = gbk.verify_app_result_raw("a.b", &app_result(node, charset)).unwrap();
        assert_eq!(verified.fields()["subject"], "四川", "signed in {charset}");
    }
    let outside_gbk = app_result(&node.replace("四川", "😀"), "UTF-8");
    assert_eq!(gbk.verify_app_result_raw("a.b", &outside_gbk).unwrap().fields()["subject"], "😀");
    let forged = app_result(node, "GBK").replace("四川", "四");
    assert_eq!(gbk.verify_app_result_raw("a.b", &forged).unwrap_err().kind(), ErrorKind::Signature);
}

#[test]
fn a_result_is_read_with_what_the_phone_says_of_it() {
    let paid = app_result(r#"{"code":"10000","msg":"Success","out_trade_no":"order-1"}"#, "UTF-8");
    let read = config().parse_app_result_raw("a.b", "9000", "", &paid).unwrap();
    assert_eq!(read.status, AppStatus::Success);
    assert_eq!(read.answer.unwrap().fields()["out_trade_no"], "order-1");
    for (status, expected) in [
        ("6001", AppStatus::Cancelled),
        ("6002", AppStatus::NetworkFailed),
        ("8000", AppStatus::Processing),
        ("5000", AppStatus::Repeated),
        ("4000", AppStatus::Failed),
    ] {
        let read = config().parse_app_result_raw("a.b", status, "支付已取消", "").unwrap();
        assert_eq!((read.status, read.memo.as_str()), (expected, "支付已取消"));
        assert!(read.answer.is_none());
    }
    let read = config().parse_app_result_raw("a.b", "6004", "", " ").unwrap();
    assert_eq!(read.status.as_str(), "6004", "one that is not listed is kept");
    for forged in [paid.replace("order-1", "order-2"), "{}".to_owned()] {
        assert!(config().parse_app_result_raw("a.b", "9000", "", &forged).is_err(), "{forged}");
    }
}
