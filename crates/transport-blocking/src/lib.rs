//! Sends the requests of alipay-core with ureq, without an async runtime: bytes out, bytes in, and sleep. Nothing
//! else.
//!
//! TLS (aws-lc-rs) with the certificates of the operating system, no redirects, no repetition, no proxy unless one is
//! given, and no decompression: what arrives is what was signed.
//!
//! Of a call for events, ureq has no time for all that comes before the answer. Resolving the name, sending the head,
//! sending the body and waiting for the answer each have the `timeout` of the request, so that an answer may begin
//! later than after `timeout`, though never later than after four times that and the time to connect.

use std::error::Error;
use std::fmt;
use std::io::{self, ErrorKind};
use std::sync::Arc;
use std::time::Duration;

use alipay_core::http::{
    BlockingAnswer, BlockingTransport, HttpRequest, HttpResponse, SendFailure, SendFailureKind, Sent,
};
use ureq::config::Config;
use ureq::http::{Request, Response, Uri, request};
use ureq::tls::{RootCerts, TlsConfig, TlsProvider};
use ureq::{Agent, AsSendBody, Body, Proxy, SendBody, Timeout};

mod body;
#[cfg(test)]
mod tests;
mod upload;

/// Time to connect, within the time of the whole request.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// No timeout is longer than a day, whatever a request says: the HTTP library adds it to the time of day, and panics
/// where that overflows.
const LONGEST: Duration = Duration::from_secs(24 * 60 * 60);

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
    /// The address is none of a proxy: it begins with `http://` or `https://` and names a host.
    pub fn with_proxy(url: &str) -> Result<Self, TransportError> {
        let address: Uri = url.parse().map_err(|_| TransportError(()))?;
        let named = address.host().is_some_and(|host| !host.is_empty());
        if !matches!(address.scheme_str(), Some("http" | "https")) || !named {
            return Err(TransportError(()));
        }
        Proxy::new(url).map(|proxy| Self::build(Some(proxy))).map_err(|_| TransportError(()))
    }

    fn build(proxy: Option<Proxy>) -> Self {
        Self { agent: Agent::new_with_config(Self::config(proxy)) }
    }

    fn config(proxy: Option<Proxy>) -> Config {
        let tls = TlsConfig::builder()
            .provider(TlsProvider::Rustls)
            .root_certs(RootCerts::PlatformVerifier)
            .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
            .build();
        Agent::config_builder()
            .tls_config(tls)
            .proxy(proxy)
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .timeout_connect(Some(CONNECT_TIMEOUT))
            .accept_encoding("")
            .user_agent("")
            .build()
    }

    /// Sends the request, and takes the head of the answer.
    fn begin(&self, request: &HttpRequest) -> Result<BlockingAnswer, SendFailure> {
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
        let body = Box::new(body::UreqBody::new(response.into_body()));
        Ok(BlockingAnswer { head: HttpResponse::new(status, headers, Vec::new()), body })
    }

    fn run(
        &self,
        request: &HttpRequest,
        builder: request::Builder,
        body: impl AsSendBody,
    ) -> Result<Response<Body>, SendFailure> {
        let prepared = builder.body(body).map_err(unsendable)?;
        let settings = self.agent.configure_request(prepared);
        let time = Some(request.timeout.min(LONGEST));
        let settings = match request.idle_timeout {
            None => settings.timeout_global(time),
            // The library has no time for all that comes before the answer, so each part of it has its own.
            Some(idle) => settings
                .timeout_resolve(time)
                .timeout_send_request(time)
                .timeout_send_body(time)
                .timeout_recv_response(time)
                .timeout_per_read(Some(idle.min(LONGEST))),
        };
        self.agent.run(settings.build()).map_err(failure)
    }
}

impl Default for UreqTransport {
    fn default() -> Self {
        Self::new()
    }
}

impl BlockingTransport for UreqTransport {
    fn send(&self, request: &HttpRequest) -> Result<HttpResponse, SendFailure> {
        self.begin(request)?.whole(request)
    }

    fn sleep(&self, time: Duration) {
        std::thread::sleep(time);
    }

    fn open(&self, request: &HttpRequest) -> Result<BlockingAnswer, SendFailure> {
        self.begin(request)
    }
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
        ureq::Error::Io(error) if is_refused_certificate(error) => (Sent::No, SendFailureKind::Connect),
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
        _ => (Sent::Maybe, SendFailureKind::Broken),
    };
    SendFailure::new(sent, kind, error)
}

/// Whether we refused the certificate of the server: that happens before the first byte of the request.
fn is_refused_certificate(error: &io::Error) -> bool {
    let inner = error.get_ref().and_then(|inner| inner.downcast_ref());
    matches!(inner, Some(rustls::Error::InvalidCertificate(_)))
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
