//! Examples feed the local gateway and the round-trip tests, so each has to be a value of its field.

use serde_json::Value;

use super::scalar::{misfit, number};
use crate::finding::{Place, Report};
use crate::ir::{Field, Ir, Leaf};
use crate::nearest::suggest;
use crate::spec;
use crate::types::{Inner, Type};

pub(super) fn check(ir: &Ir<'_>, field: &Field<'_>, place: Place<'_>, report: &mut Report<'_>) {
    let Some(eg) = &field.spec.eg else { return };
    if let Err(Misfit { what, fix }) = fits(ir, field, eg) {
        report.add(field.spec.line, place, format!("the example `{eg}` {what}"), fix);
    }
}

struct Misfit {
    what: String,
    fix: String,
}

fn misfits<T>(what: impl Into<String>, fix: impl Into<String>) -> Result<T, Misfit> {
    Err(Misfit { what: what.into(), fix: fix.into() })
}

fn fits(ir: &Ir<'_>, field: &Field<'_>, eg: &str) -> Result<(), Misfit> {
    match field.ty {
        Type::Plain(Inner::One(_)) => match field.leaf {
            Leaf::Type(_) => object(&json(eg)?),
            _ => text(ir, field, eg),
        },
        Type::Json(Inner::One(_)) => match field.leaf {
            Leaf::Type(_) => object(&json(eg)?),
            _ => item(ir, field, &json(eg)?),
        },
        // A list may show one item alone, without the brackets of JSON.
        Type::Plain(Inner::Many(_)) if !eg.starts_with('[') => match field.leaf {
            Leaf::Type(_) => object(&json(eg)?),
            _ => text(ir, field, eg),
        },
        Type::Plain(Inner::Many(_)) | Type::Json(Inner::Many(_)) => match json(eg)? {
            Value::Array(items) => {
                count(field.spec, items.len())?;
                items.iter().try_for_each(|value| item(ir, field, value))
            }
            _ => misfits("is not a list", "write a JSON list: `[\"...\"]`"),
        },
        Type::Csv(_) => {
            count(field.spec, eg.split(',').count())?;
            eg.split(',').try_for_each(|part| text(ir, field, part))
        }
    }
}

fn json(eg: &str) -> Result<Value, Misfit> {
    serde_json::from_str(eg)
        .or_else(|error| misfits(format!("is not JSON: {error}"), "write the value as JSON text"))
}

fn object(value: &Value) -> Result<(), Misfit> {
    match value {
        Value::Object(_) => Ok(()),
        _ => misfits("is not an object", "write a JSON object: `{\"...\": \"...\"}`"),
    }
}

fn item(ir: &Ir<'_>, field: &Field<'_>, value: &Value) -> Result<(), Misfit> {
    match (field.leaf, value) {
        (Leaf::Type(_), value) => object(value),
        (_, Value::String(value)) => text(ir, field, value),
        (_, Value::Number(value)) => text(ir, field, &value.to_string()),
        (_, Value::Bool(value)) => text(ir, field, &value.to_string()),
        _ => misfits("holds something that is no plain value", "write texts, numbers or booleans"),
    }
}

fn count(field: &spec::Field, items: usize) -> Result<(), Misfit> {
    match field.max_items {
        Some(most) if items > most as usize => {
            misfits(format!("has {items} items"), format!("keep to the {most} of `max-items`"))
        }
        _ => Ok(()),
    }
}

fn text(ir: &Ir<'_>, field: &Field<'_>, text: &str) -> Result<(), Misfit> {
    match field.leaf {
        Leaf::Type(_) => Ok(()),
        Leaf::Enum(index) => {
            let Some(found) = ir.enums.get(index) else { return Ok(()) };
            let values = || found.spec.values.iter().map(|value| value.value.as_str());
            if values().any(|value| value == text) {
                return Ok(());
            }
            let name = &found.spec.name;
            misfits(
                format!("is not listed in the enum `{name}`"),
                suggest(text, values(), &format!("use a listed value, or list it in `{name}`")),
            )
        }
        Leaf::Scalar(scalar) => {
            if let Some(like) = misfit(scalar, text) {
                return misfits(format!("is not of the type `{scalar}`"), format!("write {like}"));
            }
            length(field, text)?;
            bounds(field.spec, text)
        }
    }
}

fn length(field: &Field<'_>, text: &str) -> Result<(), Misfit> {
    let limits = if field.ty.is_list() { field.spec.item_len } else { field.spec.len };
    let length = text.chars().count();
    match limits {
        Some((min, max)) if length < min as usize || length > max as usize => misfits(
            format!("has {length} characters"),
            format!("keep to {min} to {max} characters, or mend the length"),
        ),
        _ => Ok(()),
    }
}

fn bounds(field: &spec::Field, text: &str) -> Result<(), Misfit> {
    let Some(value) = number(text) else { return Ok(()) };
    let below = field.min.as_deref().and_then(number).is_some_and(|min| value.compare(min).is_lt());
    let above = field.max.as_deref().and_then(number).is_some_and(|max| value.compare(max).is_gt());
    match field.scale {
        _ if below || above => misfits("is out of bounds", "keep to `min` and `max`, or mend them"),
        Some(scale) if value.scale > scale => {
            misfits("has too many fraction digits", format!("keep to the {scale} of `scale`"))
        }
        _ => Ok(()),
    }
}
