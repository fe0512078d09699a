//! SM2 signatures, which do not open: key and text are found together, or not at all.

use alipay_core::explain::{Cause, Known, answer};

use super::{ALIPAYS, check};

/// An answer with a signature of the form of SM2, over nothing.
const SOMEBODYS: &[u8] = br#"{"a_response":{"code":"10000"},"sign":"MAYCAQECAQE="}"#;

#[test]
fn an_sm2_signature_is_known_by_its_form_where_no_key_is_for_it() {
    let explanation = answer(SOMEBODYS, &Known::new().alipay_key(ALIPAYS.public_key()));
    let fix = if cfg!(feature = "sm2") { "give the key for" } else { "feature `sm2`" };
    check(&explanation, Cause::SignType, None, None, fix);
    assert!(explanation.verdict.contains("a signature by SM2"), "{explanation}");
    let unknown = answer(SOMEBODYS, &Known::new());
    assert!(unknown.cause.is_none() && unknown.verdict.ends_with("no key is known to check it with"));
    assert!(unknown.to_string().contains("form of the signature  SM2"), "{unknown}");
}

#[cfg(feature = "sm2")]
mod with_keys {
    use std::sync::LazyLock;

    use alipay_core::explain::{Explanation, SentRequest, link, notification as explain, request};
    use alipay_core::sign::h5::{self, UseModeLink};
    use alipay_core::sign::{
        Empties, PrivateKey, SignType, canonical_bytes, encode_signature, percent_encode,
    };

    use super::super::{OURS, form, gbk, redemption, set, text};
    use super::*;
    use crate::common::{APP_ID, builder, envelope};

    static OURS_SM2: LazyLock<PrivateKey> = LazyLock::new(|| PrivateKey::generate_sm2().unwrap());
    static ALIPAYS_SM2: LazyLock<PrivateKey> = LazyLock::new(|| PrivateKey::generate_sm2().unwrap());
    static FOREIGN_SM2: LazyLock<PrivateKey> = LazyLock::new(|| PrivateKey::generate_sm2().unwrap());

    const NODE: &str = r#"{"code":"10000","name":"四川"}"#;

    fn known() -> Known {
        Known::new()
            .sign_type(SignType::Sm2)
            .app_id(APP_ID)
            .alipay_key(ALIPAYS_SM2.public_key())
            .app_key(OURS_SM2.public_key())
    }

    fn signed(key: &PrivateKey, text: &[u8]) -> String {
        encode_signature(&key.sign(SignType::Sm2, text).unwrap())
    }

    fn answered(node: &[u8], sign: &str) -> Vec<u8> {
        [b"{\"a_response\":", node, b",\"sign\":\"", sign.as_bytes(), b"\"}"].concat()
    }

    fn pairs() -> Vec<(&'static str, Vec<u8>)> {
        let mut pairs = redemption();
        set(&mut pairs, "sign_type", "SM2");
        pairs
    }

    /// What is said of `arrived` with the signature of Alipay over `signed_text`.
    fn of(arrived: &[(&str, Vec<u8>)], signed_text: &[u8], known: &Known) -> Explanation {
        let sign = signed(&ALIPAYS_SM2, signed_text);
        let body = format!("{}&sign={}", form(arrived), percent_encode(sign.as_bytes()));
        explain(body.as_bytes(), b"", known)
    }

    #[test]
    fn what_holds_is_said_to_hold() {
        let body = answered(NODE.as_bytes(), &signed(&ALIPAYS_SM2, NODE.as_bytes()));
        let said = answer(&body, &known());
        assert!(said.holds && said.cause.is_none(), "{said}");
        assert!(said.to_string().contains("the configured key, by SM2 (SM3)"), "{said}");
        let said = of(&pairs(), &text(&pairs()), &known());
        assert!(said.holds && said.verdict.contains("all but sign and sign_type"), "{said}");
        let said = of(&pairs(), &canonical_bytes(&pairs(), Empties::Keep), &known());
        assert!(said.holds && said.verdict.contains("all but sign, "), "{said}");

        let config = UseModeLink::new().with_sign_type(Some(SignType::Sm2));
        let url = h5::sign("https://x/", &[("voucherId", "1")], &config, &*ALIPAYS_SM2).unwrap();
        assert!(link(&url, &config, &known()).holds);
        check(&link(&url, &UseModeLink::new(), &known()), Cause::SignType, None, None, "with: SM2");

        let ours =
            SentRequest::new().text("a=1&sign_type=SM2").signature(signed(&OURS_SM2, b"a=1&sign_type=SM2"));
        assert!(request(&ours, b"", &known()).holds);
    }

    #[test]
    fn whose_key_it_is_shows_once_a_text_holds() {
        let by = |key: &PrivateKey| answered(NODE.as_bytes(), &signed(key, NODE.as_bytes()));
        let swapped = Known::new()
            .sign_type(SignType::Sm2)
            .alipay_key(OURS_SM2.public_key())
            .app_key(OURS_SM2.public_key())
            .other_key("from the console", ALIPAYS_SM2.public_key());
        let said = answer(&by(&ALIPAYS_SM2), &swapped);
        check(&said, Cause::AppKeyForAlipayKey, None, None, "应用公钥");
        assert!(said.to_string().contains("from the console"), "{said}");
        check(&answer(&by(&OURS_SM2), &known()), Cause::AnotherKey, None, None, "a key of its own");
        let old = known().other_key("old key", FOREIGN_SM2.public_key());
        let said = answer(&by(&FOREIGN_SM2), &old);
        check(&said, Cause::AnotherKey, None, None, "this environment");
        assert!(said.verdict.ends_with("old key"), "{said}");
        check(
            &answer(&by(&ALIPAYS_SM2), &known().sign_type(SignType::Rsa2)),
            Cause::SignType,
            None,
            None,
            "SM2",
        );
    }

    #[test]
    fn what_became_of_the_text_is_named_as_under_rsa() {
        let said = answer(&answered(NODE.as_bytes(), &signed(&ALIPAYS_SM2, &gbk(NODE))), &known());
        check(&said, Cause::Charset, None, None, "as they came");
        let spaced = NODE.replace(',', ", ");
        let said = answer(&answered(spaced.as_bytes(), &signed(&ALIPAYS_SM2, NODE.as_bytes())), &known());
        check(&said, Cause::JsonRewritten, None, None, "very bytes");

        let mut arrived = pairs();
        set(&mut arrived, "partner_name", "四川 a b");
        check(
            &of(&arrived, &text(&pairs()), &known()),
            Cause::PlusAsSpace,
            Some("partner_name"),
            None,
            "once",
        );
        set(&mut arrived, "partner_name", gbk("四川 a+b"));
        check(
            &of(&arrived, &text(&pairs()), &known()),
            Cause::Charset,
            Some("partner_name"),
            None,
            "as they",
        );
        let kept = canonical_bytes(&pairs(), Empties::Drop);
        let pinned = known().pin_rule(alipay_core::NotifyRule::WithoutSignType);
        check(
            &of(&pairs(), &kept, &pinned),
            Cause::SignTypeParameter,
            Some("voucher_id"),
            None,
            "sign_type kept",
        );

        let ours = "app_id=2021000000000000&charset=UTF-8&sign_type=SM2";
        let dropped = SentRequest::new()
            .text(ours)
            .signature(signed(&OURS_SM2, ours.replace("&sign_type=SM2", "").as_bytes()));
        check(
            &request(&dropped, b"", &known()),
            Cause::SignTypeParameter,
            Some("charset"),
            None,
            "keep sign_type",
        );
    }

    #[test]
    fn where_nothing_holds_neither_key_nor_text_is_blamed_alone() {
        let changed = answered(br#"{"code":"10001"}"#, &signed(&ALIPAYS_SM2, NODE.as_bytes()));
        let foreign = answered(NODE.as_bytes(), &signed(&FOREIGN_SM2, NODE.as_bytes()));
        for body in [changed, foreign] {
            let said = answer(&body, &known());
            check(&said, Cause::KeyOrText, None, None, "compare the fingerprint");
            assert!(said.to_string().contains(&ALIPAYS_SM2.public_key().fingerprint()), "{said}");
            assert!(
                !said.checked.iter().any(|(cause, found)| *found && *cause != Cause::KeyOrText),
                "{said}"
            );
        }
        let mut lost = pairs();
        set(&mut lost, "partner_name", "\u{FFFD}");
        check(&of(&lost, &text(&pairs()), &known()), Cause::Charset, None, None, "cannot be mended");
        let ours = SentRequest::new().text("a=1").signature(signed(&FOREIGN_SM2, b"a=1"));
        check(&request(&ours, b"", &known()), Cause::KeyOrText, None, None, "the very text");
    }

    #[test]
    fn a_key_that_may_not_be_the_maker_is_not_said_to_be_right() {
        let sm2 = || Known::new().sign_type(SignType::Sm2);
        let by_somebody = answered(NODE.as_bytes(), &signed(&FOREIGN_SM2, NODE.as_bytes()));
        for known in [sm2().app_key(OURS_SM2.public_key()), sm2().other_key("old", OURS_SM2.public_key())] {
            let said = answer(&by_somebody, &known);
            check(&said, Cause::KeyOrText, None, None, "compare the fingerprint");
            assert!(!said.to_string().contains("are right"), "{said}");
        }
    }

    #[test]
    fn a_damaged_signature_is_not_taken_for_another_key() {
        let sign = signed(&ALIPAYS_SM2, NODE.as_bytes());
        let said = answer(&answered(NODE.as_bytes(), &sign[..sign.len() - 8]), &known());
        check(&said, Cause::SignatureDamaged, None, None, "whole and unchanged");
        assert!(said.verdict.contains("no SM2 signature"), "{said}");
        let encoded: String = sign.bytes().map(|byte| format!("%{byte:02X}")).collect();
        let said = answer(&answered(NODE.as_bytes(), &encoded), &known());
        check(&said, Cause::SignatureDamaged, None, None, "percent-encode it once");
        assert!(said.to_string().contains("rule that holds"), "{said}");
        let rsa = envelope("a_response", NODE.as_bytes());
        let said = answer(&rsa, &known());
        check(&said, Cause::SignType, None, None, "algorithm of the signature");
        assert!(
            said.verdict.contains("by RSA, seen from its form, and the key that was given is for SM2"),
            "{said}"
        );
        check(
            &answer(&rsa, &known().other_key("RSA", OURS.public_key())),
            Cause::AnotherKey,
            None,
            None,
            "environment",
        );
    }

    #[test]
    fn a_plus_that_ends_a_signature_is_no_white_space() {
        let mut pairs = pairs();
        let sign = (0..10_000)
            .map(|number: u32| {
                set(&mut pairs, "memo", number.to_string());
                signed(&ALIPAYS_SM2, &text(&pairs))
            })
            .find(|sign| sign.ends_with('+'))
            .unwrap();
        let body = format!("{}&sign={}", form(&pairs), sign.replace('+', "%20").replace('/', "%2F"));
        let config = builder()
            .sign_type(SignType::Sm2)
            .private_key(OURS_SM2.to_pkcs8_pem().expose())
            .alipay_public_key(ALIPAYS_SM2.public_key().to_spki_pem())
            .build()
            .unwrap();
        assert!(config.verify_notification(body.as_bytes(), None).is_ok());
        let said = explain(body.as_bytes(), b"", &known());
        assert!(said.holds, "{said}");
    }
}
