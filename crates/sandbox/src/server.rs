//! The sandbox behind a port of this machine: axum around [`Sandbox::exchange`], and a postman for notifications.

mod postman;

use std::fmt;
use std::future::{Future, IntoFuture as _};
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use alipay_core::http::{AsyncTransport, HttpRequest, HttpResponse, SendFailureKind, Verb};
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::Response;
use futures_util::StreamExt as _;
use tokio::net::TcpListener;
use tokio::sync::watch;

use self::postman::deliver;
use crate::log::RequestLog;
use crate::sandbox::Sandbox;

/// The longest request. More than the longest file, so that the gateway itself says that a file is too long.
const MAX_BODY: usize = 16 * 1024 * 1024;

/// How long a body may take.
const BODY_TIME: Duration = Duration::from_secs(30);

/// How long connections may still take once the server shall end.
const PATIENCE: Duration = Duration::from_secs(2);

/// A server that cannot run.
#[derive(Debug)]
#[non_exhaustive]
pub enum ServeError {
    /// The listener is open to other machines; the sandbox believes whoever reaches its control interface.
    NotLoopback(std::net::SocketAddr),
    /// The system refused.
    Io(io::Error),
}

impl fmt::Display for ServeError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotLoopback(address) => {
                write!(
                    formatter,
                    "listen: {address} can be reached from other machines; use 127.0.0.1 or [::1]"
                )
            }
            Self::Io(error) => write!(formatter, "listen: {error}"),
        }
    }
}

impl std::error::Error for ServeError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::NotLoopback(_) => None,
            Self::Io(error) => Some(error),
        }
    }
}

impl From<io::Error> for ServeError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

#[derive(Clone)]
struct Shared {
    sandbox: Sandbox,
    /// Turns true when the server shall end.
    ending: watch::Receiver<bool>,
}

impl Sandbox {
    /// Serves this sandbox until `shutdown` is done. With a `notifier`, notifications to loopback addresses are
    /// delivered; others stay in the outbox. Without one, all do.
    ///
    /// Unless [`SandboxBuilder::base_url`](crate::SandboxBuilder::base_url) was given, the address of the listener
    /// becomes the base of `confirm_uri` and the like.
    ///
    /// Of the connection faults, `RefuseConnection` and the two drops close the connection without an answer, and
    /// `Timeout` leaves it open without one.
    ///
    /// # Errors
    /// The listener is not on a loopback address, or the system refuses.
    pub async fn serve(
        &self,
        listener: TcpListener,
        notifier: Option<Arc<dyn AsyncTransport>>,
        shutdown: impl Future<Output = ()> + Send + 'static,
    ) -> Result<(), ServeError> {
        let address = listener.local_addr()?;
        if !address.ip().is_loopback() {
            return Err(ServeError::NotLoopback(address));
        }
        self.found_base_url(format!("http://{address}"));
        let (end, ending) = watch::channel(false);
        let mut ended = ending.clone();
        let shared = Shared { sandbox: self.clone(), ending };
        let app = axum::Router::new().fallback(answer).with_state(shared);
        let served = axum::serve(listener, app).with_graceful_shutdown(async move {
            let _ = ended.wait_for(|ended| *ended).await;
        });
        let ending = async {
            shutdown.await;
            // Requests that were left hanging on purpose, or came in half, must not hold the server.
            let _ = end.send(true);
            tokio::time::sleep(PATIENCE).await;
        };
        tokio::select! {
            result = served.into_future() => Ok(result?),
            () = ending => Ok(()),
            () = deliver(self.clone(), notifier) => Ok(()),
        }
    }
}

async fn answer(State(mut shared): State<Shared>, request: Request) -> Response {
    let head = (request.method().clone(), request.uri().clone());
    let request = match incoming(request, &mut shared.ending).await {
        Ok(request) => request,
        Err(refused) => return refused.answer(&shared.sandbox, head.0.as_str(), head.1.path()),
    };
    match shared.sandbox.exchange(&request) {
        Ok(response) => outgoing(response),
        Err(failure) if failure.kind() == SendFailureKind::Timeout => {
            let _ = shared.ending.wait_for(|ending| *ending).await;
            plain(StatusCode::GATEWAY_TIMEOUT)
        }
        Err(_) => Response::new(Body::new(Broken)),
    }
}

async fn incoming(request: Request, ending: &mut watch::Receiver<bool>) -> Result<HttpRequest, Refused> {
    let verb: Verb = request.method().as_str().parse().map_err(|_| Refused::VERB)?;
    // The host plays no part; path and query do, byte for byte.
    let target = request.uri().path_and_query().map_or("/", |target| target.as_str());
    let mut converted = HttpRequest::new(verb, format!("http://sandbox{target}"));
    let headers = request.headers().iter();
    converted.headers = headers
        .filter_map(|(name, value)| Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned())))
        .collect();
    converted.body = tokio::select! {
        biased;
        body = whole(request.into_body()) => body?,
        () = tokio::time::sleep(BODY_TIME) => return Err(Refused::SLOW),
        _ = ending.wait_for(|ending| *ending) => return Err(Refused::ENDING),
    };
    Ok(converted)
}

/// Reads a body that is too long to its end as well, without keeping it: who still sends would not hear the answer.
async fn whole(body: Body) -> Result<Vec<u8>, Refused> {
    let mut chunks = body.into_data_stream();
    let (mut kept, mut length) = (Vec::new(), 0_usize);
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.map_err(|_| Refused::BROKEN)?;
        length = length.saturating_add(chunk.len());
        if length <= MAX_BODY {
            kept.extend_from_slice(&chunk);
        }
    }
    if length <= MAX_BODY { Ok(kept) } else { Err(Refused::LONG) }
}

/// Why a request does not even reach the sandbox, and what to do.
struct Refused(StatusCode, &'static str);

impl Refused {
    const BROKEN: Self =
        Self(StatusCode::BAD_REQUEST, "body: it broke off; send all that content-length announces");
    const ENDING: Self = Self(StatusCode::SERVICE_UNAVAILABLE, "the sandbox ends; start it again");
    const LONG: Self = Self(StatusCode::PAYLOAD_TOO_LARGE, "body: more than 16 MiB; files may have 10 MiB");
    const SLOW: Self = Self(
        StatusCode::REQUEST_TIMEOUT,
        "body: not all of it came within 30 s; send what content-length announces",
    );
    const VERB: Self = Self(
        StatusCode::METHOD_NOT_ALLOWED,
        "method: use GET or POST for /gateway.do, GET, POST, PUT, PATCH or DELETE for /v3/...; GET /control lists the rest",
    );

    fn answer(&self, sandbox: &Sandbox, verb: &str, path: &str) -> Response {
        let Self(status, what) = *self;
        let known = ["CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE"];
        sandbox.tell(&RequestLog {
            verb: known.into_iter().find(|known| *known == verb).unwrap_or("OTHER"),
            path: path.to_owned(),
            method: None,
            status: Some(status.as_u16()),
            outcome: status.as_u16().to_string(),
            succeeded: false,
            trace_id: None,
        });
        let body = serde_json::json!({ "error": what });
        let headers = vec![("content-type".into(), "application/json;charset=utf-8".into())];
        outgoing(HttpResponse::new(status.as_u16(), headers, format!("{body}\n").into_bytes()))
    }
}

fn outgoing(response: HttpResponse) -> Response {
    let mut converted = plain(StatusCode::from_u16(response.status()).unwrap_or(StatusCode::BAD_GATEWAY));
    for (name, value) in response.headers() {
        if let (Ok(name), Ok(value)) = (name.parse::<HeaderName>(), HeaderValue::from_str(value)) {
            converted.headers_mut().append(name, value);
        }
    }
    *converted.body_mut() = Body::from(response.body().to_vec());
    converted
}

fn plain(status: StatusCode) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response
}

/// A body that breaks before its first byte, and the connection with it.
struct Broken;

impl http_body::Body for Broken {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<http_body::Frame<Bytes>, io::Error>>> {
        Poll::Ready(Some(Err(io::Error::from(io::ErrorKind::ConnectionReset))))
    }
}
