//! Certificates are read as the official SDKs read them, and what is none is named.

use alipay_sign::{CertError, Certificate, KeyError, PublicKey, SignatureAlgorithm, root_serial_number};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use crate::data::{CERTIFICATES, certificate, certificate_text, key_text, private, rows, wrong};
use crate::issuer::{
    COMMON_NAME, Draft, NOT_AFTER, NOT_BEFORE, ORGANIZATION, UTF8, algorithm, element, name,
};

const ALL: [&str; 3] = ["alipay_cert", "root_e1", "root_sm2"];

/// The text of a captured case: certificates with text around them.
fn text_of(case: &Value) -> String {
    let around: Vec<&str> =
        case["text_around"].as_array().unwrap().iter().map(|text| text.as_str().unwrap()).collect();
    let mut text = around[0].to_owned();
    for (name, after) in case["certificates"].as_array().unwrap().iter().zip(&around[1..]) {
        text.push_str(certificate_text(name.as_str().unwrap()).trim_end());
        text.push_str(after);
    }
    if case["crlf"] == true { text.replace('\n', "\r\n") } else { text }
}

fn error(text: impl AsRef<[u8]>) -> CertError {
    Certificate::parse_bundle(text).unwrap_err()
}

fn der(name: &str) -> Vec<u8> {
    let body: String = certificate_text(name).lines().filter(|line| !line.starts_with("-----")).collect();
    STANDARD.decode(body).unwrap()
}

#[test]
fn serial_numbers_are_those_of_the_official_sdk() {
    let cases = rows(&CERTIFICATES["serial_numbers"]);
    assert_eq!(cases.len(), 34);
    for case in cases {
        let certificate = Certificate::parse(text_of(case)).unwrap();
        assert_eq!(certificate.issuer(), case["issuer"], "{}", case["name"]);
        assert_eq!(certificate.serial_decimal(), case["serial_decimal"], "{}", case["name"]);
        assert_eq!(certificate.serial_number(), case["serial_number"], "{}", case["name"]);
        let key = certificate.public_key();
        match case["name"].as_str().unwrap() {
            "root_e1" => assert_eq!(key, Err(other("elliptic curves (EC)"))),
            "root_sm2" if cfg!(not(feature = "sm2")) => assert_eq!(key, Err(KeyError::NeedsSm2)),
            name => assert_eq!(key.unwrap().to_spki_base64(), case["public_key"], "{name}"),
        }
    }
}

fn other(name: &str) -> KeyError {
    KeyError::OtherAlgorithm { name: name.to_owned() }
}

#[test]
fn root_serial_numbers_are_those_of_the_official_sdk() {
    let cases = rows(&CERTIFICATES["root_serial_numbers"]);
    assert_eq!(cases.len(), 15);
    for case in cases {
        let number = root_serial_number(text_of(case));
        match case["serial_number"].as_str() {
            Some(expected) => assert_eq!(number.as_deref(), Ok(expected), "{}", case["name"]),
            None => assert_eq!(number, Err(CertError::NoRsaRoot { found: 1 }), "{}", case["name"]),
        }
    }
}

#[test]
fn subjects_dates_and_algorithms_are_read() {
    let all = CERTIFICATES["certificates"].as_object().unwrap();
    assert_eq!(all.len(), 29);
    for (name, expected) in all {
        let certificate = certificate(name);
        assert_eq!(certificate.subject(), expected["subject"], "{name}");
        assert_eq!(certificate.not_before(), expected["not_before"], "{name}");
        assert_eq!(certificate.not_after(), expected["not_after"], "{name}");
        assert_eq!(certificate.signature_algorithm().oid(), expected["signature_oid"], "{name}");
        assert_eq!(certificate.is_self_signed(), name.starts_with("root_"), "{name}");
        let is_authority = match name.as_str() {
            "serial_1" => certificate.basic_constraints_ca(),
            name => Some(name.starts_with("root_") || name.starts_with("inter_")),
        };
        if !name.starts_with("serial_") && !name.starts_with("dn_") && !name.starts_with("md5_") {
            assert_eq!(certificate.basic_constraints_ca(), is_authority, "{name}");
        }
    }
    let alipay = certificate("alipay_cert");
    assert_eq!(alipay.subject_common_name(), Some("支付宝(中国)网络技术有限公司-2088000000000001"));
    assert_eq!(*alipay.signature_algorithm(), SignatureAlgorithm::RsaSha256);
    assert_eq!(*certificate("root_sm2").signature_algorithm(), SignatureAlgorithm::Sm2Sm3);
    assert_eq!(alipay.public_key(), PublicKey::parse(key_text("alipay_rsa2", "public_spki_pem")));
}

#[test]
fn every_form_of_text_is_the_same_certificate() {
    for name in ALL {
        let pem = certificate_text(name);
        let bare = STANDARD.encode(der(name));
        let expected = certificate(name);
        for (form, text) in [
            ("byte order mark", format!("\u{feff}{pem}").into_bytes()),
            ("byte order mark, no frame", format!("\u{feff}{bare}").into_bytes()),
            ("CR", pem.replace('\n', "\r").into_bytes()),
            ("one line", pem.replace('\n', " ").into_bytes()),
            ("escaped line breaks", pem.replace('\n', "\\n").into_bytes()),
            ("blank lines", pem.replace('\n', "\n \n").into_bytes()),
            ("any label", pem.replace("CERTIFICATE", "ANY THING").into_bytes()),
            ("no frame", bare.clone().into_bytes()),
            ("no padding", bare.trim_end_matches('=').into()),
            ("DER", der(name)),
        ] {
            let bundle =
                Certificate::parse_bundle(&text).unwrap_or_else(|error| panic!("{name} {form}: {error}"));
            assert_eq!(bundle, std::slice::from_ref(&expected), "{name} {form}");
        }
        assert_eq!(expected.to_pem(), pem, "{name}");
    }
}

#[test]
fn a_bundle_keeps_its_order() {
    let glued: String = ALL.map(|name| certificate_text(name).trim_end()).concat();
    assert_eq!(Certificate::parse_bundle(&glued).unwrap(), ALL.map(certificate));
    assert_eq!(Certificate::parse(&glued).unwrap(), certificate(ALL[0]));
}

#[test]
fn what_is_no_certificate_is_named_with_its_place() {
    let good = certificate_text("root_r1");
    for key in [
        key_text("app_rsa2", "private_pkcs8_pem"),
        key_text("app_rsa2", "public_spki_pem"),
        wrong("ec_sec1"),
        wrong("encrypted_pkcs8"),
    ] {
        assert_eq!(error(key), CertError::KeyGiven { number: 1 }, "{key:.40}");
        assert_eq!(error(format!("{good}{key}")), CertError::KeyGiven { number: 2 }, "{key:.40}");
    }
    assert_eq!(error(key_text("app_rsa2", "public_spki_b64")), CertError::KeyGiven { number: 1 });
    assert_eq!(error(wrong("request")), CertError::RequestGiven { number: 1 });
    assert_eq!(error("\u{feff}\r\n "), CertError::Empty);
    assert_eq!(error("/etc/alipay/root.crt"), CertError::NotBase64 { number: 1, position: 17 });
    assert_eq!(error(b"\xff\xfe-\0-\0"), CertError::Utf16);
    assert_eq!(error("aGVsbG8gd29ybGQ="), CertError::Malformed { number: 1 });
    assert_eq!(error(vec![b' '; 1_048_577]), CertError::TooLong { bytes: 1_048_577 });
    let (head, _) = good.split_at(good.len() / 2);
    assert_eq!(error(head), CertError::Truncated { number: 1 });
    assert_eq!(error(format!("{good}{head}")), CertError::Truncated { number: 2 });
    let der = der("root_r1");
    assert_eq!(error(&der[..der.len() - 1]), CertError::Truncated { number: 1 });
    assert_eq!(error([&der[..], &[0]].concat()), CertError::Malformed { number: 1 });
    assert_eq!(
        error(format!("{good}-----BEGIN X-----\n-----END X-----")),
        CertError::Malformed { number: 2 }
    );
}

#[test]
fn errors_say_how_to_mend_and_show_nothing() {
    let key = key_text("app_rsa2", "private_pkcs8_pem");
    let told = error(key);
    assert_eq!(
        told.to_string(),
        "block 1 is a key, and a certificate is wanted: give the .crt file from the console"
    );
    assert!(!format!("{told:?}{told}").contains(&key[100..120]));
    assert_eq!(
        root_serial_number(certificate_text("root_e1")).unwrap_err().to_string(),
        "none of the 1 certificates is signed with RSA: give alipayRootCert.crt from the console"
    );
}

#[test]
fn damaged_certificates_are_refused_or_read_and_never_panic() {
    for name in ["alipay_cert", "dn_printable_vs_bmp", "root_sm2"] {
        let whole = der(name);
        for end in 0..whole.len() {
            assert!(Certificate::parse(&whole[..end]).is_err(), "{name} cut at {end}");
        }
        for position in 0..whole.len() {
            for damage in [0x00, 0x01, 0x30, 0x7f, 0x80, 0xff] {
                let mut damaged = whole.clone();
                damaged[position] = damage;
                if let Ok(read) = Certificate::parse(&damaged) {
                    assert_eq!(read.serial_number().len(), 32);
                    assert_eq!(read.to_pem().len(), certificate_text(name).len());
                }
            }
        }
    }
}

#[test]
fn names_are_written_as_java_writes_them() {
    let written = |subject: Vec<u8>| {
        let draft = Draft { subject, ..Draft::new("", "issuer", "app_rsa2") };
        let certificate = draft.signed_by("app_rsa2");
        (certificate.subject().to_owned(), certificate.subject_common_name().map(str::to_owned))
    };
    let text = |subject: Vec<u8>| written(subject).0;
    let user_id = &[0x09, 0x92, 0x26, 0x89, 0x93, 0xf2, 0x2c, 0x64, 1, 1][..];
    assert_eq!(text(name(&[&[(COMMON_NAME, 0x12, b"007")]])), "CN=#1203303037");
    assert_eq!(text(name(&[&[(COMMON_NAME, 0x16, b"a"), (user_id, UTF8, b"b+")]])), "CN=a+UID=b\\+");
    assert_eq!(
        text(name(&[&[(&[0x55, 4, 9], 0x13, b"1 Road")], &[(&[0x55, 4, 12], 0x13, b"Dr")]])),
        "2.5.4.12=#13024472,STREET=1 Road"
    );
    assert_eq!(text(name(&[])), "");
    assert_eq!(
        written(name(&[&[(COMMON_NAME, 0x1e, &[0x65, 0x2f, 0x4e, 0xd8])]])).1.as_deref(),
        Some("支付")
    );
    assert_eq!(written(name(&[&[(COMMON_NAME, 0x14, b"\xe9")]])), ("CN=\u{fffd}".to_owned(), None));
    let two = name(&[&[(COMMON_NAME, UTF8, b"wide")], &[(COMMON_NAME, UTF8, b" narrow, ")]]);
    assert_eq!(written(two), ("CN=\\ narrow\\,\\ ,CN=wide".to_owned(), Some(" narrow, ".to_owned())));
    assert_eq!(written(name(&[&[(ORGANIZATION, UTF8, b"x")]])), ("O=x".to_owned(), None));
}

#[test]
fn negative_serial_numbers_keep_their_sign() {
    let draft = Draft { serial: element(2, &[0xff, 0x00]), ..Draft::new("a", "b", "app_rsa2") };
    assert_eq!(draft.signed_by("app_rsa2").serial_decimal(), "-256");
}

#[test]
fn serial_numbers_have_a_longest() {
    let serial = |bytes: usize| {
        let draft = Draft { serial: element(2, &vec![1; bytes]), ..Draft::new("a", "b", "app_rsa2") };
        Certificate::parse(draft.der_signed_by(&private("app_rsa2")))
    };
    assert_eq!(serial(64).unwrap().serial_decimal().len(), 152);
    assert_eq!(serial(65), Err(CertError::Malformed { number: 1 }));
    assert_eq!(serial(0), Err(CertError::Malformed { number: 1 }));
}

#[test]
fn both_kinds_of_time_are_read() {
    let plain = Draft::new("a", "b", "app_rsa2").signed_by("app_rsa2");
    assert_eq!((plain.not_before(), plain.not_after()), (NOT_BEFORE, NOT_AFTER));
    let times = [element(0x18, b"20240101000000Z"), element(0x18, b"20991231235959Z")].concat();
    let draft = Draft { validity: element(0x30, &times), ..Draft::new("a", "b", "app_rsa2") };
    let certificate = draft.signed_by("app_rsa2");
    assert_eq!((certificate.not_before(), certificate.not_after()), (NOT_BEFORE, 4_102_444_799));
}

#[test]
fn basic_constraints_that_cannot_be_read_say_no() {
    let says = |draft: Draft| draft.signed_by("app_rsa2").basic_constraints_ca();
    let draft = || Draft::new("a", "b", "app_rsa2");
    assert_eq!(says(draft()), None);
    assert_eq!(says(draft().authority(true)), Some(true));
    assert_eq!(says(draft().authority(false)), Some(false));
    for odd in [&b""[..], b"\x30", b"\x30\x03\x01\x01\x00", b"\x30\x03\x02\x01\x01", b"\x05\x00"] {
        assert_eq!(says(draft().constraints(odd)), Some(false), "{odd:?}");
    }
    let damaged = Draft { extensions: element(0xa3, b"\x30\x05\x30"), ..draft() };
    assert_eq!(says(damaged), Some(false));
}

#[test]
fn a_certificate_with_two_algorithms_is_refused() {
    let sha1 = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 5];
    let draft = Draft { inner_algorithm: algorithm(&sha1), ..Draft::new("a", "b", "app_rsa2") };
    assert_eq!(error(draft.der_signed_by(&private("app_rsa2"))), CertError::Malformed { number: 1 });
}

#[test]
fn debug_is_short() {
    assert_eq!(
        format!("{:?}", certificate("serial_1")),
        r#"Certificate { serial_number: "af51ce549559bd5a939857d5e7036cf4", subject: "CN=edge serial_1 A,C=CN", .. }"#
    );
}
