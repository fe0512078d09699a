//! Answers whose body breaks off: whatever the transport says, the request has arrived.

use std::pin::pin;
use std::task::{Context, Poll, Waker};

use alipay_core::http::{
    AsyncAnswer, AsyncBody, BlockingAnswer, BlockingBody, BoxFuture, HttpRequest, HttpResponse, SendFailure,
    SendFailureKind, Sent, Sink,
};
use alipay_core::{CallOptions, Exchange, Outcome, RawOperation, Step};

use crate::common::config;

/// A body that breaks off, of a transport that takes it for a request that was never sent.
#[derive(Debug)]
struct Broken(SendFailureKind);

impl Broken {
    fn failure(&self) -> SendFailure {
        SendFailure::new(Sent::No, self.0, "reset")
    }
}

impl BlockingBody for Broken {
    fn chunk(&mut self) -> Result<Option<Vec<u8>>, SendFailure> {
        Err(self.failure())
    }
}

impl AsyncBody for Broken {
    fn chunk(&mut self) -> BoxFuture<'_, Result<Option<Vec<u8>>, SendFailure>> {
        Box::pin(std::future::ready(Err(self.failure())))
    }
}

fn head() -> HttpResponse {
    HttpResponse::new(200, Vec::new(), Vec::new())
}

fn now<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("nothing is waited for"),
    }
}

/// The failures of every way to take a body.
fn failures(request: &HttpRequest, kind: SendFailureKind) -> [SendFailure; 4] {
    let blocking = || BlockingAnswer { head: head(), body: Box::new(Broken(kind)) };
    let concurrent = || AsyncAnswer { head: head(), body: Box::new(Broken(kind)) };
    let (mut first, mut second) = (Vec::new(), Vec::new());
    [
        blocking().whole(request).unwrap_err(),
        now(concurrent().whole(request)).unwrap_err(),
        blocking().pour(request, &mut Sink::new(&mut first, &mut |_, _| {})).unwrap_err(),
        now(concurrent().pour(request, &mut Sink::new(&mut second, &mut |_, _| {}))).unwrap_err(),
    ]
}

#[test]
fn a_call_whose_answer_breaks_off_is_not_sent_again_whatever_the_transport_says() {
    for way in 0..4 {
        let mut exchange = Exchange::new(
            &config(),
            RawOperation::gateway("alipay.fund.trans.uni.transfer"),
            CallOptions::new(),
        );
        let Step::Send(request) = exchange.step() else { panic!("not sent") };
        exchange.on_failure(failures(&request, SendFailureKind::Connect).into_iter().nth(way).unwrap());
        let Step::Done(result) = exchange.step() else { panic!("sent again") };
        assert_eq!(result.unwrap_err().outcome(), Outcome::Unknown);
    }
}

#[test]
fn what_broke_is_named_by_what_can_break_in_an_answer() {
    let request = HttpRequest::new(alipay_core::http::Verb::Get, "https://x/");
    for (kind, named) in [
        (SendFailureKind::Connect, SendFailureKind::Broken),
        (SendFailureKind::Request, SendFailureKind::Broken),
        (SendFailureKind::Timeout, SendFailureKind::Timeout),
        (SendFailureKind::Broken, SendFailureKind::Broken),
    ] {
        for failure in failures(&request, kind) {
            assert_eq!((failure.sent(), failure.kind()), (Sent::Maybe, named));
            assert_eq!(std::error::Error::source(&failure).unwrap().to_string(), "reset");
        }
    }
}
