//! A build without SM2 says what is missing, and still counts SM2 certificates.

use alipay_sign::{
    Certificate, ChainError, KeyError, PrivateKey, PublicKey, SignType, root_serial_number_for, verify_chain,
};

use crate::data::{SM2, private, public, sm2_text};

#[test]
fn an_sm2_key_names_the_feature() {
    for form in ["private_pkcs8_pem", "private_pkcs8_after_parameters", "private_sec1_pem"] {
        assert_eq!(PrivateKey::parse(sm2_text(form)).unwrap_err(), KeyError::NeedsSm2, "{form}");
        assert_eq!(PublicKey::parse(sm2_text(form)).unwrap_err(), KeyError::PrivateKeyGiven, "{form}");
    }
    for form in ["public_spki_pem", "public_spki_compressed_pem"] {
        assert_eq!(PublicKey::parse(sm2_text(form)).unwrap_err(), KeyError::NeedsSm2, "{form}");
        assert_eq!(PrivateKey::parse(sm2_text(form)).unwrap_err(), KeyError::PublicKeyGiven, "{form}");
    }
    let certificate = SM2["published_certificate"]["pem"].as_str().unwrap();
    assert_eq!(PublicKey::parse(certificate).unwrap_err(), KeyError::NeedsSm2);
    assert!(KeyError::NeedsSm2.to_string().contains("the cargo feature `sm2` of alipay-sign"));
}

#[test]
fn sign_type_sm2_names_the_feature() {
    let expected = "sign type SM2 needs an SM2 key, and this is an RSA key: give one and enable the cargo \
                    feature `sm2` of alipay-sign, or choose another sign type";
    let error = private("app_rsa2").sign(SignType::Sm2, b"message").unwrap_err();
    assert_eq!(error.to_string(), expected);
    let error = public("app_rsa2").verify(SignType::Sm2, b"message", b"signature").unwrap_err();
    assert_eq!(error.to_string(), expected);
    assert!(!error.is_short_key());
}

#[test]
fn an_sm2_certificate_is_read_and_counted_but_not_verified() {
    let published = &SM2["published_certificate"];
    let certificate = Certificate::parse(published["pem"].as_str().unwrap()).unwrap();
    assert_eq!(certificate.serial_number(), published["serial_number"]);
    assert_eq!(certificate.public_key(), Err(KeyError::NeedsSm2));

    let root = SM2["certificates_by_openssl"]["root"].as_str().unwrap();
    let number = root_serial_number_for(SignType::Sm2, root).unwrap();
    assert_eq!(number, SM2["root_serial_number"].as_str().unwrap());
    let root = Certificate::parse(root).unwrap();
    let roots = std::slice::from_ref(&root);
    let error = verify_chain(roots, roots, root.not_before()).unwrap_err();
    assert!(matches!(error, ChainError::Algorithm { .. }), "{error}");
    let told = "signed with SM3 with SM2, and only SHA-256 or SHA-1 with RSA is verified (SM3 with SM2 needs the \
                cargo feature `sm2` of alipay-sign)";
    assert!(error.to_string().contains(told), "{error}");
}
