//! What goes over the wire, and what must never be seen of it.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use alipay_api::http::{
    AsyncTransport, BlockingTransport, HttpRequest, HttpResponse, SendFailure, SendFailureKind, Sent, Verb,
};
use alipay_api::models::v2::trade::PagePayRequest;
use alipay_api::transport_async::ReqwestTransport;
use alipay_api::transport_blocking::UreqTransport;
use alipay_api::{CallOptions, Download, Exchange, Money, Outcome, RawOperation, Step, UploadFile};
use alipay_tests::block_on;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

use super::desk::{
    builder, certificate, config, content_key, done, gateway, key_text, notified, ok, parameter, sent,
    signed, spelled,
};

fn upload() -> RawOperation {
    gateway().param("image_type", "png").file("image_content", UploadFile::bytes("a.png", [1, 2, 3]))
}

/// A server whose certificate nobody vouches for; tells how many bytes of a request each connection brought.
fn https_with_a_strange_certificate() -> (String, mpsc::Receiver<usize>) {
    let chain = vec![CertificateDer::from_pem_slice(certificate("app_cert").as_bytes()).unwrap()];
    let key = PrivateKeyDer::from_pem_slice(key_text("app_rsa2", "private_pkcs8_pem").as_bytes()).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let server = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .unwrap();
    let server = Arc::new(server);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("https://localhost:{}", listener.local_addr().unwrap().port());
    let (seen, received) = mpsc::channel();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let session = rustls::ServerConnection::new(server.clone()).unwrap();
            let mut stream = rustls::StreamOwned::new(session, stream.unwrap());
            let _ = seen.send(stream.read(&mut [0; 1024]).unwrap_or(0));
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
        }
    });
    (base, received)
}

/// protocol-v2 §13 no. 37: a certificate that nobody vouches for ends the connection, and plain HTTP is not offered.
#[test]
fn a_server_with_an_unknown_certificate_gets_nothing() {
    let (base, received) = https_with_a_strange_certificate();
    let request = HttpRequest::new(Verb::Post, format!("{base}/gateway.do?sign=secret"));
    for answer in
        [block_on(ReqwestTransport::new().unwrap().send(&request)), UreqTransport::new().send(&request)]
    {
        let failure = answer.unwrap_err();
        let outcome = (failure.kind(), failure.sent());
        assert_eq!(outcome, (SendFailureKind::Connect, Sent::No), "{failure:?}");
        assert_eq!(received.recv().unwrap(), 0, "not one byte of the request");
    }
    for plain in [
        builder().gateway("http://openapi.alipay.com/gateway.do"),
        builder().endpoint("http://openapi.alipay.com"),
    ] {
        assert!(plain.build().unwrap_err().to_string().contains("use https"));
    }
}

/// Answers any number of requests on each connection; counts the connections.
fn patient_server() -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let connections = Arc::new(AtomicUsize::new(0));
    let count = connections.clone();
    thread::spawn(move || {
        for stream in listener.incoming() {
            count.fetch_add(1, Ordering::SeqCst);
            thread::spawn(move || answer_all(stream.unwrap()));
        }
    });
    (base, connections)
}

fn answer_all(mut stream: TcpStream) {
    let mut read = Vec::new();
    let mut chunk = [0; 4096];
    while let Ok(more @ 1..) = stream.read(&mut chunk) {
        read.extend_from_slice(&chunk[..more]);
        // The requests of this test have no body.
        while let Some(end) = read.windows(4).position(|bytes| bytes == b"\r\n\r\n") {
            read.drain(..end + 4);
            let answer = b"HTTP/1.1 400 Bad Request\r\ncontent-length: 5\r\n\r\nnever";
            stream.write_all(answer).unwrap();
        }
    }
}

/// protocol-v2 §13 no. 38: every request has its time and its bound, and an answer gives its connection back.
#[test]
fn every_request_is_bounded_and_no_connection_is_leaked() {
    let defaults = config();
    let call = sent(&mut Exchange::new(&defaults, gateway(), CallOptions::new()));
    let files = sent(&mut Exchange::new(&defaults, upload(), CallOptions::new()));
    let rest =
        sent(&mut Exchange::new(&defaults, RawOperation::rest(Verb::Get, "/v3/x"), CallOptions::new()));
    let bill = Download::new("https://dwbillcenter.alipay.com/bill").request().unwrap();
    for request in [call, files, rest, bill] {
        assert!((1..=600).contains(&request.timeout.as_secs()), "{:?}", request.timeout);
        assert!((1..=1 << 30).contains(&request.max_body), "{}", request.max_body);
    }

    let (base, connections) = patient_server();
    let request = HttpRequest::new(Verb::Get, format!("{base}/a"));
    let blocking = UreqTransport::new();
    for _ in 0..20 {
        assert_eq!(blocking.send(&request).unwrap().body(), b"never");
    }
    block_on(async {
        let transport = ReqwestTransport::new().unwrap();
        for _ in 0..20 {
            assert_eq!(transport.send(&request).await.unwrap().body(), b"never");
        }
    });
    // One for each transport; a pool that gets its connection back a moment late may open another.
    let connections = connections.load(Ordering::SeqCst);
    assert!((2..=6).contains(&connections), "{connections} connections for 40 requests");
}

/// protocol-v2 §13 no. 39: no secret and no business data in what a log would print.
#[test]
fn nothing_secret_is_printed() {
    let private = "the buyer is 优酷 13900000000";
    let configuration = builder().content_key(content_key());
    let options = CallOptions::new().app_auth_token("app-token").auth_token("user-token");
    let operation = gateway().param("memo", private);
    let config = configuration.clone().build().unwrap();
    let mut exchange = Exchange::new(&config, operation.clone(), options.clone());
    let request = sent(&mut exchange);
    let signature = parameter(&request, "sign").unwrap();
    let answer = signed(format!(r#"{{"code":"10000","memo":"{private}"}}"#));
    let mut printed =
        format!("{configuration:?} {config:?} {options:?} {operation:?} {request:?} {answer:?}");
    exchange.on_response(answer);
    printed += &format!("{exchange:?}");
    printed += &format!("{:?}", done(&mut exchange).unwrap());
    let forged =
        ok(format!(r#"{{"alipay_marketing_voucher_query_response":{{"memo":"{private}"}},"sign":"AAAA"}}"#));
    let mut exchange = Exchange::new(&config, operation, options.clone());
    let _ = sent(&mut exchange);
    exchange.on_response(forged);
    let error = done(&mut exchange).unwrap_err();
    printed += &format!("{error} {error:?}");
    let body = notified(&[("memo", private.as_bytes())], |_| true, alipay_api::sign::Empties::Drop);
    printed += &format!("{:?}", config.verify_notification(&body, None).unwrap());
    let order = PagePayRequest::new("order-1", Money::from_fen(1), private, "FAST_INSTANT_TRADE_PAY");
    printed += &format!("{:?}", config.page_form(&order, &options).unwrap());
    printed += &format!("{:?}", super::desk::ours());

    let private_key = key_text("app_rsa2", "private_pkcs8_b64");
    for secret in ["优酷", "13900000000", "app-token", "user-token", content_key(), &signature, private_key]
    {
        assert!(!printed.contains(secret), "{secret} in {printed}");
    }
}

/// protocol-v2 §13 no. 40: the options of one client are not those of another that calls the same host.
#[test]
fn clients_of_one_host_keep_their_own_options() {
    let clients = [1, 2].map(|seconds| builder().timeout(Duration::from_secs(seconds)).build().unwrap());
    for (config, seconds) in clients.iter().zip([1, 2]) {
        let (_, request) = spelled(config, gateway(), CallOptions::new());
        assert_eq!(request.timeout, Duration::from_secs(seconds));
        let hurried = CallOptions::new().timeout(Duration::from_millis(5));
        assert_eq!(spelled(config, gateway(), hurried).1.timeout, Duration::from_millis(5));
    }
}

/// protocol-v2 §13 no. 41: a call is posted once, with files or without, and a failed upload is a failure.
#[test]
fn a_call_is_posted_once_and_a_failed_upload_is_an_error() {
    let late = || SendFailure::new(Sent::Maybe, SendFailureKind::Timeout, "late");
    for operation in [gateway(), upload()] {
        let mut exchange = Exchange::new(&config(), operation.clone(), CallOptions::new());
        let _ = sent(&mut exchange);
        exchange.on_response(signed(r#"{"code":"10000"}"#));
        assert!(matches!(exchange.step(), Step::Done(result) if result.is_ok()), "posted once");

        let mut exchange = Exchange::new(&config(), operation.clone(), CallOptions::new());
        let _ = sent(&mut exchange);
        exchange.on_failure(late());
        assert_eq!(done(&mut exchange).unwrap_err().outcome(), Outcome::Unknown);

        let mut exchange = Exchange::new(&config(), operation, CallOptions::new());
        let _ = sent(&mut exchange);
        exchange.on_response(HttpResponse::new(413, vec![], "too large".into()));
        assert_eq!(done(&mut exchange).unwrap_err().http_status(), Some(413));
    }
}
