//! Signed forms that arrive: notifications, return URLs and links.

mod changes;
mod rules;
mod singles;

pub(super) use self::rules::Rules;

use alipay_sign::SignType;

use super::cause::Cause;
use super::change::CHANGES;
use super::difference::{Difference, find, name_of};
use super::explanation::{Draft, Explanation, Finding};
use super::known::Known;
use super::origin::{self, Claim};
use super::pairs::{self, Pair};
use super::seal::{self, Maker};
use super::search::{Reading, Search};

/// What is left to say where no maker shows and nothing else was found.
pub(super) const NOWHERE: &str = "it holds under no key that is known over any text that was tried";

/// What arrived.
pub(super) struct Arrived<'a> {
    /// What it is, for people.
    pub(super) kind: &'static str,
    pub(super) form: &'a [u8],
    /// Names that are not Alipay's: the query of our own URL.
    pub(super) own: Vec<Vec<u8>>,
    pub(super) rules: Rules<'a>,
    pub(super) tolerated: &'static [&'static str],
}

pub(super) fn explain(arrived: &Arrived<'_>, known: &Known) -> Explanation {
    let mut draft = Draft::new(arrived.kind);
    draft.tried([Cause::Unreadable]);
    let Some(pairs) = pairs::split(arrived.form).filter(|pairs| !pairs.is_empty()) else {
        draft.find(Finding::new(
            Cause::Unreadable,
            "there is no form of a sensible size here",
            "give the raw body, or the query, exactly as it came",
        ));
        return draft.finish(false, "");
    };
    draft.tried([Cause::SignatureMissing, Cause::RepeatedParameter]);
    repeated(&mut draft, arrived, &pairs);
    // A URL that was copied from HTML has `&amp;` between its parameters.
    let signature = pairs::value(&pairs, "sign").or_else(|| pairs::value(&pairs, "amp;sign"));
    let Some(signature) = signature.filter(|sign| !sign.trim_ascii().is_empty()) else {
        return unsigned(draft, arrived, &pairs);
    };
    let claim = Claim { signature, sign_type: agreed(arrived, known, &pairs), tolerated: arrived.tolerated };
    let makers = seal::makers(known, signature, false);
    let mut search = Search::new(&makers);
    let found = text(&mut draft, arrived, known, &pairs, &mut search);
    origin::of_alipay(&mut draft, known, &claim, search.maker());
    said(&mut draft, arrived, known, &pairs, claim.sign_type);
    if !search.is_possible() {
        return draft.without_key();
    }
    let checked = arrived.rules.readings(&pairs).into_iter().next();
    let checked = checked.map(|reading| reading.text).unwrap_or_default();
    let Some(Reading { text, findings, rule }) = found else {
        let absent = arrived.rules.absent(&pairs);
        if !absent.is_empty() {
            draft.see("sign keys that are absent", absent.join(", "));
        }
        draft.lost(&checked, search.maker());
        return draft.finish(false, NOWHERE);
    };
    draft.tried([Cause::SignTypeParameter, Cause::EmptyValues]);
    draft.see("rule that holds", &rule);
    if !findings.is_empty() {
        draft.difference = Difference::of(&checked, &text);
    }
    findings.into_iter().for_each(|finding| draft.find(finding));
    draft.finish(true, format!("nothing is wrong, the signature holds: {rule}"))
}

/// The algorithm that a verifier has to use.
fn agreed(arrived: &Arrived<'_>, known: &Known, pairs: &[Pair]) -> SignType {
    // Messages of the v3 products are RSA2 whatever v2 has agreed on.
    let is_message = arrived.rules.is_notification() && pairs::value(pairs, "msg_method").is_some();
    if is_message { SignType::Rsa2 } else { known.sign_type }
}

fn repeated(draft: &mut Draft, arrived: &Arrived<'_>, pairs: &[Pair]) {
    let signed: Vec<Pair> =
        pairs.iter().filter(|pair| arrived.rules.may_cover(&pair.name)).cloned().collect();
    if let Some(name) = pairs::repeated(&signed) {
        draft.find(Finding::new(
            Cause::RepeatedParameter,
            format!("the parameter {} stands there twice", name_of(name)),
            "take the raw body alone: something merged two sources of parameters, such as the body and the query",
        ));
    }
}

fn unsigned(mut draft: Draft, arrived: &Arrived<'_>, pairs: &[Pair]) -> Explanation {
    let names: Vec<_> = pairs.iter().take(8).map(|pair| name_of(&pair.name)).collect();
    let is_json = matches!(arrived.form.trim_ascii().first(), Some(b'{' | b'['));
    if !is_json {
        draft.see("parameters", names.join(", "));
    }
    let what = if is_json { "this is JSON, not a signed form" } else { "there is no parameter `sign`" };
    draft.find(Finding::new(
        Cause::SignatureMissing,
        what,
        "give the raw body of a notification, or the whole query of a URL; what is not signed is not to be believed",
    ));
    draft.finish(false, "")
}

/// What the message says of itself, against what is configured.
fn said(draft: &mut Draft, arrived: &Arrived<'_>, known: &Known, pairs: &[Pair], agreed: SignType) {
    if !arrived.rules.is_notification() {
        return;
    }
    draft.tried(known.app_id.is_some().then_some(Cause::AnotherApp));
    if let Some(serial) = pairs::text(pairs, "alipay_cert_sn") {
        draft.see("certificate named", name_of(serial.as_bytes()));
    }
    if let (Some(seen), Some(ours)) = (pairs::text(pairs, "app_id"), &known.app_id)
        && seen != ours
    {
        draft.find(Finding::new(
            Cause::AnotherApp,
            format!("it is for the application {}, and ours is {ours}", name_of(seen.as_bytes())),
            "give each application an address of its own, or check with the settings of the application that is named",
        ));
    }
    if let Some(seen) = pairs::text(pairs, "sign_type").filter(|seen| *seen != agreed.as_str()) {
        draft.find(Finding::new(
            Cause::SignType,
            format!("it says sign_type {}, and {agreed} is agreed", name_of(seen.as_bytes())),
            "set the sign type of the client to what the console says for this application",
        ));
    }
}

/// Looks for the text that was signed.
fn text(
    draft: &mut Draft,
    arrived: &Arrived<'_>,
    known: &Known,
    pairs: &[Pair],
    search: &mut Search<'_>,
) -> Option<Reading> {
    if !search.is_possible() {
        return None;
    }
    let found = search.find(arrived.rules.readings(pairs)).or_else(|| altered(search, arrived, known, pairs));
    if found.is_none() {
        draft.tried(CHANGES.iter().map(|change| change.cause));
        draft.tried(changes::TRIED);
        draft.tried_in_part(search.in_part());
        draft.tried_in_part(singles::in_part(pairs));
    }
    found
}

fn altered(search: &mut Search<'_>, arrived: &Arrived<'_>, known: &Known, pairs: &[Pair]) -> Option<Reading> {
    let readings = |altered| readings(arrived, altered);
    let common = changes::common(pairs, &arrived.own);
    let pairwise = |first: &changes::Altered| -> Vec<changes::Altered> {
        let seconds = changes::common(&first.pairs, &arrived.own).into_iter();
        seconds
            .filter(|second| second.findings.iter().all(|finding| !first.has(finding.cause)))
            .map(|second| second.after(first))
            .collect()
    };
    search
        .find(common.iter().cloned().flat_map(readings))
        .or_else(|| search.find(arrived.rules.keys(pairs)))
        .or_else(|| search.find(arrived.rules.in_order_of_arrival(pairs)))
        .or_else(|| search.find(changes::rewritten(pairs).flat_map(readings)))
        .or_else(|| {
            search.find_while_possible(common.iter().take(6).flat_map(pairwise).take(12).flat_map(readings))
        })
        .or_else(|| one_by_one(search, arrived, known, pairs))
        .or_else(|| search.find_while_possible(common.iter().flat_map(pairwise).flat_map(readings)))
}

fn readings(arrived: &Arrived<'_>, altered: changes::Altered) -> Vec<Reading> {
    let mut readings = arrived.rules.readings(&altered.pairs);
    readings.iter_mut().for_each(|reading| reading.findings.extend(altered.findings.iter().cloned()));
    readings
}

/// The likeliest reading of every form with one parameter changed, then the next ones.
fn one_by_one(
    search: &mut Search<'_>,
    arrived: &Arrived<'_>,
    known: &Known,
    pairs: &[Pair],
) -> Option<Reading> {
    for round in 0..arrived.rules.readings(pairs).len() {
        let was_spent = search.is_spent();
        for altered in singles::all(pairs, known) {
            if search.is_spent() {
                search.leave_out(&altered.findings);
            } else if let Some(found) = search.find(readings(arrived, altered).into_iter().nth(round)) {
                return Some(found);
            }
        }
        // By now everything that is left was left out once.
        if was_spent {
            break;
        }
    }
    None
}

impl Draft {
    /// Nothing was tried.
    pub(super) fn without_key(mut self) -> Explanation {
        self.next("give Alipay's public key: --alipay-public-key FILE, or `Known::alipay_key`");
        self.finish(false, "no key is known to check it with")
    }

    /// No text that was tried is the one. Where the maker shows all the same, as with RSA, the key is right.
    pub(super) fn lost(&mut self, checked: &[u8], maker: Option<&Maker>) {
        let replaced = find(checked, "\u{FFFD}".as_bytes()).or_else(|| find(checked, "锟斤拷".as_bytes()));
        if let Some(at) = replaced {
            self.see("characters lost", format!("at byte {at}"));
            self.find(Finding::new(
                Cause::Charset,
                "it was decoded in the wrong charset, and characters were lost for good",
                "take the raw bytes before any decoding; what stands here cannot be mended",
            ));
        } else if maker.is_some() && !self.found_any() {
            self.find(Finding::new(
                Cause::TextChanged,
                "key and algorithm are right, but the text is not the one that was signed",
                "take the raw bytes exactly as they came; something changed, added or removed part of them",
            ));
        }
    }
}
