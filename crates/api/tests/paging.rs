//! Options that every page of a query is asked for with.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::{Arc, Mutex};
use std::time::Duration;

use alipay_api::http::{
    AsyncTransport, BlockingTransport, BoxFuture, HttpRequest, HttpResponse, SendFailure, SendFailureKind,
    Sent,
};
use alipay_api::models::v2::marketing::VoucherTemplatelistQueryRequest;
use alipay_api::sign::PrivateKey;
use alipay_api::{CallOptions, Client, Config, Retry, blocking};

/// Sends nothing, and remembers what it was to send.
#[derive(Debug, Default)]
struct Recorder(Mutex<Vec<HttpRequest>>);

impl Recorder {
    fn record(&self, request: &HttpRequest) -> Result<HttpResponse, SendFailure> {
        self.0.lock().unwrap().push(request.clone());
        Err(SendFailure::new(Sent::No, SendFailureKind::Connect, "nobody is there"))
    }

    fn asked_for_the_merchant(&self) -> Vec<bool> {
        let requests = self.0.lock().unwrap();
        let token = "app_auth_token=merchant-token";
        requests.iter().map(|request| String::from_utf8_lossy(&request.body).contains(token)).collect()
    }
}

impl AsyncTransport for Recorder {
    fn send<'a>(&'a self, request: &'a HttpRequest) -> BoxFuture<'a, Result<HttpResponse, SendFailure>> {
        Box::pin(std::future::ready(self.record(request)))
    }

    fn sleep(&self, _: Duration) -> BoxFuture<'_, ()> {
        Box::pin(std::future::ready(()))
    }
}

impl BlockingTransport for Recorder {
    fn send(&self, request: &HttpRequest) -> Result<HttpResponse, SendFailure> {
        self.record(request)
    }

    fn sleep(&self, _: Duration) {}
}

fn config() -> Config {
    let [ours, alipays] = [PrivateKey::generate(2048).unwrap(), PrivateKey::generate(2048).unwrap()];
    alipay_api::config("2021000000000000")
        .private_key(ours.to_pkcs8_pem().expose())
        .alipay_public_key(alipays.public_key().to_spki_pem())
        .retry(Retry::NONE)
        .build()
        .unwrap()
}

fn query() -> VoucherTemplatelistQueryRequest {
    VoucherTemplatelistQueryRequest::default().page_num(1).page_size(10)
}

fn on_behalf() -> CallOptions {
    CallOptions::new().app_auth_token("merchant-token")
}

#[tokio::test]
async fn each_page_is_asked_for_on_behalf_of_the_merchant() {
    let recorder = Arc::new(Recorder::default());
    let client = Client::with_transport(config(), recorder.clone());
    let mut pages = client.pages_with(query(), on_behalf());
    for _ in 0..2 {
        assert!(pages.next_page().await.unwrap_err().is_connect());
    }
    assert!(client.pages(query()).next_page().await.is_err());
    assert_eq!(recorder.asked_for_the_merchant(), [true, true, false]);
}

#[test]
fn each_page_is_asked_for_on_behalf_of_the_merchant_by_the_blocking_client_too() {
    let recorder = Arc::new(Recorder::default());
    let client = blocking::Client::with_transport(config(), recorder.clone());
    let mut pages = client.pages_with(query(), on_behalf());
    for _ in 0..2 {
        assert!(pages.next_page().unwrap_err().is_connect());
    }
    assert!(client.pages(query()).next_page().is_err());
    assert_eq!(recorder.asked_for_the_merchant(), [true, true, false]);
}
