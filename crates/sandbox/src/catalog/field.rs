//! One field of the catalog: its type and its rules, as the specification writes them.

use alipay_core::rules::{self, Condition, Need, Packing, Sensitive};

/// A field of a request, an answer, a notification or a type.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Field {
    /// Wire name.
    pub name: String,
    /// Name in Rust, where it is another.
    pub rust: Option<String>,
    /// Type as written: `string`, `[Name]`, `json<Name>`, `enum:Name`, ...; see [`Field::field_type`].
    pub ty: String,
    /// Need as written: `must`, `one-of:group`, ...; empty for optional fields.
    pub need: String,
    /// Condition as written, `field` or `field=VALUE`: it must be absent otherwise.
    pub only_when: Option<String>,
    /// `query` or `path`; absent for the body.
    pub place: Option<String>,
    /// Shortest and longest text, in characters.
    pub len: Option<(u32, u32)>,
    /// Smallest number, inclusive.
    pub min: Option<String>,
    /// Largest number, inclusive.
    pub max: Option<String>,
    /// Fraction digits at the most.
    pub scale: Option<u32>,
    /// Items of a list at the most.
    pub max_items: Option<u32>,
    /// Shortest and longest item of a list of texts, in characters.
    pub item_len: Option<(u32, u32)>,
    /// Name of a time that must be earlier.
    pub after: Option<String>,
    /// Name of a time, and the days that may lie between.
    pub max_span_days: Option<(String, u32)>,
    /// Days that a time may lie ahead of now.
    pub max_days_ahead: Option<u32>,
    /// Why the value is not shown.
    pub sensitive: Option<Sensitive>,
    /// What to use instead; empty where that is not said.
    pub deprecated: Option<String>,
    /// What Alipay assumes when it is absent.
    pub default: Option<String>,
    /// An example, as it stands on the wire.
    pub eg: Option<String>,
    /// What it means; may be empty.
    pub doc: String,
}

/// The type of a field. What is inside is the text of a type again: see [`FieldType::parse`].
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum FieldType<'a> {
    /// `bool`
    Bool,
    /// `csv<T>`: values joined by commas.
    Csv(&'a str),
    /// `date`
    Date,
    /// `datetime`
    DateTime,
    /// `decimal`
    Decimal,
    /// `enum:Name`
    Enum(&'a str),
    /// `file`
    File,
    /// `int` or `long`
    Int,
    /// `json<T>`: JSON text inside a string.
    Json(&'a str),
    /// `[T]`
    List(&'a str),
    /// `money`
    Money,
    /// An object of the type of this name.
    Named(&'a str),
    /// `scalar`: text, a number or a boolean.
    Scalar,
    /// `string`
    Text,
}

impl<'a> FieldType<'a> {
    /// Reads a type as the specification writes it.
    ///
    /// ```
    /// use alipay_sandbox::catalog::FieldType;
    ///
    /// assert_eq!(FieldType::parse("json<[Goods]>"), FieldType::Json("[Goods]"));
    /// assert_eq!(FieldType::parse("[Goods]"), FieldType::List("Goods"));
    /// ```
    #[must_use]
    pub fn parse(text: &'a str) -> Self {
        let inside = |open: &str, close: char| text.strip_prefix(open)?.strip_suffix(close);
        if let Some(inner) = inside("json<", '>') {
            return Self::Json(inner);
        }
        if let Some(inner) = inside("csv<", '>') {
            return Self::Csv(inner);
        }
        if let Some(inner) = inside("[", ']') {
            return Self::List(inner);
        }
        match text {
            "bool" => Self::Bool,
            "date" => Self::Date,
            "datetime" => Self::DateTime,
            "decimal" => Self::Decimal,
            "file" => Self::File,
            "int" | "long" => Self::Int,
            "money" => Self::Money,
            "scalar" => Self::Scalar,
            "string" => Self::Text,
            _ => match text.strip_prefix("enum:") {
                Some(name) => Self::Enum(name),
                None => Self::Named(text),
            },
        }
    }
}

impl Field {
    /// The type.
    #[must_use]
    pub fn field_type(&self) -> FieldType<'_> {
        FieldType::parse(&self.ty)
    }

    /// What is left of the type without `json<>`, `csv<>` and `[]`.
    #[must_use]
    pub fn inner(&self) -> FieldType<'_> {
        let mut ty = self.field_type();
        while let FieldType::Json(inner) | FieldType::Csv(inner) | FieldType::List(inner) = ty {
            ty = FieldType::parse(inner);
        }
        ty
    }

    /// Whether it is a token or a key.
    #[must_use]
    pub fn is_secret(&self) -> bool {
        self.sensitive == Some(Sensitive::Secret)
    }

    /// Whether it holds JSON text inside a string.
    #[must_use]
    pub fn is_json(&self) -> bool {
        matches!(self.field_type(), FieldType::Json(_))
    }

    /// Whether it is a list, packed or not.
    #[must_use]
    pub fn is_list(&self) -> bool {
        self.ty.contains('[')
    }

    /// The rules of this field, without those of what is nested in it.
    #[must_use]
    pub fn rules(&self) -> rules::Field<'_> {
        rules::Field {
            name: &self.name,
            need: need(&self.need),
            only_when: self.only_when.as_deref().map(condition),
            len: self.len,
            min: self.min.as_deref(),
            max: self.max.as_deref(),
            scale: self.scale,
            max_items: self.max_items,
            item_len: self.item_len,
            after: self.after.as_deref(),
            max_span_days: self.max_span_days.as_ref().map(|(name, days)| (name.as_str(), *days)),
            sensitive: self.sensitive,
            packing: match self.field_type() {
                FieldType::Json(_) => Packing::Json,
                FieldType::Csv(_) => Packing::Csv,
                _ => Packing::Plain,
            },
            nested: None,
        }
    }
}

fn need(text: &str) -> Need<'_> {
    match text.split_once(':') {
        None if text == "must" => Need::Must,
        Some(("one-of", group)) => Need::OneOf(group),
        Some(("just-one-of", group)) => Need::JustOneOf(group),
        Some(("at-most-one-of", group)) => Need::AtMostOneOf(group),
        Some(("when", rest)) => Need::When(condition(rest)),
        _ => Need::Optional,
    }
}

fn condition(text: &str) -> Condition<'_> {
    match text.split_once('=') {
        Some((field, value)) => Condition { field, value: Some(value) },
        None => Condition { field: text, value: None },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packing_is_taken_off() {
        let inner = |ty: &str| format!("{:?}", Field { ty: ty.into(), ..Field::default() }.inner());
        assert_eq!(inner("json<[VoucherRule]>"), r#"Named("VoucherRule")"#);
        assert_eq!(inner("csv<enum:Kind>"), r#"Enum("Kind")"#);
        assert_eq!(inner("json<[string]>"), "Text");
    }
}
