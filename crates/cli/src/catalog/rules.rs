//! Checking the fields of a call before it is sent, with the rules that typed requests are checked with.

use alipay_api::rules::{self, Condition, Need, Packing, Sensitive, Violation, check_object};
use serde_json::{Map, Value};

use super::{Catalog, Field, Inner, Operation};

/// Nested deeper than any request of the API.
const DEEPEST: usize = 16;

/// Looks at one object: its rows, its members, and where it stands (empty at the top).
type Look<'a> = dyn FnMut(&[Field], &Map<String, Value>, &str) + 'a;

impl Catalog {
    /// Every rule that `fields` break, as sentences.
    pub(crate) fn broken_rules(&self, operation: &Operation, fields: &Map<String, Value>) -> Vec<String> {
        let mut found = Vec::new();
        let mut look = |rows: &[Field], object: &Map<String, Value>, path: &str| {
            let rules: Vec<_> = rows.iter().map(rules_of).collect();
            let mut violations = Vec::new();
            check_object(&rules, object, path, &mut violations);
            found.extend(violations.iter().map(Violation::to_string));
            let unpacked = |row: &&Field| {
                let value = object.get(&row.name);
                row.is_json() && value.is_some_and(|value| value.is_object() || value.is_array())
            };
            found.extend(rows.iter().filter(unpacked).map(|row| {
                let fix = "write the JSON as text inside a string, with its quotation marks as \\\"";
                format!(
                    "{}: must be JSON inside a string, but it is JSON itself; {fix} (type)",
                    join(path, &row.name)
                )
            }));
        };
        self.each_object(operation, &operation.request, fields, "", 0, &mut look);
        found
    }

    /// Where the first secret stands in `fields`.
    pub(crate) fn secret_in(&self, operation: &Operation, fields: &Map<String, Value>) -> Option<String> {
        let mut found = None;
        let mut look = |rows: &[Field], object: &Map<String, Value>, path: &str| {
            let secret = rows.iter().find(|row| row.is_secret() && object.contains_key(&row.name));
            found = found.take().or_else(|| secret.map(|row| join(path, &row.name)));
        };
        self.each_object(operation, &operation.request, fields, "", 0, &mut look);
        found
    }

    /// Looks at `object` and at everything inside it, packed or not.
    fn each_object(
        &self,
        operation: &Operation,
        rows: &[Field],
        object: &Map<String, Value>,
        path: &str,
        depth: usize,
        look: &mut Look<'_>,
    ) {
        look(rows, object, path);
        for row in rows {
            let (Some(value), Inner::Type(name)) = (object.get(&row.name), row.inner()) else { continue };
            if depth >= DEEPEST {
                continue;
            }
            let (path, rows) = (join(path, &row.name), self.fields(operation, name));
            let unpacked = match value {
                Value::String(text) if row.is_json() => serde_json::from_str::<Value>(text).ok(),
                _ => None,
            };
            match unpacked.as_ref().unwrap_or(value) {
                Value::Object(object) => self.each_object(operation, rows, object, &path, depth + 1, look),
                Value::Array(items) => {
                    for (index, item) in items.iter().enumerate() {
                        if let Value::Object(object) = item {
                            let path = format!("{path}[{index}]");
                            self.each_object(operation, rows, object, &path, depth + 1, look);
                        }
                    }
                }
                _ => {}
            }
        }
    }
}

fn join(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}

/// The rules of one field, without those of what is nested in it.
fn rules_of(field: &Field) -> rules::Field<'_> {
    rules::Field {
        name: &field.name,
        need: need(&field.need),
        only_when: field.only_when.as_deref().map(condition),
        len: field.len,
        min: field.min.as_deref(),
        max: field.max.as_deref(),
        scale: field.scale,
        max_items: field.max_items,
        item_len: field.item_len,
        after: field.after.as_deref(),
        max_span_days: field.max_span_days.as_ref().map(|(name, days)| (name.as_str(), *days)),
        sensitive: field.sensitive.as_deref().map(|kind| match kind {
            "pii" => Sensitive::Personal,
            _ => Sensitive::Secret,
        }),
        packing: match field.ty.as_str() {
            ty if ty.starts_with("json<") => Packing::Json,
            ty if ty.starts_with("csv<") => Packing::Csv,
            _ => Packing::Plain,
        },
        nested: None,
    }
}

fn need(text: &str) -> Need<'_> {
    match text.split_once(':') {
        None if text == "must" => Need::Must,
        Some(("one-of", group)) => Need::OneOf(group),
        Some(("just-one-of", group)) => Need::JustOneOf(group),
        Some(("at-most-one-of", group)) => Need::AtMostOneOf(group),
        Some(("when", rest)) => Need::When(condition(rest)),
        _ => Need::Optional,
    }
}

fn condition(text: &str) -> Condition<'_> {
    match text.split_once('=') {
        Some((field, value)) => Condition { field, value: Some(value) },
        None => Condition { field: text, value: None },
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn broken(method: &str, fields: &Value) -> Vec<String> {
        let catalog = Catalog::built_in().unwrap();
        let operation = catalog.named(method).next().unwrap();
        catalog.broken_rules(operation, fields.as_object().unwrap())
    }

    #[test]
    fn rules_of_packed_objects_are_found() {
        let period = json!({"type": "ABSOLUTE", "start": "2026-01-02 00:00:00"}).to_string();
        let found = broken(
            "alipay.marketing.cashvoucher.template.modify",
            &json!({"template_id": "T", "out_biz_no": "1", "voucher_valid_period": period}),
        );
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].starts_with("voucher_valid_period.end: "), "{found:?}");
    }

    #[test]
    fn json_that_is_not_inside_a_string_is_pointed_out() {
        let found = broken(
            "alipay.marketing.cashvoucher.template.modify",
            &json!({"template_id": "T", "out_biz_no": "1", "voucher_valid_period": {"type": "RELATIVE", "duration": 1, "unit": "DAY"}}),
        );
        assert!(
            found.iter().any(|line| line.starts_with("voucher_valid_period: must be JSON inside a string")),
            "{found:?}"
        );
    }

    #[test]
    fn secrets_are_found_inside_packed_objects() {
        let catalog = Catalog::built_in().unwrap();
        let operation = catalog.named("alipay.marketing.voucher.send").next().unwrap();
        let fields = json!({"memo": "m", "extend_info": json!({"alipayMiniAppToken": "t"}).to_string()});
        let found = catalog.secret_in(operation, fields.as_object().unwrap());
        assert_eq!(found.as_deref(), Some("extend_info.alipayMiniAppToken"));
        assert_eq!(catalog.secret_in(operation, json!({"memo": "m"}).as_object().unwrap()), None);
    }

    #[test]
    fn groups_of_fields_are_counted() {
        let found = broken("alipay.marketing.voucher.send", &json!({"template_id": "T", "out_biz_no": "1"}));
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].contains("user_id"), "{found:?}");
    }
}
