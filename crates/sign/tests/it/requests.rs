//! Requests captured from the official SDKs: same text to sign, same signature.

use std::collections::BTreeSet;

use alipay_sign::{Charset, SignType, canonical, canonical_bytes, decode_signature, encode_signature};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::data::{REQUESTS, can_sign, pairs, private, rows};

#[test]
fn captured_requests_are_signed_alike() {
    let mut covered = BTreeSet::new();
    for row in rows(&REQUESTS) {
        let id = row["id"].as_str().unwrap();
        let charset: Charset = row["charset"].as_str().unwrap().parse().unwrap();
        let sign_type: SignType = row["sign_type"].as_str().unwrap().parse().unwrap();
        let expected = match row["sign_content_base64"].as_str() {
            Some(base64) => STANDARD.decode(base64).unwrap(),
            None => row["sign_content"].as_str().unwrap().into(),
        };

        let message = canonical(&pairs(&row["params"]), &charset).unwrap();
        assert_eq!(charset.decode(&message).unwrap(), charset.decode(&expected).unwrap(), "{id}");
        assert_eq!(message, expected, "{id}");

        let key = private(row["key"].as_str().unwrap());
        let sign = row["sign"].as_str().unwrap();
        key.public_key().verify(sign_type, &message, &decode_signature(sign).unwrap()).unwrap();
        if can_sign(sign_type, key.bits()) {
            assert_eq!(encode_signature(&key.sign(sign_type, &message).unwrap()), sign, "{id}");
        }
        covered.insert((sign_type, charset.is_utf_8(), key.bits()));
    }
    let expected = [
        (SignType::Rsa, false, 1024),
        (SignType::Rsa, true, 1024),
        (SignType::Rsa2, false, 2048),
        (SignType::Rsa2, true, 2048),
        (SignType::Rsa2, true, 4096),
    ];
    assert_eq!(covered, BTreeSet::from(expected));
}

#[test]
fn bytes_and_text_give_the_same_canonical_form() {
    for row in rows(&REQUESTS) {
        let charset: Charset = row["charset"].as_str().unwrap().parse().unwrap();
        let params = pairs(&row["params"]);
        let bytes: Vec<_> =
            params.iter().map(|(n, v)| (charset.encode(n).unwrap(), charset.encode(v).unwrap())).collect();
        assert_eq!(
            canonical_bytes(&bytes, alipay_sign::Empties::Drop),
            canonical(&params, &charset).unwrap(),
            "{}",
            row["id"]
        );
    }
}

#[test]
fn a_character_outside_gbk_is_an_error_and_not_a_question_mark() {
    let error = canonical(&[("biz_content", r#"{"memo":"🎁"}"#)], &Charset::gbk()).unwrap_err();
    assert_eq!((error.parameter(), error.character(), error.position()), (Some("biz_content"), '🎁', 10));
}
