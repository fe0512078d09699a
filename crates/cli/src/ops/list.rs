//! The list of operations.

use serde_json::{Value, json};

use super::rust;
use crate::catalog::{self, Catalog, Dispatch, Operation};
use crate::output::{ACCENT, DIM, STRONG, styled};

/// The operations that contain each word of `text` somewhere, in any case: in what they are called, by method, path or
/// type, or in what they are said to do.
pub(super) fn matching<'a>(catalog: &'a Catalog, text: &str) -> Vec<&'a Operation> {
    let text = text.to_lowercase();
    let wanted: Vec<_> = text.split_whitespace().collect();
    let contains = |operation: &&Operation| {
        let Operation { method, title, doc, .. } = operation;
        let (target, request_type) = (catalog::target(operation), rust::request_type(operation));
        let whole = [method, title, doc, &target, &request_type].map(|text| text.to_lowercase()).join("\n");
        wanted.iter().all(|word| whole.contains(word))
    };
    let mut found: Vec<_> = catalog.operations().filter(contains).collect();
    found.sort_by(|left, right| {
        (left.protocol, &left.group, &left.method).cmp(&(right.protocol, &right.group, &right.method))
    });
    found
}

/// The methods whose request or answer has this name, with or without its path; `None` where there are none.
pub(super) fn of_type(catalog: &Catalog, name: &str) -> Option<String> {
    let name = name.replace("Response", "Request");
    let is_meant = |operation: &&Operation| {
        let whole = rust::request_type(operation);
        whole.strip_suffix(&name).is_some_and(|module| module.is_empty() || module.ends_with("::"))
    };
    let mut methods: Vec<_> =
        catalog.operations().filter(is_meant).map(|found| found.method.as_str()).collect();
    methods.sort_unstable();
    methods.dedup();
    methods.truncate(3);
    (!methods.is_empty()).then(|| methods.join(" or "))
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
    let count = match operations.len() {
        1 => "1 operation".to_owned(),
        count => format!("{count} operations"),
    };
    lines.push(format!("\n{count}; `alipay ops show METHOD` tells more"));
    lines.join("\n")
}
