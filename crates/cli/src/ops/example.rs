//! A call line to start from, made of the examples in the specification.

use serde_json::{Map, Value};

use super::sample;
use crate::catalog::{Catalog, Dispatch, Field, FieldType, Operation, Protocol};
use crate::shell::word;

/// Types are filled in to this depth.
const DEEPEST: usize = 6;

/// The command to type; where it reads a file, a comment below it shows what stands in there.
pub(super) fn line(operation: &Operation, catalog: &Catalog) -> String {
    let chosen = sample::chosen(operation.request());
    let is_file = |field: &Field| field.field_type() == FieldType::File;
    let in_body = |field: &Field| field.place.is_none();
    let has_secret = chosen.iter().any(|field| in_body(field) && field.is_secret());
    // Every process can read command lines.
    let pair = |name: &str, value: &Value| {
        let secret = chosen.iter().any(|field| field.name == name && field.is_secret());
        let value = if secret { format!("@{name}.txt") } else { plain(value) };
        word(&format!("{name}={value}"))
    };
    let fields = |place: Option<&str>| -> Map<String, Value> {
        let here = chosen.iter().filter(|field| field.place.as_deref() == place && !is_file(field));
        here.map(|field| (field.name.clone(), value(field, operation.protocol, catalog, 0))).collect()
    };
    let mut file = String::new();
    let mut line = match &operation.route {
        None => format!("alipay call {}", operation.method),
        Some((verb, path)) => {
            let fill = |path: String, (name, value): (String, Value)| {
                path.replace(&format!("{{{name}}}"), &segment(&name, &value))
            };
            format!(
                "alipay call \"{} {}\"",
                verb.as_str(),
                fields(Some("path")).into_iter().fold(path.clone(), fill)
            )
        }
    };
    if operation.form {
        for (name, value) in fields(None) {
            line.push_str(&format!(" --param {}", pair(&name, &value)));
        }
    } else {
        for (name, value) in fields(Some("query")) {
            line.push_str(&format!(" --query {}", pair(&name, &value)));
        }
        let body = fields(None);
        if !body.is_empty() {
            let flag = if operation.route.is_none() { "--biz" } else { "--body" };
            let body = Value::Object(body).to_string();
            let value = match has_secret {
                true => {
                    file = format!("\n# fields.json: {body}");
                    "@fields.json".to_owned()
                }
                false => word(&body),
            };
            line.push_str(&format!(" {flag} {value}"));
        }
    }
    for file in chosen.iter().filter(|field| is_file(field)) {
        line.push_str(&format!(" --file {}", word(&format!("{}=picture.png", file.name))));
    }
    line + page_flag(operation) + &file
}

/// A placeholder of a path, filled.
fn segment(name: &str, value: &Value) -> String {
    let text = plain(value);
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    // `...` would be a folder to some.
    if text == "..." || !text.bytes().all(is_plain) { name.to_uppercase() } else { text }
}

fn page_flag(operation: &Operation) -> &'static str {
    match operation.dispatch {
        Dispatch::Page => " --url",
        Dispatch::App => " --order-string",
        Dispatch::Call => "",
    }
}

fn value(field: &Field, protocol: Protocol, catalog: &Catalog, depth: usize) -> Value {
    member(field, field.field_type(), field.eg.as_deref(), protocol, catalog, depth)
}

/// A value of this type. `eg` is an example of it, as it stands on the wire.
fn member(
    field: &Field,
    ty: FieldType<'_>,
    eg: Option<&str>,
    protocol: Protocol,
    catalog: &Catalog,
    depth: usize,
) -> Value {
    match ty {
        FieldType::Json(_) if eg.is_some() => eg.into(),
        FieldType::Json(inner) => {
            let inner = member(field, FieldType::parse(inner), None, protocol, catalog, depth);
            inner.to_string().into()
        }
        FieldType::List(item) => {
            let one = |eg: Option<&str>| member(field, FieldType::parse(item), eg, protocol, catalog, depth);
            match eg {
                Some(eg) => sample::items(eg).iter().map(|item| one(Some(item))).collect(),
                None => Value::Array(vec![one(None)]),
            }
        }
        FieldType::Named(name) => match eg.map(serde_json::from_str::<Value>) {
            Some(Ok(whole)) if whole.is_object() => whole,
            _ if depth < DEEPEST => {
                let fields = sample::chosen(catalog.fields(protocol, name)).into_iter();
                fields.map(|field| (field.name.clone(), value(field, protocol, catalog, depth + 1))).collect()
            }
            _ => Value::Object(Map::new()),
        },
        FieldType::Csv(inner) if eg.is_none() => {
            sample::text(field, FieldType::parse(inner), protocol, catalog).into()
        }
        FieldType::Int | FieldType::Bool => {
            let text = eg.unwrap_or_else(|| sample::text(field, ty, protocol, catalog));
            serde_json::from_str(text).unwrap_or_else(|_| text.into())
        }
        _ => eg.unwrap_or_else(|| sample::text(field, ty, protocol, catalog)).into(),
    }
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog;

    /// An example that the rules refuse would be worse than none.
    #[test]
    fn examples_of_all_operations_keep_the_rules_of_groups_needs_and_types() {
        let catalog = catalog::built_in().unwrap();
        for operation in catalog.operations() {
            let fields = sample::chosen(operation.request()).into_iter();
            let fields =
                fields.map(|field| (field.name.clone(), value(field, operation.protocol, &catalog, 0)));
            let broken = catalog.violations(operation, &fields.collect(), None);
            let needs: Vec<_> = broken
                .iter()
                .filter(|line| ["(must)", "(when)", "-of)", "(type)"].iter().any(|end| line.ends_with(end)))
                .collect();
            assert!(needs.is_empty(), "{}: {needs:?}", operation.method);
        }
    }

    #[test]
    fn no_example_has_braces_in_its_path() {
        let catalog = catalog::built_in().unwrap();
        for operation in catalog.operations().filter(|operation| operation.route.is_some()) {
            let line = line(operation, &catalog);
            let target = line.split('"').nth(1).unwrap();
            assert!(!target.contains('{') && target.contains(" /v3/"), "{line}");
        }
    }
}
