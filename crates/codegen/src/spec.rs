//! The specification as it was written: operations, notifications, types and enums, each with its line.

mod fields;
mod keys;
mod need;
mod overrides;
mod read;
mod selection;
mod sensitive;
mod tables;

use std::fmt;
use std::sync::Arc;

use crate::types::Type;

pub(crate) use self::fields::FIELD_KEYS;
pub(crate) use self::need::{Condition, Need};
pub(crate) use self::read::FILE_KEYS;
pub(crate) use self::selection::Selection;
pub use self::sensitive::SensitiveNames;
pub(crate) use self::tables::{LISTED_KEYS, TABLES};

/// Everything that the TOML files of one specification say.
///
/// Reading never fails on what a file says: mistakes are kept and come out of [`Spec::lint`].
#[derive(Clone, Debug, Default)]
pub struct Spec {
    pub(crate) files: Vec<File>,
    /// What `models.toml` says, where there is one.
    pub(crate) selection: Option<Selection>,
    /// What `sensitive.toml` says, where there is one.
    pub(crate) sensitive: SensitiveNames,
    pub(crate) findings: Vec<crate::Finding>,
}

/// Which of the two protocols a file describes.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub(crate) enum Protocol {
    V2,
    V3,
}

impl Protocol {
    pub(crate) const ALL: [Self; 2] = [Self::V2, Self::V3];

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::V2 => "v2",
            Self::V3 => "v3",
        }
    }
}

impl fmt::Display for Protocol {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.as_str())
    }
}

/// Who may use what a file declares, and what the file may use.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Home {
    /// `common.toml`: both protocols.
    Both,
    /// `v2/common.toml`, `v3/common.toml`: the groups of one protocol.
    Shared(Protocol),
    /// `v2/<group>.toml`, `v3/<group>.toml`: one group.
    Group(Protocol, Arc<str>),
}

impl Home {
    pub(crate) fn protocol(&self) -> Option<Protocol> {
        match self {
            Self::Both => None,
            Self::Shared(protocol) | Self::Group(protocol, _) => Some(*protocol),
        }
    }

    pub(crate) fn group(&self) -> Option<(Protocol, &str)> {
        match self {
            Self::Both | Self::Shared(_) => None,
            Self::Group(protocol, group) => Some((*protocol, group)),
        }
    }

    /// Whether a file of `self` may use what a file of `other` declares.
    pub(crate) fn sees(&self, other: &Self) -> bool {
        match other {
            Self::Both => true,
            Self::Shared(protocol) => self.protocol() == Some(*protocol),
            Self::Group(..) => self == other,
        }
    }
}

/// One TOML file.
#[derive(Clone, Debug)]
pub(crate) struct File {
    /// `spec/v2/marketing.toml`, with slashes on every machine.
    pub(crate) path: String,
    /// The first 16 hexadecimal digits of the text's SHA-256.
    pub(crate) hash: String,
    pub(crate) home: Home,
    pub(crate) operations: Vec<Operation>,
    pub(crate) notifications: Vec<Notification>,
    pub(crate) types: Vec<TypeDef>,
    pub(crate) enums: Vec<EnumDef>,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Operation {
    pub(crate) line: u32,
    pub(crate) method: String,
    pub(crate) title: String,
    pub(crate) doc: String,
    pub(crate) name: Option<String>,
    pub(crate) verb: Option<String>,
    pub(crate) path: Option<String>,
    pub(crate) params: Option<String>,
    pub(crate) dispatch: Option<String>,
    /// What the row says; [`Operation::only_reads`] is what holds.
    pub(crate) read_only: Option<bool>,
    pub(crate) idempotency_key: Option<String>,
    pub(crate) event: Option<String>,
    pub(crate) codes: Vec<Listed>,
    pub(crate) request: Vec<Field>,
    pub(crate) response: Vec<Field>,
}

impl Operation {
    /// Whether it may be sent again at any time: what the row says, or else what HTTP says of the verb.
    pub(crate) fn only_reads(&self) -> bool {
        self.read_only.unwrap_or(self.verb.as_deref() == Some("GET"))
    }
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Notification {
    pub(crate) line: u32,
    pub(crate) name: String,
    pub(crate) title: String,
    pub(crate) doc: String,
    pub(crate) topic: Option<String>,
    pub(crate) fields: Vec<Field>,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct TypeDef {
    pub(crate) line: u32,
    pub(crate) name: String,
    pub(crate) doc: String,
    pub(crate) fields: Vec<Field>,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct EnumDef {
    pub(crate) line: u32,
    pub(crate) name: String,
    pub(crate) doc: String,
    pub(crate) values: Vec<Listed>,
}

/// A value of an enum, or an error code.
#[derive(Clone, Debug, Default)]
pub(crate) struct Listed {
    pub(crate) line: u32,
    pub(crate) value: String,
    pub(crate) name: Option<String>,
    pub(crate) doc: String,
}

#[derive(Clone, Debug)]
pub(crate) struct Field {
    pub(crate) line: u32,
    pub(crate) name: String,
    pub(crate) rust: Option<String>,
    pub(crate) type_text: String,
    /// `None` after a finding about the text.
    pub(crate) ty: Option<Type>,
    pub(crate) need_text: Option<String>,
    pub(crate) need: Need,
    pub(crate) only_when: Option<Condition>,
    pub(crate) location: Option<Location>,
    pub(crate) len: Option<(u32, u32)>,
    pub(crate) min: Option<String>,
    pub(crate) max: Option<String>,
    pub(crate) scale: Option<u32>,
    pub(crate) max_items: Option<u32>,
    pub(crate) item_len: Option<(u32, u32)>,
    pub(crate) after: Option<String>,
    pub(crate) max_span_days: Option<(String, u32)>,
    pub(crate) max_days_ahead: Option<u32>,
    pub(crate) sensitive: Option<Sensitive>,
    pub(crate) deprecated: Option<Deprecated>,
    pub(crate) default: Option<String>,
    pub(crate) eg: Option<String>,
    pub(crate) doc: String,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Location {
    Path,
    Query,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Sensitive {
    Pii,
    Secret,
}

impl Sensitive {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Pii => "pii",
            Self::Secret => "secret",
        }
    }
}

/// `deprecated = true`, or what to use instead.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Deprecated {
    Instead(String),
    Yes,
}
