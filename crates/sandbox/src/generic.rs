//! Answers in the shape of the specification, made from its examples, for operations without business of their own.

use serde_json::Value;

use crate::business::Call;
use crate::catalog::{Catalog, Field, Protocol, Ty};
use crate::fields::text;
use crate::reply::Fields;

/// Deeper than any useful answer; types can contain themselves.
const DEEPEST: usize = 6;

/// An answer from examples. What the request said under the same name is repeated.
pub(crate) fn answer(catalog: &Catalog, call: &Call<'_>) -> Fields {
    let mut answer = example(catalog, call.operation.protocol, &call.operation.response, 0);
    for field in &call.operation.response {
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
        let kept = match (&row.ty, value) {
            (Ty::Named(name), Value::Object(inner)) => {
                let rows = catalog.fields(protocol, name)?;
                Value::Object(keep_known(catalog, protocol, rows, inner))
            }
            _ => value.clone(),
        };
        Some((row.name.clone(), kept))
    });
    known.collect()
}

fn example(catalog: &Catalog, protocol: Protocol, rows: &[Field], depth: usize) -> Fields {
    let maker = Maker { catalog, protocol };
    let made = rows
        .iter()
        .filter_map(|row| Some((row.name.clone(), maker.value(&row.ty, row.eg.as_deref(), depth)?)));
    made.collect()
}

struct Maker<'a> {
    catalog: &'a Catalog,
    protocol: Protocol,
}

impl Maker<'_> {
    fn value(&self, ty: &Ty, eg: Option<&str>, depth: usize) -> Option<Value> {
        match ty {
            Ty::Named(name) if depth < DEEPEST => {
                if let Some(Ok(Value::Object(whole))) = eg.map(serde_json::from_str) {
                    return Some(Value::Object(whole));
                }
                let rows = self.catalog.fields(self.protocol, name)?;
                let object = example(self.catalog, self.protocol, rows, depth + 1);
                (!object.is_empty()).then_some(Value::Object(object))
            }
            Ty::Named(_) | Ty::File => None,
            Ty::List(item) => match eg.map(serde_json::from_str) {
                Some(Ok(Value::Array(items))) => Some(Value::Array(items)),
                _ => Some(Value::Array(vec![self.value(item, eg, depth)?])),
            },
            Ty::Json(inner) => match eg {
                Some(eg) => Some(eg.into()),
                None => Some(self.value(inner, None, depth)?.to_string().into()),
            },
            Ty::Int => eg?.parse::<i64>().ok().map(Value::from),
            Ty::Bool => eg?.parse::<bool>().ok().map(Value::from),
            Ty::Csv | Ty::Date | Ty::DateTime | Ty::Decimal | Ty::Enum | Ty::Money | Ty::Text => {
                Some(eg?.into())
            }
        }
    }
}
