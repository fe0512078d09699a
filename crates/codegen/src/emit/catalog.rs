//! The catalog: everything that the specification says, as JSON for the local gateway and the command line.
//!
//! One line per operation, notification, type and enum, so that a change of the API is a diff of lines.

use serde_json::Value;

use crate::ir::{Field, Home, Ir};
use crate::spec::{self, Deprecated, Listed, Location, Protocol, Sensitive};

/// Writes the catalog.
#[must_use]
pub fn catalog(ir: &Ir<'_>) -> String {
    let (mut operations, mut notifications) = (Vec::new(), Vec::new());
    for (key, group) in &ir.groups {
        operations.extend(group.operations.iter().map(|item| operation(*key, &item.name, item.spec, item)));
        notifications.extend(group.notifications.iter().map(|item| {
            let mut object = Object::default();
            object.home(Some(*key));
            object.text("name", &item.spec.name);
            object.text("title", &item.spec.title);
            object.text("doc", &item.spec.doc);
            object.option("topic", item.spec.topic.as_deref());
            object.raw("fields", &rows(&item.fields));
            object.end()
        }));
    }
    let types = ir.types.iter().map(|item| {
        let mut object = Object::default();
        object.home(home(item.home));
        object.text("name", &item.spec.name);
        object.text("doc", &item.spec.doc);
        object.raw("fields", &rows(&item.fields));
        object.end()
    });
    let enums = ir.enums.iter().map(|item| {
        let mut object = Object::default();
        object.home(home(item.home));
        object.text("name", &item.spec.name);
        object.text("doc", &item.spec.doc);
        object.raw("values", &listed(&item.spec.values));
        object.end()
    });
    let parts = [
        ("operations", operations),
        ("notifications", notifications),
        ("types", types.collect()),
        ("enums", enums.collect()),
    ];
    let parts = parts.map(|(name, lines)| match lines.is_empty() {
        true => format!("\"{name}\":[]"),
        false => format!("\"{name}\":[\n{}\n]", lines.join(",\n")),
    });
    format!("{{\n{}\n}}\n", parts.join(",\n"))
}

fn operation(
    key: (Protocol, &str),
    name: &str,
    spec: &spec::Operation,
    item: &crate::ir::Operation<'_>,
) -> String {
    let mut object = Object::default();
    object.home(Some(key));
    object.text("method", &spec.method);
    object.text("name", name);
    object.text("title", &spec.title);
    object.text("doc", &spec.doc);
    object.option("verb", spec.verb.as_deref());
    object.option("path", spec.path.as_deref());
    if key.0 == Protocol::V2 {
        object.text("params", spec.params.as_deref().unwrap_or("biz_content"));
    }
    object.text("dispatch", spec.dispatch.as_deref().unwrap_or("call"));
    object.raw("read_only", if spec.read_only { "true" } else { "false" });
    object.option("idempotency_key", spec.idempotency_key.as_deref());
    object.option("event", spec.event.as_deref());
    if !spec.codes.is_empty() {
        object.raw("codes", &listed(&spec.codes));
    }
    object.raw("request", &request_rows(spec, &item.request));
    object.raw("response", &rows(&item.response));
    object.end()
}

fn listed(values: &[Listed]) -> String {
    let values = values.iter().map(|listed| {
        let mut object = Object::default();
        object.text("value", &listed.value);
        object.text("doc", &listed.doc);
        object.end()
    });
    format!("[{}]", values.collect::<Vec<_>>().join(","))
}

fn rows(fields: &[Field<'_>]) -> String {
    let rows: Vec<_> = fields.iter().map(|field| row(field.spec, None)).collect();
    format!("[{}]", rows.join(","))
}

/// Rows of a request, each with its place where that is not the body.
fn request_rows(spec: &spec::Operation, fields: &[Field<'_>]) -> String {
    let bodiless = matches!(spec.verb.as_deref(), Some("GET" | "DELETE"));
    let default = if bodiless { Some(Location::Query) } else { None };
    let rows: Vec<_> = fields.iter().map(|field| row(field.spec, field.spec.location.or(default))).collect();
    format!("[{}]", rows.join(","))
}

fn row(field: &spec::Field, location: Option<Location>) -> String {
    let mut object = Object::default();
    object.text("name", &field.name);
    object.text("type", &field.type_text);
    object.option("need", field.need_text.as_deref());
    object.option("only_when", field.only_when.as_ref().map(condition).as_deref());
    object.option(
        "in",
        location.map(|location| match location {
            Location::Path => "path",
            Location::Query => "query",
        }),
    );
    object.pair("len", field.len);
    object.option("min", field.min.as_deref());
    object.option("max", field.max.as_deref());
    object.number("scale", field.scale);
    object.number("max_items", field.max_items);
    object.pair("item_len", field.item_len);
    object.option("after", field.after.as_deref());
    if let Some((name, days)) = &field.max_span_days {
        object.raw("max_span_days", &format!("[{},{days}]", quoted(name)));
    }
    object.number("max_days_ahead", field.max_days_ahead);
    object.option(
        "sensitive",
        field.sensitive.map(|kind| match kind {
            Sensitive::Pii => "pii",
            Sensitive::Secret => "secret",
        }),
    );
    match &field.deprecated {
        Some(Deprecated::Yes) => object.text("deprecated", ""),
        Some(Deprecated::Instead(other)) => object.text("deprecated", other),
        None => {}
    }
    object.option("default", field.default.as_deref());
    object.option("eg", field.eg.as_deref());
    object.text("doc", &field.doc);
    object.end()
}

fn condition(condition: &spec::Condition) -> String {
    match &condition.value {
        Some(value) => format!("{}={value}", condition.field),
        None => condition.field.clone(),
    }
}

fn home<'spec>(home: Home<'spec>) -> Option<(Protocol, &'spec str)> {
    home.group
}

fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

/// A JSON object whose keys stay in the order in which they are written.
#[derive(Default)]
struct Object(String);

impl Object {
    fn raw(&mut self, key: &str, json: &str) {
        let comma = if self.0.is_empty() { "" } else { "," };
        self.0.push_str(&format!("{comma}{}:{json}", quoted(key)));
    }

    fn text(&mut self, key: &str, value: &str) {
        self.raw(key, &quoted(value));
    }

    fn option(&mut self, key: &str, value: Option<&str>) {
        if let Some(value) = value {
            self.text(key, value);
        }
    }

    fn number(&mut self, key: &str, value: Option<u32>) {
        if let Some(value) = value {
            self.raw(key, &value.to_string());
        }
    }

    fn pair(&mut self, key: &str, value: Option<(u32, u32)>) {
        if let Some((first, second)) = value {
            self.raw(key, &format!("[{first},{second}]"));
        }
    }

    /// `protocol` and `group`; `common` has no group.
    fn home(&mut self, home: Option<(Protocol, &str)>) {
        match home {
            Some((protocol, group)) => {
                self.text("protocol", protocol.as_str());
                self.text("group", group);
            }
            None => self.text("protocol", "common"),
        }
    }

    fn end(&self) -> String {
        format!("{{{}}}", self.0)
    }
}
