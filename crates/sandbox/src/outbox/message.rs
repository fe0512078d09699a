//! The signed forms that Alipay posts: notifications of v2 and messages of v3 (protocol-v2 §9, protocol-v3 §8).

use alipay_sign::{Charset, SignType, canonical, encode_signature, percent_encode};
use serde_json::Value;

use super::Draft;
use crate::builder::Settings;
use crate::certificates::Seal;
use crate::content::Encryption;
use crate::reply::Fields;

/// `notify_type` of the redemption notification. The document names none; this one is the sandbox's own.
const CASH_NOTIFY_TYPE: &str = "cash_voucher_redeemed";

/// A notification of a v2 product, in the charset of the request that named the address.
pub(crate) fn cash_notification(
    settings: &Settings,
    seal: &Seal<'_>,
    notify_id: String,
    notify_time: String,
    charset: &Charset,
    business: &[(&str, String)],
) -> Draft {
    let common = [
        ("notify_id", notify_id.clone()),
        ("notify_type", CASH_NOTIFY_TYPE.to_owned()),
        ("notify_time", notify_time),
        ("app_id", settings.app_id.clone()),
        ("version", "1.0".to_owned()),
    ];
    let fields = common.iter().chain(business).cloned().collect();
    signed(seal, settings.sign_type, charset, notify_id, CASH_NOTIFY_TYPE, fields)
}

/// A message of a v3 product: always UTF-8 and RSA2. The signature covers the content as it is sent, encrypted or not.
pub(crate) fn activity_message(
    settings: &Settings,
    seal: &Seal<'_>,
    notify_id: String,
    now_millis: i64,
    topic: &str,
    content: Fields,
) -> Draft {
    let plain = Value::Object(content).to_string();
    let encryption = Encryption::of_messages(settings);
    let biz_content = match &encryption {
        Some(encryption) => encryption.encrypt(plain.as_bytes()),
        None => plain,
    };
    let mut fields = vec![
        ("notify_id", notify_id.clone()),
        ("utc_timestamp", now_millis.to_string()),
        ("msg_method", topic.to_owned()),
        ("app_id", settings.app_id.clone()),
        ("version", "1.1".to_owned()),
        ("biz_content", biz_content),
    ];
    fields.extend(encryption.map(|encryption| ("encrypt_type", encryption.name().to_owned())));
    signed(seal, SignType::Rsa2, &Charset::utf_8(), notify_id, topic, fields)
}

fn signed(
    seal: &Seal<'_>,
    sign_type: SignType,
    charset: &Charset,
    notify_id: String,
    topic: &str,
    mut fields: Vec<(&str, String)>,
) -> Draft {
    // No `alipay_cert_sn`, in certificate mode either: clients differ in whether they would sign it.
    fields.push(("charset", charset.label().to_owned()));
    let Ok(text) = canonical(&fields, charset) else {
        // A character that the charset does not have: UTF-8 has them all.
        fields.retain(|(name, _)| *name != "charset");
        return signed(seal, sign_type, &Charset::utf_8(), notify_id, topic, fields);
    };
    // V1: neither `sign` nor `sign_type` is covered.
    let signature = seal.key.sign(sign_type, &text).unwrap_or_default();
    fields.push(("sign_type", sign_type.as_str().to_owned()));
    fields.push(("sign", encode_signature(&signature)));
    let pairs: Vec<String> = fields
        .iter()
        .map(|(name, value)| format!("{name}={}", percent_encode(&charset.encode(value).unwrap_or_default())))
        .collect();
    Draft {
        notify_id,
        topic: topic.to_owned(),
        fields: fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect(),
        content_type: format!("application/x-www-form-urlencoded; charset={}", charset.label()),
        body: pairs.join("&").into_bytes(),
    }
}
