//! A client with a fixed clock and fixed numbers, and what Alipay would say to it. The keys are those of the vectors.

use std::sync::{Arc, LazyLock};

use alipay_api::http::{HttpRequest, HttpResponse};
use alipay_api::sign::{
    Empties, PrivateKey, SignType, canonical_bytes, encode_signature, parse_form, percent_encode,
};
use alipay_api::{
    CallOptions, Clock, Config, ConfigBuilder, Error, Exchange, Nonce, RawOperation, Retry, Step, Verified,
};
use serde_json::Value;

pub(crate) const APP_ID: &str = "2021000000000000";
pub(crate) const METHOD: &str = "alipay.marketing.voucher.query";
pub(crate) const NODE: &str = "alipay_marketing_voucher_query_response";
/// 2024-05-20 13:14:15 in Beijing, when the certificates of the vectors are valid.
pub(crate) const NOW: i64 = 1_716_182_055_000;

fn vectors(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

static KEYS: LazyLock<Value> = LazyLock::new(|| vectors(include_str!("../../../vectors/keys.json")));
static CERTIFICATES: LazyLock<Value> = LazyLock::new(|| vectors(include_str!("../../../vectors/certs.json")));

/// A form of a key of the vectors, such as `private_pkcs8_pem`.
pub(crate) fn key_text(name: &str, form: &str) -> &'static str {
    KEYS["keys"][name][form].as_str().unwrap()
}

pub(crate) fn key(name: &str) -> PrivateKey {
    PrivateKey::parse(key_text(name, "private_pkcs8_pem")).unwrap()
}

pub(crate) fn ours() -> PrivateKey {
    key("app_rsa2")
}

pub(crate) fn alipays() -> PrivateKey {
    key("alipay_rsa2")
}

pub(crate) fn content_key() -> &'static str {
    KEYS["aes_keys_base64"]["aes128"].as_str().unwrap()
}

pub(crate) fn certificate(id: &str) -> &'static str {
    let all = CERTIFICATES["certs"].as_array().unwrap();
    all.iter().find(|certificate| certificate["id"] == id).unwrap()["pem"].as_str().unwrap()
}

pub(crate) fn roots() -> &'static str {
    CERTIFICATES["root_bundle"].as_str().unwrap()
}

#[derive(Debug)]
pub(crate) struct Fixed(pub(crate) i64);

impl Clock for Fixed {
    fn now_unix_millis(&self) -> i64 {
        self.0
    }
}

impl Nonce for Fixed {
    fn next(&self) -> String {
        "0123456789abcdef0123456789abcdef".to_owned()
    }
}

fn without_trust(millis: i64) -> ConfigBuilder {
    ConfigBuilder::new(APP_ID, Arc::new(Fixed(millis)), Arc::new(Fixed(millis)))
        .private_key(key_text("app_rsa2", "private_pkcs8_pem"))
        .retry(Retry::NONE)
}

pub(crate) fn builder_at(millis: i64) -> ConfigBuilder {
    without_trust(millis).alipay_public_key(alipays().public_key().to_spki_pem())
}

pub(crate) fn builder() -> ConfigBuilder {
    builder_at(NOW)
}

pub(crate) fn config() -> Config {
    builder().build().unwrap()
}

pub(crate) fn certificate_builder() -> ConfigBuilder {
    without_trust(NOW)
        .app_certificate(certificate("app_cert"))
        .alipay_certificate(certificate("alipay_cert"))
        .alipay_root_certificate(roots())
}

pub(crate) fn gateway() -> RawOperation {
    RawOperation::gateway(METHOD)
}

/// The next request of an exchange.
pub(crate) fn sent(exchange: &mut Exchange) -> HttpRequest {
    match exchange.step() {
        Step::Send(request) => request,
        other => panic!("not sent: {other:?}"),
    }
}

pub(crate) fn done(exchange: &mut Exchange) -> Result<Verified, Error> {
    match exchange.step() {
        Step::Done(result) => *result,
        other => panic!("not done: {other:?}"),
    }
}

/// What is signed for a call, and what is sent.
pub(crate) fn spelled(
    config: &Config,
    operation: RawOperation,
    options: CallOptions,
) -> (String, HttpRequest) {
    let mut exchange = Exchange::new(config, operation, options);
    let text = exchange.text_to_sign().unwrap();
    (String::from_utf8(text).unwrap(), sent(&mut exchange))
}

/// All parameters of a v2 request, from URL and body, as bytes.
pub(crate) fn parameters(request: &HttpRequest) -> Vec<(Vec<u8>, Vec<u8>)> {
    let mut pairs = parse_form(request.url.split_once('?').unwrap().1.as_bytes()).unwrap();
    pairs.extend(parse_form(&request.body).unwrap());
    pairs
}

pub(crate) fn parameter(request: &HttpRequest, name: &str) -> Option<String> {
    let found = parameters(request).into_iter().find(|(known, _)| known == name.as_bytes());
    found.map(|(_, value)| String::from_utf8(value).unwrap())
}

/// What a client makes of an answer.
pub(crate) fn answered(
    config: &Config,
    operation: RawOperation,
    answer: HttpResponse,
) -> Result<Verified, Error> {
    let mut exchange = Exchange::new(config, operation, CallOptions::new());
    let _ = sent(&mut exchange);
    exchange.on_response(answer);
    done(&mut exchange)
}

pub(crate) fn signature(key: &PrivateKey, bytes: &[u8]) -> String {
    encode_signature(&key.sign(SignType::Rsa2, bytes).unwrap())
}

pub(crate) fn ok(body: impl Into<Vec<u8>>) -> HttpResponse {
    HttpResponse::new(200, vec![("trace_id".into(), "0a1b2c".into())], body.into())
}

/// A v2 answer as the gateway signs it.
pub(crate) fn signed(node: impl AsRef<[u8]>) -> HttpResponse {
    let node = node.as_ref();
    let signature = signature(&alipays(), node);
    ok([format!("{{\"{NODE}\":").as_bytes(), node, format!(",\"sign\":\"{signature}\"}}").as_bytes()]
        .concat())
}

/// A v3 answer as Alipay signs it.
pub(crate) fn rest_signed(status: u16, body: impl AsRef<[u8]>) -> HttpResponse {
    let body = body.as_ref();
    let signature = signature(&alipays(), &[b"1700000000001\nresp-nonce\n", body, b"\n"].concat());
    let headers = [
        ("alipay-timestamp", "1700000000001"),
        ("alipay-nonce", "resp-nonce"),
        ("alipay-signature", signature.as_str()),
        ("alipay-trace-id", "0a1b2c"),
    ];
    let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
    HttpResponse::new(status, headers, body.to_vec())
}

/// The body of a notification as Alipay sends it; `covered` says which parameters are signed.
pub(crate) fn notified(pairs: &[(&str, &[u8])], covered: impl Fn(&str) -> bool, empties: Empties) -> Vec<u8> {
    let signed: Vec<_> = pairs
        .iter()
        .filter(|(name, _)| covered(name))
        .map(|(name, value)| (name.as_bytes().to_vec(), value.to_vec()))
        .collect();
    let signature = signature(&alipays(), &canonical_bytes(&signed, empties));
    let mut body: Vec<_> =
        pairs.iter().map(|(name, value)| format!("{name}={}", percent_encode(value))).collect();
    body.push(format!("sign={}", percent_encode(signature.as_bytes())));
    body.join("&").into_bytes()
}
