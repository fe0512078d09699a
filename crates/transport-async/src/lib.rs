//! Sends the requests of alipay-core with reqwest on tokio: bytes out, bytes in, and sleep. Nothing else.
//!
//! TLS with the certificates of the operating system, no redirects, no repetition, no proxy unless one is given, and
//! no decompression: what arrives is what was signed.

use std::error::Error;
use std::fmt;
use std::time::Duration;

use alipay_core::http::{
    AsyncAnswer, AsyncTransport, BoxFuture, HttpRequest, HttpResponse, SendFailure, SendFailureKind, Sent,
    Verb,
};
use reqwest::redirect::Policy;
use tokio::time::error::Elapsed;
use tokio::time::timeout;

mod body;
mod upload;

/// Time to connect, within the time of the whole request.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// No timeout is longer than a day, whatever a request says: what lies far ahead is no time to the HTTP library.
const LONGEST: Duration = Duration::from_secs(24 * 60 * 60);

/// Sends with reqwest. Keeps connections; make one and share it.
///
/// ```
/// let transport = alipay_transport_async::ReqwestTransport::new()?;
/// # Ok::<(), alipay_transport_async::TransportError>(())
/// ```
#[derive(Clone, Debug)]
pub struct ReqwestTransport {
    client: reqwest::Client,
}

impl ReqwestTransport {
    /// A transport without proxy.
    ///
    /// # Errors
    /// TLS could not be set up.
    pub fn new() -> Result<Self, TransportError> {
        Self::build(reqwest::Client::builder().no_proxy())
    }

    /// A transport through a proxy, such as `http://proxy.internal:3128`.
    ///
    /// # Errors
    /// The address is none of a proxy: it begins with `http://` or `https://` and names a host. Or TLS could not be set
    /// up.
    pub fn with_proxy(url: &str) -> Result<Self, TransportError> {
        // The HTTP library takes any scheme, and then connects without a proxy.
        let address = reqwest::Url::parse(url).map_err(|_| TransportError::proxy())?;
        if !matches!(address.scheme(), "http" | "https") || !address.has_host() {
            return Err(TransportError::proxy());
        }
        let proxy = reqwest::Proxy::all(address).map_err(|_| TransportError::proxy())?;
        Self::build(reqwest::Client::builder().proxy(proxy))
    }

    fn build(builder: reqwest::ClientBuilder) -> Result<Self, TransportError> {
        let builder =
            builder.connect_timeout(CONNECT_TIMEOUT).redirect(Policy::none()).retry(reqwest::retry::never());
        builder.build().map(|client| Self { client }).map_err(|error| TransportError(Some(error)))
    }

    /// Sends the request, and takes the head of the answer.
    async fn begin(&self, request: &HttpRequest) -> Result<AsyncAnswer, SendFailure> {
        let verb = match request.verb {
            Verb::Delete => reqwest::Method::DELETE,
            Verb::Get => reqwest::Method::GET,
            Verb::Patch => reqwest::Method::PATCH,
            Verb::Post => reqwest::Method::POST,
            Verb::Put => reqwest::Method::PUT,
        };
        let mut builder = self.client.request(verb, &request.url);
        let time = request.timeout.min(LONGEST);
        if request.idle_timeout.is_none() {
            builder = builder.timeout(time);
        }
        for (name, value) in &request.headers {
            builder = builder.header(name, value);
        }
        let failed = upload::Failed::default();
        if let Some(upload) = &request.upload {
            builder = builder.body(upload::body(upload, &failed).await?);
        } else if request.verb.has_body() {
            builder = builder.body(request.body.clone());
        }
        let prepared = builder.build().map_err(failure)?;
        if target(prepared.url()) != signed_target(&request.url) {
            let source = "the HTTP library changed the signed request target";
            return Err(SendFailure::new(Sent::No, SendFailureKind::Request, source));
        }
        let response = self.client.execute(prepared);
        let response = match request.idle_timeout {
            Some(_) => timeout(time, response).await.map_err(timed_out)?,
            None => response.await,
        };
        let response = response.map_err(|error| failed.failure().unwrap_or_else(|| failure(error)))?;
        let status = response.status().as_u16();
        let text = |value: &reqwest::header::HeaderValue| value.to_str().ok().map(str::to_owned);
        let headers = response
            .headers()
            .iter()
            .filter_map(|(name, value)| Some((name.as_str().to_owned(), text(value)?)))
            .collect();
        let body = Box::new(body::ReqwestBody::new(response, request.idle_timeout));
        Ok(AsyncAnswer { head: HttpResponse::new(status, headers, Vec::new()), body })
    }
}

impl AsyncTransport for ReqwestTransport {
    fn send<'a>(&'a self, request: &'a HttpRequest) -> BoxFuture<'a, Result<HttpResponse, SendFailure>> {
        Box::pin(async move { self.begin(request).await?.whole(request).await })
    }

    fn sleep(&self, time: Duration) -> BoxFuture<'_, ()> {
        Box::pin(tokio::time::sleep(time))
    }

    fn open<'a>(&'a self, request: &'a HttpRequest) -> BoxFuture<'a, Result<AsyncAnswer, SendFailure>> {
        Box::pin(self.begin(request))
    }
}

/// All that follows the host in the URL of a request: what was signed.
fn signed_target(url: &str) -> &str {
    let host_on = url.split_once("://").map_or(url, |(_, rest)| rest);
    host_on.find(['/', '?', '#']).map_or("", |at| host_on.split_at(at).1)
}

/// Path and query as they will be sent.
fn target(url: &reqwest::Url) -> String {
    match url.query() {
        Some(query) => format!("{}?{query}", url.path()),
        None => url.path().to_owned(),
    }
}

/// The URL is left out of the error: it holds the signature and may hold tokens.
fn failure(error: reqwest::Error) -> SendFailure {
    let error = error.without_url();
    let (sent, kind) = if error.is_connect() {
        (Sent::No, SendFailureKind::Connect)
    } else if error.is_builder() {
        (Sent::No, SendFailureKind::Request)
    } else if error.is_timeout() {
        (Sent::Maybe, SendFailureKind::Timeout)
    } else {
        (Sent::Maybe, SendFailureKind::Broken)
    };
    SendFailure::new(sent, kind, error)
}

fn timed_out(elapsed: Elapsed) -> SendFailure {
    SendFailure::new(Sent::Maybe, SendFailureKind::Timeout, elapsed)
}

/// The transport could not be set up.
#[derive(Debug)]
pub struct TransportError(Option<reqwest::Error>);

impl TransportError {
    /// The address is none of a proxy. It is not shown: it may hold a password.
    fn proxy() -> Self {
        Self(None)
    }
}

impl fmt::Display for TransportError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self.0 {
            None => "this is no proxy address: write it like http://proxy.internal:3128",
            Some(_) => "the HTTP client could not be set up: check the system's certificates",
        })
    }
}

impl Error for TransportError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.0.as_ref().map(|error| error as _)
    }
}
