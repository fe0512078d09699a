//! One member of a JSON object, on its way into a field.

use std::marker::PhantomData;

use serde::de::{DeserializeSeed, Deserializer, MapAccess};
use serde_json::Value;

use super::text::{Scalar, Text};
use super::wire::{Read, Wire};

/// Nothing, or the value that found no field and is to be kept.
pub type Kept<E> = Result<Option<Value>, E>;

/// The value of one member, not read yet. Each method reads it, once.
#[derive(Debug)]
pub struct Member<'a, A> {
    map: &'a mut A,
}

impl<'a, 'de, A: MapAccess<'de>> Member<'a, A> {
    pub(super) fn new(map: &'a mut A) -> Self {
        Self { map }
    }

    /// Reads into a field.
    ///
    /// # Errors
    /// What the format reports.
    pub fn read<T: Wire>(self, field: &mut Option<T>) -> Kept<A::Error> {
        Ok(self.map.next_value_seed(Seed::<T>(PhantomData))?.store(field))
    }

    /// Reads JSON that stands as text inside a string; the bare JSON is accepted too.
    ///
    /// # Errors
    /// What the format reports. Text that is no JSON is kept.
    pub fn read_json<T: Wire>(self, field: &mut Option<T>) -> Kept<A::Error> {
        let value = self.map.next_value::<Value>()?;
        let Value::String(text) = value else { return Ok(read_value(value).store(field)) };
        if text.is_empty() {
            return Ok(None);
        }
        Ok(match serde_json::from_str::<Value>(&text).map(read_value) {
            Ok(Read::Value(read)) => Read::Value(read).store(field),
            Ok(Read::Absent) => None,
            Ok(Read::Odd(_)) | Err(_) => Some(Value::String(text)),
        })
    }

    /// Reads values that are joined by commas in one string; a list is accepted too.
    ///
    /// # Errors
    /// What the format reports. A value that cannot be read as `T` keeps the whole text.
    pub fn read_csv<T: Text + Wire>(self, field: &mut Option<Vec<T>>) -> Kept<A::Error> {
        let value = self.map.next_value::<Value>()?;
        let Value::String(text) = &value else { return Ok(read_value(value).store(field)) };
        if text.is_empty() {
            return Ok(None);
        }
        match text.split(',').map(T::from_text).collect() {
            Some(values) => {
                *field = Some(values);
                Ok(None)
            }
            None => Ok(Some(value)),
        }
    }

    /// Hands the value back, because there is no field for it.
    ///
    /// # Errors
    /// What the format reports.
    pub fn unknown(self) -> Kept<A::Error> {
        self.map.next_value::<Value>().map(Some)
    }
}

/// Reads a value that is already in memory; what does not fit comes back as [`Read::Odd`].
pub(super) fn read_value<T: Wire>(value: Value) -> Read<T> {
    // A `Value` deserializer cannot fail on its own, and `Wire` reports what does not fit as `Odd`.
    T::read(value).unwrap_or(Read::Absent)
}

struct Seed<T>(PhantomData<T>);

impl<'de, T: Wire> DeserializeSeed<'de> for Seed<T> {
    type Value = Read<T>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Read<T>, D::Error> {
        T::read(deserializer)
    }
}

/// Seed for scalars, shared by every text-like type.
pub(super) fn scalar<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Scalar, D::Error> {
    deserializer.deserialize_any(super::text::ScalarVisitor)
}
