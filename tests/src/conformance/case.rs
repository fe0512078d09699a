//! One case, read with patience: a field may be missing, and a malformed case fails instead of panicking.

use std::fmt::{Debug, Display};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

/// Longest text that is shown of what was expected or came, in characters.
const SHOWN: usize = 400;

/// Why a check ended before its end.
#[derive(Debug)]
pub(super) enum Stop {
    Failed { expected: String, got: String },
    Skipped(String),
}

/// `Ok` is a case that passed.
pub(super) type Check = Result<(), Stop>;

pub(super) fn failed(expected: impl Display, got: impl Display) -> Stop {
    Stop::Failed { expected: shorten(&expected.to_string()), got: shorten(&got.to_string()) }
}

pub(super) fn skipped(reason: impl Display) -> Stop {
    Stop::Skipped(shorten(&reason.to_string()))
}

/// A sentence, and after a colon what a case adds to it, if anything.
pub(super) fn with_detail(sentence: &str, detail: Option<&str>) -> String {
    match detail.map(str::trim).filter(|detail| !detail.is_empty()) {
        Some(detail) => format!("{sentence}: {detail}"),
        None => sentence.to_owned(),
    }
}

/// The failure of something that had to work.
pub(super) fn refused<E: Display>(what: &str) -> impl FnOnce(E) -> Stop {
    move |error| failed(format!("{what} works"), error)
}

/// Whether what came is what was expected. Long texts are shown from their first difference.
pub(super) fn same(what: &str, expected: &str, got: &str) -> Check {
    if expected == got {
        return Ok(());
    }
    let differs = expected.chars().zip(got.chars()).take_while(|(left, right)| left == right).count();
    let start = differs.saturating_sub(30);
    let from = |text: &str| text.chars().skip(start).take(200).collect::<String>();
    let place = format!("{what}, from character {start}");
    Err(failed(format!("{place}: {:?}", from(expected)), format!("{:?}", from(got))))
}

/// As [`same`], for bytes, which are shown as text.
pub(super) fn same_bytes(what: &str, expected: &[u8], got: &[u8]) -> Check {
    match expected == got {
        true => Ok(()),
        false => {
            let (left, right) = (String::from_utf8_lossy(expected), String::from_utf8_lossy(got));
            same(what, &left, &right)?;
            Err(failed(format!("{what}: {expected:02x?}"), format!("{got:02x?}")))
        }
    }
}

/// As [`same`], for other values.
pub(super) fn equal<T: Debug + PartialEq>(what: &str, expected: &T, got: &T) -> Check {
    match expected == got {
        true => Ok(()),
        false => Err(failed(format!("{what}: {expected:?}"), format!("{got:?}"))),
    }
}

fn shorten(text: &str) -> String {
    let mut short: String = text.chars().take(SHOWN).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}

/// One case of a file. Fields are named by JSON pointer: `/config/app_id`.
#[derive(Debug)]
pub(super) struct Case<'a> {
    id: String,
    value: &'a Value,
    file: &'a Value,
}

/// The cases that a file lists under `cases`; `None` where it has no such list.
pub(super) fn listed(file: &Value) -> Option<Vec<Case<'_>>> {
    let numbered = file.get("cases")?.as_array()?.iter().enumerate();
    let read = numbered.map(|(number, value)| {
        let id = value.get("id").and_then(Value::as_str);
        Case::new(id.map_or_else(|| format!("(case {number} without id)"), str::to_owned), value, file)
    });
    Some(read.collect())
}

impl<'a> Case<'a> {
    pub(super) fn new(id: String, value: &'a Value, file: &'a Value) -> Self {
        Self { id, value, file }
    }

    pub(super) fn id(&self) -> &str {
        &self.id
    }

    /// The case itself, where it is no object.
    pub(super) fn whole(&self) -> &'a Value {
        self.value
    }

    /// A field; `null` counts as absent.
    pub(super) fn get(&self, pointer: &str) -> Option<&'a Value> {
        self.value.pointer(pointer).filter(|value| !value.is_null())
    }

    pub(super) fn has(&self, pointer: &str) -> bool {
        self.value.pointer(pointer).is_some()
    }

    /// A text that may be missing.
    pub(super) fn find(&self, pointer: &str) -> Option<&'a str> {
        self.get(pointer).and_then(Value::as_str)
    }

    /// A text that has to be there.
    pub(super) fn text(&self, pointer: &str) -> Result<&'a str, Stop> {
        self.find(pointer).ok_or_else(|| failed(format!("a case with the text {pointer}"), "none"))
    }

    pub(super) fn flag(&self, pointer: &str) -> Option<bool> {
        self.get(pointer).and_then(Value::as_bool)
    }

    pub(super) fn number(&self, pointer: &str) -> Option<i64> {
        self.get(pointer).and_then(Value::as_i64)
    }

    pub(super) fn list(&self, pointer: &str) -> &'a [Value] {
        self.get(pointer).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
    }

    /// Names and values of an object, or of a list of pairs.
    pub(super) fn pairs(&self, pointer: &str) -> Vec<(String, String)> {
        match self.get(pointer) {
            Some(Value::Object(members)) => {
                members.iter().map(|(name, value)| (name.clone(), plain(value))).collect()
            }
            Some(Value::Array(items)) => items
                .iter()
                .filter_map(|item| match item.as_array().map(Vec::as_slice) {
                    Some([name, value]) => Some((plain(name), plain(value))),
                    _ => None,
                })
                .collect(),
            _ => Vec::new(),
        }
    }

    /// Bytes that are given in base64.
    pub(super) fn bytes(&self, pointer: &str) -> Result<Vec<u8>, Stop> {
        let text = self.text(pointer)?;
        STANDARD.decode(text).map_err(|error| failed(format!("base64 in {pointer}"), error))
    }

    /// The clock that the file was made under, in milliseconds since 1970.
    pub(super) fn frozen_clock(&self) -> Option<i64> {
        self.file.pointer("/frozen_clock/epoch_ms").and_then(Value::as_i64)
    }

    /// The clock of a request: that of its file, or else the `timestamp` that was sent, which is in Beijing time.
    pub(super) fn clock_of_request(&self) -> Option<i64> {
        let places = ["sent_params", "params", "submitted_by_a_browser/params"];
        let sent = || {
            let all = places.iter().flat_map(|place| self.pairs(&format!("/expected/{place}")));
            let text = all.into_iter().find(|(name, _)| name == "timestamp")?.1;
            let time: jiff::civil::DateTime = text.parse().ok()?;
            Some(jiff::tz::offset(8).to_timestamp(time).ok()?.as_millisecond())
        };
        self.frozen_clock().or_else(sent)
    }
}

/// A value as text, where it is no JSON string as JSON.
pub(super) fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// Bytes that are given in base64, from a value that may be no text.
pub(super) fn base64(value: &Value) -> Result<Vec<u8>, Stop> {
    let text = value.as_str().ok_or_else(|| failed("base64", "no text"))?;
    STANDARD.decode(text).map_err(|error| failed("base64", error))
}
