//! One field: one line of the file.

use super::keys::Keys;
use super::need::{Condition, Need};
use super::{Deprecated, Field, Location, Sensitive};
use crate::finding::{Place, Report};
use crate::row::{Row, Value};
use crate::types::Type;

/// The keys of a field, in the order in which they are written.
pub(crate) const FIELD_KEYS: [&str; 20] = [
    "name",
    "rust",
    "type",
    "need",
    "only-when",
    "in",
    "len",
    "min",
    "max",
    "scale",
    "max-items",
    "item-len",
    "after",
    "max-span-days",
    "max-days-ahead",
    "sensitive",
    "deprecated",
    "default",
    "eg",
    "doc",
];

pub(super) fn read(row: &Row, place: Place<'_>, report: &mut Report<'_>) -> Field {
    let mut keys = Keys::new(row, place.member(row.text("name").unwrap_or_default()), &FIELD_KEYS, report);
    let type_text = keys.needed("type");
    let need_text = keys.text("need");
    Field {
        line: row.line,
        name: keys.needed("name"),
        rust: keys.text("rust"),
        ty: field_type(&mut keys, &type_text),
        type_text,
        need: need_text.as_deref().map(|text| need(&mut keys, text)).unwrap_or_default(),
        need_text,
        only_when: only_when(&mut keys),
        location: choice(&mut keys, "in", &[("query", Location::Query), ("path", Location::Path)]),
        len: keys.bounds("len"),
        min: keys.scalar("min"),
        max: keys.scalar("max"),
        scale: keys.number("scale"),
        max_items: keys.number("max-items"),
        item_len: keys.bounds("item-len"),
        after: keys.text("after"),
        max_span_days: keys.span("max-span-days"),
        max_days_ahead: keys.number("max-days-ahead"),
        sensitive: choice(&mut keys, "sensitive", &[("pii", Sensitive::Pii), ("secret", Sensitive::Secret)]),
        deprecated: deprecated(&mut keys),
        default: keys.text("default"),
        eg: keys.text("eg"),
        doc: keys.words("doc"),
    }
}

fn field_type(keys: &mut Keys<'_, '_, '_>, text: &str) -> Option<Type> {
    if text.is_empty() {
        return None;
    }
    Type::parse(text).map_err(|error| keys.finding("type", error.what, error.fix)).ok()
}

fn need(keys: &mut Keys<'_, '_, '_>, text: &str) -> Need {
    Need::parse(text).unwrap_or_else(|| {
        let fix = "write must, opt, one-of:<group>, just-one-of:<group>, at-most-one-of:<group>, when:<field> or \
                   when:<field>=<VALUE>";
        keys.finding("need", format!("`{text}` is not a need"), fix);
        Need::Optional
    })
}

fn only_when(keys: &mut Keys<'_, '_, '_>) -> Option<Condition> {
    let text = keys.text("only-when")?;
    let condition = Condition::parse(&text);
    if condition.is_none() {
        keys.finding("only-when", format!("`{text}` is not a condition"), "write <field> or <field>=<VALUE>");
    }
    condition
}

fn deprecated(keys: &mut Keys<'_, '_, '_>) -> Option<Deprecated> {
    keys.read("deprecated", "true, or what to use instead", |value| match value {
        Value::Boolean(true) => Some(Deprecated::Yes),
        Value::Text(text) => Some(Deprecated::Instead(text.clone())),
        _ => None,
    })
}

/// A key with a few known values.
pub(super) fn choice<T: Copy>(keys: &mut Keys<'_, '_, '_>, key: &str, known: &[(&str, T)]) -> Option<T> {
    let text = keys.text(key)?;
    let found = known.iter().find(|(name, _)| *name == text).map(|(_, value)| *value);
    if found.is_none() {
        let names: Vec<_> = known.iter().map(|(name, _)| format!("\"{name}\"")).collect();
        keys.finding(key, format!("`{key}` is `{text}`"), format!("write {}", names.join(" or ")));
    }
    found
}
