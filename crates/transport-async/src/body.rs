//! Answers on their way in, piece by piece.

use std::fmt;
use std::time::Duration;

use alipay_core::http::{AsyncBody, BoxFuture, SendFailure};
use tokio::time::{Instant, timeout_at};

use crate::{failure, timed_out};

/// The rest of an answer.
pub(crate) struct ReqwestBody {
    response: reqwest::Response,
    /// The longest silence, where the request has no time for the whole.
    idle_timeout: Option<Duration>,
    /// Since when the next piece is waited for. It outlives the future that waits: who drops it and asks again, as
    /// `select!` does, must not begin the silence anew.
    waiting_since: Option<Instant>,
}

impl ReqwestBody {
    pub(crate) fn new(response: reqwest::Response, idle_timeout: Option<Duration>) -> Self {
        Self { response, idle_timeout, waiting_since: None }
    }
}

impl AsyncBody for ReqwestBody {
    fn chunk(&mut self) -> BoxFuture<'_, Result<Option<Vec<u8>>, SendFailure>> {
        Box::pin(async {
            let since = *self.waiting_since.get_or_insert_with(Instant::now);
            let chunk = self.response.chunk();
            let chunk = match self.idle_timeout.and_then(|time| since.checked_add(time)) {
                Some(until) => timeout_at(until, chunk).await.map_err(timed_out)?,
                None => chunk.await,
            };
            self.waiting_since = None;
            Ok(chunk.map_err(failure)?.map(Vec::from))
        })
    }
}

/// Not the URL, which holds the signature and may hold tokens.
impl fmt::Debug for ReqwestBody {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("ReqwestBody")
            .field("idle_timeout", &self.idle_timeout)
            .finish_non_exhaustive()
    }
}
