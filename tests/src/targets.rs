//! What the fuzz targets feed: each function takes any bytes, hands them to the public API as if they came from
//! outside, and panics where a promise is broken. `fuzz/` runs them on mutated input, the tests on the kept corpus.

use std::borrow::Cow;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use alipay_api::http::{HttpResponse, Verb};
use alipay_api::models::v2::marketing::CashVoucherRedeemed;
use alipay_api::sign::h5::{self, UseModeLink};
use alipay_api::sign::{
    Certificate, Charset, Empties, PrivateKey, PublicKey, SignType, canonical_bytes, check_alipay_subject,
    encode_signature, parse_form, percent_encode, root_serial_number, verify_chain,
};
use alipay_api::{
    CallOptions, Clock, Config, ConfigBuilder, Error, Exchange, Nonce, NotifyError, NotifyOptions,
    NotifyRule, RawOperation, Retry, Step, Verified,
};
use alipay_codegen::{Spec, emit, style};
use serde_json::{Map, Value};

/// A target and its name, which is also that of its corpus.
pub type Target = (&'static str, fn(&[u8]));

/// All targets.
pub const ALL: [Target; 7] = [
    ("answer_envelope", answer_envelope),
    ("certificate", certificate),
    ("h5_link", h5_link),
    ("key_text", key_text),
    ("notification", notification),
    ("spec_file", spec_file),
    ("v3_answer", v3_answer),
];

const METHOD: &str = "alipay.marketing.voucher.query";
const NODE: &str = "alipay_marketing_voucher_query_response";
const APP_ID: &str = "2024052000000001";

/// The key of the vectors, so that a corpus that was signed once stays signed.
static ALIPAYS: LazyLock<PrivateKey> = LazyLock::new(|| {
    let keys: Value = serde_json::from_str(include_str!("../vectors/keys.json")).expect("JSON");
    let key = keys.pointer("/keys/alipay_rsa2/private_pkcs1_pem").and_then(Value::as_str);
    PrivateKey::parse(key.expect("a key")).expect("a key")
});

/// Believes Alipay's signatures.
static ACQUAINTED: LazyLock<Config> =
    LazyLock::new(|| settings(&ALIPAYS.public_key()).build().expect("a configuration"));

/// Knows another key of Alipay, whose owner signs nothing: whatever it believes is a forgery.
static STRANGER: LazyLock<Config> = LazyLock::new(|| {
    let key = PrivateKey::generate(2048).expect("a key");
    settings(&key.public_key()).charset("GBK").build().expect("a configuration")
});

/// Believes everything, so that what lies behind the signature is reached.
static CREDULOUS: LazyLock<Config> = LazyLock::new(|| {
    let settings = settings(&ALIPAYS.public_key()).content_key("AAAAAAAAAAAAAAAAAAAAAA==");
    settings.danger_accept_unverified_answers().build().expect("a configuration")
});

#[derive(Debug)]
struct Fixed;

impl Clock for Fixed {
    fn now_unix_millis(&self) -> i64 {
        1_704_135_845_000
    }
}

impl Nonce for Fixed {
    fn next(&self) -> String {
        "0123456789abcdef0123456789abcdef".to_owned()
    }
}

fn settings(alipays: &PublicKey) -> ConfigBuilder {
    static OURS: LazyLock<PrivateKey> = LazyLock::new(|| PrivateKey::generate(2048).expect("a key"));
    ConfigBuilder::new(APP_ID, Arc::new(Fixed), Arc::new(Fixed))
        .private_key(OURS.to_pkcs8_pem().expose())
        .alipay_public_key(alipays.to_spki_pem())
        .retry(Retry::new(1, Duration::ZERO))
}

/// What a client makes of an answer; the operation may not be repeated, so one answer ends the call.
fn answered(config: &Config, operation: &RawOperation, response: HttpResponse) -> Result<Verified, Error> {
    let mut exchange = Exchange::new(config, operation.clone(), CallOptions::new());
    exchange.on_response(response);
    match exchange.step() {
        Step::Done(result) => *result,
        other => panic!("one answer did not end the call: {other:?}"),
    }
}

/// Nothing in the answer was signed by whom the stranger knows.
fn refused(operation: &RawOperation, response: &HttpResponse) {
    match answered(&STRANGER, operation, response.clone()) {
        Ok(_) => panic!("an unsigned success was believed"),
        Err(error) => {
            assert!(!error.is_authenticated(), "an unsigned failure was believed: {error}");
            let _ = (error.to_string(), error.outcome());
        }
    }
}

fn object(text: &[u8]) -> Option<Map<String, Value>> {
    serde_json::from_slice(text).ok()
}

/// A v2 answer: the bytes are the body, and then the node of a signed one.
pub fn answer_envelope(data: &[u8]) {
    let operation = RawOperation::gateway(METHOD);
    let answer = |body: &[u8]| {
        let headers = vec![("content-type".to_owned(), "text/html;charset=GBK".to_owned())];
        HttpResponse::new(200, headers, body.to_vec())
    };
    refused(&operation, &answer(data));
    let _ = answered(&CREDULOUS, &operation, answer(data));
    if answered(&ACQUAINTED, &operation, answer(data)).is_ok() {
        assert!(data.windows(4).any(|window| window == b"sign"), "a success without signature was believed");
    }

    let node = data.trim_ascii();
    let Some(fields) = object(node) else { return };
    let signature = encode_signature(&ALIPAYS.sign(SignType::Rsa2, node).expect("a signature"));
    let body =
        [b"{\"sign\":\"", signature.as_bytes(), b"\" , \"", NODE.as_bytes(), b"\": ", node, b"}"].concat();
    match answered(&ACQUAINTED, &operation, answer(&body)) {
        Ok(verified) => assert_eq!(verified.fields(), &fields),
        Err(error) => assert!(error.is_authenticated(), "a signed node was not believed: {error}"),
    }
}

/// A v3 answer: the first byte chooses the status, then headers line by line, an empty line, and the body.
pub fn v3_answer(data: &[u8]) {
    let operation = RawOperation::rest(Verb::Post, "/v3/alipay/marketing/activity/voucher/query");
    let (first, rest) = data.split_first().unwrap_or((&0, &[]));
    let status = [200, 202, 400, 500].get(usize::from(first % 4)).copied().unwrap_or(200);
    let end = rest.windows(2).position(|window| window == b"\n\n");
    let (head, body) = end.and_then(|end| rest.split_at_checked(end)).unwrap_or((&[], rest));
    let body = body.strip_prefix(b"\n\n").unwrap_or(body);
    let head = String::from_utf8_lossy(head);
    let pairs = head.lines().filter_map(|line| line.split_once(':'));
    let headers: Vec<_> = pairs.map(|(name, value)| (name.to_owned(), value.trim().to_owned())).collect();
    let response = HttpResponse::new(status, headers, body.to_vec());
    refused(&operation, &response);
    let _ = answered(&CREDULOUS, &operation, response.clone());
    if answered(&ACQUAINTED, &operation, response.clone()).is_ok() {
        assert!(response.header("alipay-signature").is_some(), "a success without signature was believed");
    }

    let Some(fields) = object(body) else { return };
    let text = [b"1700000000001\nnonce\n", body, b"\n"].concat();
    let signature = encode_signature(&ALIPAYS.sign(SignType::Rsa2, &text).expect("a signature"));
    let headers =
        [("alipay-timestamp", "1700000000001"), ("alipay-nonce", "nonce"), ("alipay-signature", &signature)];
    let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
    let verified = answered(&ACQUAINTED, &operation, HttpResponse::new(200, headers, body.to_vec()));
    assert_eq!(verified.expect("it is signed").fields(), &fields);
}

/// The body of a notification, and then the same with a signature of Alipay.
pub fn notification(data: &[u8]) {
    for rule in [NotifyRule::WithoutSignType, NotifyRule::WithSignType] {
        let options = NotifyOptions::new().rule(rule).any_app();
        let verified = STRANGER.verify_notification_with(data, Some("text/plain; charset=GBK"), &options);
        assert!(verified.is_err(), "an unsigned notification was believed");
    }
    let text = String::from_utf8_lossy(data);
    assert!(STRANGER.verify_return_url(&text, &["own"]).is_err(), "an unsigned URL was believed");
    let _ = ACQUAINTED.verify_notification(data, None);

    let Ok(pairs) = parse_form(data) else { return };
    let known = |name: &[u8]| matches!(name, b"sign" | b"sign_type");
    let pairs: Vec<_> = pairs.into_iter().filter(|(name, _)| !known(name)).collect();
    let signature =
        ALIPAYS.sign(SignType::Rsa2, &canonical_bytes(&pairs, Empties::Drop)).expect("a signature");
    let written =
        pairs.iter().map(|(name, value)| format!("{}={}", percent_encode(name), percent_encode(value)));
    let sign = format!("sign={}", percent_encode(encode_signature(&signature).as_bytes()));
    let body = written.chain([sign]).collect::<Vec<_>>().join("&");
    let options = NotifyOptions::new().any_app();
    let verified = match ACQUAINTED.verify_notification_with(body.as_bytes(), None, &options) {
        Ok(verified) => verified,
        Err(NotifyError::Ambiguous { .. }) => return,
        // Nobody agreed on a content key here.
        Err(NotifyError::Encrypted) => {
            return assert!(
                pairs.iter().any(|(name, _)| name == b"encrypt_type"),
                "called encrypted: {body}"
            );
        }
        // One pair more may be one too many for the limits.
        Err(error) => return assert!(parse_form(body.as_bytes()).is_err(), "not believed: {error}: {body}"),
    };
    assert!(verified.fields().len() <= pairs.len());
    let _ = verified.read::<CashVoucherRedeemed>();
}

/// A link of a voucher, and then one that is signed with what the first line of the text says.
pub fn h5_link(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let stranger = STRANGER.alipay_public_key();
    let gbk = UseModeLink::new().with_charset(Charset::gbk()).with_sign_type(Some(SignType::Rsa));
    for config in [UseModeLink::new(), gbk] {
        assert!(h5::verify(&text, &config, stranger).is_err(), "an unsigned link was believed");
        let _ = h5::verify(&text, &config, &ALIPAYS.public_key());
    }
    if let Ok(link) = h5::verify(&text, &UseModeLink::new().with_sign_type(None), stranger) {
        assert!(!link.is_signed(), "a link without signature was called signed");
    }

    let config = UseModeLink::new();
    let (tag, url) = text.split_once('\n').unwrap_or((&text, "https://shop.example.com/use"));
    let values = [("voucherId", "20170616000730020041006ZYE2V"), ("tag", tag)];
    let Ok(link) = h5::sign(url, &values, &config, &*ALIPAYS) else { return };
    let read = h5::verify(&link, &config, &ALIPAYS.public_key()).expect("what we signed is believed");
    assert_eq!(read.voucher_id.as_deref(), Some("20170616000730020041006ZYE2V"));
    assert!(read.tag.is_none_or(|read| read == tag), "the tag changed on its way");
}

/// The text of a key.
pub fn key_text(data: &[u8]) {
    match PublicKey::parse(data) {
        Ok(key) => {
            let again = PublicKey::parse(key.to_spki_pem()).expect("what we write is read");
            assert_eq!((again.fingerprint(), again.bits()), (key.fingerprint(), key.bits()));
            assert!(PrivateKey::parse(data).is_err(), "a public key was taken for a private one");
        }
        Err(error) => drop(error.to_string()),
    }
    match PrivateKey::parse(data) {
        Ok(key) => {
            for text in [key.to_pkcs8_pem(), key.to_pkcs8_base64(), key.to_pkcs1_base64()] {
                let again = PrivateKey::parse(text.expose()).expect("what we write is read");
                assert_eq!(again.public_key(), key.public_key());
            }
        }
        Err(error) => drop(error.to_string()),
    }
}

/// The text of a certificate or of a bundle.
pub fn certificate(data: &[u8]) {
    let _ = root_serial_number(data);
    let Ok(certificates) = Certificate::parse_bundle(data) else {
        assert!(Certificate::parse(data).is_err());
        return;
    };
    for certificate in &certificates {
        let again = Certificate::parse(certificate.to_pem()).expect("what we write is read");
        assert_eq!(again.serial_number(), certificate.serial_number());
        let _ = (certificate.public_key().is_ok(), check_alipay_subject(certificate, Some("CN")));
        let _ = format!("{certificate:?}");
    }
    assert!(verify_chain(&certificates, &[], 1_767_225_600).is_err(), "a chain without root was believed");
    let _ = verify_chain(&certificates, &certificates, 1_767_225_600);
}

/// A file of the specification.
pub fn spec_file(data: &[u8]) {
    let text: Cow<'_, str> = String::from_utf8_lossy(data);
    if let Ok(styled) = style("v2/marketing.toml", &text) {
        assert_eq!(
            style("v2/marketing.toml", &styled).as_ref(),
            Ok(&styled),
            "styled text is not its own style"
        );
    }
    for path in ["v2/marketing.toml", "v3/marketing.toml", "common.toml"] {
        let spec = Spec::from_files([(path.to_owned(), text.clone().into_owned())]);
        if let Ok(ir) = spec.lower() {
            emit(&ir).expect("what the lint lets pass is code");
        }
    }
}
