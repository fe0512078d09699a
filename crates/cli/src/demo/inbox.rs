//! The receiver of notifications, as a merchant would run it: it verifies the raw body and replies `success`.

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use alipay_api::{Config, NOTIFY_REPLY, Notification, NotifyError};
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Uri};
use tokio::net::TcpListener;
use tokio::sync::Notify;
use tokio::time::timeout;

/// The sandbox delivers at once; on a slow machine it may take a moment.
const PATIENCE: Duration = Duration::from_secs(10);

/// Path of the messages of v3.
const MESSAGES: &str = "/messages";

/// What arrived. Clones share it.
#[derive(Clone, Debug)]
pub(super) struct Inbox {
    gateway: Config,
    rest: Config,
    address: SocketAddr,
    arrived: Arc<Mutex<Arrived>>,
    bell: Arc<Notify>,
}

#[derive(Debug, Default)]
struct Arrived {
    verified: Vec<Notification>,
    refused: Vec<NotifyError>,
}

impl Inbox {
    /// Notifications of v2 are verified as `gateway` says, messages of v3 as `rest` does.
    pub(super) fn new(gateway: Config, rest: Config, listener: &TcpListener) -> io::Result<Self> {
        let address = listener.local_addr()?;
        Ok(Self { gateway, rest, address, arrived: Arc::default(), bell: Arc::default() })
    }

    /// Where notifications about cash vouchers go.
    pub(super) fn vouchers_url(&self) -> String {
        format!("http://{}/vouchers", self.address)
    }

    /// Where messages about activities go.
    pub(super) fn messages_url(&self) -> String {
        format!("http://{}{MESSAGES}", self.address)
    }

    /// Receives until the program ends.
    pub(super) async fn serve(self, listener: TcpListener) {
        let router = Router::new().fallback(receive).with_state(self);
        // When this ends early, the steps that wait for a message say so.
        drop(axum::serve(listener, router).await);
    }

    /// How many messages were believed, and how many not.
    pub(super) fn counts(&self) -> (usize, usize) {
        let arrived = self.arrived.lock().unwrap_or_else(PoisonError::into_inner);
        (arrived.verified.len(), arrived.refused.len())
    }

    /// The first verified notification that `fits`, whether it has arrived or is on its way.
    pub(super) async fn wait_for(
        &self,
        fits: impl Fn(&Notification) -> bool,
    ) -> Result<Notification, String> {
        let search = async {
            loop {
                let rung = self.bell.notified();
                tokio::pin!(rung);
                // From here on no ring is missed.
                rung.as_mut().enable();
                if let Some(found) = self.find(&fits) {
                    return found;
                }
                rung.await;
            }
        };
        timeout(PATIENCE, search).await.map_err(|_| {
            let arrived = self.arrived.lock().unwrap_or_else(PoisonError::into_inner);
            match arrived.refused.last() {
                Some(error) => {
                    format!("no such message could be verified; the last one that was refused: {error}")
                }
                None => format!("no such message came within {} seconds", PATIENCE.as_secs()),
            }
        })
    }

    fn find(&self, fits: &impl Fn(&Notification) -> bool) -> Option<Notification> {
        let arrived = self.arrived.lock().unwrap_or_else(PoisonError::into_inner);
        arrived.verified.iter().find(|notification| fits(notification)).cloned()
    }
}

async fn receive(State(inbox): State<Inbox>, uri: Uri, headers: HeaderMap, body: Bytes) -> &'static str {
    let content_type = headers.get("content-type").and_then(|value| value.to_str().ok());
    let config = if uri.path() == MESSAGES { &inbox.rest } else { &inbox.gateway };
    let verified = config.verify_notification(&body, content_type);
    let reply = if verified.is_ok() { NOTIFY_REPLY } else { "failure" };
    {
        let mut arrived = inbox.arrived.lock().unwrap_or_else(PoisonError::into_inner);
        match verified {
            Ok(notification) => arrived.verified.push(notification),
            Err(error) => arrived.refused.push(error),
        }
    }
    inbox.bell.notify_waiters();
    reply
}
