//! From generated fields to a call without types, by what the catalog says of places.

use alipay_api::{RawOperation, UploadFile};
use alipay_sandbox::catalog::{FieldType, Operation};
use serde_json::{Map, Value};

/// What every file is called: all operations take pictures.
pub(super) const FILE_NAME: &str = "proof.png";

/// The file that stands in every field for one.
#[must_use]
pub fn file() -> UploadFile {
    UploadFile::bytes(FILE_NAME, b"proof".to_vec())
}

/// Puts each field where it travels.
pub(super) fn spell_out(operation: &Operation, fields: &Map<String, Value>) -> RawOperation {
    let has_files = operation.request().iter().any(|row| row.field_type() == FieldType::File);
    let placed = match &operation.route {
        None if operation.form => {
            fields.iter().fold(RawOperation::gateway(&operation.method), |call, (name, value)| {
                call.param(name, text(value))
            })
        }
        None => RawOperation::gateway(&operation.method).biz_content(Value::Object(fields.clone())),
        Some((verb, template)) => {
            let place = |name: &str| {
                operation.request().iter().find(|row| row.name == name).and_then(|row| row.place.as_deref())
            };
            let (mut path, mut body) = (template.clone(), Map::new());
            let mut query = Vec::new();
            for (name, value) in fields {
                match place(name) {
                    Some("path") => path = path.replace(&format!("{{{name}}}"), &escaped(&text(value))),
                    Some(_) => query.push((name, text(value))),
                    None => _ = body.insert(name.clone(), value.clone()),
                }
            }
            let call = RawOperation::rest(*verb, path);
            let call = query.into_iter().fold(call, |call, (name, value)| call.query(name, value));
            match verb.has_body() && !(has_files && body.is_empty()) {
                true => call.body(Value::Object(body)),
                false => call,
            }
        }
    };
    let files = operation.request().iter().filter(|row| row.field_type() == FieldType::File);
    files.fold(placed, |call, row| call.file(&row.name, file()))
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn escaped(text: &str) -> String {
    let escape = |byte: u8| match byte {
        byte if byte.is_ascii_alphanumeric() => char::from(byte).to_string(),
        byte => format!("%{byte:02X}"),
    };
    text.bytes().map(escape).collect()
}
