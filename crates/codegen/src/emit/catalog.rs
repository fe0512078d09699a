//! The catalog: everything that the specification says, as JSON for the local gateway and the command line.
//!
//! One object for each operation, notification, type and enum.

use serde_json::Value;

use crate::archive::key;
use crate::finding::Finding;
use crate::ir::{Field, Ir, Notification, Operation};
use crate::names;
use crate::spec::{self, Deprecated, Home, Listed, Location, Protocol, Sensitive};

/// One item: kind, what it is called, and what the specification says of it.
struct Entry {
    kind: &'static str,
    key: String,
    json: String,
}

/// Writes the catalog as one JSON text, of an array for each kind: for people, and to be compared.
#[must_use]
pub fn catalog(ir: &Ir<'_>) -> String {
    let entries = entries(ir);
    let parts = KINDS.map(|kind| {
        let lines: Vec<_> =
            entries.iter().filter(|entry| entry.kind == kind).map(|entry| &*entry.json).collect();
        match lines.is_empty() {
            true => format!("\"{kind}s\":[]"),
            false => format!("\"{kind}s\":[\n{}\n]", lines.join(",\n")),
        }
    });
    format!("{{\n{}\n}}\n", parts.join(",\n"))
}

/// Packs the same item by item: the content of `crates/spec/data/catalog.bin`, with the keys of
/// [`archive`](crate::archive()).
///
/// # Errors
/// When there is more than the format can hold.
pub fn packed_catalog(ir: &Ir<'_>) -> Result<Vec<u8>, Finding> {
    let items = entries(ir).into_iter().map(|entry| (entry.key, entry.json));
    alipay_spec::pack(items).map_err(|error| Finding {
        file: "spec".to_owned(),
        line: 0,
        row: String::new(),
        what: error.to_string(),
        fix: "mend the specification until `cargo xtask spec lint` has no finding".to_owned(),
    })
}

const KINDS: [&str; 4] = ["operation", "notification", "type", "enum"];

fn entries(ir: &Ir<'_>) -> Vec<Entry> {
    let mut entries = Vec::new();
    for ((protocol, group), members) in &ir.groups {
        let mut add = |kind, name: &str, json| {
            entries.push(Entry { kind, key: key(protocol.as_str(), kind, name), json });
        };
        for item in &members.operations {
            let is_model = ir.selection.is_none_or(|selection| selection.holds(*protocol, &item.spec.method));
            add("operation", &item.spec.method, operation((*protocol, group), item, is_model));
        }
        for item in &members.notifications {
            add("notification", &item.spec.name, notification((*protocol, group), item));
        }
    }
    for item in &ir.types {
        let mut object = Object::default();
        object.declared(&item.file.home);
        object.text("name", &item.spec.name);
        object.option("rust", Some(&*item.rust).filter(|rust| *rust != item.spec.name));
        object.words("doc", &item.spec.doc);
        object.raw("fields", &rows(&item.fields));
        let protocol = item.file.home.protocol().map_or("common", Protocol::as_str);
        entries.push(Entry { kind: "type", key: key(protocol, "type", &item.spec.name), json: object.end() });
    }
    for item in &ir.enums {
        let mut object = Object::default();
        object.declared(&item.file.home);
        object.text("name", &item.spec.name);
        object.option("rust", Some(&*item.rust).filter(|rust| *rust != item.spec.name));
        object.words("doc", &item.spec.doc);
        object.raw("values", &listed(&item.spec.values));
        let protocol = item.file.home.protocol().map_or("common", Protocol::as_str);
        entries.push(Entry { kind: "enum", key: key(protocol, "enum", &item.spec.name), json: object.end() });
    }
    entries
}

fn notification(home: (Protocol, &str), item: &Notification<'_>) -> String {
    let mut object = Object::default();
    object.group(home);
    object.text("name", &item.spec.name);
    object.words("title", &item.spec.title);
    object.words("doc", &item.spec.doc);
    object.option("topic", item.spec.topic.as_deref());
    object.raw("fields", &rows(&item.fields));
    object.end()
}

fn operation(home: (Protocol, &str), item: &Operation<'_>, is_model: bool) -> String {
    let spec = item.spec;
    let mut object = Object::default();
    object.group(home);
    object.text("method", &spec.method);
    object.text("name", &item.name);
    if is_model {
        object.raw("model", "true");
    }
    object.words("title", &spec.title);
    object.words("doc", &spec.doc);
    object.option("verb", spec.verb.as_deref());
    object.option("path", spec.path.as_deref());
    if home.0 == Protocol::V2 {
        object.text("params", spec.params.as_deref().unwrap_or("biz_content"));
    }
    object.text("dispatch", spec.dispatch.as_deref().unwrap_or("call"));
    object.raw("read_only", if spec.only_reads() { "true" } else { "false" });
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
        object.words("doc", &listed.doc);
        object.end()
    });
    format!("[{}]", values.collect::<Vec<_>>().join(","))
}

fn rows(fields: &[Field<'_>]) -> String {
    let rows: Vec<_> = fields.iter().map(|field| row(field, None)).collect();
    format!("[{}]", rows.join(","))
}

/// Rows of a request, each with its place where that is not the body.
fn request_rows(spec: &spec::Operation, fields: &[Field<'_>]) -> String {
    let bodiless = matches!(spec.verb.as_deref(), Some("GET" | "DELETE"));
    let default = if bodiless { Some(Location::Query) } else { None };
    let rows: Vec<_> = fields.iter().map(|field| row(field, field.spec.location.or(default))).collect();
    format!("[{}]", rows.join(","))
}

fn row(field: &Field<'_>, location: Option<Location>) -> String {
    let Field { spec: field, rust, .. } = field;
    let mut object = Object::default();
    object.text("name", &field.name);
    object.option("rust", Some(&*names::ident(rust).to_string()).filter(|rust| *rust != field.name));
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
    object.option("sensitive", field.sensitive.map(Sensitive::as_str));
    match &field.deprecated {
        Some(Deprecated::Yes) => object.text("deprecated", ""),
        Some(Deprecated::Instead(other)) => object.text("deprecated", other),
        None => {}
    }
    object.option("default", field.default.as_deref());
    object.option("eg", field.eg.as_deref());
    object.words("doc", &field.doc);
    object.end()
}

fn condition(condition: &spec::Condition) -> String {
    match &condition.value {
        Some(value) => format!("{}={value}", condition.field),
        None => condition.field.clone(),
    }
}

fn quoted(text: &str) -> String {
    let plain = |byte: u8| byte >= b' ' && !matches!(byte, b'"' | b'\\' | 0x7f);
    // Nearly every text; the rest is left to serde_json.
    if text.bytes().all(plain) { ["\"", text, "\""].concat() } else { Value::from(text).to_string() }
}

/// A JSON object whose keys stay in the order in which they are written.
#[derive(Default)]
struct Object(String);

impl Object {
    fn raw(&mut self, key: &str, json: &str) {
        let comma = if self.0.is_empty() { "\"" } else { ",\"" };
        [comma, key, "\":", json].into_iter().for_each(|part| self.0.push_str(part));
    }

    fn text(&mut self, key: &str, value: &str) {
        self.raw(key, &quoted(value));
    }

    /// Words that may be absent.
    fn words(&mut self, key: &str, value: &str) {
        self.option(key, Some(value).filter(|value| !value.is_empty()));
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

    /// `protocol` and `group`. What a common.toml declares has no group, and that of both protocols is of `common`.
    fn declared(&mut self, home: &Home) {
        match home {
            Home::Both => self.text("protocol", "common"),
            Home::Shared(protocol) => self.text("protocol", protocol.as_str()),
            Home::Group(protocol, group) => self.group((*protocol, group)),
        }
    }

    fn group(&mut self, (protocol, group): (Protocol, &str)) {
        self.text("protocol", protocol.as_str());
        self.text("group", group);
    }

    fn end(&self) -> String {
        format!("{{{}}}", self.0)
    }
}
