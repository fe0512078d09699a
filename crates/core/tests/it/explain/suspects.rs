//! The twelve usual suspects, one test each, on a notification as trades send it: 28 parameters, one of them empty.

use alipay_core::NotifyRule;
use alipay_core::explain::{Cause, Explanation, Known, notification as explain};
use alipay_core::sign::{Empties, PublicKey, canonical_bytes, percent_encode};

use super::{APP_ID, OURS, check, form, gbk, known, notification, set, text};

type Pairs = Vec<(&'static str, Vec<u8>)>;

/// A public key whose private half is gone, and its `RSA` signature over [`trade`]: AWS-LC alone does not sign with SHA-1.
const LOST_KEY: &str = "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAwdB14sxoJRCsapIEmzAlfM9XcYPapUQrI0Zb5USI3V7GdylyvLoVK7TdGAgI6/zQe+tCDn5lClkILhyPkJTryqPekDWZquArLhhVMF08J4ItlCY8913IAxaHFotDI6cjSXmyiz277rjiw66bJt+LcaHfq66Ypt4npDZ3rGZ37E4DSIzlfsK78VnqMY9Bcv1AlwHLviMk9SUL8RyBMIzoCTt78TmOXdZ5Pt9x0tMRD7rjhwDSxmZKvcyaUQPddktCkd1fljhqNf2t0MJGhHyPl5Tl6hhKig30wL93+jub8iJZ4v+f/2isnXcrUz9cGYnjKvLEk0tu+dyiNTz4atFVIwIDAQAB";
const SHA_1: &str = "ENHTHJSfaZcqo6zeV2bZlftex7nAqYsEeha7GzjKdEphQKNCciZHSwBormO8B/UQea7fFkZy9wo37uTyryFO9uXb3s1Fh7mATsRA6069e9qiPCGcU1b5TPe9WjI9SEHRFvltlkdPEvkYdVMCzTX+D5P+TIBjY+rS8zLGfVWo5C5ip/HtLhV/eJ+jvJp0jskdgHbXDcfcfak8LULx9cDgUHLX1kPUQFnwZYtXc4y7cF0Ak8wqxa8V9x1/1mvs3HxLIxDKu7X+DycYdYpNiuyT/PHCT+GAymZkLdrH+/ihPT+8gB5gNrx2mdla1InLeZuBRmHBu5OWLd5s0ly2rwlpuQ==";

fn trade() -> Pairs {
    [
        ("gmt_create", "2026-11-20 10:01:02"),
        ("charset", "utf-8"),
        ("seller_email", "shop@example.com"),
        ("subject", "咖啡 2+1 套餐 50%off"),
        ("buyer_id", "2088302001456115"),
        ("invoice_amount", "88.80"),
        ("notify_id", "2026112000222100102030405060"),
        ("fund_bill_list", r#"[{"amount":"88.80","fundChannel":"ALIPAYACCOUNT"}]"#),
        ("notify_type", "trade_status_sync"),
        ("trade_status", "TRADE_SUCCESS"),
        ("receipt_amount", "88.80"),
        ("app_id", "2021000000000000"),
        ("buyer_pay_amount", "88.80"),
        ("sign_type", "RSA2"),
        ("seller_id", "2088202967380463"),
        ("gmt_payment", "2026-11-20 10:01:09"),
        ("notify_time", "2026-11-20 10:01:10"),
        ("version", "1.0"),
        ("out_trade_no", "ORD-77"),
        ("total_amount", "88.80"),
        ("trade_no", "2026112022001456111400000001"),
        ("auth_app_id", "2021000000000000"),
        ("buyer_logon_id", "a***@example.com"),
        ("point_amount", "0.00"),
        ("passback_params", r#"{"cb":"https://shop.example.com/a/b?x=1%26y=2"}"#),
        ("voucher_detail_list", r#"[{"amount":"0.20","type":"ALIPAY_CASH_VOUCHER"}]"#),
        ("buyer_open_id", "074a1CcTG1LelxKe4xQ"),
        ("body", ""),
    ]
    .map(|(name, value)| (name, value.as_bytes().to_vec()))
    .to_vec()
}

fn with(name: &str, value: impl Into<Vec<u8>>) -> Pairs {
    let mut pairs = trade();
    set(&mut pairs, name, value);
    pairs
}

fn without(name: &str) -> Pairs {
    trade().into_iter().filter(|(known, _)| *known != name).collect()
}

/// What is said of `arrived` when `signed` was signed, without `sign_type`.
fn of(arrived: &Pairs, signed: &Pairs) -> Explanation {
    explain(&notification(arrived, &text(signed)), b"", &known())
}

#[test]
fn the_notification_itself_holds() {
    assert_eq!(trade().len(), 28);
    assert!(of(&trade(), &trade()).holds);
}

#[test]
fn suspect_1_the_application_key_in_the_place_of_alipays() {
    let swapped = Known::new().alipay_key(OURS.public_key()).app_key(OURS.public_key());
    let explanation = explain(&notification(&trade(), &text(&trade())), b"", &swapped);
    check(&explanation, Cause::AppKeyForAlipayKey, None, None, "Alipay public key");
}

#[test]
fn suspect_2_rsa_for_rsa2() {
    let known = Known::new().alipay_key(PublicKey::parse(LOST_KEY).unwrap()).app_id(APP_ID);
    let body = format!("{}&sign={}", form(&trade()), percent_encode(SHA_1.as_bytes()));
    let explanation = explain(body.as_bytes(), b"", &known);
    check(&explanation, Cause::SignType, None, None, "set sign type RSA where RSA2 is configured");
    assert!(explanation.verdict.contains("RSA (SHA-1)"), "{explanation}");
}

#[test]
fn suspect_3_another_charset() {
    let signed = with("subject", gbk("咖啡 2+1 套餐 50%off"));
    check(&of(&trade(), &signed), Cause::Charset, Some("subject"), Some(("=咖啡", "=\\xBF")), "as they came");
    check(&of(&signed, &trade()), Cause::Charset, Some("subject"), Some(("=\\xBF", "=咖啡")), "as they came");
}

#[test]
fn suspect_4_a_plus_as_a_space() {
    let arrived = with("subject", "咖啡 2 1 套餐 50%off");
    check(&of(&arrived, &trade()), Cause::PlusAsSpace, Some("subject"), Some((" 1", "+1")), "exactly once");
    // A plus in the place of some spaces, too.
    let arrived = with("subject", "咖啡+2+1 套餐 50%off");
    check(&of(&arrived, &trade()), Cause::PlusAsSpace, Some("subject"), Some(("+2", " 2")), "exactly once");
}

#[test]
fn suspect_5_decoded_twice() {
    let arrived = with("passback_params", r#"{"cb":"https://shop.example.com/a/b?x=1&y=2"}"#);
    let explanation = of(&arrived, &trade());
    check(&explanation, Cause::DecodedTwice, Some("passback_params"), Some(("&y", "%26y")), "exactly once");
    // A whole value that the merchant had encoded, and whose plus is gone with its encoding.
    let (signed, arrived) = (with("body", "a%3D1%26b%3D2%2B3"), with("body", "a=1&b=2 3"));
    check(&of(&arrived, &signed), Cause::DecodedTwice, Some("body"), Some(("=1", "%3D1")), "exactly once");
}

#[test]
fn suspect_6_sign_type_kept_or_dropped() {
    let kept = notification(&trade(), &canonical_bytes(&trade(), Empties::Drop));
    let explanation = explain(&kept, b"", &known().pin_rule(NotifyRule::WithoutSignType));
    check(&explanation, Cause::SignTypeParameter, Some("subject"), Some(("ubject", "ign_type")), "(V2)");
    let dropped = notification(&trade(), &text(&trade()));
    let explanation = explain(&dropped, b"", &known().pin_rule(NotifyRule::WithSignType));
    check(&explanation, Cause::SignTypeParameter, Some("sign_type"), None, "(V1)");
    // Taken away before the check.
    let lost = notification(&without("sign_type"), &canonical_bytes(&trade(), Empties::Drop));
    check(&explain(&lost, b"", &known()), Cause::SignTypeParameter, Some("subject"), None, "raw body");
}

#[test]
fn suspect_7_escaped_slashes() {
    let escaped = with("passback_params", r#"{"cb":"https:\/\/shop.example.com\/a\/b?x=1%26y=2"}"#);
    check(&of(&escaped, &trade()), Cause::EscapedSlashes, Some("passback_params"), None, "slashes");
    check(&of(&trade(), &escaped), Cause::EscapedSlashes, Some("passback_params"), None, "raw bytes");
}

#[test]
fn suspect_8_empty_values() {
    let dropped = notification(&trade(), &text(&trade()));
    let explanation = explain(&dropped, b"", &known().pin_empties(Empties::Keep));
    check(&explanation, Cause::EmptyValues, Some("body"), Some(("ody=", "uyer_id")), "leave parameters");
    let kept = notification(&trade(), &canonical_bytes(&without("sign_type"), Empties::Keep));
    let explanation = explain(&kept, b"", &known().pin_empties(Empties::Drop));
    check(&explanation, Cause::EmptyValues, Some("buyer_id"), Some(("uyer_id", "ody=")), "keep empty");
}

#[test]
fn suspect_9_a_missing_parameter() {
    for name in ["version", "charset", "app_id", "auth_app_id"] {
        let explanation = of(&without(name), &trade());
        check(
            &explanation,
            Cause::MissingParameter,
            explanation.difference.as_ref().unwrap().place.as_deref(),
            None,
            "removed",
        );
        assert!(explanation.verdict.contains(&format!(" {name} was signed")), "{explanation}");
    }
    for label in ["UTF-8", "GBK", "gbk", "GB2312"] {
        let explanation = of(&without("charset"), &with("charset", label));
        let shown = format!("charset={label}");
        check(
            &explanation,
            Cause::MissingParameter,
            Some("fund_bill_list"),
            Some(("fund", &shown)),
            "removed",
        );
    }
}

#[test]
fn suspect_10_an_added_parameter() {
    for at in [0, 14, 28] {
        let mut arrived = trade();
        arrived.insert(at, ("aa", b"1".to_vec()));
        let explanation = of(&arrived, &trade());
        check(&explanation, Cause::AddedParameter, Some("aa"), None, "leave out");
        assert!(explanation.verdict.ends_with("not signed: aa"), "{explanation}");
    }
    // One in front and one at the end.
    let mut arrived = trade();
    arrived.insert(0, ("s", b"/pay".to_vec()));
    arrived.push(("tenant", b"3".to_vec()));
    assert!(of(&arrived, &trade()).verdict.ends_with("not signed: s, tenant"));
}

#[test]
fn suspect_11_trimmed_text() {
    for signed in ["ORD-77 ", "ORD-77  ", " ORD-77", "ORD-77\r\n"] {
        let explanation = of(&trade(), &with("out_trade_no", signed));
        check(&explanation, Cause::TextTrimmed, Some("out_trade_no"), None, "trimming");
    }
}

#[test]
fn suspect_12_another_application() {
    let pairs = with("app_id", "2021999999999999");
    check(&of(&pairs, &pairs), Cause::AnotherApp, None, None, "each application");
}

#[test]
fn a_suspect_that_was_not_tried_in_full_is_not_said_to_be_cleared() {
    let changed = of(&with("total_amount", "0.01"), &trade());
    check(&changed, Cause::TextChanged, None, None, "exactly as they came");
    assert_eq!(changed.in_part, [Cause::MissingParameter, Cause::TextTrimmed]);
    assert!(changed.checked.contains(&(Cause::AddedParameter, false)), "{changed}");
    // Too much to look at it parameter by parameter.
    let mut long = with("total_amount", "0.01");
    long.extend((0..64).map(|_| ("a", b"1".to_vec())));
    let explanation = of(&long, &trade());
    assert!(!explanation.checked.iter().any(|(cause, _)| *cause == Cause::AddedParameter), "{explanation}");
    assert!(explanation.in_part.contains(&Cause::AddedParameter), "{explanation}");
    assert!(explanation.to_string().contains("tried in part"), "{explanation}");
    let told = explanation.to_json();
    assert!(told["in_part"].as_array().unwrap().contains(&"added-parameter".into()), "{told}");
}

#[test]
fn without_a_key_only_what_was_tried_is_listed() {
    let explanation = explain(&notification(&trade(), &text(&trade())), b"", &Known::new());
    assert!(
        !explanation.holds
            && explanation.cause.is_none()
            && explanation.fix.contains("--alipay-public-key FILE")
    );
    let tried: Vec<_> = explanation.checked.iter().map(|(cause, _)| *cause).collect();
    let expected =
        [Cause::Unreadable, Cause::SignatureMissing, Cause::RepeatedParameter, Cause::SignatureDamaged];
    assert_eq!(tried, expected, "{explanation}");
    // What cannot be read was not looked at for anything else.
    let unreadable = explain(b"", b"", &known());
    assert_eq!(unreadable.checked, [(Cause::Unreadable, true)], "{unreadable}");
}
