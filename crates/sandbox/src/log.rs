//! One line for each request, for people who watch the sandbox at work.

use std::fmt;
use std::sync::Arc;

/// Who is told.
pub(crate) type Log = Arc<dyn Fn(&RequestLog) + Send + Sync>;

/// What is said of one request: nothing that would have to be kept secret.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct RequestLog {
    /// HTTP verb.
    pub verb: &'static str,
    /// Path, without the query.
    pub path: String,
    /// Method of a v2 request, where it named one.
    pub method: Option<String>,
    /// HTTP status; `None` where the connection was broken on purpose.
    pub status: Option<u16>,
    /// What came of it: `10000`, `40002 isv.invalid-signature`, `page`, `200`, `400 ACTIVITY_IS_END`, `fault timeout`.
    pub outcome: String,
    /// Whether the caller got what it asked for: v2 code 10000, or a status below 400, and no fault.
    pub succeeded: bool,
    /// Number of the exchange, as in the answer's headers.
    pub trace_id: Option<String>,
}

impl fmt::Display for RequestLog {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {}", self.verb, self.path)?;
        if let Some(method) = &self.method {
            write!(formatter, " {method}")?;
        }
        write!(formatter, " -> {}", self.outcome)
    }
}
