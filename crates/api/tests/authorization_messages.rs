//! What Alipay tells of authorizations, verified and read as types.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::LazyLock;

use alipay_api::models::v2::open::{AppAuthCancelled, AppAuthNotify, UserAuthCancelled};
use alipay_api::sign::{Empties, PrivateKey, SignType, canonical_bytes, encode_signature, percent_encode};
use alipay_api::{Config, Notification};

static ALIPAYS: LazyLock<PrivateKey> = LazyLock::new(|| PrivateKey::generate(2048).unwrap());

const APP_ID: &str = "2017042106866215";

/// Sends it as Alipay does: signed, in a form.
fn received(pairs: &[(&str, &str)]) -> Notification {
    let text = canonical_bytes(pairs, Empties::Drop);
    let signature = encode_signature(&ALIPAYS.sign(SignType::Rsa2, &text).unwrap());
    let all = pairs.iter().copied().chain([("sign_type", "RSA2"), ("sign", signature.as_str())]);
    let body: Vec<_> =
        all.map(|(name, value)| format!("{name}={}", percent_encode(value.as_bytes()))).collect();
    config().verify_notification(body.join("&").as_bytes(), None).unwrap()
}

fn config() -> Config {
    alipay_api::config(APP_ID)
        .private_key(PrivateKey::generate(2048).unwrap().to_pkcs8_pem().expose())
        .alipay_public_key(ALIPAYS.public_key().to_spki_pem())
        .build()
        .unwrap()
}

#[test]
fn an_authorization_is_read_with_its_tokens_which_are_not_shown() {
    let content = r#"{"notify_context":{"trigger":"appstore","trigger_context":{"out_biz_no":"b-1"}},"detail":{"app_auth_token":"token-secret","user_id":"2088222154382090","re_expires_in":32140800,"auth_time":1594040216726,"app_refresh_token":"refresh-secret","auth_app_id":"2021001172619424","app_id":"2017042106866215","expires_in":31536000,"app_auth_code":"code-secret"},"error":{}}"#;
    let notification = received(&[
        ("notify_id", "2020070600222205656083451410597730"),
        ("notify_type", "open_app_auth_notify"),
        ("notify_time", "2020-07-06 20:56:56"),
        ("status", "execute_auth"),
        ("charset", "UTF-8"),
        ("version", "1.0"),
        ("app_id", APP_ID),
        ("auth_app_id", "2021001172619424"),
        ("biz_content", content),
    ]);
    let read: AppAuthNotify = notification.read();
    assert_eq!(read.status.as_deref(), Some("execute_auth"));
    assert_eq!(read.auth_app_id.as_deref(), Some("2021001172619424"));
    assert_eq!(read.notify_time.unwrap().to_string(), "2020-07-06 20:56:56");
    let shown = format!("{read:?} {notification:?}");
    assert!(!shown.contains("secret"), "{shown}");

    let content = read.biz_content.unwrap();
    let detail = content.detail.unwrap();
    assert_eq!(detail.app_auth_token.as_deref(), Some("token-secret"));
    assert_eq!(detail.app_refresh_token.as_deref(), Some("refresh-secret"));
    assert_eq!((detail.expires_in, detail.auth_time), (Some(31_536_000), Some(1_594_040_216_726)));
    let context = content.notify_context.unwrap();
    assert_eq!(context.trigger_context.unwrap().out_biz_no.as_deref(), Some("b-1"));
}

#[test]
fn the_end_of_an_authorization_is_read_from_its_message() {
    let message = |topic: &str, content: &str| {
        received(&[
            ("version", "1.1"),
            ("msg_method", topic),
            ("utc_timestamp", "1706328088729"),
            ("notify_id", "2024012700262115922056303136304483"),
            ("charset", "UTF-8"),
            ("biz_content", content),
        ])
    };
    let user = r#"{"cancel_time":1706327962739,"user_id":"2088032632355117","app_id":"2021004133631026"}"#;
    let user: UserAuthCancelled = message("alipay.open.auth.userauth.cancelled", user).read();
    assert_eq!(user.user_id.as_deref(), Some("2088032632355117"));
    assert_eq!(user.cancel_time, Some(1_706_327_962_739));

    let merchant = r#"{"auth_app_id":"2021001172619424","more":"kept"}"#;
    let merchant = message("alipay.open.auth.appauth.cancelled", merchant);
    assert_eq!(merchant.topic(), Some("alipay.open.auth.appauth.cancelled"));
    let merchant: AppAuthCancelled = merchant.read();
    assert_eq!(merchant.auth_app_id.as_deref(), Some("2021001172619424"));
    assert!(merchant.extra.get("more").is_some());
}
