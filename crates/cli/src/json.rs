//! JSON for stdout: on a terminal over several lines, elsewhere one value a line.

use serde_json::Value;

/// `value` as text, pretty or on one line.
pub(crate) fn render(value: &Value, pretty: bool) -> String {
    // `{:#}` of a value is its pretty form; neither can fail.
    if pretty { format!("{value:#}") } else { value.to_string() }
}
