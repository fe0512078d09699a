//! What goes through a transport, and the two transport traits.
//!
//! A transport sends bytes and sleeps. It knows nothing of operations, signatures or errors of the API; in return
//! it must say one thing precisely: whether the bytes may have left the machine ([`Sent`]).

mod transport;

use std::borrow::Cow;
use std::error::Error;
use std::fmt;
use std::io;
use std::time::Duration;

pub use self::transport::{
    AsyncAnswer, AsyncBody, AsyncTransport, BlockingAnswer, BlockingBody, BlockingTransport, BoxFuture,
};
pub use crate::download::Sink;
pub use crate::meta::Verb;
pub use crate::multipart::{Multipart, MultipartReader, Segment};

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
    /// Body, empty where there is none, and where there is an upload.
    pub body: Vec<u8>,
    /// A body with files, to be read while it is sent. Its `content-length` is to be announced.
    pub upload: Option<Multipart>,
    /// Time for the whole exchange, from connecting to the last byte of the answer. A transport may cut it to a day.
    pub timeout: Duration,
    /// For an answer that comes piece by piece for as long as it takes: the longest silence within it. Then `timeout` is
    /// the time until the answer begins, or for each step until then where a transport cannot count them together; a
    /// transport may end the wait after this silence too.
    pub idle_timeout: Option<Duration>,
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
            upload: None,
            timeout: Duration::from_secs(15),
            idle_timeout: None,
            max_body: 10 * 1024 * 1024,
        }
    }

    /// The header called `name`, in any case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        find(&self.headers, name)
    }

    /// The body in memory, with all files: for a gateway in the same process.
    ///
    /// # Errors
    /// A file that cannot be read.
    pub fn whole_body(&self) -> io::Result<Cow<'_, [u8]>> {
        match &self.upload {
            Some(upload) => upload.read_all().map(Cow::Owned),
            None => Ok(Cow::Borrowed(&self.body)),
        }
    }
}

/// Shows verb, the URL without its query, and sizes; query, headers and body may hold secrets.
impl fmt::Debug for HttpRequest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = crate::address::shown(&self.url);
        let sent = u64::try_from(self.body.len()).unwrap_or(u64::MAX);
        let sent = self.upload.as_ref().map_or(sent, Multipart::content_length);
        write!(formatter, "HttpRequest({} {place}, {sent} bytes)", self.verb.as_str())
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

    /// The same answer with another body.
    #[must_use]
    pub fn with_body(mut self, body: Vec<u8>) -> Self {
        self.body = body;
        self
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

    /// One more piece of the body, unless it becomes longer than `request` allows.
    fn push(&mut self, request: &HttpRequest, chunk: &[u8]) -> Result<(), SendFailure> {
        if self.body.len().saturating_add(chunk.len()) > request.max_body {
            let source = format!("it has more than {} bytes", request.max_body);
            return Err(SendFailure::new(Sent::Maybe, SendFailureKind::BodyTooLarge, source));
        }
        self.body.extend_from_slice(chunk);
        Ok(())
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

/// Whether a request that failed may have reached Alipay. There is no third answer.
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
    /// The request itself could not be sent by this transport, or a file to upload could not be read.
    Request,
    /// The connection broke.
    Broken,
    /// The time ran out.
    Timeout,
    /// What was downloaded could not be written to where it was to go.
    Write,
}

impl SendFailure {
    /// A failure as the transport saw it. When in doubt, `sent` is [`Sent::Maybe`].
    #[must_use]
    pub fn new(sent: Sent, kind: SendFailureKind, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self { sent, kind, source: source.into() }
    }

    /// The same of a request whose answer has begun. It was sent, whatever the failure looked like to the transport:
    /// a caller who believed otherwise would send it twice.
    pub(crate) fn of_begun_answer(self) -> Self {
        let kind = match self.kind {
            SendFailureKind::Connect | SendFailureKind::Request => SendFailureKind::Broken,
            kind => kind,
        };
        Self { sent: Sent::Maybe, kind, source: self.source }
    }

    /// Whether the same request may fare better in a moment. One that cannot be sent, and an answer that is too long or
    /// cannot be written, will not.
    pub(crate) fn may_pass(&self) -> bool {
        matches!(self.kind, SendFailureKind::Broken | SendFailureKind::Connect | SendFailureKind::Timeout)
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
            SendFailureKind::Write => "what was downloaded could not be written",
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
