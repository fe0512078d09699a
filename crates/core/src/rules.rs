//! The rules of request fields, and one function that finds every violation before anything is sent.
//!
//! The rules of an operation come from `spec/`. Generated models carry them in static tables; the local gateway
//! builds the same rows from its catalog.

mod check;
mod violation;

pub use self::check::{check_object, validate};
pub use self::violation::{Invalid, Violation};

/// The fields of one object that have something to check or to hide.
#[derive(Clone, Copy, Debug)]
pub struct Shape<'a> {
    /// Rows, in wire order.
    pub fields: &'a [Field<'a>],
}

/// What is known of one field. Start from [`Field::EMPTY`].
#[derive(Clone, Copy, Debug)]
pub struct Field<'a> {
    /// Wire name.
    pub name: &'a str,
    /// Whether it must be there.
    pub need: Need<'a>,
    /// It must be absent unless this holds.
    pub only_when: Option<Condition<'a>>,
    /// Shortest and longest text, in characters.
    pub len: Option<(u32, u32)>,
    /// Smallest number, inclusive.
    pub min: Option<&'a str>,
    /// Largest number, inclusive.
    pub max: Option<&'a str>,
    /// Fraction digits at the most.
    pub scale: Option<u32>,
    /// Items of a list at the most.
    pub max_items: Option<u32>,
    /// Shortest and longest item of a list of texts, in characters.
    pub item_len: Option<(u32, u32)>,
    /// Name of a time that must be earlier.
    pub after: Option<&'a str>,
    /// Name of a time, and the days that may lie between.
    pub max_span_days: Option<(&'a str, u32)>,
    /// Whether the value may be shown.
    pub sensitive: Option<Sensitive>,
    /// How the value is packed.
    pub packing: Packing,
    /// Rules of the type of this field, or of its items.
    pub nested: Option<fn() -> &'static Shape<'static>>,
}

impl Field<'_> {
    /// A field without any rule.
    pub const EMPTY: Self = Self {
        name: "",
        need: Need::Optional,
        only_when: None,
        len: None,
        min: None,
        max: None,
        scale: None,
        max_items: None,
        item_len: None,
        after: None,
        max_span_days: None,
        sensitive: None,
        packing: Packing::Plain,
        nested: None,
    };
}

/// Whether a field must be there. Groups are sets of fields with the same group name.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Need<'a> {
    /// It may be absent.
    Optional,
    /// Always.
    Must,
    /// At least one of the group.
    OneOf(&'a str),
    /// Exactly one of the group.
    JustOneOf(&'a str),
    /// One of the group, or none.
    AtMostOneOf(&'a str),
    /// When the condition holds.
    When(Condition<'a>),
}

/// Another field is present, or has a certain value.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Condition<'a> {
    /// The other field.
    pub field: &'a str,
    /// The value that it must have; any where `None`.
    pub value: Option<&'a str>,
}

/// Why a value is not shown in `Debug`, errors and logs.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Sensitive {
    /// Personal data: phone, login, name, address.
    Personal,
    /// A token or a key.
    Secret,
}

/// How a value is packed into its member.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Packing {
    /// As JSON.
    Plain,
    /// As JSON text inside a string.
    Json,
    /// As values joined by commas in one string.
    Csv,
}
