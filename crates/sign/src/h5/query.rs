//! The query of a link, taken apart: what is signed by configuration, the signature, and everything else.

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use super::candidate::{Candidate, PairOrder, ValueForm};
use super::config::UseModeLink;
use super::error::H5Error;
use crate::canonical::{is_blank_bytes, join};
use crate::{Empties, FormError, form};

const UNPADDED: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// One value of the link, as it stands and decoded.
pub(super) struct Value {
    pub(super) raw: Vec<u8>,
    pub(super) decoded: Vec<u8>,
}

pub(super) struct Query<'c> {
    /// One entry for each sign key, in the order of the configuration.
    pub(super) keys: Vec<(&'c str, Option<Value>)>,
    /// The value of `sign`, percent-decoded.
    pub(super) sign: Option<Vec<u8>>,
    pub(super) others: Vec<(Vec<u8>, Vec<u8>)>,
}

impl<'c> Query<'c> {
    /// Takes a query apart. `sign` and the sign keys may occur once; other names are no business of ours.
    pub(super) fn read(query: &str, config: &'c UseModeLink) -> Result<Self, H5Error> {
        let mut read = Self {
            keys: config.sign_keys.iter().map(|key| (key.as_str(), None)).collect(),
            sign: None,
            others: Vec::new(),
        };
        for (name, raw) in form::split(query.as_bytes()).map_err(H5Error::Form)? {
            let (name, decoded) = (form::decode(name), form::decode(raw).into_owned());
            let repeated = if *name == *b"sign" {
                read.sign.replace(decoded).is_some()
            } else if let Some((_, slot)) = read.keys.iter_mut().find(|(key, _)| key.as_bytes() == &*name) {
                slot.replace(Value { raw: raw.to_vec(), decoded }).is_some()
            } else {
                read.others.push((name.to_vec(), decoded));
                false
            };
            if repeated {
                return Err(H5Error::Form(FormError::RepeatedName { name: form::show(&name) }));
            }
        }
        Ok(read)
    }

    /// The text that `candidate` takes to be signed.
    pub(super) fn message(&self, candidate: Candidate) -> Vec<u8> {
        let mut pairs: Vec<(&[u8], &[u8])> = self
            .keys
            .iter()
            .map(|(key, value)| (key.as_bytes(), form_of(value.as_ref(), candidate.values)))
            .collect();
        if candidate.order == PairOrder::Sorted {
            pairs.sort_by_key(|(name, _)| *name);
        }
        join(&pairs, candidate.empties)
    }

    /// The pairs that a signature by `candidate` covers.
    pub(super) fn covered(&self, candidate: Candidate) -> impl Iterator<Item = (&'c str, &[u8])> {
        let present = self.keys.iter().filter_map(|(key, value)| value.as_ref().map(|value| (*key, value)));
        present
            .filter(move |(_, value)| {
                candidate.empties == Empties::Keep || !is_blank_bytes(form_of(Some(value), candidate.values))
            })
            .map(|(key, value)| (key, value.decoded.as_slice()))
    }

    /// The first sign key whose value could hold the start of another one.
    pub(super) fn ambiguous(&self) -> Option<&'c str> {
        let holds = |value: &Value, key: &str| {
            let mark = format!("&{key}=");
            value.decoded.windows(mark.len()).any(|window| window == mark.as_bytes())
        };
        let present = self.keys.iter().filter_map(|(key, value)| value.as_ref().map(|value| (*key, value)));
        present
            .into_iter()
            .find(|(_, value)| self.keys.iter().any(|(key, _)| holds(value, key)))
            .map(|(key, _)| key)
    }
}

/// The bytes of a signature that came through a link: `+` may have become a space, the alphabet may be the
/// URL-safe one.
pub(super) fn signature_of(text: &[u8]) -> Result<Vec<u8>, H5Error> {
    let standard: Vec<u8> = text
        .iter()
        .filter_map(|byte| match byte {
            b' ' | b'-' => Some(b'+'),
            b'_' => Some(b'/'),
            byte if byte.is_ascii_whitespace() => None,
            byte => Some(*byte),
        })
        .collect();
    UNPADDED.decode(standard).map_err(|_| H5Error::SignatureText)
}

fn form_of(value: Option<&Value>, form: ValueForm) -> &[u8] {
    match (value, form) {
        (None, _) => &[],
        (Some(value), ValueForm::Decoded) => &value.decoded,
        (Some(value), ValueForm::Raw) => &value.raw,
    }
}
