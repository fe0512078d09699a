//! From the JSON of the generator to the catalog.

use std::collections::HashMap;

use alipay_core::rules::Sensitive;
use serde_json::Value;

use super::field::{Need, When};
use super::{Catalog, Field, Operation, Protocol, Ty};
use crate::fields::text;

/// Reads the catalog; `Err` says what is missing where.
pub(super) fn read(json: &str) -> Result<Catalog, String> {
    let whole: Value = serde_json::from_str(json).map_err(|error| error.to_string())?;
    let operations = list(&whole, "operations").map(operation).collect::<Result<Vec<_>, _>>()?;
    let mut types = HashMap::new();
    for item in list(&whole, "types") {
        let name = string(item, "name")?;
        let fields = fields(item, "fields")?;
        for protocol in protocols(item)? {
            types.insert((*protocol, name.clone()), fields.clone());
        }
    }
    Ok(Catalog::new(operations, types))
}

fn operation(item: &Value) -> Result<Operation, String> {
    let method = string(item, "method")?;
    let protocol = match protocols(item)? {
        [protocol] => *protocol,
        _ => return Err(format!("{method} belongs to no protocol")),
    };
    let route = match (optional(item, "verb"), optional(item, "path")) {
        (Some(verb), Some(path)) => Some((verb.parse().map_err(|error| format!("{method}: {error}"))?, path)),
        _ => None,
    };
    Ok(Operation {
        protocol,
        route,
        form: optional(item, "params").as_deref() == Some("form"),
        page: optional(item, "dispatch").is_some_and(|dispatch| dispatch != "call"),
        request: fields(item, "request")?,
        response: fields(item, "response")?,
        method,
    })
}

fn protocols(item: &Value) -> Result<&'static [Protocol], String> {
    match optional(item, "protocol").as_deref() {
        Some("v2") => Ok(&[Protocol::V2]),
        Some("v3") => Ok(&[Protocol::V3]),
        Some("common") => Ok(&[Protocol::V2, Protocol::V3]),
        other => Err(format!("unknown protocol {other:?}")),
    }
}

fn fields(item: &Value, key: &str) -> Result<Vec<Field>, String> {
    list(item, key).map(field).collect()
}

fn field(row: &Value) -> Result<Field, String> {
    Ok(Field {
        name: string(row, "name")?,
        ty: Ty::parse(&string(row, "type")?),
        need: optional(row, "need").map_or(Need::Optional, |need| Need::parse(&need)),
        only_when: optional(row, "only_when").map(|when| When::parse(&when)),
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
        eg: optional(row, "eg"),
    })
}

fn list<'a>(item: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> {
    item.get(key).and_then(Value::as_array).into_iter().flatten()
}

fn string(item: &Value, key: &str) -> Result<String, String> {
    optional(item, key).ok_or_else(|| format!("{key} is missing in {}", short(item)))
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

fn short(item: &Value) -> String {
    item.to_string().chars().take(60).collect()
}
