//! What is sent is what was signed, for as long as was asked.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::io::{Read, Write};
use std::net::TcpListener;
use std::thread;
use std::time::Duration;

use alipay_core::http::{AsyncTransport, HttpRequest, SendFailureKind, Sent, Verb};
use alipay_transport_async::ReqwestTransport;

fn run<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

#[test]
fn a_target_that_the_library_would_change_is_not_sent() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    for target in ["/../v3/pay", "/v3/x/../v3/x", "/v3/%2e%2e/x", "/v3/a#b", "/v3/a?b#c", "/v3/a b", "", "#/"]
    {
        let request = HttpRequest::new(Verb::Get, format!("{base}{target}"));
        let failure = run(ReqwestTransport::new().unwrap().send(&request)).unwrap_err();
        assert_eq!((failure.sent(), failure.kind()), (Sent::No, SendFailureKind::Request), "{target}");
    }
}

#[test]
fn no_time_is_too_long() {
    for idle_timeout in [None, Some(Duration::MAX)] {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let mut request = HttpRequest::new(Verb::Get, format!("http://{}/", listener.local_addr().unwrap()));
        (request.timeout, request.idle_timeout) = (Duration::MAX, idle_timeout);
        thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let _ = stream.read(&mut [0; 4096]).unwrap();
            stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").unwrap();
        });
        assert_eq!(run(ReqwestTransport::new().unwrap().send(&request)).unwrap().status(), 200);
    }
}
