//! What goes through a transport, and the two transport traits.
//!
//! A transport sends bytes and sleeps. It knows nothing of operations, signatures or errors of the API; in return
//! it must say one thing precisely: whether the bytes may have left the machine ([`Sent`]).

use std::error::Error;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

pub use crate::meta::Verb;

/// One HTTP request, ready to send. The URL is sent byte for byte as it stands, because it is signed.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct HttpRequest {
    /// HTTP verb.
    pub verb: Verb,
    /// Absolute URL. Contains the signature and may contain tokens: do not log it.
    pub url: String,
    /// Headers in order; names in lower case.
    pub headers: Vec<(String, String)>,
    /// Body, empty where there is none.
    pub body: Vec<u8>,
    /// Time for the whole exchange, from connecting to the last byte of the answer.
    pub timeout: Duration,
    /// Bytes of an answer that are read at the most.
    pub max_body: usize,
}

impl HttpRequest {
    /// A request without headers and body, with a timeout of 15 seconds and an answer of 10 MiB at the most.
    #[must_use]
    pub fn new(verb: Verb, url: impl Into<String>) -> Self {
        Self {
            verb,
            url: url.into(),
            headers: Vec::new(),
            body: Vec::new(),
            timeout: Duration::from_secs(15),
            max_body: 10 * 1024 * 1024,
        }
    }

    /// The header called `name`, in any case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        find(&self.headers, name)
    }
}

/// Shows verb, the URL without its query, and sizes; query, headers and body may hold secrets.
impl fmt::Debug for HttpRequest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = self.url.split('?').next().unwrap_or_default();
        write!(formatter, "HttpRequest({} {place}, {} bytes)", self.verb.as_str(), self.body.len())
    }
}

/// One HTTP answer, exactly as it came.
#[derive(Clone, PartialEq)]
pub struct HttpResponse {
    status: u16,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl HttpResponse {
    /// An answer from its parts. Header names may have any case; a value that is no text is to be left out.
    #[must_use]
    pub fn new(status: u16, headers: Vec<(String, String)>, body: Vec<u8>) -> Self {
        Self { status, headers, body }
    }

    /// HTTP status.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.status
    }

    /// Headers in the order of arrival.
    #[must_use]
    pub fn headers(&self) -> &[(String, String)] {
        &self.headers
    }

    /// The header called `name`, in any case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        find(&self.headers, name)
    }

    /// The body, unchanged.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    /// Alipay's number of this exchange, to quote to its support.
    #[must_use]
    pub fn trace_id(&self) -> Option<&str> {
        self.header("alipay-trace-id").or_else(|| self.header("trace_id"))
    }
}

/// Shows status and size; the body may hold personal data.
impl fmt::Debug for HttpResponse {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "HttpResponse({}, {} bytes)", self.status, self.body.len())
    }
}

fn find<'a>(headers: &'a [(String, String)], name: &str) -> Option<&'a str> {
    headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
}

/// Whether a request that failed may have reached Alipay.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Sent {
    /// Not one byte of it left the machine.
    No,
    /// Some of it may have.
    Maybe,
}

/// A request without an answer.
#[derive(Debug)]
pub struct SendFailure {
    sent: Sent,
    kind: SendFailureKind,
    source: Box<dyn Error + Send + Sync>,
}

/// Why there is no answer.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum SendFailureKind {
    /// The answer is longer than allowed.
    BodyTooLarge,
    /// No connection: name, address, proxy or TLS.
    Connect,
    /// The request itself could not be sent by this transport.
    Request,
    /// The connection broke.
    Broken,
    /// The time ran out.
    Timeout,
}

impl SendFailure {
    /// A failure as the transport saw it. When in doubt, `sent` is [`Sent::Maybe`].
    #[must_use]
    pub fn new(sent: Sent, kind: SendFailureKind, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self { sent, kind, source: source.into() }
    }

    /// Whether it may have reached Alipay.
    #[must_use]
    pub fn sent(&self) -> Sent {
        self.sent
    }

    /// Why.
    #[must_use]
    pub fn kind(&self) -> SendFailureKind {
        self.kind
    }
}

impl fmt::Display for SendFailure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.kind {
            SendFailureKind::BodyTooLarge => "the answer is longer than allowed",
            SendFailureKind::Connect => "no connection",
            SendFailureKind::Request => "the request could not be sent",
            SendFailureKind::Broken => "the connection broke",
            SendFailureKind::Timeout => "no answer in time",
        };
        let sent = match self.sent {
            Sent::No => "nothing was sent",
            Sent::Maybe => "it may have been sent",
        };
        write!(formatter, "{what} ({sent})")
    }
}

impl Error for SendFailure {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&*self.source)
    }
}

/// A boxed future, as transports return it.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Sends requests in an async program.
///
/// An implementation does not follow redirects, does not repeat a request, keeps the URL byte for byte and honours
/// `timeout` and `max_body`.
pub trait AsyncTransport: fmt::Debug + Send + Sync {
    /// Sends one request.
    fn send<'a>(&'a self, request: &'a HttpRequest) -> BoxFuture<'a, Result<HttpResponse, SendFailure>>;

    /// Waits.
    fn sleep(&self, time: Duration) -> BoxFuture<'_, ()>;
}

/// Sends requests in a program with threads. The rules of [`AsyncTransport`] apply.
pub trait BlockingTransport: fmt::Debug + Send + Sync {
    /// Sends one request.
    ///
    /// # Errors
    /// Why there is no answer.
    fn send(&self, request: &HttpRequest) -> Result<HttpResponse, SendFailure>;

    /// Waits.
    fn sleep(&self, time: Duration);
}
