//! The certification authority: a root, two intermediates, and what they certify.

use alipay_core::DateTime;
use alipay_sign::{Certificate, KeyAlgorithm, PrivateKey, PublicKey, SignType, root_serial_number_for};

use super::draft::{Draft, Name};
use crate::builder::PID;
use crate::error::BuildError;
use crate::keys;

const LEAF_YEARS: u16 = 5;
const AUTHORITY_YEARS: u16 = 20;

/// Another root, on the curve P-384 (signed by a key that is gone). Alipay's own bundle has such in front, too, at
/// which some clients stumble (protocol-v2 §6.2).
const CURVE_ROOT: &str = include_str!("curve_root.pem");

/// As in Alipay's own chains: class 1 certifies applications, class 2 certifies Alipay. The root comes first.
pub(crate) struct Authority {
    class_1: Issuer,
    class_2: Issuer,
    roots: String,
    root_serial: String,
}

/// Who certifies others.
struct Issuer {
    name: Name,
    key: PrivateKey,
    pem: String,
}

impl Authority {
    /// New keys of an algorithm, and certificates that are valid from before `now` on for about 20 years.
    pub(crate) fn new(algorithm: KeyAlgorithm, now: DateTime) -> Result<Self, BuildError> {
        let (sign_type, family) = match algorithm {
            KeyAlgorithm::Sm2 => (SignType::Sm2, "S"),
            _ => (SignType::Rsa2, "R"),
        };
        let root = Issuer::new(&format!("{family}1"), algorithm, None, now)?;
        // With a blank line, at which some clients take it apart, and no line break at the end.
        let roots = format!("{CURVE_ROOT}\n{}", root.pem.trim_end());
        let root_serial = root_serial_number_for(sign_type, &roots)
            .map_err(|error| BuildError::Certify(error.to_string()))?;
        let below = |class: &str| Issuer::new(&format!("{class} {family}1"), algorithm, Some(&root), now);
        Ok(Self { class_1: below("Class 1")?, class_2: below("Class 2")?, roots, root_serial })
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
        self.class_1.certify(format!("{PID}-{app_id}"), key, now)
    }

    /// A certificate of Alipay. Alipay makes one for each merchant.
    pub(crate) fn certify_alipay(&self, key: &PublicKey, now: DateTime) -> Result<Certificate, BuildError> {
        self.class_2.certify(format!("支付宝(中国)网络技术有限公司-{PID}"), key, now)
    }
}

impl Issuer {
    /// Certified by `above`, or by itself.
    fn new(
        name: &str,
        algorithm: KeyAlgorithm,
        above: Option<&Self>,
        now: DateTime,
    ) -> Result<Self, BuildError> {
        let name = Name {
            organization: "Alipay Sandbox",
            unit: "Certification Authority",
            common: format!("Alipay Sandbox Certification Authority {name}"),
        };
        let key = keys::generate(algorithm)?;
        let draft = Draft {
            subject: &name,
            key: &key.public_key(),
            issuer: above.map_or(&name, |above| &above.name),
            is_authority: true,
            now,
            years: AUTHORITY_YEARS,
        };
        let pem = draft.signed(above.map_or(&key, |above| &above.key))?.to_pem();
        Ok(Self { name, key, pem })
    }

    fn certify(&self, common: String, key: &PublicKey, now: DateTime) -> Result<Certificate, BuildError> {
        let subject = Name { organization: "沙箱商户", unit: "Alipay", common };
        let (issuer, years) = (&self.name, LEAF_YEARS);
        Draft { subject: &subject, key, issuer, is_authority: false, now, years }.signed(&self.key)
    }
}
