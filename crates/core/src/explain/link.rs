//! H5 links: the verifier itself is asked first, with other settings too.

use alipay_sign::h5::{self, Candidate, H5Error, H5Signature, Strategy, UseModeLink};
use alipay_sign::{SignType, query_of};

use super::cause::Cause;
use super::explanation::{Draft, Explanation, Finding};
use super::form::{self, Arrived, Rules};
use super::known::Known;
use super::{origin, seal};

const KIND: &str = "link";

const SIGN_TYPES: [SignType; 3] = [SignType::Rsa2, SignType::Rsa, SignType::Sm2];

/// What the verifier of links repairs by itself.
const TOLERATED: &[&str] = &[seal::PLUS, seal::URL_SAFE, seal::CUT];

pub(super) fn explain(url: &str, config: &UseModeLink, known: &Known) -> Explanation {
    let agreed = sign_type_of(config);
    if let Some(explanation) = ask(url, config, known, agreed) {
        return explanation;
    }
    let known = Known { sign_type: agreed.unwrap_or(known.sign_type), ..known.clone() };
    let arrived = Arrived {
        kind: KIND,
        form: query_of(url).as_bytes(),
        own: Vec::new(),
        rules: Rules::Link(config.sign_keys()),
        tolerated: TOLERATED,
    };
    form::explain(&arrived, &known)
}

/// What the verifier says: with the settings as they are, then with each setting in the other way.
fn ask(url: &str, config: &UseModeLink, known: &Known, agreed: Option<SignType>) -> Option<Explanation> {
    let verify = |config: &UseModeLink| {
        let mut results = known.alipay_keys.iter().map(|key| (key, h5::verify(url, config, key)));
        results.find_map(|(key, result)| Some((key, result.ok()?)))
    };
    let mut draft = Draft::new(KIND);
    if let Some((key, link)) = verify(config) {
        draft.see("configured key", origin::describe(key));
        let said = match link.signature {
            H5Signature::Signed { candidate } => {
                format!("nothing is wrong, the signature holds: {candidate}")
            }
            _ => "the template has no signType, so the link is not signed and proves nothing".to_owned(),
        };
        return Some(draft.finish(true, said));
    }
    let first = known.alipay_keys.first().and_then(|key| h5::verify(url, config, key).err());
    if let Some(H5Error::UnexpectedSignature) = first {
        draft.find(Finding::new(
            Cause::SignType,
            "it is signed, and no signType is configured",
            "configure the signType that the template was created with",
        ));
        return Some(draft.finish(false, ""));
    }
    draft.tried([Cause::SignType, Cause::KeyOrder, Cause::NotDecoded, Cause::EmptyValues]);
    let unpinned = config.clone().with_strategy(Strategy::Auto);
    if let Some((key, link)) = verify(&unpinned) {
        draft.see("configured key", origin::describe(key));
        let H5Signature::Signed { candidate } = link.signature else { return None };
        pinned(&mut draft, config, candidate);
        return Some(draft.finish(false, ""));
    }
    for other in SIGN_TYPES.into_iter().filter(|other| Some(*other) != agreed) {
        let Some((key, _)) = verify(&unpinned.clone().with_sign_type(Some(other))) else { continue };
        draft.see("configured key", origin::describe(key));
        let agreed = agreed.map_or("nothing", SignType::as_str);
        draft.find(Finding::new(
            Cause::SignType,
            format!("it is signed by {other}, and checked as {agreed}"),
            format!("configure the signType that the template was created with: {other}"),
        ));
        return Some(draft.finish(false, ""));
    }
    None
}

/// Another reading holds than the one that is pinned.
fn pinned(draft: &mut Draft, config: &UseModeLink, candidate: Candidate) {
    let mut find = |cause, what: &str| {
        let fix = format!("pin the reading that holds: {candidate}");
        draft.find(Finding::new(cause, what, fix));
    };
    let is = |other: Candidate| config.clone().with_strategy(Strategy::Pinned(other)) == *config;
    let Some(pinned) = Candidate::ALL.into_iter().find(|candidate| is(*candidate)) else { return };
    if pinned.order != candidate.order {
        find(Cause::KeyOrder, "its parameters were signed in another order than the pinned one");
    }
    if pinned.values != candidate.values {
        find(
            Cause::NotDecoded,
            "its values were signed in another form (decoded, or as they stand) than the pinned one",
        );
    }
    if pinned.empties != candidate.empties {
        find(Cause::EmptyValues, "empty values were kept on one side and dropped on the other");
    }
}

/// The configuration does not tell; it can be compared.
fn sign_type_of(config: &UseModeLink) -> Option<SignType> {
    SIGN_TYPES.into_iter().find(|sign_type| config.clone().with_sign_type(Some(*sign_type)) == *config)
}
