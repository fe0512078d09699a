//! Certificates.

use alipay_api::http::HttpResponse;
use alipay_api::sign::{Certificate, check_alipay_subject, root_serial_number, verify_chain};
use alipay_api::{CallOptions, Config, Error, ErrorKind, Exchange, Outcome, Step, Verified};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::desk::{
    NODE, NOW, certificate, certificate_builder, done, gateway, key, ok, parameter, roots, sent, signature,
};

const SUCCESS: &str = r#"{"code":"10000","msg":"Success"}"#;

fn serial(id: &str) -> String {
    Certificate::parse(certificate(id)).unwrap().serial_number().to_owned()
}

/// An answer that names the certificate `serial`.
fn naming(serial: &str, signed_with: &str) -> HttpResponse {
    let sign = signature(&key(signed_with), SUCCESS.as_bytes());
    ok(format!(r#"{{"{NODE}":{SUCCESS},"alipay_cert_sn":"{serial}","sign":"{sign}"}}"#))
}

/// The answer to a download.
fn file(ids: &[&str]) -> HttpResponse {
    let pem: String = ids.iter().map(|id| format!("{}\n", certificate(id))).collect();
    let node = format!(r#"{{"code":"10000","alipay_cert_content":"{}"}}"#, STANDARD.encode(pem));
    ok(format!(r#"{{"alipay_open_app_alipaycert_download_response":{node}}}"#))
}

fn asked(config: &Config) -> Exchange {
    let mut exchange = Exchange::new(config, gateway(), CallOptions::new());
    let _ = sent(&mut exchange);
    exchange
}

fn downloaded(named: &str, signed_with: &str, chain: &[&str]) -> Result<Verified, Error> {
    let mut exchange = asked(&certificate_builder().build().unwrap());
    exchange.on_response(naming(&serial(named), signed_with));
    let request = sent(&mut exchange);
    assert_eq!(parameter(&request, "method").as_deref(), Some("alipay.open.app.alipaycert.download"));
    exchange.on_response(file(chain));
    done(&mut exchange)
}

/// protocol-v2 §13 no. 24: what was downloaded is believed for its chain, and only if it is what was asked for.
#[test]
fn a_downloaded_certificate_is_believed_for_its_chain_and_number_only() {
    assert!(
        downloaded("alipay_cert_next", "alipay_rsa2_next", &["alipay_cert_next", "inter_class2"]).is_ok()
    );
    for (named, signed_with, chain) in [
        ("alipay_cert_rogue", "other_rsa2", &["alipay_cert_rogue", "inter_class2"][..]),
        ("alipay_cert_expired", "alipay_rsa2_next", &["alipay_cert_expired", "inter_class2"]),
        ("alipay_cert_next", "alipay_rsa2_next", &["alipay_cert_next"]),
        ("alipay_cert_next", "alipay_rsa2", &["alipay_cert", "inter_class2"]),
        ("app_cert", "app_rsa2", &["app_cert", "inter_class1"]),
    ] {
        let error = downloaded(named, signed_with, chain).unwrap_err();
        assert_eq!((error.kind(), error.outcome()), (ErrorKind::Signature, Outcome::Unknown), "{named}");
    }
}

/// protocol-v2 §13 no. 25: roots of other algorithms are passed over, the first block of a file counts, the time comes in.
#[test]
fn foreign_roots_second_blocks_and_dates_are_no_obstacle() {
    let two = format!("{}\n{}\n", certificate("root_sm2"), certificate("root_e1"));
    assert!(root_serial_number(&two).is_err(), "none of RSA");
    let bundle = root_serial_number(roots()).unwrap();
    assert_eq!(bundle, format!("{}_{}", serial("root_r1"), serial("root_sha1_20octet")));

    let alipays_file = format!("{}\n{}\n", certificate("alipay_cert"), certificate("inter_class2"));
    assert_eq!(Certificate::parse(&alipays_file).unwrap().serial_number(), serial("alipay_cert"));

    let chain =
        ["alipay_cert_expired", "inter_class2"].map(|id| Certificate::parse(certificate(id)).unwrap());
    let roots = Certificate::parse_bundle(roots()).unwrap();
    assert_eq!(verify_chain(&chain, &roots, chain[0].not_after() - 1), Ok(()));
    assert!(verify_chain(&chain, &roots, NOW / 1000).is_err());
}

/// protocol-v2 §13 no. 26: serial numbers of any length are written in decimal before they are digested.
#[test]
fn long_serial_numbers_are_decimal() {
    for (id, decimal, number) in [
        ("serial_1", "1", "af51ce549559bd5a939857d5e7036cf4"),
        ("serial_highbit_8", "9238311484938038496", "aeffad2da9e7d7ac8d39754907377b10"),
        ("serial_128bit", "170567665598608342102105362076816054465", "b2d477da3d1a6aae2ec10ecaa9add514"),
        (
            "serial_20octet",
            "703667135494605233192503650683053829775105082462",
            "057c087776fbbdbe4fc50282cfd77eb2",
        ),
    ] {
        let certificate = Certificate::parse(certificate(id)).unwrap();
        assert_eq!((certificate.serial_decimal(), certificate.serial_number()), (decimal, number));
    }
}

/// protocol-v2 §13 no. 27: calls share no key, do not wait for a stranger's download, and never ask for an empty number.
#[test]
fn calls_do_not_disturb_each_other() {
    let config = certificate_builder().alipay_certificate(certificate("alipay_cert_next")).build().unwrap();
    let (mut old, mut new) = (asked(&config), asked(&config));
    new.on_response(naming(&serial("alipay_cert_next"), "alipay_rsa2_next"));
    old.on_response(naming(&serial("alipay_cert"), "alipay_rsa2"));
    assert!(done(&mut old).is_ok() && done(&mut new).is_ok(), "each with the key of its own answer");

    let config = certificate_builder().build().unwrap();
    let mut downloading = asked(&config);
    downloading.on_response(naming(&serial("alipay_cert_next"), "alipay_rsa2_next"));
    let _ = sent(&mut downloading);
    let mut other = asked(&config);
    other.on_response(naming(&serial("alipay_cert"), "alipay_rsa2"));
    assert!(done(&mut other).is_ok(), "while the download is under way");

    let mut empty = asked(&config);
    empty.on_response(naming("", "alipay_rsa2"));
    assert!(matches!(empty.step(), Step::Done(result) if result.is_err()), "no download of nothing");
}

/// protocol-v2 §13 no. 28: Alipay's certificates have no host names and not always constraints; they are no web servers.
#[test]
fn a_chain_needs_no_names_of_hosts() {
    let chain = ["alipay_cert", "inter_class2"].map(|id| Certificate::parse(certificate(id)).unwrap());
    let roots = Certificate::parse_bundle(roots()).unwrap();
    let subject_alternative_name = [0x55, 0x1D, 0x11];
    let body: String = chain[0].to_pem().lines().filter(|line| !line.starts_with('-')).collect();
    let der = STANDARD.decode(body).unwrap();
    assert!(!der.windows(3).any(|bytes| bytes == subject_alternative_name), "it names no host");
    assert_eq!(verify_chain(&chain, &roots, NOW / 1000), Ok(()));
    assert_eq!(check_alipay_subject(&chain[0], None), Ok(()));
    // An intermediate without `basicConstraints` has to be made for the purpose; that is done here:
    let chains = include_str!("../../../../crates/sign/tests/it/chains.rs");
    assert!(chains.contains("fn who_is_no_authority_cannot_sign_certificates()"));
}
