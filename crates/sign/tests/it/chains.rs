//! Chains are believed as the official SDK believes them, and what it forgets to ask is asked.

use alipay_sign::{Certificate, ChainError, KeyError, check_alipay_subject, verify_chain};

use crate::data::{CERTIFICATES, certificate, certificates, rows};
use crate::issuer::{Draft, NOT_AFTER, NOT_BEFORE};

/// 2027-01-01: all test data is valid then, but for the expired certificate.
const NOW: i64 = 1_798_761_600;

fn verify(path: &[&Certificate], roots: &[&Certificate]) -> Result<(), ChainError> {
    let owned = |list: &[&Certificate]| list.iter().map(|&one| one.clone()).collect::<Vec<_>>();
    verify_chain(&owned(path), &owned(roots), NOW)
}

/// A root, and an intermediate below it.
fn authorities() -> [Certificate; 2] {
    [
        Draft::new("root", "root", "app_rsa2").authority(true).signed_by("app_rsa2"),
        Draft::new("middle", "root", "alipay_rsa2").authority(true).signed_by("app_rsa2"),
    ]
}

fn alipay() -> Draft {
    Draft::new("支付宝-2088000000000001", "middle", "other_rsa2")
}

#[test]
fn chains_are_trusted_as_by_the_official_sdk() {
    let cases = rows(&CERTIFICATES["chains"]);
    assert_eq!(cases.len(), 10);
    for case in cases {
        let (path, roots) = (certificates(&case["certificates"]), certificates(&case["roots"]));
        let result = verify_chain(&path, &roots, NOW);
        assert_eq!(result.is_ok(), case["trusted_by_java"] == true, "{}: {result:?}", case["name"]);
    }
}

#[test]
fn each_broken_chain_says_why() {
    let [leaf, class_1, class_2, root] =
        ["alipay_cert", "inter_class1", "inter_class2", "root_r1"].map(certificate);
    let roots = [&certificate("root_sm2"), &root];
    assert_eq!(verify(&[&leaf], &roots), Err(ChainError::UnknownRoot { issuer: leaf.issuer().to_owned() }));
    assert_eq!(verify(&[&leaf, &class_1], &roots), Err(ChainError::NotOnePath));
    assert_eq!(verify(&[&leaf, &leaf, &class_2], &roots), Err(ChainError::NotOnePath));
    assert_eq!(verify(&[&leaf, &class_2, &class_1], &roots), Err(ChainError::NotOnePath));
    assert_eq!(verify(&[&root, &root, &class_2], &roots), Err(ChainError::SelfSigned { count: 2 }));
    assert_eq!(verify(&[&leaf; 9], &roots), Err(ChainError::TooLong { count: 9, limit: 8 }));
    assert_eq!(
        verify(&[&leaf, &class_2], &[]),
        Err(ChainError::UnknownRoot { issuer: class_2.issuer().to_owned() })
    );
    let rogue = certificate("alipay_cert_rogue");
    let error = verify(&[&rogue, &class_2], &roots).unwrap_err();
    assert!(
        matches!(&error, ChainError::Signature { subject, .. } if subject == rogue.subject()),
        "{error:?}"
    );
    assert!(std::error::Error::source(&error).is_some());
    let expired = certificate("alipay_cert_expired");
    assert_eq!(
        verify(&[&expired, &class_2], &roots).unwrap_err().to_string(),
        format!(
            "the certificate of {:?} is valid from 2019-01-01T00:00:00Z to 2021-01-01T00:00:00Z, and it is \
             2027-01-01T00:00:00Z: check the clock, or get a new certificate from the console",
            expired.subject()
        )
    );
}

#[test]
fn every_certificate_must_be_valid_at_the_time() {
    let [root, middle] = authorities();
    let path = [alipay().signed_by("alipay_rsa2"), middle];
    let roots = [root];
    for (now, valid) in [
        (NOT_BEFORE - 1, false),
        (NOT_BEFORE, true),
        (NOT_AFTER, true),
        (NOT_AFTER + 1, false),
        (i64::MIN, false),
        (i64::MAX, false),
    ] {
        let result = verify_chain(&path, &roots, now);
        assert_eq!(result.is_ok(), valid, "{now}");
        if let Err(error) = result {
            assert!(matches!(error, ChainError::Dates { .. }), "{error}");
        }
    }
    let old = Draft { validity: short_validity(), ..Draft::new("middle", "root", "alipay_rsa2") };
    let path = [path[0].clone(), old.signed_by("app_rsa2")];
    assert_eq!(verify_chain(&path, &roots, NOT_BEFORE), Ok(()));
    let error = verify_chain(&path, &roots, NOT_BEFORE + 3600).unwrap_err();
    assert!(matches!(&error, ChainError::Dates { subject, .. } if subject == "CN=middle,O=Test"), "{error}");
}

/// The first hour of 2024.
fn short_validity() -> Vec<u8> {
    use crate::issuer::element;
    element(0x30, &[element(0x17, b"240101000000Z"), element(0x17, b"240101005959Z")].concat())
}

#[test]
fn who_is_no_authority_cannot_sign_certificates() {
    let [root, middle] = authorities();
    let leaf =
        |issuer: &str| Draft::new("支付宝-2088000000000001", issuer, "other_rsa2").signed_by("alipay_rsa2");
    assert_eq!(verify(&[&leaf("middle"), &middle], &[&root]), Ok(()));

    let not_authority = |subject: &str| Err(ChainError::NotAuthority { subject: subject.to_owned() });
    let plain = Draft::new("middle", "root", "alipay_rsa2").authority(false).signed_by("app_rsa2");
    assert_eq!(verify(&[&leaf("middle"), &plain], &[&root]), not_authority("CN=middle,O=Test"));
    let silent = Draft::new("middle", "root", "alipay_rsa2").signed_by("app_rsa2");
    assert_eq!(verify(&[&leaf("middle"), &silent], &[&root]), Ok(()));
    // A merchant could else issue certificates for Alipay with the key of an application.
    let merchant =
        Draft::new("2088000000000001-2021000000000001", "root", "alipay_rsa2").signed_by("app_rsa2");
    let forged = leaf("2088000000000001-2021000000000001");
    assert_eq!(
        verify(&[&forged, &merchant], &[&root]),
        not_authority("CN=2088000000000001-2021000000000001,O=Test")
    );
}

#[test]
fn circles_have_no_top() {
    let one = Draft::new("one", "two", "app_rsa2").signed_by("alipay_rsa2");
    let two = Draft::new("two", "one", "alipay_rsa2").signed_by("app_rsa2");
    assert_eq!(verify(&[&one, &two], &[&one]), Err(ChainError::NotOnePath));
    let [root, _] = authorities();
    assert_eq!(verify(&[&one, &two, &root], &[&root]), Err(ChainError::NotOnePath));
}

#[test]
fn of_rsa_only_sha_256_and_sha_1_are_verified() {
    for name in ["root_r1", "root_sha1_20octet"] {
        let root = certificate(name);
        assert_eq!(verify(&[&root], &[&root]), Ok(()), "{name}");
    }
    for (name, algorithm) in [
        ("root_sha384", "SHA-384 with RSA"),
        ("root_sha512", "SHA-512 with RSA"),
        ("root_pss", "RSASSA-PSS"),
        ("root_e1", "SHA-384 with ECDSA"),
    ] {
        let root = certificate(name);
        let error = verify(&[&root], &[&root]).unwrap_err().to_string();
        assert!(error.contains(&format!("is signed with {algorithm}, and only")), "{error}");
    }
}

#[test]
fn a_root_must_have_signed_and_not_only_be_named_so() {
    let [root, middle] = authorities();
    let namesake = Draft::new("root", "root", "other_rsa2").authority(true).signed_by("other_rsa2");
    assert!(matches!(verify(&[&middle], &[&namesake]), Err(ChainError::Signature { .. })));
    assert_eq!(verify(&[&middle], &[&namesake, &root]), Ok(()));
    assert_eq!(verify(&[&middle], &[&root, &namesake]), Ok(()));
    assert!(matches!(verify(&[&namesake, &middle], &[&root]), Err(ChainError::Signature { .. })));
    let weak = Draft { spki: Vec::from(*b"\x30\x00"), ..Draft::new("root", "root", "app_rsa2") };
    let weak = weak.signed_by("app_rsa2");
    assert_eq!(
        verify(&[&middle], &[&weak]),
        Err(ChainError::IssuerKey { issuer: "CN=root,O=Test".to_owned(), source: KeyError::Malformed })
    );
}

#[test]
fn the_certificate_of_an_application_is_not_alipays() {
    let (application, alipay) = (certificate("app_cert"), certificate("alipay_cert"));
    assert_eq!(
        check_alipay_subject(&application, None),
        Err(ChainError::ApplicationCertificate { subject: application.subject().to_owned() })
    );
    assert_eq!(check_alipay_subject(&alipay, None), Ok(()));
    assert_eq!(check_alipay_subject(&alipay, alipay.subject_common_name()), Ok(()));
    assert_eq!(check_alipay_subject(&alipay, Some("支付宝(中国)网络技术有限公司-")), Ok(()));
    let expected = "支付宝(中国)网络技术有限公司-2088000000000002";
    assert_eq!(
        check_alipay_subject(&alipay, Some(expected)),
        Err(ChainError::Subject { subject: alipay.subject().to_owned(), expected: expected.to_owned() })
    );
    for (name, refused) in
        [("1-2", true), (" 1-2 ", true), ("1-", false), ("12", false), ("x1-2", false), ("", false)]
    {
        let certificate = Draft::new(name, "root", "app_rsa2").signed_by("app_rsa2");
        assert_eq!(check_alipay_subject(&certificate, None).is_err(), refused, "{name:?}");
    }
}
