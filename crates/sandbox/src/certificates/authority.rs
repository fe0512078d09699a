//! The certification authority: two roots, two intermediates, and what they certify.

use alipay_core::DateTime;
use alipay_sign::{Certificate, PublicKey, root_serial_number};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, DnValue, IsCa, Issuer, KeyPair,
    PKCS_ECDSA_P384_SHA384, PKCS_RSA_SHA256, PublicKeyData, RsaKeySize, SerialNumber, SignatureAlgorithm,
    date_time_ymd,
};

use crate::builder::PID;
use crate::error::BuildError;

const LEAF_YEARS: i32 = 5;
const AUTHORITY_YEARS: i32 = 20;

/// As in Alipay's own chains: class 1 certifies applications, class 2 certifies Alipay.
pub(crate) struct Authority {
    class_1: Intermediate,
    class_2: Intermediate,
    roots: String,
    root_serial: String,
}

struct Intermediate {
    issuer: Issuer<'static, KeyPair>,
    pem: String,
}

impl Authority {
    /// New keys, and certificates that are valid from before `now` on for about 20 years.
    pub(crate) fn new(now: DateTime) -> Result<Self, BuildError> {
        let rsa = || KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048).map_err(failed);
        let curve = KeyPair::generate_for(&PKCS_ECDSA_P384_SHA384).map_err(failed)?;
        let self_signed = |name: &str, key: &KeyPair| {
            let params = authority_params(name, key, now)?;
            let pem = pem(&params.self_signed(key).map_err(failed)?)?;
            Ok::<_, BuildError>((params, pem))
        };
        let (_, curve_root) = self_signed("E1", &curve)?;
        let key = rsa()?;
        let (params, rsa_root) = self_signed("R1", &key)?;
        let root = Issuer::new(params, key);
        let intermediate = |name: &str| {
            let key = rsa()?;
            let params = authority_params(name, &key, now)?;
            let pem = pem(&params.signed_by(&key, &root).map_err(failed)?)?;
            Ok::<_, BuildError>(Intermediate { issuer: Issuer::new(params, key), pem })
        };
        // Alipay's own bundle has other roots in front, too, and blank lines at which some clients take it apart.
        let roots = format!("{curve_root}\n{}", rsa_root.trim_end());
        let root_serial = root_serial_number(&roots).map_err(unreadable)?;
        Ok(Self {
            class_1: intermediate("Class 1 R1")?,
            class_2: intermediate("Class 2 R1")?,
            roots,
            root_serial,
        })
    }

    /// The root certificates.
    pub(crate) fn roots(&self) -> &str {
        &self.roots
    }

    /// What requests call the roots.
    pub(crate) fn root_serial(&self) -> &str {
        &self.root_serial
    }

    /// The issuer of [`Authority::certify_app`].
    pub(crate) fn app_issuer(&self) -> &str {
        &self.class_1.pem
    }

    /// The issuer of [`Authority::certify_alipay`].
    pub(crate) fn alipay_issuer(&self) -> &str {
        &self.class_2.pem
    }

    /// A certificate of the application.
    pub(crate) fn certify_app(
        &self,
        app_id: &str,
        key: &PublicKey,
        now: DateTime,
    ) -> Result<Certificate, BuildError> {
        self.class_1.certify(&format!("{PID}-{app_id}"), key, now)
    }

    /// A certificate of Alipay. Alipay makes one for each merchant.
    pub(crate) fn certify_alipay(&self, key: &PublicKey, now: DateTime) -> Result<Certificate, BuildError> {
        self.class_2.certify(&format!("支付宝(中国)网络技术有限公司-{PID}"), key, now)
    }
}

impl Intermediate {
    fn certify(&self, name: &str, key: &PublicKey, now: DateTime) -> Result<Certificate, BuildError> {
        let key = Subject::new(key)?;
        let names = [
            (DnType::OrganizationName, "沙箱商户"),
            (DnType::OrganizationalUnitName, "Alipay"),
            (DnType::CommonName, name),
        ];
        let params = params(names, &key, now, LEAF_YEARS)?;
        let made = params.signed_by(&key, &self.issuer).map_err(failed)?;
        Certificate::parse(made.der()).map_err(unreadable)
    }
}

fn authority_params(name: &str, key: &KeyPair, now: DateTime) -> Result<CertificateParams, BuildError> {
    let name = format!("Alipay Sandbox Certification Authority {name}");
    let names = [
        (DnType::OrganizationName, "Alipay Sandbox"),
        (DnType::OrganizationalUnitName, "Certification Authority"),
        (DnType::CommonName, name.as_str()),
    ];
    let mut params = params(names, key, now, AUTHORITY_YEARS)?;
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    Ok(params)
}

/// Names in the order of Alipay's certificates, C first; serial numbers of 16 bytes; no alternative names.
fn params(
    names: [(DnType, &str); 3],
    key: &impl PublicKeyData,
    now: DateTime,
    years: i32,
) -> Result<CertificateParams, BuildError> {
    let mut params = CertificateParams::default();
    let mut subject = DistinguishedName::new();
    let country = "CN".try_into().map_err(failed)?;
    subject.push(DnType::CountryName, DnValue::PrintableString(country));
    for (kind, name) in names {
        subject.push(kind, name);
    }
    params.distinguished_name = subject;
    // New for each key, and no key is certified twice by the same authority.
    let serial: Vec<u8> = params.key_identifier(key).into_iter().take(16).enumerate().map(positive).collect();
    params.serial_number = Some(SerialNumber::from_slice(&serial));
    // Whole years, from one that is over in every time zone.
    let year = now.date().to_string().split('-').next().and_then(|year| year.parse().ok());
    let start = year.unwrap_or(1970_i32).saturating_sub(1);
    params.not_before = date_time_ymd(start.clamp(1, 9999), 1, 1);
    params.not_after = date_time_ymd(start.saturating_add(1 + years).clamp(1, 9999), 1, 1);
    Ok(params)
}

/// A first byte that is neither negative nor nought, so that all bytes of a serial number count.
fn positive((index, byte): (usize, u8)) -> u8 {
    if index == 0 { byte & 0x7f | 0x40 } else { byte }
}

/// A key to be certified: the content of the bit string in its SPKI.
struct Subject(Vec<u8>);

impl Subject {
    fn new(key: &PublicKey) -> Result<Self, BuildError> {
        let malformed = |what: &dyn std::fmt::Display| BuildError::Certify(format!("public key: {what}"));
        let spki = STANDARD.decode(key.to_spki_base64()).map_err(|error| malformed(&error))?;
        let content = yasna::parse_der(&spki, |reader| {
            reader.read_sequence(|reader| {
                reader.next().read_der()?;
                Ok(reader.next().read_bitvec_bytes()?.0)
            })
        });
        content.map(Self).map_err(|error| malformed(&error))
    }
}

impl PublicKeyData for Subject {
    fn der_bytes(&self) -> &[u8] {
        &self.0
    }

    fn algorithm(&self) -> &'static SignatureAlgorithm {
        &PKCS_RSA_SHA256
    }
}

fn pem(made: &rcgen::Certificate) -> Result<String, BuildError> {
    Ok(Certificate::parse(made.der()).map_err(unreadable)?.to_pem())
}

fn failed(error: rcgen::Error) -> BuildError {
    BuildError::Certify(error.to_string())
}

fn unreadable(error: alipay_sign::CertError) -> BuildError {
    BuildError::Certify(error.to_string())
}
