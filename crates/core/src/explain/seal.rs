//! What a signature says by itself.
//!
//! RSA gives back what was signed to whoever has the public key: with the right key there stand a fixed padding and
//! the name of the hash, with any other key noise. So who signed, and with which algorithm, is known before the text
//! is looked at, and an explanation need not guess at both.

use alipay_sign::{KeyAlgorithm, PublicKey, SignType, SignedWith};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use super::known::Known;

const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// Repairs that some verifiers make by themselves.
pub(super) const PLUS: &str = "its plus signs had become spaces";
pub(super) const URL_SAFE: &str = "it was written in the URL-safe alphabet";
pub(super) const CUT: &str = "its padding was cut off";

/// Whose key opens a signature.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Owner {
    Alipay,
    App,
    Other(String),
}

/// A signature with the key that opens it.
#[derive(Clone, Debug)]
pub(super) struct Opened {
    pub(super) owner: Owner,
    pub(super) key: PublicKey,
    /// `None` for a hash that the gateway does not use.
    pub(super) sign_type: Option<SignType>,
    pub(super) signature: Vec<u8>,
    /// What had to be repaired before it opened.
    pub(super) repair: Option<&'static str>,
}

impl Opened {
    /// Whether the signature is over `text`.
    pub(super) fn holds(&self, text: &[u8]) -> bool {
        let key = self.key.clone().legacy_allow_short_rsa2();
        self.sign_type.is_some_and(|sign_type| key.verify(sign_type, text, &self.signature).is_ok())
    }

    pub(super) fn algorithm(&self) -> &'static str {
        match self.sign_type {
            Some(SignType::Rsa) => "RSA (SHA-1)",
            Some(SignType::Rsa2) => "RSA2 (SHA-256)",
            _ => "an algorithm that the gateway does not use",
        }
    }
}

/// Opens a signature with the keys that are known, Alipay's first; `ours` turns to the application's first.
pub(super) fn open(known: &Known, signature: &[u8], ours: bool) -> Option<Opened> {
    let alipay = known.alipay_keys.iter().map(|key| (Owner::Alipay, key));
    let app = known.app_key.iter().map(|key| (Owner::App, key));
    let other = known.other_keys.iter().map(|(name, key)| (Owner::Other(name.clone()), key));
    let mut keys: Vec<_> = alipay.chain(app).chain(other).collect();
    if ours {
        keys.sort_by_key(|(owner, _)| *owner != Owner::App);
    }
    let readings = readings(signature);
    let strict = readings.iter().filter_map(|(text, repair)| Some((STANDARD.decode(text).ok()?, *repair)));
    let lenient = readings.iter().filter_map(|(text, _)| Some((LENIENT.decode(text).ok()?, Some(CUT))));
    let mut tried = Vec::new();
    for (signature, repair) in strict.chain(lenient) {
        if tried.contains(&signature) {
            continue;
        }
        for (owner, key) in &keys {
            if let Some(sign_type) = unseal(key, &signature) {
                let (owner, key) = (owner.clone(), (*key).clone());
                return Some(Opened { owner, key, sign_type, signature, repair });
            }
        }
        tried.push(signature);
    }
    None
}

/// Whether a signature is one as far as can be seen without a key; `Err` says what is wrong.
pub(super) fn look(known: &Known, signature: &[u8]) -> Result<(), String> {
    let Ok(text) = std::str::from_utf8(signature) else { return Err("it is no text".to_owned()) };
    let bytes = alipay_sign::decode_signature(text).map_err(|error| error.to_string())?;
    let keys =
        known.alipay_keys.iter().chain(&known.app_key).chain(known.other_keys.iter().map(|(_, key)| key));
    let keys = keys.filter(|key| key.algorithm() == KeyAlgorithm::Rsa);
    let mut lengths: Vec<usize> = keys.map(|key| key.bits().div_ceil(8)).collect();
    // Keys of 1024 to 8192 bits, in steps that people use.
    if lengths.is_empty() {
        lengths.extend([128, 256, 384, 512, 1024]);
    }
    if lengths.contains(&bytes.len()) || matches!(bytes.len(), 128 | 256 | 384 | 512 | 1024) {
        return Ok(());
    }
    Err(format!(
        "it has {} bytes, and a signature has {} with this key",
        bytes.len(),
        lengths.first().unwrap_or(&256)
    ))
}

/// The ways in which base64 is damaged on its way, and what it was before.
fn readings(signature: &[u8]) -> Vec<(Vec<u8>, Option<&'static str>)> {
    let compact: Vec<u8> = signature.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect();
    let trimmed = signature.trim_ascii();
    let map = |from: &[u8], change: fn(u8) -> u8| from.iter().map(|byte| change(*byte)).collect::<Vec<u8>>();
    let plus = map(trimmed, |byte| if byte == b' ' { b'+' } else { byte });
    let standard = map(&compact, |byte| match byte {
        b'-' => b'+',
        b'_' => b'/',
        other => other,
    });
    let decoded = super::pairs::percent_decode(&plus, b'+');
    let unslashed = compact.iter().copied().filter(|byte| *byte != b'\\').collect();
    vec![
        (compact, None),
        (plus, Some(PLUS)),
        (standard, Some(URL_SAFE)),
        (decoded, Some("it was still percent-encoded")),
        (unslashed, Some("its slashes were still escaped")),
    ]
}

/// The algorithm of a signature that `key` opens; `None` where it does not.
fn unseal(key: &PublicKey, signature: &[u8]) -> Option<Option<SignType>> {
    key.signed_with(signature).map(|with| match with {
        SignedWith::Rsa => Some(SignType::Rsa),
        SignedWith::Rsa2 => Some(SignType::Rsa2),
        _ => None,
    })
}
