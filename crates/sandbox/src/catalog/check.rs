//! Checks the fields of a request against the catalog, level by level, also inside of JSON text.

use alipay_core::rules::{Violation, check_object};
use alipay_core::{Date, DateTime, Decimal, Money};
use serde_json::{Map, Value};

use super::{Catalog, Field, FieldType, Operation, Protocol};
use crate::fields::text;

/// Nested deeper than any request of the API.
const DEEPEST: usize = 16;

/// Looks at one object: its rows, its members, and where it stands (empty at the top).
type Look<'a> = dyn FnMut(&[Field], &Map<String, Value>, &str) + 'a;

impl Catalog {
    /// Everything that is wrong with the fields of a request, one sentence each; nothing where all rules are kept. With
    /// `now`, also what only the gateway checks: how far ahead times lie.
    ///
    /// ```
    /// use alipay_sandbox::catalog::{Catalog, Protocol};
    /// use serde_json::Map;
    ///
    /// let catalog = Catalog::built_in()?;
    /// let query = catalog.operation(Protocol::V2, "alipay.marketing.voucher.query").ok_or("absent")?;
    /// assert_eq!(catalog.violations(query, &Map::new(), None).len(), 1);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn violations(
        &self,
        operation: &Operation,
        fields: &Map<String, Value>,
        now: Option<DateTime>,
    ) -> Vec<String> {
        let mut found = Vec::new();
        let mut look = |rows: &[Field], object: &Map<String, Value>, path: &str| {
            let rules: Vec<_> = rows.iter().map(Field::rules).collect();
            let mut violations = Vec::new();
            check_object(&rules, object, path, &mut violations);
            found.extend(violations.iter().map(Violation::to_string));
            for (row, value) in present(rows, object) {
                let path = join(path, &row.name);
                found.extend(now.and_then(|now| ahead(row, value, &path, now)));
                misfits(row, row.field_type(), value, &path, &mut found);
            }
        };
        self.each_object(operation.protocol, operation.request(), fields, "", 0, &mut look);
        found
    }

    /// Where the first token or key stands in the fields of a request, such as `extend_info.alipayMiniAppToken`.
    #[must_use]
    pub fn secret_in(&self, operation: &Operation, fields: &Map<String, Value>) -> Option<String> {
        let mut found = None;
        let mut look = |rows: &[Field], object: &Map<String, Value>, path: &str| {
            let secret = rows.iter().find(|row| row.is_secret() && object.contains_key(&row.name));
            found = found.take().or_else(|| secret.map(|row| join(path, &row.name)));
        };
        self.each_object(operation.protocol, operation.request(), fields, "", 0, &mut look);
        found
    }

    /// Looks at `object` and at every object inside it, packed or not.
    fn each_object(
        &self,
        protocol: Protocol,
        rows: &[Field],
        object: &Map<String, Value>,
        path: &str,
        depth: usize,
        look: &mut Look<'_>,
    ) {
        look(rows, object, path);
        if depth < DEEPEST {
            for (row, value) in present(rows, object) {
                self.inside(protocol, row.field_type(), value, &join(path, &row.name), depth + 1, look);
            }
        }
    }

    fn inside(
        &self,
        protocol: Protocol,
        ty: FieldType<'_>,
        value: &Value,
        path: &str,
        depth: usize,
        look: &mut Look<'_>,
    ) {
        match (ty, value) {
            (FieldType::Named(name), Value::Object(object)) => {
                self.each_object(protocol, self.fields(protocol, name), object, path, depth, look);
            }
            (FieldType::List(item), Value::Array(values)) => {
                for (index, value) in values.iter().enumerate() {
                    let path = format!("{path}[{index}]");
                    self.inside(protocol, FieldType::parse(item), value, &path, depth, look);
                }
            }
            (FieldType::Json(inner), _) => {
                let unpacked = value.as_str().and_then(|text| serde_json::from_str::<Value>(text).ok());
                let value = unpacked.as_ref().unwrap_or(value);
                self.inside(protocol, FieldType::parse(inner), value, path, depth, look);
            }
            _ => {}
        }
    }
}

fn present<'a>(
    rows: &'a [Field],
    object: &'a Map<String, Value>,
) -> impl Iterator<Item = (&'a Field, &'a Value)> {
    let is_blank = |value: &Value| value.is_null() || value.as_str() == Some("");
    rows.iter().filter_map(move |row| Some((row, object.get(&row.name).filter(|value| !is_blank(value))?)))
}

fn ahead(row: &Field, value: &Value, path: &str, now: DateTime) -> Option<String> {
    let days = row.max_days_ahead?;
    let time = text(value)?.parse::<DateTime>().ok()?;
    let expected = format!("must be at most {days} days after now ({now})");
    (time > now.plus_days(i64::from(days))?).then(|| report(row, path, value, &expected, "max-days-ahead"))
}

/// Values of another type than that of the field. Objects are only seen to be objects.
fn misfits(row: &Field, ty: FieldType<'_>, value: &Value, path: &str, found: &mut Vec<String>) {
    let scalar = text(value);
    let reads_as = |fits: fn(&str) -> bool| scalar.as_deref().is_some_and(fits);
    let fits = match ty {
        FieldType::Bool => reads_as(|text| matches!(text, "true" | "false")),
        FieldType::Csv(_) | FieldType::Enum(_) | FieldType::Scalar | FieldType::Text => scalar.is_some(),
        FieldType::Date => reads_as(|text| text.parse::<Date>().is_ok()),
        FieldType::DateTime => reads_as(|text| text.parse::<DateTime>().is_ok()),
        FieldType::Decimal => reads_as(|text| text.parse::<Decimal>().is_ok()),
        FieldType::File => true,
        FieldType::Int => reads_as(|text| text.parse::<i64>().is_ok()),
        FieldType::Json(inner) => match scalar.as_deref().map(serde_json::from_str::<Value>) {
            Some(Ok(value)) => return misfits(row, FieldType::parse(inner), &value, path, found),
            _ => false,
        },
        FieldType::List(item) => {
            for (index, value) in value.as_array().into_iter().flatten().enumerate() {
                misfits(row, FieldType::parse(item), value, &format!("{path}[{index}]"), found);
            }
            value.is_array()
        }
        FieldType::Money => reads_as(|text| text.parse::<Money>().is_ok()),
        FieldType::Named(_) => value.is_object(),
    };
    if !fits {
        found.push(report(row, path, value, expected(ty), "type"));
    }
}

/// One sentence. Secrets are not shown, and nothing that may hold some inside.
fn report(row: &Field, path: &str, value: &Value, expected: &str, rule: &str) -> String {
    let seen: String = match value {
        _ if row.sensitive.is_some() => "***".to_owned(),
        Value::Object(_) => "an object".to_owned(),
        Value::Array(_) => "a list".to_owned(),
        Value::String(_) if row.is_json() => "another text".to_owned(),
        _ => value.to_string().chars().take(80).collect(),
    };
    format!("{path}: {expected}, but it is {seen} ({rule})")
}

fn expected(ty: FieldType<'_>) -> &'static str {
    match ty {
        FieldType::Bool => "must be true or false",
        FieldType::Csv(_) | FieldType::Enum(_) | FieldType::File | FieldType::Text => "must be text",
        FieldType::Date => "must be a day such as 2026-12-01",
        FieldType::DateTime => "must be a time such as 2026-12-01 08:30:00",
        FieldType::Decimal => "must be a decimal number",
        FieldType::Int => "must be a whole number",
        FieldType::Json(_) => "must be JSON text inside a string, its quotation marks written as \\\"",
        FieldType::List(_) => "must be a list",
        FieldType::Money => "must be an amount in yuan such as 8.80",
        FieldType::Named(_) => "must be an object",
        FieldType::Scalar => "must be text, a number or a boolean",
    }
}

fn join(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn found(method: &str, fields: &Value) -> Vec<String> {
        let catalog = Catalog::built_in().unwrap();
        let operation = catalog.operation(Protocol::V2, method).unwrap();
        catalog.violations(operation, fields.as_object().unwrap(), None)
    }

    #[test]
    fn rules_of_packed_objects_are_found() {
        let period = json!({"type": "ABSOLUTE", "start": "2026-01-02 00:00:00"}).to_string();
        let found = found(
            "alipay.marketing.cashvoucher.template.modify",
            &json!({"template_id": "T", "out_biz_no": "1", "voucher_valid_period": period}),
        );
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].starts_with("voucher_valid_period.end: "), "{found:?}");
    }

    #[test]
    fn json_that_is_not_inside_a_string_is_pointed_out_and_not_shown() {
        let period = json!({"type": "RELATIVE", "duration": 1, "unit": "DAY", "token": "t0ken"});
        let found = found(
            "alipay.marketing.cashvoucher.template.modify",
            &json!({"template_id": "T", "out_biz_no": "1", "voucher_valid_period": period}),
        );
        let told =
            |line: &String| line.starts_with("voucher_valid_period: must be JSON text inside a string");
        assert!(found.iter().any(told), "{found:?}");
        assert!(!found.iter().any(|line| line.contains("t0ken")), "{found:?}");
    }

    #[test]
    fn values_of_another_type_are_found() {
        let method = "alipay.marketing.voucher.templatelist.query";
        let found = found(method, &json!({"page_num": "one", "page_size": 10}));
        assert!(found.iter().any(|line| line.starts_with("page_num: must be a whole number")), "{found:?}");
    }

    #[test]
    fn secrets_are_found_inside_packed_objects() {
        let catalog = Catalog::built_in().unwrap();
        let operation = catalog.operation(Protocol::V2, "alipay.marketing.voucher.send").unwrap();
        for packed in [true, false] {
            let token = json!({"alipayMiniAppToken": "t"});
            let token = if packed { Value::from(token.to_string()) } else { token };
            let fields = json!({"memo": "m", "extend_info": token});
            let found = catalog.secret_in(operation, fields.as_object().unwrap());
            assert_eq!(found.as_deref(), Some("extend_info.alipayMiniAppToken"));
        }
        assert_eq!(catalog.secret_in(operation, json!({"memo": "m"}).as_object().unwrap()), None);
    }

    #[test]
    fn groups_of_fields_are_counted() {
        let found = found("alipay.marketing.voucher.send", &json!({"template_id": "T", "out_biz_no": "1"}));
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].contains("user_id"), "{found:?}");
    }
}
