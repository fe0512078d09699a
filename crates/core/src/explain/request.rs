//! A request of ours that the gateway refused: our text against the one that it built.

mod compare;
mod echo;
mod value;

use alipay_sign::{Charset, Empties, KeyAlgorithm, SignType};

use super::cause::Cause;
use super::change::CHANGES;
use super::difference::{Difference, find, is_rest, name_of};
use super::explanation::{Draft, Explanation, Finding};
use super::known::{Known, SentRequest};
use super::seal::{self, Maker, Owner};
use super::search::{Reading, Search};
use super::{origin, pairs};

/// How to use the right key.
const SIGN_WITH: &str = "sign with the private key whose public half is in the console for this application";

pub(super) fn explain(sent: &SentRequest, refusal: &[u8], known: &Known) -> Explanation {
    let mut draft = Draft::new("request");
    draft.tried([Cause::Unreadable]);
    let form = sent.form.as_deref().and_then(pairs::split);
    let rebuilt = form.as_ref().map(|form| pairs::canonical(form, &["sign"], Empties::Drop));
    let signature = sent.signature.clone().map(String::into_bytes);
    let signature = signature.or_else(|| pairs::value(form.as_deref()?, "sign").map(<[u8]>::to_vec));
    let Some(ours) = sent.text.clone().or_else(|| rebuilt.clone()).filter(|text| !text.is_empty()) else {
        draft.find(Finding::new(
            Cause::Unreadable,
            "there is neither a text to sign nor a request here",
            "give the text that was signed, or the URL and the body that were sent",
        ));
        return draft.finish(false, "");
    };
    let ours_read = readable(&ours);
    let echo = echo::find(refusal);
    let echoed = echo.is_some();
    draft.see("text of the gateway", if echoed { "repeated in its refusal" } else { "not given" });
    let theirs =
        echo.map(String::into_bytes).or_else(|| sent.text.as_ref().and(rebuilt).map(|text| readable(&text)));

    let makers = signature.as_ref().map(|signature| seal::makers(known, signature, true)).unwrap_or_default();
    let mut search = Search::new(&makers);
    let signed = signed_text(&mut draft, &mut search, &ours);
    if let Some(signature) = &signature {
        made_by(&mut draft, known, signature, &ours_read, search.maker());
    }
    let covered = search.maker().map(|_| covers(&mut draft, &ours, signed));
    if let Some(theirs) = &theirs {
        compare::texts(&mut draft, &ours_read, theirs);
        draft.difference = draft.difference.take().or_else(|| Difference::of(&ours_read, theirs));
    }
    application(&mut draft, known, &ours_read);
    draft.tried([Cause::Charset]);
    if echo::is_misread(refusal) {
        draft.find(Finding::new(
            Cause::Charset,
            "the gateway could not read the values: it did not find their charset in the URL, or they are in another",
            "put charset into the query of the URL, for in the body it comes too late, and percent-encode every value in it",
        ));
    }
    if !draft.found_any() {
        let refused = echoed || find(refusal, b"invalid-signature").is_some();
        return left(draft, known, covered, refused.then_some(theirs.is_some()), refusal.is_empty());
    }
    draft.finish(false, "")
}

/// Text as UTF-8, in which the gateway repeats it: by its own charset, else by the one that reads it.
fn readable(text: &[u8]) -> Vec<u8> {
    let label =
        compare::pairs(text).into_iter().find(|(name, _)| *name == b"charset").map(|(_, value)| value);
    let named = label.and_then(|label| Charset::parse(std::str::from_utf8(label).ok()?).ok());
    let charsets = [named, Some(Charset::utf_8()), Some(Charset::gbk())];
    let read = charsets.into_iter().flatten().find_map(|charset| charset.decode(text).ok());
    read.map_or_else(|| text.to_vec(), String::into_bytes)
}

/// Says what is wrong with the maker of our signature.
fn made_by(draft: &mut Draft, known: &Known, signature: &[u8], ours: &[u8], maker: Option<&Maker>) {
    draft.tried([Cause::AnotherKey, Cause::SignType, Cause::SignatureDamaged]);
    if let Some(key) = &known.app_key {
        draft.see("our key", origin::describe(key));
    }
    let Some(maker) = maker else { return nobodys(draft, known, signature) };
    let owner = match &maker.owner {
        Owner::App => "our key".to_owned(),
        Owner::Alipay => "the key that is configured as Alipay's".to_owned(),
        Owner::Other(name) => name.clone(),
    };
    draft.see("signed with", format!("{owner}, by {}", maker.algorithm()));
    origin::repaired(draft, maker, &[]);
    if maker.owner != Owner::App {
        draft.find(Finding::new(
            Cause::AnotherKey,
            format!("it is signed with {owner}, not with our key"),
            SIGN_WITH,
        ));
    }
    let said = compare::pairs(ours).into_iter().find(|(name, _)| *name == b"sign_type");
    let said = said.map(|(_, value)| String::from_utf8_lossy(value).into_owned());
    let agreed = if is_rest(ours) { SignType::Rsa2 } else { known.sign_type };
    let said = said.unwrap_or_else(|| agreed.as_str().to_owned());
    if maker.sign_type.is_none_or(|used| used.as_str() != said) {
        draft.find(Finding::new(
            Cause::SignType,
            format!("it says sign_type {}, and is signed by {}", name_of(said.as_bytes()), maker.algorithm()),
            "let sign_type name the algorithm that signs: RSA2 is SHA-256, RSA is SHA-1, SM2 is SM3; the key in the console counts for one of them",
        ));
    }
}

/// No key that is known made our signature; under SM2, as far as was found.
fn nobodys(draft: &mut Draft, known: &Known, signature: &[u8]) {
    let form = match seal::look(known, signature) {
        Ok(form) => form,
        Err(damage) => {
            return draft.find(Finding::new(
                Cause::SignatureDamaged,
                format!("our signature is damaged: {damage}"),
                "send the signature whole, in base64 with padding, percent-encoded once",
            ));
        }
    };
    if let Some(finding) = origin::other_kind(known, form) {
        return draft.find(finding);
    }
    if known.app_key.is_none() {
        return;
    }
    draft.find(if form == KeyAlgorithm::Sm2 {
        Finding::new(
            Cause::KeyOrText,
            "our signature is one by SM2, and holds under no key that is known over our text; \
             SM2 does not tell whether key or text is another one",
            "sign the very text that is given here, with the SM2 key whose public half is in the console",
        )
    } else {
        let what = "it is not signed with the key that was given as ours";
        Finding::new(Cause::AnotherKey, what, SIGN_WITH)
    });
}

/// Looks for the text that we signed: the one that is said to be ours, or what became of it.
fn signed_text(draft: &mut Draft, search: &mut Search<'_>, ours: &[u8]) -> Option<Reading> {
    if !search.is_possible() {
        return None;
    }
    let plain = Reading { text: ours.to_vec(), findings: Vec::new(), rule: String::new() };
    search.find([plain]).or_else(|| {
        draft.tried(CHANGES.iter().map(|change| change.cause));
        draft.tried([Cause::SignTypeParameter, Cause::EmptyValues]);
        search.find(compare::signed_instead(ours))
    })
}

/// Whether our signature is over the text that is said to be ours. `signed`: the text that it is over.
fn covers(draft: &mut Draft, ours: &[u8], signed: Option<Reading>) -> bool {
    match signed {
        Some(Reading { findings, .. }) if findings.is_empty() => {
            draft.see("our signature", "holds over our text");
            return true;
        }
        Some(Reading { text, findings, .. }) => {
            draft.see("our signature", "holds over another text than the one that was given");
            draft.difference = Difference::of(ours, &text);
            findings.into_iter().for_each(|finding| draft.find(finding));
        }
        None => draft.see("our signature", "does not hold over our text: another text was signed"),
    }
    false
}

fn application(draft: &mut Draft, known: &Known, ours: &[u8]) {
    let Some(configured) = &known.app_id else { return };
    draft.tried([Cause::AnotherApp]);
    if let Some(seen) = compare::app_id(ours).filter(|seen| seen != configured.as_bytes()) {
        draft.find(Finding::new(
            Cause::AnotherApp,
            format!("it is for the application {}, and ours is {configured}", name_of(&seen)),
            "use app_id and key of one and the same application",
        ));
    }
}

/// Nothing in the texts is wrong. `covered`: whether our signature is over our text, where that is known; `refused`: that
/// the gateway refused the signature, and whether its text could be compared.
fn left(
    mut draft: Draft,
    known: &Known,
    covered: Option<bool>,
    refused: Option<bool>,
    is_accepted: bool,
) -> Explanation {
    let ours = known.app_key.as_ref().map(|key| format!(" ({})", key.fingerprint())).unwrap_or_default();
    let finding = match (covered, refused) {
        (Some(false), _) => Finding::new(
            Cause::TextChanged,
            "our signature is over another text than the one that was given as ours",
            "look at the text right before it is signed; something changes it afterwards",
        ),
        (Some(true), Some(true)) => Finding::new(
            Cause::AnotherKey,
            format!(
                "text and signature are right, so the public key in the console is not that of our key{ours}"
            ),
            "upload the public half of this key for this app_id in this environment (production and sandbox differ), \
             or sign with the key whose public half is there",
        ),
        (None, Some(true)) => Finding::new(
            Cause::AnotherKey,
            "the gateway built the same text as we did, so the console must have the public half of another key",
            "compare the public key in the console with the public half of ours, for this app_id and this environment; \
             give our public key and the signature here to be sure",
        ),
        (Some(true), None) if is_accepted => {
            return draft.finish(true, "nothing is wrong, our signature holds over our text");
        }
        (Some(true), _) => {
            let what =
                "our signature holds over our text; whether the gateway built the same one is not known";
            return draft.finish(false, what);
        }
        (None, _) => {
            let what = "there is too little to go by: give the refusal of the gateway, our public key and the signature";
            return draft.finish(false, what);
        }
    };
    draft.tried([finding.cause]);
    draft.find(finding);
    draft.finish(false, "")
}
