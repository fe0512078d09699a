//! Checks the fields of a request against the catalog, as the gateway would, level by level.

use alipay_core::rules::check_object;
use alipay_core::{Date, DateTime, Decimal, Money};
use serde_json::Value;

use crate::catalog::{Catalog, Field, Operation, Protocol, Ty};
use crate::fields::text;
use crate::reply::{Fields, Refusal};

/// Nested deeper than any request of the API.
const DEEPEST: usize = 16;

/// Everything that is wrong with the fields of `operation`, in one refusal.
pub(crate) fn check(
    catalog: &Catalog,
    operation: &Operation,
    fields: &Fields,
    now: DateTime,
) -> Result<(), Refusal> {
    let mut walk = Walk { catalog, protocol: operation.protocol, now, found: Vec::new() };
    walk.object(&operation.request, fields, "", 0);
    if walk.found.is_empty() { Ok(()) } else { Err(Refusal::Parameter(walk.found.join("; "))) }
}

struct Walk<'a> {
    catalog: &'a Catalog,
    protocol: Protocol,
    now: DateTime,
    found: Vec<String>,
}

impl Walk<'_> {
    fn object(&mut self, rows: &[Field], object: &Fields, path: &str, depth: usize) {
        let rules: Vec<_> = rows.iter().map(Field::rules).collect();
        let mut violations = Vec::new();
        check_object(&rules, object, path, &mut violations);
        self.found.extend(violations.iter().map(ToString::to_string));
        for row in rows {
            if let Some(value) = object.get(&row.name).filter(|value| !is_blank(value)) {
                let path = if path.is_empty() { row.name.clone() } else { format!("{path}.{}", row.name) };
                self.ahead(row, value, &path);
                self.value(row, &row.ty, value, &path, depth);
            }
        }
    }

    fn value(&mut self, row: &Field, ty: &Ty, value: &Value, path: &str, depth: usize) {
        let scalar = text(value);
        let fits = match ty {
            Ty::Named(name) => {
                let rows = self.catalog.fields(self.protocol, name);
                if let (Some(object), Some(rows)) = (value.as_object(), rows)
                    && depth < DEEPEST
                {
                    self.object(rows, object, path, depth + 1);
                }
                value.is_object()
            }
            Ty::List(item) => {
                for (index, value) in value.as_array().into_iter().flatten().enumerate() {
                    self.value(row, item, value, &format!("{path}[{index}]"), depth);
                }
                value.is_array()
            }
            Ty::Json(inner) => match scalar.as_deref().map(serde_json::from_str::<Value>) {
                Some(Ok(value)) => return self.value(row, inner, &value, path, depth),
                _ => false,
            },
            Ty::Money => scalar.as_deref().is_some_and(|text| text.parse::<Money>().is_ok()),
            Ty::Decimal => scalar.as_deref().is_some_and(|text| text.parse::<Decimal>().is_ok()),
            Ty::Int => scalar.as_deref().is_some_and(|text| text.parse::<i64>().is_ok()),
            Ty::DateTime => scalar.as_deref().is_some_and(|text| text.parse::<DateTime>().is_ok()),
            Ty::Date => scalar.as_deref().is_some_and(|text| text.parse::<Date>().is_ok()),
            Ty::Bool => matches!(scalar.as_deref(), Some("true" | "false")),
            Ty::Csv | Ty::Enum | Ty::Text => scalar.is_some(),
            Ty::File => true,
        };
        if !fits {
            self.report(row, path, value, &expected(ty), "type");
        }
    }

    fn ahead(&mut self, row: &Field, value: &Value, path: &str) {
        let Some(days) = row.max_days_ahead else { return };
        let time = text(value).and_then(|text| text.parse::<DateTime>().ok());
        let limit = self.now.plus_days(i64::from(days));
        if time.zip(limit).is_some_and(|(time, limit)| time > limit) {
            let expected = format!("must be at most {days} days after now ({})", self.now);
            self.report(row, path, value, &expected, "max-days-ahead");
        }
    }

    fn report(&mut self, row: &Field, path: &str, value: &Value, expected: &str, rule: &str) {
        let seen = match row.sensitive {
            Some(_) => "***".to_owned(),
            None => value.to_string().chars().take(80).collect(),
        };
        self.found.push(format!("{path}: {expected}, but it is {seen} ({rule})"));
    }
}

fn is_blank(value: &Value) -> bool {
    value.is_null() || value.as_str() == Some("")
}

fn expected(ty: &Ty) -> String {
    let words = match ty {
        Ty::Bool => "must be true or false",
        Ty::Csv | Ty::Enum | Ty::File | Ty::Text => "must be text",
        Ty::Date => "must be a day such as 2026-12-01",
        Ty::DateTime => "must be a time such as 2026-12-01 08:30:00",
        Ty::Decimal => "must be a decimal number",
        Ty::Int => "must be a whole number",
        Ty::Json(_) => "must be JSON text inside a string",
        Ty::List(_) => "must be a list",
        Ty::Money => "must be an amount in yuan such as 8.80",
        Ty::Named(_) => "must be an object",
    };
    words.to_owned()
}
