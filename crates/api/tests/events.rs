//! Server-sent events on both clients, against a server that says exactly what it is told, when it is told.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, LazyLock, mpsc};
use std::thread;
use std::time::Duration;

use alipay_api::events::{EventsOrAnswer, UnverifiedEvent};
use alipay_api::http::{
    AsyncTransport, BlockingTransport, BoxFuture, HttpRequest, HttpResponse, SendFailure, SendFailureKind,
    Verb,
};
use alipay_api::sign::{PrivateKey, SignType, decode_signature, encode_signature};
use alipay_api::{CallOptions, Client, Config, Error, ErrorKind, Outcome, RawOperation, Retry, Verified};
use alipay_api::{UnverifiedEvents, blocking};
use tokio::runtime::Runtime;

static OURS: LazyLock<PrivateKey> = LazyLock::new(|| PrivateKey::generate(2048).unwrap());
static ALIPAYS: LazyLock<PrivateKey> = LazyLock::new(|| PrivateKey::generate(2048).unwrap());

/// How long a test waits for something that must come, before it fails.
const PATIENCE: Duration = Duration::from_secs(20);

const PATH: &str = "/v3/stream/alipay/cloud/nextbuilder/agent/chat/generate";
const BODY: &str = r#"{"query":"中文"}"#;
const STREAM: &str =
    "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream;charset=UTF-8\r\nalipay-trace-id: 0a1b\r\n";

fn config(base: &str) -> Config {
    alipay_api::config("2021000000000000")
        .private_key(OURS.to_pkcs8_pem().expose())
        .alipay_public_key(ALIPAYS.public_key().to_spki_pem())
        .endpoint(base)
        .max_body(1000)
        .retry(Retry::new(3, Duration::ZERO))
        .build()
        .unwrap()
}

fn chat() -> RawOperation {
    RawOperation::rest(Verb::Post, PATH).body_text(BODY)
}

type Item = Result<UnverifiedEvent, Error>;

/// One client or the other, behind one face.
trait Calls: Sized {
    fn call(
        config: &Config,
        operation: RawOperation,
        options: CallOptions,
    ) -> Result<EventsOrAnswer<Self>, Error>;
    fn next_event(&mut self) -> Option<Item>;
    fn trace_id(&self) -> Option<&str>;

    fn events(base: &str, options: CallOptions) -> Self {
        match Self::call(&config(base), chat(), options).unwrap() {
            EventsOrAnswer::Events(events) => events,
            EventsOrAnswer::Answer(answer) => panic!("no stream: {answer:?}"),
        }
    }

    fn answer(base: &str) -> Result<Verified, Error> {
        match Self::call(&config(base), chat(), CallOptions::new())? {
            EventsOrAnswer::Answer(answer) => Ok(*answer),
            EventsOrAnswer::Events(_) => panic!("it is no stream"),
        }
    }

    fn data(&mut self) -> Option<String> {
        self.next_event().map(|event| event.unwrap().data)
    }
}

struct Async(Runtime, UnverifiedEvents);

fn runtime() -> Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

impl Calls for Async {
    fn call(
        config: &Config,
        operation: RawOperation,
        options: CallOptions,
    ) -> Result<EventsOrAnswer<Self>, Error> {
        let (runtime, client) = (runtime(), Client::new(config.clone()).unwrap());
        Ok(match runtime.block_on(client.unverified_events(operation, options))? {
            EventsOrAnswer::Events(events) => EventsOrAnswer::Events(Self(runtime, events)),
            EventsOrAnswer::Answer(answer) => EventsOrAnswer::Answer(answer),
        })
    }

    fn next_event(&mut self) -> Option<Item> {
        self.0.block_on(self.1.next())
    }

    fn trace_id(&self) -> Option<&str> {
        self.1.head().trace_id()
    }
}

impl Calls for blocking::UnverifiedEvents {
    fn call(
        config: &Config,
        operation: RawOperation,
        options: CallOptions,
    ) -> Result<EventsOrAnswer<Self>, Error> {
        blocking::Client::new(config.clone()).unverified_events(operation, options)
    }

    fn next_event(&mut self) -> Option<Item> {
        self.next()
    }

    fn trace_id(&self) -> Option<&str> {
        self.head().trace_id()
    }
}

/// What the server does with a connection, once it has read a request.
enum Act {
    Say(Vec<u8>),
    /// Waits until the test says go on.
    Wait,
    /// Keeps the connection open to the end of the test.
    Hang,
}

fn say(text: &str) -> Act {
    Act::Say(text.as_bytes().to_vec())
}

/// A piece of a body whose length was not announced.
fn piece(text: &str) -> Act {
    Act::Say(format!("{:x}\r\n{text}\r\n", text.len()).into_bytes())
}

fn answer(head: &str, body: &str) -> Vec<Act> {
    vec![say(&format!("HTTP/1.1 {head}\r\ncontent-length: {}\r\n\r\n{body}", body.len()))]
}

fn stream() -> Act {
    say(&format!("{STREAM}transfer-encoding: chunked\r\n\r\n"))
}

struct Server {
    base: String,
    requests: mpsc::Receiver<String>,
    go_on: mpsc::Sender<()>,
}

/// Plays one script for each connection, in order.
fn server(scripts: Vec<Vec<Act>>) -> Server {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let ((seen, requests), (go_on, told)) = (mpsc::channel(), mpsc::channel::<()>());
    thread::spawn(move || {
        for script in scripts {
            let Ok((mut stream, _)) = listener.accept() else { return };
            let _ = seen.send(read_request(&mut stream));
            for act in script {
                match act {
                    Act::Say(bytes) => drop(stream.write_all(&bytes)),
                    Act::Wait => drop(told.recv_timeout(PATIENCE)),
                    // The test is over when the sender of `go_on` is gone.
                    Act::Hang => drop(told.recv_timeout(PATIENCE * 2)),
                }
            }
        }
    });
    Server { base, requests, go_on }
}

fn read_request(stream: &mut TcpStream) -> String {
    let (mut read, mut chunk) = (Vec::new(), [0; 4096]);
    loop {
        let text = String::from_utf8_lossy(&read).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let head = head.to_ascii_lowercase();
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
            if body.len() >= length.unwrap_or(0) {
                return text;
            }
        }
        match stream.read(&mut chunk) {
            Ok(0) | Err(_) => return text,
            Ok(more) => read.extend_from_slice(&chunk[..more]),
        }
    }
}

fn events_come_before_the_stream_goes_on<C: Calls>() {
    let server = server(vec![vec![
        stream(),
        piece("event: start\ndata: {}\n\n"),
        Act::Wait,
        piece("data: {\"text\":\"优"),
        piece("酷\"}\n\ndata: 3\n\n"),
        Act::Wait,
        piece("event: end\ndata: {\"type\":\"end\"}\n\n"),
        say("0\r\n\r\n"),
    ]]);
    let mut events = C::events(&server.base, CallOptions::new());
    assert_eq!(events.trace_id(), Some("0a1b"));
    let first = events.next_event().unwrap().unwrap();
    assert_eq!((first.name.as_str(), first.data.as_str()), ("start", "{}"));
    server.go_on.send(()).unwrap();
    assert_eq!(events.data().as_deref(), Some("{\"text\":\"优酷\"}"));
    assert_eq!(events.data().as_deref(), Some("3"));
    server.go_on.send(()).unwrap();
    let last = events.next_event().unwrap().unwrap();
    assert_eq!((last.name.as_str(), last.data.as_str()), ("end", "{\"type\":\"end\"}"));
    assert!(events.next_event().is_none() && events.next_event().is_none());
}

fn the_request_is_signed_and_asks_for_a_stream<C: Calls>() {
    let server = server(vec![vec![stream(), say("0\r\n\r\n")]]);
    let mut events = C::events(&server.base, CallOptions::new().app_auth_token("token"));
    assert!(events.next_event().is_none());
    let seen = server.requests.recv_timeout(PATIENCE).unwrap();
    let (head, body) = seen.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with(&format!("POST {PATH} HTTP/1.1\r\n")), "{head}");
    assert_eq!(body, BODY);
    let header = |name: &str| {
        let line = head.lines().find(|line| line.to_ascii_lowercase().starts_with(&format!("{name}: ")));
        line.map(|line| &line[name.len() + 2..])
    };
    assert_eq!(header("accept"), Some("text/event-stream, application/json"));
    assert_eq!(header("content-type"), Some("application/json"));
    let (auth, signature) = header("authorization").unwrap().split_once(",sign=").unwrap();
    let auth = auth.strip_prefix("ALIPAY-SHA256withRSA ").unwrap();
    let text = format!("{auth}\nPOST\n{PATH}\n{BODY}\ntoken\n");
    let signature = decode_signature(signature).unwrap();
    OURS.public_key().verify(SignType::Rsa2, text.as_bytes(), &signature).unwrap();
}

fn a_stream_may_be_cut_anywhere<C: Calls>() {
    let body = "\u{feff}: hi\r\nevent: 事件\r\ndata: 优\r\ndata: 酷😀\r\n\r\ndata: 2\n\n: bye\n";
    let mut script = vec![stream()];
    for byte in body.as_bytes() {
        script.push(Act::Say([b"1\r\n", &[*byte][..], b"\r\n"].concat()));
    }
    script.push(say("0\r\n\r\n"));
    let server = server(vec![script]);
    let mut events = C::events(&server.base, CallOptions::new());
    let first = events.next_event().unwrap().unwrap();
    assert_eq!((first.name.as_str(), first.data.as_str()), ("事件", "优\n酷😀"));
    assert_eq!(events.data().as_deref(), Some("2"));
    assert!(events.next_event().is_none());
}

fn an_ordinary_answer_is_verified_like_any_other<C: Calls>() {
    let body = r#"{"text":"a"}"#;
    let signed = ALIPAYS.sign(SignType::Rsa2, format!("1700000000001\nn\n{body}\n").as_bytes()).unwrap();
    let head = format!(
        "200 OK\r\ncontent-type: application/json\r\nalipay-timestamp: 1700000000001\r\nalipay-nonce: n\r\n\
         alipay-signature: {}",
        encode_signature(&signed)
    );
    assert_eq!(C::answer(&server(vec![answer(&head, body)]).base).unwrap().fields()["text"], "a");

    for (head, body) in
        [(head.as_str(), r#"{"text":"b"}"#), ("200 OK\r\ncontent-type: application/json", body)]
    {
        let error = C::answer(&server(vec![answer(head, body)]).base).unwrap_err();
        assert_eq!((error.kind(), error.outcome()), (ErrorKind::Signature, Outcome::Unknown), "{error}");
    }
}

fn an_error_is_an_error_also_where_it_calls_itself_a_stream<C: Calls>() {
    let body = r#"{"code":"invalid-app-auth-token","message":"m"}"#;
    for content_type in ["application/json", "text/event-stream"] {
        let head = format!("401 Unauthorized\r\ncontent-type: {content_type}\r\nalipay-trace-id: 0a1b");
        let error = C::answer(&server(vec![answer(&head, body)]).base).unwrap_err();
        assert_eq!((error.code(), error.http_status()), ("invalid-app-auth-token", Some(401)));
        assert_eq!((error.trace_id(), error.is_authenticated()), (Some("0a1b"), false));
    }
    let page = answer("502 Bad\r\ncontent-type: text/html", &"x".repeat(1001));
    let error = C::answer(&server(vec![page]).base).unwrap_err();
    assert_eq!(error.send_failure().unwrap().kind(), SendFailureKind::BodyTooLarge);
}

/// The last item, an error, of a stream that has begun with `data: 1`.
fn broken<C: Calls>(server: &Server, options: CallOptions) -> SendFailureKind {
    let mut events = C::events(&server.base, options);
    assert_eq!(events.data().as_deref(), Some("1"));
    let error = events.next_event().unwrap().unwrap_err();
    assert_eq!((error.outcome(), error.trace_id()), (Outcome::Unknown, Some("0a1b")));
    assert!(events.next_event().is_none(), "nothing comes after an error");
    let _ = server.requests.recv_timeout(PATIENCE).unwrap();
    assert!(server.requests.try_recv().is_err(), "a call whose events have begun is not sent again");
    error.send_failure().unwrap().kind()
}

fn a_stream_that_breaks_off_is_an_error_and_is_not_asked_for_again<C: Calls>() {
    let announced = say(&format!("{STREAM}content-length: 1000\r\n\r\ndata: 1\n\ndata: 2"));
    let once = || vec![stream(), piece("data: 1\n\nda")];
    // Without a length of any kind, the end of the connection is the end of the stream.
    let closed = say(&format!("{STREAM}connection: close\r\n\r\ndata: 1\n\ndata: {{\"half\":"));
    let ended = vec![stream(), piece("data: 1\n\ndata: 2\n"), say("0\r\n\r\n")];
    for script in [vec![announced], once(), vec![closed], ended] {
        let server = server(vec![script, once()]);
        assert_eq!(broken::<C>(&server, CallOptions::new()), SendFailureKind::Broken);
    }
}

fn an_event_that_is_too_long_is_an_error<C: Calls>() {
    let long = piece(&format!("data: {}\n\n", "x".repeat(1000)));
    let server = server(vec![vec![stream(), piece("data: 1\n\n"), long, Act::Hang]]);
    assert_eq!(broken::<C>(&server, CallOptions::new()), SendFailureKind::BodyTooLarge);
}

fn silence_ends_a_stream<C: Calls>() {
    let server = server(vec![vec![stream(), piece("data: 1\n\n"), Act::Hang]]);
    let options = CallOptions::new().idle_timeout(Duration::from_secs(1));
    assert_eq!(broken::<C>(&server, options), SendFailureKind::Timeout);
}

fn a_stream_may_take_longer_than_the_time_of_a_call<C: Calls>() {
    let server =
        server(vec![vec![stream(), piece("data: 1\n\n"), Act::Wait, piece("data: 2\n\n"), say("0\r\n\r\n")]]);
    let time = Duration::from_secs(1);
    let mut events = C::events(&server.base, CallOptions::new().timeout(time));
    assert_eq!(events.data().as_deref(), Some("1"));
    let go_on = server.go_on.clone();
    let (later, waited) = mpsc::channel::<()>();
    let timer = thread::spawn(move || {
        // Nobody sends: the time runs out, as it is meant to.
        let _ = waited.recv_timeout(time + time / 5);
        go_on.send(()).unwrap();
    });
    assert_eq!(events.data().as_deref(), Some("2"));
    assert!(events.next_event().is_none());
    timer.join().unwrap();
    drop(later);
}

fn an_answer_that_does_not_begin_runs_out_of_time<C: Calls>() {
    let server = server(vec![vec![Act::Hang]]);
    let options = CallOptions::new().timeout(Duration::from_millis(300));
    let error = C::call(&config(&server.base), chat(), options).err().unwrap();
    assert!(error.is_timeout() && error.outcome() == Outcome::Unknown, "{error}");
    let _ = server.requests.recv_timeout(PATIENCE).unwrap();
    assert!(server.requests.try_recv().is_err(), "sent once");
}

/// Runs bodies on both clients.
macro_rules! both {
    ($($name:ident),+ $(,)?) => {
        mod async_client { $( #[test] fn $name() { super::$name::<super::Async>(); } )+ }
        mod blocking_client { $( #[test] fn $name() { super::$name::<super::blocking::UnverifiedEvents>(); } )+ }
    };
}

both!(
    a_stream_may_be_cut_anywhere,
    a_stream_may_take_longer_than_the_time_of_a_call,
    a_stream_that_breaks_off_is_an_error_and_is_not_asked_for_again,
    an_answer_that_does_not_begin_runs_out_of_time,
    an_error_is_an_error_also_where_it_calls_itself_a_stream,
    an_event_that_is_too_long_is_an_error,
    an_ordinary_answer_is_verified_like_any_other,
    events_come_before_the_stream_goes_on,
    silence_ends_a_stream,
    the_request_is_signed_and_asks_for_a_stream,
);

/// A transport that knows nothing of streams.
#[derive(Debug)]
struct Whole;

impl Whole {
    fn answer() -> HttpResponse {
        let headers = vec![("content-type".to_owned(), "text/event-stream".to_owned())];
        HttpResponse::new(200, headers, b"data: 1\n\ndata: 2\n\n".to_vec())
    }
}

impl AsyncTransport for Whole {
    fn send<'a>(&'a self, _: &'a HttpRequest) -> BoxFuture<'a, Result<HttpResponse, SendFailure>> {
        Box::pin(async { Ok(Self::answer()) })
    }

    fn sleep(&self, _: Duration) -> BoxFuture<'_, ()> {
        Box::pin(async {})
    }
}

impl BlockingTransport for Whole {
    fn send(&self, _: &HttpRequest) -> Result<HttpResponse, SendFailure> {
        Ok(Self::answer())
    }

    fn sleep(&self, _: Duration) {}
}

#[test]
fn a_transport_without_streams_of_its_own_hands_over_all_events() {
    let config = config("http://127.0.0.1");
    let client = blocking::Client::with_transport(config.clone(), Arc::new(Whole));
    let EventsOrAnswer::Events(events) = client.unverified_events(chat(), CallOptions::new()).unwrap() else {
        panic!("no stream");
    };
    assert_eq!(events.map(|event| event.unwrap().data).collect::<Vec<_>>(), ["1", "2"]);

    let client = Client::with_transport(config, Arc::new(Whole));
    let data = runtime().block_on(async {
        let EventsOrAnswer::Events(mut events) =
            client.unverified_events(chat(), CallOptions::new()).await.unwrap()
        else {
            panic!("no stream");
        };
        let mut data = Vec::new();
        while let Some(event) = events.next().await {
            data.push(event.unwrap().data);
        }
        data
    });
    assert_eq!(data, ["1", "2"]);
}

#[test]
fn a_future_of_events_can_move_between_threads() {
    fn check<T: Send>(_: T) {}
    let client = Client::with_transport(config("http://127.0.0.1"), Arc::new(Whole));
    check(async move {
        if let Ok(EventsOrAnswer::Events(mut events)) =
            client.unverified_events(chat(), CallOptions::new()).await
        {
            while events.next().await.is_some() {}
        }
    });
}
