//! The forms in which keys are handed around.

use alipay_api::sign::{Certificate, KeyError, PrivateKey, PublicKey, Secret, encode_signature};

use crate::failure::Complaint;

/// A key, whichever it is.
#[derive(Debug)]
pub(super) enum Key {
    Private(PrivateKey),
    Public(PublicKey),
    /// The key in a certificate.
    Certified(PublicKey),
}

/// How a key is wrapped and written.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Form {
    /// `PKCS#1`, `PKCS#8`, `SPKI` or `X.509`.
    pub(super) structure: &'static str,
    /// `PEM`, `base64` or `DER`.
    pub(super) writing: &'static str,
}

impl Key {
    /// Reads a private key, a public one, or the one in a certificate.
    pub(super) fn read(text: &[u8]) -> Result<Self, Complaint> {
        let refuse = |error: KeyError| {
            Complaint::new(
                "FILE",
                error.to_string(),
                "give an RSA key: PKCS#1, PKCS#8, SPKI or a certificate",
            )
        };
        match PrivateKey::parse(text) {
            Ok(key) => Ok(Self::Private(key)),
            Err(KeyError::PublicKeyGiven) => PublicKey::parse(text).map(Self::Public).map_err(refuse),
            Err(KeyError::CertificateGiven) => PublicKey::parse(text).map(Self::Certified).map_err(refuse),
            Err(error) => Err(refuse(error)),
        }
    }

    pub(super) fn public(&self) -> PublicKey {
        match self {
            Self::Private(key) => key.public_key(),
            Self::Public(key) | Self::Certified(key) => key.clone(),
        }
    }

    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::Private(_) => "private",
            Self::Public(_) => "public",
            Self::Certified(_) => "certificate",
        }
    }

    /// The form of `text`, from which this was read.
    pub(super) fn form(&self, text: &[u8]) -> Form {
        let (writing, base64) = base64_of(text);
        let structure = match self {
            Self::Private(key) if same(key.to_pkcs1_base64().expose(), base64.expose()) => "PKCS#1",
            Self::Private(_) => "PKCS#8",
            Self::Public(key) if same(&key.to_spki_base64(), base64.expose()) => "SPKI",
            Self::Public(_) => "PKCS#1",
            Self::Certified(_) => "X.509",
        };
        Form { structure, writing }
    }

    /// The certificate that the key came in.
    pub(super) fn certificate(&self, text: &[u8]) -> Option<Certificate> {
        match self {
            Self::Certified(_) => Certificate::parse(text).ok(),
            Self::Private(_) | Self::Public(_) => None,
        }
    }
}

/// A block of PEM with lines of 64 characters.
pub(super) fn pem(label: &str, base64: &Secret) -> Secret {
    let base64 = base64.expose();
    let mut text = String::with_capacity(base64.len() + base64.len() / 64 + 2 * label.len() + 40);
    text.extend(["-----BEGIN ", label, "-----"]);
    for (index, character) in base64.chars().enumerate() {
        if index % 64 == 0 {
            text.push('\n');
        }
        text.push(character);
    }
    text.extend(["\n-----END ", label, "-----\n"]);
    Secret::from(text)
}

/// How the first key in `text` is written, and its base64 without white space.
fn base64_of(text: &[u8]) -> (&'static str, Secret) {
    if matches!(text, [0x30, 0x80..=0xff, ..]) {
        return ("DER", Secret::from(encode_signature(text)));
    }
    let text = Secret::from(String::from_utf8_lossy(text).into_owned());
    let compact = |text: &str| Secret::from(text.split_whitespace().collect::<String>());
    let body = text.expose().split_once("-----BEGIN ").and_then(|(_, rest)| rest.split_once("-----"));
    match body.and_then(|(_, rest)| rest.split_once("-----END")) {
        Some((body, _)) => ("PEM", compact(body)),
        None => ("base64", compact(text.expose().trim_start_matches('\u{feff}'))),
    }
}

/// Whether two base64 texts are the same, whatever became of the padding.
fn same(left: &str, right: &str) -> bool {
    left.trim_end_matches('=') == right.trim_end_matches('=')
}
