//! Messages whose content is encrypted: verified first, decrypted second (protocol-v3 §8.1).

use alipay_core::sign::{Charset, ContentCipher, ContentKey, Empties};
use alipay_core::{
    Config, ConfigBuilder, MemoryOfNotifications, Notification, NotifyError, NotifyOptions, Taken,
};

use crate::common::{APP_ID, builder, config};
use crate::notifications::signed;
use crate::vectors::content_key;

const CONTENT: &str = r#"{"activity_id":"2016042700826004508401111111","memo":"优酷"}"#;

fn builder_with_key() -> ConfigBuilder {
    builder().content_key(content_key("aes128"))
}

fn config_with_key() -> Config {
    builder_with_key().build().unwrap()
}

fn encrypted(content: &[u8], cipher: ContentCipher) -> String {
    ContentKey::parse(content_key("aes128")).unwrap().encrypt(cipher, content, || [7; 16]).unwrap()
}

/// A message as Alipay signs and sends it, over the ciphertext.
fn message(app_id: &str, charset: &str, encrypt_type: &str, biz_content: &str) -> Vec<u8> {
    let pairs = [
        ("notify_id", "2026112200333"),
        ("app_id", app_id),
        ("msg_method", "alipay.marketing.activity.message.created"),
        ("version", "1.1"),
        ("charset", charset),
        ("encrypt_type", encrypt_type),
        ("biz_content", biz_content),
        ("sign_type", "RSA2"),
    ];
    signed(&pairs, charset, &["sign_type"], Empties::Drop)
}

fn aes_message() -> Vec<u8> {
    message(APP_ID, "UTF-8", "AES", &encrypted(CONTENT.as_bytes(), ContentCipher::Aes))
}

fn verify(config: &Config, body: &[u8]) -> Result<Notification, NotifyError> {
    config.verify_notification(body, None)
}

#[test]
fn an_encrypted_message_is_read_in_plain_text() {
    for (cipher, name) in [(ContentCipher::Aes, "AES"), (ContentCipher::AesV2, "AES_V2")] {
        for label in ["UTF-8", "GBK"] {
            let charset = Charset::parse(label).unwrap();
            let ciphertext = encrypted(&charset.encode(CONTENT).unwrap(), cipher);
            let config = builder_with_key().content_cipher(cipher).build().unwrap();
            let read = verify(&config, &message(APP_ID, label, name, &ciphertext)).unwrap();
            assert_eq!(read.get("biz_content"), Some(CONTENT), "{name} in {label}");
            assert_eq!(read.get("encrypt_type"), Some(name), "how it came");
        }
    }
}

#[test]
fn the_ciphertext_of_protocol_v3_5_3_is_decrypted() {
    let config = builder().content_key("AAECAwQFBgcICQoLDA0ODw==").build().unwrap();
    let body = message(APP_ID, "UTF-8", "AES", "M9VFmKZShCElLZZlll/4SQ==");
    assert_eq!(verify(&config, &body).unwrap().get("biz_content"), Some(r#"{"k":"中文"}"#));
}

#[test]
fn a_plain_message_stays_as_it_is_whatever_its_content_looks_like() {
    let ciphertext = encrypted(CONTENT.as_bytes(), ContentCipher::Aes);
    for content in [CONTENT, ciphertext.as_str()] {
        let read = verify(&config_with_key(), &message(APP_ID, "UTF-8", "", content)).unwrap();
        assert_eq!(read.get("biz_content"), Some(content));
    }
    let without_content = message(APP_ID, "UTF-8", "AES", "");
    assert_eq!(verify(&config_with_key(), &without_content).unwrap().get("biz_content"), None);
}

#[test]
fn nothing_is_decrypted_before_the_signature_holds() {
    let genuine = String::from_utf8(aes_message()).unwrap();
    let plain = String::from_utf8(message(APP_ID, "UTF-8", "", CONTENT)).unwrap();
    let without_key = config();
    for forged in [
        genuine.replacen("encrypt_type=AES&", "", 1),
        genuine.replacen("encrypt_type=AES&", "encrypt_type=AES_V2&", 1),
        genuine.replacen("&biz_content=", "&biz_content=AAAA", 1),
        plain.replacen("encrypt_type=&", "encrypt_type=AES&", 1),
    ] {
        assert!(forged != genuine && forged != plain);
        for config in [&config_with_key(), &without_key] {
            assert_eq!(verify(config, forged.as_bytes()), Err(NotifyError::WrongSignature), "{forged}");
        }
    }
}

#[test]
fn encrypt_type_cannot_be_hidden_in_another_value() {
    let ciphertext = encrypted(CONTENT.as_bytes(), ContentCipher::Aes);
    let pairs = [
        ("app_id", APP_ID),
        ("biz_content", ciphertext.as_str()),
        ("charset", "UTF-8&encrypt_type=AES"),
        ("msg_method", "alipay.marketing.activity.message.created"),
        ("sign_type", "RSA2"),
    ];
    let error = verify(&config_with_key(), &signed(&pairs, "UTF-8", &["sign_type"], Empties::Drop));
    let expected = NotifyError::Ambiguous { field: "charset".into(), name: "encrypt_type".into() };
    assert_eq!(error, Err(expected));
}

#[test]
fn a_missing_key_is_named_with_the_fix() {
    let error = verify(&config(), &aes_message()).unwrap_err();
    assert_eq!(error, NotifyError::Encrypted);
    assert_eq!(
        error.to_string(),
        "notification: biz_content is encrypted, and no content key is configured; copy it from the console into content_key"
    );
}

#[test]
fn a_wrong_key_is_named_and_nothing_is_shown() {
    let other = builder().content_key(content_key("aes128_b")).build().unwrap();
    let ciphertext = encrypted(CONTENT.as_bytes(), ContentCipher::Aes);
    let error = verify(&other, &aes_message()).unwrap_err();
    assert_eq!(error, NotifyError::WrongContentKey);
    let shown = format!("{error} {error:?} {:?}", verify(&config_with_key(), &aes_message()));
    for secret in ["优酷", "2016042700826004508401111111", content_key("aes128_b"), &ciphertext] {
        assert!(!shown.contains(secret), "{shown}");
    }
    let garbled = message(APP_ID, "UTF-8", "AES", "no base64");
    assert_eq!(verify(&config_with_key(), &garbled), Err(NotifyError::WrongContentKey));
}

#[test]
fn a_wrong_key_is_noticed_although_the_padding_happens_to_fit() {
    let wrong = ContentKey::parse(content_key("aes128_b")).unwrap();
    let fits = |ciphertext: &String| wrong.decrypt(ContentCipher::Aes, ciphertext).is_ok();
    let mut ciphertexts =
        (0..10_000).map(|number| encrypted(format!(r#"{{"n":{number}}}"#).as_bytes(), ContentCipher::Aes));
    let body = message(APP_ID, "UTF-8", "AES", &ciphertexts.find(fits).unwrap());
    let other = builder().content_key(content_key("aes128_b")).build().unwrap();
    assert_eq!(verify(&other, &body), Err(NotifyError::WrongContentKey));
}

#[test]
fn the_cipher_is_the_one_that_was_agreed() {
    for (agreed, seen) in
        [(ContentCipher::Aes, "AES_V2"), (ContentCipher::AesV2, "AES"), (ContentCipher::Aes, "SM4")]
    {
        let config = builder_with_key().content_cipher(agreed).build().unwrap();
        let error = verify(&config, &message(APP_ID, "UTF-8", seen, "AAAA")).unwrap_err();
        assert_eq!(error, NotifyError::EncryptType { seen: seen.into(), agreed });
        let told = format!("notification: encrypt_type is {seen:?}, but {agreed} was agreed; ");
        assert!(error.to_string().starts_with(&told), "{error}");
    }
}

#[test]
fn a_message_for_another_application_is_refused_as_such() {
    let body = message("2021999999999999", "UTF-8", "AES", "AAAA");
    assert!(matches!(verify(&config(), &body), Err(NotifyError::ForeignApp { .. })));
}

#[test]
fn an_encrypted_message_for_another_application_is_taken_as_it_came_where_any_is() {
    let any = NotifyOptions::new().any_app();
    let foreign = message("2021999999999999", "UTF-8", "AES", "AAAA");
    for config in [config(), config_with_key()] {
        let taken = config.verify_notification_with(&foreign, None, &any).unwrap();
        assert_eq!((taken.app_id(), taken.get("biz_content")), (Some("2021999999999999"), Some("AAAA")));
    }
    let ciphertext = encrypted(CONTENT.as_bytes(), ContentCipher::Aes);
    for app_id in [APP_ID, ""] {
        let body = message(app_id, "UTF-8", "AES", &ciphertext);
        let taken = config_with_key().verify_notification_with(&body, None, &any).unwrap();
        assert_eq!(taken.get("biz_content"), Some(CONTENT), "app_id {app_id:?}");
        let without_key = config().verify_notification_with(&body, None, &any);
        assert_eq!(without_key, Err(NotifyError::Encrypted));
    }
}

#[test]
fn a_message_that_cannot_be_decrypted_is_not_noted_as_taken() {
    let store = MemoryOfNotifications::default();
    assert!(config().take_notification(&aes_message(), None, &store).is_err());
    let taken = config_with_key().take_notification(&aes_message(), None, &store);
    assert!(matches!(taken, Ok(Taken::First(_))), "{taken:?}");
}
