//! The readings of the document: which text may have been signed.

use std::fmt;

use crate::Empties;

/// One reading of what is signed in a link (protocol-v2 §10.3).
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct Candidate {
    /// In which order the pairs stand.
    pub order: PairOrder,
    /// Whether the values are percent-decoded.
    pub values: ValueForm,
    /// What becomes of empty values; under [`Empties::Keep`] an absent sign key counts as an empty one.
    pub empties: Empties,
}

/// The order of the pairs in the signed text.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum PairOrder {
    /// The order of the configured `signKeys`.
    SignKeys,
    /// Sorted by name, as in every other signature of the gateway.
    Sorted,
}

/// The form of the values in the signed text.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum ValueForm {
    /// Percent-decoded, with `+` as a space.
    Decoded,
    /// As they stand in the link.
    Raw,
}

impl Candidate {
    /// The likeliest reading, and the one that [`sign`](super::sign) uses: sorted, decoded, without empty
    /// values.
    pub const DEFAULT: Self = Self::new(PairOrder::Sorted, ValueForm::Decoded, Empties::Drop);

    /// All readings, the likeliest first. The list is closed: "values only" is not in it, since such a text
    /// can be split in other ways under the same signature.
    pub const ALL: [Self; 8] = [
        Self::DEFAULT,
        Self::new(PairOrder::Sorted, ValueForm::Decoded, Empties::Keep),
        Self::new(PairOrder::SignKeys, ValueForm::Decoded, Empties::Drop),
        Self::new(PairOrder::SignKeys, ValueForm::Decoded, Empties::Keep),
        Self::new(PairOrder::Sorted, ValueForm::Raw, Empties::Drop),
        Self::new(PairOrder::Sorted, ValueForm::Raw, Empties::Keep),
        Self::new(PairOrder::SignKeys, ValueForm::Raw, Empties::Drop),
        Self::new(PairOrder::SignKeys, ValueForm::Raw, Empties::Keep),
    ];

    /// A reading to pin.
    #[must_use]
    pub const fn new(order: PairOrder, values: ValueForm, empties: Empties) -> Self {
        Self { order, values, empties }
    }
}

impl fmt::Display for Candidate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let order = match self.order {
            PairOrder::SignKeys => "in signKeys order",
            PairOrder::Sorted => "sorted",
        };
        let values = match self.values {
            ValueForm::Decoded => "decoded",
            ValueForm::Raw => "raw",
        };
        let empties = match self.empties {
            Empties::Drop => "dropped",
            Empties::Keep => "kept",
        };
        write!(f, "pairs {order}, values {values}, empty values {empties}")
    }
}
