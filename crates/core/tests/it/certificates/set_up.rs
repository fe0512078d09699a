//! What is said of certificates when a client is built: what cannot work, and what is hardly meant.

use alipay_core::{AnswerError, Config, ConfigBuilder};

use super::{NOW, builder, builder_on};
use crate::common::Fixed;
use crate::vectors::{certificate, key, key_text, roots};

/// The application that the certificate belongs to.
const CERTIFIED: &str = "2024052000000001";

fn error(builder: ConfigBuilder) -> String {
    builder.build().unwrap_err().to_string()
}

fn warnings(builder: ConfigBuilder) -> Vec<String> {
    builder.build().unwrap().warnings()
}

#[test]
fn wrong_certificates_are_named_when_the_client_is_built() {
    let other_key = error(builder().private_key(key_text("other_rsa2")));
    assert!(other_key.starts_with("app_certificate: it certifies the key"), "{other_key}");
    let own = error(builder().alipay_certificate(certificate("app_cert")));
    assert!(own.starts_with("alipay_certificate: "), "{own}");
    let text = error(builder().alipay_root_certificate("no certificate"));
    assert!(text.starts_with("alipay_root_certificate: "), "{text}");
    let both = error(builder().alipay_public_key(key("alipay_rsa2").public_key().to_spki_pem()));
    assert!(both.contains("given together with app_certificate"), "{both}");
    let shown = format!("{:?}", AnswerError::UnknownCertificate { serial: "a".into(), why: "b".into() });
    assert!(shown.contains("UnknownCertificate"));
}

#[test]
fn an_application_certificate_for_another_kind_of_key_is_refused() {
    let elliptic = error(builder().app_certificate(certificate("root_e1")));
    assert!(elliptic.starts_with("app_certificate: "), "{elliptic}");
}

#[test]
fn certificates_without_that_of_the_application_are_refused() {
    let plain = || crate::common::builder().private_key(key_text("app_rsa2"));
    for (set_up, named) in [
        (plain().alipay_certificate(certificate("alipay_cert")), "alipay_certificate"),
        (plain().alipay_root_certificate(roots()), "alipay_root_certificate"),
    ] {
        let told = error(set_up);
        assert!(told.starts_with(&format!("app_certificate: absent, but {named} is given")), "{told}");
    }
}

#[test]
fn a_set_up_without_fault_is_not_warned_of() {
    assert_eq!(warnings(builder().app_id(CERTIFIED)), [""; 0]);
    assert_eq!(warnings(crate::common::builder()), [""; 0], "public-key mode");
}

#[test]
fn the_certificate_of_another_application_is_warned_of() {
    let told = warnings(builder().app_id("2021000000000009"));
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(
        told[0].starts_with("app_certificate: it belongs to CN=2088000000000001-2024052000000001,"),
        "{told:?}"
    );
    assert!(told[0].contains("the app_id is 2021000000000009"), "{told:?}");
}

#[test]
fn a_certificate_outside_its_dates_is_warned_of_by_the_clock_of_the_configuration() {
    let expired =
        warnings(builder().app_id(CERTIFIED).alipay_certificate(certificate("alipay_cert_expired")));
    assert_eq!(expired.len(), 1, "{expired:?}");
    assert!(expired[0].starts_with("alipay_certificate: CN=支付宝"), "{expired:?}");
    assert!(expired[0].contains("has expired at 2021-01-01 08:00:00"), "{expired:?}");

    let at = |millis| builder_on(std::sync::Arc::new(Fixed(millis))).app_id(CERTIFIED).build().unwrap();
    let fields = |config: Config| {
        let told = config.warnings();
        told.iter().map(|told| told.split(':').next().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(fields(at(0)), ["app_certificate", "alipay_certificate"]);
    assert!(at(0).warnings()[0].contains("is not valid before 2019-01-01 08:00:00"));
    assert!(fields(at(NOW)).is_empty());
    assert_eq!(fields(at(4_102_444_800_000)), ["app_certificate", "alipay_certificate"]);
}

#[test]
fn a_root_file_without_a_root_is_warned_of() {
    for id in ["inter_class2", "alipay_cert"] {
        let told = warnings(builder().app_id(CERTIFIED).alipay_root_certificate(certificate(id)));
        assert!(told.len() == 1 && told[0].starts_with("alipay_root_certificate: CN="), "{told:?}");
    }
}
