//! Uploads and downloads over both transports, against a server that says exactly what it is told.

use std::io::{self, BufRead, BufReader, ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, LazyLock, Mutex, mpsc};
use std::thread;
use std::time::Duration;

use alipay_api::http::{
    AsyncTransport, BlockingTransport, HttpRequest, HttpResponse, SendFailure, SendFailureKind, Sent, Verb,
};
use alipay_api::sign::{PrivateKey, SignType, encode_signature};
use alipay_api::transport_async::ReqwestTransport;
use alipay_api::transport_blocking::UreqTransport;
use alipay_api::{
    CallOptions, Client, Config, Download, Error, ErrorKind as Kind, Exchange, Outcome, RawOperation, Retry,
    Step, UploadFile, Verified, blocking, upload_file,
};
use alipay_tests::block_on;

static OURS: LazyLock<PrivateKey> = LazyLock::new(|| PrivateKey::generate(2048).unwrap());
static ALIPAYS: LazyLock<PrivateKey> = LazyLock::new(|| PrivateKey::generate(2048).unwrap());

const MIB: usize = 1024 * 1024;

/// How long a test waits for something that must come, before it fails.
const PATIENCE: Duration = Duration::from_secs(20);

fn config(base: &str) -> Config {
    alipay_api::config("2021000000000000")
        .private_key(OURS.to_pkcs8_pem().expose())
        .alipay_public_key(ALIPAYS.public_key().to_spki_pem())
        .gateway(format!("{base}/gateway.do"))
        .endpoint(base)
        .retry(Retry::new(2, Duration::ZERO))
        .build()
        .unwrap()
}

/// One client or the other, behind one face.
trait Calls {
    fn send(request: &HttpRequest) -> Result<HttpResponse, SendFailure>;
    fn call(config: &Config, operation: RawOperation) -> Result<Verified, Error>;
    fn download(
        file: Download,
        into: &mut (impl Write + Send),
        progress: impl FnMut(u64, Option<u64>) + Send,
    ) -> Result<u64, Error>;
}

struct Reqwest;

impl Calls for Reqwest {
    fn send(request: &HttpRequest) -> Result<HttpResponse, SendFailure> {
        block_on(ReqwestTransport::new().unwrap().send(request))
    }

    fn call(config: &Config, operation: RawOperation) -> Result<Verified, Error> {
        block_on(Client::new(config.clone()).unwrap().execute_raw(operation, CallOptions::new()))
    }

    fn download(
        file: Download,
        into: &mut (impl Write + Send),
        progress: impl FnMut(u64, Option<u64>) + Send,
    ) -> Result<u64, Error> {
        block_on(Client::new(config("http://127.0.0.1")).unwrap().download(file, into, progress))
    }
}

struct Ureq;

impl Calls for Ureq {
    fn send(request: &HttpRequest) -> Result<HttpResponse, SendFailure> {
        UreqTransport::new().send(request)
    }

    fn call(config: &Config, operation: RawOperation) -> Result<Verified, Error> {
        blocking::Client::new(config.clone()).execute_raw(operation, CallOptions::new())
    }

    fn download(
        file: Download,
        into: &mut (impl Write + Send),
        progress: impl FnMut(u64, Option<u64>) + Send,
    ) -> Result<u64, Error> {
        blocking::Client::new(config("http://127.0.0.1")).download(file, into, progress)
    }
}

/// What the server read of one request.
#[derive(Debug, Eq, PartialEq)]
struct Seen {
    head: String,
    body: Vec<u8>,
}

impl Seen {
    fn header(&self, name: &str) -> Option<&str> {
        let mut lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines.find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }
}

/// How far the server has read, for a source that will not run ahead of it.
#[derive(Debug, Default)]
struct Progress {
    received: Mutex<usize>,
    moved: Condvar,
}

impl Progress {
    fn add(&self, bytes: usize) {
        *self.received.lock().unwrap() += bytes;
        self.moved.notify_all();
    }

    fn wait_for(&self, bytes: usize) -> io::Result<()> {
        let received = self.received.lock().unwrap();
        let waited = self.moved.wait_timeout_while(received, PATIENCE, |received| *received < bytes);
        match waited.unwrap().1.timed_out() {
            true => Err(io::Error::other("read ahead of what was sent")),
            false => Ok(()),
        }
    }
}

/// Answers one connection with each of `answers`; an empty one closes it without a word.
fn server(answers: Vec<Vec<u8>>) -> (String, mpsc::Receiver<Seen>, Arc<Progress>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let progress = Arc::new(Progress::default());
    let (seen, requests) = mpsc::channel();
    let counter = Arc::clone(&progress);
    thread::spawn(move || {
        for answer in answers {
            let (mut stream, _) = listener.accept().unwrap();
            let _ = seen.send(read_request(&stream, &counter));
            let _ = stream.write_all(&answer);
        }
    });
    (base, requests, progress)
}

/// Reads what is announced, or until the connection ends.
fn read_request(stream: &TcpStream, progress: &Progress) -> Seen {
    let mut reader = BufReader::new(stream);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") && reader.read_line(&mut head).is_ok_and(|read| read > 0) {}
    let mut seen = Seen { head, body: Vec::new() };
    let length = seen.header("content-length").map_or(0, |length| length.parse().unwrap());
    let mut chunk = vec![0; 16 * 1024];
    while seen.body.len() < length {
        match reader.read(&mut chunk) {
            Ok(0) | Err(_) => break,
            Ok(read) => {
                seen.body.extend_from_slice(&chunk[..read]);
                progress.add(read);
            }
        }
    }
    seen
}

fn http(head: &str, body: &str) -> Vec<u8> {
    format!("HTTP/1.1 {head}\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}", body.len())
        .into_bytes()
}

/// A success as the gateway signs it.
fn success() -> Vec<u8> {
    let node = r#"{"code":"10000","msg":"Success","image_id":"1"}"#;
    let signature = encode_signature(&ALIPAYS.sign(SignType::Rsa2, node.as_bytes()).unwrap());
    let name = "alipay_offline_material_image_upload_response";
    http("200 OK", &format!("{{\"{name}\":{node},\"sign\":\"{signature}\"}}"))
}

fn image_upload(file: UploadFile) -> RawOperation {
    RawOperation::gateway("alipay.offline.material.image.upload")
        .param("image_name", "店面")
        .file("image_content", file)
}

fn request(base: &str, operation: RawOperation) -> HttpRequest {
    match Exchange::new(&config(base), operation, CallOptions::new()).step() {
        Step::Send(request) => request,
        other => panic!("not sent: {other:?}"),
    }
}

/// Bytes that are not the same everywhere.
fn pattern(length: usize) -> Vec<u8> {
    (0..length).map(|at| u8::try_from(at % 251).unwrap()).collect()
}

/// Runs a body on either client.
macro_rules! both {
    ($($name:ident),+ $(,)?) => {
        mod on_reqwest { $( #[test] fn $name() { super::$name::<super::Reqwest>(); } )+ }
        mod on_ureq { $( #[test] fn $name() { super::$name::<super::Ureq>(); } )+ }
    };
}

mod downloads;

#[test]
fn both_transports_send_the_same_bytes_and_announce_their_number() {
    let big = UploadFile::bytes("a \"b\".bin", pattern(300_000));
    for operation in [
        image_upload(UploadFile::bytes("店.png", [0, 1, 2])).file("more", big.clone()),
        RawOperation::rest(Verb::Put, "/v3/x").file("f", big),
    ] {
        let (base, requests, _) = server(vec![http("200 OK", ""), http("200 OK", "")]);
        let request = request(&base, operation);
        assert_eq!(Reqwest::send(&request).unwrap().status(), 200);
        assert_eq!(Ureq::send(&request).unwrap().status(), 200);
        let expected = request.upload.as_ref().unwrap().read_all().unwrap();
        for _ in 0..2 {
            let seen = requests.recv_timeout(PATIENCE).unwrap();
            assert!(seen.body == expected, "{}", seen.head);
            assert_eq!(seen.header("content-length"), Some(expected.len().to_string().as_str()));
            assert_eq!(seen.header("transfer-encoding"), None);
            assert_eq!(seen.header("content-type"), request.header("content-type"));
            assert_eq!(seen.head.to_ascii_lowercase().matches("content-length").count(), 1);
        }
    }
}

/// A source of `left` bytes that never runs more than a little ahead of what the server has received.
struct Lockstep {
    read: usize,
    left: usize,
    server: Arc<Progress>,
    largest: Arc<AtomicUsize>,
}

impl Read for Lockstep {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.server.wait_for(self.read.saturating_sub(2 * MIB))?;
        self.largest.fetch_max(buffer.len(), Ordering::Relaxed);
        let length = buffer.len().min(self.left);
        buffer[..length].fill(7);
        self.read += length;
        self.left -= length;
        Ok(length)
    }
}

fn a_large_file_is_sent_while_it_is_read<C: Calls>() {
    const LENGTH: usize = 20 * MIB;
    let (base, requests, server) = server(vec![success()]);
    let largest = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&largest);
    let file = UploadFile::reader("film.mp4", LENGTH as u64, move || {
        let (server, largest) = (Arc::clone(&server), Arc::clone(&counter));
        Ok(Box::new(Lockstep { read: 0, left: LENGTH, server, largest }))
    });
    let verified = C::call(&config(&base), image_upload(file)).unwrap();
    assert_eq!(verified.fields().get("image_id").and_then(|id| id.as_str()), Some("1"));
    let body = requests.recv_timeout(PATIENCE).unwrap().body;
    assert_eq!(body.iter().filter(|byte| **byte == 7).count(), LENGTH);
    assert!(body.ends_with(b"--\r\n"));
    let largest = largest.load(Ordering::Relaxed);
    assert!((1024..=256 * 1024).contains(&largest), "{largest}");
}

fn a_file_of_the_machine_is_read_when_it_is_sent<C: Calls>() {
    let (base, requests, _) = server(vec![success()]);
    let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
    let file = upload_file(manifest).unwrap();
    assert_eq!((file.name(), file.content_type()), ("Cargo.toml", "application/octet-stream"));
    C::call(&config(&base), image_upload(file)).unwrap();
    let body = String::from_utf8(requests.recv_timeout(PATIENCE).unwrap().body).unwrap();
    assert!(body.contains(&format!("\r\n\r\n{}\r\n--", std::fs::read_to_string(manifest).unwrap())));
}

/// Counts how often it is opened.
fn counted(bytes: Vec<u8>) -> (UploadFile, Arc<AtomicUsize>) {
    let opened = Arc::new(AtomicUsize::new(0));
    let (bytes, counter) = (Arc::new(bytes), Arc::clone(&opened));
    let file = UploadFile::reader("a.png", bytes.len() as u64, move || {
        counter.fetch_add(1, Ordering::Relaxed);
        Ok(Box::new(io::Cursor::new(bytes.to_vec())))
    });
    (file, opened)
}

fn a_repetition_opens_the_source_again_and_sends_all_of_it<C: Calls>() {
    let (base, requests, _) = server(vec![Vec::new(), success()]);
    let (file, opened) = counted(pattern(200_000));
    C::call(&config(&base), image_upload(file).repeatable()).unwrap();
    assert_eq!(opened.load(Ordering::Relaxed), 2);
    let end = [&pattern(200_000)[100_000..], b"\r\n--alipay-"].concat();
    for _ in 0..2 {
        let body = requests.recv_timeout(PATIENCE).unwrap().body;
        assert!(body.windows(end.len()).any(|window| window == end), "all of it");
    }
}

fn an_upload_that_may_have_arrived_is_not_repeated<C: Calls>() {
    let (base, requests, _) = server(vec![Vec::new(), success()]);
    let (file, opened) = counted(pattern(10));
    let error = C::call(&config(&base), image_upload(file)).unwrap_err();
    assert_eq!((error.outcome(), opened.load(Ordering::Relaxed)), (Outcome::Unknown, 1));
    requests.recv_timeout(PATIENCE).unwrap();
    assert!(requests.try_recv().is_err(), "sent once");
}

fn a_source_that_cannot_be_opened_sends_nothing<C: Calls>() {
    let (base, requests, _) = server(vec![success()]);
    let file = UploadFile::reader("a.png", 9, || Err(ErrorKind::NotFound.into()));
    let failure = C::send(&request(&base, image_upload(file.clone()))).unwrap_err();
    assert_eq!((failure.kind(), failure.sent()), (SendFailureKind::Request, Sent::No));
    let source = std::error::Error::source(&failure).unwrap().to_string();
    assert!(source.contains("\"a.png\""), "{source}");
    assert_eq!(C::call(&config(&base), image_upload(file)).unwrap_err().outcome(), Outcome::NotSent);
    assert!(requests.try_recv().is_err());
}

/// Yields bytes, then fails like a connection that is refused.
struct Failing(usize);

impl Read for Failing {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.0 == 0 {
            return Err(ErrorKind::ConnectionRefused.into());
        }
        let length = buffer.len().min(self.0);
        self.0 -= length;
        Ok(length)
    }
}

fn a_source_that_fails_midway_may_have_been_sent_in_part_and_never_in_whole<C: Calls>() {
    type Open = fn() -> Box<dyn Read + Send>;
    let sources: [(&str, u64, Open); 3] = [
        ("refused", 400_000, || Box::new(Failing(300_000))),
        ("ends 100000 bytes before", 400_000, || Box::new(io::repeat(1).take(300_000))),
        ("longer than it was said", 400_000, || Box::new(io::repeat(1))),
    ];
    for (says, length, open) in sources {
        let (base, requests, _) = server(vec![success()]);
        let file = UploadFile::reader("a.png", length, move || Ok(open()));
        let failure = C::send(&request(&base, image_upload(file))).unwrap_err();
        assert_eq!((failure.kind(), failure.sent()), (SendFailureKind::Request, Sent::Maybe), "{says}");
        let source = std::error::Error::source(&failure).unwrap().to_string();
        assert!(source.contains(says) && source.contains("\"a.png\""), "{source}");
        let seen = requests.recv_timeout(PATIENCE).unwrap();
        // A transport may give up before its buffer has left the machine: then there is not even a head.
        let announced = seen.header("content-length").map(|length| length.parse::<usize>().unwrap());
        match announced {
            Some(announced) => assert!(seen.body.len() < announced, "{says}"),
            None => assert_eq!((seen.head.as_str(), seen.body.len()), ("", 0), "{says}"),
        }
    }
}

#[test]
fn a_reader_that_panics_is_one_that_fails_for_the_async_client() {
    let (base, _requests, _) = server(vec![success()]);
    struct Panicking;
    impl Read for Panicking {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            panic!("the source gives up")
        }
    }
    let file = UploadFile::reader("a.png", 9, || Ok(Box::new(Panicking)));
    let failure = Reqwest::send(&request(&base, image_upload(file))).unwrap_err();
    assert_eq!((failure.kind(), failure.sent()), (SendFailureKind::Request, Sent::Maybe));
}

both!(
    a_file_of_the_machine_is_read_when_it_is_sent,
    a_large_file_is_sent_while_it_is_read,
    a_repetition_opens_the_source_again_and_sends_all_of_it,
    a_source_that_cannot_be_opened_sends_nothing,
    a_source_that_fails_midway_may_have_been_sent_in_part_and_never_in_whole,
    an_upload_that_may_have_arrived_is_not_repeated,
);

#[test]
fn a_folder_and_an_absent_file_are_no_uploads() {
    let folder = upload_file(env!("CARGO_MANIFEST_DIR")).unwrap_err();
    assert!(folder.to_string().contains("not a file"), "{folder}");
    let absent = upload_file(concat!(env!("CARGO_MANIFEST_DIR"), "/no-such-file.png")).unwrap_err();
    assert_eq!(absent.kind(), ErrorKind::NotFound);
}
