//! What a DER structure is, told by its shape, and the numbers of RSA keys in and out of it.

use der::asn1::{AnyRef, BitStringRef, ObjectIdentifier, OctetStringRef, UintRef};
use der::{Decode as _, Encode as _, Reader as _, SliceReader, Tag, TagNumber, Tagged as _};
use zeroize::Zeroizing;

use super::KeyError;

const RSA_ENCRYPTION: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
const RSA_PSS: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.10");
const EC_PUBLIC_KEY: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
const SM2_CURVE: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.156.10197.1.301");
const ED25519: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.112");
pub(crate) const CONTEXT_0: Tag = Tag::ContextSpecific { constructed: true, number: TagNumber::N0 };

/// What was found in the DER.
pub(crate) enum Found<'a> {
    /// The element that holds the public key of a certificate, not yet read.
    Certificate(AnyRef<'a>),
    Private(RsaPrivate<'a>),
    Public(RsaPublic<'a>),
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
        return Err(other_algorithm(EC_PUBLIC_KEY, Some(outer)));
    }
    let parts = children(outer)?;
    let tags: Vec<Tag> = parts.iter().map(|part| part.tag()).collect();
    match (parts.as_slice(), tags.as_slice()) {
        (_, [Tag::Integer, Tag::Integer]) => read_public(der).map(Found::Public),
        (_, [Tag::Integer, Tag::Integer, Tag::Integer, ..]) => read_private(der).map(Found::Private),
        ([_, algorithm, key, ..], [Tag::Integer, Tag::Sequence, Tag::OctetString, ..]) => {
            require_rsa(*algorithm)?;
            read_private(key.value()).map(Found::Private)
        }
        ([_, _, rest @ ..], [Tag::Integer, Tag::OctetString, ..]) => {
            let curve = rest.iter().find(|part| part.tag() == CONTEXT_0);
            let curve = curve.and_then(|part| AnyRef::from_der(part.value()).ok());
            Err(other_algorithm(EC_PUBLIC_KEY, curve))
        }
        (_, [Tag::Sequence, Tag::OctetString]) => Err(KeyError::Encrypted),
        (_, [Tag::Sequence, Tag::BitString]) => read_spki(outer).map(Found::Public),
        ([body, ..], [Tag::Sequence, Tag::Sequence, Tag::BitString]) => read_certificate(*body),
        _ => Err(KeyError::Malformed),
    }
}

/// The key in a SubjectPublicKeyInfo.
pub(super) fn read_spki(spki: AnyRef<'_>) -> Result<RsaPublic<'_>, KeyError> {
    let [algorithm, key] = children(spki)?.try_into().map_err(|_| KeyError::Malformed)?;
    require_rsa(algorithm)?;
    read_public(key.decode_as::<BitStringRef<'_>>()?.as_bytes().ok_or(KeyError::Malformed)?)
}

/// The SubjectPublicKeyInfo of a key.
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

fn require_rsa(algorithm: AnyRef<'_>) -> Result<(), KeyError> {
    let parts = children(algorithm)?;
    let (first, parameters) = (parts.first().ok_or(KeyError::Malformed)?, parts.get(1).copied());
    match first.decode_as::<ObjectIdentifier>()? {
        RSA_ENCRYPTION => Ok(()),
        other => Err(other_algorithm(other, parameters)),
    }
}

fn other_algorithm(algorithm: ObjectIdentifier, parameters: Option<AnyRef<'_>>) -> KeyError {
    let curve = parameters.and_then(|parameters| parameters.decode_as::<ObjectIdentifier>().ok());
    let name = match algorithm {
        EC_PUBLIC_KEY if curve == Some(SM2_CURVE) => "SM2".to_owned(),
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

fn sequence(parts: &[&[u8]]) -> Result<Zeroizing<Vec<u8>>, KeyError> {
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

fn number(element: AnyRef<'_>) -> Result<&[u8], KeyError> {
    Ok(element.decode_as::<UintRef<'_>>()?.as_bytes())
}
