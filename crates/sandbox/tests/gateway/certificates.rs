//! Certificate mode: the chain that the sandbox makes, what it asks of requests, and what happens when it rotates.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use alipay_core::http::{HttpRequest, HttpResponse, Verb};
use alipay_core::sign::{
    Certificate, PrivateKey, SignType, check_alipay_subject, root_serial_number, verify_chain,
};
use alipay_core::{ErrorKind, NotifyError, RawOperation};
use alipay_sandbox::{BuildError, Fault, PID, Sandbox, TrustMode};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::world::{START, World, activity, builder, config, keys, yuan};

const DOWNLOAD: &str = "alipay.open.app.alipaycert.download";
const ANY: &str = "alipay.marketing.voucher.query";

/// Answers with a body, changed on its way by the test.
fn raw(world: &World, operation: RawOperation) -> HttpResponse {
    world.sandbox.handle(&world.request(operation))
}

fn node(response: &HttpResponse) -> Value {
    let body: Value = serde_json::from_slice(response.body()).unwrap();
    body.as_object().unwrap().values().next().unwrap().clone()
}

fn any() -> RawOperation {
    RawOperation::gateway(ANY).biz_content(json!({"voucher_id": "V"}))
}

#[test]
fn the_chain_has_the_shape_of_alipays() {
    let world = World::by_certificate();
    let files = world.sandbox.certificates().unwrap();
    let parse = |text: &str| Certificate::parse_bundle(text).unwrap();
    let (alipay, roots, app) = (parse(&files.alipay), parse(&files.roots), parse(&files.app));

    verify_chain(&alipay, &roots, START / 1000).unwrap();
    check_alipay_subject(&alipay[0], Some(&format!("支付宝(中国)网络技术有限公司-{PID}"))).unwrap();
    assert_eq!(alipay.len(), 2);
    assert_eq!(alipay[0].public_key().unwrap(), keys().1.public_key());
    assert_eq!(alipay[0].serial_number(), files.alipay_serial);

    assert_eq!(app.len(), 1, "without its issuer, as from the console");
    assert_eq!(app[0].subject(), format!("CN={PID}-2021000000000000,OU=Alipay,O=沙箱商户,C=CN"));
    assert_eq!(
        app[0].issuer(),
        "CN=Alipay Sandbox Certification Authority Class 1 R1,OU=Certification Authority,O=Alipay Sandbox,C=CN"
    );
    assert_eq!(app[0].public_key().unwrap(), keys().0.public_key());
    let issuer = parse(&files.app_issuer.unwrap());
    verify_chain(&[app[0].clone(), issuer[0].clone()], &roots, START / 1000).unwrap();
    assert_eq!(issuer[0].basic_constraints_ca(), Some(true));

    assert!(roots[0].public_key().is_err(), "an elliptic curve comes first");
    assert_eq!(root_serial_number(&files.roots).unwrap(), roots[1].serial_number());
    for certificate in alipay.iter().chain(&roots).chain(&app) {
        assert!(certificate.serial_decimal().len() > 37, "16 bytes: {}", certificate.serial_decimal());
    }
}

#[test]
fn both_protocols_are_answered_with_the_serial_number_of_the_certificate() {
    let world = World::by_certificate();
    let serial = world.sandbox.certificates().unwrap().alipay_serial;
    let id = world.active_template("T1", json!({}));
    let voucher = world.send(&id, "S1");
    assert_eq!(world.voucher(&voucher)["status"], "ENABLED");
    let refused = world.refused("alipay.marketing.voucher.query", json!({"voucher_id": "V"}));
    assert_eq!(refused, "40004 VOUCHER_NOT_EXIST", "refusals are signed with the certificate as well");

    let body = String::from_utf8(raw(&world, any()).body().to_vec()).unwrap();
    assert!(body.contains(&format!(r#"}},"alipay_cert_sn":"{serial}","sign":""#)), "{body}");

    let created = world.activity("create", activity_config());
    let code = world.activity_refused("stop", json!({"activity_id": "A", "out_biz_no": "X"}));
    assert_eq!(code, "INVALID_PARAMETER");
    let stop = activity("stop", json!({"activity_id": created["activity_id"], "out_biz_no": "X"}));
    assert_eq!(raw(&world, stop).header("alipay-sn"), Some(serial.as_str()));
}

fn activity_config() -> Value {
    json!({
        "out_biz_no": "C", "publish_start_time": "2026-01-05 00:00:00", "publish_end_time": "2026-02-05 00:00:00",
        "voucher_send_rule": {"voucher_quantity": 1},
    })
}

/// What the gateway says of a v2 request whose certificates are changed before it arrives. They are looked at before
/// the signature is.
fn refusal(world: &World, change: impl Fn(&str) -> String) -> (String, String) {
    let mut request = world.request(any());
    request.url = change(&request.url);
    request.body = change(&String::from_utf8(request.body).unwrap()).into_bytes();
    let response = world.sandbox.handle(&request);
    let text = String::from_utf8_lossy(response.body()).into_owned();
    assert!(!text.contains("\"sign\"") && !text.contains("\"alipay_cert_sn\""), "{text}");
    let node = node(&response);
    (node["code"].as_str().unwrap().to_owned(), node["sub_code"].as_str().unwrap().to_owned())
}

#[test]
fn a_gateway_request_must_name_the_right_certificates() {
    let world = World::by_certificate();
    let says = |code: &str, sub_code: &str| (code.to_owned(), sub_code.to_owned());
    let renamed = |name: &'static str| {
        move |text: &str| match text.split_once(&format!("{name}=")) {
            Some((before, rest)) => format!("{before}x_{name}={rest}"),
            None => text.to_owned(),
        }
    };
    let other =
        |name: &'static str| move |text: &str| text.replace(&format!("{name}="), &format!("{name}=0"));
    assert_eq!(refusal(&world, renamed("app_cert_sn")), says("40001", "isv.missing-app-cert-sn"));
    assert_eq!(
        refusal(&world, renamed("alipay_root_cert_sn")),
        says("40001", "isv.missing-alipay-root-cert-sn")
    );
    assert_eq!(refusal(&world, other("app_cert_sn")), says("40002", "isv.app-cert-not-exist"));
    assert_eq!(
        refusal(&world, other("alipay_root_cert_sn")),
        says("40002", "isv.invalid-alipay-root-cert-sn")
    );
}

#[test]
fn a_rest_request_must_name_the_application_and_may_leave_out_the_roots() {
    let world = World::by_certificate();
    let request = || world.request(activity("create", activity_config()));
    let code = |request: &HttpRequest| {
        let response = world.sandbox.handle(request);
        assert_eq!(response.header("alipay-signature"), None);
        let body: Value = serde_json::from_slice(response.body()).unwrap();
        (response.status(), body["code"].as_str().unwrap_or_default().to_owned())
    };
    let with_header = |name: &str, change: &dyn Fn(&str) -> String| {
        let mut request = request();
        for (known, value) in &mut request.headers {
            if known.as_str() == name {
                *value = change(value);
            }
        }
        request
    };
    let missing = with_header("authorization", &|text| text.replace(",app_cert_sn=", ",x="));
    assert_eq!(code(&missing), (400, "missing-app-cert-sn".to_owned()));
    let other = with_header("authorization", &|text| text.replace(",app_cert_sn=", ",app_cert_sn=0"));
    assert_eq!(code(&other), (400, "app-cert-not-exist".to_owned()));
    let roots = with_header("alipay-root-cert-sn", &|text| format!("{text}0"));
    assert_eq!(code(&roots), (400, "invalid-alipay-root-cert-sn".to_owned()));

    let mut without = request();
    without.headers.retain(|(name, _)| name.as_str() != "alipay-root-cert-sn");
    assert_eq!(world.sandbox.handle(&without).status(), 200, "official clients leave it out");
}

#[test]
fn in_key_mode_a_certificate_is_refused() {
    let by_certificate = World::by_certificate();
    let by_key = World::new();
    for operation in [any(), activity("create", activity_config())] {
        let response = by_key.sandbox.handle(&by_certificate.request(operation));
        let body = String::from_utf8_lossy(response.body()).into_owned();
        assert!(body.contains("app-cert-not-exist") && !body.contains("\"sign\""), "{body}");
    }
    let serial = by_certificate.sandbox.certificates().unwrap().alipay_serial;
    let download = RawOperation::gateway(DOWNLOAD).biz_content(json!({"alipay_cert_sn": serial}));
    assert_eq!(node(&raw(&by_key, download))["sub_code"], "isv.alipay-cert-not-exist");
    assert!(by_key.sandbox.certificates().is_none());
    let error = by_key.sandbox.control().rotate_certificate().unwrap_err();
    assert!(error.to_string().contains("TrustMode::Certificates"), "{error}");
}

#[test]
fn either_mode_follows_each_request() {
    let world = World::with(builder().trust_mode(TrustMode::Either), |config| config);
    let by_key = &world;
    let sandbox = world.sandbox.clone();
    let by_certificate = World { config: config(&sandbox, true, |config| config), sandbox: sandbox.clone() };
    sandbox.control().rotate_certificate().unwrap();

    for (number, world) in [by_key, &by_certificate].into_iter().enumerate() {
        let id = world.active_template(&format!("T{number}"), json!({}));
        let voucher = world.send(&id, "S1");
        sandbox.control().redeem(&voucher, yuan("8.80"), None).unwrap();
        let pending = sandbox.due_notifications().remove(0);
        let notification = world.config.verify_notification(&pending.request.body, None).unwrap();
        assert_eq!(notification.get("alipay_cert_sn"), None, "no notification names its certificate");
        world.activity("create", activity_config());
    }
    assert!(raw(by_key, any()).body().windows(14).all(|bytes| bytes != b"alipay_cert_sn"));
}

#[test]
fn after_a_rotation_clients_download_the_new_certificate_once_and_go_on() {
    for (sign_type, charset) in [(SignType::Rsa2, "UTF-8"), (SignType::Rsa, "GBK")] {
        let downloads = Arc::new(AtomicU32::new(0));
        let counter = downloads.clone();
        let builder = builder().trust_mode(TrustMode::Certificates).sign_type(sign_type).log(move |log| {
            if log.method.as_deref() == Some(DOWNLOAD) {
                counter.fetch_add(1, Ordering::Relaxed);
            }
        });
        let world = World::with(builder, |config| config.sign_type(sign_type).charset(charset));
        let id = world.active_template("T1", json!({}));
        world.send(&id, "S1");
        let old = world.sandbox.certificates().unwrap();
        let serial = world.sandbox.control().rotate_certificate().unwrap();
        let new = world.sandbox.certificates().unwrap();
        assert_eq!((new.alipay_serial.as_str(), &new.roots), (serial.as_str(), &old.roots));
        assert_ne!(old.alipay_serial, serial);
        assert_ne!(world.sandbox.alipay_public_key(), keys().1.public_key());

        world.send(&id, "S2");
        world.send(&id, "S3");
        assert_eq!(downloads.load(Ordering::Relaxed), 1);
        assert_eq!(world.config.alipay_public_keys().len(), 2);
        // v3 has no download of its own.
        world.sandbox.control().rotate_certificate().unwrap();
        world.activity("create", activity_config());
        assert_eq!(downloads.load(Ordering::Relaxed), 2);
        assert_eq!(world.config.alipay_public_keys().len(), 3);
    }
}

#[test]
fn rotation_years_later_makes_a_certificate_that_is_valid_then() {
    let world = World::by_certificate();
    world.sandbox.control().advance(Duration::from_secs(10 * 365 * 86_400));
    world.sandbox.control().rotate_certificate().unwrap();
    assert_eq!(world.refused(ANY, json!({"voucher_id": "V"})), "40004 VOUCHER_NOT_EXIST");
}

#[test]
fn earlier_certificates_stay_downloadable_and_the_answer_is_not_signed() {
    let world = World::by_certificate();
    let first = world.sandbox.certificates().unwrap();
    let second = world.sandbox.control().rotate_certificate().unwrap();
    let download = |biz: Value| {
        let operation = RawOperation::gateway(DOWNLOAD).biz_content(biz);
        let response = raw(&world, operation);
        let body: Value = serde_json::from_slice(response.body()).unwrap();
        assert_eq!(body.as_object().unwrap().len(), 1, "neither sign nor alipay_cert_sn: {body}");
        body["alipay_open_app_alipaycert_download_response"].clone()
    };
    for serial in [&first.alipay_serial, &second] {
        let node = download(json!({"alipay_cert_sn": serial}));
        let content = STANDARD.decode(node["alipay_cert_content"].as_str().unwrap()).unwrap();
        let chain = Certificate::parse_bundle(&content).unwrap();
        assert_eq!((chain[0].serial_number(), chain.len()), (serial.as_str(), 2));
        assert_eq!(node["code"], "10000");
    }
    assert_eq!(download(json!({}))["sub_code"], "isv.missing-alipay-cert-sn");
    assert_eq!(download(json!({"alipay_cert_sn": "0"}))["sub_code"], "isv.alipay-cert-not-exist");
}

#[test]
fn notifications_and_messages_are_signed_with_the_newest_certificate_and_name_none() {
    let world = World::with(
        builder().trust_mode(TrustMode::Certificates).message_url("http://127.0.0.1:9/messages"),
        |config| config,
    );
    let id = world.active_template("T1", json!({}));
    let voucher = world.send(&id, "S1");
    let control = world.sandbox.control();
    let created = world.activity("create", activity_config());
    control.redeem(&voucher, yuan("1"), None).unwrap();
    world.activity("publish", json!({"activity_id": created["activity_id"], "out_biz_no": "P"}));
    let due = world.sandbox.due_notifications();
    assert_eq!(due.len(), 2);
    for pending in due {
        let message = world.config.verify_notification(&pending.request.body, None).unwrap();
        assert_eq!(message.get("alipay_cert_sn"), None);
    }

    control.rotate_certificate().unwrap();
    control.redeem(&voucher, yuan("1"), None).unwrap();
    let body = world.sandbox.due_notifications().remove(0).request.body;
    let verified = world.config.verify_notification(&body, None);
    assert_eq!(verified, Err(NotifyError::WrongSignature), "a notification starts no download");
    world.voucher(&voucher);
    world.config.verify_notification(&body, None).unwrap();
}

#[test]
fn a_certificate_from_outside_is_used_and_must_fit_its_key() {
    let issued = World::by_certificate().sandbox.certificates().unwrap().app;
    let plain = || Sandbox::builder().alipay_private_key(keys().1.to_pkcs8_pem().expose());
    let sandbox = plain().trust_mode(TrustMode::Certificates).app_certificate(&issued).build().unwrap();
    let files = sandbox.certificates().unwrap();
    assert_eq!((files.app.as_str(), files.app_issuer), (issued.as_str(), None));
    assert!(sandbox.app_private_key().is_none());

    let in_key_mode = plain().app_certificate(&issued).build().unwrap_err();
    assert!(in_key_mode.to_string().starts_with("app_certificate: it is given, but"), "{in_key_mode}");
    let other = PrivateKey::generate(2048).unwrap().public_key().to_spki_pem();
    let other = plain().trust_mode(TrustMode::Either).app_certificate(&issued).app_public_key(other).build();
    assert!(matches!(other, Err(BuildError::Setting { field: "app_certificate", .. })));
    let text = plain().trust_mode(TrustMode::Either).app_certificate("no certificate").build();
    assert!(matches!(text, Err(BuildError::Certificate { field: "app_certificate", .. })));
}

#[test]
fn certificates_are_read_and_rotated_over_http() {
    let world = World::by_certificate();
    let read = || -> Value {
        let response = world.get("http://127.0.0.1/control/certificates");
        assert_eq!(response.status(), 200);
        serde_json::from_slice(response.body()).unwrap()
    };
    let before = read();
    let files = world.sandbox.certificates().unwrap();
    assert_eq!((&before["app"], &before["roots"]), (&json!(files.app), &json!(files.roots)));
    assert_eq!(
        (&before["alipay"], &before["alipay_cert_sn"]),
        (&json!(files.alipay), &json!(files.alipay_serial))
    );
    let rotate = HttpRequest::new(Verb::Post, "http://127.0.0.1/control/certificate/rotate");
    let rotated: Value = serde_json::from_slice(world.sandbox.handle(&rotate).body()).unwrap();
    assert_eq!(rotated["alipay_cert_sn"], read()["alipay_cert_sn"]);
    assert_ne!(rotated["alipay_cert_sn"], before["alipay_cert_sn"]);
    assert_eq!(world.sandbox.control().state()["alipay_cert_sn"], rotated["alipay_cert_sn"]);

    let by_key = World::new();
    assert_eq!(by_key.get("http://127.0.0.1/control/certificates").status(), 409);
    assert_eq!(by_key.sandbox.handle(&rotate).status(), 409);
}

#[test]
fn a_wrong_signature_is_wrong_in_certificate_mode_too() {
    let world = World::by_certificate();
    for fault in [Fault::WrongSignature, Fault::Unsigned] {
        world.sandbox.control().inject(fault, 1);
        let operation =
            RawOperation::gateway("alipay.marketing.userule.pid.query").biz_content(json!({"pid": PID}));
        assert_eq!(world.call(operation).unwrap_err().kind(), ErrorKind::Signature);
    }
}
