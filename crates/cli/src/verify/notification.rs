//! Notifications of v2, and messages of v3 (protocol-v2 §9, protocol-v3 §8).

use alipay_api::sign::{SignType, parse_form};
use alipay_api::{Notification, NotifyError, NotifyOptions, NotifyRule};
use serde_json::{Value, json};

use super::report::Report;
use crate::captured::Captured;
use crate::failure::{Complaint, Failure};
use crate::settings::{Chosen, Verifier};

/// Verifies a notification, given with or without the headers of its request.
pub(super) fn verify(
    captured: &Captured,
    rule: Option<NotifyRule>,
    verifier: &Verifier,
) -> Result<Report, Failure> {
    let chosen = verifier.choose(serial(&captured.body).as_deref(), app_id(&captured.body).as_deref())?;
    let notification = read(captured, rule, verifier, &chosen)?;
    let fields = notification.fields().iter();
    Ok(Report {
        what: "notification",
        rule: rule_name(notification.rule()).to_owned(),
        sign_type: match notification.topic() {
            Some(_) => SignType::Rsa2,
            None => chosen.config.sign_type(),
        },
        key: chosen.config.alipay_public_key().fingerprint(),
        certificate: chosen.certificate,
        facts: vec![("topic", json!(notification.topic())), ("notify_id", json!(notification.notify_id()))],
        fields: fields.map(|(name, value)| (name.clone(), Value::from(value.as_str()))).collect(),
    })
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
            NotifyError::Form(_) => Failure::Unreadable(Complaint::new(
                "notification",
                told,
                "give the raw body of the POST, every byte as it came",
            )),
            NotifyError::SignType { .. } => Failure::Complaint(Complaint::new(
                "sign_type",
                told,
                "give --sign-type as the message has it",
            )),
            _ => Failure::Unproven(Complaint::new("notification", told, "")),
        }
    })
}

/// The certificate that a notification says it is signed with.
pub(crate) fn serial(body: &[u8]) -> Option<String> {
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
