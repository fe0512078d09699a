//! What happens to one parameter: it is added, taken away, or its value changed.

use alipay_sign::percent_encode;

use super::super::cause::Cause;
use super::super::change::{replaced, spaces_to_plus};
use super::super::difference::name_of;
use super::super::explanation::Finding;
use super::super::known::Known;
use super::super::pairs::{self, Pair};
use super::changes::{Altered, RAW};

/// Parameters that are looked at one by one.
const MOST_SINGLES: usize = 64;

/// Spaces and plus signs of one value that are looked at in every combination.
const MOST_SPACES: usize = 6;

/// Bytes of a form that is looked at parameter by parameter.
const MOST_BYTES: usize = 32 * 1024;

/// Labels of a charset that the gateway writes, beside the one that is configured.
const CHARSETS: [&str; 5] = ["utf-8", "UTF-8", "GBK", "gbk", "GB2312"];

/// Every change of one parameter, or of a few neighbours; made one after the other, for together they are large.
pub(super) fn all(pairs: &[Pair], known: &Known) -> impl Iterator<Item = Altered> {
    let plain = if is_too_long(pairs) { Vec::new() } else { plain(pairs) };
    let missing = if is_too_long(pairs) { Vec::new() } else { missing(pairs, known) };
    let added = neighbours(&plain).into_iter().map(move |at| left_out(pairs, &at));
    type Change = fn(&[Pair], usize) -> Vec<Altered>;
    let changes: [Change; 3] = [plus, decoded_twice, trimmed];
    let changed = changes
        .into_iter()
        .flat_map(move |change| plain.clone().into_iter().flat_map(move |at| change(pairs, at)));
    missing.into_iter().chain(added).chain(changed)
}

/// What may have been added together: each alone, two beside each other, the first and the last, up to four at an end.
fn neighbours(plain: &[usize]) -> Vec<Vec<usize>> {
    let mut all: Vec<Vec<usize>> =
        (1..=2).flat_map(|count| plain.windows(count).map(<[usize]>::to_vec)).collect();
    all.extend(plain.first().zip(plain.last()).map(|(first, last)| vec![*first, *last]));
    for count in 3..=4_usize.min(plain.len()) {
        all.extend(plain.get(..count).map(<[usize]>::to_vec));
        all.extend(plain.get(plain.len() - count..).map(<[usize]>::to_vec));
    }
    all
}

/// The suspects of which not everything is tried here.
pub(super) fn in_part(pairs: &[Pair]) -> Vec<Cause> {
    // What was taken away may have had any name and any value; white space may be gone from several.
    let mut causes = vec![Cause::MissingParameter, Cause::TextTrimmed];
    if is_too_long(pairs) || pairs.len() > MOST_SINGLES {
        causes.extend([Cause::AddedParameter, Cause::PlusAsSpace, Cause::DecodedTwice]);
        causes.extend(is_too_long(pairs).then_some(Cause::SignTypeParameter));
    }
    causes
}

fn is_too_long(pairs: &[Pair]) -> bool {
    pairs.iter().map(|pair| pair.name.len() + pair.value.len()).sum::<usize>() > MOST_BYTES
}

/// The parameters that are no part of the signature itself.
fn plain(pairs: &[Pair]) -> Vec<usize> {
    let named = pairs.iter().take(MOST_SINGLES).enumerate();
    let plain = named.filter(|(_, pair)| !matches!(pair.name.as_slice(), b"sign" | b"sign_type"));
    plain.map(|(at, _)| at).collect()
}

/// With a parameter put back whose value can be told.
fn missing(pairs: &[Pair], known: &Known) -> Vec<Altered> {
    let app_id = known.app_id.as_deref();
    let mut values = vec![
        ("sign_type", known.sign_type.as_str()),
        ("sign_type", "RSA2"),
        ("sign_type", "RSA"),
        ("charset", known.charset.label()),
        ("version", "1.0"),
    ];
    values.extend(CHARSETS.map(|label| ("charset", label)));
    values.extend(app_id.or(pairs::text(pairs, "auth_app_id")).map(|value| ("app_id", value)));
    values.extend(pairs::text(pairs, "app_id").or(app_id).map(|value| ("auth_app_id", value)));
    let absent = values.into_iter().filter(|(name, _)| pairs::value(pairs, name).is_none());
    let put_back = absent.map(|(name, value)| {
        let pair = Pair { name: name.into(), raw: value.into(), value: value.into() };
        let cause = if name == "sign_type" { Cause::SignTypeParameter } else { Cause::MissingParameter };
        let finding = Finding::new(
            cause,
            format!("{name} was signed and is missing here"),
            "take the raw body: something removed a parameter before it was checked",
        );
        Altered::new(pairs.iter().cloned().chain([pair]).collect(), finding)
    });
    put_back.collect()
}

fn left_out(pairs: &[Pair], at: &[usize]) -> Altered {
    let names: Vec<_> = at.iter().filter_map(|at| pairs.get(*at)).map(|pair| name_of(&pair.name)).collect();
    let kept =
        pairs.iter().enumerate().filter(|(index, _)| !at.contains(index)).map(|(_, pair)| pair.clone());
    let what = format!("added, and not signed: {}", names.join(", "));
    let fix = "take the raw body, not the merged parameters of a framework; leave out what your own URL brings along";
    Altered::new(kept.collect(), Finding::new(Cause::AddedParameter, what, fix))
}

/// With any of the spaces and plus signs of a value exchanged.
fn plus(pairs: &[Pair], at: usize) -> Vec<Altered> {
    let is_either = |byte: &u8| matches!(byte, b' ' | b'+');
    let value = pairs.get(at).map(|pair| pair.value.as_slice()).unwrap_or_default();
    let places: Vec<usize> = (0..value.len()).filter(|at| value.get(*at).is_some_and(is_either)).collect();
    let count = places.len().min(MOST_SPACES);
    let sets =
        (1_usize..1 << count).map(|set| (0..count).filter(|nth| set >> nth & 1 == 1).collect::<Vec<_>>());
    let exchanged = sets.chain([(0..places.len()).collect()]).filter_map(|set| {
        one(pairs, at, |value| {
            let mut value = value.to_vec();
            for place in set.iter().filter_map(|nth| places.get(*nth)) {
                let byte = value.get_mut(*place)?;
                *byte = if *byte == b' ' { b'+' } else { b' ' };
            }
            Some(value)
        })
    });
    exchanged
        .map(|(name, altered)| {
            let what = format!("a `+` in {name} became a space, or a space a `+`");
            Altered::new(altered, Finding::new(Cause::PlusAsSpace, what, RAW))
        })
        .collect()
}

/// With a value percent-encoded again, in the ways in which it is written.
fn decoded_twice(pairs: &[Pair], at: usize) -> Vec<Altered> {
    type Way = fn(&[u8]) -> Option<Vec<u8>>;
    const WAYS: [Way; 5] = [
        |value| Some(percent_encode(value).into_bytes()),
        |value| replaced(percent_encode(value).as_bytes(), b"%20", b"+"),
        |value| Some(percent_encode(&spaces_to_plus(value)?).into_bytes()),
        |value| replaced(value, b"%", b"%25"),
        |value| replaced(value, b"&", b"%26"),
    ];
    let ways = WAYS.into_iter().filter_map(|way| one(pairs, at, way));
    ways.map(|(name, altered)| {
        let what = format!("{name} was percent-decoded once too often");
        Altered::new(altered, Finding::new(Cause::DecodedTwice, what, RAW))
    })
    .collect()
}

/// With white space at an end of a value.
fn trimmed(pairs: &[Pair], at: usize) -> Vec<Altered> {
    const ENDS: [(&[u8], &[u8], &str); 6] = [
        (b"", b" ", "a space at its end"),
        (b"", b"  ", "two spaces at its end"),
        (b"", b"\n", "a line break at its end"),
        (b"", b"\r\n", "a line break at its end"),
        (b"", b"\t", "a tab at its end"),
        (b" ", b"", "a space at its beginning"),
    ];
    let ends = ENDS.into_iter().filter_map(|(before, after, what)| {
        let (name, altered) = one(pairs, at, |value| Some([before, value, after].concat()))?;
        let what = format!("{name} was signed with {what}, and has none here");
        let fix = "switch off the trimming of parameters, or take the raw body";
        Some(Altered::new(altered, Finding::new(Cause::TextTrimmed, what, fix)))
    });
    ends.collect()
}

/// The name of a parameter, and the form with its value changed; `None` where the change changes nothing.
fn one(pairs: &[Pair], at: usize, change: impl Fn(&[u8]) -> Option<Vec<u8>>) -> Option<(String, Vec<Pair>)> {
    let pair = pairs.get(at)?;
    let value = change(&pair.value).filter(|value| *value != pair.value)?;
    let mut altered = pairs.to_vec();
    altered.get_mut(at)?.value = value;
    Some((name_of(&pair.name), altered))
}
