//! The test data: throw-away keys, certificates, contents and requests captured from the official
//! SDKs, SM2 vectors of several makers, and links made with OpenSSL.

use std::sync::LazyLock;

use alipay_sign::{Certificate, PrivateKey, PublicKey, SignType};
use serde_json::Value;

pub(crate) static KEYS: LazyLock<Value> =
    LazyLock::new(|| serde_json::from_str(include_str!("../data/throw-away-test-keys.json")).unwrap());

pub(crate) static CERTIFICATES: LazyLock<Value> =
    LazyLock::new(|| serde_json::from_str(include_str!("../data/certificates.json")).unwrap());

pub(crate) static CONTENTS: LazyLock<Value> =
    LazyLock::new(|| serde_json::from_str(include_str!("../data/content-encryption.json")).unwrap());

pub(crate) static REQUESTS: LazyLock<Value> =
    LazyLock::new(|| serde_json::from_str(include_str!("../data/captured-requests.json")).unwrap());

pub(crate) static SM2: LazyLock<Value> =
    LazyLock::new(|| serde_json::from_str(include_str!("../data/sm2.json")).unwrap());

pub(crate) static LINKS: LazyLock<Value> =
    LazyLock::new(|| serde_json::from_str(include_str!("../data/use-mode-links.json")).unwrap());

/// One form of one key, e.g. `key_text("app_rsa2", "private_pkcs1_pem")`.
pub(crate) fn key_text(name: &str, form: &str) -> &'static str {
    KEYS["keys"][name][form].as_str().unwrap_or_else(|| panic!("no {form} of {name}"))
}

pub(crate) fn private(name: &str) -> PrivateKey {
    PrivateKey::parse(key_text(name, "private_pkcs1_pem")).unwrap()
}

pub(crate) fn public(name: &str) -> PublicKey {
    PublicKey::parse(key_text(name, "public_spki_pem")).unwrap()
}

/// Something that is not the RSA key that was wanted.
pub(crate) fn wrong(name: &str) -> &'static str {
    KEYS["wrong"][name].as_str().unwrap()
}

/// One form of the SM2 key, e.g. `sm2_text("public_spki_pem")`.
pub(crate) fn sm2_text(form: &str) -> &'static str {
    SM2["key"][form].as_str().unwrap_or_else(|| panic!("no {form} of the SM2 key"))
}

/// One certificate in PEM, e.g. `certificate_text("alipay_cert")`.
pub(crate) fn certificate_text(name: &str) -> &'static str {
    CERTIFICATES["certificates"][name]["pem"].as_str().unwrap_or_else(|| panic!("no certificate {name}"))
}

/// Some certificates, by a JSON list of their names.
pub(crate) fn certificates(names: &'static Value) -> Vec<Certificate> {
    rows(names).iter().map(|name| certificate(name.as_str().unwrap())).collect()
}

pub(crate) fn certificate(name: &str) -> Certificate {
    Certificate::parse(certificate_text(name)).unwrap_or_else(|e| panic!("{name}: {e}"))
}

/// Whether the features of this build can sign so.
pub(crate) fn can_sign(sign_type: SignType, bits: usize) -> bool {
    cfg!(feature = "rustcrypto") || (sign_type == SignType::Rsa2 && bits >= 2048)
}

/// The rows of an array.
pub(crate) fn rows(table: &'static Value) -> &'static [Value] {
    table.as_array().unwrap()
}

/// The pairs of `[["name", "value"], ..]`.
pub(crate) fn pairs(list: &'static Value) -> Vec<(&'static str, &'static str)> {
    rows(list).iter().map(|pair| (pair[0].as_str().unwrap(), pair[1].as_str().unwrap())).collect()
}
