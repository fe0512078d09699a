//! When a field is needed, and when it must be absent.

/// The `need` of a field.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) enum Need {
    Must,
    #[default]
    Optional,
    /// At least one field of the group.
    OneOf(String),
    /// Exactly one field of the group.
    JustOneOf(String),
    /// No more than one field of the group.
    AtMostOneOf(String),
    When(Condition),
}

/// A field is present, or holds a value.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Condition {
    pub(crate) field: String,
    pub(crate) value: Option<String>,
}

impl Need {
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (word, rest) = match text.split_once(':') {
            Some((word, rest)) if !rest.is_empty() => (word, rest),
            Some(_) => return None,
            None => (text, ""),
        };
        Some(match (word, rest) {
            ("must", "") => Self::Must,
            ("opt", "") => Self::Optional,
            (_, "") => return None,
            ("one-of", group) => Self::OneOf(group.to_owned()),
            ("just-one-of", group) => Self::JustOneOf(group.to_owned()),
            ("at-most-one-of", group) => Self::AtMostOneOf(group.to_owned()),
            ("when", condition) => Self::When(Condition::parse(condition)?),
            _ => return None,
        })
    }

    /// The group of a need that speaks of several fields, with the word that names the kind of group.
    pub(crate) fn group(&self) -> Option<(&'static str, &str)> {
        match self {
            Self::OneOf(group) => Some(("one-of", group)),
            Self::JustOneOf(group) => Some(("just-one-of", group)),
            Self::AtMostOneOf(group) => Some(("at-most-one-of", group)),
            Self::Must | Self::Optional | Self::When(_) => None,
        }
    }
}

impl Condition {
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (field, value) = match text.split_once('=') {
            Some((field, value)) if !value.is_empty() => (field, Some(value.to_owned())),
            Some(_) => return None,
            None => (text, None),
        };
        (!field.is_empty()).then(|| Self { field: field.to_owned(), value })
    }
}

#[cfg(test)]
mod tests {
    use super::{Condition, Need};

    #[test]
    fn needs_are_read_as_written() {
        let condition =
            |value: Option<&str>| Condition { field: "a".to_owned(), value: value.map(str::to_owned) };
        for (text, expected) in [
            ("must", Need::Must),
            ("opt", Need::Optional),
            ("one-of:g", Need::OneOf("g".to_owned())),
            ("just-one-of:g", Need::JustOneOf("g".to_owned())),
            ("at-most-one-of:g", Need::AtMostOneOf("g".to_owned())),
            ("when:a", Need::When(condition(None))),
            ("when:a=B=C", Need::When(condition(Some("B=C")))),
        ] {
            assert_eq!(Need::parse(text), Some(expected), "{text}");
        }
        for text in ["", "maybe", "must:a", "one-of", "one-of:", "when:", "when:=B", "when:a="] {
            assert_eq!(Need::parse(text), None, "{text}");
        }
    }
}
