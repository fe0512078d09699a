//! A certificate and what is asked of it: whose it is, its numbers, its dates and its key.

use std::fmt;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use der::Encode as _;

use super::name::Name;
use super::x509::X509;
use super::{CertError, SignatureAlgorithm, bundle, serial};
use crate::key::asn1;
use crate::key::text::to_pem;
use crate::{KeyAlgorithm, KeyError, PublicKey, SignType};

/// An X.509 certificate: of the application, of Alipay, or of who issued these. Cheap to clone.
///
/// Reading one checks nothing: see [`verify_chain`](crate::verify_chain). Two are equal when their bytes are.
#[derive(Clone)]
pub struct Certificate(Arc<Inner>);

struct Inner {
    der: Vec<u8>,
    signed_body: Vec<u8>,
    signature: Vec<u8>,
    algorithm: SignatureAlgorithm,
    issuer: Name,
    subject: Name,
    serial_decimal: String,
    serial_number: String,
    not_before: i64,
    not_after: i64,
    public_key: Result<PublicKey, KeyError>,
    is_authority: Option<bool>,
}

impl Certificate {
    /// Reads the first certificate of a text, the one that gives key and serial number (protocol-v2 §6.1).
    ///
    /// The text is as for [`parse_bundle`](Self::parse_bundle); the other certificates must be whole, too.
    ///
    /// # Errors
    /// [`CertError`] says what was given instead.
    ///
    /// ```
    /// use alipay_sign::{CertError, Certificate};
    ///
    /// assert_eq!(Certificate::parse(" \n").unwrap_err(), CertError::Empty);
    /// ```
    pub fn parse(text: impl AsRef<[u8]>) -> Result<Self, CertError> {
        Self::parse_bundle(text)?.into_iter().next().ok_or(CertError::Empty)
    }

    /// Reads all certificates of a text in their order; there is at least one.
    ///
    /// All PEM blocks (any label, among other text), or one certificate as bare base64 (wrapped or not) or
    /// DER. Certificates for SM2 (without the feature `sm2`) and elliptic curves are read, too: only
    /// [`public_key`](Self::public_key) refuses them.
    ///
    /// # Errors
    /// [`CertError`] says what was given instead, and in which block.
    ///
    /// ```
    /// use alipay_sign::{CertError, Certificate};
    ///
    /// let error = Certificate::parse_bundle("alipayRootCert.crt").unwrap_err();
    /// assert_eq!(error, CertError::NotBase64 { number: 1, position: 15 });
    /// ```
    pub fn parse_bundle(text: impl AsRef<[u8]>) -> Result<Vec<Self>, CertError> {
        let blocks = bundle::blocks(text.as_ref())?;
        blocks.iter().zip(1..).map(|(der, number)| Self::from_der(der, number)).collect()
    }

    /// Alipay's serial number (`app_cert_sn`, `alipay_cert_sn`): 32 lower-case hexadecimal digits.
    ///
    /// The MD5 of issuer and decimal number, without anything between (protocol-v2 §6.1).
    #[must_use]
    pub fn serial_number(&self) -> &str {
        &self.0.serial_number
    }

    /// The serial number that the issuer gave, in decimal digits.
    #[must_use]
    pub fn serial_decimal(&self) -> &str {
        &self.0.serial_decimal
    }

    /// The issuer as RFC 2253 text, the most specific part first: `CN=..,OU=..,O=..,C=CN`.
    ///
    /// Character by character as Java's `X500Principal.getName()`, which Alipay's serial numbers follow: it
    /// escapes more than the RFC demands, and shows the bytes of double-byte strings as if they were UTF-8.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.0.issuer.text
    }

    /// The subject as RFC 2253 text, written as the [`issuer`](Self::issuer) is.
    #[must_use]
    pub fn subject(&self) -> &str {
        &self.0.subject.text
    }

    /// The most specific common name of the subject, without escapes: `2088..-2021..` of an application.
    ///
    /// `None` if there is none, or in an encoding that cannot be read with certainty.
    #[must_use]
    pub fn subject_common_name(&self) -> Option<&str> {
        self.0.subject.common_name.as_deref()
    }

    /// Whether subject and issuer have the same name. The signature is not looked at.
    #[must_use]
    pub fn is_self_signed(&self) -> bool {
        self.subject() == self.issuer()
    }

    /// The algorithm with which the issuer signed.
    #[must_use]
    pub fn signature_algorithm(&self) -> &SignatureAlgorithm {
        &self.0.algorithm
    }

    /// The first second of validity, in Unix seconds.
    #[must_use]
    pub fn not_before(&self) -> i64 {
        self.0.not_before
    }

    /// The last second of validity, in Unix seconds.
    #[must_use]
    pub fn not_after(&self) -> i64 {
        self.0.not_after
    }

    /// The key that the certificate is for.
    ///
    /// # Errors
    /// [`KeyError`] if it is no usable key: neither RSA, nor SM2 with the feature `sm2`.
    pub fn public_key(&self) -> Result<PublicKey, KeyError> {
        self.0.public_key.clone()
    }

    /// What `basicConstraints` says about being an authority; `None` where the extension is missing.
    ///
    /// An extension that cannot be read says no.
    #[must_use]
    pub fn basic_constraints_ca(&self) -> Option<bool> {
        self.0.is_authority
    }

    /// The certificate in PEM (`BEGIN CERTIFICATE`).
    #[must_use]
    pub fn to_pem(&self) -> String {
        to_pem("CERTIFICATE", &STANDARD.encode(&self.0.der))
    }

    /// The bytes under the signature.
    pub(super) fn signed_body(&self) -> &[u8] {
        &self.0.signed_body
    }

    pub(super) fn signature(&self) -> &[u8] {
        &self.0.signature
    }

    fn from_der(der: &[u8], number: usize) -> Result<Self, CertError> {
        Inner::read(der).map(|inner| Self(Arc::new(inner))).map_err(|error| {
            // What else could it be? A key in this place is common, and worth a word.
            let error = match asn1::read(der) {
                Ok(asn1::Found::Certificate(_)) => KeyError::from(error),
                Ok(asn1::Found::Private(_) | asn1::Found::Public(_)) => KeyError::PublicKeyGiven,
                Err(other) => other,
            };
            CertError::from_key_error(error, number)
        })
    }
}

impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Certificate")
            .field("serial_number", &self.serial_number())
            .field("subject", &self.subject())
            .finish_non_exhaustive()
    }
}

impl Eq for Certificate {}

impl PartialEq for Certificate {
    fn eq(&self, other: &Self) -> bool {
        self.0.der == other.0.der
    }
}

impl Inner {
    fn read(der: &[u8]) -> der::Result<Self> {
        let parts = X509::read(der)?;
        let issuer = Name::read(parts.issuer)?;
        let serial_decimal = serial::decimal(parts.serial);
        Ok(Self {
            der: der.to_vec(),
            signed_body: parts.body.to_der()?,
            signature: parts.signature.to_vec(),
            algorithm: SignatureAlgorithm::from_oid(parts.algorithm),
            serial_number: serial::alipay_serial_number(&issuer.text, &serial_decimal),
            issuer,
            subject: Name::read(parts.subject)?,
            serial_decimal,
            not_before: parts.not_before,
            not_after: parts.not_after,
            public_key: PublicKey::from_spki(parts.spki),
            is_authority: parts.is_authority,
        })
    }
}

/// The serial number of Alipay's root file (`alipay_root_cert_sn`).
///
/// The serial numbers of all certificates that are signed with RSA, in the order of the file, joined with
/// `_` (protocol-v2 §6.2). The text is as for [`Certificate::parse_bundle`].
///
/// For the sign type `SM2` see [`root_serial_number_for`].
///
/// # Errors
/// [`CertError`] if a certificate cannot be read, or none is signed with RSA.
///
/// ```
/// use alipay_sign::{CertError, root_serial_number};
///
/// assert_eq!(root_serial_number(""), Err(CertError::Empty));
/// ```
pub fn root_serial_number(bundle: impl AsRef<[u8]>) -> Result<String, CertError> {
    root_serial_number_for(SignType::Rsa2, bundle)
}

/// The serial number of Alipay's root file for a sign type.
///
/// As [`root_serial_number`], but of the certificates that are signed with SM2 if the sign type is `SM2`
/// (protocol-v2 §6.2). Needs no feature.
///
/// # Errors
/// [`CertError`] if a certificate cannot be read, or none is signed so.
///
/// ```
/// use alipay_sign::{CertError, SignType, root_serial_number_for};
///
/// assert_eq!(root_serial_number_for(SignType::Sm2, ""), Err(CertError::Empty));
/// ```
pub fn root_serial_number_for(sign_type: SignType, bundle: impl AsRef<[u8]>) -> Result<String, CertError> {
    let certificates = Certificate::parse_bundle(bundle)?;
    let algorithm = sign_type.key_algorithm();
    let numbers: Vec<&str> = certificates
        .iter()
        .filter(|certificate| match algorithm {
            KeyAlgorithm::Rsa => certificate.signature_algorithm().is_rsa(),
            KeyAlgorithm::Sm2 => *certificate.signature_algorithm() == SignatureAlgorithm::Sm2Sm3,
        })
        .map(Certificate::serial_number)
        .collect();
    let found = certificates.len();
    match algorithm {
        _ if !numbers.is_empty() => Ok(numbers.join("_")),
        KeyAlgorithm::Rsa => Err(CertError::NoRsaRoot { found }),
        KeyAlgorithm::Sm2 => Err(CertError::NoSm2Root { found }),
    }
}
