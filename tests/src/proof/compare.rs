//! Two objects of the same fields, however their values were packed on the way.

use alipay_sandbox::catalog::{Catalog, Field, FieldType, Protocol};
use serde_json::{Map, Value};

/// How one value is brought to the form in which it is compared.
#[derive(Clone, Copy, Debug)]
pub(super) struct Form<'a> {
    pub(super) catalog: &'a Catalog,
    pub(super) protocol: Protocol,
}

impl Form<'_> {
    /// Text inside text is taken out, and what is read as text is text. Where `flat` says so of a field at the top, it
    /// travelled outside of JSON, where everything is text.
    pub(super) fn of(
        self,
        rows: &[Field],
        object: &Map<String, Value>,
        flat: impl Fn(&Field) -> bool,
    ) -> Value {
        let members = object.iter().map(|(name, value)| {
            let row = rows.iter().find(|row| row.name == *name);
            let value = match row {
                Some(row) if flat(row) => self.value(row.field_type(), &text(value)),
                Some(row) => self.value(row.field_type(), value),
                None => value.clone(),
            };
            (name.clone(), value)
        });
        members.collect()
    }

    fn value(self, ty: FieldType<'_>, value: &Value) -> Value {
        match (ty, value) {
            (FieldType::Named(name), Value::Object(object)) => {
                self.of(self.catalog.fields(self.protocol, name), object, |_| false)
            }
            (FieldType::List(item), Value::Array(items)) => {
                items.iter().map(|value| self.value(FieldType::parse(item), value)).collect()
            }
            (FieldType::Json(inner), Value::String(packed)) => match serde_json::from_str(packed) {
                Ok(value) => self.value(FieldType::parse(inner), &value),
                Err(_) => value.clone(),
            },
            (FieldType::Scalar, _) => text(value),
            _ => value.clone(),
        }
    }
}

/// A value that JSON is not needed for, as text.
fn text(value: &Value) -> Value {
    match value {
        Value::Number(_) | Value::Bool(_) => value.to_string().into(),
        other => other.clone(),
    }
}

/// Where two values differ, for the report of a failure.
pub(super) fn difference(path: &str, sent: &Value, came: &Value) -> Option<String> {
    match (sent, came) {
        (Value::Object(left), Value::Object(right)) => {
            let names = left.keys().chain(right.keys().filter(|name| !left.contains_key(*name)));
            let (none, mut found) = (Value::Null, names);
            found.find_map(|name| {
                let (left, right) = (left.get(name).unwrap_or(&none), right.get(name).unwrap_or(&none));
                difference(&format!("{path}.{name}"), left, right)
            })
        }
        (Value::Array(left), Value::Array(right)) if left.len() == right.len() => {
            let mut items = left.iter().zip(right).enumerate();
            items.find_map(|(index, (left, right))| difference(&format!("{path}[{index}]"), left, right))
        }
        _ => (sent != came).then(|| format!("{path}: {sent} became {came}")),
    }
}
