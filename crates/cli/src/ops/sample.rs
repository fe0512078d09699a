//! What the examples of an operation are filled with: which fields, and with what.

use crate::catalog::{Catalog, Field, FieldType, Protocol};

/// Fields that are shown where none is known to be needed.
const SOME: usize = 3;

/// Whether nothing tells which fields are needed, beside those of the path.
pub(super) fn is_guess(fields: &[Field]) -> bool {
    !fields.iter().any(|field| !is_in_path(field) && is_needed(field, fields))
}

/// The fields to fill in: those that must be there, the parts of the path, and one of each group, the first without
/// personal data. Where that is nothing beside the path, some of the others.
pub(super) fn chosen(fields: &[Field]) -> Vec<&Field> {
    let needed: Vec<_> = fields.iter().filter(|field| is_needed(field, fields)).collect();
    if !is_guess(fields) {
        return needed;
    }
    let is_easy = |field: &&Field| {
        let is_free = field.need.is_empty() && field.only_when.is_none();
        is_free && !is_in_path(field) && field.sensitive.is_none() && field.deprecated.is_none()
    };
    // Of an upload, the file is the point.
    let (files, others): (Vec<_>, Vec<_>) =
        fields.iter().filter(is_easy).partition(|field| field.field_type() == FieldType::File);
    needed.into_iter().chain(files.into_iter().take(1).chain(others).take(SOME)).collect()
}

fn is_in_path(field: &Field) -> bool {
    field.place.as_deref() == Some("path")
}

fn is_needed(field: &Field, fields: &[Field]) -> bool {
    match field.need.split_once(':') {
        None => field.need == "must" || is_in_path(field),
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
    }
}

/// The text of one value: the example, or one by type.
pub(super) fn text<'a>(
    field: &'a Field,
    ty: FieldType<'_>,
    protocol: Protocol,
    catalog: &'a Catalog,
) -> &'a str {
    let made = || catalog.made_value(protocol, field, ty);
    field.eg.as_deref().or_else(made).unwrap_or("...")
}

/// The items of a list: an example may be a JSON list, or one item as it stands.
pub(super) fn items(text: &str) -> Vec<String> {
    match serde_json::from_str::<serde_json::Value>(text) {
        Ok(serde_json::Value::Array(items)) => {
            items.iter().map(|item| item.as_str().map_or_else(|| item.to_string(), str::to_owned)).collect()
        }
        _ => vec![text.to_owned()],
    }
}
