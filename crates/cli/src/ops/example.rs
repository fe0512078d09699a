//! A call line to start from, made of the examples in the specification.

use serde_json::{Map, Value};

use crate::catalog::{Catalog, Field, Inner, Operation};

/// Types are filled in to this depth.
const DEEPEST: usize = 6;

/// The command to type: every field that is needed, and one of each group.
pub(super) fn line(operation: &Operation, catalog: &Catalog) -> String {
    let needed: Vec<&Field> = needed(&operation.request).collect();
    let has_secret = needed.iter().any(|field| field.is_secret());
    let fields = |place: &dyn Fn(&Field) -> bool| -> Map<String, Value> {
        let here = needed.iter().filter(|field| place(field));
        here.map(|field| (field.name.clone(), value(field, operation, catalog, 0))).collect()
    };
    let mut line = match &operation.route {
        None => format!("alipay call {}", operation.method),
        Some(_) => format!("alipay call \"{}\"", operation.target()),
    };
    if operation.form {
        for (name, value) in fields(&|_| true) {
            let secret = needed.iter().any(|field| field.name == name && field.is_secret());
            let value = if secret { format!("@{name}.txt") } else { plain(&value) };
            line.push_str(&format!(" --param {}", quoted(&format!("{name}={value}"))));
        }
        return line + page_flag(operation);
    }
    for (name, value) in fields(&|field| field.place.as_deref() == Some("query")) {
        line.push_str(&format!(" --query {}", quoted(&format!("{name}={}", plain(&value)))));
    }
    let body = fields(&|field| field.place.is_none());
    if !body.is_empty() {
        let flag = if operation.route.is_none() { "--biz" } else { "--body" };
        let value =
            if has_secret { "@fields.json".to_owned() } else { quoted(&Value::Object(body).to_string()) };
        line.push_str(&format!(" {flag} {value}"));
    }
    line + page_flag(operation)
}

fn page_flag(operation: &Operation) -> &'static str {
    match operation.dispatch.as_str() {
        "page" => " --url",
        "app" => " --order-string",
        _ => "",
    }
}

/// The fields that must be there, and one of each group: the first without personal data.
fn needed(fields: &[Field]) -> impl Iterator<Item = &Field> {
    fields.iter().filter(move |field| match field.need.split_once(':') {
        None => field.need == "must",
        Some(("one-of" | "just-one-of", _)) => {
            let mut group = fields.iter().filter(|other| other.need == field.need);
            let open = group.clone().find(|other| other.sensitive.is_none());
            open.or_else(|| group.next()).is_some_and(|chosen| chosen.name == field.name)
        }
        Some(("when", condition)) => condition.split_once('=').is_some_and(|(name, value)| {
            fields
                .iter()
                .any(|other| other.name == name && other.need == "must" && other.eg.as_deref() == Some(value))
        }),
        Some(_) => false,
    })
}

fn value(field: &Field, operation: &Operation, catalog: &Catalog, depth: usize) -> Value {
    if let (Some(eg), true) = (&field.eg, field.is_json() || !matches!(field.inner(), Inner::Type(_))) {
        let number =
            matches!(field.ty.as_str(), "int" | "long" | "bool").then(|| serde_json::from_str(eg).ok());
        let item = number.flatten().unwrap_or_else(|| Value::from(eg.as_str()));
        return if field.is_list() && !field.is_json() { Value::Array(vec![item]) } else { item };
    }
    let item = match field.inner() {
        Inner::Type(name) if depth < DEEPEST => {
            let fields = needed(catalog.fields(operation, name));
            let fields =
                fields.map(|field| (field.name.clone(), value(field, operation, catalog, depth + 1)));
            Value::Object(fields.collect())
        }
        Inner::Enum(name) => {
            let first = catalog.values(operation, name).first();
            Value::from(first.map_or("...", |listed| listed.value.as_str()))
        }
        Inner::Scalar | Inner::Type(_) => Value::from("..."),
    };
    match (field.is_json(), field.is_list()) {
        (true, _) => Value::from(item.to_string()),
        (false, true) => Value::Array(vec![item]),
        (false, false) => item,
    }
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// A word for the shell: in quotation marks unless it is plain.
fn quoted(word: &str) -> String {
    let is_plain = |character: char| character.is_ascii_alphanumeric() || "=._-/:@,".contains(character);
    if word.chars().all(is_plain) { word.to_owned() } else { format!("'{}'", word.replace('\'', "'\\''")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_quoted_for_the_shell() {
        assert_eq!(quoted("activity_id=2016"), "activity_id=2016");
        assert_eq!(quoted("it's"), r"'it'\''s'");
    }

    /// An example that the rules refuse would be worse than none.
    #[test]
    fn examples_of_all_operations_keep_the_rules_of_groups_and_needs() {
        let catalog = Catalog::built_in().unwrap();
        for operation in catalog.operations() {
            let fields = needed(&operation.request)
                .map(|field| (field.name.clone(), value(field, operation, &catalog, 0)));
            let broken = catalog.broken_rules(operation, &fields.collect());
            let needs: Vec<_> = broken
                .iter()
                .filter(|line| ["(must)", "(when)", "-of)"].iter().any(|end| line.ends_with(end)))
                .collect();
            assert!(needs.is_empty(), "{}: {needs:?}", operation.method);
        }
    }
}
