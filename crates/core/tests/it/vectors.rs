//! Keys and certificates of the vectors, which protect nothing.

use std::sync::LazyLock;

use alipay_core::sign::PrivateKey;
use serde_json::Value;

fn read(name: &str) -> Value {
    let path = format!("{}/../../tests/vectors/{name}.json", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

static KEYS: LazyLock<Value> = LazyLock::new(|| read("keys"));
static CERTIFICATES: LazyLock<Value> = LazyLock::new(|| read("certs"));

pub(crate) fn key_text(name: &str) -> &'static str {
    KEYS["keys"][name]["private_pkcs8_pem"].as_str().unwrap()
}

pub(crate) fn key(name: &str) -> PrivateKey {
    PrivateKey::parse(key_text(name)).unwrap()
}

pub(crate) fn content_key(name: &str) -> &'static str {
    KEYS["aes_keys_base64"][name].as_str().unwrap()
}

pub(crate) fn certificate(id: &str) -> &'static str {
    let all = CERTIFICATES["certs"].as_array().unwrap();
    all.iter().find(|certificate| certificate["id"] == id).unwrap()["pem"].as_str().unwrap()
}

pub(crate) fn roots() -> &'static str {
    CERTIFICATES["root_bundle"].as_str().unwrap()
}
