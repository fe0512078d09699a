//! How a field's type is read from JSON and written to it.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor, value};
use serde::ser::{SerializeMap, SerializeSeq};
use serde::{Deserialize, Serialize, Serializer};
use serde_json::Value;

use super::Model;
use super::member::{Member, read_value};
use super::members::{JsonMembers, UnreadMembers};

/// What came of reading a field.
#[derive(Clone, Debug, PartialEq)]
pub enum Read<T> {
    /// `null`, or empty where empty means nothing.
    Absent,
    /// The value.
    Value(T),
    /// Something else, as it came.
    Odd(Value),
}

impl<T> Read<T> {
    /// Puts the value into `field` and hands back what does not fit.
    pub fn store(self, field: &mut Option<T>) -> Option<Value> {
        match self {
            Self::Absent => None,
            Self::Value(value) => {
                *field = Some(value);
                None
            }
            Self::Odd(value) => Some(value),
        }
    }

    /// The value, the default where absent, an error where something else came.
    ///
    /// # Errors
    /// Says what was expected.
    pub fn or_default<E: Error>(self) -> Result<T, E>
    where
        T: Default,
    {
        match self {
            Self::Absent => Ok(T::default()),
            Self::Value(value) => Ok(value),
            Self::Odd(_) => Err(E::custom("expected a JSON object")),
        }
    }
}

/// A type that a field can have.
pub trait Wire: Sized + fmt::Debug {
    /// Reads it, leniently.
    ///
    /// # Errors
    /// What the format reports; an unexpected value is [`Read::Odd`].
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Read<Self>, D::Error>;

    /// Writes it.
    ///
    /// # Errors
    /// What the format reports.
    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error>;

    /// Adds the paths of what models in it keep without a field; `path` is that of the value itself.
    #[doc(hidden)]
    fn unread(&self, path: &str, found: &mut Vec<String>) {
        let _ = (path, found);
    }
}

/// The paths of all that a model, and those inside of it, keep without a field: `fund_bill_list[0].amount`. For tests
/// of generated models.
#[doc(hidden)]
#[must_use]
pub fn unread<T: Model>(model: &T) -> Vec<String> {
    let mut found = Vec::new();
    model.unread("", &mut found);
    found
}

/// A [`Wire`] value as plain serde sees it.
pub(super) struct AsSerialize<'a, T>(pub(super) &'a T);

impl<T: Wire> Serialize for AsSerialize<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.write(serializer)
    }
}

/// Writes a model: its fields, then what it kept.
///
/// # Errors
/// What the format reports.
pub fn write_model<T: Model, S: Serializer>(model: &T, serializer: S) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(None)?;
    JsonMembers::write(model, &mut map)?;
    for (name, value) in model.extra().iter() {
        map.serialize_entry(name, value)?;
    }
    map.end()
}

/// Reads a model member by member.
///
/// # Errors
/// What the format reports.
pub fn read_model<'de, T: Model, D: Deserializer<'de>>(deserializer: D) -> Result<Read<T>, D::Error> {
    deserializer.deserialize_any(ModelVisitor(PhantomData))
}

struct ModelVisitor<T>(PhantomData<T>);

impl<'de, T: Model> Visitor<'de> for ModelVisitor<T> {
    type Value = Read<T>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Read<T>, A::Error> {
        let mut model = T::default();
        while let Some(key) = map.next_key_seed(Key)? {
            if let Some(value) = model.set(&key, Member::new(&mut map))? {
                model.extra_mut().insert(key, value);
            }
        }
        Ok(Read::Value(model))
    }

    /// An empty list stands for an empty object in answers that PHP services wrote.
    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Read<T>, A::Error> {
        let value = Value::deserialize(value::SeqAccessDeserializer::new(seq))?;
        Ok(if value.as_array().is_some_and(Vec::is_empty) { Read::Absent } else { Read::Odd(value) })
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Read<T>, E> {
        Ok(if value.is_empty() { Read::Absent } else { Read::Odd(value.into()) })
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Read<T>, E> {
        Ok(Read::Odd(value.into()))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Read<T>, E> {
        Ok(Read::Odd(value.into()))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Read<T>, E> {
        Ok(Read::Odd(value.into()))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Read<T>, E> {
        Ok(Read::Odd(value.into()))
    }

    fn visit_unit<E: Error>(self) -> Result<Read<T>, E> {
        Ok(Read::Absent)
    }
}

/// Reads a member name without copying it where the format allows.
struct Key;

impl<'de> DeserializeSeed<'de> for Key {
    type Value = Cow<'de, str>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for Key {
    type Value = Cow<'de, str>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a member name")
    }

    fn visit_borrowed_str<E: Error>(self, value: &'de str) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(value))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Self::Value, E> {
        Ok(Cow::Owned(value.to_owned()))
    }
}

impl<T: Model> Wire for T {
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Read<Self>, D::Error> {
        read_model(deserializer)
    }

    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        write_model(self, serializer)
    }

    fn unread(&self, path: &str, found: &mut Vec<String>) {
        UnreadMembers::find(self, path, found);
    }
}

impl<T: Wire> Wire for Vec<T> {
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Read<Self>, D::Error> {
        deserializer.deserialize_any(ListVisitor(PhantomData))
    }

    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut seq = serializer.serialize_seq(Some(self.len()))?;
        for item in self {
            seq.serialize_element(&AsSerialize(item))?;
        }
        seq.end()
    }

    fn unread(&self, path: &str, found: &mut Vec<String>) {
        for (index, item) in self.iter().enumerate() {
            item.unread(&format!("{path}[{index}]"), found);
        }
    }
}

struct ListVisitor<T>(PhantomData<T>);

impl<T: Wire> ListVisitor<T> {
    /// The items; `None` where one does not fit.
    fn list(values: &[Value]) -> Option<Vec<T>> {
        let mut items = Vec::with_capacity(values.len());
        for value in values {
            match read_value(value.clone()) {
                Read::Absent => {}
                Read::Value(item) => items.push(item),
                Read::Odd(_) => return None,
            }
        }
        Some(items)
    }

    /// A value that stands alone where a list is expected is its only item.
    fn single(value: Value) -> Read<Vec<T>> {
        match read_value(value) {
            Read::Absent => Read::Absent,
            Read::Value(item) => Read::Value(vec![item]),
            Read::Odd(value) => Read::Odd(value),
        }
    }
}

impl<'de, T: Wire> Visitor<'de> for ListVisitor<T> {
    type Value = Read<Vec<T>>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a list")
    }

    /// Read whole before its items are looked at: a list with an item that does not fit is kept as it came.
    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Self::Value, A::Error> {
        let value = Value::deserialize(value::SeqAccessDeserializer::new(seq))?;
        let items = value.as_array().and_then(|values| Self::list(values));
        Ok(items.map_or(Read::Odd(value), Read::Value))
    }

    /// The v2 gateway may wrap a list: `{"voucher_lite_info": [...]}`. Any other object is the only item.
    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        let value = Value::deserialize(value::MapAccessDeserializer::new(map))?;
        let Value::Object(object) = &value else { return Ok(Read::Odd(value)) };
        if object.is_empty() {
            return Ok(Read::Value(Vec::new()));
        }
        match (object.len(), object.values().next()) {
            (1, Some(Value::Array(values))) => Ok(Self::list(values).map_or(Read::Odd(value), Read::Value)),
            _ => Ok(Self::single(value)),
        }
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Self::Value, E> {
        Ok(if value.is_empty() { Read::Absent } else { Self::single(value.into()) })
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Self::Value, E> {
        Ok(Self::single(value.into()))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Self::Value, E> {
        Ok(Self::single(value.into()))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Self::Value, E> {
        Ok(Self::single(value.into()))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Self::Value, E> {
        Ok(Self::single(value.into()))
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(Read::Absent)
    }
}
