//! What the specification knows of every operation, read from the catalog inside the local gateway.

mod field;
mod read;
mod rules;

use std::collections::HashMap;

use alipay_api::meta::Verb;
use serde_json::Value;

pub(crate) use self::field::{Field, Inner};
use crate::failure::Failure;

/// Every operation, and the types and enums that its fields name.
#[derive(Debug)]
pub(crate) struct Catalog {
    operations: Vec<Operation>,
    notices: Vec<Notice>,
    types: HashMap<(String, String), Vec<Field>>,
    enums: HashMap<(String, String), Vec<Listed>>,
}

/// One operation.
#[derive(Debug)]
pub(crate) struct Operation {
    /// `v2` or `v3`.
    pub(crate) protocol: String,
    pub(crate) group: String,
    pub(crate) method: String,
    pub(crate) title: String,
    pub(crate) doc: String,
    /// v3 only.
    pub(crate) route: Option<(Verb, String)>,
    /// v2: the fields are form fields of their own, not members of `biz_content`.
    pub(crate) form: bool,
    /// `call`, `page` or `app`.
    pub(crate) dispatch: String,
    pub(crate) read_only: bool,
    pub(crate) idempotency_key: Option<String>,
    pub(crate) event: Option<String>,
    pub(crate) codes: Vec<Listed>,
    pub(crate) request: Vec<Field>,
    pub(crate) response: Vec<Field>,
}

/// A notification or a message.
#[derive(Debug)]
pub(crate) struct Notice {
    pub(crate) name: String,
    /// v3 only.
    pub(crate) topic: Option<String>,
    pub(crate) fields: Vec<Field>,
}

/// A value and what it means.
#[derive(Debug)]
pub(crate) struct Listed {
    pub(crate) value: String,
    pub(crate) doc: String,
}

impl Catalog {
    /// The catalog of this version.
    pub(crate) fn built_in() -> Result<Self, Failure> {
        let whole: Result<Value, _> = serde_json::from_str(alipay_sandbox::catalog_json());
        whole
            .map_err(|error| error.to_string())
            .and_then(|whole| read::catalog(&whole))
            .map_err(|what| Failure::Machine(format!("the catalog of operations is damaged: {what}")))
    }

    pub(crate) fn operations(&self) -> &[Operation] {
        &self.operations
    }

    pub(crate) fn notices(&self) -> &[Notice] {
        &self.notices
    }

    /// The operations with this method name; a method may exist in both protocols.
    pub(crate) fn named<'a>(&'a self, method: &'a str) -> impl Iterator<Item = &'a Operation> {
        self.operations.iter().filter(move |operation| operation.method == method)
    }

    /// The v3 operation with this verb and path, where placeholders take one segment each.
    pub(crate) fn at(&self, verb: Verb, path: &str) -> Option<&Operation> {
        self.operations.iter().find(|operation| {
            operation.route.as_ref().is_some_and(|(known, template)| *known == verb && fits(template, path))
        })
    }

    /// The method whose name is nearest to `method`, if no more than `letters` differ.
    pub(crate) fn nearest(&self, method: &str, letters: usize) -> Option<&str> {
        let names = self.operations.iter().map(|operation| operation.method.as_str());
        let (distance, name) = names.map(|name| (distance(name, method), name)).min()?;
        (distance <= letters).then_some(name)
    }

    /// The fields of a type that `operation` names.
    pub(crate) fn fields(&self, operation: &Operation, name: &str) -> &[Field] {
        let found = self.types.get(&(operation.protocol.clone(), name.to_owned()));
        found.or_else(|| self.types.get(&("common".to_owned(), name.to_owned()))).map_or(&[], Vec::as_slice)
    }

    /// The values of an enum that `operation` names.
    pub(crate) fn values(&self, operation: &Operation, name: &str) -> &[Listed] {
        let found = self.enums.get(&(operation.protocol.clone(), name.to_owned()));
        found.or_else(|| self.enums.get(&("common".to_owned(), name.to_owned()))).map_or(&[], Vec::as_slice)
    }
}

impl Operation {
    /// How `alipay call` names it: the method, or verb and path.
    pub(crate) fn target(&self) -> String {
        match &self.route {
            Some((verb, path)) => format!("{} {path}", verb.as_str()),
            None => self.method.clone(),
        }
    }
}

fn fits(template: &str, path: &str) -> bool {
    let (wanted, seen): (Vec<_>, Vec<_>) = (template.split('/').collect(), path.split('/').collect());
    let fits =
        |(wanted, seen): (&&str, &&str)| wanted == seen || (wanted.starts_with('{') && !seen.is_empty());
    wanted.len() == seen.len() && wanted.iter().zip(&seen).all(fits)
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
    fn every_type_that_a_field_names_is_there() {
        let catalog = Catalog::built_in().unwrap();
        for operation in catalog.operations() {
            for field in operation.request.iter().chain(&operation.response) {
                match field.inner() {
                    Inner::Type(name) => assert!(!catalog.fields(operation, name).is_empty(), "{name}"),
                    Inner::Enum(name) => assert!(!catalog.values(operation, name).is_empty(), "{name}"),
                    Inner::Scalar => {}
                }
            }
        }
    }

    #[test]
    fn a_misspelt_method_is_recognized() {
        let catalog = Catalog::built_in().unwrap();
        assert_eq!(
            catalog.nearest("alipay.marketing.voucher.sent", 1),
            Some("alipay.marketing.voucher.send")
        );
        assert_eq!(catalog.nearest("alipay.marketing.voucher.sneded", 1), None);
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
