//! Pages, return URLs and notifications of v2.

use alipay_api::explain::{self, Cause, Known};
use alipay_api::models::v2::trade::PagePayRequest;
use alipay_api::sign::{Empties, SignType};
use alipay_api::{
    CallOptions, Expected, Money, NOTIFY_REPLY, Notification, NotifyError, NotifyOptions, NotifyRule,
};
use html5gum::{Token, Tokenizer};

use super::desk::{APP_ID, alipays, builder, config, notified};

/// `Content-Type` of notifications as it was seen in the field.
const ODD_TYPE: Option<&str> = Some("application/x-www-form-urlencoded; text/html; charset=utf-8");

fn trade() -> Vec<(&'static str, &'static [u8])> {
    vec![
        ("app_id", APP_ID.as_bytes()),
        ("charset", b"GBK"),
        ("notify_id", b"2026112200222"),
        ("out_trade_no", b"order-1"),
        ("passback_params", b"a%3Db 100% + x"),
        ("refund_reason", b""),
        ("seller_id", b"2088202967380463"),
        ("sign_type", b"RSA2"),
        // In GBK.
        ("subject", b"\xD3\xC5\xBF\xE1 & co"),
        ("total_amount", b"88.80"),
    ]
}

fn without_sign_type(name: &str) -> bool {
    name != "sign_type"
}

fn body() -> String {
    String::from_utf8(notified(&trade(), without_sign_type, Empties::Drop)).unwrap()
}

fn verify(body: &str) -> Result<Notification, NotifyError> {
    config().verify_notification(body.as_bytes(), ODD_TYPE)
}

/// protocol-v2 §13 no. 29: all five characters of HTML are escaped, in the values and in the address.
#[test]
fn all_five_characters_of_html_are_escaped() {
    let subject = r#"<script>'"&amp;"#;
    let order = PagePayRequest::new("order-1", Money::from_fen(1), subject, "FAST_INSTANT_TRADE_PAY");
    let options = CallOptions::new().return_url("https://shop.example.com/?a=1&b=\"'<>");
    let form = config().page_form(&order, &options).unwrap();
    let html = form.to_html();
    let mut inputs = Vec::new();
    let mut tags = Vec::new();
    for token in Tokenizer::new(&html) {
        let Ok(Token::StartTag(tag)) = token else { continue };
        let attribute = |name: &[u8]| {
            let value = tag.attributes.iter().find(|(known, _)| known.as_slice() == name)?.1;
            Some(String::from_utf8(value.to_vec()).unwrap())
        };
        if let Some(action) = attribute(b"action") {
            assert_eq!(action, form.action());
        }
        inputs.extend(attribute(b"value").zip(attribute(b"name")).map(|(value, name)| (name, value)));
        tags.push(String::from_utf8(tag.name.to_vec()).unwrap());
    }
    assert_eq!(inputs, form.fields());
    assert_eq!(tags, ["form", "input", "button"], "{html}");
}

/// protocol-v2 §13 no. 30: an empty `return_url` is not sent.
#[test]
fn an_empty_return_url_is_not_sent() {
    let order = PagePayRequest::new("order-1", Money::from_fen(1), "s", "FAST_INSTANT_TRADE_PAY");
    let options = CallOptions::new().return_url("").notify_url("");
    let url = config().page_url(&order, &options).unwrap();
    assert!(!url.contains("return_url") && !url.contains("notify_url"), "{url}");
}

/// protocol-v2 §13 no. 31: what the shop put into its own `return_url` comes back unsigned, and is not believed.
#[test]
fn what_a_return_url_had_of_its_own_is_not_believed() {
    let url = format!("https://shop.example.com/back?uid=7&{}", body());
    assert_eq!(config().verify_return_url(&url, &[]), Err(NotifyError::WrongSignature));
    let back = config().verify_return_url(&url, &["uid"]).unwrap();
    assert_eq!((back.get("out_trade_no"), back.get("uid")), (Some("order-1"), None));
}

/// protocol-v2 §13 no. 32: the raw body is verified, whatever its header says, and read in the charset that it names.
#[test]
fn the_raw_body_is_verified_and_read_in_its_own_charset() {
    for content_type in [ODD_TYPE, None, Some("text/html"), Some("application/json; charset=UTF-16")] {
        let notification = config().verify_notification(body().as_bytes(), content_type).unwrap();
        assert_eq!(notification.get("subject"), Some("优酷 & co"), "{content_type:?}");
    }
    // Without a charset of its own, the header names it, or the bytes do.
    let mut silent = trade();
    silent.retain(|(name, _)| *name != "charset");
    let silent = notified(&silent, without_sign_type, Empties::Drop);
    for content_type in [Some("application/x-www-form-urlencoded; charset=GBK"), ODD_TYPE, None] {
        let notification = config().verify_notification(&silent, content_type).unwrap();
        assert_eq!(notification.get("subject"), Some("优酷 & co"), "{content_type:?}");
    }
}

/// protocol-v2 §13 no. 33: with and without `sign_type`, with and without empty values; decoded once and not twice.
#[test]
fn both_rules_are_tried_with_and_without_empty_values_and_nothing_is_decoded_twice() {
    let everything: fn(&str) -> bool = |_| true;
    for (covered, rule) in [
        (without_sign_type as fn(&str) -> bool, NotifyRule::WithoutSignType),
        (everything, NotifyRule::WithSignType),
    ] {
        for (empties, kept) in [(Empties::Drop, None), (Empties::Keep, Some(""))] {
            let body = notified(&trade(), covered, empties);
            let notification = config().verify_notification(&body, None).unwrap();
            assert_eq!((notification.rule(), notification.get("refund_reason")), (rule, kept));
            assert_eq!(notification.get("passback_params"), Some("a%3Db 100% + x"));
            let pinned = NotifyOptions::new().rule(rule);
            assert!(config().verify_notification_with(&body, None, &pinned).is_ok());
        }
    }
}

/// protocol-v2 §13 no. 34: what a framework added, or an HTML filter changed, is noticed, and its cause is named.
#[test]
fn what_frameworks_add_and_filters_change_is_noticed_and_named() {
    let known = Known::new().alipay_key(alipays().public_key()).app_id(APP_ID);
    for (changed, cause) in [
        (format!("s=%2Fpay%2Fnotify&{}", body()), Cause::AddedParameter),
        (body().replace("%26%20co", "%26amp%3B%20co"), Cause::HtmlEscaped),
    ] {
        assert_eq!(verify(&changed), Err(NotifyError::WrongSignature), "{changed}");
        let explanation = explain::notification(changed.as_bytes(), b"s=/pay/notify", &known);
        assert_eq!(explanation.cause, Some(cause), "{explanation}");
    }
}

/// protocol-v2 §13 no. 35: the reply is these seven bytes and nothing else.
#[test]
fn the_reply_is_seven_bytes() {
    assert_eq!(NOTIFY_REPLY.as_bytes(), *b"success");
}

/// protocol-v2 §13 no. 36: the message does not choose the algorithm; application, seller and amount are compared.
#[test]
fn the_algorithm_is_agreed_and_the_content_is_compared() {
    let legacy = body().replace("sign_type=RSA2", "sign_type=RSA");
    assert!(matches!(verify(&legacy), Err(NotifyError::SignType { agreed: SignType::Rsa2, .. })));
    let rsa = builder().sign_type(SignType::Rsa).build().unwrap();
    assert!(matches!(rsa.verify_notification(body().as_bytes(), None), Err(NotifyError::SignType { .. })));

    let mut foreign = trade();
    foreign[0].1 = b"2021999999999999";
    let foreign = notified(&foreign, without_sign_type, Empties::Drop);
    assert!(matches!(config().verify_notification(&foreign, None), Err(NotifyError::ForeignApp { .. })));

    let notification = verify(&body()).unwrap();
    let amount = |text: &str| text.parse::<Money>().unwrap();
    let order = Expected::new().seller_id("2088202967380463").out_trade_no("order-1");
    assert_eq!(notification.check(&order.clone().total_amount(amount("88.8"))), Ok(()));
    for wrong in [
        order.clone().total_amount(amount("0.01")),
        order.clone().seller_id("2088000000000000"),
        order.field("trade_status", "TRADE_SUCCESS"),
    ] {
        assert!(matches!(notification.check(&wrong), Err(NotifyError::Mismatch { .. })), "{wrong:?}");
    }
}
