//! Answers in the shape of the specification, for operations without business of their own: made from its examples, and
//! by type where there is none.

use serde_json::Value;

use crate::business::Call;
use crate::catalog::{Catalog, Field, FieldType, Protocol};
use crate::fields::text;
use crate::reply::Fields;

/// Deeper than any useful answer; types can contain themselves.
const DEEPEST: usize = 6;

/// Members of the envelope of v2, which some operations list among their fields (protocol-v2 §4.1).
const ENVELOPE: [&str; 4] = ["code", "msg", "sub_code", "sub_msg"];

/// An answer from examples. What the request said under the same name is repeated.
pub(crate) fn answer(catalog: &Catalog, call: &Call<'_>) -> Fields {
    let mut answer = example(catalog, call.operation.protocol, call.operation.response(), 0);
    let is_envelope = |name: &str| call.operation.protocol == Protocol::V2 && ENVELOPE.contains(&name);
    answer.retain(|name, _| !is_envelope(name));
    for field in call.operation.response().iter().filter(|field| !is_envelope(&field.name)) {
        let said =
            call.fields.get(&field.name).filter(|value| text(value).is_some_and(|text| !text.is_empty()));
        if let Some(said) = said {
            answer.insert(field.name.clone(), said.clone());
        }
    }
    answer
}

/// Keeps only the members that `rows` know, also inside of them.
pub(crate) fn keep_known(catalog: &Catalog, protocol: Protocol, rows: &[Field], fields: &Fields) -> Fields {
    let known = rows.iter().filter_map(|row| {
        let value = fields.get(&row.name)?;
        let kept = match (row.field_type(), value) {
            (FieldType::Named(name), Value::Object(inner)) => {
                Value::Object(keep_known(catalog, protocol, catalog.fields(protocol, name), inner))
            }
            _ => value.clone(),
        };
        Some((row.name.clone(), kept))
    });
    known.collect()
}

fn example(catalog: &Catalog, protocol: Protocol, rows: &[Field], depth: usize) -> Fields {
    let maker = Maker { catalog, protocol };
    let made = rows.iter().filter_map(|row| {
        Some((row.name.clone(), maker.value(row, row.field_type(), row.eg.as_deref(), depth)?))
    });
    made.collect()
}

struct Maker<'a> {
    catalog: &'a Catalog,
    protocol: Protocol,
}

impl Maker<'_> {
    /// `None` for what JSON cannot hold, and for objects without members.
    fn value(&self, row: &Field, ty: FieldType<'_>, eg: Option<&str>, depth: usize) -> Option<Value> {
        Some(match ty {
            FieldType::Named(name) if depth < DEEPEST => {
                if let Some(Ok(Value::Object(whole))) = eg.map(serde_json::from_str) {
                    return Some(Value::Object(whole));
                }
                let rows = self.catalog.fields(self.protocol, name);
                let object = example(self.catalog, self.protocol, rows, depth + 1);
                return (!object.is_empty()).then_some(Value::Object(object));
            }
            FieldType::Named(_) | FieldType::File => return None,
            FieldType::List(item) => match eg.map(serde_json::from_str) {
                Some(Ok(Value::Array(items))) => Value::Array(items),
                _ => Value::Array(vec![self.value(row, FieldType::parse(item), eg, depth)?]),
            },
            FieldType::Json(inner) => match eg {
                Some(eg) => eg.into(),
                None => self.value(row, FieldType::parse(inner), None, depth)?.to_string().into(),
            },
            FieldType::Csv(inner) if eg.is_none() => self.value(row, FieldType::parse(inner), None, depth)?,
            FieldType::Int => eg.or_else(|| self.made(row, ty))?.parse::<i64>().ok()?.into(),
            FieldType::Bool => eg.or_else(|| self.made(row, ty))?.parse::<bool>().ok()?.into(),
            _ => eg.or_else(|| self.made(row, ty))?.into(),
        })
    }

    /// The text of a value of this type that no example shows.
    fn made<'a>(&'a self, row: &'a Field, ty: FieldType<'_>) -> Option<&'a str> {
        let made = self.catalog.made_value(self.protocol, row, ty);
        // A value that the enum does not list would be none.
        if matches!(ty, FieldType::Enum(_)) { made } else { made.or(Some(&row.name)) }
    }
}
