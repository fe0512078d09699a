//! The shape of an X.509 certificate: what Alipay's rules need of it, and no more than that is demanded.

use der::asn1::{AnyRef, BitStringRef, GeneralizedTime, ObjectIdentifier, OctetStringRef, UtcTime};
use der::{Decode as _, Tag, TagNumber, Tagged as _};

use crate::key::asn1::{CONTEXT_0, children};

const BASIC_CONSTRAINTS: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.19");
const EXTENSIONS: Tag = Tag::ContextSpecific { constructed: true, number: TagNumber::N3 };

/// RFC 5280 allows 20; the conversion to decimal digits takes quadratic time.
const MAX_SERIAL_BYTES: usize = 64;

/// The parts of a certificate.
pub(super) struct X509<'a> {
    /// What is signed.
    pub(super) body: AnyRef<'a>,
    pub(super) algorithm: ObjectIdentifier,
    pub(super) signature: &'a [u8],
    /// Big-endian two's complement.
    pub(super) serial: &'a [u8],
    pub(super) issuer: AnyRef<'a>,
    pub(super) subject: AnyRef<'a>,
    /// Unix seconds.
    pub(super) not_before: i64,
    /// Unix seconds.
    pub(super) not_after: i64,
    pub(super) spki: AnyRef<'a>,
    pub(super) is_authority: Option<bool>,
}

impl<'a> X509<'a> {
    /// Reads the frame and leaves alone what is in the key and in the extensions.
    pub(super) fn read(der: &'a [u8]) -> der::Result<Self> {
        let [body, algorithm, signature] = exactly(AnyRef::from_der(der)?)?;
        let parts = children(body)?;
        let version = parts.iter().take_while(|part| part.tag() == CONTEXT_0).count();
        let Some([serial, inner_algorithm, issuer, validity, subject, spki, optional @ ..]) =
            parts.get(version..)
        else {
            return Err(Tag::Sequence.value_error());
        };
        serial.tag().assert_eq(Tag::Integer)?;
        if serial.value().is_empty() || serial.value().len() > MAX_SERIAL_BYTES {
            return Err(Tag::Integer.length_error());
        }
        let algorithm = oid(algorithm)?;
        // Only the inner one is signed: a certificate that says two things is none.
        if oid(*inner_algorithm)? != algorithm {
            return Err(Tag::ObjectIdentifier.value_error());
        }
        let [not_before, not_after] = exactly(*validity)?;
        spki.tag().assert_eq(Tag::Sequence)?;
        Ok(Self {
            body,
            algorithm,
            signature: signature.decode_as::<BitStringRef<'_>>()?.raw_bytes(),
            serial: serial.value(),
            issuer: *issuer,
            subject: *subject,
            not_before: unix_seconds(not_before)?,
            not_after: unix_seconds(not_after)?,
            spki: *spki,
            is_authority: optional.iter().find(|part| part.tag() == EXTENSIONS).and_then(is_authority),
        })
    }
}

fn exactly<const N: usize>(sequence: AnyRef<'_>) -> der::Result<[AnyRef<'_>; N]> {
    children(sequence)?.try_into().map_err(|_| Tag::Sequence.value_error())
}

fn oid(algorithm: AnyRef<'_>) -> der::Result<ObjectIdentifier> {
    let parts = children(algorithm)?;
    parts.first().ok_or_else(|| Tag::Sequence.value_error())?.decode_as()
}

fn unix_seconds(time: AnyRef<'_>) -> der::Result<i64> {
    let since_1970 = match time.tag() {
        Tag::UtcTime => time.decode_as::<UtcTime>()?.to_unix_duration(),
        _ => time.decode_as::<GeneralizedTime>()?.to_unix_duration(),
    };
    i64::try_from(since_1970.as_secs()).map_err(|_| time.tag().value_error())
}

/// What `basicConstraints` says; what cannot be read says no.
fn is_authority(extensions: &AnyRef<'_>) -> Option<bool> {
    let Ok(extensions) = AnyRef::from_der(extensions.value()).and_then(children) else {
        return Some(false);
    };
    let mut constraints = extensions.into_iter().filter_map(|extension| {
        let parts = children(extension).ok()?;
        let kind = parts.first()?.decode_as::<ObjectIdentifier>().ok()?;
        (kind == BASIC_CONSTRAINTS).then(|| parts.last().is_some_and(|value| says_authority(*value)))
    });
    constraints.next()
}

fn says_authority(value: AnyRef<'_>) -> bool {
    let parts = value
        .decode_as::<OctetStringRef<'_>>()
        .and_then(|constraints| AnyRef::from_der(constraints.as_bytes()))
        .and_then(children);
    parts.is_ok_and(|parts| parts.first().is_some_and(|first| first.decode_as::<bool>() == Ok(true)))
}
