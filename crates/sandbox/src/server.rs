//! The sandbox behind a port of this machine: axum around [`Sandbox::exchange`], and a postman for notifications.

use std::fmt;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use alipay_core::http::{AsyncTransport, HttpRequest, HttpResponse, SendFailureKind, Verb};
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::Response;
use tokio::net::TcpListener;
use tokio::sync::{Notify, watch};

use crate::sandbox::{Sandbox, Watcher};

/// The longest request.
const MAX_BODY: usize = 10 * 1024 * 1024;

/// How often the postman looks even if nothing wakes him: the clock of the machine moves by itself.
const LOOK_AGAIN: Duration = Duration::from_secs(1);

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
        let postman = notifier.map(|notifier| tokio::spawn(deliver(self.clone(), notifier)));
        let shared = Shared { sandbox: self.clone(), ending };
        let app = axum::Router::new().fallback(answer).with_state(shared);
        let served = axum::serve(listener, app).with_graceful_shutdown(async move {
            shutdown.await;
            // Requests that were left hanging on purpose must not hold the server.
            let _ = end.send(true);
        });
        let result = served.await;
        if let Some(postman) = postman {
            postman.abort();
        }
        Ok(result?)
    }
}

async fn answer(State(mut shared): State<Shared>, request: Request) -> Response {
    let request = match incoming(request).await {
        Ok(request) => request,
        Err(status) => return plain(status),
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

async fn incoming(request: Request) -> Result<HttpRequest, StatusCode> {
    let (parts, body) = request.into_parts();
    let verb: Verb = parts.method.as_str().parse().map_err(|_| StatusCode::METHOD_NOT_ALLOWED)?;
    let body = to_bytes(body, MAX_BODY).await.map_err(|_| StatusCode::PAYLOAD_TOO_LARGE)?;
    // The host plays no part; path and query do, byte for byte.
    let target = parts.uri.path_and_query().map_or("/", |target| target.as_str());
    let mut converted = HttpRequest::new(verb, format!("http://sandbox{target}"));
    let headers = parts.headers.iter();
    converted.headers = headers
        .filter_map(|(name, value)| Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned())))
        .collect();
    converted.body = body.to_vec();
    Ok(converted)
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

/// Delivers what is due, each on its own, so that a slow receiver holds up nobody.
async fn deliver(sandbox: Sandbox, notifier: Arc<dyn AsyncTransport>) {
    let bell = Arc::new(Notify::new());
    let ring = Arc::clone(&bell);
    let watcher: Arc<Watcher> = Arc::new(move || ring.notify_one());
    sandbox.watch(&watcher);
    loop {
        for pending in sandbox.due_notifications() {
            if !pending.to_this_machine {
                sandbox.hold_notification(pending.id);
                continue;
            }
            let (sandbox, notifier) = (sandbox.clone(), Arc::clone(&notifier));
            tokio::spawn(async move {
                let result = notifier.send(&pending.request).await;
                sandbox.notification_result(pending.id, &result);
            });
        }
        tokio::select! {
            () = bell.notified() => {}
            () = tokio::time::sleep(LOOK_AGAIN) => {}
        }
    }
}
