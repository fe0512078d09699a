//! The list of operations.

use serde_json::{Value, json};

use super::rust;
use crate::catalog::{Catalog, Dispatch, Operation};
use crate::output::{ACCENT, DIM, STRONG, styled};

/// The operations that contain `text` somewhere, in any case: in what they are called, by method or by path, or in what
/// they are said to do.
pub(super) fn matching<'a>(catalog: &'a Catalog, text: &str) -> Vec<&'a Operation> {
    let wanted = text.to_lowercase();
    let contains = |operation: &&Operation| {
        let path = operation.route.as_ref().map(|(_, path)| path);
        let mut texts = [&operation.method, &operation.title, &operation.doc].into_iter().chain(path);
        texts.any(|text| text.to_lowercase().contains(&wanted))
    };
    let mut found: Vec<_> = catalog.operations().filter(contains).collect();
    found.sort_by(|left, right| {
        (left.protocol, &left.group, &left.method).cmp(&(right.protocol, &right.group, &right.method))
    });
    found
}

/// One operation as a line for programs.
pub(super) fn object(operation: &Operation) -> Value {
    let (verb, path) =
        operation.route.as_ref().map_or((None, None), |(verb, path)| (Some(verb.as_str()), Some(path)));
    json!({
        "method": operation.method,
        "title": operation.title,
        "group": operation.group,
        "protocol": operation.protocol.as_str(),
        "verb": verb,
        "path": path,
        "dispatch": operation.dispatch.as_str(),
        "read_only": operation.read_only,
        "from": if operation.is_model { "alipay-models" } else { "alipay_codegen::Builder" },
        "feature": operation.is_model.then_some(&operation.group),
        "request_type": rust::request_type(operation),
    })
}

/// The list for people: a heading for each group, a line for each operation.
pub(super) fn for_people(operations: &[&Operation]) -> String {
    let width = operations.iter().map(|operation| operation.method.len()).max().unwrap_or_default();
    let mut lines = Vec::new();
    let mut group = None;
    for operation in operations {
        let here = (operation.protocol, operation.group.as_str());
        if group.replace(here) != Some(here) {
            let blank = if lines.is_empty() { "" } else { "\n" };
            lines.push(format!("{blank}{}", styled(STRONG, &format!("{} {}", here.0, here.1))));
        }
        let how = match (operation.dispatch, &operation.route, operation.read_only) {
            (Dispatch::Call, None, true) => "reads",
            (Dispatch::Call, None, false) => "",
            (Dispatch::Call, Some((verb, _)), _) => verb.as_str(),
            (dispatch, ..) => dispatch.as_str(),
        };
        let method = styled(ACCENT, &format!("{:width$}", operation.method));
        lines.push(format!("  {method}  {}  {}", styled(DIM, &format!("{how:5}")), operation.title));
    }
    lines.push(format!("\n{} operations; `alipay ops show METHOD` tells more", operations.len()));
    lines.join("\n")
}
