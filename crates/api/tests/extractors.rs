//! The extractors let through what Alipay signed, and nothing else, and answer exactly.

#![cfg(all(feature = "actix-web", feature = "axum"))]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use alipay_api::Config;
use alipay_api::sign::{Empties, PrivateKey, SignType, canonical_bytes, encode_signature, percent_encode};

/// A configuration, and a notification for it, longer than most frameworks let through by themselves.
fn set_up() -> (Config, String) {
    let (ours, alipays) = (PrivateKey::generate(2048).unwrap(), PrivateKey::generate(2048).unwrap());
    let config = alipay_api::config("2021000000000000")
        .private_key(ours.to_pkcs8_pem().expose())
        .alipay_public_key(alipays.public_key().to_spki_pem())
        .build()
        .unwrap();
    let long = "x".repeat(300_000);
    let pairs = [
        ("app_id", "2021000000000000"),
        ("partner_name", "优酷 a+b&c"),
        ("notify_id", "n-1"),
        ("memo", long.as_str()),
    ];
    let signature = alipays.sign(SignType::Rsa2, &canonical_bytes(&pairs, Empties::Drop)).unwrap();
    let mut body: String =
        pairs.iter().map(|(name, value)| format!("{name}={}&", percent_encode(value.as_bytes()))).collect();
    body.push_str(&format!(
        "sign_type=RSA2&sign={}",
        percent_encode(encode_signature(&signature).as_bytes())
    ));
    (config, body)
}

/// The header that Alipay was seen to send, which many frameworks refuse.
const CONTENT_TYPE: &str = "application/x-www-form-urlencoded; text/html; charset=utf-8";

mod on_axum {
    use alipay_api::axum::{SignedNotification, Success};
    use axum::Router;
    use axum::body::{Body, to_bytes};
    use axum::http::{Request, StatusCode};
    use axum::routing::post;
    use tower::ServiceExt;

    use super::*;

    async fn take(SignedNotification(notification): SignedNotification) -> Success {
        assert_eq!(notification.get("partner_name"), Some("优酷 a+b&c"));
        Success
    }

    async fn answer(config: &Config, body: String) -> (StatusCode, String) {
        let app = Router::new().route("/notify", post(take)).with_state(config.clone());
        let request = Request::post("/notify?own=1")
            .header("content-type", CONTENT_TYPE)
            .body(Body::from(body))
            .unwrap();
        let response = app.oneshot(request).await.unwrap();
        let status = response.status();
        let body = to_bytes(response.into_body(), 100).await.unwrap();
        (status, String::from_utf8(body.to_vec()).unwrap())
    }

    #[tokio::test]
    async fn only_what_is_signed_reaches_the_handler() {
        let (config, body) = set_up();
        let forged = body.replace("n-1", "n-2");
        assert_eq!(answer(&config, body).await, (StatusCode::OK, "success".to_owned()));
        for refused in [forged, String::new(), "x".repeat(3_000_000)] {
            assert_eq!(answer(&config, refused).await, (StatusCode::BAD_REQUEST, "fail".to_owned()));
        }
    }
}

mod on_actix {
    use actix_web::http::StatusCode;
    use actix_web::web::{self, Data};
    use actix_web::{App, test};
    use alipay_api::actix::{SignedNotification, Success};

    use super::*;

    async fn take(notification: SignedNotification) -> Success {
        assert_eq!(notification.0.get("partner_name"), Some("优酷 a+b&c"));
        Success
    }

    async fn answer(config: Option<&Config>, body: String) -> (StatusCode, String) {
        let limit = web::PayloadConfig::new(10);
        let app = App::new().app_data(limit).route("/notify", web::post().to(take));
        let app = match config {
            Some(config) => app.app_data(Data::new(config.clone())),
            None => app,
        };
        let service = test::init_service(app).await;
        let request = test::TestRequest::post()
            .uri("/notify?own=1")
            .insert_header(("content-type", CONTENT_TYPE))
            .set_payload(body)
            .to_request();
        let response = test::call_service(&service, request).await;
        let status = response.status();
        (status, String::from_utf8(test::read_body(response).await.to_vec()).unwrap())
    }

    #[actix_web::test]
    async fn only_what_is_signed_reaches_the_handler() {
        let (config, body) = set_up();
        let forged = body.replace("n-1", "n-2");
        assert_eq!(answer(Some(&config), body.clone()).await, (StatusCode::OK, "success".to_owned()));
        for refused in [forged, String::new(), "x".repeat(3_000_000)] {
            assert_eq!(answer(Some(&config), refused).await, (StatusCode::BAD_REQUEST, "fail".to_owned()));
        }
        assert_eq!(answer(None, body).await, (StatusCode::INTERNAL_SERVER_ERROR, "fail".to_owned()));
    }
}

#[test]
fn both_frameworks_refuse_for_the_same_reasons() {
    use alipay_api::NotifyError;
    let refused: alipay_api::axum::Refused = alipay_api::actix::Refused::NotBelieved(NotifyError::NotSigned);
    assert_eq!(refused.to_string(), NotifyError::NotSigned.to_string());
    assert!(alipay_api::actix::Refused::NoConfig.to_string().contains(".app_data("));
    assert!(alipay_api::axum::Refused::TooLarge.to_string().contains("1048576 bytes"));
}
