//! What a DER structure is, told by its shape, and the numbers of RSA keys in and out of it; those of SM2
//! keys are read next door.

use der::asn1::{AnyRef, BitStringRef, ObjectIdentifier, OctetStringRef, UintRef};
use der::{Decode as _, Encode as _, Reader as _, SliceReader, Tag, TagNumber, Tagged as _};
use zeroize::Zeroizing;

use super::sm2::{self, Sm2Private};
use super::{KeyAlgorithm, KeyError};

const RSA_ENCRYPTION: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
const RSA_PSS: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.10");
pub(super) const EC_PUBLIC_KEY: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
const ED25519: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.112");
pub(crate) const CONTEXT_0: Tag = Tag::ContextSpecific { constructed: true, number: TagNumber::N0 };

/// What was found in the DER.
pub(crate) enum Found<'a> {
    /// The element that holds the public key of a certificate, not yet read.
    Certificate(AnyRef<'a>),
    Private(Private<'a>),
    Public(Public<'a>),
}

/// The numbers of a private key.
pub(crate) enum Private<'a> {
    Rsa(RsaPrivate<'a>),
    Sm2(Sm2Private<'a>),
}

/// The numbers of a public key.
pub(crate) enum Public<'a> {
    Rsa(RsaPublic<'a>),
    /// The point as SEC 1 writes it.
    Sm2(&'a [u8]),
}

/// The numbers of an RSA public key, big-endian and without leading zeros.
#[derive(Clone, Copy)]
pub(crate) struct RsaPublic<'a> {
    pub(crate) modulus: &'a [u8],
    pub(crate) exponent: &'a [u8],
}

/// An RSA private key: its PKCS#1 DER, and the numbers in it.
pub(crate) struct RsaPrivate<'a> {
    pub(crate) pkcs1: &'a [u8],
    pub(crate) public: RsaPublic<'a>,
    #[cfg_attr(not(feature = "rustcrypto"), expect(dead_code, reason = "AWS-LC reads the DER itself"))]
    pub(crate) private_exponent: &'a [u8],
    #[cfg_attr(not(feature = "rustcrypto"), expect(dead_code, reason = "AWS-LC reads the DER itself"))]
    pub(crate) primes: [&'a [u8]; 2],
}

/// Tells keys and certificates apart by their tags. Nothing recurses: the depth of the input costs no stack.
pub(crate) fn read(der: &[u8]) -> Result<Found<'_>, KeyError> {
    // Else any text in base64 could pass for a key that is cut short.
    let starts = [Tag::Sequence, Tag::ObjectIdentifier].map(Tag::octet);
    if !der.first().is_some_and(|first| starts.contains(first)) {
        return Err(KeyError::Malformed);
    }
    let outer = AnyRef::from_der(der)?;
    if outer.tag() == Tag::ObjectIdentifier {
        return Err(other_algorithm(EC_PUBLIC_KEY));
    }
    let parts = children(outer)?;
    let tags: Vec<Tag> = parts.iter().map(|part| part.tag()).collect();
    match (parts.as_slice(), tags.as_slice()) {
        (_, [Tag::Integer, Tag::Integer]) => Ok(Found::Public(Public::Rsa(read_public(der)?))),
        (_, [Tag::Integer, Tag::Integer, Tag::Integer, ..]) => {
            Ok(Found::Private(Private::Rsa(read_private(der)?)))
        }
        ([_, algorithm, key, ..], [Tag::Integer, Tag::Sequence, Tag::OctetString, ..]) => {
            Ok(Found::Private(match algorithm_of(*algorithm)? {
                KeyAlgorithm::Rsa => Private::Rsa(read_private(key.value())?),
                KeyAlgorithm::Sm2 => Private::Sm2(sm2::read_private(AnyRef::from_der(key.value())?)?),
            }))
        }
        ([_, _, optional @ ..], [Tag::Integer, Tag::OctetString, ..]) => match sm2::curve(optional) {
            Some(sm2::CURVE) => Ok(Found::Private(Private::Sm2(sm2::read_private(outer)?))),
            _ => Err(other_algorithm(EC_PUBLIC_KEY)),
        },
        (_, [Tag::Sequence, Tag::OctetString]) => Err(KeyError::Encrypted),
        (_, [Tag::Sequence, Tag::BitString]) => Ok(Found::Public(read_spki(outer)?)),
        ([body, ..], [Tag::Sequence, Tag::Sequence, Tag::BitString]) => read_certificate(*body),
        _ => Err(KeyError::Malformed),
    }
}

/// The key in a SubjectPublicKeyInfo.
pub(crate) fn read_spki(spki: AnyRef<'_>) -> Result<Public<'_>, KeyError> {
    let [algorithm, key] = children(spki)?.try_into().map_err(|_| KeyError::Malformed)?;
    Ok(match algorithm_of(algorithm)? {
        KeyAlgorithm::Rsa => Public::Rsa(read_public(bits(key)?)?),
        KeyAlgorithm::Sm2 => Public::Sm2(bits(key)?),
    })
}

/// The numbers in the SubjectPublicKeyInfo of an RSA key.
#[cfg(not(feature = "aws-lc"))]
pub(crate) fn rsa_numbers(spki: &[u8]) -> Option<RsaPublic<'_>> {
    match read_spki(AnyRef::from_der(spki).ok()?) {
        Ok(Public::Rsa(numbers)) => Some(numbers),
        _ => None,
    }
}

/// The SubjectPublicKeyInfo of an RSA key.
pub(super) fn write_spki(key: RsaPublic<'_>) -> Result<Vec<u8>, KeyError> {
    let key = sequence(&[&UintRef::new(key.modulus)?.to_der()?, &UintRef::new(key.exponent)?.to_der()?])?;
    let key = BitStringRef::from_bytes(&key)?.to_der()?;
    Ok(sequence(&[&rsa_algorithm()?, &key])?.to_vec())
}

/// A PKCS#1 private key wrapped into PKCS#8.
pub(super) fn write_pkcs8(pkcs1: &[u8]) -> Result<Zeroizing<Vec<u8>>, KeyError> {
    let key = Zeroizing::new(OctetStringRef::new(pkcs1)?.to_der()?);
    sequence(&[&UintRef::new(&[0])?.to_der()?, &rsa_algorithm()?, &key])
}

/// PKCS#1: version (0 for two primes), n, e, d, p, q, and three numbers that follow from them.
fn read_private(pkcs1: &[u8]) -> Result<RsaPrivate<'_>, KeyError> {
    let parts: [AnyRef<'_>; 9] =
        children(AnyRef::from_der(pkcs1)?)?.try_into().map_err(|_| KeyError::Malformed)?;
    let [version, modulus, exponent, private_exponent, prime_1, prime_2, ..] = parts;
    if number(version)? != [0] {
        return Err(KeyError::Malformed);
    }
    Ok(RsaPrivate {
        pkcs1,
        public: RsaPublic { modulus: number(modulus)?, exponent: number(exponent)? },
        private_exponent: number(private_exponent)?,
        primes: [number(prime_1)?, number(prime_2)?],
    })
}

fn read_public(pkcs1: &[u8]) -> Result<RsaPublic<'_>, KeyError> {
    let [modulus, exponent] =
        children(AnyRef::from_der(pkcs1)?)?.try_into().map_err(|_| KeyError::Malformed)?;
    Ok(RsaPublic { modulus: number(modulus)?, exponent: number(exponent)? })
}

fn read_certificate(body: AnyRef<'_>) -> Result<Found<'_>, KeyError> {
    let parts = children(body)?;
    match parts.iter().position(|part| part.tag() != CONTEXT_0).and_then(|start| parts.get(start..)) {
        // serial, signature, issuer, validity, subject, key
        Some([_, _, _, _, _, key, ..]) => Ok(Found::Certificate(*key)),
        // version, subject, key
        Some([_, _, _, ..]) => Err(KeyError::CertificateRequestGiven),
        _ => Err(KeyError::Malformed),
    }
}

fn algorithm_of(identifier: AnyRef<'_>) -> Result<KeyAlgorithm, KeyError> {
    let parts = children(identifier)?;
    let (first, parameters) = (parts.first().ok_or(KeyError::Malformed)?, parts.get(1));
    let curve = parameters.and_then(|parameters| parameters.decode_as::<ObjectIdentifier>().ok());
    match (first.decode_as::<ObjectIdentifier>()?, curve) {
        (RSA_ENCRYPTION, _) => Ok(KeyAlgorithm::Rsa),
        (EC_PUBLIC_KEY, Some(sm2::CURVE)) => Ok(KeyAlgorithm::Sm2),
        (other, _) => Err(other_algorithm(other)),
    }
}

fn other_algorithm(algorithm: ObjectIdentifier) -> KeyError {
    let name = match algorithm {
        EC_PUBLIC_KEY => "elliptic curves (EC)".to_owned(),
        ED25519 => "Ed25519".to_owned(),
        RSA_PSS => "RSASSA-PSS".to_owned(),
        other => format!("algorithm {other}"),
    };
    KeyError::OtherAlgorithm { name }
}

fn rsa_algorithm() -> Result<Vec<u8>, KeyError> {
    Ok(sequence(&[&RSA_ENCRYPTION.to_der()?, &AnyRef::NULL.to_der()?])?.to_vec())
}

pub(crate) fn sequence(parts: &[&[u8]]) -> Result<Zeroizing<Vec<u8>>, KeyError> {
    let body = Zeroizing::new(parts.concat());
    Ok(Zeroizing::new(AnyRef::new(Tag::Sequence, &body)?.to_der()?))
}

/// The elements of a sequence.
pub(crate) fn children(element: AnyRef<'_>) -> der::Result<Vec<AnyRef<'_>>> {
    element.tag().assert_eq(Tag::Sequence)?;
    elements(element.value())
}

/// The elements that stand one after the other in `bytes`.
pub(crate) fn elements(bytes: &[u8]) -> der::Result<Vec<AnyRef<'_>>> {
    let mut reader = SliceReader::new(bytes)?;
    let mut elements = Vec::new();
    while !reader.is_finished() {
        elements.push(AnyRef::decode(&mut reader)?);
    }
    Ok(elements)
}

/// The bytes of a bit string.
pub(super) fn bits(element: AnyRef<'_>) -> Result<&[u8], KeyError> {
    element.decode_as::<BitStringRef<'_>>()?.as_bytes().ok_or(KeyError::Malformed)
}

/// The bytes of a number that is not negative, big-endian and without leading zeros.
pub(crate) fn number(element: AnyRef<'_>) -> Result<&[u8], KeyError> {
    Ok(element.decode_as::<UintRef<'_>>()?.as_bytes())
}
