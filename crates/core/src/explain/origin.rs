//! Whose signature it is, and by which algorithm: the suspects that need no look at the text.

use alipay_sign::{PublicKey, SignType};

use super::cause::Cause;
use super::explanation::{Draft, Finding};
use super::known::Known;
use super::seal::{self, Opened, Owner};

/// What a message brings along for the question of its origin.
pub(super) struct Claim<'a> {
    /// The signature as text, percent-decoded where it came percent-encoded.
    pub(super) signature: &'a [u8],
    /// What was agreed.
    pub(super) sign_type: SignType,
    /// Repairs of the signature that its verifier makes too.
    pub(super) tolerated: &'static [&'static str],
}

/// Finds out who signed a message that should be Alipay's, and says what is wrong with that. `None` where no key that
/// is known made the signature, so that no text can hold.
pub(super) fn of_alipay(draft: &mut Draft, known: &Known, claim: &Claim<'_>) -> Option<Opened> {
    draft.tried([Cause::AppKeyForAlipayKey, Cause::AnotherKey, Cause::SignType, Cause::SignatureDamaged]);
    for key in &known.alipay_keys {
        draft.see("configured key", describe(key));
    }
    let swapped = known.app_key.as_ref().filter(|ours| known.alipay_keys.contains(ours));
    let opened = seal::open(known, claim.signature, false);
    if let Some(opened) = &opened {
        let owner = match &opened.owner {
            Owner::Alipay => "the configured key".to_owned(),
            Owner::App => "the application's own key".to_owned(),
            Owner::Other(name) => format!("{name}, {}", describe(&opened.key)),
        };
        draft.see("signed with", format!("{owner}, by {}", opened.algorithm()));
        repaired(draft, opened, claim.tolerated);
        algorithm(draft, opened, claim.sign_type);
    }
    match (&opened, swapped) {
        (Some(Opened { owner: Owner::Alipay, .. }), _) => {}
        (_, Some(ours)) => draft.find(Finding::new(
            Cause::AppKeyForAlipayKey,
            format!("the application's own public key ({}) is configured in the place of Alipay's", ours.fingerprint()),
            "copy the key that the console calls Alipay public key (支付宝公钥), not the application public key (应用公钥)",
        )),
        (Some(Opened { owner: Owner::App, .. }), None) => draft.find(Finding::new(
            Cause::AnotherKey,
            "it is signed with the application's own key: it was made by us, not by Alipay",
            "check messages of Alipay only; a local gateway needs a key of its own, configured as Alipay's",
        )),
        (Some(Opened { owner: Owner::Other(name), .. }), None) => draft.find(Finding::new(
            Cause::AnotherKey,
            format!("it is signed with another key than the configured one: {name}"),
            "configure the Alipay public key of this application in this environment (production and sandbox differ)",
        )),
        (None, None) => not_opened(draft, known, claim.signature),
    }
    opened
}

/// The signature had to be repaired before it opened.
pub(super) fn repaired(draft: &mut Draft, opened: &Opened, tolerated: &[&str]) {
    match opened.repair {
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

fn algorithm(draft: &mut Draft, opened: &Opened, agreed: SignType) {
    if opened.sign_type != Some(agreed) {
        let fix = match opened.sign_type {
            Some(used) => format!(
                "set sign type {used} where {agreed} is configured, or upload the key for {agreed} in the console"
            ),
            None => format!("sign with {agreed}"),
        };
        let what = format!("it is signed by {}, and checked as {agreed}", opened.algorithm());
        draft.find(Finding::new(Cause::SignType, what, fix));
    } else if opened.key.verify(agreed, b"", &opened.signature).is_err_and(|error| error.is_short_key()) {
        draft.find(Finding::new(
            Cause::ShortKey,
            format!("the key has {} bits, and RSA2 asks for 2048", opened.key.bits()),
            "ask for a new key, or call `legacy_allow_short_rsa2` on this one",
        ));
    }
}

fn not_opened(draft: &mut Draft, known: &Known, signature: &[u8]) {
    if let Err(damage) = seal::look(known, signature) {
        return draft.find(Finding::new(
            Cause::SignatureDamaged,
            format!("the signature is damaged: {damage}"),
            "pass the signature on whole and unchanged, without cutting, wrapping or decoding it twice",
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

/// Fingerprint and length: enough to compare, and nothing to hide.
pub(super) fn describe(key: &PublicKey) -> String {
    format!("fingerprint {}, {} bits", key.fingerprint(), key.bits())
}
