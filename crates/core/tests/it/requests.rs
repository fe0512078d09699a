//! Requests, byte for byte, against the texts of the protocol descriptions.

use crate::common::{APP_ID, NONCE, OURS, builder, builder_at, config, sent};
use alipay_core::http::{HttpRequest, Verb};
use alipay_core::sign::decode_signature;
use alipay_core::sign::{SignType, encode_signature, parse_form, percent_encode};
use alipay_core::{CallOptions, Download, Exchange, RawOperation};
use serde_json::json;
use sha2::{Digest, Sha256};

const BIZ_CONTENT: &str = r#"{"voucher_id":"20170616000730020041006ZYE2V","memo":"优酷 a+b&c=d%/"}"#;

fn voucher_query() -> RawOperation {
    RawOperation::gateway("alipay.marketing.voucher.query").param("biz_content", BIZ_CONTENT)
}

fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn the_gateway_text_is_that_of_protocol_v2_14_1() {
    let text = Exchange::new(&config(), voucher_query(), CallOptions::new()).text_to_sign().unwrap();
    assert_eq!(
        String::from_utf8(text).unwrap(),
        format!(
            "app_id={APP_ID}&biz_content={BIZ_CONTENT}&charset=UTF-8&format=json&\
             method=alipay.marketing.voucher.query&sign_type=RSA2&timestamp=2024-01-02 03:04:05&version=1.0"
        )
    );
}

#[test]
fn the_gateway_text_in_either_charset_has_the_digest_of_protocol_v2_14_1() {
    let digest = |charset: &str| {
        let config = builder().charset(charset).build().unwrap();
        sha256(&Exchange::new(&config, voucher_query(), CallOptions::new()).text_to_sign().unwrap())
    };
    assert_eq!(digest("UTF-8"), "e192b5b3b25fad7f13bbbb53a696fd1b3a4419a25d11a9582b7679584b683a6b");
    assert_eq!(digest("GBK"), "0459a10c1b99ca3a4234d333ebaa84c7d052793946a47010b2f5a4256db9577f");
}

#[test]
fn a_gateway_request_sends_what_it_signed() {
    let config = builder().charset("GBK").build().unwrap();
    let options =
        CallOptions::new().app_auth_token("merchant-token").notify_url("https://example.com/n?a=1&b=2");
    let mut exchange = Exchange::new(&config, voucher_query(), options);
    let text = exchange.text_to_sign().unwrap();
    let request = sent(&mut exchange);

    assert_eq!(request.verb, Verb::Post);
    assert_eq!(request.header("Content-Type"), Some("application/x-www-form-urlencoded;charset=GBK"));
    assert_eq!(request.header("alipay-request-id"), Some(NONCE));
    let (address, query) = request.url.split_once('?').unwrap();
    assert_eq!(address, "https://openapi.alipay.com/gateway.do");
    assert!(!query.contains("merchant-token"), "tokens stay out of the URL");

    let mut pairs = parse_form(query.as_bytes()).unwrap();
    pairs.extend(parse_form(&request.body).unwrap());
    let at = pairs.iter().position(|(name, _)| name == b"sign").unwrap();
    let (_, signature) = pairs.remove(at);
    pairs.sort();
    let rebuilt: Vec<_> = pairs.iter().map(|(name, value)| [name.as_slice(), b"=", value].concat()).collect();
    assert_eq!(rebuilt.join(&b"&"[..]), text);
    let signature = decode_signature(std::str::from_utf8(&signature).unwrap()).unwrap();
    OURS.public_key().verify(SignType::Rsa2, &text, &signature).unwrap();
}

#[test]
fn blank_parameters_are_neither_signed_nor_sent() {
    let operation = voucher_query().param("memo", "  ").param("zero", "0");
    let mut exchange = Exchange::new(&config(), operation, CallOptions::new().return_url(""));
    let text = String::from_utf8(exchange.text_to_sign().unwrap()).unwrap();
    let request = sent(&mut exchange);
    assert!(!text.contains("memo=  ") && !text.contains("return_url"));
    assert!(text.ends_with("&version=1.0&zero=0"));
    assert!(request.body.ends_with(b"&zero=0") && !request.url.contains("return_url"));
}

#[test]
fn a_parameter_given_twice_is_refused_by_name() {
    let operation = voucher_query().param("charset", "GBK");
    let error = Exchange::new(&config(), operation, CallOptions::new()).text_to_sign().unwrap_err();
    assert_eq!(
        error.to_string(),
        "alipay.marketing.voucher.query: charset: given twice; give it once: as a field, as an option, or not at all \
         where this crate sets it"
    );
}

#[test]
fn a_character_outside_the_charset_is_an_error_before_sending() {
    let config = builder().charset("GBK").build().unwrap();
    let operation = RawOperation::gateway("a.b").biz_content(json!({"memo": "😀"}));
    let error = Exchange::new(&config, operation, CallOptions::new()).text_to_sign().unwrap_err();
    assert!(error.to_string().contains("biz_content") && error.to_string().contains("U+1F600"), "{error}");
}

const APPEND: &str = r#"{"activity_id":"2016042700826004508401111111","merchant_access_mode":"AGENCY_MODE","out_biz_no":"B1","voucher_quantity":100}"#;

fn rest_text(operation: RawOperation, options: CallOptions) -> Vec<u8> {
    let config = builder_at(1_700_000_000_000).build().unwrap();
    Exchange::new(&config, operation, options).text_to_sign().unwrap()
}

#[test]
fn the_rest_texts_are_those_of_protocol_v3_2_3() {
    let path = |name: &str| format!("/v3/alipay/marketing/activity/voucher/{name}");
    let body = serde_json::from_str(APPEND).unwrap();
    let append = rest_text(RawOperation::rest(Verb::Post, path("append")).body(body), CallOptions::new());
    assert_eq!(append.len(), 262);
    assert_eq!(sha256(&append), "3a0b09e4eb819eb425ee24cd73167b7e9395c52cd6a9b23bd652977695b8bf96");

    let query = RawOperation::rest(Verb::Get, path("query"))
        .query("activity_id", "2016042700826004508401111111")
        .query("merchant_access_mode", "AGENCY_MODE");
    let query = rest_text(query, CallOptions::new());
    assert_eq!(sha256(&query), "6223c96f371459ef26f572be27fa47814ce9329ac572ddb316546c21eaa6708e");

    let escaped = RawOperation::rest(Verb::Get, path("query")).query("activity_id", "a b+中");
    let escaped = rest_text(escaped, CallOptions::new().app_auth_token("202212BB_TOKEN"));
    assert_eq!(sha256(&escaped), "80e6c58b1be855585a42d0d1ab2cc3ba4f81863e062f2f983267bf01885efdcd");
}

#[test]
fn a_rest_request_sends_what_it_signed() {
    let body = serde_json::from_str(APPEND).unwrap();
    let operation = RawOperation::rest(Verb::Post, "/v3/alipay/x").query("q", "a b").body(body);
    let mut exchange = Exchange::new(&config(), operation, CallOptions::new().app_auth_token(" token "));
    let text = exchange.text_to_sign().unwrap();
    let request = sent(&mut exchange);

    assert_eq!(request.url, "https://openapi.alipay.com/v3/alipay/x?q=a%20b");
    assert_eq!(request.body, APPEND.as_bytes());
    assert_eq!(request.header("content-type"), Some("application/json"));
    assert_eq!(request.header("alipay-app-auth-token"), Some("token"));
    let authorization = request.header("authorization").unwrap();
    let (auth, signature) =
        authorization.strip_prefix("ALIPAY-SHA256withRSA ").unwrap().split_once(",sign=").unwrap();
    assert_eq!(auth, format!("app_id={APP_ID},nonce={NONCE},timestamp=1704135845000"));
    assert_eq!(text, format!("{auth}\nPOST\n/v3/alipay/x?q=a%20b\n{APPEND}\ntoken\n").into_bytes());
    OURS.public_key().verify(SignType::Rsa2, &text, &decode_signature(signature).unwrap()).unwrap();
}

#[test]
fn additional_auth_info_stands_behind_the_timestamp_and_is_signed() {
    let config = builder().additional_auth_info("expired_seconds=120,additional=x1").build().unwrap();
    let mut exchange =
        Exchange::new(&config, RawOperation::rest(Verb::Get, "/v3/alipay/x"), CallOptions::new());
    let text = String::from_utf8(exchange.text_to_sign().unwrap()).unwrap();
    let auth =
        format!("app_id={APP_ID},nonce={NONCE},timestamp=1704135845000,expired_seconds=120,additional=x1");
    assert_eq!(text, format!("{auth}\nGET\n/v3/alipay/x\n\n"));
    let request = sent(&mut exchange);
    let authorization = request.header("authorization").unwrap();
    assert!(authorization.starts_with(&format!("ALIPAY-SHA256withRSA {auth},sign=")), "{authorization}");
}

#[test]
fn additional_auth_info_cannot_break_out_of_the_header_or_say_something_twice() {
    for (text, seen) in [
        ("", "\"\""),
        ("a", "\"a\""),
        ("a=1,", "\"\""),
        ("a=", "\"a\""),
        ("a=1, b=2", "\" b\""),
        ("a=1\r\nx: y", "\"a\""),
        ("a=中", "\"a\""),
        ("a=1,sign=secret", "\"sign\""),
        ("nonce=1", "\"nonce\""),
        ("Sign=secret", "\"Sign\""),
        ("a=1,b=2,a=3", "\"a\""),
        ("a=1,A=1", "\"A\""),
    ] {
        let error = builder().additional_auth_info(text).build().unwrap_err();
        assert_eq!(error.field(), "additional_auth_info");
        assert!(error.to_string().contains(&format!(": {seen};")), "{text:?}: {error}");
        assert!(!error.to_string().contains("secret"), "{error}");
    }
}

#[test]
fn a_rest_request_without_body_sends_none_and_signs_an_empty_line() {
    let mut exchange =
        Exchange::new(&config(), RawOperation::rest(Verb::Get, "/v3/alipay/x"), CallOptions::new());
    assert!(exchange.text_to_sign().unwrap().ends_with(b"GET\n/v3/alipay/x\n\n"));
    let request = sent(&mut exchange);
    assert!(request.body.is_empty() && request.header("content-type").is_none());
}

#[test]
fn a_signature_from_outside_takes_the_place_of_the_signer() {
    let mut exchange = Exchange::new(&config(), voucher_query(), CallOptions::new());
    let text = exchange.text_to_sign().unwrap();
    exchange.provide_signature(vec![7; 256]);
    let request = sent(&mut exchange);
    let expected = percent_encode(encode_signature(&[7; 256]).as_bytes());
    assert!(request.url.ends_with(&format!("&sign={expected}")), "{}", request.url);
    assert!(!text.is_empty());
}

#[test]
fn wrong_settings_are_named_with_what_was_seen_and_the_fix() {
    let error = |builder: alipay_core::ConfigBuilder| builder.build().unwrap_err().to_string();
    assert_eq!(
        error(builder().gateway("http://openapi.alipay.com/gateway.do")),
        "gateway: \"http://openapi.alipay.com/gateway.do\"; use https; http is for addresses of this machine only"
    );
    assert_eq!(
        error(builder().endpoint("https://openapi.alipay.com/v3")),
        "endpoint: \"https://openapi.alipay.com/v3\"; leave scheme, host and port only: the path is part of what is signed"
    );
    assert!(error(builder().gateway("openapi.alipay.com")).starts_with("gateway: "));
    assert!(error(builder().gateway("https://a#b")).contains("fragment"));
    assert!(error(builder().charset("latin1")).starts_with("charset: unknown charset"));
    let own = error(builder().alipay_public_key(OURS.public_key().to_spki_base64()));
    assert!(own.starts_with("alipay_public_key: the application's own key"), "{own}");
    let swapped = error(builder().private_key(OURS.public_key().to_spki_pem()));
    assert!(swapped.starts_with("private_key: ") && swapped.contains("public key"), "{swapped}");
    assert!(
        builder().gateway("http://127.0.0.1:8080/gateway.do?x=1").endpoint("http://[::1]:1").build().is_ok()
    );
}

#[test]
fn nothing_secret_is_shown() {
    let config = config();
    let options = CallOptions::new().app_auth_token("secret-token").auth_token("secret-token");
    let mut exchange = Exchange::new(&config, voucher_query(), options);
    let request = sent(&mut exchange);
    let shown = format!("{config:?} {exchange:?} {request:?} {:?}", builder());
    let key = OURS.to_pkcs8_base64();
    assert!(!shown.contains("secret-token") && !shown.contains(key.expose().get(40..80).unwrap()));
    assert!(!shown.contains("ZYE2V"), "nor is what is sent: {shown}");
}

#[test]
fn nothing_that_is_secret_in_an_address_is_shown() {
    for address in [
        "https://shop:hunter2@gw.example.com/gateway.do",
        "https://shop:hun@ter2@gw.example.com/gateway.do",
        "https://shop:hun/ter2@gw.example.com/gateway.do",
        "https://shop:hunt?er2@gw.example.com/gateway.do",
        "https://shop:hun/te?r2@gw.example.com/gateway.do",
        "https://shop:hun/te#r2@gw.example.com/gateway.do",
        "https://shop:hun@te?r2@gw.example.com/gateway.do",
        "https://shop:hunt#er2@gw.example.com/gateway.do",
        "shop:hunter2@gw.example.com/gateway.do",
        "http://10.0.0.1/gateway.do?token=hunter2",
        "http://10.0.0.1/gateway.do?token=hunter2&to=https://b@c",
        "https://gw.example.com/gateway.do#hunter2",
    ] {
        let shown = [
            builder().gateway(address).build().unwrap_err().to_string(),
            builder().endpoint(address).build().unwrap_err().to_string(),
            Download::new(address).request().unwrap_err().to_string(),
            format!("{:?}", Download::new(address)),
            format!("{:?}", builder().gateway(address).endpoint(address)),
            format!("{:?}", HttpRequest::new(Verb::Get, address)),
        ];
        for text in shown {
            assert!(!["hun", "er2", "@te", "r2@"].iter().any(|part| text.contains(part)), "{text}");
        }
    }
    let config = builder().gateway("https://gw.example.com/gateway.do?token=hunter2").build().unwrap();
    let shown = format!("{config:?}");
    assert!(shown.contains("https://gw.example.com/gateway.do") && !shown.contains("hunter2"), "{shown}");
}
