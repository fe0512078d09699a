//! One operation with everything that is known of its fields.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::example;
use super::list;
use super::rust;
use super::sample;
use crate::catalog::{self, Catalog, Dispatch, Field, FieldType, Listed, Operation};
use crate::output::{ACCENT, BAD, DIM, STRONG, styled};

/// Types are spelled out to this depth for programs; a type that holds itself ends here.
const DEEPEST: usize = 6;
/// Columns for the text of a field.
const WIDTH: usize = 84;

/// One operation as an object for programs, with the fields of nested types and the values of enums in place.
pub(super) fn object(operation: &Operation, catalog: &Catalog) -> Value {
    let mut object = list::object(operation);
    let more = json!({
        "doc": operation.doc,
        "idempotency_key": operation.idempotency_key,
        "event": operation.event,
        "params": operation.route.is_none().then_some(if operation.form { "form" } else { "biz_content" }),
        "codes": operation.codes.iter().map(listed).collect::<Value>(),
        "request": field_objects(operation.request(), operation, catalog, 0),
        "response": field_objects(operation.response(), operation, catalog, 0),
        "example": example::line(operation, catalog),
        "rust": rust::lines(operation, catalog).join("\n"),
    });
    if let (Value::Object(object), Value::Object(more)) = (&mut object, more) {
        object.extend(more);
    }
    object
}

fn field_objects(fields: &[Field], operation: &Operation, catalog: &Catalog, depth: usize) -> Value {
    let object = |field: &Field| {
        let mut object = Map::new();
        let mut put = |name: &str, value: Value| {
            if !value.is_null() && value != "" {
                object.insert(name.to_owned(), value);
            }
        };
        put("name", json!(field.name));
        put("type", json!(field.ty));
        put("need", json!(if field.need.is_empty() { "opt" } else { &field.need }));
        put("only_when", json!(field.only_when));
        put("in", json!(field.place));
        put("len", json!(field.len));
        put("min", json!(field.min));
        put("max", json!(field.max));
        put("scale", json!(field.scale));
        put("max_items", json!(field.max_items));
        put("item_len", json!(field.item_len));
        put("after", json!(field.after));
        put("max_span_days", json!(field.max_span_days));
        put("max_days_ahead", json!(field.max_days_ahead));
        put("sensitive", json!(sensitive(field)));
        put("default", json!(field.default));
        put("eg", json!(field.eg));
        put("doc", json!(field.doc));
        if let Some(instead) = &field.deprecated {
            object.insert(
                "deprecated".to_owned(),
                if instead.is_empty() { json!(true) } else { json!(instead) },
            );
        }
        match field.inner() {
            FieldType::Named(name) if depth < DEEPEST => {
                let rows = catalog.fields(operation.protocol, name);
                let inner = field_objects(rows, operation, catalog, depth + 1);
                object.insert("fields".to_owned(), inner);
            }
            FieldType::Enum(name) => {
                let values = catalog.values(operation.protocol, name).iter().map(listed);
                object.insert("values".to_owned(), values.collect());
            }
            _ => {}
        }
        Value::Object(object)
    };
    fields.iter().map(object).collect()
}

/// As the specification writes it.
fn sensitive(field: &Field) -> Option<&'static str> {
    match field.sensitive {
        _ if field.is_secret() => Some("secret"),
        Some(_) => Some("pii"),
        None => None,
    }
}

fn listed(listed: &Listed) -> Value {
    json!({"value": listed.value, "doc": listed.doc})
}

/// What stands between two operations.
pub(super) fn line_between() -> String {
    format!("\n{}\n", styled(DIM, &"─".repeat(WIDTH)))
}

/// One operation for people. `other` is what the other protocol has under the same name.
pub(super) fn for_people(operation: &Operation, other: Option<&Operation>, catalog: &Catalog) -> String {
    let mut lines = Vec::new();
    lines.push(format!("{}  {}", styled(STRONG, &operation.method), operation.title));
    lines.extend(wrapped(&operation.doc, 0));
    lines.push(styled(DIM, &facts(operation)));
    if let Some(other) = other {
        let place = if other.protocol > operation.protocol { "below" } else { "above" };
        lines.push(styled(DIM, &format!("{} has it too, see {place}", other.protocol)));
    }
    for (heading, fields) in [("Request", operation.request()), ("Answer", operation.response())] {
        lines.push(format!("\n{}", styled(STRONG, heading)));
        if fields.is_empty() {
            lines.push(styled(DIM, "  no fields"));
        }
        let mut description = Description { operation, catalog, told: BTreeSet::new(), lines };
        for field in fields {
            description.add(field, 1);
        }
        lines = description.lines;
    }
    if !operation.codes.is_empty() {
        lines.push(format!("\n{}", styled(STRONG, "Error codes")));
        for code in &operation.codes {
            lines.push(format!("  {}", styled(BAD, &code.value)));
            lines.extend(wrapped(&code.doc, 3));
        }
    }
    lines.push(format!("\n{}", styled(STRONG, "Example")));
    let rows = operation.request();
    if sample::is_guess(rows) && sample::chosen(rows).iter().any(|field| field.need != "must") {
        lines.push(styled(DIM, "  Nothing tells which fields are needed; these are some of them."));
    }
    let call = example::line(operation, catalog);
    lines.extend(call.lines().map(|line| format!("  {}", styled(ACCENT, line))));
    lines.push(format!("\n{}", styled(STRONG, "In Rust")));
    let code = rust::lines(operation, catalog);
    lines.extend(code.iter().map(|line| if line.is_empty() { String::new() } else { format!("  {line}") }));
    lines.join("\n")
}

fn facts(operation: &Operation) -> String {
    let mut facts = vec![format!("{} {}", operation.protocol, operation.group)];
    facts.push(match (operation.dispatch, &operation.route) {
        (Dispatch::Page, _) => "a page that a browser opens".to_owned(),
        (Dispatch::App, _) => "an order string for the Alipay app".to_owned(),
        (Dispatch::Call, Some(_)) => catalog::target(operation),
        (Dispatch::Call, None) if operation.form => "fields side by side, as form parameters".to_owned(),
        (Dispatch::Call, None) => "fields in biz_content".to_owned(),
    });
    if operation.read_only {
        facts.push("only reads".to_owned());
    }
    facts.extend(operation.idempotency_key.as_ref().map(|key| format!("idempotent by {key}")));
    facts.extend(operation.event.as_ref().map(|event| format!("result comes as message {event}")));
    facts.join(" · ")
}

/// Fields with their types spelled out: each type once, which also ends those that hold themselves.
struct Description<'a> {
    operation: &'a Operation,
    catalog: &'a Catalog,
    told: BTreeSet<&'a str>,
    lines: Vec<String>,
}

impl<'a> Description<'a> {
    fn add(&mut self, field: &'a Field, depth: usize) {
        let (indent, protocol) = ("  ".repeat(depth), self.operation.protocol);
        // Without fields there is nothing to repeat.
        let (again, rows) = match field.inner() {
            FieldType::Named(name) => (!self.told.insert(name), self.catalog.fields(protocol, name)),
            _ => (false, &[][..]),
        };
        let mut words = vec![type_name(&field.ty)];
        words.extend(need(field));
        words.extend(limits(field));
        words.extend((again && !rows.is_empty()).then(|| "fields as above".to_owned()));
        let must = if field.need == "must" { styled(STRONG, " must") } else { String::new() };
        let name = styled(ACCENT, &field.name);
        self.lines.push(format!("{indent}{name}{must}  {}", styled(DIM, &words.join(" · "))));
        self.lines.extend(wrapped(&field.doc, depth + 1));
        if let FieldType::Enum(name) = field.inner() {
            let values = self.catalog.values(protocol, name);
            let width = values.iter().map(|listed| listed.value.len()).max().unwrap_or_default();
            self.lines.extend(values.iter().map(|Listed { value, doc, .. }| {
                format!("{indent}  {}  {}", styled(STRONG, &format!("{value:width$}")), styled(DIM, doc))
            }));
        }
        for inner in rows.iter().filter(|_| !again) {
            self.add(inner, depth + 1);
        }
    }
}

/// A type as people read it.
fn type_name(ty: &str) -> String {
    ty.replace("scalar", "text, number or boolean")
}

fn need(field: &Field) -> Option<String> {
    let (kind, rest) = field.need.split_once(':')?;
    let condition = || rest.replacen('=', " is ", 1);
    Some(match kind {
        "one-of" => format!("one or more of {rest}"),
        "just-one-of" => format!("exactly one of {rest}"),
        "at-most-one-of" => format!("at most one of {rest}"),
        "when" if rest.contains('=') => format!("must when {}", condition()),
        _ => format!("must when {rest} is there"),
    })
}

fn limits(field: &Field) -> Vec<String> {
    let text = |text: String| Some(text);
    [
        field.only_when.as_ref().map(|condition| match condition.split_once('=') {
            Some((name, value)) => format!("only when {name} is {value}"),
            None => format!("only with {condition}"),
        }),
        field.place.as_ref().map(|place| format!("in the {place}")),
        field.len.map(|(least, most)| format!("{least} to {most} characters")),
        match (&field.min, &field.max) {
            (Some(min), Some(max)) => text(format!("{min} to {max}")),
            (Some(min), None) => text(format!("from {min}")),
            (None, Some(max)) => text(format!("to {max}")),
            (None, None) => None,
        },
        field.scale.map(|digits| format!("{digits} fraction digits")),
        field.max_items.map(|items| format!("{items} items at the most")),
        field.item_len.map(|(least, most)| format!("{least} to {most} characters each")),
        field.after.as_ref().map(|other| format!("after {other}")),
        field.max_span_days.as_ref().map(|(other, days)| format!("at most {days} days after {other}")),
        field.max_days_ahead.map(|days| format!("at most {days} days from now")),
        field.default.as_ref().map(|default| format!("default {default}")),
        sensitive(field).map(|kind| if kind == "pii" { "personal data" } else { kind }.to_owned()),
        field.deprecated.as_ref().map(|instead| match instead.is_empty() {
            true => "deprecated".to_owned(),
            false => format!("deprecated: {instead}"),
        }),
        field.eg.as_ref().map(|eg| format!("e.g. {eg}")),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Prose with line breaks between words, two columns of indentation for each `depth`; nothing where there is none.
fn wrapped(text: &str, depth: usize) -> Option<String> {
    if text.is_empty() {
        return None;
    }
    let indent = "  ".repeat(depth);
    let mut lines = vec![indent.clone()];
    let mut used = 0;
    for word in text.split_whitespace() {
        let length = word.chars().count();
        if used > 0 && used + 1 + length > WIDTH {
            lines.push(indent.clone());
            used = 0;
        }
        if let Some(line) = lines.last_mut() {
            if used > 0 {
                line.push(' ');
            }
            line.push_str(word);
        }
        used += length + usize::from(used > 0);
    }
    Some(lines.join("\n"))
}
