//! What a signature says by itself.
//!
//! RSA gives back what was signed to whoever has the public key: with the right key there stand a fixed padding and
//! the name of the hash, with any other key noise. So who signed, and with which algorithm, is known before the text
//! is looked at, and an explanation need not guess at both. SM2 keeps its secret: there every key that is known may
//! have signed, until a text is found over which the signature holds.

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

/// Whose key it is.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Owner {
    Alipay,
    App,
    Other(String),
}

/// Who made a signature, and how; under SM2, who may have made it.
#[derive(Clone, Debug)]
pub(super) struct Maker {
    pub(super) owner: Owner,
    pub(super) key: PublicKey,
    /// `None` for a hash that the gateway does not use.
    pub(super) sign_type: Option<SignType>,
    pub(super) signature: Vec<u8>,
    /// What had to be repaired before it could be read.
    pub(super) repair: Option<&'static str>,
}

impl Maker {
    /// Whether the signature is over `text`.
    pub(super) fn holds(&self, text: &[u8]) -> bool {
        let key = self.key.clone().legacy_allow_short_rsa2();
        self.sign_type.is_some_and(|sign_type| key.verify(sign_type, text, &self.signature).is_ok())
    }

    /// Whether the signature alone proves it.
    pub(super) fn is_proven(&self) -> bool {
        self.key.algorithm() == KeyAlgorithm::Rsa
    }

    pub(super) fn algorithm(&self) -> &'static str {
        match self.sign_type {
            Some(SignType::Rsa) => "RSA (SHA-1)",
            Some(SignType::Rsa2) => "RSA2 (SHA-256)",
            Some(SignType::Sm2) => "SM2 (SM3)",
            _ => "an algorithm that the gateway does not use",
        }
    }
}

/// Who made a signature, among the keys that are known: one at the most under RSA, every key that may have under SM2.
/// Alipay's keys come first; with `ours`, the application's.
pub(super) fn makers(known: &Known, signature: &[u8], ours: bool) -> Vec<Maker> {
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
        let made = |(owner, key): &(Owner, &PublicKey)| {
            let sign_type = sign_type(key, &signature)?;
            let (owner, key, signature) = (owner.clone(), (*key).clone(), signature.clone());
            Some(Maker { owner, key, sign_type, signature, repair })
        };
        let mut makers: Vec<_> = keys.iter().filter_map(made).collect();
        if makers.first().is_some_and(Maker::is_proven) {
            makers.truncate(1);
        }
        if !makers.is_empty() {
            return makers;
        }
        tried.push(signature);
    }
    Vec::new()
}

/// The algorithm under which `key` made a signature, or may have; `None` where it did not.
fn sign_type(key: &PublicKey, signature: &[u8]) -> Option<Option<SignType>> {
    if key.algorithm() == KeyAlgorithm::Sm2 {
        return is_sm2(signature).then_some(Some(SignType::Sm2));
    }
    key.signed_with(signature).map(|with| match with {
        SignedWith::Rsa => Some(SignType::Rsa),
        SignedWith::Rsa2 => Some(SignType::Rsa2),
        _ => None,
    })
}

/// Which kind of key a signature is of, as far as can be seen without one; `Err` says what is wrong with it.
pub(super) fn look(known: &Known, signature: &[u8]) -> Result<KeyAlgorithm, String> {
    let Ok(text) = std::str::from_utf8(signature) else { return Err("it is no text".to_owned()) };
    let bytes = alipay_sign::decode_signature(text).map_err(|error| error.to_string())?;
    if is_sm2(&bytes) {
        return Ok(KeyAlgorithm::Sm2);
    }
    let length = bytes.len();
    let rsa = known.keys().filter(|key| key.algorithm() == KeyAlgorithm::Rsa);
    let lengths: Vec<usize> = rsa.map(|key| key.bits().div_ceil(8)).collect();
    // Keys of 1024 to 8192 bits, in steps that people use.
    if lengths.contains(&length) || matches!(length, 128 | 256 | 384 | 512 | 1024) {
        return Ok(KeyAlgorithm::Rsa);
    }
    Err(match lengths.first() {
        Some(expected) => format!("it has {length} bytes, and a signature has {expected} with this key"),
        None if known.keys().next().is_some() => {
            format!(
                "it has {length} bytes, and they are no SM2 signature, which is a DER sequence of two numbers"
            )
        }
        None => format!("it has {length} bytes, and a signature has 128, 256 or more, or is one of SM2"),
    })
}

/// Whether it has the form of an SM2 signature: a DER sequence of two numbers of 256 bits at the most.
fn is_sm2(signature: &[u8]) -> bool {
    let after_number = |der: &'_ [u8]| -> Option<usize> {
        let [0x02, length @ 1..=33, ..] = der else { return None };
        Some(2 + usize::from(*length))
    };
    let [0x30, length, numbers @ ..] = signature else { return false };
    let second = after_number(numbers).and_then(|at| numbers.get(at..));
    let end = second.and_then(|second| Some(after_number(second)? == second.len()));
    usize::from(*length) == numbers.len() && end == Some(true)
}

/// The ways in which base64 is damaged on its way, and what it was before.
fn readings(signature: &[u8]) -> Vec<(Vec<u8>, Option<&'static str>)> {
    let compact: Vec<u8> = signature.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect();
    let trimmed = signature.trim_ascii();
    let map = |from: &[u8], change: fn(u8) -> u8| from.iter().map(|byte| change(*byte)).collect::<Vec<u8>>();
    let to_plus = |from: &[u8]| map(from, |byte| if byte == b' ' { b'+' } else { byte });
    let plus = to_plus(trimmed);
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
        // A plus may be its first or its last character.
        (to_plus(signature), Some(PLUS)),
        (standard, Some(URL_SAFE)),
        (decoded, Some("it was still percent-encoded")),
        (unslashed, Some("its slashes were still escaped")),
    ]
}
