//! Certificate mode: what is sent, which key is believed, and how an unknown certificate is come by.

mod kept;
mod set_up;
mod unproven;
mod waiting;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use alipay_core::http::{HttpRequest, HttpResponse, SendFailure, SendFailureKind, Sent, Verb};
use alipay_core::sign::h5::{self, H5Error, UseModeLink};
use alipay_core::sign::{Certificate, SignType, encode_signature, parse_form, root_serial_number};
use alipay_core::{
    CallOptions, Clock, Config, ConfigBuilder, Error, ErrorKind, Exchange, NotifyError, Outcome,
    RawOperation, Retry, Step, Verified,
};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::common::{APP_ID, Fixed, ok, sent};
use crate::vectors::{certificate, key, key_text, roots};

const NODE: &str = r#"{"code":"10000","msg":"Success","status":"ENABLED"}"#;
/// 2024-05-20 in Beijing: the certificates are valid, the expired one is not.
const NOW: i64 = 1_716_182_055_000;

#[derive(Debug)]
struct Movable(AtomicI64);

impl Clock for Movable {
    fn now_unix_millis(&self) -> i64 {
        self.0.load(Ordering::Relaxed)
    }
}

fn builder_on(clock: Arc<dyn Clock>) -> ConfigBuilder {
    ConfigBuilder::new(APP_ID, clock, Arc::new(Fixed(NOW)))
        .private_key(key_text("app_rsa2"))
        .app_certificate(certificate("app_cert"))
        .alipay_certificate(certificate("alipay_cert"))
        .alipay_root_certificate(roots())
        .retry(Retry::NONE)
}

fn builder() -> ConfigBuilder {
    builder_on(Arc::new(Fixed(NOW)))
}

fn config() -> Config {
    builder().build().unwrap()
}

fn serial(id: &str) -> String {
    Certificate::parse(certificate(id)).unwrap().serial_number().to_owned()
}

/// A v2 answer that says it is signed with the certificate `id`.
fn answer(id: &str, signed_with: &str) -> HttpResponse {
    let signature = encode_signature(&key(signed_with).sign(SignType::Rsa2, NODE.as_bytes()).unwrap());
    let serial = serial(id);
    ok(format!(r#"{{"alipay_x_response":{NODE},"alipay_cert_sn":"{serial}","sign":"{signature}"}}"#))
}

/// The answer to the download, which is not signed.
fn download(ids: &[&str]) -> HttpResponse {
    let pem: String = ids.iter().map(|id| format!("{}\n", certificate(id))).collect();
    let content = STANDARD.encode(pem);
    let node = format!(r#"{{"code":"10000","msg":"Success","alipay_cert_content":"{content}"}}"#);
    ok(format!(r#"{{"alipay_open_app_alipaycert_download_response":{node}}}"#))
}

fn exchange(config: &Config) -> Exchange {
    let mut exchange = Exchange::new(config, RawOperation::gateway("alipay.x"), CallOptions::new());
    let _ = sent(&mut exchange);
    exchange
}

fn done(exchange: &mut Exchange) -> Result<Verified, Error> {
    match exchange.step() {
        Step::Done(result) => *result,
        other => panic!("not done: {other:?}"),
    }
}

fn parameter(request: &HttpRequest, name: &str) -> Option<String> {
    let mut pairs = parse_form(request.url.split_once('?').unwrap().1.as_bytes()).unwrap();
    pairs.extend(parse_form(&request.body).unwrap());
    let (_, value) = pairs.into_iter().find(|(known, _)| known == name.as_bytes())?;
    String::from_utf8(value).ok()
}

#[test]
fn every_request_names_the_certificates() {
    let mut exchange = Exchange::new(&config(), RawOperation::gateway("alipay.x"), CallOptions::new());
    let request = sent(&mut exchange);
    assert_eq!(parameter(&request, "app_cert_sn"), Some(serial("app_cert")));
    assert_eq!(parameter(&request, "alipay_root_cert_sn"), Some(root_serial_number(roots()).unwrap()));

    let mut exchange = Exchange::new(&config(), RawOperation::rest(Verb::Get, "/v3/x"), CallOptions::new());
    let text = String::from_utf8(exchange.text_to_sign().unwrap()).unwrap();
    let request = sent(&mut exchange);
    let auth = format!("app_id={APP_ID},app_cert_sn={},nonce=", serial("app_cert"));
    assert!(text.starts_with(&auth), "{text}");
    assert!(request.header("authorization").unwrap().contains(&auth));
    assert_eq!(request.header("alipay-root-cert-sn"), Some(root_serial_number(roots()).unwrap().as_str()));
}

#[test]
fn a_known_certificate_is_believed_and_old_and_new_stand_side_by_side() {
    let both = builder().alipay_certificate(certificate("alipay_cert_next")).build().unwrap();
    for (id, signed_with) in [("alipay_cert", "alipay_rsa2"), ("alipay_cert_next", "alipay_rsa2_next")] {
        let mut exchange = exchange(&both);
        exchange.on_response(answer(id, signed_with));
        assert!(done(&mut exchange).is_ok(), "{id}");
    }
    let mut exchange = exchange(&both);
    exchange.on_response(answer("alipay_cert_next", "alipay_rsa2"));
    assert_eq!(done(&mut exchange).unwrap_err().kind(), ErrorKind::Signature);
}

#[test]
fn an_answer_that_names_no_certificate_proves_nothing() {
    let signature = encode_signature(&key("alipay_rsa2").sign(SignType::Rsa2, NODE.as_bytes()).unwrap());
    let mut success = exchange(&config());
    success.on_response(ok(format!(r#"{{"alipay_x_response":{NODE},"sign":"{signature}"}}"#)));
    let error = done(&mut success).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Signature);
    let told = error.to_string();
    assert!(told.contains("is signed, but names no certificate"), "{told}");
    assert!(told.contains("alipay_public_key"), "{told}");

    let node = r#"{"code":"40002","msg":"Invalid Arguments","sub_code":"isv.x"}"#;
    let signature = encode_signature(&key("alipay_rsa2").sign(SignType::Rsa2, node.as_bytes()).unwrap());
    let mut failure = exchange(&config());
    failure.on_response(ok(format!(r#"{{"alipay_x_response":{node},"sign":"{signature}"}}"#)));
    let error = done(&mut failure).unwrap_err();
    assert_eq!((error.sub_code(), error.is_authenticated()), ("isv.x", false));
}

#[test]
fn a_call_for_a_certificate_is_told_that_its_answer_is_never_signed() {
    let operation = RawOperation::gateway("alipay.open.app.alipaycert.download");
    let mut exchange = Exchange::new(&config(), operation, CallOptions::new());
    let _ = sent(&mut exchange);
    exchange.on_response(download(&["alipay_cert_next", "inter_class2"]));
    let error = done(&mut exchange).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Signature);
    assert!(error.to_string().contains("Alipay does not sign this answer"), "{error}");
}

#[test]
fn an_unknown_certificate_is_downloaded_checked_and_kept() {
    let config = config();
    let mut first = exchange(&config);
    first.on_response(answer("alipay_cert_next", "alipay_rsa2_next"));
    let request = sent(&mut first);
    assert_eq!(parameter(&request, "method").as_deref(), Some("alipay.open.app.alipaycert.download"));
    let wanted = format!(r#"{{"alipay_cert_sn":"{}"}}"#, serial("alipay_cert_next"));
    assert_eq!(parameter(&request, "biz_content"), Some(wanted));
    first.on_response(download(&["alipay_cert_next", "inter_class2"]));
    assert!(done(&mut first).is_ok());

    let mut second = exchange(&config);
    second.on_response(answer("alipay_cert_next", "alipay_rsa2_next"));
    assert!(done(&mut second).is_ok(), "without another download");
    assert_eq!(config.alipay_public_keys().len(), 2);
    assert_eq!(config.alipay_public_key(), &key("alipay_rsa2").public_key(), "the configured one stays");
}

#[test]
fn what_was_downloaded_is_believed_for_its_chain_only() {
    let cases: [(&str, &[&str], &str); 6] = [
        ("alipay_cert_rogue", &["alipay_cert_rogue", "inter_class2"], "signed by its issuer"),
        ("alipay_cert_expired", &["alipay_cert_expired", "inter_class2"], "valid"),
        ("alipay_cert_next", &["alipay_cert_next"], "root"),
        ("alipay_cert_next", &["alipay_cert", "inter_class2"], "another was asked for"),
        ("app_cert", &["app_cert", "inter_class1"], "application"),
        ("alipay_cert_next", &[], "certificate"),
    ];
    for (named, chain, why) in cases {
        let config = config();
        let mut exchange = exchange(&config);
        exchange.on_response(answer(named, "alipay_rsa2_next"));
        let _ = sent(&mut exchange);
        exchange.on_response(download(chain));
        let error = done(&mut exchange).unwrap_err();
        assert_eq!((error.kind(), error.outcome()), (ErrorKind::Signature, Outcome::Unknown), "{named}");
        assert!(error.to_string().contains(why), "{named} by {chain:?}: {error}");
        assert_eq!(config.alipay_public_keys().len(), 1);
    }
}

#[test]
fn a_download_that_failed_is_not_tried_again_for_a_minute() {
    let clock = Arc::new(Movable(AtomicI64::new(NOW)));
    let config = builder_on(clock.clone()).build().unwrap();
    let mut first = exchange(&config);
    first.on_response(answer("alipay_cert_next", "alipay_rsa2_next"));
    let _ = sent(&mut first);
    first.on_failure(SendFailure::new(Sent::Maybe, SendFailureKind::Timeout, "late"));
    assert!(done(&mut first).unwrap_err().to_string().contains("no answer in time"));

    let mut second = exchange(&config);
    second.on_response(answer("alipay_cert_next", "alipay_rsa2_next"));
    assert!(done(&mut second).unwrap_err().to_string().contains("a moment ago"));

    clock.0.fetch_add(60_000, Ordering::Relaxed);
    let mut third = exchange(&config);
    third.on_response(answer("alipay_cert_next", "alipay_rsa2_next"));
    let _ = sent(&mut third);
}

#[test]
fn one_call_downloads_and_the_others_wait_for_it() {
    let config = config();
    let (mut first, mut second) = (exchange(&config), exchange(&config));
    first.on_response(answer("alipay_cert_next", "alipay_rsa2_next"));
    let _ = sent(&mut first);
    second.on_response(answer("alipay_cert_next", "alipay_rsa2_next"));
    for _ in 0..3 {
        assert!(matches!(second.step(), Step::Sleep(_)));
        assert!(matches!(second.step(), Step::Sleep(_)), "it still waits");
    }
    first.on_response(download(&["alipay_cert_next", "inter_class2"]));
    assert!(done(&mut first).is_ok());
    assert!(done(&mut second).is_ok());
}

#[test]
fn a_call_that_is_given_up_does_not_block_the_others() {
    let config = config();
    let mut first = exchange(&config);
    first.on_response(answer("alipay_cert_next", "alipay_rsa2_next"));
    let _ = sent(&mut first);
    drop(first);
    let mut second = exchange(&config);
    second.on_response(answer("alipay_cert_next", "alipay_rsa2_next"));
    let _ = sent(&mut second);
}

#[test]
fn downloading_can_be_switched_off_and_is_never_begun_by_nonsense() {
    let off = builder().download_certificates(false).build().unwrap();
    let mut exchange_off = exchange(&off);
    exchange_off.on_response(answer("alipay_cert_next", "alipay_rsa2_next"));
    assert!(done(&mut exchange_off).unwrap_err().to_string().contains("switched off"));

    let mut odd = exchange(&config());
    odd.on_response(ok(format!(
        r#"{{"alipay_x_response":{NODE},"alipay_cert_sn":"../../etc","sign":"AAAA"}}"#
    )));
    let error = done(&mut odd).unwrap_err();
    assert!(error.to_string().contains("32 hexadecimal digits"), "{error}");
}

#[test]
fn a_rest_answer_is_checked_with_the_certificate_it_names() {
    let signed = |id: Option<&str>, signed_with: &str| {
        let text = format!("1\nn\n{NODE}\n");
        let signature = encode_signature(&key(signed_with).sign(SignType::Rsa2, text.as_bytes()).unwrap());
        let mut headers = vec![
            ("alipay-timestamp".to_owned(), "1".to_owned()),
            ("alipay-nonce".to_owned(), "n".to_owned()),
            ("alipay-signature".to_owned(), signature),
        ];
        headers.extend(id.map(|id| ("alipay-sn".to_owned(), serial(id))));
        HttpResponse::new(200, headers, NODE.into())
    };
    let rest = |config: &Config| {
        let mut exchange = Exchange::new(config, RawOperation::rest(Verb::Get, "/v3/x"), CallOptions::new());
        let _ = sent(&mut exchange);
        exchange
    };
    let config = config();
    for id in [Some("alipay_cert"), None] {
        let mut exchange = rest(&config);
        exchange.on_response(signed(id, "alipay_rsa2"));
        assert!(done(&mut exchange).is_ok());
    }
    let mut exchange = rest(&config);
    exchange.on_response(signed(Some("alipay_cert_next"), "alipay_rsa2_next"));
    let request = sent(&mut exchange);
    assert!(request.url.contains("/gateway.do?"), "v3 has no download of its own");
    exchange.on_response(download(&["alipay_cert_next", "inter_class2"]));
    assert!(done(&mut exchange).is_ok());
}

#[test]
fn a_notification_never_begins_a_download() {
    let signature = encode_signature(&key("alipay_rsa2").sign(SignType::Rsa2, b"a=1").unwrap());
    let signature = alipay_core::sign::percent_encode(signature.as_bytes());
    let config = config();
    assert!(config.verify_notification(format!("a=1&sign={signature}").as_bytes(), None).is_ok());
    let named = format!("a=1&alipay_cert_sn={}&sign={signature}", serial("alipay_cert_next"));
    let error = config.verify_notification(named.as_bytes(), None).unwrap_err();
    assert_eq!(error, NotifyError::UnknownCertificate { serial: serial("alipay_cert_next") });
    let told = error.to_string();
    assert!(told.contains(&serial("alipay_cert_next")) && told.contains("as alipay_certificate"), "{told}");
}

/// What the app hands on; it names the certificate `id`, or none.
fn app_result(id: Option<&str>, signed_with: &str) -> String {
    let signature = encode_signature(&key(signed_with).sign(SignType::Rsa2, NODE.as_bytes()).unwrap());
    let named = id.map(|id| format!(r#""alipay_cert_sn":"{}","#, serial(id))).unwrap_or_default();
    format!(r#"{{"alipay_x_response":{NODE},{named}"sign":"{signature}"}}"#)
}

#[test]
fn a_result_of_the_app_may_be_signed_with_any_certificate_that_is_known() {
    let both = builder().alipay_certificate(certificate("alipay_cert_next")).build().unwrap();
    for (id, signed_with) in [("alipay_cert", "alipay_rsa2"), ("alipay_cert_next", "alipay_rsa2_next")] {
        for id in [Some(id), None] {
            let verified = both.verify_app_result_raw("alipay.x", &app_result(id, signed_with));
            assert!(verified.is_ok(), "{id:?} {signed_with}: {verified:?}");
        }
    }
    let other = both.verify_app_result_raw("alipay.x", &app_result(Some("alipay_cert"), "alipay_rsa2_next"));
    assert_eq!(
        other.unwrap_err().kind(),
        ErrorKind::Signature,
        "the certificate that is named, and no other"
    );
}

#[test]
fn a_result_of_the_app_that_names_an_unknown_certificate_says_which() {
    let result = app_result(Some("alipay_cert_next"), "alipay_rsa2_next");
    let error = config().verify_app_result_raw("alipay.x", &result).unwrap_err();
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::Signature, Outcome::Unknown));
    let told = error.to_string();
    assert!(told.contains(&serial("alipay_cert_next")) && told.contains("as alipay_certificate"), "{told}");
    let refused = result.replace(r#""code":"10000""#, r#""code":"40004","sub_code":"isv.x""#);
    let error = config().verify_app_result_raw("alipay.x", &refused).unwrap_err();
    assert_eq!((error.sub_code(), error.is_authenticated()), ("isv.x", false));
}

#[test]
fn a_link_may_be_signed_with_any_certificate_that_is_known() {
    let both = builder().alipay_certificate(certificate("alipay_cert_next")).build().unwrap();
    let values = [("voucherId", "V"), ("userId", "U")];
    let template = UseModeLink::new();
    for signed_with in ["alipay_rsa2", "alipay_rsa2_next"] {
        let link = h5::sign("https://a.cn/use", &values, &template, &key(signed_with)).unwrap();
        assert_eq!(both.verify_link(&link, &template).unwrap().voucher_id.as_deref(), Some("V"));
        let forged = both.verify_link(&link.replace("=V", "=W"), &template);
        assert!(matches!(forged, Err(H5Error::Verify { .. })), "{forged:?}");
    }
    let unknown = h5::sign("https://a.cn/use", &values, &template, &key("alipay_rsa2_next")).unwrap();
    assert!(config().verify_link(&unknown, &template).is_err());
}

#[test]
fn a_download_of_a_certificate_is_never_read_as_events() {
    let operation = RawOperation::rest(Verb::Post, "/v3/stream/x");
    let mut exchange = Exchange::for_events(&config(), operation, CallOptions::new()).unwrap();
    let _ = sent(&mut exchange);
    let headers = [("alipay-sn", serial("alipay_cert_next")), ("alipay-signature", "AAAA".to_owned())];
    let headers = headers.map(|(name, value)| (name.to_owned(), value)).to_vec();
    exchange.on_response(HttpResponse::new(200, headers, b"{}".to_vec()));

    let request = sent(&mut exchange);
    assert_eq!(parameter(&request, "method").as_deref(), Some("alipay.open.app.alipaycert.download"));
    assert_eq!((request.header("accept"), request.idle_timeout), (Some("application/json"), None));
    let stream = vec![("content-type".to_owned(), "text/event-stream".to_owned())];
    let stream = HttpResponse::new(200, stream, b"data: 1\n\n".to_vec());
    assert!(exchange.begin_events(&stream).is_none());
    exchange.on_response(stream);
    assert_eq!(done(&mut exchange).unwrap_err().kind(), ErrorKind::Signature);
}
