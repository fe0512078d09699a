//! From the JSON of one item to what it says.

use std::sync::OnceLock;

use alipay_core::http::Verb;
use alipay_core::rules::Sensitive;
use serde_json::Value;

use super::operation::Rows;
use super::source::member;
use super::{Dispatch, Field, Listed, Notice, Operation, Protocol};
use crate::fields::text;

/// Reads an operation but for its fields, which are most of it.
pub(super) fn operation(json: &str) -> Option<Operation> {
    let (head, rows) = parts(json)?;
    let item: Value = serde_json::from_str(&head).ok()?;
    Some(Operation {
        protocol: protocol(&item)?,
        group: string(&item, "group"),
        method: optional(&item, "method")?,
        name: string(&item, "name"),
        is_model: item.get("model") == Some(&Value::Bool(true)),
        title: string(&item, "title"),
        doc: string(&item, "doc"),
        route: route(json).map(|(verb, path)| (verb, path.to_owned())),
        form: optional(&item, "params").as_deref() == Some("form"),
        dispatch: match optional(&item, "dispatch").as_deref() {
            Some("page") => Dispatch::Page,
            Some("app") => Dispatch::App,
            _ => Dispatch::Call,
        },
        read_only: item.get("read_only") == Some(&Value::Bool(true)),
        idempotency_key: optional(&item, "idempotency_key"),
        event: optional(&item, "event"),
        codes: listed(&item, "codes"),
        rows: Rows { json: rows, read: OnceLock::new() },
    })
}

fn protocol(item: &Value) -> Option<Protocol> {
    match item.get("protocol")?.as_str()? {
        "v2" => Some(Protocol::V2),
        "v3" => Some(Protocol::V3),
        _ => None,
    }
}

/// Verb and path of an operation of v3.
fn route(json: &str) -> Option<(Verb, &str)> {
    let (head, _) = json.split_once(ROWS)?;
    Some((member(head, "verb")?.parse().ok()?, member(head, "path")?))
}

/// Fields of request and answer.
pub(super) fn rows(json: &str) -> (Vec<Field>, Vec<Field>) {
    let item: Value = serde_json::from_str(json).unwrap_or_default();
    (fields(&item, "request"), fields(&item, "response"))
}

pub(super) fn notice(json: &str) -> Option<Notice> {
    let item: Value = serde_json::from_str(json).ok()?;
    Some(Notice {
        protocol: protocol(&item)?,
        name: optional(&item, "name")?,
        topic: optional(&item, "topic"),
        fields: fields(&item, "fields"),
    })
}

/// A type or an enum.
#[derive(Debug)]
pub(super) struct Declared<T> {
    /// Where it stands in Rust, below the root of the models.
    pub(super) path: String,
    /// Its fields or values.
    pub(super) rows: Vec<T>,
}

pub(super) fn type_of(json: &str) -> Option<Declared<Field>> {
    let item: Value = serde_json::from_str(json).ok()?;
    Some(Declared { path: path(&item)?, rows: fields(&item, "fields") })
}

pub(super) fn enum_of(json: &str) -> Option<Declared<Listed>> {
    let item: Value = serde_json::from_str(json).ok()?;
    Some(Declared { path: path(&item)?, rows: listed(&item, "values") })
}

fn path(item: &Value) -> Option<String> {
    let name = optional(item, "rust").or_else(|| optional(item, "name"))?;
    let group = optional(item, "group").unwrap_or_else(|| "common".to_owned());
    Some(match optional(item, "protocol")?.as_str() {
        "common" => format!("common::{name}"),
        protocol => format!("{protocol}::{group}::{name}"),
    })
}

/// Where the fields of an operation begin. Inside a text of JSON the quotation marks would be escaped.
const ROWS: &str = ",\"request\":";

/// The object before the fields, and that of the fields.
fn parts(json: &str) -> Option<(String, String)> {
    let (head, rows) = json.split_once(ROWS)?;
    Some((format!("{head}}}"), format!("{{\"request\":{rows}")))
}

fn fields(item: &Value, key: &str) -> Vec<Field> {
    list(item, key).filter_map(field).collect()
}

fn field(row: &Value) -> Option<Field> {
    Some(Field {
        name: optional(row, "name")?,
        rust: optional(row, "rust"),
        ty: optional(row, "type")?,
        need: string(row, "need"),
        only_when: optional(row, "only_when"),
        place: optional(row, "in"),
        len: pair(row, "len"),
        min: optional(row, "min"),
        max: optional(row, "max"),
        scale: number(row.get("scale")),
        max_items: number(row.get("max_items")),
        item_len: pair(row, "item_len"),
        after: optional(row, "after"),
        max_span_days: row
            .get("max_span_days")
            .and_then(|pair| Some((text(pair.get(0)?)?, number(pair.get(1))?))),
        max_days_ahead: number(row.get("max_days_ahead")),
        sensitive: optional(row, "sensitive").map(|kind| match kind.as_str() {
            "pii" => Sensitive::Personal,
            _ => Sensitive::Secret,
        }),
        deprecated: optional(row, "deprecated"),
        default: optional(row, "default"),
        eg: optional(row, "eg"),
        doc: string(row, "doc"),
    })
}

fn listed(item: &Value, key: &str) -> Vec<Listed> {
    let values = list(item, key);
    values
        .filter_map(|row| Some(Listed { value: optional(row, "value")?, doc: string(row, "doc") }))
        .collect()
}

fn list<'a>(item: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> {
    item.get(key).and_then(Value::as_array).into_iter().flatten()
}

fn string(item: &Value, key: &str) -> String {
    optional(item, key).unwrap_or_default()
}

fn optional(item: &Value, key: &str) -> Option<String> {
    item.get(key).and_then(text)
}

fn number(value: Option<&Value>) -> Option<u32> {
    value.and_then(Value::as_u64).and_then(|number| u32::try_from(number).ok())
}

fn pair(item: &Value, key: &str) -> Option<(u32, u32)> {
    let pair = item.get(key)?;
    Some((number(pair.get(0))?, number(pair.get(1))?))
}
