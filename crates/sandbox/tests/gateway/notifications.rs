//! What is sent, when it is sent again, and how it is signed.

use std::time::Duration;

use alipay_core::NotifyError;
use alipay_core::http::{HttpResponse, SendFailure, SendFailureKind, Sent};
use alipay_core::sign::{ContentCipher, SignType};
use alipay_sandbox::{Delivery, PendingNotification};
use serde_json::json;

use crate::world::{World, builder, config, yuan};

const CONTENT_KEY: &str = "AAECAwQFBgcICQoLDA0ODw==";
const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;

fn reply(status: u16, body: &str) -> Result<HttpResponse, SendFailure> {
    Ok(HttpResponse::new(status, Vec::new(), body.into()))
}

fn redeemed(world: &World) -> String {
    let id = world.active_template("T1", json!({}));
    let voucher = world.send(&id, "S1");
    world.sandbox.control().redeem(&voucher, yuan("8.80"), None).unwrap();
    voucher
}

/// Creates and publishes an activity, which posts a message.
fn published(world: &World) -> String {
    let body = json!({
        "out_biz_no": "C", "publish_start_time": "2026-01-05 00:00:00", "publish_end_time": "2026-02-05 00:00:00",
        "voucher_send_rule": {"voucher_quantity": 1},
    });
    let id = world.activity("create", body)["activity_id"].as_str().unwrap().to_owned();
    world.activity("publish", json!({"activity_id": id, "out_biz_no": "P"}));
    id
}

fn only(world: &World) -> PendingNotification {
    let mut due = world.sandbox.due_notifications();
    assert_eq!(due.len(), 1);
    due.remove(0)
}

#[test]
fn a_redemption_is_notified_in_the_charset_of_the_template() {
    for (charset, sign_type) in [("GBK", SignType::Rsa), ("GBK", SignType::Rsa2), ("UTF-8", SignType::Rsa2)] {
        let world = World::with(builder().sign_type(sign_type), |config| {
            config.sign_type(sign_type).charset(charset)
        });
        let voucher = redeemed(&world);
        let pending = only(&world);
        assert_eq!(pending.request.url, "http://127.0.0.1:9/flux");
        assert!(pending.to_this_machine);
        let content_type = pending.request.header("content-type");
        assert_eq!(
            content_type,
            Some(format!("application/x-www-form-urlencoded; charset={charset}").as_str())
        );
        let notification = world.config.verify_notification(&pending.request.body, content_type).unwrap();
        assert_eq!(notification.get("voucher_id"), Some(voucher.as_str()));
        assert_eq!(notification.get("flux_amount"), Some("8.80"));
        assert_eq!(notification.get("partner_name"), Some("四川移动"));
        assert_eq!(notification.get("biz_time"), Some("2026-01-05 08:00:00"));
        assert_eq!(notification.get("partner_id"), Some(alipay_sandbox::PID));
        let bill = &world.voucher(&voucher)["bill_details"][0];
        assert_eq!(notification.get("alipay_biz_no"), bill["trade_no"].as_str());
        let utf8 = pending.request.body.windows(9).any(|bytes| bytes == b"%E5%9B%9B");
        assert_eq!(utf8, charset == "UTF-8");
    }
}

#[test]
fn only_the_exact_reply_ends_the_repetition_which_follows_the_clock() {
    let world = World::new();
    redeemed(&world);
    let control = world.sandbox.control();
    let first = only(&world);
    assert!(world.sandbox.due_notifications().is_empty(), "it is under way");
    let pauses = [4 * MINUTE, 10 * MINUTE, 10 * MINUTE, HOUR, 2 * HOUR, 6 * HOUR, 15 * HOUR];
    let replies = [
        reply(200, "success\n"),
        reply(200, "fail"),
        reply(500, "success"),
        Err(SendFailure::new(Sent::No, SendFailureKind::Connect, "refused")),
        reply(200, "SUCCESS"),
        reply(302, ""),
        reply(200, "\"success\""),
    ];
    world.sandbox.notification_result(first.id, &replies[0]);
    for (index, pause) in pauses.iter().enumerate() {
        control.advance(Duration::from_secs(pause - 1));
        assert!(world.sandbox.due_notifications().is_empty(), "too early for number {index}");
        control.advance(Duration::from_secs(1));
        let again = only(&world);
        assert_eq!(again.request, first.request, "the same notify_id and the same bytes");
        let reply = replies.get(index + 1).unwrap_or(&replies[0]);
        world.sandbox.notification_result(again.id, reply);
    }
    let entry = control.outbox().remove(0);
    assert_eq!(entry.delivery, Delivery::GivenUp);
    assert_eq!(entry.attempts.len(), 8);
    assert_eq!(entry.attempts[1].at.to_string(), "2026-01-05 08:04:00");
    assert!(entry.attempts[3].reply.contains("no connection"));
    control.advance(Duration::from_secs(1000 * HOUR));
    assert!(world.sandbox.due_notifications().is_empty());
}

#[test]
fn a_notification_that_was_taken_is_not_repeated() {
    let world = World::new();
    redeemed(&world);
    world.sandbox.notification_result(only(&world).id, &reply(200, "success"));
    world.sandbox.control().advance(Duration::from_secs(100 * HOUR));
    assert!(world.sandbox.due_notifications().is_empty());
    assert_eq!(world.sandbox.control().outbox()[0].delivery, Delivery::Taken);
}

#[test]
fn messages_of_activities_are_utf8_and_rsa2_whatever_v2_has_agreed_on() {
    let world = World::with(
        builder().sign_type(SignType::Rsa).message_url("http://127.0.0.1:9/messages"),
        |config| config.sign_type(SignType::Rsa).charset("GBK"),
    );
    let id = published(&world);
    let pending = only(&world);
    assert_eq!(pending.request.url, "http://127.0.0.1:9/messages");
    let message = world.config.verify_notification(&pending.request.body, None).unwrap();
    assert_eq!(message.topic(), Some("alipay.marketing.activity.message.created"));
    assert_eq!((message.get("version"), message.get("charset")), (Some("1.1"), Some("UTF-8")));
    let content: serde_json::Value = serde_json::from_str(message.get("biz_content").unwrap()).unwrap();
    assert_eq!(content["activity_id"], id);
    assert!(content["event_time"].is_string() && content["id"].is_string());
}

#[test]
fn messages_are_encrypted_where_that_is_asked_for() {
    for cipher in [ContentCipher::Aes, ContentCipher::AesV2] {
        let sandbox = builder()
            .content_key(CONTENT_KEY)
            .encrypt_messages(cipher)
            .message_url("http://127.0.0.1:9/messages");
        let world = World::with(sandbox, |config| config.content_key(CONTENT_KEY).content_cipher(cipher));
        let id = published(&world);
        let body = only(&world).request.body;
        let message = world.config.verify_notification(&body, None).unwrap();
        assert_eq!(message.get("encrypt_type"), Some(cipher.as_str()));
        let content: serde_json::Value = serde_json::from_str(message.get("biz_content").unwrap()).unwrap();
        assert_eq!(content["activity_id"], id);

        let sent = &world.sandbox.control().outbox()[0].fields;
        let sent = sent.iter().find(|(name, _)| name == "biz_content").unwrap();
        assert!(!sent.1.contains('{'), "{sent:?}");
        let stranger = config(&world.sandbox, false, |config| config);
        assert_eq!(stranger.verify_notification(&body, None), Err(NotifyError::Encrypted));
    }
}

#[test]
fn a_content_key_alone_encrypts_no_message() {
    let world = World::with(
        builder().content_key(CONTENT_KEY).message_url("http://127.0.0.1:9/messages"),
        |config| config.content_key(CONTENT_KEY),
    );
    let id = published(&world);
    let message = world.config.verify_notification(&only(&world).request.body, None).unwrap();
    assert_eq!(message.get("encrypt_type"), None);
    assert!(message.get("biz_content").unwrap().contains(&id));
}

#[test]
fn messages_cannot_be_encrypted_without_a_key() {
    let error = builder().encrypt_messages(ContentCipher::Aes).build().unwrap_err().to_string();
    assert!(error.starts_with("encrypt_messages: ") && error.contains("content_key"), "{error}");
}

#[test]
fn without_an_address_messages_stay_in_the_outbox() {
    let world = World::new();
    let control = world.sandbox.control();
    let id = published(&world);
    assert!(world.sandbox.due_notifications().is_empty());
    assert_eq!(control.outbox()[0].delivery, Delivery::Held);
    control.set_message_url(Some("http://127.0.0.1:9/"));
    world.activity("stop", json!({"activity_id": id, "out_biz_no": "X"}));
    assert_eq!(only(&world).request.url, "http://127.0.0.1:9/");
}

#[test]
fn addresses_elsewhere_are_marked() {
    let world = World::new();
    let id = world.active_template("T1", json!({"notify_uri": "https://www.yourdomain.com/receive"}));
    let voucher = world.send(&id, "S1");
    world.sandbox.control().redeem(&voucher, yuan("1"), None).unwrap();
    let pending = only(&world);
    assert!(!pending.to_this_machine);
    world.sandbox.hold_notification(pending.id);
    assert_eq!(world.sandbox.control().outbox()[0].delivery, Delivery::Held);
}

#[test]
fn a_template_without_notify_uri_notifies_nobody() {
    let world = World::new();
    let id = world.active_template("T1", json!({"notify_uri": null}));
    let voucher = world.send(&id, "S1");
    world.sandbox.control().redeem(&voucher, yuan("1"), None).unwrap();
    assert!(world.sandbox.control().outbox().is_empty());
}
