//! One field of the catalog: its type and its rules.

use alipay_core::rules::{self, Condition, Packing, Sensitive};

/// A field of a request, an answer or a type.
#[derive(Clone, Debug)]
pub(crate) struct Field {
    pub(crate) name: String,
    pub(crate) ty: Ty,
    pub(crate) need: Need,
    pub(crate) only_when: Option<When>,
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
    pub(crate) eg: Option<String>,
}

/// The type of a field.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Ty {
    Bool,
    Csv,
    Date,
    DateTime,
    Decimal,
    Enum,
    File,
    Int,
    /// JSON text inside a string.
    Json(Box<Ty>),
    List(Box<Ty>),
    Money,
    Named(String),
    Text,
}

#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Need {
    Optional,
    Must,
    OneOf(String),
    JustOneOf(String),
    AtMostOneOf(String),
    When(When),
}

#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct When {
    pub(crate) field: String,
    pub(crate) value: Option<String>,
}

impl Ty {
    /// Reads a type as the specification writes it.
    pub(crate) fn parse(text: &str) -> Self {
        let inside = |open: &str, close: char| text.strip_prefix(open)?.strip_suffix(close);
        if let Some(inner) = inside("json<", '>') {
            return Self::Json(Box::new(Self::parse(inner)));
        }
        if let Some(inner) = inside("[", ']') {
            return Self::List(Box::new(Self::parse(inner)));
        }
        match text {
            "bool" => Self::Bool,
            "date" => Self::Date,
            "datetime" => Self::DateTime,
            "decimal" => Self::Decimal,
            "file" => Self::File,
            "int" | "long" => Self::Int,
            "money" => Self::Money,
            "string" => Self::Text,
            _ if text.starts_with("csv<") => Self::Csv,
            _ if text.starts_with("enum:") => Self::Enum,
            name => Self::Named(name.to_owned()),
        }
    }
}

impl When {
    /// Reads `field` or `field=VALUE`.
    pub(crate) fn parse(text: &str) -> Self {
        match text.split_once('=') {
            Some((field, value)) => Self { field: field.to_owned(), value: Some(value.to_owned()) },
            None => Self { field: text.to_owned(), value: None },
        }
    }

    fn condition(&self) -> Condition<'_> {
        Condition { field: &self.field, value: self.value.as_deref() }
    }
}

impl Need {
    /// Reads `must`, `one-of:group`, `when:field=VALUE` and the like.
    pub(crate) fn parse(text: &str) -> Self {
        match text.split_once(':') {
            None if text == "must" => Self::Must,
            Some(("one-of", group)) => Self::OneOf(group.to_owned()),
            Some(("just-one-of", group)) => Self::JustOneOf(group.to_owned()),
            Some(("at-most-one-of", group)) => Self::AtMostOneOf(group.to_owned()),
            Some(("when", condition)) => Self::When(When::parse(condition)),
            _ => Self::Optional,
        }
    }
}

impl Field {
    /// The rules of this field, without those of what is nested in it.
    pub(crate) fn rules(&self) -> rules::Field<'_> {
        rules::Field {
            name: &self.name,
            need: match &self.need {
                Need::Optional => rules::Need::Optional,
                Need::Must => rules::Need::Must,
                Need::OneOf(group) => rules::Need::OneOf(group),
                Need::JustOneOf(group) => rules::Need::JustOneOf(group),
                Need::AtMostOneOf(group) => rules::Need::AtMostOneOf(group),
                Need::When(when) => rules::Need::When(when.condition()),
            },
            only_when: self.only_when.as_ref().map(When::condition),
            len: self.len,
            min: self.min.as_deref(),
            max: self.max.as_deref(),
            scale: self.scale,
            max_items: self.max_items,
            item_len: self.item_len,
            after: self.after.as_deref(),
            max_span_days: self.max_span_days.as_ref().map(|(name, days)| (name.as_str(), *days)),
            sensitive: self.sensitive,
            packing: match self.ty {
                Ty::Json(_) => Packing::Json,
                Ty::Csv => Packing::Csv,
                _ => Packing::Plain,
            },
            nested: None,
        }
    }
}
