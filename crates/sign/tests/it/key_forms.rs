//! Every form in which a key is handed out gives the same key.

use alipay_sign::{PrivateKey, PublicKey, SignType, decode_signature};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::data::{KEYS, can_sign, key_text, private, public};

const PRIVATE_FORMS: [&str; 4] =
    ["private_pkcs1_pem", "private_pkcs8_pem", "private_pkcs1_b64", "private_pkcs8_b64"];
const PUBLIC_FORMS: [&str; 3] = ["public_spki_pem", "public_pkcs1_pem", "public_spki_b64"];

/// The same key text as other programs would save or paste it.
pub(crate) fn variations(text: &str) -> Vec<(&'static str, Vec<u8>)> {
    let lines: Vec<&str> = text.lines().collect();
    let body: String = lines.iter().filter(|line| !line.starts_with("-----")).copied().collect();
    let wrapped: Vec<&str> = body.as_bytes().chunks(64).map(|line| str::from_utf8(line).unwrap()).collect();
    let mut variations = vec![
        ("as it is", text.into()),
        ("byte order mark", format!("\u{feff}{text}").into()),
        ("CRLF", lines.join("\r\n").into()),
        ("CR", lines.join("\r").into()),
        ("byte order mark and CRLF", format!("\u{feff}{}\r\n", lines.join("\r\n")).into()),
        ("indented", lines.iter().map(|line| format!("  \t{line}  \n")).collect::<String>().into()),
        ("escaped line breaks", lines.join("\\n").into()),
        ("escaped CRLF", lines.join("\\r\\n").into()),
        ("one line", body.clone().into()),
        ("one line, no padding", body.trim_end_matches('=').into()),
        ("wrapped, no frame", wrapped.join("\n").into()),
        (
            "any label",
            format!("-----BEGIN ANY THING-----\n{}\n-----END ANY THING-----", wrapped.join("\n")).into(),
        ),
        ("DER", STANDARD.decode(&body).unwrap()),
    ];
    if text.starts_with("-----") {
        let framed = format!("Bag Attributes: x\n# our key, 2024: =\n{text}\nthanks\n-----BEGIN JUNK-----\n");
        variations.push(("text around", framed.into()));
        variations.push(("one line with frame", lines.join(" ").into()));
    }
    variations
}

#[test]
fn every_private_form_is_the_same_key() {
    for name in ["app_rsa2", "app_rsa1024"] {
        let expected = public(name);
        for form in PRIVATE_FORMS {
            for (variation, text) in variations(key_text(name, form)) {
                let key =
                    PrivateKey::parse(&text).unwrap_or_else(|e| panic!("{name} {form} {variation}: {e}"));
                assert_eq!(key.public_key(), expected, "{name} {form} {variation}");
                assert_eq!(key.to_pkcs8_base64().expose(), key_text(name, "private_pkcs8_b64"));
            }
        }
    }
}

#[test]
fn every_public_form_is_the_same_key() {
    for name in ["app_rsa2", "app_rsa1024"] {
        for form in PUBLIC_FORMS {
            for (variation, text) in variations(key_text(name, form)) {
                let key =
                    PublicKey::parse(&text).unwrap_or_else(|e| panic!("{name} {form} {variation}: {e}"));
                assert_eq!(key.to_spki_base64(), key_text(name, "public_spki_b64"), "{form} {variation}");
            }
        }
    }
}

#[test]
fn a_certificate_gives_its_public_key() {
    let certificate = KEYS["certificates"]["alipay_cert"].as_str().unwrap();
    for (variation, text) in variations(certificate) {
        assert_eq!(PublicKey::parse(&text).unwrap(), public("alipay_rsa2"), "{variation}");
    }
}

#[test]
fn the_first_certificate_of_a_chain_counts() {
    let chain = KEYS["certificate_chain"].as_str().unwrap();
    assert_eq!(chain.matches("BEGIN").count(), 2);
    assert_eq!(PublicKey::parse(chain).unwrap(), public("alipay_rsa2"));
}

#[test]
fn written_keys_read_back() {
    let key = private("app_rsa2");
    assert_eq!(key.to_pkcs1_base64().expose(), key_text("app_rsa2", "private_pkcs1_b64"));
    assert_eq!(key.to_pkcs8_base64().expose(), key_text("app_rsa2", "private_pkcs8_b64"));
    assert_eq!(key.to_pkcs8_pem().expose(), key_text("app_rsa2", "private_pkcs8_pem"));
    assert_eq!(key.public_key().to_spki_pem(), key_text("app_rsa2", "public_spki_pem"));
    assert_eq!(key.public_key().to_spki_base64(), key_text("app_rsa2", "public_spki_b64"));
    for text in [key.to_pkcs1_base64(), key.to_pkcs8_base64(), key.to_pkcs8_pem()] {
        assert_eq!(PrivateKey::parse(text.expose()).unwrap().public_key(), key.public_key());
    }
}

#[test]
fn lengths_and_fingerprints_are_those_of_openssl() {
    for (name, bits) in [("app_rsa2", 2048), ("app_rsa1024", 1024), ("app_rsa2_4096", 4096)] {
        assert_eq!((private(name).bits(), public(name).bits()), (bits, bits));
    }
    assert_eq!(public("app_rsa2").fingerprint(), KEYS["app_rsa2_fingerprint"].as_str().unwrap());
    assert_ne!(public("app_rsa2"), public("alipay_rsa2"));
}

#[test]
fn a_generated_key_signs_and_is_new_each_time() {
    let [first, second] = [(); 2].map(|()| PrivateKey::generate(2048).unwrap());
    assert_eq!(first.bits(), 2048);
    assert_ne!(first.public_key(), second.public_key());
    let signature = first.sign(SignType::Rsa2, b"message").unwrap();
    first.public_key().verify(SignType::Rsa2, b"message", &signature).unwrap();
    assert!(second.public_key().verify(SignType::Rsa2, b"message", &signature).is_err());
    let error = PrivateKey::generate(1024).unwrap_err().to_string();
    assert_eq!(error, "keys of 1024 bits are not generated: choose 2048, 3072 or 4096");
}

#[test]
fn our_vectors_match_openssl() {
    let key = private("app_rsa2");
    for row in crate::data::rows(&KEYS["golden_by_openssl"]) {
        let (charset, sign_type) = (row["charset"].as_str().unwrap(), row["sign_type"].as_str().unwrap());
        let params = [
            ("version", "1.0"),
            ("app_id", "2021000000000000"),
            ("method", "alipay.marketing.voucher.query"),
            ("format", "json"),
            ("charset", charset),
            ("sign_type", sign_type),
            ("timestamp", "2024-01-02 03:04:05"),
            ("biz_content", r#"{"voucher_id":"20170616000730020041006ZYE2V","memo":"优酷 a+b&c=d%/"}"#),
        ];
        let message = alipay_sign::canonical(&params, &charset.parse().unwrap()).unwrap();
        let (sign_type, expected) = (sign_type.parse().unwrap(), row["sign"].as_str().unwrap());
        let signature = decode_signature(expected).unwrap();
        key.public_key().verify(sign_type, &message, &signature).unwrap();
        if can_sign(sign_type, 2048) {
            assert_eq!(key.sign(sign_type, &message).unwrap(), signature);
        }
    }
}
