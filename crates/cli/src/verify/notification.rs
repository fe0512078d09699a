//! Notifications of v2, and messages of v3 (protocol-v2 §9, protocol-v3 §8).

use alipay_api::sign::{SignType, parse_form};
use alipay_api::{Notification, NotifyError, NotifyOptions, NotifyRule};
use serde_json::{Value, json};

use super::report::Report;
use crate::captured::Captured;
use crate::failure::{Complaint, Failure};
use crate::settings::{Chosen, Verifier};

const RAW_BODY: &str = "give the raw body of the POST, every byte as it came";

/// Verifies a notification, given with or without the headers of its request.
pub(super) fn verify(
    captured: &Captured,
    rule: Option<NotifyRule>,
    verifier: &Verifier,
) -> Result<Report, Failure> {
    let (serial, app_id) = (serial(&captured.body), app_id(&captured.body));
    verifier.first_to_hold(serial.as_deref(), app_id.as_deref(), |chosen| {
        let notification = read(captured, rule, verifier, chosen)?;
        Ok(report(&notification, chosen))
    })
}

fn report(notification: &Notification, chosen: &Chosen) -> Report {
    let fields = notification.fields().iter();
    Report {
        what: "notification",
        rule: rule_name(notification.rule()).to_owned(),
        sign_type: match notification.topic() {
            Some(_) => SignType::Rsa2,
            None => chosen.config.sign_type(),
        },
        key: chosen.config.alipay_public_key().fingerprint(),
        certificate: chosen.certificate.clone(),
        facts: vec![("topic", json!(notification.topic())), ("notify_id", json!(notification.notify_id()))],
        fields: fields.map(|(name, value)| (name.clone(), Value::from(value.as_str()))).collect(),
    }
}

fn read(
    captured: &Captured,
    rule: Option<NotifyRule>,
    verifier: &Verifier,
    chosen: &Chosen,
) -> Result<Notification, Failure> {
    let mut options = NotifyOptions::new();
    if let Some(rule) = rule {
        options = options.rule(rule);
    }
    if verifier.app_id.is_none() {
        options = options.any_app();
    }
    let content_type = captured.header("content-type");
    let read = chosen.config.verify_notification_with(&captured.body, content_type, &options);
    read.map_err(|error| {
        let told = error.to_string();
        let told = told.trim_start_matches("notification: ");
        let undecrypted = |seen: &str, fix: &str| {
            let seen = format!("the signature holds, but {seen}");
            Failure::Undecrypted(Complaint::new("biz_content", seen, fix))
        };
        match error {
            NotifyError::Encrypted => undecrypted(
                "the content is encrypted, and no content key was given",
                "give --content-key-file FILE with the content encryption key that the console shows",
            ),
            NotifyError::EncryptType { seen, agreed } => undecrypted(
                &format!("the content is encrypted with {seen:?}, and {agreed} was expected"),
                "give --content-cipher as encrypt_type says: AES or AES_V2",
            ),
            NotifyError::WrongContentKey => undecrypted(
                "the content cannot be decrypted",
                "compare --content-key-file with the content encryption key that the console shows",
            ),
            NotifyError::Form(_) => Failure::Unreadable(Complaint::new("notification", told, RAW_BODY)),
            NotifyError::NotSigned if !is_one(&captured.body) => {
                let seen = "it has neither `sign` nor any other parameter of a notification";
                Failure::Unreadable(Complaint::new("notification", seen, RAW_BODY))
            }
            NotifyError::ForeignApp { seen, ours } => {
                let seen = format!("the signature holds, but it is for {seen:?} and not for {ours:?}");
                Failure::Foreign(Complaint::new("app_id", seen, "give it to that application"))
            }
            NotifyError::SignType { .. } => Failure::Complaint(Complaint::new(
                "sign_type",
                told,
                "give --sign-type as the message has it",
            )),
            _ => Failure::Unproven(Complaint::new("notification", told, "")),
        }
    })
}

/// Whether this is a notification at all, signed or not.
fn is_one(body: &[u8]) -> bool {
    [&b"notify_id"[..], b"notify_type", b"msg_method", b"app_id"]
        .iter()
        .any(|name| named(body, name).is_some())
}

/// The certificate that a notification says it is signed with.
fn serial(body: &[u8]) -> Option<String> {
    named(body, b"alipay_cert_sn")
}

/// The application that a notification says it is for, where that can be one.
fn app_id(body: &[u8]) -> Option<String> {
    named(body, b"app_id").filter(|id| !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit()))
}

fn named(body: &[u8], wanted: &[u8]) -> Option<String> {
    let pairs = parse_form(body).ok()?;
    let (_, value) = pairs.into_iter().find(|(name, _)| name == wanted)?;
    String::from_utf8(value).ok()
}

/// A rule in one line.
pub(crate) fn rule_name(rule: NotifyRule) -> &'static str {
    match rule {
        NotifyRule::WithoutSignType => "without-sign-type",
        NotifyRule::WithSignType => "with-sign-type",
        _ => "another",
    }
}
