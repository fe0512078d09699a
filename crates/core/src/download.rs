//! Downloads of files whose address an answer gave, such as bills: a plain GET, without a signature
//! (protocol-v2 §8.2).

use std::fmt;
use std::io::{self, Write};
use std::time::Duration;

use ::http::Uri;

use crate::address;
use crate::error::{AnswerError, Error};
use crate::exchange::USER_AGENT;
use crate::http::{HttpRequest, HttpResponse, SendFailure, SendFailureKind, Sent, Verb};

/// What errors call it.
const METHOD: &str = "download";

/// A file to download, such as the `bill_download_url` of `alipay.data.dataservice.bill.downloadurl.query`.
///
/// ```
/// use std::time::Duration;
/// use alipay_core::Download;
///
/// let bill = Download::new("https://dwbillcenter.alipay.com/downloadBillFile.resource?token=secret")
///     .max_bytes(50_000_000)
///     .timeout(Duration::from_secs(60));
/// assert!(bill.request().is_ok());
/// assert!(!format!("{bill:?}").contains("secret"));
///
/// let as_alipay_writes_it = Download::new("http://dwbillcenter.alipay.com/downloadBillFile.resource");
/// assert!(as_alipay_writes_it.request()?.url.starts_with("https://"));
/// assert!(Download::new("http://example.com/bill").request().is_err());
/// # Ok::<(), alipay_core::Error>(())
/// ```
#[derive(Clone)]
#[must_use]
pub struct Download {
    url: String,
    plain_http: bool,
    max_bytes: usize,
    timeout: Duration,
}

impl Download {
    /// The file at `url`: `https`, or `http` to this machine. At most 1 GiB in at most 10 minutes.
    ///
    /// Alipay's documents and answers write addresses of bills with `http`. Where the host is one of Alipay's, such an
    /// address is asked with `https` instead; whoever is on the way could otherwise read the bill and change it.
    pub fn new(url: impl Into<String>) -> Self {
        Self { url: url.into(), plain_http: false, max_bytes: 1 << 30, timeout: Duration::from_secs(600) }
    }

    /// Leaves `http` as it is, to any host: for one that has no `https`. Whoever is on the way can then read the file
    /// and change it, and has the address, which lets in whoever has it.
    pub fn danger_accept_plain_http(mut self) -> Self {
        self.plain_http = true;
        self
    }

    /// Bytes that are taken at the most.
    pub fn max_bytes(mut self, bytes: usize) -> Self {
        self.max_bytes = bytes;
        self
    }

    /// Time for all of it.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// What is sent.
    ///
    /// # Errors
    /// The address is none that is safe to ask. Only its beginning is shown: the rest lets in whoever has it.
    pub fn request(&self) -> Result<HttpRequest, Error> {
        let url = settled(&self.url);
        let uri = address::well_formed("url", &url).map_err(|error| Error::config(METHOD, error))?;
        let upgraded = uri.scheme_str() == Some("http") && !self.plain_http && is_alipays(&uri);
        let url = match uri.path_and_query().filter(|_| upgraded) {
            Some(target) => format!("https://{}{target}", uri.host().unwrap_or_default()),
            None => url,
        };
        if !self.plain_http {
            address::check("url", &url).map_err(|error| Error::config(METHOD, error))?;
        }
        let mut request = HttpRequest::new(Verb::Get, url);
        request.headers.push(("user-agent".into(), USER_AGENT.into()));
        request.timeout = self.timeout;
        request.max_body = self.max_bytes;
        Ok(request)
    }

    /// What came of it: how many bytes were written.
    ///
    /// # Errors
    /// No answer, no file, a file that is too large or broken off. What was written until then is not the file.
    pub fn finish(&self, result: Result<HttpResponse, SendFailure>, sink: &Sink<'_>) -> Result<u64, Error> {
        let response = result.map_err(|failure| Error::send(METHOD, failure))?;
        match response.status() {
            200 => Ok(sink.received),
            _ => Err(Error::answer(METHOD, AnswerError::NoFile).with_response(response)),
        }
    }
}

impl From<&str> for Download {
    fn from(url: &str) -> Self {
        Self::new(url)
    }
}

impl From<&String> for Download {
    fn from(url: &String) -> Self {
        Self::new(url)
    }
}

impl From<String> for Download {
    fn from(url: String) -> Self {
        Self::new(url)
    }
}

/// Shows the address without user name, password and query.
impl fmt::Debug for Download {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Download({}, {} bytes at the most)", address::shown(&self.url), self.max_bytes)
    }
}

/// Whether the host is Alipay's, or one of its sandbox, at the usual port of `http`.
fn is_alipays(uri: &Uri) -> bool {
    const DOMAINS: [&str; 2] = ["alipay.com", "alipaydev.com"];
    let host = uri.host().unwrap_or_default().to_ascii_lowercase();
    let within =
        |domain: &str| host.strip_suffix(domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
    let port = uri.authority().and_then(|authority| authority.as_str().strip_prefix(uri.host()?));
    matches!(port, Some("" | ":80")) && DOMAINS.into_iter().any(within)
}

/// The address as it goes on the wire, whichever HTTP library sends it: what some encode and others do not is
/// encoded, and a host has a path behind it.
fn settled(url: &str) -> String {
    let encoded = |byte: u8| match byte {
        b' ' | b'"' | b'\'' | b'<' | b'>' | b'\\' | b'^' | b'`' | b'{' | b'|' | b'}' | 0x80.. => {
            format!("%{byte:02X}")
        }
        _ => char::from(byte).to_string(),
    };
    let mut url: String = url.bytes().map(encoded).collect();
    let host = url.find("://").map_or(0, |at| at + 3);
    let end = url.get(host..).and_then(|rest| rest.find(['/', '?', '#'])).map_or(url.len(), |at| host + at);
    if !url.get(end..).is_some_and(|rest| rest.starts_with('/')) {
        url.insert(end, '/');
    }
    url
}

/// Where a download goes: it counts, keeps to the limit and tells of the progress.
///
/// [`Sink::begin`] comes first, [`Sink::write`] for each chunk, [`Sink::end`] last.
pub struct Sink<'a> {
    into: &'a mut (dyn Write + Send),
    progress: &'a mut (dyn FnMut(u64, Option<u64>) + Send),
    max_bytes: u64,
    received: u64,
    total: Option<u64>,
}

impl<'a> Sink<'a> {
    /// Writes to `into`, and tells `progress` after each chunk how many bytes there are, and of how many where the
    /// server said so.
    pub fn new(
        into: &'a mut (dyn Write + Send),
        progress: &'a mut (dyn FnMut(u64, Option<u64>) + Send),
    ) -> Self {
        Self { into, progress, max_bytes: u64::MAX, received: 0, total: None }
    }

    /// The head of the answer has come. Returns whether its body is to be read: it is not where the status is another
    /// than 200, because then it is no file.
    ///
    /// # Errors
    /// The server announced more than `request` allows.
    pub fn begin(&mut self, request: &HttpRequest, head: &HttpResponse) -> Result<bool, SendFailure> {
        self.max_bytes = u64::try_from(request.max_body).unwrap_or(u64::MAX);
        self.total = head.header("content-length").and_then(|length| length.trim().parse().ok());
        match self.total {
            _ if head.status() != 200 => Ok(false),
            Some(total) if total > self.max_bytes => Err(self.too_large()),
            _ => Ok(true),
        }
    }

    /// Some bytes have come.
    ///
    /// # Errors
    /// They are too many, or cannot be written.
    pub fn write(&mut self, chunk: &[u8]) -> Result<(), SendFailure> {
        let received = self.received.saturating_add(u64::try_from(chunk.len()).unwrap_or(u64::MAX));
        if received > self.max_bytes {
            return Err(self.too_large());
        }
        self.into.write_all(chunk).map_err(unwritable)?;
        self.received = received;
        (self.progress)(received, self.total);
        Ok(())
    }

    /// No more bytes will come.
    ///
    /// # Errors
    /// They are fewer than the server announced, or could not be written out.
    pub fn end(&mut self) -> Result<(), SendFailure> {
        match self.total.filter(|total| *total != self.received) {
            Some(total) => {
                let source = format!("{} of {total} bytes came", self.received);
                Err(SendFailure::new(Sent::Maybe, SendFailureKind::Broken, source))
            }
            None => self.into.flush().map_err(unwritable),
        }
    }

    fn too_large(&self) -> SendFailure {
        let source = format!("it has more than {} bytes", self.max_bytes);
        SendFailure::new(Sent::Maybe, SendFailureKind::BodyTooLarge, source)
    }
}

impl fmt::Debug for Sink<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Sink({} bytes so far)", self.received)
    }
}

fn unwritable(error: io::Error) -> SendFailure {
    SendFailure::new(Sent::Maybe, SendFailureKind::Write, error)
}
