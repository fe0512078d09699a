//! What a signature proves, and what is refused.

use alipay_sign::SignType::{self, Rsa, Rsa2};
use alipay_sign::{PublicKey, decode_signature};

use crate::data::{REQUESTS, can_sign, private, public, rows};

/// A captured signature: the public key, the sign type, the message, the signature.
fn captured(key: &str, sign_type: SignType) -> (PublicKey, Vec<u8>, Vec<u8>) {
    let row = rows(&REQUESTS)
        .iter()
        .find(|row| {
            row["key"] == key && row["sign_type"] == sign_type.as_str() && row["sign_content"].is_string()
        })
        .unwrap();
    let signature = decode_signature(row["sign"].as_str().unwrap()).unwrap();
    (public(key), row["sign_content"].as_str().unwrap().into(), signature)
}

#[test]
fn a_flipped_bit_is_refused() {
    for (name, sign_type) in [("app_rsa2", Rsa2), ("app_rsa1024", Rsa)] {
        let (key, message, signature) = captured(name, sign_type);
        key.verify(sign_type, &message, &signature).unwrap();
        for at in (0..signature.len()).step_by(16) {
            let mut forged = signature.clone();
            forged[at] ^= 1;
            assert!(key.verify(sign_type, &message, &forged).is_err(), "signature byte {at}");
        }
        for at in [0, message.len() / 2, message.len() - 1] {
            let mut forged = message.clone();
            forged[at] ^= 1;
            assert!(key.verify(sign_type, &forged, &signature).is_err(), "message byte {at}");
        }
    }
}

#[test]
fn the_other_digest_and_another_key_are_refused() {
    let (key, message, signature) = captured("app_rsa2", Rsa2);
    assert!(key.verify(Rsa, &message, &signature).is_err());
    let error = public("other_rsa2").verify(Rsa2, &message, &signature).unwrap_err();
    assert!(!error.is_short_key());
    assert_eq!(
        error.to_string(),
        format!(
            "the RSA2 signature does not match the message under public key {}",
            public("other_rsa2").fingerprint()
        )
    );
    let (key, message, signature) = captured("app_rsa1024", Rsa);
    assert!(key.legacy_allow_short_rsa2().verify(Rsa2, &message, &signature).is_err());
}

#[test]
fn a_signature_of_another_length_is_refused() {
    let (key, message, signature) = captured("app_rsa2", Rsa2);
    let longer = [&signature[..], &[0]].concat();
    let padded = [&[0], &signature[..]].concat();
    for forged in [&[][..], &signature[1..], &signature[..255], &longer, &padded] {
        assert!(key.verify(Rsa2, &message, forged).is_err());
    }
}

#[test]
fn rsa_with_1024_bits_is_verified_in_every_build() {
    let (key, message, signature) = captured("app_rsa1024", Rsa);
    assert_eq!(key.bits(), 1024);
    key.verify(Rsa, &message, &signature).unwrap();
}

#[test]
fn rsa2_with_a_short_key_needs_the_word_of_its_owner() {
    let key = private("app_rsa1024");
    let error = key.sign(Rsa2, b"m").unwrap_err();
    assert!(error.to_string().contains("at least 2048 bits, this one has 1024"), "{error}");
    assert!(key.public_key().verify(Rsa2, b"m", &[0; 128]).unwrap_err().is_short_key());

    let key = key.legacy_allow_short_rsa2();
    match key.sign(Rsa2, b"m") {
        Ok(signature) => key.public_key().verify(Rsa2, b"m", &signature).unwrap(),
        Err(error) => assert!(error.to_string().contains("`rustcrypto`") && !can_sign(Rsa2, 1024), "{error}"),
    }
}

#[test]
fn sha_1_is_signed_by_rustcrypto_or_the_error_says_so() {
    for name in ["app_rsa2", "app_rsa1024"] {
        let key = private(name);
        match key.sign(Rsa, b"message") {
            Ok(signature) => key.public_key().verify(Rsa, b"message", &signature).unwrap(),
            Err(error) => {
                assert!(!can_sign(Rsa, key.bits()));
                assert!(error.to_string().starts_with("signing RSA with a "), "{error}");
                assert!(error.to_string().contains("cargo feature `rustcrypto`"), "{error}");
            }
        }
    }
    assert_eq!(private("app_rsa2").sign(Rsa, b"m").is_ok(), cfg!(feature = "rustcrypto"));
}

#[test]
fn an_empty_message_can_be_signed() {
    let key = private("app_rsa2_4096");
    let signature = key.sign(Rsa2, b"").unwrap();
    assert_eq!(signature.len(), 512);
    key.public_key().verify(Rsa2, b"", &signature).unwrap();
}
