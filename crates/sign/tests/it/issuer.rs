//! A certification authority for tests: writes certificates that no honest one would.

use alipay_sign::{Certificate, KeyAlgorithm, PrivateKey, SignType};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::data::private;

pub(crate) const COMMON_NAME: &[u8] = &[0x55, 4, 3];
pub(crate) const ORGANIZATION: &[u8] = &[0x55, 4, 10];
pub(crate) const UTF8: u8 = 0x0c;

/// 2024-01-01 and 2030-01-01, the validity of everything that is issued here.
pub(crate) const NOT_BEFORE: i64 = 1_704_067_200;
pub(crate) const NOT_AFTER: i64 = 1_893_456_000;

const RSA_SHA256: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 11];
pub(crate) const SM2_SM3: &[u8] = &[0x2a, 0x81, 0x1c, 0xcf, 0x55, 1, 0x83, 0x75];
const BASIC_CONSTRAINTS: &[u8] = &[0x55, 0x1d, 0x13];

/// What is written into a certificate; every field is DER that a test may replace.
pub(crate) struct Draft {
    pub(crate) serial: Vec<u8>,
    pub(crate) inner_algorithm: Vec<u8>,
    pub(crate) issuer: Vec<u8>,
    pub(crate) validity: Vec<u8>,
    pub(crate) subject: Vec<u8>,
    pub(crate) spki: Vec<u8>,
    pub(crate) extensions: Vec<u8>,
}

impl Draft {
    /// For the key `key` of the test data, without extensions.
    pub(crate) fn new(subject: &str, issuer: &str, key: &str) -> Self {
        let times = [element(0x17, b"240101000000Z"), element(0x17, b"300101000000Z")].concat();
        Self {
            serial: element(2, &[7]),
            inner_algorithm: algorithm(RSA_SHA256),
            issuer: common_name(issuer),
            validity: element(0x30, &times),
            subject: common_name(subject),
            spki: STANDARD.decode(private(key).public_key().to_spki_base64()).unwrap(),
            extensions: Vec::new(),
        }
    }

    /// With `basicConstraints` of this content.
    pub(crate) fn constraints(self, content: &[u8]) -> Self {
        let value = element(4, content);
        let extension = element(0x30, &[element(6, BASIC_CONSTRAINTS), element(1, &[0xff]), value].concat());
        Self { extensions: element(0xa3, &element(0x30, &extension)), ..self }
    }

    /// With `basicConstraints` that say so.
    pub(crate) fn authority(self, is_authority: bool) -> Self {
        self.constraints(&element(0x30, &if is_authority { element(1, &[0xff]) } else { Vec::new() }))
    }

    /// Signed with the key `key` of the test data.
    pub(crate) fn signed_by(&self, key: &str) -> Certificate {
        Certificate::parse(self.der_signed_by(&private(key))).unwrap()
    }

    pub(crate) fn der_signed_by(&self, key: &PrivateKey) -> Vec<u8> {
        let parts = [
            &element(0xa0, &element(2, &[2])),
            &self.serial,
            &self.inner_algorithm,
            &self.issuer,
            &self.validity,
            &self.subject,
            &self.spki,
            &self.extensions,
        ];
        let body = element(0x30, &parts.map(Vec::as_slice).concat());
        let (oid, sign_type) = match key.algorithm() {
            KeyAlgorithm::Sm2 => (SM2_SM3, SignType::Sm2),
            _ => (RSA_SHA256, SignType::Rsa2),
        };
        let signature = [&[0][..], &key.sign(sign_type, &body).unwrap()].concat();
        element(0x30, &[body, algorithm(oid), element(3, &signature)].concat())
    }
}

/// One attribute of a name: object identifier, tag of the value, value.
pub(crate) type Attribute<'a> = (&'a [u8], u8, &'a [u8]);

/// A distinguished name of parts, each of which has one attribute or more.
pub(crate) fn name(parts: &[&[Attribute<'_>]]) -> Vec<u8> {
    let parts = parts.iter().map(|attributes| {
        let attributes = attributes
            .iter()
            .map(|(kind, tag, value)| element(0x30, &[element(6, kind), element(*tag, value)].concat()));
        element(0x31, &attributes.collect::<Vec<_>>().concat())
    });
    element(0x30, &parts.collect::<Vec<_>>().concat())
}

/// An algorithm with the explicit NULL that strict readers stumble over.
pub(crate) fn algorithm(oid: &[u8]) -> Vec<u8> {
    element(0x30, &[element(6, oid), element(5, &[])].concat())
}

/// A DER element.
pub(crate) fn element(tag: u8, body: &[u8]) -> Vec<u8> {
    let length = u16::try_from(body.len()).unwrap().to_be_bytes();
    let header = match body.len() {
        0..=0x7f => vec![tag, length[1]],
        0x80..=0xff => vec![tag, 0x81, length[1]],
        _ => vec![tag, 0x82, length[0], length[1]],
    };
    [&header, body].concat()
}

fn common_name(text: &str) -> Vec<u8> {
    name(&[&[(ORGANIZATION, UTF8, b"Test")], &[(COMMON_NAME, UTF8, text.as_bytes())]])
}
