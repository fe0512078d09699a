//! What the command asks the catalog of the local gateway for.

pub(crate) use alipay_sandbox::catalog::{
    Catalog, Dispatch, Field, FieldType, Listed, Notice, Operation, Protocol,
};

use crate::failure::Failure;

/// The catalog of this version.
pub(crate) fn built_in() -> Result<Catalog, Failure> {
    Catalog::built_in().map_err(|error| Failure::Machine(error.to_string()))
}

/// How `alipay call` names an operation: the method, or verb and path.
pub(crate) fn target(operation: &Operation) -> String {
    match &operation.route {
        Some((verb, path)) => format!("{} {path}", verb.as_str()),
        None => operation.method.clone(),
    }
}

/// The method whose name is nearest to `method`, if no more than `letters` differ.
pub(crate) fn nearest<'a>(catalog: &'a Catalog, method: &str, letters: usize) -> Option<&'a str> {
    // Where the lengths differ by more, so do the letters.
    let similar = catalog.methods().filter(|(_, name)| name.len().abs_diff(method.len()) <= letters);
    let (distance, name) = similar.map(|(_, name)| (distance(name, method), name)).min()?;
    (distance <= letters).then_some(name)
}

/// How many letters have to change, come or go, to make `right` of `left`.
fn distance(left: &str, right: &str) -> usize {
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (line, from) in left.bytes().enumerate() {
        let mut diagonal = line;
        let mut before = line + 1;
        for (cell, to) in row.iter_mut().skip(1).zip(right.bytes()) {
            let changed = diagonal + usize::from(from != to);
            diagonal = *cell;
            before = changed.min(before + 1).min(diagonal + 1);
            *cell = before;
        }
        if let Some(first) = row.first_mut() {
            *first = line + 1;
        }
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelt_method_is_recognized() {
        let catalog = built_in().unwrap();
        let sent = nearest(&catalog, "alipay.marketing.voucher.sent", 1);
        assert_eq!(sent, Some("alipay.marketing.voucher.send"));
        assert_eq!(nearest(&catalog, "alipay.marketing.voucher.sneded", 1), None);
    }

    #[test]
    fn distances_count_single_letters() {
        let expected =
            [("", "", 0), ("abc", "abc", 0), ("abc", "abd", 1), ("abc", "ab", 1), ("kitten", "sitting", 3)];
        for (left, right, letters) in expected {
            assert_eq!(distance(left, right), letters, "{left} {right}");
        }
    }
}
