//! How long an answer may be silent once it has begun.

#![allow(clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use alipay_core::http::{AsyncTransport, HttpRequest, SendFailureKind, Verb};
use alipay_transport_async::ReqwestTransport;

/// How long a test waits for something that must come, before it fails.
const PATIENCE: Duration = Duration::from_secs(20);

/// A server that begins an answer and then says nothing until the sender is gone.
fn silent_server() -> (String, mpsc::Sender<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let (hold, held) = mpsc::channel();
    thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let _ = stream.read(&mut [0; 4096]).unwrap();
        stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\na").unwrap();
        let _ = held.recv_timeout(PATIENCE * 2);
    });
    (url, hold)
}

#[test]
fn silence_ends_although_the_wait_is_given_up_and_begun_again_all_the_time() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let (url, _hold) = silent_server();
        let mut request = HttpRequest::new(Verb::Get, url);
        request.idle_timeout = Some(Duration::from_millis(200));
        let mut body = ReqwestTransport::new().unwrap().open(&request).await.unwrap().body;
        assert_eq!(body.chunk().await.unwrap().unwrap(), b"a");
        let begun = Instant::now();
        let failure = loop {
            assert!(begun.elapsed() < PATIENCE, "the silence never ended");
            tokio::select! {
                biased;
                piece = body.chunk() => break piece.unwrap_err(),
                () = tokio::task::yield_now() => {}
            }
        };
        assert_eq!(failure.kind(), SendFailureKind::Timeout);
    });
}

#[test]
fn a_short_silence_is_no_limit_for_the_time_until_the_answer_begins() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let (url, _hold) = silent_server();
        let mut request = HttpRequest::new(Verb::Get, url);
        request.idle_timeout = Some(Duration::ZERO);
        assert!(ReqwestTransport::new().unwrap().open(&request).await.is_ok());
    });
}
