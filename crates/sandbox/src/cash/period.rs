//! When a voucher can be spent: between two fixed times, or for a while after it was sent.

use alipay_core::DateTime;
use serde_json::Value;

use crate::fields::Read as _;
use crate::reply::Refusal;

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Period {
    Absolute { start: DateTime, end: DateTime },
    Relative { seconds: i64 },
}

impl Period {
    /// Reads `voucher_valid_period`, whose members were checked against their rules.
    pub(super) fn read(value: Option<&Value>) -> Result<Self, Refusal> {
        let wrong = |what: &str| Refusal::Parameter(format!("voucher_valid_period: {what}"));
        let members =
            value.and_then(Value::as_object).ok_or_else(|| wrong("it is no JSON object inside a string"))?;
        match members.text("type").as_deref() {
            Some("ABSOLUTE") => match (members.time("start"), members.time("end")) {
                (Some(start), Some(end)) => Ok(Self::Absolute { start, end }),
                _ => Err(wrong("ABSOLUTE needs start and end")),
            },
            Some("RELATIVE") => {
                let unit = match members.text("unit").as_deref() {
                    Some("MINUTE") => 60,
                    Some("HOUR") => 60 * 60,
                    Some("DAY") => 24 * 60 * 60,
                    _ => return Err(wrong("unit must be MINUTE, HOUR or DAY")),
                };
                let seconds = members.int("duration").and_then(|duration| duration.checked_mul(unit));
                seconds
                    .filter(|seconds| *seconds > 0)
                    .map(|seconds| Self::Relative { seconds })
                    .ok_or_else(|| wrong("duration must be a positive number"))
            }
            _ => Err(wrong("type must be ABSOLUTE or RELATIVE")),
        }
    }

    /// From when until when a voucher sent at `sent` can be spent; `None` outside the calendar.
    pub(super) fn of_voucher(self, sent: DateTime) -> Option<(DateTime, DateTime)> {
        match self {
            Self::Absolute { start, end } => Some((start, end)),
            Self::Relative { seconds } => Some((sent, sent.plus_seconds(seconds)?)),
        }
    }
}
