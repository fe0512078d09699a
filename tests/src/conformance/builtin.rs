//! What a folder need not bring along: the public certificates that cases name by file, and an application whose keys
//! do not matter.

use std::sync::LazyLock;

use serde_json::Value;

/// Certificate files of the Node SDK's repository.
const FIXTURES: [(&str, &[u8]); 3] = [
    ("alipayCertPublicKey_RSA2.crt", include_bytes!("../../vectors/fixtures/alipayCertPublicKey_RSA2.crt")),
    ("alipayRootCert.crt", include_bytes!("../../vectors/fixtures/alipayRootCert.crt")),
    (
        "appCertPublicKey_2021001161683774.crt",
        include_bytes!("../../vectors/fixtures/appCertPublicKey_2021001161683774.crt"),
    ),
];

pub(super) fn fixture(name: &str) -> Option<&'static [u8]> {
    FIXTURES.iter().find(|(known, _)| *known == name).map(|(_, bytes)| *bytes)
}

/// The application of the public vectors, for cases that are about Alipay alone, and for folders without keys.
pub(super) struct Application {
    pub(super) private_key: String,
    pub(super) alipay_key: String,
    pub(super) certificate: String,
}

pub(super) static APPLICATION: LazyLock<Application> = LazyLock::new(|| {
    let read = |text: &str| serde_json::from_str::<Value>(text).expect("the public vectors are JSON");
    let keys = read(include_str!("../../vectors/keys.json"));
    let certs = read(include_str!("../../vectors/certs.json"));
    let text = |value: Option<&Value>| value.and_then(Value::as_str).unwrap_or_default().to_owned();
    let mut listed = certs.get("certs").and_then(Value::as_array).into_iter().flatten();
    let certificate = listed.find(|cert| cert.get("id").and_then(Value::as_str) == Some("app_cert"));
    Application {
        private_key: text(keys.pointer("/keys/app_rsa2/private_pkcs8_b64")),
        alipay_key: text(keys.pointer("/keys/alipay_rsa2/public_spki_b64")),
        certificate: text(certificate.and_then(|certificate| certificate.get("pem"))),
    }
});
