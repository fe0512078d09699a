//! The `text/event-stream` format, as the HTML standard (section "Server-sent events") has it.

use std::error::Error;
use std::fmt;
use std::time::Duration;

use super::UnverifiedEvent;

const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// Reads events from bytes that come in pieces; where they are cut makes no difference.
///
/// An event that is not finished when the stream ends is dropped, as the standard says;
/// [`EventDecoder::is_within_event`] tells that there was one.
///
/// ```
/// use alipay_core::events::EventDecoder;
///
/// let mut decoder = EventDecoder::new(1024);
/// decoder.push(b"event: start\ndata: {\"a\"");
/// assert_eq!(decoder.next_event()?, None);
/// decoder.push(b":1}\n\n");
/// let event = decoder.next_event()?.ok_or("no event")?;
/// assert_eq!((event.name.as_str(), event.data.as_str()), ("start", "{\"a\":1}"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct EventDecoder {
    input: Vec<u8>,
    /// How much of `input` has been read.
    taken: usize,
    /// The line so far.
    line: Vec<u8>,
    first_line: bool,
    /// The last line ended with a carriage return, which a line feed may belong to.
    after_return: bool,
    name: String,
    data: Option<String>,
    id: String,
    retry: Option<Duration>,
    max_event: usize,
}

impl EventDecoder {
    /// At the start of a stream. `max_event` is how many bytes one event may have, with its unfinished line.
    #[must_use]
    pub fn new(max_event: usize) -> Self {
        Self {
            input: Vec::new(),
            taken: 0,
            line: Vec::new(),
            first_line: true,
            after_return: false,
            name: String::new(),
            data: None,
            id: String::new(),
            retry: None,
            max_event,
        }
    }

    /// Takes the next bytes of the stream.
    pub fn push(&mut self, chunk: &[u8]) {
        self.input.drain(..self.taken);
        self.taken = 0;
        self.input.extend_from_slice(chunk);
    }

    /// The next event; `None` where more bytes are needed.
    ///
    /// # Errors
    /// The event is longer than allowed. The stream cannot be read on.
    pub fn next_event(&mut self) -> Result<Option<UnverifiedEvent>, EventTooLong> {
        while self.has_line()? {
            let line = std::mem::take(&mut self.line);
            let line = line.as_slice();
            let line = match std::mem::take(&mut self.first_line) {
                true => line.strip_prefix(BYTE_ORDER_MARK).unwrap_or(line),
                false => line,
            };
            if let Some(event) = self.take_line(&String::from_utf8_lossy(line)) {
                return Ok(Some(event));
            }
        }
        Ok(None)
    }

    /// Whether a line or an event has begun and is not finished. At the end of a stream: whether it was cut off.
    #[must_use]
    pub fn is_within_event(&self) -> bool {
        !self.line.is_empty() || !self.name.is_empty() || self.data.is_some()
    }

    /// How long the server asks to wait before connecting again, if it has asked. This crate never does: a request
    /// that may have done something is not repeated unasked.
    #[must_use]
    pub fn retry(&self) -> Option<Duration> {
        self.retry
    }

    /// Reads on to the end of the line. It ends with a carriage return, a line feed, or both.
    fn has_line(&mut self) -> Result<bool, EventTooLong> {
        let mut rest = self.input.get(self.taken..).unwrap_or_default();
        if let [first, others @ ..] = rest
            && std::mem::take(&mut self.after_return)
            && *first == b'\n'
        {
            self.taken += 1;
            rest = others;
        }
        let end = rest.iter().position(|byte| matches!(byte, b'\r' | b'\n'));
        let piece = rest.get(..end.unwrap_or(rest.len())).unwrap_or_default();
        self.line.extend_from_slice(piece);
        self.taken += piece.len();
        let held =
            [self.line.len(), self.name.len(), self.id.len(), self.data.as_ref().map_or(0, String::len)];
        if held.into_iter().fold(0, usize::saturating_add) > self.max_event {
            return Err(EventTooLong { limit: self.max_event });
        }
        if let Some(end) = end {
            self.taken += 1;
            self.after_return = rest.get(end) == Some(&b'\r');
        }
        Ok(end.is_some())
    }

    fn take_line(&mut self, line: &str) -> Option<UnverifiedEvent> {
        if line.is_empty() {
            return self.finish();
        }
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "data" => match &mut self.data {
                Some(data) => {
                    data.push('\n');
                    data.push_str(value);
                }
                None => self.data = Some(value.to_owned()),
            },
            "event" => self.name = value.to_owned(),
            "id" if !value.contains('\0') => self.id = value.to_owned(),
            "retry" if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) => {
                self.retry = value.parse().map(Duration::from_millis).ok().or(self.retry);
            }
            // A comment has an empty name; other names mean nothing yet.
            _ => {}
        }
        None
    }

    /// An empty line ends an event. One without data is none.
    fn finish(&mut self) -> Option<UnverifiedEvent> {
        let name = std::mem::take(&mut self.name);
        let data = self.data.take()?;
        let name = if name.is_empty() { "message".to_owned() } else { name };
        Some(UnverifiedEvent { name, data, id: self.id.clone() })
    }
}

/// Sizes only; the text may be personal.
impl fmt::Debug for EventDecoder {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let left = self.input.len().saturating_sub(self.taken);
        write!(formatter, "EventDecoder({left} bytes to read)")
    }
}

/// An event that is longer than allowed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct EventTooLong {
    limit: usize,
}

impl fmt::Display for EventTooLong {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "an event has more than {} bytes; raise max_body if it may", self.limit)
    }
}

impl Error for EventTooLong {}
