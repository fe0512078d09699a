//! A server that takes notifications: verify the raw body, act once, reply exactly `success`.
//!
//! `cargo run -p alipay-api --example notification_server`, with ALIPAY_APP_ID, ALIPAY_PRIVATE_KEY_FILE and
//! ALIPAY_PUBLIC_KEY_FILE set; then point a template's `notify_uri` to <http://127.0.0.1:8089/notify>.

#![allow(clippy::print_stderr, clippy::print_stdout, reason = "an example shows what it does")]

use std::env;
use std::error::Error;
use std::sync::Arc;

use alipay_api::models::v2::marketing::CashVoucherRedeemed;
use alipay_api::{Config, MemoryOfNotifications, NOTIFY_REPLY, Taken};
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::routing::post;

#[derive(Clone)]
struct Shop {
    config: Config,
    /// In a real shop, a table with a unique key (`NotificationStore`): this one forgets at the end of the process.
    taken: Arc<MemoryOfNotifications>,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let config = alipay_api::config(env::var("ALIPAY_APP_ID")?)
        .private_key(std::fs::read(env::var("ALIPAY_PRIVATE_KEY_FILE")?)?)
        .alipay_public_key(std::fs::read(env::var("ALIPAY_PUBLIC_KEY_FILE")?)?)
        .build()?;
    let shop = Shop { config, taken: Arc::default() };
    let app = Router::new().route("/notify", post(notify)).with_state(shop);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:8089").await?;
    println!("listening on http://{}/notify", listener.local_addr()?);
    axum::serve(listener, app).await?;
    Ok(())
}

/// The body must be the raw bytes: a form extractor would decode them, and the signature would no longer fit.
async fn notify(State(shop): State<Shop>, headers: HeaderMap, body: Bytes) -> (StatusCode, &'static str) {
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    match shop.config.take_notification(&body, content_type, &*shop.taken) {
        Ok(Taken::First(notification)) => {
            let redeemed: CashVoucherRedeemed = notification.read();
            println!(
                "voucher {:?}: {:?} at {:?}",
                redeemed.voucher_id, redeemed.flux_amount, redeemed.biz_time
            );
            (StatusCode::OK, NOTIFY_REPLY)
        }
        Ok(Taken::Again(_)) => (StatusCode::OK, NOTIFY_REPLY),
        Err(error) => {
            eprintln!("{error}");
            (StatusCode::BAD_REQUEST, "fail")
        }
    }
}
