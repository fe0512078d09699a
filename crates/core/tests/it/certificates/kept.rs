//! How long what came over the network is remembered.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use alipay_core::http::{HttpResponse, SendFailure, SendFailureKind, Sent};
use alipay_core::{Config, ErrorKind, Step};

use super::{Movable, NODE, NOW, answer, builder_on, done, download, exchange};
use crate::common::{ok, sent};

#[test]
fn a_downloaded_certificate_is_believed_until_it_ends() {
    let clock = Arc::new(Movable(AtomicI64::new(NOW)));
    let config = builder_on(clock.clone()).build().unwrap();
    let mut first = exchange(&config);
    first.on_response(answer("alipay_cert_next", "alipay_rsa2_next"));
    let _ = sent(&mut first);
    first.on_response(download(&["alipay_cert_next", "inter_class2"]));
    assert!(done(&mut first).is_ok());

    // The first second of 2049 is the last one of both certificates.
    clock.0.store(2_493_072_000_999, Ordering::Relaxed);
    assert_eq!(config.alipay_public_keys().len(), 2);
    clock.0.fetch_add(1, Ordering::Relaxed);
    assert_eq!(config.alipay_public_keys().len(), 1, "the configured one stays");
    let mut late = exchange(&config);
    late.on_response(answer("alipay_cert_next", "alipay_rsa2_next"));
    let _ = sent(&mut late);
    late.on_response(download(&["alipay_cert_next", "inter_class2"]));
    assert_eq!(done(&mut late).unwrap_err().kind(), ErrorKind::Signature);
    let mut configured = exchange(&config);
    configured.on_response(answer("alipay_cert", "alipay_rsa2"));
    assert!(done(&mut configured).is_ok());
}

/// What becomes of an answer that names the certificate number `number`.
fn named(config: &Config, number: u32) -> (super::Exchange, bool) {
    let body = format!(r#"{{"alipay_x_response":{NODE},"alipay_cert_sn":"{number:032x}","sign":"AAAA"}}"#);
    let mut exchange = exchange(config);
    let answer: HttpResponse = ok(body);
    exchange.on_response(answer);
    let asks = matches!(exchange.step(), Step::Send(_));
    (exchange, asks)
}

#[test]
fn of_many_certificates_that_were_not_to_be_had_the_latest_are_remembered() {
    let clock = Arc::new(Movable(AtomicI64::new(NOW)));
    let config = builder_on(clock.clone()).build().unwrap();
    for number in 0..20 {
        let (mut exchange, asks) = named(&config, number);
        assert!(asks, "{number}");
        exchange.on_failure(SendFailure::new(Sent::Maybe, SendFailureKind::Timeout, "late"));
        clock.0.fetch_add(1, Ordering::Relaxed);
    }
    for number in 4..20 {
        assert!(!named(&config, number).1, "{number}");
    }
    assert!(named(&config, 0).1, "the oldest is forgotten");
}
