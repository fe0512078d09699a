//! What a caller cannot mean is an error that names it, before anything is sent.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use alipay_core::http::Verb;
use alipay_core::sign::ContentCipher;
use alipay_core::{
    CallOptions, ConfigBuilder, Error, ErrorKind, Exchange, Nonce, Outcome, RawOperation, Step, UploadFile,
};
use serde_json::json;

use crate::common::{ALIPAYS, APP_ID, Fixed, OURS, config};
use crate::vectors::content_key;

/// The error that ends a call before it is sent.
fn refused(operation: RawOperation, options: CallOptions) -> Error {
    match Exchange::new(&config(), operation, options).step() {
        Step::Done(result) => result.unwrap_err(),
        other => panic!("not refused: {other:?}"),
    }
}

/// The same, as text.
fn refusal(operation: RawOperation, options: CallOptions) -> String {
    let error = refused(operation, options);
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::Config, Outcome::NotSent), "{error}");
    error.to_string()
}

fn sent_url(operation: RawOperation) -> String {
    crate::common::sent(&mut Exchange::new(&config(), operation, CallOptions::new())).url
}

#[test]
fn a_path_that_could_lead_elsewhere_is_refused() {
    for (path, seen) in [
        ("", "does not begin with `/`"),
        ("v3/x", "does not begin with `/`"),
        ("@evil.example.com/x", "does not begin with `/`"),
        (".evil.example.com/x", "does not begin with `/`"),
        (":1/x", "does not begin with `/`"),
        ("/v3/../x", "the segment `..`"),
        ("/v3/./x", "the segment `.`"),
        ("/v3/x/..", "the segment `..`"),
        ("/v3/%2e%2E/x", "the segment `%2e%2E`"),
        ("/v3/a#b", "'#'"),
        ("/v3/a b", "' '"),
        ("/v3/a\\b", "'\\\\'"),
        ("/v3/a\r\nhost: b", "'\\r'"),
        ("/v3/{id}/x", "'{'"),
        ("/v3/优酷", "'优'"),
        ("/v3/100%", "'%'"),
        ("/v3/%2", "'%'"),
        ("/v3/%优", "'%'"),
        ("/v3/x?a=b c", "' '"),
        ("/v3/x?a#b", "'#'"),
    ] {
        let operation = RawOperation::rest(Verb::Post, path).body(json!({}));
        let error = refusal(operation, CallOptions::new().app_auth_token("token"));
        assert!(error.contains("path: ") && error.contains(seen), "{path:?}: {error}");
    }
}

#[test]
fn a_path_is_sent_as_it_stands() {
    let all = "/v3/-._~!$&'()*+,;=:@/%E4%BC%98//a..b/...";
    assert_eq!(
        sent_url(RawOperation::rest(Verb::Get, all).query("q", "a/b?")),
        format!("https://openapi.alipay.com{all}?q=a%2Fb%3F")
    );
    let own = "/v3/x?q=a+b%2F/?&r";
    assert_eq!(sent_url(RawOperation::rest(Verb::Get, own)), format!("https://openapi.alipay.com{own}"));
    let twice = refusal(RawOperation::rest(Verb::Get, own).query("s", "1"), CallOptions::new());
    assert!(twice.contains("query: given twice"), "{twice}");
}

#[test]
fn a_field_of_the_other_protocol_is_named() {
    let rest = || RawOperation::rest(Verb::Post, "/v3/alipay/trade/pay");
    for (operation, name) in [
        (rest().biz_content(json!({"total_amount": "1"})), "biz_content"),
        (rest().body(json!({})).param("prod_code", "X"), "prod_code"),
    ] {
        let error = refusal(operation, CallOptions::new());
        assert!(error.contains(&format!("{name}: given to a path of v3")), "{error}");
    }
    let gateway = || RawOperation::gateway("alipay.trade.refund").biz_content(json!({"refund_amount": "1"}));
    for (operation, name) in [
        (gateway().body(json!({"refund_amount": "1"})), "body"),
        (gateway().body_text("{}"), "body"),
        (gateway().query("a", "b"), "a"),
    ] {
        let error = refusal(operation.clone(), CallOptions::new());
        assert!(error.contains(&format!("{name}: given to a method of v2")), "{error}");
        let page = config().page_url_raw(&operation, &CallOptions::new()).unwrap_err();
        assert_eq!(page.to_string(), error);
    }
}

#[test]
fn an_option_of_v2_is_named_where_a_path_of_v3_is_called() {
    let rest = || RawOperation::rest(Verb::Post, "/v3/alipay/trade/pay").body(json!({}));
    for (options, name) in [
        (CallOptions::new().notify_url("https://shop.example.com/n"), "notify_url"),
        (CallOptions::new().return_url("https://shop.example.com/r"), "return_url"),
        (CallOptions::new().auth_token("secret-token"), "auth_token"),
        (CallOptions::new().param("ws_service_url", "x"), "ws_service_url"),
    ] {
        let error = refusal(rest(), options.clone());
        assert!(error.contains(&format!("{name}: given with a path of v3")), "{error}");
        assert!(!error.contains("secret-token"));
        let gateway = RawOperation::gateway("alipay.x").biz_content(json!({}));
        let mut exchange = Exchange::new(&config(), gateway, options);
        assert!(exchange.text_to_sign().is_ok());
    }
}

/// Returns what no source of nonces returns.
#[derive(Debug)]
struct Odd(&'static str);

impl Nonce for Odd {
    fn next(&self) -> String {
        self.0.to_owned()
    }
}

fn builder_on(nonce: &'static str) -> ConfigBuilder {
    ConfigBuilder::new(APP_ID, Arc::new(Fixed(1_704_135_845_000)), Arc::new(Odd(nonce)))
        .private_key(OURS.to_pkcs8_pem().expose())
        .alipay_public_key(ALIPAYS.public_key().to_spki_pem())
}

#[test]
fn a_ciphertext_begins_with_16_bytes_of_the_nonce_or_there_is_none() {
    let vector = |nonce: &'static str, cipher: ContentCipher| {
        let config = builder_on(nonce).content_key(content_key("aes128")).content_cipher(cipher);
        let config = config.encrypt_always(true).build().unwrap();
        let operation = RawOperation::rest(Verb::Post, "/v3/x").body(json!({"a": 1}));
        let mut exchange = Exchange::new(&config, operation, CallOptions::new());
        match exchange.step() {
            Step::Send(request) => Ok(request.body),
            Step::Done(result) => Err(result.unwrap_err().to_string()),
            other => panic!("{other:?}"),
        }
    };
    for nonce in [
        "req-2024-01-02-zzzz",
        "0123456789abcdef",
        "0123456789abcdef0123456789abcdeg",
        "01234567-89ab-cdef-0123-456789abcdef",
        "0123456789abcdef0123456789abcdef00",
    ] {
        let error = vector(nonce, ContentCipher::AesV2).unwrap_err();
        assert!(error.contains("nonce: ") && !error.contains(nonce), "{error}");
        assert!(vector(nonce, ContentCipher::Aes).is_ok(), "the older cipher takes none");
    }
    // The first 15 bytes are 20 characters of base64.
    let body = vector("0123456789abcdef0123456789abcdef", ContentCipher::AesV2).unwrap();
    assert!(body.starts_with(b"ASNFZ4mrze8BI0VniavN"), "{}", String::from_utf8_lossy(&body));
}

#[test]
fn a_nonce_that_would_break_out_of_a_header_is_not_sent() {
    let too_long = "0".repeat(64).leak();
    for nonce in ["", "a b", "a\r\nhost: evil.example.com", "a,sign=b", "é", too_long] {
        let config = builder_on(nonce).build().unwrap();
        for operation in [RawOperation::rest(Verb::Get, "/v3/x"), RawOperation::gateway("alipay.x")] {
            let error = Exchange::new(&config, operation, CallOptions::new()).text_to_sign().unwrap_err();
            assert!(error.to_string().contains("nonce: "), "{error}");
        }
    }
}

/// Returns so many good numbers, and then one that would break out of a header.
#[derive(Debug)]
struct Tiring(AtomicUsize);

impl Nonce for Tiring {
    fn next(&self) -> String {
        let is_good = self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1));
        if is_good.is_ok() { "0".repeat(32) } else { "a\r\nhost: evil.example.com".to_owned() }
    }
}

#[test]
fn every_nonce_of_a_request_is_looked_at() {
    let file = || UploadFile::bytes("a.png", [1]);
    let rest = || RawOperation::rest(Verb::Post, "/v3/x");
    let gateway = || RawOperation::gateway("alipay.x");
    // Request id; nonce of the authorization; boundary.
    for (operation, needed) in
        [(gateway(), 1), (gateway().file("image", file()), 2), (rest(), 2), (rest().file("image", file()), 3)]
    {
        for good in 0..=needed {
            let source = Arc::new(Tiring(AtomicUsize::new(good)));
            let config = ConfigBuilder::new(APP_ID, Arc::new(Fixed(1_704_135_845_000)), source)
                .private_key(OURS.to_pkcs8_pem().expose())
                .alipay_public_key(ALIPAYS.public_key().to_spki_pem())
                .build()
                .unwrap();
            match Exchange::new(&config, operation.clone(), CallOptions::new()).step() {
                Step::Send(_) => assert_eq!(good, needed),
                Step::Done(result) => {
                    let error = result.unwrap_err().to_string();
                    assert!(good < needed && error.contains("nonce: "), "{error}");
                }
                other => panic!("{other:?}"),
            }
        }
    }
}
