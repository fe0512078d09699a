//! Types of fields as spec/ writes them, and what of them a document can know: the JSON kind.

use std::fmt;

/// `[GoodsDetail]`, `json<RuleConf>`, `money`, `enum:TradeStatus`
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Type {
    pub(crate) wrap: Wrap,
    pub(crate) leaf: Leaf,
}

/// How values travel.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Wrap {
    Bare,
    Csv,
    Json,
    JsonList,
    List,
}

#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Leaf {
    /// The name of an `[[enum]]`.
    Enum(String),
    /// The name of a `[[type]]`.
    Named(String),
    /// A word of the format: `string`, `int`, `money`.
    Plain(&'static str),
}

/// What a value is in JSON.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Kind {
    File,
    Flag,
    Number,
    Object,
    Text,
    /// Text, number or boolean: the source does not say.
    Value,
}

const PLAIN: [(&str, Kind); 10] = [
    ("string", Kind::Text),
    ("scalar", Kind::Value),
    ("int", Kind::Number),
    ("long", Kind::Number),
    ("bool", Kind::Flag),
    ("money", Kind::Text),
    ("decimal", Kind::Text),
    ("datetime", Kind::Text),
    ("date", Kind::Text),
    ("file", Kind::File),
];

impl Type {
    /// Reads a type of spec/; `None` where it is none.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (wrap, leaf) = [
            (Wrap::JsonList, "json<[", "]>"),
            (Wrap::Json, "json<", ">"),
            (Wrap::Csv, "csv<", ">"),
            (Wrap::List, "[", "]"),
            (Wrap::Bare, "", ""),
        ]
        .into_iter()
        .find_map(|(wrap, open, close)| Some((wrap, text.strip_prefix(open)?.strip_suffix(close)?)))?;
        let leaf = match (leaf.strip_prefix("enum:"), PLAIN.iter().find(|(name, _)| *name == leaf)) {
            (Some(name), _) if super::is_type_name(name) => Leaf::Enum(name.to_owned()),
            (None, Some((name, _))) => Leaf::Plain(name),
            (None, None) if super::is_type_name(leaf) => Leaf::Named(leaf.to_owned()),
            _ => return None,
        };
        Some(Self { wrap, leaf })
    }

    /// Whether it holds text, numbers or dates: neither parts, nor one of a few words, nor a flag or a file.
    pub(crate) fn is_value(&self) -> bool {
        matches!(self.leaf, Leaf::Plain(name) if !matches!(name, "bool" | "file"))
    }

    pub(crate) fn plain(name: &'static str) -> Self {
        Self { wrap: Wrap::Bare, leaf: Leaf::Plain(name) }
    }

    pub(crate) fn named(name: &str) -> Self {
        Self { wrap: Wrap::Bare, leaf: Leaf::Named(name.to_owned()) }
    }

    /// Whether it is a kind of JSON and nothing more, so that another one contradicts it.
    pub(crate) fn is_bare_guess(&self) -> bool {
        matches!(self.wrap, Wrap::Bare | Wrap::List)
            && matches!(self.leaf, Leaf::Plain("string" | "int" | "long" | "bool"))
    }

    /// Whether it is a list, also inside of text.
    pub(crate) fn is_list(&self) -> bool {
        matches!(self.wrap, Wrap::Csv | Wrap::JsonList | Wrap::List)
    }

    /// The same inside of a list or of JSON text; `None` where it is wrapped already.
    pub(crate) fn wrapped(self, wrap: Wrap) -> Option<Self> {
        match (self.wrap, wrap) {
            (Wrap::Bare, _) => Some(Self { wrap, ..self }),
            (Wrap::List, Wrap::Json) => Some(Self { wrap: Wrap::JsonList, ..self }),
            _ => None,
        }
    }

    /// The `[[type]]` that it names.
    pub(crate) fn named_type(&self) -> Option<&str> {
        match &self.leaf {
            Leaf::Named(name) => Some(name),
            Leaf::Enum(_) | Leaf::Plain(_) => None,
        }
    }

    /// Whether a row with this type may stand where the document says `other`: it says more, and nothing else.
    ///
    /// With `loose`, the document only guesses which kind a plain value has.
    pub(crate) fn refines(&self, other: &Self, loose: bool) -> bool {
        if self == other {
            return true;
        }
        if matches!(other.wrap, Wrap::Json | Wrap::JsonList) {
            return self.wrap == other.wrap && kinds_agree(self.leaf.kind(), other.leaf.kind(), loose);
        }
        (self.wrap == Wrap::List) == (other.wrap == Wrap::List)
            && (kinds_agree(self.kind(), other.documented(), loose)
                || other.is_fraction() && self.is_fraction())
    }

    /// The kind of a document's value. What a document calls a number is `decimal` to us, and on the wire a number.
    fn documented(&self) -> Kind {
        if self.is_fraction() { Kind::Number } else { self.kind() }
    }

    /// Whether it is a number with a fraction, which we write as text.
    fn is_fraction(&self) -> bool {
        matches!(self.wrap, Wrap::Bare | Wrap::List) && matches!(self.leaf, Leaf::Plain("decimal" | "money"))
    }

    /// The kind on the wire, of an item where it is a list.
    fn kind(&self) -> Kind {
        match self.wrap {
            Wrap::Bare | Wrap::List => self.leaf.kind(),
            Wrap::Csv | Wrap::Json | Wrap::JsonList => Kind::Text,
        }
    }
}

fn kinds_agree(ours: Kind, theirs: Kind, loose: bool) -> bool {
    let value = |kind| matches!(kind, Kind::Flag | Kind::Number | Kind::Text | Kind::Value);
    match (ours, theirs) {
        _ if ours == theirs => true,
        // The document has come to know what we took for unknown.
        (Kind::Value, _) => false,
        (_, Kind::Value) => value(ours),
        _ => loose && value(ours) && value(theirs),
    }
}

impl Leaf {
    fn kind(&self) -> Kind {
        match self {
            Self::Enum(_) => Kind::Text,
            Self::Named(_) => Kind::Object,
            Self::Plain(name) => {
                PLAIN.iter().find(|(known, _)| known == name).map_or(Kind::Value, |(_, kind)| *kind)
            }
        }
    }
}

impl fmt::Display for Type {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (open, close) = match self.wrap {
            Wrap::Bare => ("", ""),
            Wrap::Csv => ("csv<", ">"),
            Wrap::Json => ("json<", ">"),
            Wrap::JsonList => ("json<[", "]>"),
            Wrap::List => ("[", "]"),
        };
        match &self.leaf {
            Leaf::Enum(name) => write!(out, "{open}enum:{name}{close}"),
            Leaf::Named(name) => write!(out, "{open}{name}{close}"),
            Leaf::Plain(name) => write!(out, "{open}{name}{close}"),
        }
    }
}
