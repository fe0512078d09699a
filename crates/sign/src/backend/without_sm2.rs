//! In place of SM2 where the feature is off: there are no such keys, so whatever needs one cannot happen.

use zeroize::Zeroizing;

use crate::{KeyError, SignError};

pub(crate) enum SigningKey {}

impl SigningKey {
    pub(crate) fn new(_scalar: &[u8]) -> Result<Self, KeyError> {
        Err(KeyError::NeedsSm2)
    }

    pub(crate) fn scalar(&self) -> Zeroizing<Vec<u8>> {
        match *self {}
    }

    pub(crate) fn point(&self) -> Vec<u8> {
        match *self {}
    }

    pub(crate) fn sign(&self, _message: &[u8]) -> Result<Vec<u8>, SignError> {
        match *self {}
    }
}

pub(crate) enum VerifyingKey {}

impl VerifyingKey {
    pub(crate) fn new(_point: &[u8]) -> Result<Self, KeyError> {
        Err(KeyError::NeedsSm2)
    }

    pub(crate) fn point(&self) -> Vec<u8> {
        match *self {}
    }

    pub(crate) fn verify(&self, _message: &[u8], _signature: &[u8]) -> bool {
        match *self {}
    }
}
