//! A request of ours that the gateway refused: our text against the one that it built.

mod compare;
mod echo;
mod sent;
mod value;

use alipay_sign::{Charset, Empties, KeyAlgorithm, SignType};

use super::cause::Cause;
use super::change::CHANGES;
use super::difference::{Difference, is_rest, name_of};
use super::explanation::{Draft, Explanation, Finding};
use super::known::{Known, SentRequest};
use super::pairs::Pair;
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
    let Some(given) = sent.text.clone().or_else(|| rebuilt.clone()).filter(|text| !text.is_empty()) else {
        draft.find(Finding::new(
            Cause::Unreadable,
            "there is neither a text to sign nor a request here",
            "give the text that was signed, or the URL and the body that were sent",
        ));
        return draft.finish(false, "");
    };
    let echo = echo::find(refusal).map(String::into_bytes);
    let answer = Answer::of(refusal, echo.is_some());
    draft.see("text of the gateway", if echo.is_some() { "repeated in its refusal" } else { "not given" });

    let makers = signature.as_ref().map(|signature| seal::makers(known, signature, true)).unwrap_or_default();
    let mut search = Search::new(&makers);
    let form = form.filter(|_| sent.text.is_none()).unwrap_or_default();
    let Signed { ours, over } = signed_text(&mut draft, &mut search, given, &form, echo.as_deref());
    let ours_read = readable(&ours);
    let theirs = echo
        .or_else(|| rebuilt.filter(|text| sent.text.is_some() || *text != ours).map(|text| readable(&text)));
    if let Some(signature) = &signature {
        made_by(&mut draft, known, signature, &ours_read, search.maker());
    }
    let covered = search.maker().map(|_| covers(&mut draft, &ours, over));
    if let Some(theirs) = &theirs {
        compare::texts(&mut draft, &ours_read, theirs);
        draft.difference = draft.difference.take().or_else(|| Difference::of(&ours_read, theirs));
    }
    application(&mut draft, known, &ours_read);
    draft.tried(matches!(answer, Answer::Refusal).then_some(Cause::Charset));
    if echo::is_misread(refusal) {
        draft.find(Finding::new(
            Cause::Charset,
            "the gateway could not read the values: it did not find their charset in the URL, or they are in another",
            "put charset into the query of the URL, for in the body it comes too late, and percent-encode every value in it",
        ));
    }
    if !draft.found_any() {
        let ours =
            if covered.is_none() && sent.text.is_none() { Ours::Rebuilt } else { Ours::Covered(covered) };
        return left(draft, known, ours, answer, theirs.is_some());
    }
    if let Answer::Other(what) = &answer {
        draft.see("the file", what);
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
    draft.tried([Cause::SignatureDamaged]);
    if known.keys().next().is_some() {
        draft.tried([Cause::AnotherKey, Cause::SignType]);
    }
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

/// The text that counts as ours, and what our signature is over.
struct Signed {
    ours: Vec<u8>,
    over: Option<Reading>,
}

/// Looks for the text that we signed: the one that is said to be ours, or what became of it. Without such a text there is
/// the `form` that was sent, in which the text can be read in several ways.
fn signed_text(
    draft: &mut Draft,
    search: &mut Search<'_>,
    given: Vec<u8>,
    form: &[Pair],
    echo: Option<&[u8]>,
) -> Signed {
    let plain = |text: &[u8]| Reading { text: text.to_vec(), findings: Vec::new(), rule: String::new() };
    let over = search.find([plain(&given)]);
    if over.is_some() {
        return Signed { ours: given, over };
    }
    // Texts of v3 end with a line break.
    let cut = given.strip_suffix(b"\n").filter(|_| form.is_empty() && !is_rest(&given));
    let cut = cut.map(|cut| cut.strip_suffix(b"\r").unwrap_or(cut).to_vec());
    if let Some(cut) = cut {
        let over = search.find([plain(&cut)]);
        if over.is_some() || echo.is_some_and(|echo| !echo.ends_with(b"\n")) {
            let what = if over.is_some() {
                "ends with a line break that was not signed; it is left out here"
            } else {
                "ends with a line break that the gateway's has not; it is left out here, and must not be signed"
            };
            draft.see("our text", what);
            return Signed { over: over.or_else(|| signed_instead(draft, search, &cut)), ours: cut };
        }
    }
    if let Some(over) = search.find_while_possible(sent::texts(form).map(|text| plain(&text))) {
        return Signed { ours: over.text.clone(), over: Some(over) };
    }
    Signed { over: signed_instead(draft, search, &given), ours: given }
}

fn signed_instead(draft: &mut Draft, search: &mut Search<'_>, ours: &[u8]) -> Option<Reading> {
    if !search.is_possible() {
        return None;
    }
    let found = search.find(compare::signed_instead(ours));
    if found.is_none() {
        draft.tried(CHANGES.iter().map(|change| change.cause));
        draft.tried([Cause::PlusAsSpace, Cause::NotDecoded, Cause::SignTypeParameter, Cause::EmptyValues]);
    }
    found
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

/// What is known of our text.
enum Ours {
    /// It was put together from what was sent.
    Rebuilt,
    /// Whether our signature is over it, where that is known.
    Covered(Option<bool>),
}

/// What the gateway answered.
enum Answer {
    None,
    /// It refused our signature.
    Refusal,
    /// Something else.
    Other(String),
}

impl Answer {
    fn of(refusal: &[u8], repeats_text: bool) -> Self {
        if refusal.is_empty() {
            Self::None
        } else if repeats_text || echo::is_refusal(refusal) {
            Self::Refusal
        } else {
            Self::Other(format!("{}; it refuses no signature, and repeats no text", echo::describe(refusal)))
        }
    }
}

/// Nothing in the texts is wrong. `compared`: whether that of the gateway is known.
fn left(mut draft: Draft, known: &Known, text: Ours, answer: Answer, compared: bool) -> Explanation {
    let ours = known.app_key.as_ref().map(|key| format!(" ({})", key.fingerprint())).unwrap_or_default();
    let finding = match (text, answer) {
        (Ours::Covered(Some(false)), _) => Finding::new(
            Cause::TextChanged,
            "our signature is over another text than the one that was given as ours",
            "look at the text right before it is signed; something changes it afterwards",
        ),
        (_, Answer::Other(what)) => Finding::new(
            Cause::Unreadable,
            what,
            "give the whole answer in which the gateway says isv.invalid-signature",
        ),
        (Ours::Covered(Some(true)), Answer::Refusal) if compared => Finding::new(
            Cause::AnotherKey,
            format!(
                "text and signature are right, so the public key in the console is not that of our key{ours}"
            ),
            "upload the public half of this key for this app_id in this environment (production and sandbox differ), \
             or sign with the key whose public half is there",
        ),
        (Ours::Covered(None), Answer::Refusal) if compared => Finding::new(
            Cause::AnotherKey,
            "the gateway built the same text as we did, so the console must have the public half of another key",
            "compare the public key in the console with the public half of ours, for this app_id and this environment; \
             give our public key and the signature here to be sure",
        ),
        (Ours::Covered(Some(true)), Answer::None) => {
            return draft.finish(true, "nothing is wrong, our signature holds over our text");
        }
        (Ours::Covered(Some(true)), Answer::Refusal) => {
            draft.next("give the gateway's refusal with the text that it repeats");
            let what =
                "our signature holds over our text; whether the gateway built the same one is not known";
            return draft.finish(false, what);
        }
        (Ours::Rebuilt, Answer::Refusal) if compared => {
            draft.next("give our public key (--app-key FILE), or the text that was signed (--text FILE)");
            let what =
                "the gateway read the request as it was sent; whether we signed that text is not known";
            return draft.finish(false, what);
        }
        _ => {
            draft.next("give the gateway's refusal, our public key (--app-key FILE) and the signature");
            let what = "there is too little to go by";
            return draft.finish(false, what);
        }
    };
    draft.tried([finding.cause]);
    draft.find(finding);
    draft.finish(false, "")
}
