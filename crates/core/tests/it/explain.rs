//! Which cause is named for a signature that does not hold, and which difference is shown.

use std::sync::LazyLock;

use alipay_core::explain::{Cause, Explanation, Known};
use alipay_core::sign::{
    Charset, Empties, PrivateKey, SignType, canonical_bytes, encode_signature, percent_encode,
};

use crate::common::{ALIPAYS, APP_ID, OURS};

mod answers;
mod links;
mod notifications;
mod requests;
mod robust;
mod sm2;
mod suspects;

/// A third key: of another application or environment.
static FOREIGN: LazyLock<PrivateKey> = LazyLock::new(|| PrivateKey::generate(2048).unwrap());

fn known() -> Known {
    Known::new().alipay_key(ALIPAYS.public_key()).app_key(OURS.public_key()).app_id(APP_ID)
}

fn signature(key: &PrivateKey, text: &[u8]) -> String {
    encode_signature(&key.sign(SignType::Rsa2, text).unwrap())
}

fn form(pairs: &[(&str, Vec<u8>)]) -> String {
    let pairs: Vec<_> =
        pairs.iter().map(|(name, value)| format!("{name}={}", percent_encode(value))).collect();
    pairs.join("&")
}

/// Name and value of every parameter of a notification, apart from its signature.
fn redemption() -> Vec<(&'static str, Vec<u8>)> {
    [
        ("app_id", APP_ID),
        ("biz_time", "2026-01-05 08:00:00"),
        ("charset", "UTF-8"),
        ("flux_amount", "8.80"),
        ("memo", ""),
        ("partner_name", "四川 a+b"),
        ("sign_type", "RSA2"),
        ("voucher_id", "20170616000730020041006ZYE2V"),
    ]
    .map(|(name, value)| (name, value.as_bytes().to_vec()))
    .to_vec()
}

/// The text of a notification without `sign_type`.
fn text(pairs: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let covered: Vec<_> = pairs.iter().filter(|(name, _)| *name != "sign_type").cloned().collect();
    canonical_bytes(&covered, Empties::Drop)
}

/// `arrived` with the signature of Alipay over `signed`.
fn notification(arrived: &[(&str, Vec<u8>)], signed: &[u8]) -> Vec<u8> {
    let sign = signature(&ALIPAYS, signed);
    format!("{}&sign={}", form(arrived), percent_encode(sign.as_bytes())).into_bytes()
}

fn set(pairs: &mut [(&str, Vec<u8>)], name: &str, value: impl Into<Vec<u8>>) {
    pairs.iter_mut().find(|(known, _)| *known == name).unwrap().1 = value.into();
}

fn gbk(text: &str) -> Vec<u8> {
    Charset::gbk().encode(text).unwrap().into_owned()
}

/// Cause, place of the difference, and what both sides say there.
#[track_caller]
fn check(
    explanation: &Explanation,
    cause: Cause,
    place: Option<&str>,
    sides: Option<(&str, &str)>,
    fix: &str,
) {
    let shown = explanation.to_string();
    assert_eq!(explanation.cause, Some(cause), "{shown}");
    assert!(!explanation.holds && explanation.checked.contains(&(cause, true)), "{shown}");
    let difference = explanation.difference.as_ref();
    assert_eq!(difference.and_then(|difference| difference.place.as_deref()), place, "{shown}");
    if let Some((ours, theirs)) = sides {
        let difference = difference.unwrap();
        assert!(difference.ours.starts_with(ours) && difference.theirs.starts_with(theirs), "{shown}");
    }
    assert!(!fix.is_empty() && explanation.fix.contains(fix), "{shown}");
    assert_eq!(explanation.to_json()["cause"], cause.code());
}

#[test]
fn every_cause_has_a_name_of_its_own() {
    let mut codes: Vec<_> = Cause::ALL.iter().map(|cause| cause.code()).collect();
    codes.sort_unstable();
    codes.dedup();
    assert_eq!(codes.len(), Cause::ALL.len());
    assert!(codes.iter().all(|code| code.bytes().all(|byte| byte == b'-' || byte.is_ascii_lowercase())));
    assert!(Cause::ALL.is_sorted());
}
