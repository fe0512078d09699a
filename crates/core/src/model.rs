//! What generated requests and answers stand on.
//!
//! A model supplies two functions only: [`Model::set`], a match from member name to field, and [`Model::put`], a
//! chain of calls over its fields. Everything else (serde, `Debug`, lenient reading, text inside text) is here, once,
//! so that thousands of models stay cheap to compile.
//!
//! Reading is lenient: a number where text is expected and the other way round, `""` or `null` for "absent", one
//! object where a list is expected, and the wrappers that the v2 gateway puts around lists. A value that cannot be
//! read as its type never fails the answer: it is kept in [`Extra`], under its name, as it came.

mod debug;
mod extra;
mod member;
mod members;
mod text;
mod wire;

pub use self::debug::debug;
pub use self::extra::{Extra, UnknownValue};
pub use self::member::{Kept, Member};
pub use self::members::Members;
pub(crate) use self::members::{FileMembers, joined};
pub use self::text::{Scalar, Text};
pub use self::wire::{Read, Wire};
#[doc(hidden)]
pub use self::wire::{read_model, unread, write_model};
pub use serde::de::MapAccess;

use std::fmt;

use crate::rules::Shape;

/// A typed JSON object of the API: a request, an answer, or a part of one.
///
/// Implemented by generated code, together with `Serialize`, `Deserialize` and `Debug` through
/// [`model!`](crate::model!).
pub trait Model: Clone + fmt::Debug + Default + PartialEq {
    /// The fields that have a rule or are sensitive, and those whose type has such fields. Most models have none.
    fn shape() -> &'static Shape<'static> {
        &Shape { fields: &[] }
    }

    /// Reads the member called `key`.
    ///
    /// # Errors
    /// Only what the underlying format reports (malformed JSON); an unexpected value is handed back to be kept.
    fn set<'de, A: MapAccess<'de>>(&mut self, key: &str, member: Member<'_, A>) -> Kept<A::Error>;

    /// Hands every field to `members`, in wire order.
    fn put<M: Members>(&self, members: &mut M);

    /// Members without a field of their own.
    fn extra(&self) -> &Extra;

    /// Members without a field of their own, to change.
    fn extra_mut(&mut self) -> &mut Extra;
}

/// A model that contains itself.
impl<T: Model> Model for Box<T> {
    fn shape() -> &'static Shape<'static> {
        T::shape()
    }

    fn set<'de, A: MapAccess<'de>>(&mut self, key: &str, member: Member<'_, A>) -> Kept<A::Error> {
        T::set(self, key, member)
    }

    fn put<M: Members>(&self, members: &mut M) {
        T::put(self, members);
    }

    fn extra(&self) -> &Extra {
        T::extra(self)
    }

    fn extra_mut(&mut self) -> &mut Extra {
        T::extra_mut(self)
    }
}

/// Implements `Serialize`, `Deserialize` and `Debug` for a [`Model`].
#[macro_export]
macro_rules! model {
    ($($name:ident),+ $(,)?) => {$(
        impl $crate::__private::Serialize for $name {
            fn serialize<S: $crate::__private::Serializer>(
                &self,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                $crate::model::write_model(self, serializer)
            }
        }
        impl<'de> $crate::__private::Deserialize<'de> for $name {
            fn deserialize<D: $crate::__private::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                $crate::model::Wire::read(deserializer).and_then($crate::model::Read::or_default)
            }
        }
        impl ::core::fmt::Debug for $name {
            fn fmt(&self, formatter: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                $crate::model::debug(self, formatter)
            }
        }
    )+};
}

/// Implements the conversions and [`Wire`] for an open enum: listed values and `Unknown`, which keeps the text.
#[macro_export]
macro_rules! open_enum {
    ($name:ident { $($variant:ident = $value:literal),* $(,)? }) => {
        impl $name {
            /// The value as it stands on the wire.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $value,)*
                    Self::Unknown(value) => value.as_str(),
                }
            }
        }
        impl ::core::convert::From<&str> for $name {
            fn from(value: &str) -> Self {
                match value {
                    $($value => Self::$variant,)*
                    other => Self::Unknown($crate::model::UnknownValue::new(other)),
                }
            }
        }
        impl ::core::convert::From<::std::string::String> for $name {
            fn from(value: ::std::string::String) -> Self {
                Self::from(value.as_str())
            }
        }
        impl ::core::fmt::Display for $name {
            fn fmt(&self, formatter: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                formatter.write_str(self.as_str())
            }
        }
        impl $crate::model::Text for $name {
            fn from_text(text: &str) -> ::core::option::Option<Self> {
                (!text.is_empty()).then(|| Self::from(text))
            }
            fn to_text(&self) -> ::std::borrow::Cow<'_, str> {
                ::std::borrow::Cow::Borrowed(self.as_str())
            }
        }
        $crate::text_wire!($name);
    };
}
