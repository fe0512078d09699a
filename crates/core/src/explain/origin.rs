//! Whose signature it is, and by which algorithm: the suspects that need no look at the text.

use alipay_sign::{KeyAlgorithm, PublicKey, SignType};

use super::cause::Cause;
use super::explanation::{Draft, Finding};
use super::known::Known;
use super::seal::{self, Maker, Owner};

/// What a message brings along for the question of its origin.
pub(super) struct Claim<'a> {
    /// The signature as text, percent-decoded where it came percent-encoded.
    pub(super) signature: &'a [u8],
    /// What was agreed.
    pub(super) sign_type: SignType,
    /// Repairs of the signature that its verifier makes too.
    pub(super) tolerated: &'static [&'static str],
}

/// Says what is wrong with the maker of a message that should be Alipay's. `None`: no key that is known made the
/// signature; under SM2, as far as was found.
pub(super) fn of_alipay(draft: &mut Draft, known: &Known, claim: &Claim<'_>, maker: Option<&Maker>) {
    draft.tried([Cause::SignatureDamaged]);
    if !known.alipay_keys.is_empty() {
        draft.tried([Cause::AnotherKey, Cause::SignType]);
        let is_ours_known =
            known.app_key.is_some() || maker.is_some_and(|maker| maker.owner == Owner::Alipay);
        draft.tried(is_ours_known.then_some(Cause::AppKeyForAlipayKey));
    }
    for key in &known.alipay_keys {
        draft.see("configured key", describe(key));
    }
    let swapped = known.app_key.as_ref().filter(|ours| known.alipay_keys.contains(ours));
    if let Some(maker) = maker {
        let owner = match &maker.owner {
            Owner::Alipay => "the configured key".to_owned(),
            Owner::App => "the application's own key".to_owned(),
            Owner::Other(name) => format!("{name}, {}", describe(&maker.key)),
        };
        draft.see("signed with", format!("{owner}, by {}", maker.algorithm()));
        repaired(draft, maker, claim.tolerated);
        algorithm(draft, maker, claim.sign_type);
    }
    match (maker, swapped) {
        (Some(Maker { owner: Owner::Alipay, .. }), _) => {}
        (_, Some(ours)) => draft.find(Finding::new(
            Cause::AppKeyForAlipayKey,
            format!("the application's own public key ({}) is configured in the place of Alipay's", ours.fingerprint()),
            "copy the key that the console calls Alipay public key (支付宝公钥), not the application public key (应用公钥)",
        )),
        (Some(Maker { owner: Owner::App, .. }), None) => draft.find(Finding::new(
            Cause::AnotherKey,
            "it is signed with the application's own key: it was made by us, not by Alipay",
            "check messages of Alipay only; a local gateway needs a key of its own, configured as Alipay's",
        )),
        (Some(Maker { owner: Owner::Other(name), .. }), None) => draft.find(Finding::new(
            Cause::AnotherKey,
            format!("it is signed with another key than the configured one: {name}"),
            "configure the Alipay public key of this application in this environment (production and sandbox differ)",
        )),
        (None, None) => nobodys(draft, known, claim.signature),
    }
}

/// The signature had to be repaired before it opened.
pub(super) fn repaired(draft: &mut Draft, maker: &Maker, tolerated: &[&str]) {
    match maker.repair {
        Some(repair) if tolerated.contains(&repair) => {
            draft.see("signature", format!("{repair}; that is tolerated"))
        }
        Some(repair) => draft.find(Finding::new(
            Cause::SignatureDamaged,
            format!("the signature is damaged: {repair}"),
            "pass the signature on unchanged: percent-encode it once in a URL or form, and decode it once",
        )),
        None => {}
    }
}

fn algorithm(draft: &mut Draft, maker: &Maker, agreed: SignType) {
    if maker.sign_type != Some(agreed) {
        let fix = match maker.sign_type {
            Some(used) => format!(
                "set sign type {used} where {agreed} is configured, or upload the key for {agreed} in the console"
            ),
            None => format!("sign with {agreed}"),
        };
        let what = format!("it is signed by {}, and checked as {agreed}", maker.algorithm());
        draft.find(Finding::new(Cause::SignType, what, fix));
    } else if maker.key.verify(agreed, b"", &maker.signature).is_err_and(|error| error.is_short_key()) {
        draft.find(Finding::new(
            Cause::ShortKey,
            format!("the key has {} bits, and RSA2 asks for 2048", maker.key.bits()),
            "ask for a new key, or call `legacy_allow_short_rsa2` on this one",
        ));
    }
}

fn nobodys(draft: &mut Draft, known: &Known, signature: &[u8]) {
    let form = match seal::look(known, signature) {
        Ok(form) => form,
        Err(damage) => {
            return draft.find(Finding::new(
                Cause::SignatureDamaged,
                format!("the signature is damaged: {damage}"),
                "pass the signature on whole and unchanged, without cutting, wrapping or decoding it twice",
            ));
        }
    };
    draft.see("form of the signature", form.to_string());
    if let Some(finding) = other_kind(known, form) {
        return draft.find(finding);
    }
    if form == KeyAlgorithm::Sm2 && known.keys().next().is_some() {
        return draft.find(Finding::new(
            Cause::KeyOrText,
            "it is signed by SM2, and holds under no key that is known over any text that was tried; \
             SM2 does not tell whether key or text is another one",
            "compare the fingerprint with Alipay's SM2 key in the console, and take the raw bytes exactly as they came",
        ));
    }
    if known.alipay_keys.is_empty() {
        return;
    }
    let unsure = if known.app_key.is_none() {
        " (or the application's own key is configured as Alipay's)"
    } else {
        ""
    };
    draft.find(Finding::new(
        Cause::AnotherKey,
        format!("it is not signed with the configured key, but with that of another application or environment{unsure}"),
        "compare the fingerprint with the Alipay public key in the console, for this application and this environment; \
         in certificate mode, give the certificate that the message names",
    ));
}

/// The signature is of another kind than every key that is known.
pub(super) fn other_kind(known: &Known, form: KeyAlgorithm) -> Option<Finding> {
    let configured = known.keys().next()?.algorithm();
    if known.keys().any(|key| key.algorithm() == form) {
        return None;
    }
    let fix = match form {
        KeyAlgorithm::Sm2 if !cfg!(feature = "sm2") => {
            "give the SM2 key and set sign type SM2; both need the feature `sm2`, which is off in this build"
        }
        _ => {
            "give the key for the algorithm of the signature, or agree on the other algorithm in the console"
        }
    };
    Some(Finding::new(
        Cause::SignType,
        format!(
            "it is a signature by {form}, seen from its form, and the key that was given is for {configured}"
        ),
        fix,
    ))
}

/// Fingerprint and length: enough to compare, and nothing to hide.
pub(super) fn describe(key: &PublicKey) -> String {
    let kind = if key.algorithm() == KeyAlgorithm::Sm2 { "SM2, " } else { "" };
    format!("fingerprint {}, {kind}{} bits", key.fingerprint(), key.bits())
}
