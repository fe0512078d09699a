//! Sends the requests of alipay-core with ureq, without an async runtime: bytes out, bytes in, and sleep. Nothing
//! else.
//!
//! TLS (aws-lc-rs) with the certificates of the operating system, no redirects, no repetition, no proxy unless one is
//! given, and no decompression: what arrives is what was signed.

use std::error::Error;
use std::fmt;
use std::io::{ErrorKind, Read};
use std::sync::Arc;
use std::time::Duration;

use alipay_core::http::{
    BlockingTransport, HttpRequest, HttpResponse, SendFailure, SendFailureKind, Sent, Sink,
};
use ureq::http::{Request, Response, request};
use ureq::tls::{RootCerts, TlsConfig, TlsProvider};
use ureq::{Agent, AsSendBody, Body, Proxy, SendBody, Timeout};

mod upload;

/// Time to connect, within the time of the whole request.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// Bytes of a download that are read at once.
const CHUNK: usize = 64 * 1024;

/// Sends with ureq. Keeps connections; make one and share it.
///
/// ```
/// let transport = alipay_transport_blocking::UreqTransport::new();
/// ```
#[derive(Clone, Debug)]
pub struct UreqTransport {
    agent: Agent,
}

impl UreqTransport {
    /// A transport without proxy.
    #[must_use]
    pub fn new() -> Self {
        Self::build(None)
    }

    /// A transport through a proxy, such as `http://proxy.internal:3128`.
    ///
    /// # Errors
    /// The address is no proxy address.
    pub fn with_proxy(url: &str) -> Result<Self, TransportError> {
        Proxy::new(url).map(|proxy| Self::build(Some(proxy))).map_err(|_| TransportError(()))
    }

    fn build(proxy: Option<Proxy>) -> Self {
        let tls = TlsConfig::builder()
            .provider(TlsProvider::Rustls)
            .root_certs(RootCerts::PlatformVerifier)
            .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
            .build();
        let config = Agent::config_builder()
            .tls_config(tls)
            .proxy(proxy)
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .timeout_connect(Some(CONNECT_TIMEOUT))
            .accept_encoding("")
            .user_agent("")
            .build();
        Self { agent: Agent::new_with_config(config) }
    }

    /// Sends the request, and takes the head of the answer.
    fn begin(&self, request: &HttpRequest) -> Result<(HttpResponse, Response<Body>), SendFailure> {
        let mut builder = Request::builder().method(request.verb.as_str()).uri(&request.url);
        for (name, value) in &request.headers {
            builder = builder.header(name, value);
        }
        let response = if let Some(upload) = &request.upload {
            let mut reader = upload::Watched::open(upload)?;
            builder = builder.header("content-length", upload.content_length());
            let response = self.run(request, builder, SendBody::from_reader(&mut reader));
            response.map_err(|failure| reader.failure().unwrap_or(failure))?
        } else if request.verb.has_body() {
            self.run(request, builder, request.body.as_slice())?
        } else {
            self.run(request, builder, ())?
        };
        let status = response.status().as_u16();
        let text = |value: &ureq::http::HeaderValue| value.to_str().ok().map(str::to_owned);
        let headers = response
            .headers()
            .iter()
            .filter_map(|(name, value)| Some((name.as_str().to_owned(), text(value)?)))
            .collect();
        Ok((HttpResponse::new(status, headers, Vec::new()), response))
    }

    fn run(
        &self,
        request: &HttpRequest,
        builder: request::Builder,
        body: impl AsSendBody,
    ) -> Result<Response<Body>, SendFailure> {
        let prepared = builder.body(body).map_err(unsendable)?;
        let prepared = self.agent.configure_request(prepared).timeout_global(Some(request.timeout)).build();
        self.agent.run(prepared).map_err(failure)
    }
}

impl Default for UreqTransport {
    fn default() -> Self {
        Self::new()
    }
}

impl BlockingTransport for UreqTransport {
    fn send(&self, request: &HttpRequest) -> Result<HttpResponse, SendFailure> {
        let (head, mut response) = self.begin(request)?;
        let limit = u64::try_from(request.max_body).unwrap_or(u64::MAX);
        // One byte more than is allowed, so that an answer of exactly the allowed size is not taken for a longer one.
        let reader = response.body_mut().with_config().limit(limit.saturating_add(1));
        let body = reader.read_to_vec().map_err(|error| match failure(error) {
            failure if failure.kind() == SendFailureKind::BodyTooLarge => too_large(request.max_body),
            failure => begun(failure),
        })?;
        if body.len() > request.max_body {
            return Err(too_large(request.max_body));
        }
        Ok(head.with_body(body))
    }

    fn sleep(&self, time: Duration) {
        std::thread::sleep(time);
    }

    fn download(&self, request: &HttpRequest, sink: &mut Sink<'_>) -> Result<HttpResponse, SendFailure> {
        let (head, mut response) = self.begin(request)?;
        if sink.begin(request, &head)? {
            let mut reader = response.body_mut().with_config().limit(u64::MAX).reader();
            let mut chunk = vec![0; CHUNK];
            loop {
                let length = match reader.read(&mut chunk) {
                    Ok(0) => break,
                    Ok(length) => length,
                    Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                    Err(error) => return Err(begun(failure(error.into()))),
                };
                sink.write(chunk.get(..length).unwrap_or_default())?;
            }
            sink.end()?;
        }
        Ok(head)
    }
}

/// The answer had begun, so the request was sent, whatever the error looks like.
fn begun(failure: SendFailure) -> SendFailure {
    SendFailure::new(Sent::Maybe, failure.kind(), failure)
}

fn too_large(limit: usize) -> SendFailure {
    let source = format!("it has more than {limit} bytes");
    SendFailure::new(Sent::Maybe, SendFailureKind::BodyTooLarge, source)
}

fn unsendable(error: ureq::http::Error) -> SendFailure {
    SendFailure::new(Sent::No, SendFailureKind::Request, error)
}

/// Only what can happen before the first byte of the request is `Sent::No`.
fn failure(error: ureq::Error) -> SendFailure {
    let (sent, kind) = match &error {
        ureq::Error::Timeout(Timeout::Resolve | Timeout::Connect) => (Sent::No, SendFailureKind::Connect),
        ureq::Error::Timeout(_) => (Sent::Maybe, SendFailureKind::Timeout),
        ureq::Error::HostNotFound
        | ureq::Error::ConnectionFailed
        | ureq::Error::InvalidProxyUrl
        | ureq::Error::ConnectProxyFailed(_) => (Sent::No, SendFailureKind::Connect),
        ureq::Error::Io(error) if error.kind() == ErrorKind::ConnectionRefused => {
            (Sent::No, SendFailureKind::Connect)
        }
        ureq::Error::Io(error) if error.kind() == ErrorKind::TimedOut => {
            (Sent::Maybe, SendFailureKind::Timeout)
        }
        ureq::Error::Http(_) => (Sent::No, SendFailureKind::Request),
        // It would show the URL, which holds the signature and may hold tokens.
        ureq::Error::BadUri(_) => {
            return SendFailure::new(
                Sent::No,
                SendFailureKind::Request,
                "the URL of the request is malformed",
            );
        }
        ureq::Error::BodyExceedsLimit(_) => (Sent::Maybe, SendFailureKind::BodyTooLarge),
        _ => (Sent::Maybe, SendFailureKind::Broken),
    };
    SendFailure::new(sent, kind, error)
}

/// The transport could not be set up.
#[derive(Debug)]
pub struct TransportError(());

impl fmt::Display for TransportError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("this is no proxy address: write it like http://proxy.internal:3128")
    }
}

impl Error for TransportError {}
