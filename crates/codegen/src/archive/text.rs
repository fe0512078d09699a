//! Items of a specification as TOML again, after corrections were applied.
//!
//! Every struct is taken apart with all its members, so that a new key of the format cannot be forgotten here.

use std::fmt::Write;

use crate::spec::{
    Condition, Deprecated, EnumDef, Field, Listed, Location, Notification, Operation, Sensitive, TypeDef,
};

pub(super) fn operation(item: &Operation) -> String {
    let Operation {
        line: _,
        method,
        title,
        doc,
        name,
        verb,
        path,
        params,
        dispatch,
        read_only,
        idempotency_key,
        event,
        codes,
        request,
        response,
    } = item;
    let mut keys = Keys::lines();
    keys.text("method", Some(method));
    keys.words("title", title);
    keys.words("doc", doc);
    keys.text("name", name.as_ref());
    keys.text("verb", verb.as_ref());
    keys.text("path", path.as_ref());
    keys.text("params", params.as_ref());
    keys.text("dispatch", dispatch.as_ref());
    keys.raw("read-only", read_only.as_ref());
    keys.text("idempotency-key", idempotency_key.as_ref());
    keys.text("event", event.as_ref());
    if !codes.is_empty() {
        keys.raw("codes", Some(listed(codes)));
    }
    keys.raw("request", Some(fields(request)));
    keys.raw("response", Some(fields(response)));
    keys.end()
}

pub(super) fn notification(item: &Notification) -> String {
    let Notification { line: _, name, title, doc, topic, fields: rows } = item;
    let mut keys = Keys::lines();
    keys.text("name", Some(name));
    keys.words("title", title);
    keys.words("doc", doc);
    keys.text("topic", topic.as_ref());
    keys.raw("fields", Some(fields(rows)));
    keys.end()
}

pub(super) fn type_def(item: &TypeDef) -> String {
    let TypeDef { line: _, name, doc, fields: rows } = item;
    let mut keys = Keys::lines();
    keys.text("name", Some(name));
    keys.words("doc", doc);
    keys.raw("fields", Some(fields(rows)));
    keys.end()
}

pub(super) fn enum_def(item: &EnumDef) -> String {
    let EnumDef { line: _, name, doc, values } = item;
    let mut keys = Keys::lines();
    keys.text("name", Some(name));
    keys.words("doc", doc);
    keys.raw("values", Some(listed(values)));
    keys.end()
}

fn fields(rows: &[Field]) -> String {
    list(rows.iter().map(field))
}

fn listed(rows: &[Listed]) -> String {
    list(rows.iter().map(|Listed { line: _, value, name, doc }| {
        let mut keys = Keys::row();
        keys.text("value", Some(value));
        keys.text("name", name.as_ref());
        keys.words("doc", doc);
        keys.end()
    }))
}

fn field(item: &Field) -> String {
    let Field {
        line: _,
        name,
        rust,
        type_text,
        ty: _,
        need_text,
        need: _,
        only_when,
        location,
        len,
        min,
        max,
        scale,
        max_items,
        item_len,
        after,
        max_span_days,
        max_days_ahead,
        sensitive,
        deprecated,
        default,
        eg,
        doc,
    } = item;
    let pair = |(first, second): &(u32, u32)| format!("[{first}, {second}]");
    let mut keys = Keys::row();
    keys.text("name", Some(name));
    keys.text("rust", rust.as_ref());
    keys.text("type", Some(type_text));
    keys.text("need", need_text.as_ref());
    keys.text("only-when", only_when.as_ref().map(condition));
    let place = |location: &Location| match location {
        Location::Path => "path",
        Location::Query => "query",
    };
    keys.text("in", location.as_ref().map(place));
    keys.raw("len", len.as_ref().map(pair));
    keys.text("min", min.as_ref());
    keys.text("max", max.as_ref());
    keys.raw("scale", scale.as_ref());
    keys.raw("max-items", max_items.as_ref());
    keys.raw("item-len", item_len.as_ref().map(pair));
    keys.text("after", after.as_ref());
    keys.raw(
        "max-span-days",
        max_span_days.as_ref().map(|(name, days)| format!("[{}, {days}]", quoted(name))),
    );
    keys.raw("max-days-ahead", max_days_ahead.as_ref());
    keys.text("sensitive", sensitive.map(Sensitive::as_str));
    match deprecated {
        Some(Deprecated::Yes) => keys.raw("deprecated", Some("true")),
        Some(Deprecated::Instead(other)) => keys.text("deprecated", Some(other)),
        None => {}
    }
    keys.text("default", default.as_ref());
    keys.text("eg", eg.as_ref());
    keys.words("doc", doc);
    keys.end()
}

fn condition(Condition { field, value }: &Condition) -> String {
    match value {
        Some(value) => format!("{field}={value}"),
        None => field.clone(),
    }
}

fn list(rows: impl Iterator<Item = String>) -> String {
    let mut out = String::from("[");
    rows.for_each(|row| {
        let _ = write!(out, "\n{row},");
    });
    out.push_str(if out.len() == 1 { "]" } else { "\n]" });
    out
}

/// A TOML string with nothing but escapes that every reader knows.
pub(super) fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for letter in text.chars() {
        match letter {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            letter if letter.is_control() => {
                let _ = write!(out, "\\u{:04X}", u32::from(letter));
            }
            letter => out.push(letter),
        }
    }
    out.push('"');
    out
}

/// Keys of a table: a line each, or all in one row.
struct Keys {
    out: String,
    is_row: bool,
}

impl Keys {
    fn lines() -> Self {
        Self { out: String::new(), is_row: false }
    }

    fn row() -> Self {
        Self { out: String::new(), is_row: true }
    }

    fn raw(&mut self, key: &str, value: Option<impl std::fmt::Display>) {
        let Some(value) = value else { return };
        if self.is_row && !self.out.is_empty() {
            self.out.push_str(", ");
        }
        let end = if self.is_row { "" } else { "\n" };
        let _ = write!(self.out, "{key} = {value}{end}");
    }

    fn text(&mut self, key: &str, value: Option<impl AsRef<str>>) {
        self.raw(key, value.map(|value| quoted(value.as_ref())));
    }

    /// Words that may be absent.
    fn words(&mut self, key: &str, value: &str) {
        self.text(key, Some(value).filter(|value| !value.is_empty()));
    }

    fn end(self) -> String {
        if self.is_row { format!("{{ {} }}", self.out) } else { self.out }
    }
}
