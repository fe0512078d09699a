//! What both transports must do and must not do, against a server that says exactly what it is told.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use alipay_api::http::{
    AsyncTransport, BlockingTransport, HttpRequest, HttpResponse, SendFailure, SendFailureKind, Sent, Verb,
};
use alipay_api::transport_async::ReqwestTransport;
use alipay_api::transport_blocking::UreqTransport;
use alipay_tests::block_on;

type Answer = Result<HttpResponse, SendFailure>;

fn send_async(request: &HttpRequest) -> Answer {
    block_on(ReqwestTransport::new().unwrap().send(request))
}

fn send_blocking(request: &HttpRequest) -> Answer {
    UreqTransport::new().send(request)
}

/// What the server does with a connection, once it has read the head of a request and as much body as was announced.
enum Then {
    Say(Vec<u8>),
    Close,
    Hang,
}

/// Serves connections until the process ends; hands over what it read.
fn server(then: Then) -> (String, mpsc::Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let (seen, requests) = mpsc::channel();
    thread::spawn(move || {
        let mut kept = Vec::new();
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let _ = seen.send(read_request(&mut stream));
            match &then {
                Then::Say(answer) => {
                    let _ = stream.write_all(answer);
                    let _ = stream.shutdown(Shutdown::Write);
                }
                Then::Close => drop(stream),
                Then::Hang => kept.push(stream),
            }
        }
    });
    (base, requests)
}

fn read_request(stream: &mut TcpStream) -> String {
    let mut read = Vec::new();
    let mut chunk = [0; 4096];
    loop {
        let text = String::from_utf8_lossy(&read).to_ascii_lowercase();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
            if body.len() >= length.unwrap_or(0) {
                return String::from_utf8_lossy(&read).into_owned();
            }
        }
        match stream.read(&mut chunk) {
            Ok(0) | Err(_) => return String::from_utf8_lossy(&read).into_owned(),
            Ok(more) => read.extend_from_slice(&chunk[..more]),
        }
    }
}

fn answer(head: &str, body: &str) -> Then {
    Then::Say(format!("HTTP/1.1 {head}\r\ncontent-length: {}\r\n\r\n{body}", body.len()).into_bytes())
}

/// Runs a body for either transport.
macro_rules! both {
    ($($name:ident),+ $(,)?) => {
        mod on_reqwest { $( #[test] fn $name() { super::$name(super::send_async); } )+ }
        mod on_ureq { $( #[test] fn $name() { super::$name(super::send_blocking); } )+ }
    };
}

fn the_request_arrives_byte_for_byte(send: fn(&HttpRequest) -> Answer) {
    let (base, requests) = server(answer("200 OK\r\nTrace_Id: 0a1b\r\nalipay-nonce: n", "{\"a\":1}"));
    let target = "/v3/a?q=a%20b%2B%E4%B8%AD%27~-._&empty=&sign=ab%2Fcd%3D%3D";
    let mut request = HttpRequest::new(Verb::Post, format!("{base}{target}"));
    request.headers = vec![
        ("content-type".into(), "application/json".into()),
        ("authorization".into(), "X a=b,c=d".into()),
    ];
    request.body = "{\"memo\":\"中文\"}".into();
    let response = send(&request).unwrap();
    assert_eq!((response.status(), response.body()), (200, &b"{\"a\":1}"[..]));
    assert_eq!((response.header("ALIPAY-NONCE"), response.trace_id()), (Some("n"), Some("0a1b")));

    let seen = requests.recv().unwrap();
    assert!(seen.starts_with(&format!("POST {target} HTTP/1.1\r\n")), "{seen}");
    assert!(seen.ends_with("\r\n\r\n{\"memo\":\"中文\"}"), "{seen}");
    let head = seen.to_ascii_lowercase();
    assert!(head.contains("authorization: x a=b,c=d\r\n") && !head.contains("accept-encoding"), "{seen}");
}

fn every_verb_is_sent_as_it_is_and_only_some_have_a_body(send: fn(&HttpRequest) -> Answer) {
    for verb in [Verb::Delete, Verb::Get, Verb::Patch, Verb::Post, Verb::Put] {
        let (base, requests) = server(answer("200 OK", ""));
        send(&HttpRequest::new(verb, format!("{base}/v3/a"))).unwrap();
        let seen = requests.recv().unwrap();
        assert!(seen.starts_with(&format!("{} /v3/a HTTP/1.1\r\n", verb.as_str())), "{seen}");
        assert!(seen.ends_with("\r\n\r\n"), "{seen}");
    }
}

fn an_error_status_is_an_answer_and_a_redirect_is_not_followed(send: fn(&HttpRequest) -> Answer) {
    for head in [
        "302 Found\r\nlocation: /elsewhere",
        "307 Temporary Redirect\r\nlocation: /elsewhere",
        "400 Bad",
        "502 Bad",
    ] {
        let (base, requests) = server(answer(head, "body"));
        let response = send(&HttpRequest::new(Verb::Post, format!("{base}/gateway.do"))).unwrap();
        assert_eq!(response.status().to_string(), head[..3]);
        assert_eq!(response.body(), b"body");
        let _ = requests.recv().unwrap();
        assert!(requests.try_recv().is_err(), "sent once");
    }
}

fn an_answer_longer_than_allowed_is_cut_off(send: fn(&HttpRequest) -> Answer) {
    let (base, _requests) = server(answer("200 OK", &"x".repeat(2000)));
    let mut request = HttpRequest::new(Verb::Get, format!("{base}/a"));
    request.max_body = 1999;
    let failure = send(&request).unwrap_err();
    assert_eq!((failure.kind(), failure.sent()), (SendFailureKind::BodyTooLarge, Sent::Maybe));
    request.max_body = 2000;
    assert_eq!(send(&request).unwrap().body().len(), 2000);
}

fn a_refused_connection_was_not_sent(send: fn(&HttpRequest) -> Answer) {
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let failure = send(&HttpRequest::new(Verb::Post, format!("http://{closed}/a?sign=secret"))).unwrap_err();
    assert_eq!((failure.kind(), failure.sent()), (SendFailureKind::Connect, Sent::No));
    let source = std::error::Error::source(&failure).unwrap();
    assert!(!format!("{failure} {failure:?} {source} {source:?}").contains("secret"));
}

fn a_connection_that_breaks_after_the_request_may_have_been_sent(send: fn(&HttpRequest) -> Answer) {
    let (base, requests) = server(Then::Close);
    let failure = send(&HttpRequest::new(Verb::Post, format!("{base}/a?sign=secret"))).unwrap_err();
    assert_eq!(failure.sent(), Sent::Maybe);
    let _ = requests.recv().unwrap();
    assert!(requests.try_recv().is_err(), "sent once");
    let source = std::error::Error::source(&failure).unwrap();
    assert!(!format!("{failure} {failure:?} {source} {source:?}").contains("secret"));
}

fn an_answer_that_breaks_off_may_have_been_sent(send: fn(&HttpRequest) -> Answer) {
    let (base, _requests) =
        server(Then::Say(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"a\"".to_vec()));
    let failure = send(&HttpRequest::new(Verb::Post, format!("{base}/a"))).unwrap_err();
    assert_eq!((failure.kind(), failure.sent()), (SendFailureKind::Broken, Sent::Maybe));
}

fn silence_ends_with_the_time_and_may_have_been_sent(send: fn(&HttpRequest) -> Answer) {
    let (base, _requests) = server(Then::Hang);
    let mut request = HttpRequest::new(Verb::Post, format!("{base}/a"));
    request.timeout = Duration::from_millis(200);
    let failure = send(&request).unwrap_err();
    assert_eq!((failure.kind(), failure.sent()), (SendFailureKind::Timeout, Sent::Maybe));
}

both!(
    a_connection_that_breaks_after_the_request_may_have_been_sent,
    a_refused_connection_was_not_sent,
    an_answer_longer_than_allowed_is_cut_off,
    an_answer_that_breaks_off_may_have_been_sent,
    an_error_status_is_an_answer_and_a_redirect_is_not_followed,
    every_verb_is_sent_as_it_is_and_only_some_have_a_body,
    silence_ends_with_the_time_and_may_have_been_sent,
    the_request_arrives_byte_for_byte,
);
