//! Calls that are answered with a stream of events (protocol-v3 §9).

use std::time::Duration;

use super::{Exchange, Next};
use crate::config::Config;
use crate::error::{ConfigError, Error};
use crate::events::EventFeed;
use crate::http::{HttpRequest, HttpResponse};
use crate::operation::{RawOperation, Route};
use crate::options::CallOptions;

/// How long a stream may be silent.
const IDLE_TIMEOUT: Duration = Duration::from_secs(60);

/// Says that an answer of either kind is welcome, and that a stream may take its time.
pub(super) fn expect(request: &mut HttpRequest, idle_timeout: Option<Duration>) {
    for (_, value) in request.headers.iter_mut().filter(|(name, _)| name == "accept") {
        *value = "text/event-stream, application/json".to_owned();
    }
    request.idle_timeout = Some(idle_timeout.unwrap_or(IDLE_TIMEOUT));
}

impl Exchange {
    /// A call for events. It differs from [`Exchange::new`] in this: when an answer begins, the driver asks
    /// [`Exchange::begin_events`] before it reads the body.
    ///
    /// # Errors
    /// The operation is one of v2, which has no streams.
    pub fn for_events(config: &Config, operation: RawOperation, options: CallOptions) -> Result<Self, Error> {
        if let Route::Gateway { .. } = operation.route {
            let fix = "streams are of v3: begin with RawOperation::rest";
            let error = ConfigError::new("operation", "a method of the v2 gateway", fix);
            return Err(Error::config(operation.method(), error));
        }
        Ok(Self { for_events: true, ..Self::new(config, operation, options) })
    }

    /// The events of an answer that has begun, if it is a stream. The exchange is over then. If it is none, read the
    /// rest, and go on with [`Exchange::on_response`]: what is no stream is signed and verified as ever.
    pub fn begin_events(&mut self, head: &HttpResponse) -> Option<EventFeed> {
        let expected = self.for_events && self.fetching.is_none();
        if !expected || head.status() != 200 || !is_event_stream(head) {
            return None;
        }
        self.next = Next::Over;
        let max_event = self.config.settings().max_body;
        Some(EventFeed::new(self.operation.method(), &self.request_id, head.clone(), max_event))
    }
}

fn is_event_stream(head: &HttpResponse) -> bool {
    let media_type = head.header("content-type").and_then(|value| value.split(';').next());
    media_type.is_some_and(|media_type| media_type.trim().eq_ignore_ascii_case("text/event-stream"))
}
