//! One difference between two documents, and whether it breaks those who used the old one.

use crate::document::Protocol;

/// What changed, where, and what it was before.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Change {
    pub(super) protocol: Protocol,
    /// The method, or the name of the table.
    pub(super) subject: String,
    pub(super) of: Subject,
    /// The part of an operation, or the ways that a type travels; `None` for the operation itself.
    pub(super) side: Option<Side>,
    /// The field, the error code or the value of an enum.
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
    DispatchChanged,
    FieldAdded,
    FieldDeprecated,
    FieldLenChanged,
    FieldMoved,
    FieldNeedChanged,
    FieldNeeded,
    FieldNoLongerDeprecated,
    FieldNoLongerNeeded,
    FieldRemoved,
    FieldRetyped,
    NotificationAdded,
    NotificationRemoved,
    OperationAdded,
    OperationDeprecated,
    OperationNoLongerDeprecated,
    OperationRemoved,
    ParamsChanged,
    PathChanged,
    ValueAdded,
    ValueRemoved,
    VerbChanged,
}

/// What kind of table a change is of.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Subject {
    Enum,
    Notification,
    Operation,
    Type,
}

/// Who writes a field.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Side {
    Answer,
    Both,
    Notification,
    Request,
}

impl Kind {
    /// The word for programs.
    pub(super) fn id(self) -> &'static str {
        match self {
            Self::CodeAdded => "code-added",
            Self::CodeRemoved => "code-removed",
            Self::DispatchChanged => "dispatch-changed",
            Self::FieldAdded => "field-added",
            Self::FieldDeprecated => "field-deprecated",
            Self::FieldLenChanged => "field-len-changed",
            Self::FieldMoved => "field-moved",
            Self::FieldNeedChanged => "field-need-changed",
            Self::FieldNeeded => "field-needed",
            Self::FieldNoLongerDeprecated => "field-no-longer-deprecated",
            Self::FieldNoLongerNeeded => "field-no-longer-needed",
            Self::FieldRemoved => "field-removed",
            Self::FieldRetyped => "field-retyped",
            Self::NotificationAdded => "notification-added",
            Self::NotificationRemoved => "notification-removed",
            Self::OperationAdded => "operation-added",
            Self::OperationDeprecated => "operation-deprecated",
            Self::OperationNoLongerDeprecated => "operation-no-longer-deprecated",
            Self::OperationRemoved => "operation-removed",
            Self::ParamsChanged => "params-changed",
            Self::PathChanged => "path-changed",
            Self::ValueAdded => "value-added",
            Self::ValueRemoved => "value-removed",
            Self::VerbChanged => "verb-changed",
        }
    }

    /// What happened, for people.
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::CodeAdded
            | Self::FieldAdded
            | Self::NotificationAdded
            | Self::OperationAdded
            | Self::ValueAdded => "added",
            Self::CodeRemoved
            | Self::FieldRemoved
            | Self::NotificationRemoved
            | Self::OperationRemoved
            | Self::ValueRemoved => "removed",
            Self::DispatchChanged => "sent otherwise",
            Self::FieldDeprecated | Self::OperationDeprecated => "deprecated",
            Self::FieldLenChanged => "another length",
            Self::FieldMoved => "travels elsewhere",
            Self::FieldNeedChanged => "needed otherwise",
            Self::FieldNeeded => "needed now",
            Self::FieldNoLongerDeprecated | Self::OperationNoLongerDeprecated => "no longer deprecated",
            Self::FieldNoLongerNeeded => "no longer needed",
            Self::FieldRetyped => "another type",
            Self::ParamsChanged => "parameters travel otherwise",
            Self::PathChanged => "another path",
            Self::VerbChanged => "another verb",
        }
    }
}

impl Subject {
    /// The word for programs.
    pub(super) fn id(self) -> &'static str {
        match self {
            Self::Enum => "enum",
            Self::Notification => "notification",
            Self::Operation => "operation",
            Self::Type => "type",
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
            Self::Notification => "notification",
            Self::Request => "request",
        }
    }
}
