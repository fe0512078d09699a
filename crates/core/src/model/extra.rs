//! What a model keeps although it has no field for it.

use std::collections::BTreeMap;
use std::fmt;

use serde_json::Value;

/// Members without a field of their own, by wire name: unknown ones, and values that could not be read as the type
/// of their field. They are written again unchanged.
///
/// `Debug` shows the names only, because the values may be personal data.
///
/// ```
/// use alipay_core::model::Extra;
///
/// let mut extra = Extra::default();
/// extra.insert("new_field", "value");
/// assert_eq!(extra.get("new_field").and_then(|value| value.as_str()), Some("value"));
/// ```
#[derive(Clone, Default, PartialEq)]
#[expect(
    clippy::box_collection,
    reason = "it stands in every model and is nearly always empty: one word, not three"
)]
pub struct Extra(Option<Box<BTreeMap<String, Value>>>);

impl Extra {
    /// The member called `name`, as JSON.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.as_ref()?.get(name)
    }

    /// Adds a member; an earlier one of the same name is replaced.
    pub fn insert(&mut self, name: impl Into<String>, value: impl Into<Value>) {
        self.0.get_or_insert_default().insert(name.into(), value.into());
    }

    /// Takes a member out.
    pub fn remove(&mut self, name: &str) -> Option<Value> {
        let members = self.0.as_mut()?;
        let value = members.remove(name);
        if members.is_empty() {
            self.0 = None;
        }
        value
    }

    /// Whether there is nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    /// All members, sorted by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().flat_map(|members| members.iter()).map(|(name, value)| (name.as_str(), value))
    }
}

impl fmt::Debug for Extra {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_set().entries(self.iter().map(|(name, _)| name)).finish()
    }
}

/// The text of an enum value that this version does not list.
///
/// Read it with `as_str()` of the enum, which stays right when a later version lists the value.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct UnknownValue(Box<str>);

impl UnknownValue {
    #[doc(hidden)]
    #[must_use]
    pub fn new(value: &str) -> Self {
        Self(value.into())
    }

    #[doc(hidden)]
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
