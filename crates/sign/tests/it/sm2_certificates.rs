//! Certificates with SM2: their keys, their serial numbers, and chains that OpenSSL signed.

use alipay_sign::{
    CertError, Certificate, ChainError, PrivateKey, PublicKey, SignType, SignatureAlgorithm,
    check_alipay_subject, root_serial_number, root_serial_number_for, verify_chain,
};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::data::{SM2, certificate, certificate_text, private};
use crate::issuer::{COMMON_NAME, Draft, ORGANIZATION, SM2_SM3, UTF8, algorithm, name};

const COUNTRY: &[u8] = &[0x55, 4, 6];

fn text(name: &str) -> &'static str {
    SM2["certificates_by_openssl"][name].as_str().unwrap()
}

fn sm2_certificate(name: &str) -> Certificate {
    Certificate::parse(text(name)).unwrap()
}

fn verify(path: &[&Certificate], root: &Certificate) -> Result<(), ChainError> {
    let path: Vec<Certificate> = path.iter().map(|&one| one.clone()).collect();
    verify_chain(&path, std::slice::from_ref(root), path[0].not_before())
}

#[test]
fn the_published_certificate_gives_number_and_key() {
    let published = &SM2["published_certificate"];
    let pem = published["pem"].as_str().unwrap();
    let certificate = Certificate::parse(pem).unwrap();
    assert_eq!(certificate.serial_number(), published["serial_number"]);
    assert_eq!(*certificate.signature_algorithm(), SignatureAlgorithm::Sm2Sm3);
    assert_eq!(certificate.public_key(), PublicKey::parse(pem));
    assert_eq!(certificate.public_key().unwrap().bits(), 256);
}

#[test]
fn the_sm2_root_of_alipays_file_signed_itself() {
    let root = Certificate::parse(SM2["published_root"].as_str().unwrap()).unwrap();
    assert_eq!(root.subject(), "CN=ROOTCA,O=NRCAC,C=CN");
    assert_eq!(verify(&[&root], &root), Ok(()));
}

#[test]
fn a_chain_by_openssl_is_verified() {
    let [root, middle, alipay] = ["root", "middle", "alipay"].map(sm2_certificate);
    assert_eq!(verify(&[&alipay, &middle], &root), Ok(()));
    assert_eq!(verify(&[&root, &alipay, &middle], &root), Ok(()));
    assert_eq!(check_alipay_subject(&alipay, Some("支付宝(中国)网络技术有限公司-")), Ok(()));
    let test_root = certificate("root_sm2");
    assert_eq!(verify(&[&test_root], &test_root), Ok(()));
}

#[test]
fn a_rogue_signature_is_refused() {
    let [root, middle, rogue] = ["root", "middle", "alipay_rogue"].map(sm2_certificate);
    let error = verify(&[&rogue, &middle], &root).unwrap_err();
    assert!(matches!(&error, ChainError::Signature { subject, .. } if subject == rogue.subject()), "{error}");
}

#[test]
fn the_key_of_the_issuer_must_be_for_the_algorithm() {
    let middle = sm2_certificate("middle");
    let namesake = Draft {
        subject: name(&[
            &[(COUNTRY, 0x13, b"CN")],
            &[(ORGANIZATION, UTF8, b"Test Financial")],
            &[(COMMON_NAME, UTF8, b"SM2 Root")],
        ]),
        ..Draft::new("", "root", "app_rsa2")
    };
    let namesake = namesake.authority(true).signed_by("app_rsa2");
    let error = verify(&[&middle], &namesake).unwrap_err();
    let source = std::error::Error::source(&error).unwrap().to_string();
    assert!(source.starts_with("sign type SM2 needs an SM2 key, and this is an RSA key"), "{source}");
}

#[test]
fn chains_may_change_the_algorithm() {
    let key = PrivateKey::generate_sm2().unwrap();
    let root = Draft::new("root", "root", "app_rsa2").authority(true).signed_by("app_rsa2");
    let middle = Draft {
        spki: STANDARD.decode(key.public_key().to_spki_base64()).unwrap(),
        ..Draft::new("middle", "root", "app_rsa2")
    };
    let middle = middle.authority(true).signed_by("app_rsa2");
    let leaf = Draft { inner_algorithm: algorithm(SM2_SM3), ..Draft::new("leaf", "middle", "alipay_rsa2") };
    let signed_by = |key: &PrivateKey| Certificate::parse(leaf.der_signed_by(key)).unwrap();
    assert_eq!(verify(&[&signed_by(&key), &middle], &root), Ok(()));
    let other = PrivateKey::generate_sm2().unwrap();
    assert!(matches!(verify(&[&signed_by(&other), &middle], &root), Err(ChainError::Signature { .. })));
}

#[test]
fn the_root_serial_number_counts_the_roots_of_the_sign_type() {
    let expected = SM2["root_serial_number"].as_str().unwrap();
    let bundle = [certificate_text("root_r1"), text("root"), certificate_text("root_e1")].concat();
    assert_eq!(root_serial_number_for(SignType::Sm2, &bundle).as_deref(), Ok(expected));
    for sign_type in [SignType::Rsa, SignType::Rsa2] {
        assert_eq!(root_serial_number_for(sign_type, &bundle), root_serial_number(&bundle));
    }
    assert_eq!(root_serial_number(&bundle).as_deref(), Ok(certificate("root_r1").serial_number()));
    let two = [text("root"), certificate_text("root_r1"), certificate_text("root_sm2")].concat();
    assert_eq!(
        root_serial_number_for(SignType::Sm2, &two),
        Ok(format!("{expected}_{}", certificate("root_sm2").serial_number()))
    );
    let error = root_serial_number_for(SignType::Sm2, certificate_text("root_r1")).unwrap_err();
    assert_eq!(error, CertError::NoSm2Root { found: 1 });
    assert_eq!(
        error.to_string(),
        "none of the 1 certificates is signed with SM2: give the root file that came with the SM2 certificate"
    );
}

#[test]
fn a_key_in_place_of_a_certificate_is_told() {
    for key in [crate::data::sm2_text("private_sec1_pem"), crate::data::sm2_text("public_spki_pem")] {
        assert_eq!(Certificate::parse(key).unwrap_err(), CertError::KeyGiven { number: 1 });
    }
    assert_eq!(private("app_rsa2").public_key().algorithm(), alipay_sign::KeyAlgorithm::Rsa);
}
