//! What Alipay signs in a notification is what is read from it, in every charset; nothing else is.

use alipay_api::sign::{Charset, Empties, SignType, canonical_bytes, encode_signature, percent_encode};
use alipay_api::{NotifyOptions, NotifyRule};
use proptest::collection::btree_map;
use proptest::prelude::*;

use super::{ALIPAYS, config, for_all, text_in};

type Pairs = Vec<(Vec<u8>, Vec<u8>)>;

/// The body that Alipay posts: every pair, and a signature over those that `covered` says.
fn body(pairs: &Pairs, empties: Empties, covered: impl Fn(&[u8]) -> bool, plus: bool) -> Vec<u8> {
    let signed: Pairs = pairs.iter().filter(|(name, _)| covered(name)).cloned().collect();
    let signature = ALIPAYS.sign(SignType::Rsa2, &canonical_bytes(&signed, empties)).unwrap();
    let sign = (b"sign".to_vec(), encode_signature(&signature).into_bytes());
    let encode = |bytes: &[u8]| match plus {
        true => percent_encode(bytes).replace("%20", "+"),
        false => percent_encode(bytes),
    };
    let pieces =
        pairs.iter().chain([&sign]).map(|(name, value)| format!("{}={}", encode(name), encode(value)));
    pieces.collect::<Vec<_>>().join("&").into_bytes()
}

#[test]
fn every_value_is_read_as_it_was_signed_in_every_charset() {
    for label in ["UTF-8", "GBK"] {
        let charset = Charset::parse(label).unwrap();
        let config = config(label);
        let values = btree_map("x[a-z]{0,6}", text_in(label, 16), 1..8);
        for_all(150, (values, any::<bool>(), any::<bool>()), |(values, with_sign_type, plus)| {
            let mut pairs: Pairs = values
                .iter()
                .map(|(name, value)| (name.clone().into_bytes(), charset.encode(value).unwrap().into_owned()))
                .collect();
            pairs.push((b"charset".to_vec(), label.into()));
            pairs.push((b"sign_type".to_vec(), b"RSA2".to_vec()));
            let (rule, covered): (_, fn(&[u8]) -> bool) = match with_sign_type {
                true => (NotifyRule::WithSignType, |_| true),
                false => (NotifyRule::WithoutSignType, |name| name != b"sign_type"),
            };
            let read = config.verify_notification(&body(&pairs, Empties::Keep, covered, plus), None).unwrap();
            assert_eq!(read.rule(), rule);
            for (name, value) in &values {
                // A blank value may fall away, where it makes no difference to what was signed.
                let got = read.get(name);
                assert!(got == Some(value) || value.trim().is_empty() && got.is_none(), "{name}: {got:?}");
            }
        });
    }
}

#[test]
fn a_value_that_is_changed_or_added_is_never_believed() {
    let config = config("UTF-8");
    let values = btree_map("x[a-z]{0,3}", text_in("UTF-8", 8), 1..5);
    let added = ("[ \ta-z]{0,3}", "[ \t\u{b}\u{1c}\u{1f}a-z]{0,3}");
    for_all(300, (values, added), |(values, (name, value))| {
        let pairs: Pairs = values
            .iter()
            .map(|(name, value)| (name.clone().into_bytes(), value.clone().into_bytes()))
            .collect();
        let genuine = body(&pairs, Empties::Drop, |_| true, false);
        let (encoded, covers) = (percent_encode(name.as_bytes()), values.contains_key(&name));
        let forged =
            [&genuine[..], format!("&{encoded}={}", percent_encode(value.as_bytes())).as_bytes()].concat();
        let pinned = NotifyOptions::new().rule(NotifyRule::WithoutSignType);
        if let Ok(read) = config.verify_notification_with(&forged, None, &pinned) {
            assert!(
                !covers && read.get(&name).is_none(),
                "{name:?}={value:?} is believed, and nobody signed it"
            );
        }
    });
}
