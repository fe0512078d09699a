//! What is not the key that was wanted is named, with the way to mend it, and never shown.

use alipay_sign::{KeyError, PrivateKey, PublicKey};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::data::{KEYS, key_text, wrong};
use crate::issuer::element;

fn private_error(text: impl AsRef<[u8]>) -> KeyError {
    PrivateKey::parse(text).unwrap_err()
}

fn public_error(text: impl AsRef<[u8]>) -> KeyError {
    PublicKey::parse(text).unwrap_err()
}

fn other(name: &str) -> KeyError {
    KeyError::OtherAlgorithm { name: name.to_owned() }
}

/// A PKCS#1 public key with an odd modulus of `bits` bits.
fn pkcs1_public(bits: usize, exponent: &[u8]) -> Vec<u8> {
    let modulus = [&[0][..], &vec![0xff; bits / 8]].concat();
    element(0x30, &[element(2, &modulus), element(2, exponent)].concat())
}

#[test]
fn the_other_half_is_told_apart() {
    for form in ["public_spki_pem", "public_spki_b64", "public_pkcs1_pem"] {
        assert_eq!(private_error(key_text("app_rsa2", form)), KeyError::PublicKeyGiven, "{form}");
    }
    for form in ["private_pkcs1_pem", "private_pkcs1_b64", "private_pkcs8_pem", "private_pkcs8_b64"] {
        assert_eq!(public_error(key_text("app_rsa2", form)), KeyError::PrivateKeyGiven, "{form}");
    }
    let certificate = KEYS["certificates"]["alipay_cert"].as_str().unwrap();
    assert_eq!(private_error(certificate), KeyError::CertificateGiven);
}

#[test]
fn foreign_algorithms_are_named() {
    let elliptic = other("elliptic curves (EC)");
    for name in ["ec_pkcs8", "ec_sec1", "ec_with_parameters", "ec_public"] {
        assert_eq!(private_error(wrong(name)), elliptic, "{name}");
        assert_eq!(public_error(wrong(name)), elliptic, "{name}");
    }
    assert_eq!(private_error(wrong("ed25519_pkcs8")), other("Ed25519"));
    assert_eq!(private_error(wrong("pss_private")), other("RSASSA-PSS"));
    let certificate = |id: &str| public_error(KEYS["certificates"][id].as_str().unwrap());
    assert_eq!(certificate("root_e1"), elliptic);
}

#[test]
fn parameters_before_a_key_are_passed_over() {
    let parameters = "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n";
    assert_eq!(private_error(parameters), other("elliptic curves (EC)"));
    let key = key_text("app_rsa2", "private_pkcs8_pem");
    for times in [1, 2, 20_000] {
        assert!(PrivateKey::parse(format!("{}{key}", parameters.repeat(times))).is_ok(), "{times} times");
    }
    assert_eq!(private_error(format!("{parameters}{}", &key[..200])), KeyError::Truncated);
}

#[test]
fn locked_keys_are_told() {
    for name in ["encrypted_pkcs8", "encrypted_pkcs1"] {
        assert_eq!(private_error(wrong(name)), KeyError::Encrypted, "{name}");
        assert_eq!(public_error(wrong(name)), KeyError::Encrypted, "{name}");
    }
}

#[test]
fn other_containers_are_told() {
    assert_eq!(private_error(wrong("openssh_private")), KeyError::OpenSsh);
    assert_eq!(public_error(wrong("openssh_public")), KeyError::OpenSsh);
    assert_eq!(public_error(wrong("request")), KeyError::CertificateRequestGiven);
    assert_eq!(private_error(wrong("request")), KeyError::CertificateRequestGiven);
}

#[test]
fn texts_that_are_no_key_are_told() {
    for empty in ["", " \r\n\t", "\u{feff}", "-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----"] {
        assert_eq!(private_error(empty), KeyError::Empty, "{empty:?}");
    }
    assert_eq!(private_error("/etc/key.pem"), KeyError::NotBase64 { position: 9 });
    assert_eq!(public_error("MIIB*"), KeyError::NotBase64 { position: 5 });
    assert_eq!(public_error("支付宝"), KeyError::NotBase64 { position: 1 });
    for nonsense in ["hello123", "AAAA", "MAA=", "correcthorsebatterystapleQ"] {
        assert_eq!(private_error(nonsense), KeyError::Malformed, "{nonsense}");
    }
    let wide: Vec<u8> =
        [0xff, 0xfe].into_iter().chain("MIIB".encode_utf16().flat_map(u16::to_le_bytes)).collect();
    assert_eq!(private_error(wide), KeyError::Utf16);
}

#[test]
fn cut_keys_are_told() {
    let pem = key_text("app_rsa2", "private_pkcs8_pem");
    assert_eq!(private_error(&pem[..pem.len() / 2]), KeyError::Truncated);
    let bare = key_text("app_rsa2", "private_pkcs8_b64");
    assert_eq!(private_error(&bare[..bare.len() / 2]), KeyError::Truncated);
    for length in 40..bare.len() - 4 {
        assert_eq!(private_error(&bare[..length]), KeyError::Truncated, "{length} characters");
    }
    let der = STANDARD.decode(key_text("app_rsa2", "public_spki_b64")).unwrap();
    assert_eq!(public_error(&der[..der.len() - 1]), KeyError::Truncated);
    assert_eq!(public_error([&der[..], &[0]].concat()), KeyError::Malformed);
}

#[test]
fn lengths_are_bounded_on_both_sides() {
    assert_eq!(private_error(wrong("short_private")), KeyError::TooShort { bits: 512 });
    assert_eq!(public_error(wrong("short_public")), KeyError::TooShort { bits: 512 });
    let exponent = [1, 0, 1];
    assert_eq!(PublicKey::parse(pkcs1_public(8192, &exponent)).unwrap().bits(), 8192);
    assert_eq!(public_error(pkcs1_public(8200, &exponent)), KeyError::TooLong { bits: 8200 });
    assert_eq!(PublicKey::parse(pkcs1_public(1024, &exponent)).unwrap().bits(), 1024);
    assert_eq!(public_error(pkcs1_public(1016, &exponent)), KeyError::TooShort { bits: 1016 });
}

#[test]
fn odd_exponents_from_three_are_accepted() {
    for exponent in [&[3][..], &[17], &[1, 0xff, 0xff, 0xff, 0xff]] {
        assert!(PublicKey::parse(pkcs1_public(2048, exponent)).is_ok(), "{exponent:?}");
    }
    for exponent in [&[0][..], &[1], &[2], &[1, 0, 0], &[2, 0, 0, 0, 1], &[1, 0, 0, 0, 0, 1]] {
        assert_eq!(public_error(pkcs1_public(2048, exponent)), KeyError::Exponent, "{exponent:?}");
    }
}

#[test]
fn a_damaged_private_key_is_refused() {
    let mut der = STANDARD.decode(key_text("app_rsa2", "private_pkcs1_b64")).unwrap();
    let middle_of_private_exponent = 400;
    der[middle_of_private_exponent] ^= 1;
    assert_eq!(private_error(der), KeyError::Inconsistent);
}

#[test]
fn damaged_bytes_never_panic() {
    let private = STANDARD.decode(key_text("app_rsa1024", "private_pkcs8_b64")).unwrap();
    let public = STANDARD.decode(key_text("app_rsa1024", "public_spki_b64")).unwrap();
    for (original, step) in [(&private, 5), (&public, 1)] {
        for at in (0..original.len()).step_by(step) {
            for damage in [0x01, 0x80, 0xff] {
                let mut der = original.clone();
                der[at] ^= damage;
                let (as_private, as_public) = (PrivateKey::parse(&der), PublicKey::parse(&der));
                assert!(as_private.is_err() || as_public.is_err());
            }
            assert!(PrivateKey::parse(&original[..at]).is_err());
            assert!(PublicKey::parse(&original[..at]).is_err());
        }
    }
}

#[test]
fn deeply_nested_input_costs_no_stack() {
    let algorithm = [0x30, 0x0d, 6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1, 5, 0];
    let mut der = vec![2, 1, 0];
    while der.len() < 60_000 {
        let key = element(3, &[&[0][..], &der].concat());
        der = element(0x30, &[&algorithm[..], &key].concat());
    }
    assert_eq!(public_error(der), KeyError::Malformed);
}

#[test]
fn errors_say_how_to_mend_and_show_nothing_of_the_key() {
    let secret = key_text("app_rsa2", "private_pkcs8_b64");
    let spoilt = format!("{}*{}", &secret[..100], &secret[100..]);
    let error = private_error(&spoilt);
    assert_eq!(
        error.to_string(),
        "the key is not base64 at character 101: give the text of the key (PEM or base64), not a file name"
    );
    for error in [error, public_error(secret), private_error(&secret[..800])] {
        let shown = format!("{error} {error:?}");
        for start in 0..secret.len() - 6 {
            assert!(!shown.contains(&secret[start..start + 6]), "{shown}");
        }
    }
    for (error, word) in [
        (private_error(key_text("app_rsa2", "public_spki_pem")), "the application's private key"),
        (public_error(secret), "Alipay's public key"),
        (private_error(wrong("encrypted_pkcs8")), "openssl pkey"),
        (private_error(wrong("openssh_private")), "ssh-keygen -p -m PEM"),
        (private_error(wrong("short_private")), "512 bits, the least is 1024"),
        (public_error(pkcs1_public(16_384, &[1, 0, 1])), "16384 bits, the limit is 8192"),
        (private_error(""), "the key is empty"),
    ] {
        assert!(error.to_string().contains(word), "{error}");
    }
}
