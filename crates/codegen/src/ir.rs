//! The specification with every name resolved: all that the emitters see.

use std::collections::{BTreeMap, BTreeSet};

use crate::spec::{self, Protocol};
use crate::types::Scalar;

/// A specification without mistakes, ready to be written out as Rust.
#[derive(Debug)]
pub struct Ir<'spec> {
    /// Operations and notifications, by protocol and group.
    pub(crate) groups: BTreeMap<(Protocol, &'spec str), Group<'spec>>,
    pub(crate) types: Vec<Type<'spec>>,
    pub(crate) enums: Vec<Enum<'spec>>,
    /// What `models.toml` chooses.
    pub(crate) selection: Option<&'spec spec::Selection>,
    /// Every group that has a file in either protocol.
    pub(crate) features: BTreeSet<&'spec str>,
}

impl Ir<'_> {
    /// Every operation, by protocol and group, in the order of the specification.
    pub fn operations(&self) -> impl Iterator<Item = Summary<'_>> {
        self.groups.iter().flat_map(|((protocol, group), members)| {
            members.operations.iter().map(|item| Summary {
                protocol: protocol.as_str(),
                group,
                method: &item.spec.method,
                name: &item.name,
                title: &item.spec.title,
                address: item.spec.verb.as_deref().zip(item.spec.path.as_deref()),
                is_selected: self.selects(*protocol, &item.spec.method),
            })
        })
    }

    /// Whether `models.toml` chooses this operation. Without such a file everything is chosen.
    pub(crate) fn selects(&self, protocol: Protocol, method: &str) -> bool {
        self.selection.is_none_or(|selection| selection.holds(protocol, method))
    }
}

/// What a list of operations says of one.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Summary<'ir> {
    /// `v2` or `v3`.
    pub protocol: &'static str,
    /// The API group, which is a cargo feature and a module.
    pub group: &'ir str,
    /// The dotted name of the method.
    pub method: &'ir str,
    /// What its request and answer are called in Rust, without `Request` and `Response`.
    pub name: &'ir str,
    /// The official title; empty where there is none.
    pub title: &'ir str,
    /// Verb and path of a v3 operation.
    pub address: Option<(&'ir str, &'ir str)>,
    /// Whether `models.toml` chooses it.
    pub is_selected: bool,
}

/// One API group of one protocol.
#[derive(Debug)]
pub(crate) struct Group<'spec> {
    pub(crate) file: &'spec spec::File,
    pub(crate) operations: Vec<Operation<'spec>>,
    pub(crate) notifications: Vec<Notification<'spec>>,
    /// Positions in [`Ir::types`] and [`Ir::enums`].
    pub(crate) types: Vec<usize>,
    pub(crate) enums: Vec<usize>,
}

#[derive(Debug)]
pub(crate) struct Operation<'spec> {
    pub(crate) spec: &'spec spec::Operation,
    /// `VoucherSend`
    pub(crate) name: String,
    /// `voucher_send`
    pub(crate) module: String,
    pub(crate) request: Vec<Field<'spec>>,
    pub(crate) response: Vec<Field<'spec>>,
}

#[derive(Debug)]
pub(crate) struct Notification<'spec> {
    pub(crate) spec: &'spec spec::Notification,
    pub(crate) rust: String,
    pub(crate) fields: Vec<Field<'spec>>,
}

#[derive(Debug)]
pub(crate) struct Type<'spec> {
    pub(crate) spec: &'spec spec::TypeDef,
    pub(crate) file: &'spec spec::File,
    pub(crate) rust: String,
    pub(crate) fields: Vec<Field<'spec>>,
    pub(crate) usage: Usage<'spec>,
    /// Whether the type, or one inside it, has a rule to check before sending.
    pub(crate) ruled: bool,
}

#[derive(Debug)]
pub(crate) struct Enum<'spec> {
    pub(crate) spec: &'spec spec::EnumDef,
    pub(crate) file: &'spec spec::File,
    pub(crate) rust: String,
    pub(crate) variants: Vec<String>,
    pub(crate) usage: Usage<'spec>,
}

/// Who needs a type or enum.
#[derive(Clone, Debug, Default)]
pub(crate) struct Usage<'spec> {
    /// Whether it is a part of a request.
    pub(crate) asked: bool,
    pub(crate) groups: BTreeSet<(Protocol, &'spec str)>,
}

impl Usage<'_> {
    pub(crate) fn is_used(&self) -> bool {
        !self.groups.is_empty()
    }
}

#[derive(Debug)]
pub(crate) struct Field<'spec> {
    pub(crate) spec: &'spec spec::Field,
    pub(crate) rust: String,
    pub(crate) ty: &'spec crate::types::Type,
    pub(crate) leaf: Leaf,
    /// Whether the type contains itself through this field.
    pub(crate) boxed: bool,
}

/// What a field holds in the end.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Leaf {
    Enum(usize),
    Scalar(Scalar),
    Type(usize),
}
