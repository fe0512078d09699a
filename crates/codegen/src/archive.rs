//! The specification as an archive: what the crate embeds.

mod text;

use crate::finding::Finding;
use crate::spec::{Protocol, Spec};

/// The key of an item.
pub(crate) fn key(protocol: &str, kind: &str, name: &str) -> String {
    format!("{protocol}/{kind}/{name}")
}

/// Packs the TOML of every operation, notification, type and enum: the content of `crates/spec/data/specification.bin`.
///
/// Corrections are applied; comments are left out. The specification should be without findings.
///
/// # Errors
/// When two items have the same name, or when there is more than the format can hold.
pub fn archive(spec: &Spec) -> Result<Vec<u8>, Finding> {
    let mut items = Vec::new();
    for file in &spec.files {
        let protocol = file.home.protocol().map_or("common", Protocol::as_str);
        let head = match file.home.group() {
            Some((_, group)) => format!("group = {}\n\n", text::quoted(group)),
            None => String::new(),
        };
        let mut add = |kind, name: &str, body: String| {
            items.push((key(protocol, kind, name), format!("{head}[[{kind}]]\n{body}")));
        };
        file.operations.iter().for_each(|item| add("operation", &item.method, text::operation(item)));
        file.notifications.iter().for_each(|item| add("notification", &item.name, text::notification(item)));
        file.types.iter().for_each(|item| add("type", &item.name, text::type_def(item)));
        file.enums.iter().for_each(|item| add("enum", &item.name, text::enum_def(item)));
    }
    alipay_spec::pack(items).map_err(|error| Finding {
        file: "spec".to_owned(),
        line: 0,
        row: String::new(),
        what: error.to_string(),
        fix: "mend the specification until `cargo xtask spec lint` has no finding".to_owned(),
    })
}
