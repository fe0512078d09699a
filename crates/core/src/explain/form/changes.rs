//! What happens to a form on its way: each change undone gives another form to check.

use super::super::cause::Cause;
use super::super::change::{self, CHANGES, decoded_again, replaced, spaces_to_plus};
use super::super::difference::name_of;
use super::super::explanation::Finding;
use super::super::json_text;
use super::super::pairs::{Pair, has_escapes, percent_decode};

/// What is tried here, beside the changes of any text.
pub(super) const TRIED: [Cause; 8] = [
    Cause::PlusAsSpace,
    Cause::DecodedTwice,
    Cause::NotDecoded,
    Cause::SignTypeParameter,
    Cause::EmptyValues,
    Cause::MissingParameter,
    Cause::AddedParameter,
    Cause::KeyOrder,
];

/// A form with something undone.
#[derive(Clone)]
pub(super) struct Altered {
    pub(super) pairs: Vec<Pair>,
    pub(super) findings: Vec<Finding>,
}

impl Altered {
    pub(super) fn new(pairs: Vec<Pair>, finding: Finding) -> Self {
        Self { pairs, findings: vec![finding] }
    }

    pub(super) fn has(&self, cause: Cause) -> bool {
        self.findings.iter().any(|finding| finding.cause == cause)
    }

    /// This one, made from `first`.
    pub(super) fn after(mut self, first: &Self) -> Self {
        self.findings.extend(first.findings.iter().cloned());
        self
    }
}

pub(super) const RAW: &str = "hand over the raw bytes of the body or query, and decode them exactly once";

/// Changes that concern the whole form, and come together.
pub(super) fn common(pairs: &[Pair], own: &[Vec<u8>]) -> Vec<Altered> {
    let mut all = Vec::new();
    let mut add = |pairs: Option<Vec<Pair>>, finding: Finding| {
        all.extend(pairs.map(|pairs| Altered::new(pairs, finding)))
    };

    let ours: Vec<_> =
        pairs.iter().filter(|pair| own.contains(&pair.name)).map(|pair| name_of(&pair.name)).collect();
    let without = pairs.iter().filter(|pair| !own.contains(&pair.name)).cloned().collect();
    let what = format!("parameters of our own URL were mixed in, and are not signed: {}", ours.join(", "));
    add(
        (!ours.is_empty()).then_some(without),
        Finding::new(
            Cause::AddedParameter,
            what,
            "take the raw body, not the merged parameters of a framework",
        ),
    );

    // A signature in base64 ends in `=`: it shows whether the form is encoded.
    let encoded = pairs.iter().any(|pair| pair.name == b"sign" && has_escapes(&pair.raw));
    let raw = each(pairs, |pair| Some(pair.raw.clone()));
    if !encoded {
        let what = "it was decoded before it came here, so `+` and `%` in it were decoded twice";
        add(raw.clone(), Finding::new(Cause::DecodedTwice, what, RAW));
    }
    let plus = "a `+` became a space";
    let finding = || {
        Finding::new(
            Cause::PlusAsSpace,
            plus,
            "percent-encode a plus as %2B when a form is written, and decode it once",
        )
    };
    add(each(pairs, |pair| spaces_to_plus(&pair.value).map(|_| percent_decode(&pair.raw, b'+'))), finding());
    add(each(pairs, |pair| spaces_to_plus(&pair.value)), finding());
    if encoded {
        let what = "the values were signed as they stand in the form, still percent-encoded";
        let fix = "the sender must sign decoded values; check this message with the raw ones";
        add(raw, Finding::new(Cause::NotDecoded, what, fix));
    }
    let what = "it is still percent-encoded: it was encoded twice";
    add(each(pairs, |pair| decoded_again(&pair.value)), Finding::new(Cause::NotDecoded, what, RAW));
    let what = "a `+` stands where a space was signed";
    add(each(pairs, |pair| replaced(&pair.value, b"+", b" ")), Finding::new(Cause::PlusAsSpace, what, RAW));

    for change in CHANGES.iter().filter(|change| change.is_common || change.cause == Cause::JsonRewritten) {
        add(each(pairs, |pair| (change.undo)(&pair.value)), change.finding());
        if change.cause == Cause::HtmlEscaped {
            add(without_entities(pairs), change.finding());
        }
    }
    add(
        without_line_end(pairs),
        Finding::new(
            Cause::TextTrimmed,
            "white space was added at an end of the message",
            "keep the message exactly as it came; an editor or a log adds a line end",
        ),
    );
    all
}

/// JSON in the values, written in every other way.
pub(super) fn rewritten(pairs: &[Pair]) -> impl Iterator<Item = Altered> {
    let written =
        (0..json_text::WAYS).filter_map(|way| each(pairs, |pair| json_text::written(&pair.value, way)));
    written.map(|pairs| Altered::new(pairs, change::rewritten()))
}

/// The form with other values; `None` where every value stays.
fn each(pairs: &[Pair], change: impl Fn(&Pair) -> Option<Vec<u8>>) -> Option<Vec<Pair>> {
    let mut altered = pairs.to_vec();
    for pair in altered.iter_mut().filter(|pair| pair.name != b"sign") {
        pair.value = change(pair).unwrap_or_else(|| std::mem::take(&mut pair.value));
    }
    (altered != pairs).then_some(altered)
}

/// A URL that was taken from HTML: `&amp;` between the parameters.
fn without_entities(pairs: &[Pair]) -> Option<Vec<Pair>> {
    let mut altered = pairs.to_vec();
    for pair in &mut altered {
        if let Some(name) = pair.name.strip_prefix(b"amp;") {
            pair.name = name.to_vec();
        }
    }
    (altered != pairs).then_some(altered)
}

fn without_line_end(pairs: &[Pair]) -> Option<Vec<Pair>> {
    let mut altered = pairs.to_vec();
    let last = altered.last_mut()?;
    last.value = last.value.trim_ascii_end().to_vec();
    let first = altered.first_mut()?;
    let name = first.name.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&first.name);
    first.name = name.trim_ascii_start().to_vec();
    (altered != pairs).then_some(altered)
}
