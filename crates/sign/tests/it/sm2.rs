//! SM2: keys in every form, and signatures that OpenSSL, the standard and Alipay's SDKs agree on.

use alipay_sign::SignType::{Rsa, Rsa2, Sm2};
use alipay_sign::{KeyAlgorithm, KeyError, PrivateKey, PublicKey, decode_signature};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use crate::data::{self, SM2, rows, sm2_text};
use crate::issuer::element;
use crate::key_forms::variations;

const PRIVATE_FORMS: [&str; 2] = ["private_pkcs8_pem", "private_sec1_pem"];
const PUBLIC_FORMS: [&str; 2] = ["public_spki_pem", "public_spki_compressed_pem"];

/// The order of the group: scalars and both numbers of a signature are below it.
const ORDER: &str = "fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123";

fn private() -> PrivateKey {
    PrivateKey::parse(sm2_text("private_pkcs8_pem")).unwrap()
}

fn public() -> PublicKey {
    PublicKey::parse(sm2_text("public_spki_pem")).unwrap()
}

fn from_hex(text: &str) -> Vec<u8> {
    let digits = |at| u8::from_str_radix(&text[at..at + 2], 16).unwrap();
    (0..text.len()).step_by(2).map(digits).collect()
}

fn signature_of(row: &Value) -> Vec<u8> {
    decode_signature(row["signature"].as_str().unwrap()).unwrap()
}

/// The bytes of a PEM block.
fn der_of(pem: &str) -> Vec<u8> {
    let body: String = pem.lines().filter(|line| !line.starts_with("-----")).collect();
    STANDARD.decode(body).unwrap()
}

/// PKCS#8 around a scalar, with whatever stands after it.
fn pkcs8(scalar: &[u8], after: &[u8]) -> Vec<u8> {
    let key = element(0x30, &[&element(2, &[1]), &element(4, scalar), after].concat());
    let algorithm = &der_of(sm2_text("public_spki_pem"))[2..23];
    element(0x30, &[&element(2, &[0]), algorithm, &element(4, &key)].concat())
}

#[test]
fn every_private_form_is_the_same_key() {
    for form in PRIVATE_FORMS {
        for (variation, text) in variations(sm2_text(form)) {
            let key = PrivateKey::parse(&text).unwrap_or_else(|e| panic!("{form} {variation}: {e}"));
            assert_eq!(key.public_key(), public(), "{form} {variation}");
            assert_eq!(key.to_pkcs8_pem().expose(), sm2_text("private_pkcs8_pem"), "{form} {variation}");
        }
    }
    let after_parameters = PrivateKey::parse(sm2_text("private_pkcs8_after_parameters")).unwrap();
    assert_eq!(after_parameters.public_key(), public());
}

#[test]
fn every_public_form_is_the_same_key() {
    for form in PUBLIC_FORMS {
        for (variation, text) in variations(sm2_text(form)) {
            let key = PublicKey::parse(&text).unwrap_or_else(|e| panic!("{form} {variation}: {e}"));
            assert_eq!(key.to_spki_pem(), sm2_text("public_spki_pem"), "{form} {variation}");
            assert_eq!(key, public(), "{form} {variation}");
        }
    }
}

#[test]
fn written_keys_are_those_of_openssl() {
    let key = private();
    assert_eq!((key.algorithm(), key.bits()), (KeyAlgorithm::Sm2, 256));
    assert_eq!((public().algorithm(), public().bits()), (KeyAlgorithm::Sm2, 256));
    assert_eq!(public().fingerprint(), sm2_text("fingerprint"));
    assert_eq!(key.to_pkcs8_pem().expose(), sm2_text("private_pkcs8_pem"));
    assert_eq!(
        STANDARD.decode(key.to_pkcs8_base64().expose()).unwrap(),
        der_of(sm2_text("private_pkcs8_pem"))
    );
    assert_eq!(
        STANDARD.decode(key.to_pkcs1_base64().expose()).unwrap(),
        der_of(sm2_text("private_sec1_pem"))
    );
    assert_eq!(key.public_key().to_spki_pem(), sm2_text("public_spki_pem"));
}

#[test]
fn a_private_key_without_its_public_half_is_whole() {
    let scalar = &der_of(sm2_text("private_sec1_pem"))[7..39];
    assert_eq!(PrivateKey::parse(pkcs8(scalar, &[])).unwrap().public_key(), public());
    let curve = element(0xa0, &element(6, &[0x2a, 0x81, 0x1c, 0xcf, 0x55, 1, 0x82, 0x2d]));
    assert_eq!(PrivateKey::parse(pkcs8(scalar, &curve)).unwrap().public_key(), public());
    let prime_curve = element(0xa0, &element(6, &[0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7]));
    assert_eq!(PrivateKey::parse(pkcs8(scalar, &prime_curve)).unwrap_err(), KeyError::Malformed);
}

#[test]
fn halves_that_do_not_belong_together_are_refused() {
    let other = der_of(&PrivateKey::generate_sm2().unwrap().public_key().to_spki_pem());
    let bits = element(0xa1, &other[23..]);
    let scalar = &der_of(sm2_text("private_sec1_pem"))[7..39];
    assert_eq!(PrivateKey::parse(pkcs8(scalar, &bits)).unwrap_err(), KeyError::Inconsistent);
}

#[test]
fn scalars_outside_the_group_are_refused() {
    let too_long = [&[0][..], &[1; 32]].concat();
    for scalar in [&[0; 32][..], &from_hex(ORDER), &[0xff; 32], &[], &too_long] {
        assert_eq!(PrivateKey::parse(pkcs8(scalar, &[])).unwrap_err(), KeyError::Malformed, "{scalar:02x?}");
    }
    // This one has a public key, but 1 + d has no inverse: it can sign nothing, and says so.
    let mut last = from_hex(ORDER);
    last[31] -= 1;
    let error = PrivateKey::parse(pkcs8(&last, &[])).unwrap().sign(Sm2, b"message").unwrap_err();
    assert_eq!(error.to_string(), "the private key operation failed: check the key");
}

#[test]
fn points_off_the_curve_are_refused() {
    let spki = der_of(sm2_text("public_spki_pem"));
    for at in [30, 60, 90] {
        let mut damaged = spki.clone();
        damaged[at] ^= 1;
        assert_eq!(PublicKey::parse(&damaged).unwrap_err(), KeyError::Malformed, "byte {at}");
    }
    let infinity = element(0x30, &[&spki[2..23], &element(3, &[0, 0])].concat());
    assert!(PublicKey::parse(infinity).is_err());
}

#[test]
fn the_other_half_is_told_apart() {
    for form in PUBLIC_FORMS {
        assert_eq!(PrivateKey::parse(sm2_text(form)).unwrap_err(), KeyError::PublicKeyGiven, "{form}");
    }
    for form in PRIVATE_FORMS {
        assert_eq!(PublicKey::parse(sm2_text(form)).unwrap_err(), KeyError::PrivateKeyGiven, "{form}");
    }
}

#[test]
fn cut_keys_are_told() {
    for form in [PRIVATE_FORMS[0], PRIVATE_FORMS[1], PUBLIC_FORMS[0]] {
        let der = der_of(sm2_text(form));
        let bare = STANDARD.encode(&der);
        for length in 40..bare.len() - 4 {
            let (private, public) = (
                PrivateKey::parse(&bare[..length]).unwrap_err(),
                PublicKey::parse(&bare[..length]).unwrap_err(),
            );
            assert_eq!((private, public), (KeyError::Truncated, KeyError::Truncated), "{form} {length}");
        }
        for length in 4..der.len() {
            assert_eq!(PublicKey::parse(&der[..length]).unwrap_err(), KeyError::Truncated, "{form} {length}");
        }
    }
}

#[test]
fn damaged_bytes_never_panic() {
    for form in [PRIVATE_FORMS[0], PRIVATE_FORMS[1], PUBLIC_FORMS[1]] {
        let original = der_of(sm2_text(form));
        for at in 0..original.len() {
            for damage in [0x01, 0x80, 0xff] {
                let mut der = original.clone();
                der[at] ^= damage;
                let (as_private, as_public) = (PrivateKey::parse(&der), PublicKey::parse(&der));
                assert!(as_private.is_err() || as_public.is_err());
            }
        }
    }
}

#[test]
fn signatures_of_openssl_hold() {
    let cases = rows(&SM2["signatures_by_openssl"]);
    assert_eq!(cases.len(), 6);
    for case in cases {
        let message = from_hex(case["message_hex"].as_str().unwrap());
        public()
            .verify(Sm2, &message, &signature_of(case))
            .unwrap_or_else(|e| panic!("{}: {e}", case["name"]));
    }
}

#[test]
fn our_signature_is_the_one_that_openssl_verified() {
    let signature = decode_signature(SM2["signature_by_us_that_openssl_verifies"].as_str().unwrap()).unwrap();
    public().verify(Sm2, "优酷 a+b&c=d%/".as_bytes(), &signature).unwrap();
}

#[test]
fn published_signatures_hold() {
    let cases = rows(&SM2["published_signatures"]);
    assert_eq!(cases.len(), 2);
    for case in cases {
        let key = PublicKey::parse(case["public_key"].as_str().unwrap()).unwrap();
        let message = case["message"].as_str().unwrap().as_bytes();
        assert_eq!(key.verify(Sm2, message, &signature_of(case)), Ok(()), "{}", case["source"]);
        assert!(key.verify(Sm2, &message[1..], &signature_of(case)).is_err(), "{}", case["source"]);
    }
}

#[test]
fn what_is_signed_is_verified_and_nothing_else() {
    let key = private();
    for message in [&b""[..], b"message", "优酷".as_bytes(), &[0xa5; 10_000]] {
        let signature = key.sign(Sm2, message).unwrap();
        public().verify(Sm2, message, &signature).unwrap();
        assert_ne!(key.sign(Sm2, message).unwrap(), signature, "each has its own secret number");
        assert!(public().verify(Sm2, &[message, b"!"].concat(), &signature).is_err());
        let other = PrivateKey::generate_sm2().unwrap();
        let error = other.public_key().verify(Sm2, message, &signature).unwrap_err();
        assert_eq!(
            error.to_string(),
            format!(
                "the SM2 signature does not match the message under public key {}",
                other.public_key().fingerprint()
            )
        );
    }
}

#[test]
fn a_flipped_bit_is_refused() {
    let case = &SM2["signatures_by_openssl"][1];
    let (message, signature) = (b"test", signature_of(case));
    for at in 0..signature.len() {
        let mut forged = signature.clone();
        forged[at] ^= 1;
        assert!(public().verify(Sm2, message, &forged).is_err(), "byte {at}");
    }
}

#[test]
fn only_the_shortest_der_is_a_signature() {
    let (message, signature) = (b"test", signature_of(&SM2["signatures_by_openssl"][5]));
    let refused = |forged: &[u8]| assert!(public().verify(Sm2, message, forged).is_err(), "{forged:02x?}");
    public().verify(Sm2, message, &signature).unwrap();
    for length in 0..signature.len() {
        refused(&signature[..length]);
    }
    refused(&[&signature[..], &[0]].concat());

    let r_length = usize::from(signature[3]);
    let (r, s) = (&signature[4..4 + r_length], &signature[6 + r_length..]);
    let rewritten = |r: &[u8], s: &[u8]| element(0x30, &[element(2, r), element(2, s)].concat());
    assert_eq!(rewritten(r, s), signature);
    refused(&rewritten(&[&[0], r].concat(), s));
    refused(&rewritten(r, &[&[0], s].concat()));
    refused(&rewritten(s, r));
    let long_length = [&[0x30, 0x81, signature[1]], &signature[2..]].concat();
    refused(&long_length);
    refused(&element(0x30, &[element(2, r), element(2, s), element(2, &[1])].concat()));
    // Both numbers without a frame, as some devices hand them out.
    let padded = |number: &[u8]| [&vec![0; 64][..], number].concat()[32 + number.len()..].to_vec();
    refused(&[padded(r), padded(s)].concat());
}

#[test]
fn numbers_outside_the_group_are_refused() {
    let (message, signature) = (b"test", signature_of(&SM2["signatures_by_openssl"][1]));
    let good = &signature[4..4 + usize::from(signature[3])];
    let order = [&[0][..], &from_hex(ORDER)].concat();
    let huge = [&[0][..], &[0xff; 32]].concat();
    let longer = vec![0x7f; 33];
    for bad in [&[0][..], &[0xff], &order, &huge, &longer] {
        for (r, s) in [(bad, good), (good, bad), (bad, bad)] {
            let forged = element(0x30, &[element(2, r), element(2, s)].concat());
            assert!(public().verify(Sm2, message, &forged).is_err(), "{bad:02x?}");
        }
    }
}

#[test]
fn another_user_id_is_refused() {
    let signature = decode_signature(SM2["signature_with_the_user_id_of_tls"].as_str().unwrap()).unwrap();
    assert!(public().verify(Sm2, b"test", &signature).is_err());
}

#[test]
fn key_and_sign_type_must_agree() {
    for sign_type in [Rsa, Rsa2] {
        let expected = format!(
            "sign type {sign_type} needs an RSA key, and this is an SM2 key: give another key, or choose \
             another sign type"
        );
        assert_eq!(private().sign(sign_type, b"m").unwrap_err().to_string(), expected);
        let relaxed = private().legacy_allow_short_rsa2();
        assert_eq!(relaxed.sign(sign_type, b"m").unwrap_err().to_string(), expected);
        let error = public().verify(sign_type, b"m", &[0; 70]).unwrap_err();
        assert_eq!(error.to_string(), expected);
        assert!(!error.is_short_key());
    }
    let expected = "sign type SM2 needs an SM2 key, and this is an RSA key: give another key, or choose another \
                    sign type";
    for name in ["app_rsa2", "app_rsa1024"] {
        assert_eq!(data::private(name).sign(Sm2, b"m").unwrap_err().to_string(), expected);
        assert_eq!(data::public(name).verify(Sm2, b"m", &[0; 70]).unwrap_err().to_string(), expected);
    }
}

#[test]
fn a_generated_key_is_new_each_time() {
    let [first, second] = [(); 2].map(|()| PrivateKey::generate_sm2().unwrap());
    assert_ne!(first.public_key(), second.public_key());
    let read = PrivateKey::parse(first.to_pkcs8_pem().expose()).unwrap();
    assert_eq!(read.public_key(), first.public_key());
}

#[test]
fn debug_shows_no_byte_of_a_private_key() {
    let fingerprint = public().fingerprint();
    assert_eq!(
        format!("{:?}", private()),
        format!(r#"PrivateKey {{ bits: 256, public_fingerprint: "{fingerprint}", .. }}"#)
    );
}
