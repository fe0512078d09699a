//! What later versions of the API might say: members, enum values and kinds of values that this one does not know.

use alipay_sandbox::catalog::{Catalog, Field, FieldType, Protocol};
use serde_json::{Map, Value, json};

/// Adds an unknown member to every object, and puts into fields what they do not expect.
pub(super) fn disturb(
    catalog: &Catalog,
    protocol: Protocol,
    rows: &[Field],
    object: &mut Map<String, Value>,
) {
    level(catalog, protocol, rows, object, 0);
}

fn level(
    catalog: &Catalog,
    protocol: Protocol,
    rows: &[Field],
    object: &mut Map<String, Value>,
    depth: usize,
) {
    for (index, row) in rows.iter().enumerate() {
        if let Some(value) = object.get_mut(&row.name) {
            change(catalog, protocol, row.field_type(), value, depth + index);
        }
    }
    object.insert("proof_unknown".to_owned(), json!({"list": [1, "two", null, {"deep": false}], "券": 1.5}));
}

fn change(catalog: &Catalog, protocol: Protocol, ty: FieldType<'_>, value: &mut Value, turn: usize) {
    match (ty, &mut *value) {
        (FieldType::Named(name), Value::Object(object)) => {
            level(catalog, protocol, catalog.fields(protocol, name), object, turn);
        }
        (FieldType::List(item), Value::Array(items)) => {
            for value in items {
                change(catalog, protocol, FieldType::parse(item), value, turn);
            }
        }
        (FieldType::Json(inner), Value::String(packed)) => {
            if let Ok(mut inside) = serde_json::from_str(packed) {
                change(catalog, protocol, FieldType::parse(inner), &mut inside, turn);
                *packed = inside.to_string();
            }
        }
        (FieldType::Enum(_), _) => *value = "PROOF_NEW_VALUE".into(),
        (FieldType::Scalar, _) if turn.is_multiple_of(3) => *value = json!(turn),
        (FieldType::Scalar, _) if turn % 3 == 1 => *value = json!(true),
        (FieldType::Int | FieldType::Money | FieldType::DateTime, _) => *value = json!({"odd": turn}),
        (FieldType::Bool | FieldType::Date | FieldType::Decimal, _) => *value = "n/a".into(),
        _ => {}
    }
}
