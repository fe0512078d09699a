//! The sandbox behind a port, over a plain socket.
#![cfg(feature = "server")]
#![allow(clippy::indexing_slicing, clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::sync::mpsc;
use std::time::Duration;

use alipay_core::Money;
use alipay_core::http::{AsyncTransport, BoxFuture, HttpRequest, HttpResponse, SendFailure};
use alipay_sandbox::{Delivery, Fault, Sandbox, SandboxBuilder, ServeError};

/// Takes notifications and hands them to the test.
#[derive(Debug)]
struct Receiver(mpsc::Sender<HttpRequest>);

impl AsyncTransport for Receiver {
    fn send<'a>(&'a self, request: &'a HttpRequest) -> BoxFuture<'a, Result<HttpResponse, SendFailure>> {
        self.0.send(request.clone()).unwrap();
        Box::pin(async { Ok(HttpResponse::new(200, Vec::new(), b"success".to_vec())) })
    }

    fn sleep(&self, _: Duration) -> BoxFuture<'_, ()> {
        Box::pin(async {})
    }
}

/// Everything that comes back for one request.
fn ask(address: SocketAddr, request: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = Vec::new();
    // A connection that is reset ends the answer as well.
    let _ = stream.read_to_end(&mut answer);
    String::from_utf8(answer).unwrap()
}

fn post(address: SocketAddr, target: &str, body: &str) -> String {
    let length = body.len();
    ask(
        address,
        &format!(
            "POST {target} HTTP/1.1\r\nhost: sandbox\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
        ),
    )
}

fn get(address: SocketAddr, target: &str) -> String {
    ask(address, &format!("GET {target} HTTP/1.1\r\nhost: sandbox\r\nconnection: close\r\n\r\n"))
}

/// Lets the other threads run until something has happened.
fn wait_until(happened: impl Fn() -> bool) {
    let deadline = std::time::Instant::now() + Duration::from_secs(20);
    while !happened() {
        assert!(std::time::Instant::now() < deadline, "it did not happen");
        std::thread::yield_now();
    }
}

struct Running {
    sandbox: Sandbox,
    address: SocketAddr,
    runtime: tokio::runtime::Runtime,
    end: tokio::sync::oneshot::Sender<()>,
    server: tokio::task::JoinHandle<Result<(), ServeError>>,
    notified: mpsc::Receiver<HttpRequest>,
}

fn start() -> Running {
    start_with(Sandbox::builder())
}

fn start_with(builder: SandboxBuilder) -> Running {
    let sandbox = builder.build().unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
    let address = listener.local_addr().unwrap();
    let (end, ended) = tokio::sync::oneshot::channel();
    let (sender, notified) = mpsc::channel();
    let served = sandbox.clone();
    let server = runtime.spawn(async move {
        let shutdown = async {
            let _ = ended.await;
        };
        served.serve(listener, Some(Arc::new(Receiver(sender))), shutdown).await
    });
    Running { sandbox, address, runtime, end, server, notified }
}

#[test]
fn requests_faults_and_notifications_work_behind_a_port() {
    let Running { sandbox, address, runtime, end, server, notified } = start();
    let help = get(address, "/control");
    assert!(help.starts_with("HTTP/1.1 200 OK\r\n") && help.contains("/control/outbox"), "{help}");
    assert_eq!(sandbox.gateway_url(), format!("http://{address}/gateway.do"));

    let refused = post(address, "/gateway.do?charset=utf-8&app_id=1", "biz_content=%7B%7D");
    assert!(refused.contains("trace_id: ") && refused.contains("isv.invalid-app-id"), "{refused}");
    let refused = get(address, "/v3/no/such?a=%20b");
    assert!(refused.starts_with("HTTP/1.1 400 ") && refused.contains("alipay-trace-id: "), "{refused}");
    let refused = ask(address, "OPTIONS / HTTP/1.1\r\nhost: s\r\nconnection: close\r\n\r\n");
    assert!(
        refused.starts_with("HTTP/1.1 405") && refused.contains("{\"error\":\"method: use "),
        "{refused}"
    );

    for fault in [Fault::RefuseConnection, Fault::DropBeforeProcessing, Fault::DropAfterProcessing] {
        sandbox.control().inject(fault, 1);
        let answer = post(address, "/gateway.do", "");
        assert!(!answer.contains('{'), "{fault}: {answer}");
    }

    let voucher = voucher_over_transport(&sandbox);
    sandbox.control().redeem(&voucher, Money::from_fen(880), None).unwrap();
    let notification = notified.recv_timeout(Duration::from_secs(20)).unwrap();
    assert_eq!(notification.url, "http://127.0.0.1:9/flux");
    assert!(String::from_utf8(notification.body).unwrap().contains(&voucher));
    wait_until(|| sandbox.control().outbox()[0].delivery == Delivery::Taken);

    // A request that is left hanging does not hold the server.
    sandbox.control().inject(Fault::Timeout, 1);
    let hanging = std::thread::spawn(move || post(address, "/gateway.do", ""));
    wait_until(|| sandbox.control().state()["faults"] == serde_json::json!([]));
    end.send(()).unwrap();
    runtime.block_on(server).unwrap().unwrap();
    assert!(!hanging.join().unwrap().contains("isv."));
    let delivered = sandbox.control().outbox();
    assert_eq!(delivered.len(), 1);
    assert_eq!(delivered[0].delivery, Delivery::Taken);
}

/// Sends what it is given, and leaves the connection open.
fn begin(address: SocketAddr, request: &str) -> TcpStream {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    stream
}

#[test]
fn requests_that_came_in_half_do_not_hold_a_server_that_shall_end() {
    let Running { address, runtime, end, server, .. } = start();
    let mut half_body = begin(
        address,
        "POST /gateway.do HTTP/1.1\r\nhost: s\r\ncontent-length: 100\r\nexpect: 100-continue\r\n\r\nabc",
    );
    let mut awaited = [0; 25];
    half_body.read_exact(&mut awaited).unwrap();
    assert_eq!(&awaited, b"HTTP/1.1 100 Continue\r\n\r\n", "the body is being read");
    let half_head = begin(address, "POST /gateway.do HTTP/1.1\r\nhost: s\r\n");
    // By the time that this is answered, the other was accepted.
    assert!(get(address, "/control").contains("200 OK"));
    end.send(()).unwrap();
    let limit = Duration::from_secs(15);
    let ended = runtime.block_on(async { tokio::time::timeout(limit, server).await });
    ended.expect("the server ends").unwrap().unwrap();
    let mut answer = String::new();
    let _ = half_body.read_to_string(&mut answer);
    assert!(answer.starts_with("HTTP/1.1 503") && answer.contains("the sandbox ends"), "{answer}");
    drop(half_head);
}

#[test]
fn a_server_that_is_dropped_delivers_nothing_more() {
    let Running { sandbox, address, runtime, end: _end, server, notified } = start();
    assert!(get(address, "/control").contains("200 OK"), "it runs");
    server.abort();
    assert!(runtime.block_on(server).unwrap_err().is_cancelled());
    let voucher = voucher_over_transport(&sandbox);
    sandbox.control().redeem(&voucher, Money::from_fen(880), None).unwrap();
    // The notifier was dropped with the postman: nobody is left who could send.
    let heard = notified.recv_timeout(Duration::from_secs(20));
    assert!(matches!(heard, Err(mpsc::RecvTimeoutError::Disconnected)), "{heard:?}");
    assert!(matches!(sandbox.control().outbox()[0].delivery, Delivery::Waiting { .. }));
}

/// An upload of so many bytes, that nobody signed.
fn upload(address: SocketAddr, bytes: usize) -> String {
    let mut body = b"--b\r\ncontent-disposition: form-data; name=\"f\"; filename=\"a.png\"\r\n\r\n".to_vec();
    body.resize(body.len() + bytes, b'x');
    body.extend_from_slice(b"\r\n--b--\r\n");
    let head = format!(
        "POST /gateway.do?app_id=1 HTTP/1.1\r\nhost: s\r\ncontent-type: multipart/form-data; boundary=b\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        body.len()
    );
    let mut stream = begin(address, &head);
    stream.write_all(&body).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}

#[test]
fn a_file_that_is_too_long_reaches_the_gateway_and_what_is_far_too_long_is_told_so() {
    let (logger, lines) = mpsc::channel();
    let running = start_with(Sandbox::builder().log(move |line| {
        let _ = logger.send((line.to_string(), line.status, line.succeeded));
    }));
    let address = running.address;
    const MEGABYTE: usize = 1024 * 1024;
    let answer = upload(address, 10 * MEGABYTE + 1);
    assert!(answer.contains("isv.invalid-app-id"), "the gateway answers it: {answer}");
    let answer = upload(address, 16 * MEGABYTE);
    assert!(answer.starts_with("HTTP/1.1 413") && answer.contains("16 MiB"), "{answer}");
    let told = lines.try_iter().last().unwrap();
    assert_eq!(told, ("POST /gateway.do -> 413".to_owned(), Some(413), false));
}

#[test]
fn a_listener_that_others_can_reach_is_refused() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let result = runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind("0.0.0.0:0").await.unwrap();
        Sandbox::builder().build().unwrap().serve(listener, None, std::future::pending()).await
    });
    assert!(result.unwrap_err().to_string().contains("127.0.0.1"));
}

/// A voucher of a template with a `notify_uri`, by hand: this test has no client.
fn voucher_over_transport(sandbox: &Sandbox) -> String {
    use alipay_core::sign::{Charset, SignType, canonical, encode_signature, percent_encode};
    let now = alipay_core::DateTime::from_unix_millis(alipay_core::Clock::now_unix_millis(&sandbox.clock()))
        .unwrap();
    let call = |method: &str, biz: serde_json::Value| {
        let mut params: Vec<(&str, String)> = vec![
            ("app_id", sandbox.app_id().to_owned()),
            ("method", method.to_owned()),
            ("charset", "utf-8".to_owned()),
            ("sign_type", "RSA2".to_owned()),
            ("timestamp", now.to_string()),
            ("version", "1.0".to_owned()),
            ("biz_content", biz.to_string()),
        ];
        let text = canonical(&params, &Charset::utf_8()).unwrap();
        let sign = sandbox.app_private_key().unwrap().sign(SignType::Rsa2, &text).unwrap();
        params.push(("sign", encode_signature(&sign)));
        let pairs: Vec<String> = params
            .iter()
            .map(|(name, value)| format!("{name}={}", percent_encode(value.as_bytes())))
            .collect();
        let url = format!("{}?{}", sandbox.gateway_url(), pairs.join("&"));
        let response = sandbox.handle(&HttpRequest::new(alipay_core::http::Verb::Get, url));
        let body: serde_json::Value = serde_json::from_slice(response.body()).unwrap();
        body[format!("{}_response", method.replace('.', "_"))].clone()
    };
    let template = call(
        "alipay.marketing.cashvoucher.template.create",
        serde_json::json!({
            "voucher_type": "FIX_VOUCHER", "publish_start_time": now.to_string(),
            "publish_end_time": now.plus_days(30).unwrap().to_string(),
            "voucher_valid_period": "{\"type\":\"RELATIVE\",\"duration\":1,\"unit\":\"DAY\"}",
            "out_biz_no": "T1", "amount": "8.80", "voucher_quantity": 1, "notify_uri": "http://127.0.0.1:9/flux",
        }),
    );
    let template_id = template["template_id"].as_str().unwrap().to_owned();
    sandbox.control().pay_template(&template_id).unwrap();
    let sent = call(
        "alipay.marketing.voucher.send",
        serde_json::json!({"template_id": template_id, "user_id": "2088302001456115", "out_biz_no": "S1"}),
    );
    sent["voucher_id"].as_str().unwrap().to_owned()
}
