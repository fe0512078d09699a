//! Server-sent events: answers of v3 that come piece by piece (protocol-v3 §9).
//!
//! **Alipay does not sign them.** The signature of a v3 answer covers its whole body and travels in front of it, so
//! a stream that is read while it is written has none. What vouches for an event is TLS alone: an event may tell a
//! user what an agent says, but it is no proof that money moved. Hence the name [`UnverifiedEvent`].
//!
//! ```text
//!           step()                        step()
//!   Read ◄────────── EventFeed ────────► Event(Ok) ─► ... ─► Over
//!     └── on_chunk ──────►                Event(Err) ──────► Over
//! ```

mod decoder;

use std::fmt;

use crate::answer::Verified;
use crate::error::Error;
use crate::http::{HttpResponse, SendFailure, SendFailureKind, Sent};

pub use self::decoder::{EventDecoder, EventTooLong};

/// One event of a stream. Nobody signed it.
#[derive(Clone, Eq, PartialEq)]
#[non_exhaustive]
pub struct UnverifiedEvent {
    /// Kind of event; `message` where the stream does not say.
    pub name: String,
    /// The text, usually JSON; several lines are joined with a line feed.
    pub data: String,
    /// The last id that the stream has named so far; empty where it has named none.
    pub id: String,
}

/// Kind and size; the text may be personal.
impl fmt::Debug for UnverifiedEvent {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "UnverifiedEvent({}, {} bytes)", self.name, self.data.len())
    }
}

/// What comes of a call for events.
#[derive(Debug)]
pub enum EventsOrAnswer<E> {
    /// A stream has begun.
    Events(E),
    /// The operation answered at once instead. This answer is signed, and verified like any other.
    Answer(Box<Verified>),
}

/// What the driver of an [`EventFeed`] has to do next. These three are all.
#[derive(Debug)]
pub enum EventStep {
    /// Read the next piece of the body, and call [`EventFeed::on_chunk`].
    Read,
    /// Hand this over. An error is the last thing that comes.
    Event(Result<UnverifiedEvent, Error>),
    /// No more will come.
    Over,
}

/// The events of one call, as a machine that does no I/O.
#[derive(Debug)]
pub struct EventFeed {
    method: String,
    request_id: String,
    head: HttpResponse,
    decoder: EventDecoder,
    next: Next,
}

#[derive(Debug)]
enum Next {
    Decode,
    Fail(SendFailure),
    Stop,
}

impl EventFeed {
    /// `max_event` is how many bytes one event may have.
    pub(crate) fn new(method: &str, request_id: &str, head: HttpResponse, max_event: usize) -> Self {
        Self {
            method: method.to_owned(),
            request_id: request_id.to_owned(),
            head,
            decoder: EventDecoder::new(max_event),
            next: Next::Decode,
        }
    }

    /// What to do next.
    pub fn step(&mut self) -> EventStep {
        let failure = match std::mem::replace(&mut self.next, Next::Stop) {
            Next::Stop => return EventStep::Over,
            Next::Fail(failure) => failure,
            Next::Decode => match self.decoder.next_event() {
                Ok(event) => {
                    self.next = Next::Decode;
                    return event.map_or(EventStep::Read, |event| EventStep::Event(Ok(event)));
                }
                Err(error) => SendFailure::new(Sent::Maybe, SendFailureKind::BodyTooLarge, error),
            },
        };
        let error = Error::send(&self.method, failure).with_request_id(&self.request_id);
        EventStep::Event(Err(error.with_response(self.head.clone())))
    }

    /// What reading brought: a piece, the end, or a failure.
    pub fn on_chunk(&mut self, chunk: Result<Option<Vec<u8>>, SendFailure>) {
        match chunk {
            Ok(Some(chunk)) => self.decoder.push(&chunk),
            // A connection that is closed looks like the end where the answer has no length. An agent that was cut off
            // must not look like one that has finished.
            Ok(None) if self.decoder.is_within_event() => {
                let source = "the stream ended within an event";
                self.next = Next::Fail(SendFailure::new(Sent::Maybe, SendFailureKind::Broken, source));
            }
            Ok(None) => self.next = Next::Stop,
            Err(failure) => self.next = Next::Fail(failure.of_begun_answer()),
        }
    }

    /// Status and headers of the stream. They are not signed either.
    #[must_use]
    pub fn head(&self) -> &HttpResponse {
        &self.head
    }

    /// Our number of this exchange.
    #[must_use]
    pub fn request_id(&self) -> &str {
        &self.request_id
    }
}
