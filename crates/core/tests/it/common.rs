//! Keys, a fixed clock and fixed nonces for the tests of this crate.

use std::sync::{Arc, LazyLock};

use alipay_core::http::{HttpRequest, HttpResponse};
use alipay_core::sign::{PrivateKey, SignType, encode_signature};
use alipay_core::{Clock, Config, ConfigBuilder, Exchange, Nonce, Step};

pub(crate) const APP_ID: &str = "2021000000000000";
pub(crate) const NONCE: &str = "0123456789abcdef0123456789abcdef";

pub(crate) static OURS: LazyLock<PrivateKey> = LazyLock::new(|| PrivateKey::generate(2048).unwrap());
pub(crate) static ALIPAYS: LazyLock<PrivateKey> = LazyLock::new(|| PrivateKey::generate(2048).unwrap());

#[derive(Debug)]
pub(crate) struct Fixed(pub(crate) i64);

impl Clock for Fixed {
    fn now_unix_millis(&self) -> i64 {
        self.0
    }
}

impl Nonce for Fixed {
    fn next(&self) -> String {
        NONCE.to_owned()
    }
}

pub(crate) fn builder() -> ConfigBuilder {
    // 2024-01-02 03:04:05 in Beijing.
    builder_at(1_704_135_845_000)
}

pub(crate) fn builder_at(millis: i64) -> ConfigBuilder {
    ConfigBuilder::new(APP_ID, Arc::new(Fixed(millis)), Arc::new(Fixed(millis)))
        .private_key(OURS.to_pkcs8_pem().expose())
        .alipay_public_key(ALIPAYS.public_key().to_spki_pem())
}

pub(crate) fn config() -> Config {
    builder().build().unwrap()
}

pub(crate) fn sent(exchange: &mut Exchange) -> HttpRequest {
    match exchange.step() {
        Step::Send(request) => request,
        other => panic!("not sent: {other:?}"),
    }
}

/// A v2 answer as the gateway signs it.
pub(crate) fn envelope(name: &str, node: &[u8]) -> Vec<u8> {
    let signature = encode_signature(&ALIPAYS.sign(SignType::Rsa2, node).unwrap());
    [b"{\"", name.as_bytes(), b"\":", node, b",\"sign\":\"", signature.as_bytes(), b"\"}"].concat()
}

pub(crate) fn ok(body: impl Into<Vec<u8>>) -> HttpResponse {
    HttpResponse::new(200, vec![("trace_id".into(), "0a1b2c".into())], body.into())
}

/// A v3 answer as the gateway signs it.
pub(crate) fn rest_answer(status: u16, body: &str) -> HttpResponse {
    let text = format!("1700000000001\nresp-nonce\n{body}\n");
    let signature = encode_signature(&ALIPAYS.sign(SignType::Rsa2, text.as_bytes()).unwrap());
    let headers = [
        ("Alipay-Timestamp", "1700000000001"),
        ("Alipay-Nonce", "resp-nonce"),
        ("Alipay-Signature", signature.as_str()),
        ("alipay-trace-id", "0a1b2c"),
    ];
    let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
    HttpResponse::new(status, headers, body.into())
}
