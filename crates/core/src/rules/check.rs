//! Checking an object against its rules.

use alipay_sign::is_blank;
use serde_json::{Map, Value};

use super::{Condition, Field, Need, Packing, Shape, Violation};
use crate::{DateTime, Decimal};

/// Checks `value`, and the objects inside it, against `shape`; all violations at once.
#[must_use]
pub fn validate(shape: &Shape<'_>, value: &Value) -> Vec<Violation> {
    let mut found = Vec::new();
    if let Value::Object(object) = value {
        walk(shape, object, "", &mut found);
    }
    found
}

fn walk(shape: &Shape<'_>, object: &Map<String, Value>, path: &str, found: &mut Vec<Violation>) {
    check_object(shape.fields, object, path, found);
    for field in shape.fields {
        let (Some(nested), Some(value)) = (field.nested, object.get(field.name)) else { continue };
        let path = join(path, field.name);
        match unpacked(field.packing, value).as_ref().unwrap_or(value) {
            Value::Object(inner) => walk(nested(), inner, &path, found),
            Value::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    if let Value::Object(inner) = item {
                        walk(nested(), inner, &format!("{path}[{index}]"), found);
                    }
                }
            }
            _ => {}
        }
    }
}

/// Checks the members of one object, without what is nested in them. `path` is where the object stands, empty at
/// the top.
pub fn check_object(
    fields: &[Field<'_>],
    object: &Map<String, Value>,
    path: &str,
    found: &mut Vec<Violation>,
) {
    let mut checker = Checker { fields, object, path, found };
    for field in fields {
        checker.need(field);
        if let Some(value) = present(object, field.name) {
            checker.value(field, value);
        }
    }
}

/// What is written there, blank text too.
fn present<'a>(object: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    object.get(name).filter(|value| !value.is_null())
}

/// Whether anything is said there: blank text says as little as none.
fn is_set(object: &Map<String, Value>, name: &str) -> bool {
    present(object, name).is_some_and(|value| !value.as_str().is_some_and(is_blank))
}

fn holds(condition: &Condition<'_>, object: &Map<String, Value>) -> bool {
    match condition.value {
        None => is_set(object, condition.field),
        Some(expected) => present(object, condition.field).and_then(text).as_deref() == Some(expected),
    }
}

fn join(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}

/// The text of a scalar.
fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(value) => Some(value.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// What is inside a packed string; `None` where nothing is packed.
fn unpacked(packing: Packing, value: &Value) -> Option<Value> {
    let Value::String(text) = value else { return None };
    match packing {
        Packing::Plain => None,
        Packing::Json => serde_json::from_str(text).ok(),
        Packing::Csv => Some(text.split(',').map(Value::from).collect()),
    }
}

struct Checker<'a> {
    fields: &'a [Field<'a>],
    object: &'a Map<String, Value>,
    path: &'a str,
    found: &'a mut Vec<Violation>,
}

impl Checker<'_> {
    fn need(&mut self, field: &Field<'_>) {
        let blank = !is_set(self.object, field.name);
        match field.need {
            Need::Optional => {}
            Need::Must if blank => self.report(field, "must", "must be set".into()),
            Need::When(condition) if blank && holds(&condition, self.object) => {
                self.report(field, "when", format!("must be set {}", because(&condition)));
            }
            Need::OneOf(group) if self.leads(field) && self.count(field) == 0 => {
                self.report(field, "one-of", format!("at least one of {} must be set", self.group(group)));
            }
            Need::JustOneOf(group) if self.leads(field) && self.count(field) != 1 => {
                self.report(
                    field,
                    "just-one-of",
                    format!("exactly one of {} must be set", self.group(group)),
                );
            }
            Need::AtMostOneOf(group) if self.leads(field) && self.count(field) > 1 => {
                self.report(field, "at-most-one-of", format!("only one of {} may be set", self.group(group)));
            }
            _ => {}
        }
        if let Some(condition) = field.only_when
            && !blank
            && !holds(&condition, self.object)
        {
            self.report(field, "only-when", format!("may only be set {}", because(&condition)));
        }
    }

    /// Whether `field` is the first of its group: it reports for all.
    fn leads(&self, field: &Field<'_>) -> bool {
        self.fields
            .iter()
            .find(|other| other.need == field.need)
            .is_some_and(|first| first.name == field.name)
    }

    fn count(&self, field: &Field<'_>) -> usize {
        let members = self.fields.iter().filter(|other| other.need == field.need);
        members.filter(|other| is_set(self.object, other.name)).count()
    }

    fn group(&self, group: &str) -> String {
        let in_group = |need: &Need<'_>| matches!(need, Need::OneOf(name) | Need::JustOneOf(name) | Need::AtMostOneOf(name) if *name == group);
        let names: Vec<_> =
            self.fields.iter().filter(|field| in_group(&field.need)).map(|field| field.name).collect();
        names.join(", ")
    }

    fn value(&mut self, field: &Field<'_>, value: &Value) {
        let inner = unpacked(field.packing, value);
        if let Value::Array(items) = inner.as_ref().unwrap_or(value) {
            self.items(field, items);
        }
        let Some(text) = text(value) else { return };
        if let Some((min, max)) = field.len
            && !within(&text, min, max)
        {
            self.report(field, "len", format!("must have {} characters", range(min, max)));
        }
        self.number(field, &text);
        self.time(field, &text);
    }

    fn items(&mut self, field: &Field<'_>, items: &[Value]) {
        if let Some(max) = field.max_items
            && items.len() > max as usize
        {
            self.report(field, "max-items", format!("must have {max} items at the most"));
        }
        if let Some((min, max)) = field.item_len
            && items.iter().filter_map(text).any(|item| !within(&item, min, max))
        {
            self.report(field, "item-len", format!("each item must have {} characters", range(min, max)));
        }
    }

    fn number(&mut self, field: &Field<'_>, text: &str) {
        if field.min.is_none() && field.max.is_none() && field.scale.is_none() {
            return;
        }
        let Ok(number) = text.parse::<Decimal>() else {
            self.report(field, "number", "must be a decimal number".into());
            return;
        };
        if let Some(min) = field.min
            && min.parse::<Decimal>().is_ok_and(|min| number < min)
        {
            self.report(field, "min", format!("must be {min} at the least"));
        }
        if let Some(max) = field.max
            && max.parse::<Decimal>().is_ok_and(|max| number > max)
        {
            self.report(field, "max", format!("must be {max} at the most"));
        }
        if let Some(scale) = field.scale
            && number.scale() > scale
        {
            self.report(field, "scale", format!("must have {scale} fraction digits at the most"));
        }
    }

    fn time(&mut self, field: &Field<'_>, text: &str) {
        let Ok(time) = text.parse::<DateTime>() else { return };
        let other = |name| present(self.object, name)?.as_str()?.parse::<DateTime>().ok();
        let too_early = field.after.filter(|name| other(name).is_some_and(|earlier| time <= earlier));
        let too_late = field.max_span_days.filter(|(name, days)| {
            other(name).and_then(|start| start.plus_days(i64::from(*days))).is_some_and(|limit| time > limit)
        });
        if let Some(name) = too_early {
            self.report(field, "after", format!("must be later than {name}"));
        }
        if let Some((name, days)) = too_late {
            self.report(field, "max-span-days", format!("must be at most {days} days after {name}"));
        }
    }

    fn report(&mut self, field: &Field<'_>, rule: &'static str, expected: String) {
        let seen = match present(self.object, field.name) {
            None => "absent".to_owned(),
            Some(_) if field.sensitive.is_some() => "***".to_owned(),
            Some(value) => shorten(&value.to_string()),
        };
        self.found.push(Violation { path: join(self.path, field.name), rule, expected, seen });
    }
}

fn because(condition: &Condition<'_>) -> String {
    match condition.value {
        Some(value) => format!("when {} is {value}", condition.field),
        None => format!("together with {}", condition.field),
    }
}

fn range(min: u32, max: u32) -> String {
    if min == max { min.to_string() } else { format!("{min} to {max}") }
}

fn within(text: &str, min: u32, max: u32) -> bool {
    (min as usize..=max as usize).contains(&text.chars().count())
}

/// Keeps what is shown on one line.
fn shorten(text: &str) -> String {
    const LONGEST: usize = 80;
    if text.chars().count() <= LONGEST {
        return text.to_owned();
    }
    let mut shown: String = text.chars().take(LONGEST).collect();
    shown.push('…');
    shown
}
