//! Beijing civil time, as the API writes it.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use jiff::civil;
use jiff::tz::Offset;
use jiff::{Span, Timestamp};

use crate::model::Text;

/// China keeps one zone without daylight saving time.
const BEIJING: Offset = Offset::constant(8);

/// The beginning of Unix time, in Beijing.
const EPOCH: civil::DateTime = civil::datetime(1970, 1, 1, 8, 0, 0, 0);

/// A date and time in Beijing (UTC+08:00), to the second; on the wire `yyyy-MM-dd HH:mm:ss`.
///
/// The zone of the host plays no part.
///
/// ```
/// use alipay_core::DateTime;
///
/// let start: DateTime = "2026-12-01 00:00:00".parse()?;
/// let end = start.plus_days(29).expect("in range");
/// assert_eq!(end.to_string(), "2026-12-30 00:00:00");
/// assert_eq!(DateTime::from_unix_millis(0).unwrap().to_string(), "1970-01-01 08:00:00");
/// # Ok::<(), alipay_core::TimeError>(())
/// ```
#[derive(Clone, Copy, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct DateTime(civil::DateTime);

impl DateTime {
    /// The moment so many milliseconds after 1970-01-01 00:00:00 UTC, cut to the second; `None` out of range.
    #[must_use]
    pub fn from_unix_millis(millis: i64) -> Option<Self> {
        let civil = BEIJING.to_datetime(Timestamp::from_millisecond(millis).ok()?);
        Some(Self(civil.with().subsec_nanosecond(0).build().ok()?))
    }

    /// Milliseconds since 1970-01-01 00:00:00 UTC.
    #[must_use]
    pub fn unix_millis(self) -> i64 {
        self.0.duration_since(EPOCH).as_secs().saturating_mul(1000)
    }

    /// So many days later, or earlier where negative; `None` out of range.
    #[must_use]
    pub fn plus_days(self, days: i64) -> Option<Self> {
        self.plus(Span::new().try_days(days).ok()?)
    }

    /// So many seconds later, or earlier where negative; `None` out of range.
    #[must_use]
    pub fn plus_seconds(self, seconds: i64) -> Option<Self> {
        self.plus(Span::new().try_seconds(seconds).ok()?)
    }

    /// The day.
    #[must_use]
    pub fn date(self) -> Date {
        Date(self.0.date())
    }

    fn plus(self, span: Span) -> Option<Self> {
        self.0.checked_add(span).ok().map(Self)
    }
}

impl FromStr for DateTime {
    type Err = TimeError;

    fn from_str(text: &str) -> Result<Self, TimeError> {
        let parsed = civil::DateTime::strptime("%Y-%m-%d %H:%M:%S", text).ok().map(Self);
        // The parser takes more than the form of the API: blanks, signs, leap seconds.
        let strict = parsed.filter(|time| time.to_string() == text);
        strict.ok_or_else(|| TimeError::new(text, "time", "2026-12-01 08:30:00"))
    }
}

impl fmt::Display for DateTime {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&self.0.strftime("%Y-%m-%d %H:%M:%S").to_string())
    }
}

impl fmt::Debug for DateTime {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{self}")
    }
}

/// A day in Beijing; on the wire `yyyy-MM-dd`.
///
/// ```
/// use alipay_core::Date;
///
/// let bill_date: Date = "2026-02-28".parse()?;
/// assert_eq!(bill_date.to_string(), "2026-02-28");
/// assert!("2026-02-30".parse::<Date>().is_err());
/// # Ok::<(), alipay_core::TimeError>(())
/// ```
#[derive(Clone, Copy, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Date(civil::Date);

impl FromStr for Date {
    type Err = TimeError;

    fn from_str(text: &str) -> Result<Self, TimeError> {
        let parsed = civil::Date::strptime("%Y-%m-%d", text).ok().map(Self);
        let strict = parsed.filter(|day| day.to_string() == text);
        strict.ok_or_else(|| TimeError::new(text, "day", "2026-12-01"))
    }
}

impl fmt::Display for Date {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&self.0.strftime("%Y-%m-%d").to_string())
    }
}

impl fmt::Debug for Date {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{self}")
    }
}

impl Text for DateTime {
    fn from_text(text: &str) -> Option<Self> {
        text.parse().ok()
    }

    fn to_text(&self) -> Cow<'_, str> {
        Cow::Owned(self.to_string())
    }
}

impl Text for Date {
    fn from_text(text: &str) -> Option<Self> {
        text.parse().ok()
    }

    fn to_text(&self) -> Cow<'_, str> {
        Cow::Owned(self.to_string())
    }
}

crate::text_wire!(DateTime);
crate::text_wire!(Date);

/// A text that is no time or day in the form of the API.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct TimeError {
    seen: String,
    what: &'static str,
    example: &'static str,
}

impl TimeError {
    fn new(seen: &str, what: &'static str, example: &'static str) -> Self {
        Self { seen: seen.chars().take(40).collect(), what, example }
    }
}

impl fmt::Display for TimeError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:?} is no {} in Beijing: write it like {}", self.seen, self.what, self.example)
    }
}

impl std::error::Error for TimeError {}
