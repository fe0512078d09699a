//! The life of a payment voucher (v3).

use alipay_api::models::v3::marketing::{
    ActivityVoucherAppendRequest, ActivityVoucherAppended, ActivityVoucherCreateRequest,
    ActivityVoucherCreated, ActivityVoucherModifyRequest, ActivityVoucherPublishRequest,
    ActivityVoucherQueryRequest, ActivityVoucherSendRequest, ActivityVoucherStopRequest, MerchantAccessMode,
    PaymentFixVoucher, PaymentVoucherSendRule, PaymentVoucherUseRule, PaymentVoucherValidPeriod,
    ValidPeriodType,
};
use alipay_api::{Money, Notification, Outcome};
use alipay_tests::{Caller, Stage};

use crate::cash_voucher::now;

const USER: &str = "2088302001456115";
const MESSAGES: &str = "http://127.0.0.1:9/messages";

pub(crate) fn activity<C>(stage: &Stage<C>, out_biz_no: &str, quantity: i64) -> ActivityVoucherCreateRequest {
    let start = now(stage);
    let end = start.plus_days(30).unwrap();
    let period = PaymentVoucherValidPeriod::default()
        .r#type(ValidPeriodType::Absolute)
        .valid_begin_time(start)
        .valid_end_time(end.plus_days(1).unwrap());
    ActivityVoucherCreateRequest::new(out_biz_no)
        .merchant_access_mode(MerchantAccessMode::SelfMode)
        .activity_name("春节 a+b&c")
        .publish_start_time(start)
        .publish_end_time(end)
        .voucher_send_rule(PaymentVoucherSendRule::default().voucher_quantity(quantity))
        .voucher_use_rule(
            PaymentVoucherUseRule::default()
                .fix_voucher(
                    PaymentFixVoucher::default()
                        .amount(Money::from_yuan(5))
                        .floor_amount(Money::from_yuan(20)),
                )
                .voucher_valid_period(period),
        )
}

/// The last words of the topics: `created`, `appended`, ...
fn topics(messages: &[Notification]) -> Vec<&str> {
    messages.iter().filter_map(|message| message.topic()?.rsplit('.').next()).collect()
}

async fn the_whole_life<C: Caller>(stage: Stage<C>) {
    let (client, control) = (&stage.client, stage.sandbox.control());
    control.set_message_url(Some(MESSAGES));

    let activity_id = client.execute(&activity(&stage, "create-1", 2)).await.unwrap().activity_id.unwrap();
    let send = |number: &str| ActivityVoucherSendRequest::new(&activity_id, number).user_id(USER);
    let early = client.execute(&send("early")).await.unwrap_err();
    assert_eq!((early.code(), early.outcome()), ("ACTIVITY_NOT_ACTIVE", Outcome::Rejected));

    client.execute(&ActivityVoucherPublishRequest::new(&activity_id, "publish-1")).await.unwrap();
    let messages = stage.receive_notifications();
    assert_eq!(topics(&messages), ["created"]);
    assert_eq!(messages[0].read::<ActivityVoucherCreated>().activity_id.as_ref(), Some(&activity_id));

    let voucher_id = client.execute(&send("send-1")).await.unwrap().voucher_id.unwrap();
    assert_eq!(
        client.execute(&send("send-1")).await.unwrap().voucher_id,
        Some(voucher_id),
        "the same action"
    );
    assert_eq!(topics(&stage.receive_notifications()), ["received"]);

    let query = client.execute(&ActivityVoucherQueryRequest::new(&activity_id)).await.unwrap();
    assert_eq!(query.activity_name.as_deref(), Some("春节 a+b&c"));
    assert_eq!(query.summary.unwrap().publish_count, Some(1));

    client.execute(&send("send-2").user_id("2088302001456116")).await.unwrap();
    let spent = client.execute(&send("send-3").user_id("2088302001456117")).await.unwrap_err();
    assert_eq!((spent.code(), spent.outcome()), ("BUDGET_NOT_ENOUGH", Outcome::Rejected));
    let _ = stage.receive_notifications();

    client.execute(&ActivityVoucherAppendRequest::new(&activity_id, "append-1", 3)).await.unwrap();
    let messages = stage.receive_notifications();
    assert_eq!(topics(&messages), ["appended"]);
    assert_eq!(messages[0].read::<ActivityVoucherAppended>().activity_id.as_ref(), Some(&activity_id));
    client.execute(&send("send-3").user_id("2088302001456117")).await.unwrap();
    let _ = stage.receive_notifications();

    let later = now(&stage).plus_days(40).unwrap();
    client
        .execute(&ActivityVoucherModifyRequest::new(&activity_id, "modify-1").publish_end_time(later))
        .await
        .unwrap();
    assert_eq!(topics(&stage.receive_notifications()), ["modified"]);
    let query = client.execute(&ActivityVoucherQueryRequest::new(&activity_id)).await.unwrap();
    assert_eq!(query.publish_end_time, Some(later));

    client.execute(&ActivityVoucherStopRequest::new(&activity_id, "stop-1")).await.unwrap();
    assert_eq!(topics(&stage.receive_notifications()), ["stopped"]);
    let stopped = client.execute(&send("late")).await.unwrap_err();
    assert_eq!((stopped.code(), stopped.outcome()), ("ACTIVITY_IS_STOPED", Outcome::Rejected));
}

on_every_stage!(the_whole_life);
