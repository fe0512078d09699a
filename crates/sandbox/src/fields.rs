//! Reading members leniently, as the gateway does: a number may come as text and text as a number.

use alipay_core::{DateTime, Money};
use serde_json::Value;

use crate::reply::Fields;

/// Reads single members. What is absent, `null` or empty is `None`.
pub(crate) trait Read {
    fn text(&self, name: &str) -> Option<String>;
    fn int(&self, name: &str) -> Option<i64>;
    fn money(&self, name: &str) -> Option<Money>;
    fn time(&self, name: &str) -> Option<DateTime>;
    /// The object called `name`.
    fn object(&self, name: &str) -> Option<&Fields>;
    /// The value inside a member that holds JSON text.
    fn json(&self, name: &str) -> Option<Value>;
}

impl Read for Fields {
    fn text(&self, name: &str) -> Option<String> {
        text(self.get(name)?).filter(|text| !text.is_empty())
    }

    fn int(&self, name: &str) -> Option<i64> {
        self.text(name)?.parse().ok()
    }

    fn money(&self, name: &str) -> Option<Money> {
        self.text(name)?.parse().ok()
    }

    fn time(&self, name: &str) -> Option<DateTime> {
        self.text(name)?.parse().ok()
    }

    fn object(&self, name: &str) -> Option<&Fields> {
        self.get(name)?.as_object()
    }

    fn json(&self, name: &str) -> Option<Value> {
        serde_json::from_str(&self.text(name)?).ok()
    }
}

/// The text of a scalar.
pub(crate) fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(value) => Some(value.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}
