//! Notifications and return URLs.

use alipay_core::NotifyRule;
use alipay_core::explain::{Cause, Known, notification as explain, return_url};
use alipay_core::sign::{Empties, SignType, canonical_bytes, percent_encode};

use super::{
    ALIPAYS, APP_ID, FOREIGN, OURS, check, form, gbk, known, notification, redemption, set, signature, text,
};
use crate::common::config;

#[test]
fn a_correct_notification_is_said_to_be_correct_with_its_rule() {
    let body = notification(&redemption(), &text(&redemption()));
    assert!(config().verify_notification(&body, None).is_ok());
    for known in [known(), Known::of(&config())] {
        let explanation = explain(&body, b"", &known);
        assert!(explanation.holds && explanation.cause.is_none(), "{explanation}");
        assert_eq!(
            explanation.verdict,
            "notification: nothing is wrong, the signature holds: all but sign and sign_type, sorted by name, empty values dropped"
        );
        assert!(explanation.fix.is_empty() && explanation.difference.is_none());
    }
    let body = notification(&redemption(), &canonical_bytes(&redemption(), Empties::Keep));
    let explanation = explain(&body, b"", &known());
    assert!(
        explanation.holds && explanation.verdict.ends_with("all but sign, sorted by name, empty values kept")
    );
}

#[test]
fn the_application_key_in_the_place_of_alipays_is_named() {
    let body = notification(&redemption(), &text(&redemption()));
    let swapped = Known::new().alipay_key(OURS.public_key()).app_key(OURS.public_key());
    let explanation = explain(&body, b"", &swapped);
    check(&explanation, Cause::AppKeyForAlipayKey, None, None, "Alipay public key");
    assert!(explanation.verdict.contains(&OURS.public_key().fingerprint()), "{explanation}");
    // With Alipay's own key among the others, it is proven.
    let explanation = explain(&body, b"", &swapped.other_key("from the console", ALIPAYS.public_key()));
    check(&explanation, Cause::AppKeyForAlipayKey, None, None, "Alipay public key");
    assert!(explanation.to_string().contains("from the console"), "{explanation}");
}

#[test]
fn another_key_is_told_by_its_fingerprint() {
    let body = notification(&redemption(), &text(&redemption()));
    let wrong = Known::new().alipay_key(FOREIGN.public_key());
    let explanation = explain(&body, b"", &wrong);
    check(&explanation, Cause::AnotherKey, None, None, "compare the fingerprint");
    assert!(explanation.to_string().contains(&FOREIGN.public_key().fingerprint()), "{explanation}");
    let explanation = explain(&body, b"", &wrong.other_key("Alipay's sandbox", ALIPAYS.public_key()));
    check(&explanation, Cause::AnotherKey, None, None, "this environment");
    assert!(explanation.verdict.ends_with("Alipay's sandbox"), "{explanation}");

    let sign = signature(&OURS, &text(&redemption()));
    let own = format!("{}&sign={}", form(&redemption()), percent_encode(sign.as_bytes()));
    let explanation = explain(own.as_bytes(), b"", &known());
    assert!(explanation.verdict.contains("the application's own key"), "{explanation}");
    check(&explanation, Cause::AnotherKey, None, None, "a key of its own");
}

#[test]
fn the_other_algorithm_is_named() {
    let body = notification(&redemption(), &text(&redemption()));
    let explanation = explain(&body, b"", &known().sign_type(SignType::Rsa));
    check(&explanation, Cause::SignType, None, None, "RSA2");
}

#[test]
fn a_charset_that_was_changed_on_the_way_is_named() {
    let mut signed = redemption();
    set(&mut signed, "partner_name", gbk("四川 a"));
    let mut arrived = signed.clone();
    set(&mut arrived, "partner_name", "四川 a");
    let gbk_was_signed = explain(&notification(&arrived, &text(&signed)), b"", &known());
    check(
        &gbk_was_signed,
        Cause::Charset,
        Some("partner_name"),
        Some(("四川", "\\xCB\\xC4")),
        "as they came",
    );
    assert!(gbk_was_signed.verdict.contains("signed as GBK"));
    let utf_8_was_signed = explain(&notification(&signed, &text(&arrived)), b"", &known());
    check(&utf_8_was_signed, Cause::Charset, Some("partner_name"), None, "as they came");
    assert!(utf_8_was_signed.verdict.contains("signed as UTF-8, and is GBK"));

    // UTF-8 read as GBK and written again.
    let mut garbled = redemption();
    set(&mut garbled, "partner_name", "鍥涘窛 a+b");
    let explanation = explain(&notification(&garbled, &text(&redemption())), b"", &known());
    check(&explanation, Cause::Charset, Some("partner_name"), Some(("鍥涘窛", "四川")), "as they came");
    assert!(explanation.verdict.contains("garbled"), "{explanation}");

    set(&mut garbled, "partner_name", "\u{FFFD}\u{FFFD} a+b");
    let explanation = explain(&notification(&garbled, &text(&redemption())), b"", &known());
    check(&explanation, Cause::Charset, None, None, "cannot be mended");
}

#[test]
fn a_plus_that_became_a_space_is_named() {
    let mut arrived = redemption();
    set(&mut arrived, "partner_name", "四川 a b");
    let explanation = explain(&notification(&arrived, &text(&redemption())), b"", &known());
    check(&explanation, Cause::PlusAsSpace, Some("partner_name"), Some((" b", "+b")), "exactly once");

    let mut signed = redemption();
    set(&mut signed, "partner_name", "a+b");
    let mut arrived = signed.clone();
    set(&mut arrived, "partner_name", "a b");
    let explanation = explain(&notification(&arrived, &text(&signed)), b"", &known());
    check(&explanation, Cause::PlusAsSpace, Some("partner_name"), Some((" b", "+b")), "%2B");
    // A plus that nobody encoded, beside a real space.
    let body = String::from_utf8(notification(&redemption(), &text(&redemption()))).unwrap();
    let explanation = explain(body.replacen("a%2Bb", "a+b", 1).as_bytes(), b"", &known());
    check(&explanation, Cause::PlusAsSpace, Some("partner_name"), Some((" b", "+b")), "%2B");
}

#[test]
fn decoding_once_too_often_or_too_seldom_is_named() {
    let mut signed = redemption();
    set(&mut signed, "partner_name", "100%25+x");
    let sign = signature(&ALIPAYS, &text(&signed));
    let decoded: Vec<_> =
        signed.iter().map(|(name, value)| format!("{name}={}", String::from_utf8_lossy(value))).collect();
    let body = format!("{}&sign={sign}", decoded.join("&"));
    let explanation = explain(body.as_bytes(), b"", &known());
    check(&explanation, Cause::DecodedTwice, Some("partner_name"), Some((" x", "25+x")), "exactly once");

    let twice: Vec<_> =
        redemption().into_iter().map(|(name, value)| (name, percent_encode(&value).into_bytes())).collect();
    let explanation = explain(&notification(&twice, &text(&redemption())), b"", &known());
    check(&explanation, Cause::NotDecoded, Some("biz_time"), Some(("%20", " 08")), "exactly once");
    let explanation = explain(&notification(&redemption(), &text(&twice)), b"", &known());
    check(&explanation, Cause::NotDecoded, Some("biz_time"), Some((" 08", "%20")), "decoded values");
}

#[test]
fn sign_type_that_was_kept_or_dropped_is_named() {
    let kept = canonical_bytes(&redemption(), Empties::Drop);
    let body = notification(&redemption(), &kept);
    assert!(explain(&body, b"", &known()).holds);
    let explanation = explain(&body, b"", &known().pin_rule(NotifyRule::WithoutSignType));
    check(
        &explanation,
        Cause::SignTypeParameter,
        Some("voucher_id"),
        Some(("voucher_id", "sign_type")),
        "(V2)",
    );
    let body = notification(&redemption(), &text(&redemption()));
    let explanation = explain(&body, b"", &known().pin_rule(NotifyRule::WithSignType));
    check(&explanation, Cause::SignTypeParameter, Some("sign_type"), None, "(V1)");
    // A framework took it away before the check.
    let mut arrived = redemption();
    arrived.retain(|(name, _)| *name != "sign_type");
    let explanation = explain(&notification(&arrived, &kept), b"", &known());
    check(&explanation, Cause::SignTypeParameter, Some("voucher_id"), None, "raw body");
}

#[test]
fn empty_values_that_were_kept_or_dropped_are_named() {
    let body = notification(&redemption(), &text(&redemption()));
    let explanation = explain(&body, b"", &known().pin_empties(Empties::Keep));
    check(&explanation, Cause::EmptyValues, Some("memo"), Some(("memo=&", "partner")), "leave parameters");
    let mut covered = redemption();
    covered.retain(|(name, _)| *name != "sign_type");
    let body = notification(&redemption(), &canonical_bytes(&covered, Empties::Keep));
    let explanation = explain(&body, b"", &known().pin_empties(Empties::Drop));
    check(
        &explanation,
        Cause::EmptyValues,
        Some("partner_name"),
        Some(("partner", "memo=&")),
        "keep empty values",
    );
}

#[test]
fn slashes_html_json_and_white_space_are_named() {
    let with = |value: &str| {
        let mut pairs = redemption();
        set(&mut pairs, "memo", value);
        pairs
    };
    let cases = [
        (Cause::EscapedSlashes, r#"{"u":"https:\/\/x"}"#, r#"{"u":"https://x"}"#, "slashes"),
        (Cause::EscapedSlashes, r#"{"u":"https://x"}"#, r#"{"u":"https:\/\/x"}"#, "raw bytes"),
        (Cause::HtmlEscaped, "[{&quot;a&quot;:&#39;b&#39;}]", "[{\"a\":'b'}]", "input filter"),
        (Cause::JsonRewritten, r#"{"a": 1, "b": "c: d"}"#, r#"{"a":1,"b":"c: d"}"#, "very bytes"),
        (Cause::JsonRewritten, r#"{"a":1,"b":"c: d"}"#, r#"{"a": 1, "b": "c: d"}"#, "very bytes"),
        (Cause::JsonRewritten, r#"{"a":"\u56db\u5ddd"}"#, r#"{"a":"四川"}"#, "very bytes"),
        (Cause::JsonRewritten, r#"{"a":"四川"}"#, r#"{"a":"\u56db\u5ddd"}"#, "very bytes"),
        (Cause::TextTrimmed, "paid", "paid ", "trimming"),
    ];
    for (cause, arrived, signed, fix) in cases {
        let body = notification(&with(arrived), &text(&with(signed)));
        let explanation = explain(&body, b"", &known());
        check(&explanation, cause, Some("memo"), None, fix);
    }
}

#[test]
fn a_line_end_of_an_editor_is_named() {
    let sign = signature(&ALIPAYS, &text(&redemption()));
    let body = format!("sign={}&{}\r\n", percent_encode(sign.as_bytes()), form(&redemption()));
    let explanation = explain(body.as_bytes(), b"", &known());
    check(&explanation, Cause::TextTrimmed, Some("voucher_id"), Some(("\\r\\n", "(the end)")), "line end");
}

#[test]
fn parameters_that_were_added_are_named() {
    let body = notification(&redemption(), &text(&redemption()));
    let mixed = [b"s=/pay/notify&shop=7&".as_slice(), &body].concat();
    for own in ["https://shop.example/notify?s=x&shop=7", "s=x&shop=7"] {
        let explanation = explain(&mixed, own.as_bytes(), &known());
        check(&explanation, Cause::AddedParameter, Some("s"), Some(("s=/pay", "voucher_id")), "raw body");
        assert!(
            explanation.verdict.ends_with("own URL were mixed in, and are not signed: s, shop"),
            "{explanation}"
        );
    }
    // The same is found without knowing our own URL.
    let explanation = explain(&mixed, b"", &known());
    assert!(explanation.verdict.ends_with("added, and not signed: s, shop"), "{explanation}");
    check(&explanation, Cause::AddedParameter, Some("s"), None, "framework");
    let explanation = explain(&[body.as_slice(), b"&_route=x"].concat(), b"", &known());
    check(&explanation, Cause::AddedParameter, Some("_route"), Some(("_route", "app_id")), "framework");
    let explanation = explain(&[body.as_slice(), b"&app_id=x"].concat(), b"", &known());
    check(&explanation, Cause::RepeatedParameter, Some("app_id"), None, "raw body alone");
}

#[test]
fn a_parameter_that_was_taken_away_is_named() {
    let mut arrived = redemption();
    arrived.retain(|(name, _)| *name != "charset");
    let explanation = explain(&notification(&arrived, &text(&redemption())), b"", &known());
    check(
        &explanation,
        Cause::MissingParameter,
        Some("flux_amount"),
        Some(("flux", "charset=UTF-8")),
        "removed",
    );
}

#[test]
fn another_application_is_named() {
    let mut pairs = redemption();
    set(&mut pairs, "app_id", "2021999999999999");
    let explanation = explain(&notification(&pairs, &text(&pairs)), b"", &known());
    check(&explanation, Cause::AnotherApp, None, None, "each application");
    assert!(explanation.verdict.contains("2021999999999999") && explanation.verdict.contains(APP_ID));
}

#[test]
fn pairs_in_the_order_of_arrival_are_named() {
    let mut pairs = redemption();
    pairs.reverse();
    let unsorted: Vec<_> = pairs
        .iter()
        .filter(|(name, _)| *name != "sign_type")
        .map(|(name, value)| [name.as_bytes(), b"=", value].concat())
        .collect();
    let explanation = explain(&notification(&pairs, &unsorted.join(&b'&')), b"", &known());
    check(
        &explanation,
        Cause::KeyOrder,
        Some("app_id"),
        Some(("app_id", "voucher_id")),
        "sort the parameters",
    );
}

#[test]
fn a_damaged_or_absent_signature_is_named() {
    let sign = signature(&ALIPAYS, &text(&redemption()));
    let with = |sign: &str| explain(format!("{}&sign={sign}", form(&redemption())).as_bytes(), b"", &known());
    // Our verifier repairs spaces, and so nothing is wrong.
    assert!(with(&sign).holds);
    let cut = percent_encode(&sign.as_bytes()[..200]);
    check(&with(&cut), Cause::SignatureDamaged, None, None, "without cutting");
    check(&with("not%20base64!"), Cause::SignatureDamaged, None, None, "unchanged");
    check(&with(sign.trim_end_matches('=')), Cause::SignatureDamaged, None, None, "unchanged");
    check(
        &with(&percent_encode(percent_encode(sign.as_bytes()).as_bytes())),
        Cause::SignatureDamaged,
        None,
        None,
        "unchanged",
    );
    check(&with(""), Cause::SignatureMissing, None, None, "raw body");
    check(&explain(b"{\"sign\":\"x\"}", b"", &known()), Cause::SignatureMissing, None, None, "raw body");
    check(&explain(b"", b"", &known()), Cause::Unreadable, None, None, "raw body");
}

#[test]
fn two_causes_at_once_are_both_named_the_likelier_first() {
    let mut signed = redemption();
    set(&mut signed, "partner_name", gbk("四川"));
    set(&mut signed, "memo", "a/\"b\"");
    let mut arrived = redemption();
    set(&mut arrived, "partner_name", "四川");
    set(&mut arrived, "memo", "a/&quot;b&quot;");
    let explanation = explain(&notification(&arrived, &text(&signed)), b"", &known());
    check(&explanation, Cause::Charset, Some("memo"), None, "; then ");
    assert!(explanation.checked.contains(&(Cause::HtmlEscaped, true)), "{explanation}");
    assert!(explanation.to_string().contains("also html-escaped"), "{explanation}");
}

#[test]
fn a_changed_value_is_not_blamed_on_a_suspect() {
    let mut arrived = redemption();
    set(&mut arrived, "flux_amount", "9.80");
    let explanation = explain(&notification(&arrived, &text(&redemption())), b"", &known());
    check(&explanation, Cause::TextChanged, None, None, "exactly as they came");
    assert!(explanation.checked.iter().all(|(cause, found)| *found == (*cause == Cause::TextChanged)));
}

#[test]
fn what_a_return_url_had_of_its_own_is_named() {
    let mut pairs = redemption();
    pairs.retain(|(name, _)| *name != "memo");
    let query = String::from_utf8(notification(&pairs, &text(&pairs))).unwrap();
    let url = format!("https://shop.example/back?shop=7&{query}#top");
    let explanation = return_url(&url, &[], &known());
    check(&explanation, Cause::AddedParameter, Some("shop"), None, "your own URL");
    assert!(return_url(&url, &["shop"], &known()).holds);
    assert!(config().verify_return_url(&url, &["shop"]).is_ok());
    let kept = String::from_utf8(notification(&pairs, &canonical_bytes(&pairs, Empties::Drop))).unwrap();
    check(&return_url(&kept, &[], &known()), Cause::SignTypeParameter, Some("voucher_id"), None, "(V2)");
    // Copied from the source of a page.
    let copied = query.replace('&', "&amp;");
    check(&return_url(&copied, &[], &known()), Cause::HtmlEscaped, Some("app_id"), None, "HTML");
}
