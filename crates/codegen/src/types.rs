//! The little language of field types: `string`, `[VoucherLiteInfo]`, `json<RuleConf>`, `csv<enum:Tag>`.

use std::fmt;

/// How a field travels: bare, or as text that holds something.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Type {
    /// The value itself.
    Plain(Inner),
    /// JSON text inside a string.
    Json(Inner),
    /// Values joined by commas in one string.
    Csv(Leaf),
}

/// One value or a list of them.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Inner {
    One(Leaf),
    Many(Leaf),
}

/// A value without structure that this language could see.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Leaf {
    Scalar(Scalar),
    /// `enum:Name`
    Enum(String),
    /// The name of a `[[type]]`.
    Type(String),
}

/// The types that the runtime knows.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Scalar {
    Boolean,
    Date,
    DateTime,
    Decimal,
    /// One uploaded part; never a member of JSON.
    File,
    Integer,
    Money,
    Text,
    /// Text, number or boolean: the source does not say. Rust holds text.
    Unstated,
}

/// Why a type text is not a type: what was seen, and the fix.
#[derive(Debug, Eq, PartialEq)]
pub(crate) struct TypeError {
    pub(crate) what: String,
    pub(crate) fix: String,
}

impl Type {
    pub(crate) fn parse(text: &str) -> Result<Self, TypeError> {
        match (wrapped(text, "json<", ">"), wrapped(text, "csv<", ">")) {
            (Some(inner), _) => match Inner::parse(inner)? {
                Inner::One(Leaf::Scalar(Scalar::File)) => Err(TypeError::packed_file(text)),
                inner => Ok(Self::Json(inner)),
            },
            (_, Some(inner)) => match Leaf::parse(inner)? {
                Leaf::Scalar(Scalar::File) => Err(TypeError::packed_file(text)),
                Leaf::Type(name) => Err(TypeError {
                    what: format!("`csv<{name}>`: only plain values can be joined by commas"),
                    fix: format!("write `csv<string>`, `csv<enum:{name}>` or `json<[{name}]>`"),
                }),
                leaf => Ok(Self::Csv(leaf)),
            },
            (None, None) => Ok(Self::Plain(Inner::parse(text)?)),
        }
    }

    /// The one leaf of the type: every type has exactly one.
    pub(crate) fn leaf(&self) -> &Leaf {
        match self {
            Self::Plain(Inner::One(leaf) | Inner::Many(leaf))
            | Self::Json(Inner::One(leaf) | Inner::Many(leaf))
            | Self::Csv(leaf) => leaf,
        }
    }

    /// Whether it is one uploaded part.
    pub(crate) fn is_file(&self) -> bool {
        matches!(self, Self::Plain(Inner::One(Leaf::Scalar(Scalar::File))))
    }

    /// Whether the Rust side holds a list.
    pub(crate) fn is_list(&self) -> bool {
        matches!(self, Self::Plain(Inner::Many(_)) | Self::Json(Inner::Many(_)) | Self::Csv(_))
    }
}

impl Inner {
    fn parse(text: &str) -> Result<Self, TypeError> {
        match wrapped(text, "[", "]").map(Leaf::parse).transpose()? {
            Some(Leaf::Scalar(Scalar::File)) => Err(TypeError::packed_file(text)),
            Some(item) => Ok(Self::Many(item)),
            None => Ok(Self::One(Leaf::parse(text)?)),
        }
    }
}

impl TypeError {
    fn packed_file(text: &str) -> Self {
        Self { what: format!("`{text}`: a file is a part of its own"), fix: "write `file`".to_owned() }
    }
}

const SCALARS: [(&str, Scalar); 10] = [
    ("string", Scalar::Text),
    ("int", Scalar::Integer),
    ("long", Scalar::Integer),
    ("bool", Scalar::Boolean),
    ("money", Scalar::Money),
    ("decimal", Scalar::Decimal),
    ("datetime", Scalar::DateTime),
    ("date", Scalar::Date),
    ("scalar", Scalar::Unstated),
    ("file", Scalar::File),
];

impl Leaf {
    fn parse(text: &str) -> Result<Self, TypeError> {
        if let Some((_, scalar)) = SCALARS.iter().find(|(name, _)| *name == text) {
            return Ok(Self::Scalar(*scalar));
        }
        let (name, make): (&str, fn(String) -> Self) = match text.strip_prefix("enum:") {
            Some(name) => (name, Self::Enum),
            None => (text, Self::Type),
        };
        if is_type_name(name) {
            return Ok(make(name.to_owned()));
        }
        let known = SCALARS.iter().map(|(name, _)| *name);
        let otherwise = "a type is `string int long bool money decimal datetime date scalar file`, `enum:Name`, `Name`, `[T]`, \
                         `json<T>` or `json<[T]>`, `csv<T>`; names begin with a capital";
        Err(TypeError {
            what: format!("`{text}` is not a type"),
            fix: crate::nearest::suggest(text, known, otherwise),
        })
    }
}

impl fmt::Display for Scalar {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = SCALARS.iter().find(|(_, scalar)| scalar == self).map_or("", |(name, _)| *name);
        out.write_str(name)
    }
}

/// Whether a text can name a `[[type]]` or `[[enum]]`: `VoucherStatus`, not `voucher_status`.
pub(crate) fn is_type_name(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_uppercase())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

fn wrapped<'a>(text: &'a str, open: &str, close: &str) -> Option<&'a str> {
    text.strip_prefix(open)?.strip_suffix(close)
}

#[cfg(test)]
mod tests {
    use super::{Inner, Leaf, Scalar, Type};

    #[test]
    fn types_are_read_as_written() {
        let named = || Leaf::Type("RuleConf".to_owned());
        for (text, expected) in [
            ("string", Type::Plain(Inner::One(Leaf::Scalar(Scalar::Text)))),
            ("long", Type::Plain(Inner::One(Leaf::Scalar(Scalar::Integer)))),
            ("[money]", Type::Plain(Inner::Many(Leaf::Scalar(Scalar::Money)))),
            ("json<RuleConf>", Type::Json(Inner::One(named()))),
            ("json<[RuleConf]>", Type::Json(Inner::Many(named()))),
            ("csv<enum:Tag>", Type::Csv(Leaf::Enum("Tag".to_owned()))),
        ] {
            assert_eq!(Type::parse(text), Ok(expected), "{text}");
        }
    }

    #[test]
    fn other_texts_are_not_types() {
        for text in [
            "",
            "[",
            "[]",
            "[[string]]",
            "json<json<A>>",
            "csv<A>",
            "enum:",
            "enum:a",
            "strin",
            "[file]",
            "json<file>",
            "[<",
        ] {
            assert!(Type::parse(text).is_err(), "{text}");
        }
        assert_eq!(Type::parse("strin").unwrap_err().fix, "did you mean `string`?");
    }
}
