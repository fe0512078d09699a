//! What the specification knows of every operation, read from the catalog that the generator writes.

mod field;
mod read;

use std::collections::HashMap;

use alipay_core::http::Verb;

pub(crate) use self::field::{Field, Ty};

/// The specification of every operation as JSON, as the generator writes it.
#[must_use]
pub fn catalog_json() -> &'static str {
    include_str!("generated/catalog.json")
}

/// Every operation, and the types that its fields name.
#[derive(Debug)]
pub(crate) struct Catalog {
    operations: Vec<Operation>,
    gateway: HashMap<String, usize>,
    types: HashMap<(Protocol, String), Vec<Field>>,
}

#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub(crate) enum Protocol {
    V2,
    V3,
}

#[derive(Debug)]
pub(crate) struct Operation {
    pub(crate) method: String,
    pub(crate) protocol: Protocol,
    /// v3 only.
    pub(crate) route: Option<(Verb, String)>,
    /// v2: the fields are form fields of their own, not members of `biz_content`.
    pub(crate) form: bool,
    /// A browser or an app goes there; there is no JSON answer.
    pub(crate) page: bool,
    pub(crate) request: Vec<Field>,
    pub(crate) response: Vec<Field>,
}

impl Catalog {
    /// The catalog of this version. Uploads that the specification does not know yet are added.
    pub(crate) fn built_in() -> Result<Self, String> {
        let Self { mut operations, types, .. } = read::read(catalog_json())?;
        for upload in read::read(include_str!("catalog/uploads.json"))?.operations {
            let same =
                |known: &Operation| (known.protocol, &known.method) == (upload.protocol, &upload.method);
            if !operations.iter().any(same) {
                operations.push(upload);
            }
        }
        Ok(Self::new(operations, types))
    }

    fn new(operations: Vec<Operation>, types: HashMap<(Protocol, String), Vec<Field>>) -> Self {
        let v2 = operations.iter().enumerate().filter(|(_, operation)| operation.protocol == Protocol::V2);
        let gateway = v2.map(|(index, operation)| (operation.method.clone(), index)).collect();
        Self { operations, gateway, types }
    }

    /// The v2 operation with this method name.
    pub(crate) fn method(&self, method: &str) -> Option<&Operation> {
        self.operations.get(*self.gateway.get(method)?)
    }

    /// The v3 operation with this verb and path, and the values of its placeholders.
    pub(crate) fn path(&self, verb: Verb, path: &str) -> Option<(&Operation, Vec<(&str, String)>)> {
        self.operations.iter().find_map(|operation| {
            let (known, template) = operation.route.as_ref()?;
            Some((operation, placeholders(template, path).filter(|_| *known == verb)?))
        })
    }

    /// The fields of a named type.
    pub(crate) fn fields(&self, protocol: Protocol, name: &str) -> Option<&[Field]> {
        self.types.get(&(protocol, name.to_owned())).map(Vec::as_slice)
    }
}

/// Fills the placeholders of `template` from `path`; `None` where they do not fit.
fn placeholders<'a>(template: &'a str, path: &str) -> Option<Vec<(&'a str, String)>> {
    let (wanted, seen) = (template.split('/'), path.split('/'));
    if wanted.clone().count() != seen.clone().count() {
        return None;
    }
    let mut values = Vec::new();
    for (wanted, seen) in wanted.zip(seen) {
        match wanted.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
            Some(name) if !seen.is_empty() => values.push((name, decoded(seen)?)),
            _ if wanted == seen => {}
            _ => return None,
        }
    }
    Some(values)
}

/// A path segment without its percent-escapes; `+` is itself there.
fn decoded(segment: &str) -> Option<String> {
    let pair = format!("={}", segment.replace('+', "%2B"));
    let (_, value) = alipay_sign::parse_form(pair.as_bytes()).ok()?.pop()?;
    String::from_utf8(value).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_catalog_can_be_read() {
        let catalog = Catalog::built_in().unwrap();
        let send = catalog.method("alipay.marketing.voucher.send").unwrap();
        assert!(!send.form && !send.page && send.request.iter().any(|field| field.name == "template_id"));
        assert!(catalog.method("alipay.system.oauth.token").unwrap().form);
        assert!(catalog.method("alipay.trade.page.pay").unwrap().page);
        let (query, _) = catalog.path(Verb::Get, "/v3/alipay/marketing/activity/voucher/query").unwrap();
        assert_eq!(query.method, "alipay.marketing.activity.voucher.query");
        assert!(catalog.path(Verb::Post, "/v3/alipay/marketing/activity/voucher/query").is_none());
    }

    #[test]
    fn placeholders_take_one_segment_each() {
        let values = placeholders("/v3/a/{activity_id}/append", "/v3/a/x%2Fy+z/append").unwrap();
        assert_eq!(values, [("activity_id", "x/y+z".to_owned())]);
        assert!(placeholders("/v3/a/{activity_id}/append", "/v3/a//append").is_none());
        assert!(placeholders("/v3/a/{activity_id}/append", "/v3/a/b/c/append").is_none());
    }
}
