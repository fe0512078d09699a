//! One difference between two documents, and whether it breaks those who used the old one.

use crate::document::Protocol;

/// What changed, where, and what it was before.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Change {
    pub(super) protocol: Protocol,
    /// The method, or the name of the type.
    pub(super) subject: String,
    pub(super) on_type: bool,
    /// The part of an operation, or the ways that a type travels; `None` for the operation itself.
    pub(super) side: Option<Side>,
    /// The field or the error code.
    pub(super) member: Option<String>,
    pub(super) kind: Kind,
    pub(super) old: Option<String>,
    pub(super) new: Option<String>,
    pub(super) breaking: bool,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Kind {
    CodeAdded,
    CodeRemoved,
    FieldAdded,
    FieldDeprecated,
    FieldMoved,
    FieldNeeded,
    FieldNoLongerNeeded,
    FieldRemoved,
    FieldRetyped,
    OperationAdded,
    OperationRemoved,
    ParamsChanged,
    PathChanged,
    VerbChanged,
}

/// Who writes a field.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Side {
    Answer,
    Both,
    Request,
}

impl Kind {
    /// The word for programs.
    pub(super) fn id(self) -> &'static str {
        match self {
            Self::CodeAdded => "code-added",
            Self::CodeRemoved => "code-removed",
            Self::FieldAdded => "field-added",
            Self::FieldDeprecated => "field-deprecated",
            Self::FieldMoved => "field-moved",
            Self::FieldNeeded => "field-needed",
            Self::FieldNoLongerNeeded => "field-no-longer-needed",
            Self::FieldRemoved => "field-removed",
            Self::FieldRetyped => "field-retyped",
            Self::OperationAdded => "operation-added",
            Self::OperationRemoved => "operation-removed",
            Self::ParamsChanged => "params-changed",
            Self::PathChanged => "path-changed",
            Self::VerbChanged => "verb-changed",
        }
    }

    /// What happened, for people.
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::CodeAdded | Self::FieldAdded | Self::OperationAdded => "added",
            Self::CodeRemoved | Self::FieldRemoved | Self::OperationRemoved => "removed",
            Self::FieldDeprecated => "deprecated",
            Self::FieldMoved => "travels elsewhere",
            Self::FieldNeeded => "needed now",
            Self::FieldNoLongerNeeded => "no longer needed",
            Self::FieldRetyped => "another type",
            Self::ParamsChanged => "parameters travel otherwise",
            Self::PathChanged => "another path",
            Self::VerbChanged => "another verb",
        }
    }
}

impl Side {
    pub(super) fn of(asked: bool, told: bool) -> Option<Self> {
        match (asked, told) {
            (true, true) => Some(Self::Both),
            (true, false) => Some(Self::Request),
            (false, true) => Some(Self::Answer),
            (false, false) => None,
        }
    }

    pub(super) fn is_asked(self) -> bool {
        matches!(self, Self::Both | Self::Request)
    }

    pub(super) fn words(self) -> &'static str {
        match self {
            Self::Answer => "answer",
            Self::Both => "request and answer",
            Self::Request => "request",
        }
    }
}
