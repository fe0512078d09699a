//! From the JSON of the catalog to its operations, types and enums.

use std::collections::HashMap;

use serde_json::Value;

use super::{Catalog, Field, Listed, Notice, Operation};

/// Reads the whole catalog; `Err` says what is missing where.
pub(super) fn catalog(whole: &Value) -> Result<Catalog, String> {
    let operations = list(whole, "operations").map(operation).collect::<Result<Vec<_>, _>>()?;
    let notices = list(whole, "notifications").map(notice).collect::<Result<Vec<_>, _>>()?;
    let named = |item: &Value| Ok::<_, String>((string(item, "protocol")?, string(item, "name")?));
    let (mut types, mut enums) = (HashMap::new(), HashMap::new());
    for item in list(whole, "types") {
        types.insert(named(item)?, fields(item, "fields")?);
    }
    for item in list(whole, "enums") {
        enums.insert(named(item)?, listed(item, "values")?);
    }
    Ok(Catalog { operations, notices, types, enums })
}

fn operation(item: &Value) -> Result<Operation, String> {
    let method = string(item, "method")?;
    let route = match (text(item, "verb"), text(item, "path")) {
        (Some(verb), Some(path)) => Some((verb.parse().map_err(|error| format!("{method}: {error}"))?, path)),
        _ => None,
    };
    Ok(Operation {
        protocol: string(item, "protocol")?,
        group: string(item, "group")?,
        title: string(item, "title")?,
        doc: string(item, "doc")?,
        route,
        form: text(item, "params").as_deref() == Some("form"),
        dispatch: text(item, "dispatch").unwrap_or_else(|| "call".to_owned()),
        read_only: item.get("read_only") == Some(&Value::Bool(true)),
        idempotency_key: text(item, "idempotency_key"),
        event: text(item, "event"),
        codes: listed(item, "codes")?,
        request: fields(item, "request")?,
        response: fields(item, "response")?,
        method,
    })
}

fn notice(item: &Value) -> Result<Notice, String> {
    Ok(Notice { name: string(item, "name")?, topic: text(item, "topic"), fields: fields(item, "fields")? })
}

fn fields(item: &Value, key: &str) -> Result<Vec<Field>, String> {
    list(item, key).map(field).collect()
}

fn field(row: &Value) -> Result<Field, String> {
    Ok(Field {
        name: string(row, "name")?,
        ty: string(row, "type")?,
        need: text(row, "need").unwrap_or_default(),
        only_when: text(row, "only_when"),
        place: text(row, "in"),
        len: pair(row, "len"),
        min: text(row, "min"),
        max: text(row, "max"),
        scale: number(row.get("scale")),
        max_items: number(row.get("max_items")),
        item_len: pair(row, "item_len"),
        after: text(row, "after"),
        max_span_days: row
            .get("max_span_days")
            .and_then(|pair| Some((pair.get(0)?.as_str()?.to_owned(), number(pair.get(1))?))),
        max_days_ahead: number(row.get("max_days_ahead")),
        sensitive: text(row, "sensitive"),
        deprecated: text(row, "deprecated"),
        default: text(row, "default"),
        eg: text(row, "eg"),
        doc: text(row, "doc").unwrap_or_default(),
    })
}

fn listed(item: &Value, key: &str) -> Result<Vec<Listed>, String> {
    let values = list(item, key);
    values
        .map(|row| Ok(Listed { value: string(row, "value")?, doc: text(row, "doc").unwrap_or_default() }))
        .collect()
}

fn list<'a>(item: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> {
    item.get(key).and_then(Value::as_array).into_iter().flatten()
}

fn string(item: &Value, key: &str) -> Result<String, String> {
    text(item, key).ok_or_else(|| {
        let start: String = item.to_string().chars().take(60).collect();
        format!("{key} is missing in {start}")
    })
}

fn text(item: &Value, key: &str) -> Option<String> {
    item.get(key)?.as_str().map(str::to_owned)
}

fn number(value: Option<&Value>) -> Option<u32> {
    value?.as_u64().and_then(|number| u32::try_from(number).ok())
}

fn pair(item: &Value, key: &str) -> Option<(u32, u32)> {
    let pair = item.get(key)?;
    Some((number(pair.get(0))?, number(pair.get(1))?))
}
