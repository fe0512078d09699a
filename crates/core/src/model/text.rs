//! Values that are one piece of text or a number on the wire.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Error, MapAccess, SeqAccess, Visitor, value};
use serde::{Deserialize, Deserializer, Serializer};
use serde_json::Value;

use super::member::scalar;
use super::wire::{Read, Wire};

/// A type that stands on the wire as text, and inside comma-joined lists.
pub trait Text: Sized {
    /// Reads the text; `None` where it is no such value.
    fn from_text(text: &str) -> Option<Self>;

    /// The text as it stands on the wire.
    fn to_text(&self) -> Cow<'_, str>;
}

/// Implements [`Wire`] for a type with [`Text`]: written as a JSON string, read from text, number or boolean.
#[doc(hidden)]
#[macro_export]
macro_rules! text_wire {
    ($name:ty) => {
        impl $crate::model::Wire for $name {
            fn read<'de, D: $crate::__private::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<$crate::model::Read<Self>, D::Error> {
                $crate::model::Scalar::read(deserializer)
                    .map(|scalar| scalar.parse(<Self as $crate::model::Text>::from_text))
            }
            fn write<S: $crate::__private::Serializer>(
                &self,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                serializer.serialize_str(&$crate::model::Text::to_text(self))
            }
        }
    };
}

/// A JSON value as read where one scalar is expected.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Scalar {
    /// `null`.
    Null,
    /// A string, a number or a boolean; `Value` otherwise.
    One {
        /// Its text: of a number, the shortest that reads back the same.
        text: String,
        /// The value as it came.
        value: Value,
    },
    /// A list or an object.
    Other(Value),
}

impl Scalar {
    /// Reads any JSON value.
    ///
    /// # Errors
    /// What the format reports.
    pub fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        scalar(deserializer)
    }

    /// Applies `parse` to the text. `null` and empty text are absent.
    pub fn parse<T>(self, parse: impl FnOnce(&str) -> Option<T>) -> Read<T> {
        match self {
            Self::Null => Read::Absent,
            Self::One { text, .. } if text.is_empty() => Read::Absent,
            Self::One { text, value } => parse(&text).map_or(Read::Odd(value), Read::Value),
            Self::Other(value) => Read::Odd(value),
        }
    }

    fn number(text: String, value: impl Into<Value>) -> Self {
        Self::One { text, value: value.into() }
    }
}

/// A JSON number with a fraction comes through a double, which is exact for so many decimal digits. A longer one is
/// not believed to be an amount.
const EXACT_DIGITS: usize = 15;

pub(super) struct ScalarVisitor;

impl<'de> Visitor<'de> for ScalarVisitor {
    type Value = Scalar;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("any JSON value")
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Scalar, E> {
        Ok(Scalar::number(value.to_string(), value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Scalar, E> {
        Ok(Scalar::number(value.to_string(), value))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Scalar, E> {
        Ok(Scalar::number(value.to_string(), value))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Scalar, E> {
        let value = Value::from(value);
        let text = value.to_string();
        let exact = text.bytes().filter(u8::is_ascii_digit).count() <= EXACT_DIGITS;
        Ok(if exact { Scalar::One { text, value } } else { Scalar::Other(value) })
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Scalar, E> {
        self.visit_string(value.to_owned())
    }

    fn visit_string<E: Error>(self, value: String) -> Result<Scalar, E> {
        Ok(Scalar::One { text: value.clone(), value: Value::String(value) })
    }

    fn visit_unit<E: Error>(self) -> Result<Scalar, E> {
        Ok(Scalar::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Scalar, A::Error> {
        Value::deserialize(value::SeqAccessDeserializer::new(seq)).map(Scalar::Other)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Scalar, A::Error> {
        Value::deserialize(value::MapAccessDeserializer::new(map)).map(Scalar::Other)
    }
}

impl Text for String {
    fn from_text(text: &str) -> Option<Self> {
        Some(text.to_owned())
    }

    fn to_text(&self) -> Cow<'_, str> {
        Cow::Borrowed(self)
    }
}

/// Text keeps `""`: a caller may mean it, and it is written again.
impl Wire for String {
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Read<Self>, D::Error> {
        Ok(match scalar(deserializer)? {
            Scalar::Null => Read::Absent,
            Scalar::One { text, .. } => Read::Value(text),
            Scalar::Other(value) => Read::Odd(value),
        })
    }

    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self)
    }
}

impl Text for i64 {
    fn from_text(text: &str) -> Option<Self> {
        text.parse().ok()
    }

    fn to_text(&self) -> Cow<'_, str> {
        Cow::Owned(self.to_string())
    }
}

impl Wire for i64 {
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Read<Self>, D::Error> {
        scalar(deserializer).map(|scalar| scalar.parse(Self::from_text))
    }

    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_i64(*self)
    }
}

impl Text for bool {
    fn from_text(text: &str) -> Option<Self> {
        text.parse().ok()
    }

    fn to_text(&self) -> Cow<'_, str> {
        Cow::Borrowed(if *self { "true" } else { "false" })
    }
}

impl Wire for bool {
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Read<Self>, D::Error> {
        scalar(deserializer).map(|scalar| scalar.parse(Self::from_text))
    }

    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bool(*self)
    }
}
