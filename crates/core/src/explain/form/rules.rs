//! By which rule the text of a form is put together.

use alipay_sign::Empties;

use super::super::cause::Cause;
use super::super::explanation::Finding;
use super::super::pairs::{Pair, canonical};
use super::super::search::Reading;
use crate::notify::NotifyRule;

/// The names that are signed in a link when nothing else is configured.
const LINK_KEYS: [&str; 3] = ["voucherId", "userId", "tag"];

/// The rule of one kind of form.
pub(in super::super) enum Rules<'a> {
    /// Everything but `sign` (and `sign_type`); what is pinned is the only right reading.
    Notification { rule: Option<NotifyRule>, empties: Option<Empties> },
    /// Only these names.
    Link(&'a [String]),
}

impl Rules<'_> {
    pub(super) fn is_notification(&self) -> bool {
        matches!(self, Self::Notification { .. })
    }

    /// Whether a parameter may be part of the text.
    pub(super) fn may_cover(&self, name: &[u8]) -> bool {
        match self {
            Self::Notification { .. } => true,
            Self::Link(keys) => name == b"sign" || keys.iter().any(|key| key.as_bytes() == name),
        }
    }

    /// The configured names of a link that it does not have. It may be right without them.
    pub(super) fn absent(&self, pairs: &[Pair]) -> Vec<String> {
        let Self::Link(keys) = self else { return Vec::new() };
        let absent = keys.iter().filter(|key| super::pairs::value(pairs, key).is_none());
        absent.map(|key| super::name_of(key.as_bytes())).collect()
    }

    /// The texts of all readings, the right ones first.
    pub(super) fn readings(&self, pairs: &[Pair]) -> Vec<Reading> {
        match self {
            Self::Notification { rule, empties } => notification(pairs, *rule, *empties),
            Self::Link(keys) => {
                let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
                link(pairs, &keys, &[])
            }
        }
    }

    /// The pairs as they arrived: no gateway signs so, but a home-made one may.
    pub(super) fn in_order_of_arrival(&self, pairs: &[Pair]) -> Vec<Reading> {
        let finding = Finding::new(
            Cause::KeyOrder,
            "the parameters were signed in the order of arrival, not sorted by name",
            "the sender must sort the parameters by name, byte by byte, before it signs",
        );
        let without: [&[&[u8]]; 2] = [&[b"sign", b"sign_type"], &[b"sign"]];
        let texts = without.map(|without| {
            let covered = pairs
                .iter()
                .filter(|pair| !without.contains(&pair.name.as_slice()) && self.may_cover(&pair.name));
            let pieces: Vec<_> =
                covered.map(|pair| [&pair.name, b"=".as_slice(), &pair.value].concat()).collect();
            pieces.join(&b'&')
        });
        let reading = |text| Reading {
            text,
            findings: vec![finding.clone()],
            rule: "in the order of arrival".to_owned(),
        };
        texts.map(reading).into()
    }

    /// Other sign keys than those that are configured.
    pub(super) fn keys(&self, pairs: &[Pair]) -> Vec<Reading> {
        let Self::Link(keys) = self else { return Vec::new() };
        let configured: Vec<&str> = keys.iter().map(String::as_str).collect();
        let there: Vec<&str> = pairs.iter().filter_map(|pair| std::str::from_utf8(&pair.name).ok()).collect();
        let there: Vec<&str> = there
            .into_iter()
            .take(16)
            .filter(|name| !matches!(*name, "sign" | "sign_type" | "signType"))
            .collect();
        let mut sets: Vec<Vec<&str>> = vec![LINK_KEYS.to_vec(), there.clone()];
        for key in &configured {
            sets.push(configured.iter().copied().filter(|other| other != key).collect());
        }
        for name in &there {
            sets.push(configured.iter().copied().chain([*name]).collect());
        }
        let findings = |set: &[&str]| {
            let (names, cause, what) =
                match set.iter().filter(|key| !configured.contains(key)).collect::<Vec<_>>() {
                    missing if !missing.is_empty() => (
                        missing,
                        Cause::MissingParameter,
                        "is signed too, and not among the configured sign keys",
                    ),
                    _ => {
                        let surplus = configured.iter().filter(|key| !set.contains(key)).collect();
                        (surplus, Cause::AddedParameter, "is not signed, but among the configured sign keys")
                    }
                };
            let names: Vec<_> = names.into_iter().map(|name| super::name_of(name.as_bytes())).collect();
            let fix = "configure the signKeys that the template was created with";
            vec![Finding::new(cause, format!("{} {what}", names.join(", ")), fix)]
        };
        sets.iter().flat_map(|set| link(pairs, set, &findings(set))).collect()
    }
}

fn notification(pairs: &[Pair], pinned: Option<NotifyRule>, empties: Option<Empties>) -> Vec<Reading> {
    let has_serial = pairs.iter().any(|pair| pair.name == b"alipay_cert_sn");
    let mut readings = Vec::new();
    for rule in [NotifyRule::WithoutSignType, NotifyRule::WithSignType] {
        for with_serial in if has_serial { &[true, false][..] } else { &[true] } {
            for kept in [Empties::Drop, Empties::Keep] {
                readings.push(of_notification(pairs, (rule, pinned), (kept, empties), *with_serial));
            }
        }
    }
    readings.sort_by_key(|reading| !reading.findings.is_empty());
    readings
}

fn of_notification(
    pairs: &[Pair],
    (rule, pinned_rule): (NotifyRule, Option<NotifyRule>),
    (empties, pinned_empties): (Empties, Option<Empties>),
    with_serial: bool,
) -> Reading {
    let mut without = vec!["sign"];
    let mut findings = Vec::new();
    let kept = rule == NotifyRule::WithSignType;
    if !kept {
        without.push("sign_type");
    }
    if !with_serial {
        without.push("alipay_cert_sn");
    }
    if pinned_rule.is_some_and(|pinned| pinned != rule) {
        let (is, was) = if kept { ("part", "dropped") } else { ("no part", "kept") };
        findings.push(Finding::new(
            Cause::SignTypeParameter,
            format!("sign_type is {is} of what was signed, and was {was} when it was checked"),
            if kept {
                "check this kind of message with sign_type kept (V2)"
            } else {
                "check this kind of message without sign_type (V1)"
            },
        ));
    }
    let keeps = empties == Empties::Keep;
    if pinned_empties.is_some_and(|pinned| pinned != empties) {
        let (are, were) = if keeps { ("part", "dropped") } else { ("no part", "kept") };
        findings.push(Finding::new(
            Cause::EmptyValues,
            format!("empty values are {are} of what was signed, and were {were} when it was checked"),
            if keeps {
                "keep empty values, as `name=`, in the text"
            } else {
                "leave parameters with empty values out of the text"
            },
        ));
    }
    let rule = format!(
        "all but {}, sorted by name, empty values {}",
        without.join(" and "),
        if keeps { "kept" } else { "dropped" }
    );
    Reading { text: canonical(pairs, &without, empties), findings, rule }
}

fn link(pairs: &[Pair], keys: &[&str], findings: &[Finding]) -> Vec<Reading> {
    let mut readings = Vec::new();
    let names: Vec<_> = keys.iter().map(|key| super::name_of(key.as_bytes())).collect();
    for (order, sorted) in [("sorted by name", true), ("in the order of signKeys", false)] {
        for (empties, name) in [(Empties::Drop, "dropped"), (Empties::Keep, "kept")] {
            let mut wanted: Vec<(&str, &[u8])> = keys
                .iter()
                .map(|key| (*key, super::pairs::value(pairs, key).unwrap_or_default()))
                .filter(|(_, value)| empties == Empties::Keep || !value.trim_ascii().is_empty())
                .collect();
            if sorted {
                wanted.sort_by_key(|(key, _)| *key);
            }
            let text: Vec<_> =
                wanted.iter().map(|(key, value)| [key.as_bytes(), b"=", value].concat()).collect();
            readings.push(Reading {
                text: text.join(&b'&'),
                findings: findings.to_vec(),
                rule: format!("{}, {order}, empty values {name}", names.join(" and ")),
            });
        }
    }
    readings
}
