//! A call whose certificate cannot be asked for, and one that waits for another.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use alipay_core::http::{HttpResponse, SendFailure, SendFailureKind, Sent};
use alipay_core::sign::{PublicKey, SignError, SignType, Signer};
use alipay_core::{CallOptions, Error, ErrorKind, Exchange, Outcome, RawOperation, Step};

use super::{answer, builder, config, done, download, exchange, serial};
use crate::common::sent;
use crate::vectors::key;

/// A device that can be locked.
#[derive(Debug, Default)]
struct Device {
    locked: AtomicBool,
}

impl Signer for Device {
    fn sign(&self, sign_type: SignType, text: &[u8]) -> Result<Vec<u8>, SignError> {
        match self.locked.load(Ordering::Relaxed) {
            true => Err(SignError::other(std::io::Error::other("locked"))),
            false => key("app_rsa2").sign(sign_type, text),
        }
    }

    fn public_key(&self) -> Option<PublicKey> {
        None
    }
}

fn next_answer() -> HttpResponse {
    answer("alipay_cert_next", "alipay_rsa2_next")
}

/// The call was executed, and only its answer cannot be believed.
fn check_executed(error: &Error, why: &str) {
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::Signature, Outcome::Unknown), "{error}");
    assert_eq!((error.method(), error.trace_id()), ("alipay.x", Some("0a1b2c")));
    assert_eq!(error.raw_body(), Some(next_answer().body()));
    let told = error.to_string();
    assert!(told.contains(&serial("alipay_cert_next")) && told.contains(why), "{told}");
}

#[test]
fn a_call_that_was_executed_is_not_called_unsent_where_the_download_cannot_be_signed() {
    let device = Arc::new(Device::default());
    let config = builder().signer(device.clone()).build().unwrap();
    let mut first = exchange(&config);
    device.locked.store(true, Ordering::Relaxed);
    first.on_response(next_answer());
    check_executed(&done(&mut first).unwrap_err(), "the signer failed");

    device.locked.store(false, Ordering::Relaxed);
    let mut second = exchange(&config);
    second.on_response(next_answer());
    let _ = sent(&mut second);
    second.on_response(download(&["alipay_cert_next", "inter_class2"]));
    assert!(done(&mut second).is_ok(), "a locked device does not block the certificate");
}

#[test]
fn a_call_with_a_signature_from_outside_is_not_called_unsent_either() {
    let device = Device { locked: AtomicBool::new(true) };
    let config = builder().signer(Arc::new(device)).build().unwrap();
    let mut exchange = Exchange::new(&config, RawOperation::gateway("alipay.x"), CallOptions::new());
    let text = exchange.text_to_sign().unwrap();
    exchange.provide_signature(key("app_rsa2").sign(SignType::Rsa2, &text).unwrap());
    let _ = sent(&mut exchange);
    exchange.on_response(next_answer());
    check_executed(&done(&mut exchange).unwrap_err(), "the signer failed");
}

#[test]
fn a_driver_that_forgets_the_download_is_told_what_became_of_the_call() {
    let config = config();
    let mut forgetful = exchange(&config);
    forgetful.on_response(next_answer());
    let _ = sent(&mut forgetful);
    check_executed(&done(&mut forgetful).unwrap_err(), "nobody told");
    let mut next = exchange(&config);
    next.on_response(next_answer());
    let _ = sent(&mut next);
}

#[test]
fn a_call_waits_for_the_download_of_another_as_long_as_a_download_may_take() {
    for timeout in [Duration::from_secs(15), Duration::from_secs(40)] {
        let config = builder().timeout(timeout).build().unwrap();
        let (mut first, mut second) = (exchange(&config), exchange(&config));
        first.on_response(next_answer());
        let _ = sent(&mut first);
        second.on_response(next_answer());
        let mut waited = Duration::ZERO;
        let error = loop {
            match second.step() {
                Step::Sleep(pause) => waited += pause,
                Step::Done(result) => break result.unwrap_err(),
                other => panic!("{other:?}"),
            }
        };
        assert_eq!(waited, timeout + Duration::from_secs(1));
        check_executed(&error, "another call is still downloading it");
    }
}

#[test]
fn a_call_waits_no_longer_where_the_download_of_another_has_failed() {
    let config = config();
    let (mut first, mut second) = (exchange(&config), exchange(&config));
    first.on_response(next_answer());
    let _ = sent(&mut first);
    second.on_response(next_answer());
    assert!(matches!(second.step(), Step::Sleep(_)));
    first.on_failure(SendFailure::new(Sent::Maybe, SendFailureKind::Timeout, "late"));
    check_executed(&done(&mut second).unwrap_err(), "a moment ago");
}
