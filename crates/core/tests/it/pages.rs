//! Pages and orders of operations without types.

use crate::common::{ALIPAYS, APP_ID, OURS, builder, config};
use alipay_core::http::Verb;
use alipay_core::sign::{Empties, SignType, canonical_bytes, decode_signature, encode_signature, parse_form};
use alipay_core::{CallOptions, ErrorKind, Outcome, RawOperation, UploadFile};

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
