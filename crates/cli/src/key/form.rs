//! The forms in which keys are handed around.

use alipay_api::sign::{
    Certificate, KeyError, PrivateKey, PublicKey, Secret, decode_signature, encode_signature,
};

use crate::failure::Complaint;
use crate::unusable;

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
    /// `PKCS#1`, `PKCS#8`, `SEC 1`, `SPKI` or `X.509`.
    pub(super) structure: &'static str,
    /// `PEM`, `base64` or `DER`.
    pub(super) writing: &'static str,
}

impl Key {
    /// Reads a private key, a public one, or the one in a certificate.
    pub(super) fn read(text: &[u8]) -> Result<Self, Complaint> {
        let refuse = |error: KeyError| unusable::key("FILE", &error);
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
        let kind = first_tags(base64.expose());
        let structure = match (self, kind) {
            (Self::Certified(_), _) => "X.509",
            (Self::Private(_), Some([INTEGER, INTEGER])) => "PKCS#1",
            (Self::Private(_), Some([INTEGER, OCTET_STRING])) => "SEC 1",
            (Self::Private(_), _) => "PKCS#8",
            (Self::Public(_), Some([INTEGER, _])) => "PKCS#1",
            (Self::Public(_), _) => "SPKI",
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

const INTEGER: u8 = 0x02;
const OCTET_STRING: u8 = 0x04;

/// The tags of the first two members of a key: by them the structures differ.
fn first_tags(base64: &str) -> Option<[u8; 2]> {
    // The beginning is enough, and needs no padding.
    let start = base64.get(..64.min(base64.len() / 4 * 4))?;
    let der = decode_signature(start).ok()?;
    let (_, _, members) = element(&der)?;
    let (first, length, inside) = element(members)?;
    let (second, ..) = element(inside.get(length..)?)?;
    Some([first, second])
}

/// Tag and length of the first element of some DER, and what follows its header.
fn element(der: &[u8]) -> Option<(u8, usize, &[u8])> {
    let [tag, length, rest @ ..] = der else { return None };
    let more = usize::from(length & 0x7f);
    match length {
        0..=0x7f => Some((*tag, more, rest)),
        _ => {
            let (length, rest) = rest.split_at_checked(more)?;
            let length = length
                .iter()
                .try_fold(0_usize, |sum, byte| sum.checked_mul(256)?.checked_add(usize::from(*byte)));
            Some((*tag, length?, rest))
        }
    }
}

/// How the first key in `text` is written, and its base64 without white space.
fn base64_of(text: &[u8]) -> (&'static str, Secret) {
    if matches!(text, [0x30, 0x80..=0xff, ..]) {
        return ("DER", Secret::from(encode_signature(text)));
    }
    let text = Secret::from(String::from_utf8_lossy(text).into_owned());
    let compact = |text: &str| Secret::from(text.split_whitespace().collect::<String>());
    // OpenSSL puts a block with the name of the curve in front of a key.
    let blocks = text.expose().split("-----BEGIN ").skip(1).filter_map(|block| block.split_once("-----"));
    let body = blocks.into_iter().find(|(label, _)| !label.ends_with(" PARAMETERS"));
    match body.and_then(|(_, rest)| rest.split_once("-----END")) {
        Some((body, _)) => ("PEM", compact(body)),
        None => ("base64", compact(text.expose().trim_start_matches('\u{feff}'))),
    }
}
