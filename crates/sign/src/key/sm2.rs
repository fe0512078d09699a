//! The numbers of SM2 keys in and out of DER: a point of the curve, and a scalar.

use der::asn1::{AnyRef, BitStringRef, ObjectIdentifier, OctetStringRef, UintRef};
use der::{Decode as _, Encode as _, Tag, TagNumber, Tagged as _};
use zeroize::Zeroizing;

use super::KeyError;
use super::asn1::{CONTEXT_0, EC_PUBLIC_KEY, bits, children, number, sequence};

/// The curve, by which an SM2 key is told from other keys for elliptic curves (protocol-v2 §3).
pub(super) const CURVE: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.156.10197.1.301");

const CONTEXT_1: Tag = Tag::ContextSpecific { constructed: true, number: TagNumber::N1 };

/// An SM2 private key.
pub(crate) struct Sm2Private<'a> {
    /// Big-endian.
    pub(crate) scalar: &'a [u8],
    /// The point of the public key as SEC 1 writes it, if it was noted beside the scalar.
    pub(crate) point: Option<&'a [u8]>,
}

/// SEC 1: version (1), scalar, and perhaps the curve and the public key. The curve was settled by who calls.
pub(super) fn read_private(sec1: AnyRef<'_>) -> Result<Sm2Private<'_>, KeyError> {
    let parts = children(sec1)?;
    let [version, scalar, optional @ ..] = parts.as_slice() else { return Err(KeyError::Malformed) };
    if number(*version)? != [1] || curve(optional).is_some_and(|curve| curve != CURVE) {
        return Err(KeyError::Malformed);
    }
    let public = optional.iter().find(|part| part.tag() == CONTEXT_1);
    Ok(Sm2Private {
        scalar: scalar.decode_as::<OctetStringRef<'_>>()?.as_bytes(),
        point: public.map(|public| bits(AnyRef::from_der(public.value())?)).transpose()?,
    })
}

/// The curve that is named among the optional parts of a SEC 1 private key.
pub(super) fn curve(optional: &[AnyRef<'_>]) -> Option<ObjectIdentifier> {
    let named = optional.iter().find(|part| part.tag() == CONTEXT_0)?;
    ObjectIdentifier::from_der(named.value()).ok()
}

/// The SubjectPublicKeyInfo of a key.
pub(super) fn write_spki(point: &[u8]) -> Result<Vec<u8>, KeyError> {
    let point = BitStringRef::from_bytes(point)?.to_der()?;
    Ok(sequence(&[&algorithm()?, &point])?.to_vec())
}

/// The private key with its public half as SEC 1; the curve is named where nothing around it does.
pub(super) fn write_sec1(
    scalar: &[u8],
    point: &[u8],
    names_curve: bool,
) -> Result<Zeroizing<Vec<u8>>, KeyError> {
    let curve = if names_curve { explicit(CONTEXT_0, &CURVE.to_der()?)? } else { Vec::new() };
    let public = explicit(CONTEXT_1, &BitStringRef::from_bytes(point)?.to_der()?)?;
    let scalar = Zeroizing::new(OctetStringRef::new(scalar)?.to_der()?);
    sequence(&[&UintRef::new(&[1])?.to_der()?, &scalar, &curve, &public])
}

/// The private key with its public half as PKCS#8.
pub(super) fn write_pkcs8(scalar: &[u8], point: &[u8]) -> Result<Zeroizing<Vec<u8>>, KeyError> {
    let key = Zeroizing::new(OctetStringRef::new(&write_sec1(scalar, point, false)?)?.to_der()?);
    sequence(&[&UintRef::new(&[0])?.to_der()?, &algorithm()?, &key])
}

fn algorithm() -> Result<Vec<u8>, KeyError> {
    Ok(sequence(&[&EC_PUBLIC_KEY.to_der()?, &CURVE.to_der()?])?.to_vec())
}

fn explicit(tag: Tag, body: &[u8]) -> Result<Vec<u8>, KeyError> {
    Ok(AnyRef::new(tag, body)?.to_der()?)
}
