//! Which notifications are believed, and what is read from them.

use std::error::Error;

use crate::common::{ALIPAYS, APP_ID, OURS, builder, config};
use alipay_core::sign::{Charset, Empties, SignType, canonical_bytes, encode_signature, percent_encode};
use alipay_core::{
    Config, Expected, MemoryOfNotifications, Money, NotificationStore, NotifyError, NotifyOptions,
    NotifyRule, StoreError, Taken,
};

/// A notification as Alipay signs and sends it. `skipped` names do not take part in the signature.
pub(crate) fn signed(pairs: &[(&str, &str)], charset: &str, skipped: &[&str], empties: Empties) -> Vec<u8> {
    let charset = Charset::parse(charset).unwrap();
    let mut bytes: Vec<_> = pairs
        .iter()
        .map(|(name, value)| (name.as_bytes().to_vec(), charset.encode(value).unwrap().into_owned()))
        .collect();
    let covered: Vec<_> = bytes
        .iter()
        .filter(|(name, _)| !skipped.iter().any(|skip| skip.as_bytes() == name))
        .cloned()
        .collect();
    let signature = ALIPAYS.sign(SignType::Rsa2, &canonical_bytes(&covered, empties)).unwrap();
    bytes.push((b"sign".to_vec(), encode_signature(&signature).into_bytes()));
    let pairs: Vec<_> = bytes
        .iter()
        .map(|(name, value)| format!("{}={}", percent_encode(name), percent_encode(value)))
        .collect();
    pairs.join("&").into_bytes()
}

fn redemption() -> Vec<(&'static str, &'static str)> {
    vec![
        ("app_id", APP_ID),
        ("voucher_id", "20170616000730020041006ZYE2V"),
        ("partner_name", "优酷 a+b & c=d"),
        ("flux_amount", "8.80"),
        ("charset", "GBK"),
        ("sign_type", "RSA2"),
        ("memo", ""),
    ]
}

const V1: &[&str] = &["sign_type"];

fn verify(config: &Config, body: &[u8]) -> Result<alipay_core::Notification, NotifyError> {
    config.verify_notification(body, Some("application/x-www-form-urlencoded; text/html; charset=utf-8"))
}

#[test]
fn plus_ampersand_and_gbk_bytes_are_read_as_they_were_signed() {
    let notification = verify(&config(), &signed(&redemption(), "GBK", V1, Empties::Drop)).unwrap();
    assert_eq!(notification.get("partner_name"), Some("优酷 a+b & c=d"));
    assert_eq!(notification.rule(), NotifyRule::WithoutSignType);
    // What the signature does not cover is not there.
    assert_eq!((notification.get("sign_type"), notification.get("memo")), (None, None));
}

#[test]
fn a_space_may_stand_as_plus() {
    let body = signed(&redemption(), "GBK", V1, Empties::Drop);
    let body = String::from_utf8(body).unwrap().replace("%20", "+");
    assert_eq!(verify(&config(), body.as_bytes()).unwrap().get("partner_name"), Some("优酷 a+b & c=d"));
}

#[test]
fn the_rule_that_held_is_reported_and_can_be_pinned() {
    let body = signed(&redemption(), "GBK", &[], Empties::Keep);
    let notification = verify(&config(), &body).unwrap();
    assert_eq!(notification.rule(), NotifyRule::WithSignType);
    assert_eq!((notification.get("sign_type"), notification.get("memo")), (Some("RSA2"), Some("")));
    let pinned = NotifyOptions::new().rule(NotifyRule::WithoutSignType);
    assert_eq!(config().verify_notification_with(&body, None, &pinned), Err(NotifyError::WrongSignature));
}

#[test]
fn what_the_signature_does_not_cover_is_not_believed() {
    let body = String::from_utf8(signed(&redemption(), "GBK", V1, Empties::Drop)).unwrap();
    for added in ["&=evil", "&+=evil", "&evil=%0B", "&evil=%1C%1F", "&evil=", "&evil"] {
        if let Ok(notification) = verify(&config(), format!("{body}{added}").as_bytes()) {
            let names: Vec<_> = notification.fields().iter().map(|(name, _)| name.as_str()).collect();
            assert_eq!(names, ["app_id", "voucher_id", "partner_name", "flux_amount", "charset"], "{added}");
        }
    }
}

#[test]
fn a_name_that_stands_there_twice_is_refused() {
    let mut body = signed(&redemption(), "GBK", V1, Empties::Drop);
    body.extend_from_slice(b"&flux_amount=9999.00");
    let error = verify(&config(), &body).unwrap_err();
    assert!(matches!(error, NotifyError::Form(_)) && error.to_string().contains("flux_amount"), "{error}");
}

#[test]
fn a_foreign_app_id_is_refused_unless_it_is_asked_for() {
    let mut pairs = redemption();
    pairs[0].1 = "2021999999999999";
    let body = signed(&pairs, "GBK", V1, Empties::Drop);
    let error = verify(&config(), &body).unwrap_err();
    assert_eq!(
        error.to_string(),
        "notification: app_id is \"2021999999999999\", ours is \"2021000000000000\"; it was meant for another application"
    );
    let any = NotifyOptions::new().any_app();
    assert!(config().verify_notification_with(&body, None, &any).is_ok());
}

#[test]
fn every_changed_value_is_noticed() {
    let body = String::from_utf8(signed(&redemption(), "GBK", V1, Empties::Drop)).unwrap();
    for (from, to) in
        [("8.80", "9.80"), ("voucher_id", "voucher_ie"), ("flux_amount=8.80&", ""), ("%2B", "%20")]
    {
        let changed = body.replacen(from, to, 1);
        assert_ne!(changed, body);
        assert!(verify(&config(), changed.as_bytes()).is_err(), "{from} -> {to}");
    }
}

#[test]
fn the_message_does_not_choose_the_algorithm() {
    let mut pairs = redemption();
    pairs[5].1 = "RSA";
    let error = verify(&config(), &signed(&pairs, "GBK", V1, Empties::Drop)).unwrap_err();
    assert!(matches!(error, NotifyError::SignType { .. }), "{error}");
}

#[test]
fn without_a_signature_nothing_is_believed() {
    assert_eq!(verify(&config(), b"app_id=1&sign="), Err(NotifyError::NotSigned));
    assert_eq!(verify(&config(), b""), Err(NotifyError::NotSigned));
    assert_eq!(verify(&config(), b"a=1&sign=%FF"), Err(NotifyError::NotSigned));
    assert_eq!(verify(&config(), b"a=1&sign=AAAA"), Err(NotifyError::WrongSignature));
    let other = builder()
        .alipay_public_key(alipay_core::sign::PrivateKey::generate(2048).unwrap().public_key().to_spki_pem());
    let body = signed(&redemption(), "GBK", V1, Empties::Drop);
    assert_eq!(verify(&other.build().unwrap(), &body), Err(NotifyError::WrongSignature));
    assert_ne!(OURS.public_key(), ALIPAYS.public_key());
}

#[test]
fn debug_shows_names_not_values() {
    let notification = verify(&config(), &signed(&redemption(), "GBK", V1, Empties::Drop)).unwrap();
    let shown = format!("{notification:?}");
    assert!(shown.contains("partner_name") && !shown.contains("优酷"), "{shown}");
}

fn trade() -> Vec<(&'static str, &'static str)> {
    vec![
        ("notify_id", "2026112200222"),
        ("app_id", APP_ID),
        ("seller_id", "2088202967380463"),
        ("out_trade_no", "order-1"),
        ("total_amount", "88.8"),
        ("sign_type", "RSA2"),
    ]
}

#[test]
fn what_a_notification_says_is_compared_with_the_order() {
    let notification = verify(&config(), &signed(&trade(), "UTF-8", V1, Empties::Drop)).unwrap();
    let amount = |text: &str| text.parse::<Money>().unwrap();
    let right =
        Expected::new().seller_id("2088202967380463").out_trade_no("order-1").total_amount(amount("88.80"));
    assert_eq!(notification.check(&right), Ok(()));
    assert_eq!(
        notification.check(&right.clone().total_amount(amount("8888.00"))).unwrap_err().to_string(),
        "notification: total_amount is \"88.8\", expected was 8888.00; do not deliver before this is cleared up"
    );
    let missing = notification.check(&right.auth_app_id("2021")).unwrap_err();
    assert!(matches!(missing, NotifyError::Mismatch { field: "auth_app_id", .. }), "{missing}");
}

#[test]
fn a_notification_is_taken_once_and_a_forged_one_never() {
    let store = MemoryOfNotifications::default();
    let take = |body: &[u8]| config().take_notification(body, None, &store);
    let body = signed(&trade(), "UTF-8", V1, Empties::Drop);
    let forged = String::from_utf8(body.clone()).unwrap().replace("88.8", "99.9");
    assert_eq!(take(forged.as_bytes()), Err(NotifyError::WrongSignature));
    assert!(matches!(take(&body), Ok(Taken::First(_))));
    assert!(matches!(take(&body), Ok(Taken::Again(_))));

    // A redemption may come without notify_id; the same redemption has the same signature.
    let without = signed(&redemption(), "GBK", V1, Empties::Drop);
    assert!(matches!(take(&without), Ok(Taken::First(_))));
    assert!(matches!(take(&without), Ok(Taken::Again(_))));
}

#[test]
fn a_signature_that_fits_two_divisions_into_parameters_is_refused() {
    let mut genuine = trade();
    genuine.push(("body", "x&out_trade_no=order-9&total_amount=9999.00&z="));
    let genuine = String::from_utf8(signed(&genuine, "UTF-8", V1, Empties::Drop)).unwrap();
    let signature = genuine.split("&sign=").nth(1).unwrap();
    let rest = "%26notify_id%3D2026112200222%26out_trade_no%3Dorder-1";
    let resplit = format!(
        "app_id={APP_ID}&body=x&out_trade_no=order-9&total_amount=9999.00&sign_type=RSA2&z={rest}&sign={signature}"
    );
    let error = verify(&config(), genuine.as_bytes()).unwrap_err();
    assert!(matches!(&error, NotifyError::Ambiguous { field, .. } if field == "body"), "{error}");
    assert!(verify(&config(), resplit.as_bytes()).is_err());

    let absent = [("app_id", APP_ID), ("body", "x&trade_status=TRADE_SUCCESS"), ("sign_type", "RSA2")];
    let error = verify(&config(), &signed(&absent, "UTF-8", V1, Empties::Drop)).unwrap_err();
    assert!(matches!(&error, NotifyError::Ambiguous { name, .. } if name == "trade_status"), "{error}");

    let lenient = NotifyOptions::new().danger_accept_ambiguous_values();
    assert!(config().verify_notification_with(genuine.as_bytes(), None, &lenient).is_ok());
    let harmless = [("app_id", APP_ID), ("sign_type", "RSA2"), ("url", "https://a/?x=1&y=2")];
    assert!(verify(&config(), &signed(&harmless, "UTF-8", V1, Empties::Drop)).is_ok());
}

#[test]
fn a_notification_that_could_not_be_acted_upon_is_first_again() {
    let store = MemoryOfNotifications::default();
    let body = signed(&trade(), "UTF-8", V1, Empties::Drop);
    let take = || config().take_notification(&body, None, &store).unwrap();
    let Taken::First(notification) = take() else { panic!("nobody took it before") };
    store.forget(notification.key()).unwrap();
    assert!(matches!(take(), Taken::First(_)));
    assert!(matches!(take(), Taken::Again(_)));
    store.forget("never noted").unwrap();
    assert!(matches!(take(), Taken::Again(_)));
}

#[test]
fn two_notifications_with_a_blank_notify_id_are_two() {
    let store = MemoryOfNotifications::default();
    for blank in ["", " "] {
        for order in ["order-1", "order-2"] {
            let pairs = [("app_id", APP_ID), ("notify_id", blank), ("out_trade_no", order)];
            let body = signed(&pairs, "UTF-8", V1, Empties::Keep);
            let take = || config().take_notification(&body, None, &store);
            assert!(matches!(take(), Ok(Taken::First(_))), "{blank:?} {order}");
            assert!(matches!(take(), Ok(Taken::Again(_))), "{blank:?} {order}");
        }
    }
}

#[test]
fn a_notification_for_any_application_is_taken_once_as_well() {
    let mut pairs = trade();
    pairs[1].1 = "2021999999999999";
    let body = signed(&pairs, "UTF-8", V1, Empties::Drop);
    let store = MemoryOfNotifications::default();
    let any = NotifyOptions::new().any_app();
    let take = |options: &NotifyOptions| config().take_notification_with(&body, None, options, &store);
    assert!(matches!(take(&NotifyOptions::new()), Err(NotifyError::ForeignApp { .. })));
    assert!(matches!(take(&any), Ok(Taken::First(_))));
    assert!(matches!(take(&any), Ok(Taken::Again(_))));
}

#[test]
fn the_memory_forgets_what_is_old_and_what_is_too_much() {
    let store = MemoryOfNotifications::new(2);
    let day = 24 * 60 * 60 * 1000;
    assert!(store.note("a", 0).unwrap());
    assert!(!store.note("a", day).unwrap(), "still known after a day");
    assert!(store.note("a", 2 * day).unwrap(), "forgotten after two");
    assert!(store.note("b", 2 * day).unwrap() && store.note("c", 2 * day).unwrap());
    assert!(!store.note("b", 2 * day).unwrap() && !store.note("c", 2 * day).unwrap());
    assert!(store.note("a", 2 * day).unwrap(), "the oldest went first");
}

#[test]
fn a_repetition_is_known_in_a_full_memory_and_makes_no_room() {
    for most in 1..4 {
        let store = MemoryOfNotifications::new(most);
        let keys: Vec<_> = (0..most).map(|number| number.to_string()).collect();
        assert!(keys.iter().all(|key| store.note(key, 0).unwrap()));
        for key in keys.iter().chain(keys.iter().rev()) {
            assert!(!store.note(key, 1).unwrap(), "{key} of {most}");
        }
    }
}

#[test]
fn a_store_that_fails_lets_alipay_send_again() {
    #[derive(Debug)]
    struct Broken;
    impl NotificationStore for Broken {
        fn note(&self, _: &str, _: i64) -> Result<bool, StoreError> {
            Err(StoreError::new("no connection"))
        }

        fn forget(&self, _: &str) -> Result<(), StoreError> {
            Err(StoreError::new("no connection"))
        }
    }
    let error = config().take_notification(&signed(&trade(), "UTF-8", V1, Empties::Drop), None, &Broken);
    let error = error.unwrap_err();
    assert!(matches!(error, NotifyError::Store(_)));
    assert_eq!(error.source().unwrap().to_string(), "no connection");
}

#[test]
fn a_return_url_is_verified_without_the_parameters_of_the_shop() {
    let query = String::from_utf8(signed(&trade(), "UTF-8", V1, Empties::Drop)).unwrap();
    let url = format!("https://shop.example.com/back?shop=12&{query}#top");
    assert_eq!(config().verify_return_url(&url, &[]), Err(NotifyError::WrongSignature));
    let back = config().verify_return_url(&url, &["shop"]).unwrap();
    assert_eq!((back.get("out_trade_no"), back.get("shop")), (Some("order-1"), None));
    assert!(config().verify_return_url("https://shop.example.com/back", &[]).is_err());
}

#[test]
fn what_return_url_had_of_its_own_may_repeat_itself_and_hold_question_marks() {
    let query = String::from_utf8(signed(&trade(), "UTF-8", V1, Empties::Drop)).unwrap();
    let own = ["item", "next"];
    for url in [
        format!("https://shop.example.com/back?item=1&item=2&{query}"),
        format!("https://shop.example.com/back?next=/a?b&{query}&%69tem=3&item"),
        format!("{query}&next=/a?b=1"),
        format!("next=/a?b&{query}"),
        query.clone(),
    ] {
        let back = config().verify_return_url(&url, &own).unwrap_or_else(|error| panic!("{url}: {error}"));
        assert_eq!(back.fields().len(), 5, "{url}");
    }
    let twice = format!("https://shop.example.com/back?{query}&total_amount=1");
    let error = config().verify_return_url(&twice, &own).unwrap_err();
    assert_eq!(error.to_string(), "notification: the parameter total_amount occurs more than once");
    let nothing = config().verify_return_url("https://shop.example.com/back", &own).unwrap_err();
    assert_eq!(nothing, NotifyError::NotSigned);
    assert!(nothing.to_string().contains("the whole URL"), "{nothing}");
}

#[test]
fn what_java_calls_blank_is_blank_here_too_and_is_not_believed() {
    for blank in ["", " ", "\t\r\n", "\u{b}", "\u{c}", "\u{1c}\u{1d}\u{1e}\u{1f}"] {
        let mut pairs = redemption();
        pairs.push(("buyer_logon_id", blank));
        // Senders that leave blank values out of the text do not agree on more than this.
        let body = signed(&pairs, "GBK", &["sign_type", "memo", "buyer_logon_id"], Empties::Drop);
        let notification = verify(&config(), &body).unwrap();
        assert_eq!(notification.get("buyer_logon_id"), None, "{blank:?}");
        assert_eq!(notification.get("voucher_id"), Some("20170616000730020041006ZYE2V"));
        // And a sender that signs them is understood as well.
        let body = signed(&pairs, "GBK", V1, Empties::Keep);
        assert_eq!(verify(&config(), &body).unwrap().get("buyer_logon_id"), Some(blank), "{blank:?}");
    }
}

#[test]
fn a_value_that_is_not_blank_must_be_signed() {
    for value in ["0", "\u{3000}", "\u{1b}", "\0"] {
        let mut pairs = redemption();
        pairs.push(("buyer_logon_id", value));
        let body = signed(&pairs, "GBK", &["sign_type", "memo", "buyer_logon_id"], Empties::Drop);
        assert!(verify(&config(), &body).is_err(), "{value:?}");
    }
}
