//! Writing X.509 certificates, with the few parts that Alipay's own have.
//!
//! Written here because no common library writes certificates for SM2 (protocol-v2 §6).

use alipay_core::DateTime;
use alipay_sign::{Certificate, KeyAlgorithm, PrivateKey, PublicKey, SignType};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};
use yasna::models::ObjectIdentifier;
use yasna::tags::{TAG_GENERALIZEDTIME, TAG_UTCTIME};
use yasna::{DERWriter, DERWriterSeq, Tag};

use crate::error::BuildError;

const BASIC_CONSTRAINTS: &[u64] = &[2, 5, 29, 19];
const COMMON_NAME: &[u64] = &[2, 5, 4, 3];
const COUNTRY: &[u64] = &[2, 5, 4, 6];
const ORGANIZATION: &[u64] = &[2, 5, 4, 10];
const RSA_SHA256: &[u64] = &[1, 2, 840, 113_549, 1, 1, 11];
const SM2_SM3: &[u64] = &[1, 2, 156, 10197, 1, 501];
const UNIT: &[u64] = &[2, 5, 4, 11];

/// Bytes of a serial number, as many as Alipay's have.
const SERIAL: usize = 16;

/// Who a certificate is about; the country is always China.
#[derive(Clone)]
pub(super) struct Name {
    pub(super) organization: &'static str,
    pub(super) unit: &'static str,
    pub(super) common: String,
}

/// What a certificate says.
pub(super) struct Draft<'a> {
    pub(super) subject: &'a Name,
    pub(super) key: &'a PublicKey,
    pub(super) issuer: &'a Name,
    pub(super) is_authority: bool,
    /// It is valid from the beginning of the year before this.
    pub(super) now: DateTime,
    pub(super) years: u16,
}

impl Draft<'_> {
    /// The certificate with the issuer's signature.
    pub(super) fn signed(&self, issuer: &PrivateKey) -> Result<Certificate, BuildError> {
        let failed = |error: &dyn std::fmt::Display| BuildError::Certify(error.to_string());
        let spki = STANDARD.decode(self.key.to_spki_base64()).map_err(|error| failed(&error))?;
        let (sign_type, algorithm) = match issuer.algorithm() {
            KeyAlgorithm::Sm2 => (SignType::Sm2, Algorithm::Sm2),
            _ => (SignType::Rsa2, Algorithm::Rsa),
        };
        let body = yasna::construct_der(|writer| self.write(writer, algorithm, &spki));
        let signature = issuer.sign(sign_type, &body).map_err(|error| failed(&error))?;
        let der = yasna::construct_der(|writer| {
            writer.write_sequence(|writer| {
                writer.next().write_der(&body);
                algorithm.write(writer.next());
                writer.next().write_bitvec_bytes(&signature, signature.len() * 8);
            });
        });
        Certificate::parse(der).map_err(|error| failed(&error))
    }

    fn write(&self, writer: DERWriter<'_>, algorithm: Algorithm, spki: &[u8]) {
        writer.write_sequence(|writer| {
            writer.next().write_tagged(Tag::context(0), |writer| writer.write_u8(2));
            writer.next().write_bigint_bytes(&serial(spki), true);
            algorithm.write(writer.next());
            self.issuer.write(writer.next());
            writer.next().write_sequence(|writer| self.write_validity(writer));
            self.subject.write(writer.next());
            writer.next().write_der(spki);
            if self.is_authority {
                writer.next().write_tagged(Tag::context(3), |writer| {
                    writer.write_sequence(|writer| writer.next().write_sequence(write_authority));
                });
            }
        });
    }

    /// Whole years, from one that is over in every time zone.
    fn write_validity(&self, writer: &mut DERWriterSeq<'_>) {
        let year = self.now.date().to_string().split('-').next().and_then(|year| year.parse().ok());
        let start = year.unwrap_or(1970_u16).saturating_sub(1).clamp(1, 9999);
        for year in [start, start.saturating_add(1 + self.years).min(9999)] {
            // RFC 5280 §4.1.2.5: two digits of the year as long as they suffice.
            let (tag, digits) = match year {
                1950..=2049 => (TAG_UTCTIME, format!("{:02}", year % 100)),
                _ => (TAG_GENERALIZEDTIME, format!("{year:04}")),
            };
            let text = format!("{digits}0101000000Z");
            writer.next().write_tagged_implicit(tag, |writer| writer.write_bytes(text.as_bytes()));
        }
    }
}

impl Name {
    /// In the order of Alipay's certificates, C first.
    fn write(&self, writer: DERWriter<'_>) {
        let parts = [(ORGANIZATION, self.organization), (UNIT, self.unit), (COMMON_NAME, &self.common)];
        writer.write_sequence(|writer| {
            write_part(writer, COUNTRY, |writer| writer.write_printable_string("CN"));
            for (kind, text) in parts {
                write_part(writer, kind, |writer| writer.write_utf8_string(text));
            }
        });
    }
}

fn write_part(writer: &mut DERWriterSeq<'_>, kind: &[u64], value: impl FnOnce(DERWriter<'_>)) {
    writer.next().write_set(|writer| {
        writer.next().write_sequence(|writer| {
            writer.next().write_oid(&ObjectIdentifier::from_slice(kind));
            value(writer.next());
        });
    });
}

/// `basicConstraints`, critical: it may certify.
fn write_authority(writer: &mut DERWriterSeq<'_>) {
    let content = yasna::construct_der(|writer| {
        writer.write_sequence(|writer| writer.next().write_bool(true));
    });
    writer.next().write_oid(&ObjectIdentifier::from_slice(BASIC_CONSTRAINTS));
    writer.next().write_bool(true);
    writer.next().write_bytes(&content);
}

#[derive(Clone, Copy)]
enum Algorithm {
    Rsa,
    Sm2,
}

impl Algorithm {
    fn write(self, writer: DERWriter<'_>) {
        writer.write_sequence(|writer| match self {
            Self::Rsa => {
                writer.next().write_oid(&ObjectIdentifier::from_slice(RSA_SHA256));
                writer.next().write_null();
            }
            Self::Sm2 => writer.next().write_oid(&ObjectIdentifier::from_slice(SM2_SM3)),
        });
    }
}

/// New for each key, and no key is certified twice by the same authority. The first byte is neither negative nor
/// nought, so that all bytes of it count.
fn serial(spki: &[u8]) -> Vec<u8> {
    let mut serial: Vec<u8> = Sha256::digest(spki).into_iter().take(SERIAL).collect();
    if let Some(first) = serial.first_mut() {
        *first = *first & 0x7f | 0x40;
    }
    serial
}
