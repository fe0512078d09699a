//! Which operations a list of names and patterns means.

use std::collections::BTreeSet;

use super::close::Source;
use crate::finding::{Place, Report};
use crate::nearest::nearest;
use crate::spec::Protocol;

/// How many names a finding proposes.
const PROPOSED: usize = 3;

/// The keys of what was chosen. A name or pattern that means nothing is a finding.
pub(super) fn choose(
    source: &Source<'_>,
    patterns: &[String],
    protocols: &[Protocol],
    report: &mut Report<'_>,
) -> BTreeSet<String> {
    let mut chosen = BTreeSet::new();
    if patterns.is_empty() {
        let fix = "name them: `.operations([\"alipay.trade.pay\", \"alipay.commerce.transport.*\"])`";
        report.add(0, Place::of("operations"), "no operation was chosen", fix);
    }
    for pattern in patterns {
        let found = found(source, pattern, protocols);
        if found.is_empty() {
            unknown(source, pattern, protocols, report);
        }
        chosen.extend(found);
    }
    chosen
}

/// The keys whose names a pattern means.
fn found(source: &Source<'_>, pattern: &str, protocols: &[Protocol]) -> Vec<String> {
    let mut found = Vec::new();
    for prefix in prefixes(protocols) {
        let keys = source.keys_under(&prefix, literal(pattern));
        let fits = |key: &&str| key.strip_prefix(prefix.as_str()).is_some_and(|name| matches(pattern, name));
        found.extend(keys.filter(fits).map(str::to_owned));
    }
    found
}

/// How the keys begin that can be chosen.
fn prefixes(protocols: &[Protocol]) -> impl Iterator<Item = String> {
    let kinds = |protocol: &Protocol| ["operation", "notification"].map(|kind| format!("{protocol}/{kind}/"));
    protocols.iter().flat_map(kinds)
}

/// What a name must begin with to match.
fn literal(pattern: &str) -> &str {
    pattern.split('*').next().unwrap_or_default()
}

/// Whether a name is of the pattern's form; `*` stands for any text, also for none.
fn matches(pattern: &str, name: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|first| name.strip_prefix(first)) else { return false };
    let Some(last) = parts.next_back() else { return rest.is_empty() };
    for part in parts {
        let Some((_, behind)) = rest.split_once(part) else { return false };
        rest = behind;
    }
    rest.ends_with(last)
}

fn unknown(source: &Source<'_>, pattern: &str, protocols: &[Protocol], report: &mut Report<'_>) {
    let otherwise = "look at API.md, or at `alipay ops --search TEXT`".to_owned();
    let (what, fix) = match pattern.contains('*') {
        _ if !found(source, pattern, &Protocol::ALL).is_empty() => {
            ("it belongs to the protocol that was left out", "choose `Protocols::Both`".to_owned())
        }
        true => ("no operation has a name of this form", format!("{otherwise}; `*` stands for any text")),
        false => match near(source, pattern, protocols).as_slice() {
            [] => ("no operation has this name", otherwise),
            names => ("no operation has this name", format!("did you mean `{}`?", names.join("`, `"))),
        },
    };
    report.add(0, Place::of(pattern), what, fix);
}

/// The names that were probably meant, the likeliest first.
fn near(source: &Source<'_>, name: &str, protocols: &[Protocol]) -> Vec<String> {
    let mut names = BTreeSet::new();
    for prefix in prefixes(protocols) {
        let keys = source.keys_under(&prefix, "");
        names.extend(keys.filter_map(|key| Some(key.strip_prefix(prefix.as_str())?.to_owned())));
    }
    let mut near = Vec::new();
    while near.len() < PROPOSED {
        let Some(next) = nearest(name, names.iter().map(String::as_str)).map(str::to_owned) else { break };
        names.remove(&next);
        near.push(next);
    }
    near
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn a_star_stands_for_any_text() {
        for (pattern, name) in [
            ("alipay.trade.pay", "alipay.trade.pay"),
            ("alipay.trade.*", "alipay.trade.page.pay"),
            ("*.pay", "alipay.trade.pay"),
            ("*", "alipay.trade.pay"),
            ("a*b*b", "abb"),
            ("alipay.*.batch*.query", "alipay.marketing.batch.query"),
            ("**", ""),
        ] {
            assert!(matches(pattern, name), "{pattern} {name}");
        }
        for (pattern, name) in [
            ("alipay.trade.pay", "alipay.trade.pay.query"),
            ("alipay.trade.*", "alipay.trade"),
            ("a*b*b", "ab"),
            ("ab*ba", "aba"),
            ("*x*", "abc"),
            ("", "a"),
        ] {
            assert!(!matches(pattern, name), "{pattern} {name}");
        }
    }
}
