//! The texts that may have been signed, read from a request that was sent: a slip in its encoding changes what the gateway
//! reads, and not what was signed.

use alipay_sign::{Empties, percent_encode};

use super::super::change::{decoded_again, replaced, spaces_to_plus};
use super::super::pairs::{Pair, canonical, percent_decode};

/// From a parameter as it was sent to its value when it was signed.
type Way = fn(&Pair) -> Option<Vec<u8>>;

const WAYS: [Way; 6] = [
    // A plus was sent as itself, and the gateway reads a space.
    |pair| Some(percent_decode(&pair.raw, b'+')),
    |pair| spaces_to_plus(&pair.value),
    // The value, or a percent sign in it, was sent as it is, so the gateway decodes it once too often.
    |pair| Some(pair.raw.clone()),
    |pair| replaced(&pair.value, b"%", b"%25"),
    // It was encoded twice.
    |pair| decoded_again(&pair.value),
    // It was signed in another encoding than it was sent.
    |pair| Some(percent_encode(&pair.value).into_bytes()),
];

/// Every way with all parameters, and with each alone.
pub(super) fn texts(form: &[Pair]) -> impl Iterator<Item = Vec<u8>> {
    let all = WAYS.into_iter().map(|way| text(form, way, |_| true));
    let each = WAYS
        .into_iter()
        .flat_map(move |way| (0..form.len()).map(move |at| text(form, way, |other| other == at)));
    all.chain(each)
}

fn text(form: &[Pair], way: Way, is_meant: impl Fn(usize) -> bool) -> Vec<u8> {
    let mut form = form.to_vec();
    for (_, pair) in form.iter_mut().enumerate().filter(|(at, _)| is_meant(*at)) {
        pair.value = way(pair).unwrap_or_else(|| std::mem::take(&mut pair.value));
    }
    canonical(&form, &["sign"], Empties::Drop)
}
