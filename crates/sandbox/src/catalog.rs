//! What the specification knows of every operation, read item by item: of thousands of operations a program needs few.
//!
//! ```
//! use alipay_sandbox::catalog::{Catalog, Protocol};
//!
//! let catalog = Catalog::built_in()?;
//! let send = catalog.operation(Protocol::V2, "alipay.marketing.voucher.send").ok_or("no such operation")?;
//! assert_eq!(send.idempotency_key.as_deref(), Some("out_biz_no"));
//! let template_id = send.request().iter().find(|field| field.name == "template_id").ok_or("no such field")?;
//! assert_eq!((template_id.ty.as_str(), template_id.need.as_str()), ("string", "must"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod check;
mod field;
mod operation;
mod path;
mod read;
mod source;

use std::error::Error;
use std::fmt;
use std::sync::OnceLock;

use alipay_core::http::Verb;
use alipay_spec::Archive;

pub use self::field::{Field, FieldType};
pub use self::operation::{Dispatch, Listed, Notice, Operation};
use self::read::Declared;
use self::source::{Kind, Slots};

/// Every operation, notification, type and enum of the specification. Cheap to make: items are read when they are asked
/// for, and then kept.
#[derive(Debug)]
pub struct Catalog {
    archive: Archive<'static>,
    operations: Slots<Operation>,
    notices: Slots<Notice>,
    types: Slots<Declared<Field>>,
    enums: Slots<Declared<Listed>>,
    /// The methods of v3 with verbs and paths.
    routes: OnceLock<Vec<(Verb, String, String)>>,
}

/// A protocol of the OpenAPI.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Protocol {
    /// `gateway.do`.
    V2,
    /// `/v3/...`.
    V3,
}

impl Catalog {
    /// The catalog of this version.
    ///
    /// # Errors
    /// The catalog inside this program is damaged: it was not written by the generator.
    pub fn built_in() -> Result<Self, CatalogError> {
        let archive = source::open()?;
        Ok(Self {
            operations: Slots::new(&archive, Kind::Operation, read::operation),
            notices: Slots::new(&archive, Kind::Notice, read::notice),
            types: Slots::new(&archive, Kind::Type, read::type_of),
            enums: Slots::new(&archive, Kind::Enum, read::enum_of),
            routes: OnceLock::new(),
            archive,
        })
    }

    /// The method names with their protocols, in order. A method may exist in both.
    pub fn methods(&self) -> impl Iterator<Item = (Protocol, &str)> {
        self.operations.names()
    }

    /// The operation of this name.
    #[must_use]
    pub fn operation(&self, protocol: Protocol, method: &str) -> Option<&Operation> {
        self.operations.get(&self.archive, protocol, method)
    }

    /// Every operation, in the order of protocols and names. Their fields are read only when they are asked for.
    pub fn operations(&self) -> impl Iterator<Item = &Operation> {
        self.operations.all(&self.archive)
    }

    /// The v3 operation with this verb and path, and the values of its placeholders, decoded.
    #[must_use]
    pub fn route(&self, verb: Verb, path: &str) -> Option<(&Operation, Vec<(&str, String)>)> {
        // Most methods are their paths, with points for slashes: no need to look at all of them.
        let method = path.strip_prefix("/v3/").unwrap_or_default().replace('/', ".");
        if let Some(operation) = self.operation(Protocol::V3, &method)
            && operation.route.as_ref().is_some_and(|(known, template)| *known == verb && template == path)
        {
            return Some((operation, Vec::new()));
        }
        let routes = self.routes.get_or_init(|| self.all_routes());
        routes.iter().filter(|(known, ..)| *known == verb).find_map(|(_, template, method)| {
            let values = path::placeholders(template, path)?;
            Some((self.operation(Protocol::V3, method)?, values))
        })
    }

    /// A segment that is spelt out wins over a placeholder.
    fn all_routes(&self) -> Vec<(Verb, String, String)> {
        let methods = self.methods().filter(|(protocol, _)| *protocol == Protocol::V3);
        let mut routes: Vec<_> = methods
            .filter_map(|(_, method)| {
                let (verb, path) = self.operation(Protocol::V3, method)?.route.clone()?;
                Some((verb, path, method.to_owned()))
            })
            .collect();
        routes.sort_by_key(|(_, path, _)| path.matches('{').count());
        routes
    }

    /// Every notification and message.
    pub fn notices(&self) -> impl Iterator<Item = &Notice> {
        self.notices.all(&self.archive)
    }

    /// The fields of a type that a field names; none where there is no such type.
    #[must_use]
    pub fn fields(&self, protocol: Protocol, name: &str) -> &[Field] {
        self.types.get(&self.archive, protocol, name).map_or(&[], |found| &found.rows)
    }

    /// The values of an enum that a field names; none where there is no such enum.
    #[must_use]
    pub fn values(&self, protocol: Protocol, name: &str) -> &[Listed] {
        self.enums.get(&self.archive, protocol, name).map_or(&[], |found| &found.rows)
    }

    /// The text of a value that a field may have where no example shows one, each time the same. `None` where any text
    /// will do, and for what is more than one value.
    #[must_use]
    pub fn made_value<'a>(
        &'a self,
        protocol: Protocol,
        field: &'a Field,
        ty: FieldType<'_>,
    ) -> Option<&'a str> {
        let least = field.min.as_deref();
        match ty {
            FieldType::Bool => Some("true"),
            FieldType::Date => Some("2026-01-05"),
            FieldType::DateTime => Some("2026-01-05 08:00:00"),
            FieldType::Decimal => least.or(Some("1.5")),
            FieldType::Enum(name) => self.values(protocol, name).first().map(|listed| listed.value.as_str()),
            FieldType::Int => least.or(Some("1")),
            FieldType::Money => least.or(Some("8.80")),
            _ => None,
        }
    }

    /// The path of a type or enum below the root of the models, such as `v2::marketing::VoucherLiteInfo`.
    #[must_use]
    pub fn rust_path(&self, protocol: Protocol, name: &str) -> Option<&str> {
        let of_type = self.types.get(&self.archive, protocol, name).map(|found| found.path.as_str());
        of_type.or_else(|| Some(&self.enums.get(&self.archive, protocol, name)?.path))
    }
}

impl Protocol {
    /// `v2` or `v3`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::V2 => "v2",
            Self::V3 => "v3",
        }
    }
}

impl fmt::Display for Protocol {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}

/// A catalog that cannot be read.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct CatalogError(String);

impl fmt::Display for CatalogError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "catalog: {}; write it again with `cargo xtask codegen`", self.0)
    }
}

impl Error for CatalogError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_item_of_the_built_in_catalog_can_be_read() {
        let catalog = Catalog::built_in().unwrap();
        assert_eq!(catalog.operations().count(), catalog.methods().count());
        assert_eq!(catalog.notices().count(), catalog.notices.len());
        assert_eq!(catalog.types.all(&catalog.archive).count(), catalog.types.len());
        assert_eq!(catalog.enums.all(&catalog.archive).count(), catalog.enums.len());
        for operation in catalog.operations() {
            assert_eq!(operation.route.is_some(), operation.protocol == Protocol::V3, "{}", operation.method);
            for field in operation.request().iter().chain(operation.response()) {
                let known = match field.inner() {
                    FieldType::Named(name) => {
                        catalog.types.get(&catalog.archive, operation.protocol, name).is_some()
                    }
                    FieldType::Enum(name) => !catalog.values(operation.protocol, name).is_empty(),
                    _ => true,
                };
                assert!(known, "{}: {}: {}", operation.method, field.name, field.ty);
            }
        }
    }

    #[test]
    fn every_path_of_v3_leads_to_its_operation() {
        let catalog = Catalog::built_in().unwrap();
        for operation in catalog.operations() {
            let Some((verb, template)) = &operation.route else { continue };
            let filled = template.replace('{', "x-").replace('}', "");
            let (found, _) = catalog.route(*verb, &filled).unwrap();
            assert_eq!(found.method, operation.method);
        }
    }

    #[test]
    fn operations_are_found_by_method_and_by_path() {
        let catalog = Catalog::built_in().unwrap();
        let v2 = |method| catalog.operation(Protocol::V2, method).unwrap();
        let send = v2("alipay.marketing.voucher.send");
        assert!(!send.form && send.dispatch == Dispatch::Call);
        assert!(send.request().iter().any(|field| field.name == "template_id"));
        assert!(send.response().iter().any(|field| field.name == "voucher_id"));
        assert!(v2("alipay.system.oauth.token").form);
        assert_eq!(v2("alipay.trade.page.pay").dispatch, Dispatch::Page);
        let path = "/v3/alipay/marketing/activity/voucher/query";
        let (query, _) = catalog.route(Verb::Get, path).unwrap();
        assert_eq!(query.method, "alipay.marketing.activity.voucher.query");
        assert!(catalog.route(Verb::Post, path).is_none());
        assert!(catalog.operation(Protocol::V3, "alipay.marketing.voucher.send").is_none());
    }
}
