//! Where the items of the catalog lie: in an archive, under keys such as `v2/operation/alipay.trade.pay`.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use alipay_spec::Archive;

use super::{CatalogError, Protocol};

/// What an item is about.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Kind {
    Operation,
    Notice,
    Type,
    Enum,
}

impl Kind {
    fn as_str(self) -> &'static str {
        match self {
            Self::Operation => "operation",
            Self::Notice => "notification",
            Self::Type => "type",
            Self::Enum => "enum",
        }
    }
}

/// Where items stand that belong to both protocols.
const BOTH: &str = "common";

/// Opens the archive of this version.
pub(super) fn open() -> Result<Archive<'static>, CatalogError> {
    Archive::open(alipay_spec::catalog()).map_err(|error| CatalogError(error.to_string()))
}

/// The items of one kind by key, each read from its JSON when it is first asked for.
#[derive(Debug)]
pub(super) struct Slots<T> {
    kind: Kind,
    read: fn(&str) -> Option<T>,
    slots: BTreeMap<String, OnceLock<Option<Box<T>>>>,
}

impl<T> Slots<T> {
    pub(super) fn new(archive: &Archive<'_>, kind: Kind, read: fn(&str) -> Option<T>) -> Self {
        let folders = [BOTH, Protocol::V2.as_str(), Protocol::V3.as_str()];
        let keys = folders.into_iter().flat_map(|folder| {
            let prefix = format!("{folder}/{}/", kind.as_str());
            archive.keys_under(&prefix).map(|key| (key.to_owned(), OnceLock::new())).collect::<Vec<_>>()
        });
        Self { kind, read, slots: keys.collect() }
    }

    /// The item of a protocol, or of both protocols.
    pub(super) fn get(&self, archive: &Archive<'_>, protocol: Protocol, name: &str) -> Option<&T> {
        let key = |folder: &str| format!("{folder}/{}/{name}", self.kind.as_str());
        let mut found =
            [protocol.as_str(), BOTH].into_iter().filter_map(|folder| self.slots.get_key_value(&key(folder)));
        let (key, slot) = found.next()?;
        self.item(archive, key, slot)
    }

    /// Every item, in the order of keys.
    pub(super) fn all(&self, archive: &Archive<'_>) -> impl Iterator<Item = &T> {
        self.slots.iter().filter_map(|(key, slot)| self.item(archive, key, slot))
    }

    /// Protocols and names of what belongs to one protocol, in order.
    pub(super) fn names(&self) -> impl Iterator<Item = (Protocol, &str)> {
        self.slots.keys().filter_map(|key| {
            let mut parts = key.splitn(3, '/');
            let protocol = match parts.next() {
                Some("v2") => Protocol::V2,
                Some("v3") => Protocol::V3,
                _ => return None,
            };
            Some((protocol, parts.nth(1)?))
        })
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.slots.len()
    }

    fn item<'a>(
        &'a self,
        archive: &Archive<'_>,
        key: &str,
        slot: &'a OnceLock<Option<Box<T>>>,
    ) -> Option<&'a T> {
        let read = || archive.get(key).ok().flatten().and_then(self.read).map(Box::new);
        slot.get_or_init(read).as_deref()
    }
}

/// The text of a member without escapes. A name with its quotation marks cannot stand inside a text of JSON, where they
/// are escaped: what is found first is a member.
pub(super) fn member<'a>(json: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = json.split_once(&format!("\"{name}\":\""))?;
    let (value, _) = rest.split_once('"')?;
    Some(value).filter(|value| !value.contains('\\'))
}
