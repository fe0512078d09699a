//! The life of an activity voucher (v3): created, published, paid, granted, grown, changed, stopped; each with its
//! message.

mod config;

use alipay_api::models::v3::marketing::{
    ActivityStatus, ActivityVoucherAppendRequest, ActivityVoucherModifyRequest,
    ActivityVoucherPublishRequest, ActivityVoucherQueryRequest, ActivityVoucherReceived,
    ActivityVoucherSendRequest, ActivityVoucherStopRequest,
};
use alipay_api::{DateTime, Notification};
use serde_json::Value;

use super::stage::{Life, Stage};
use super::step::{Step, Stopped, Unmet, equal, given};

/// The user who gets a voucher.
const USER: &str = "2088302001456115";
/// Other users, who take the rest.
const OTHERS: [&str; 2] = ["2088302001456116", "2088302001456117"];
/// Vouchers at first, and after the budget has grown.
const QUANTITY: i64 = 2;
const GROWN: i64 = 5;

/// From creation to the refusal after the end.
pub(super) async fn live(life: &mut Life<'_>) -> Result<(), Stopped> {
    let (activity_id, publish_end) = create(life).await?;
    activate(life, &activity_id).await?;
    grant(life, &activity_id).await?;
    grow(life, &activity_id).await?;
    change(life, &activity_id, publish_end).await?;
    stop(life, &activity_id).await
}

async fn create(life: &mut Life<'_>) -> Result<(String, DateTime), Stopped> {
    let stage = life.stage;
    let out_biz_no = life.out_biz_no("create");
    let created = life
        .step("activity.create", "An activity is created", async |step| {
            let (request, publish_end) = config::creation(stage, &out_biz_no)?;
            let sent = [
                "activity_name",
                "voucher_type",
                "voucher_send_rule.voucher_quantity",
                "voucher_budget_info.amount",
                "publish_end_time",
                "out_biz_no",
            ];
            let answer = step.call(&request, &sent, &["activity_id"]).await?.value;
            Ok((given("activity_id", answer.activity_id)?, publish_end))
        })
        .await?;
    life.step("activity.create-again", "The same number is the same activity", async |step| {
        // The very same request: another one under this number would be refused.
        let request = config::creation_until(out_biz_no.as_str(), created.1)?;
        let answer = step.call(&request, &["out_biz_no"], &["activity_id"]).await?.value;
        equal("activity_id", answer.activity_id.as_deref(), Some(created.0.as_str()))
    })
    .await?;
    let too_early = ActivityVoucherSendRequest::new(&created.0, life.out_biz_no("too-early")).user_id(USER);
    life.step("activity.send-too-early", "It grants nothing before it is active", async |step| {
        step.refused(&too_early, &["activity_id", "user_id"], "ACTIVITY_NOT_ACTIVE").await
    })
    .await?;
    Ok(created)
}

async fn activate(life: &mut Life<'_>, activity_id: &str) -> Result<(), Stopped> {
    let publish = ActivityVoucherPublishRequest::new(activity_id, life.out_biz_no("publish"));
    let recharge_url = life
        .step("activity.publish", "It is published, and asks for its budget", async |step| {
            let answer = step.call(&publish, &["activity_id", "out_biz_no"], &["recharge_url"]).await?.value;
            given("recharge_url", answer.recharge_url)
        })
        .await?;
    life.step("activity.pay", "The payer pays the budget", async |step| step.open(&recharge_url).await)
        .await?;
    message(life, "activity.created", "The activity is active, says a message", "created", activity_id)
        .await?;
    life.step("activity.active", "So says the query", async |step| {
        let answered = ["activity_status", "summary.publish_count", "voucher_send_rule.voucher_quantity"];
        let request = ActivityVoucherQueryRequest::new(activity_id);
        let activity = step.call(&request, &["activity_id"], &answered).await?.value;
        equal("activity_status", activity.activity_status, Some(ActivityStatus::Active))?;
        let quantity = activity.voucher_send_rule.and_then(|rule| rule.voucher_quantity);
        equal("voucher_quantity", quantity, Some(QUANTITY))
    })
    .await
}

async fn grant(life: &mut Life<'_>, activity_id: &str) -> Result<(), Stopped> {
    let stage = life.stage;
    let request = ActivityVoucherSendRequest::new(activity_id, life.out_biz_no("send")).user_id(USER);
    let voucher_id = life
        .step("activity.send", "A user gets a voucher", async |step| {
            let sent = ["activity_id", "user_id", "out_biz_no"];
            let answer = step.call(&request, &sent, &["voucher_id"]).await?.value;
            given("voucher_id", answer.voucher_id)
        })
        .await?;
    life.step("activity.send-again", "The same number is the same voucher", async |step| {
        let answer = step.call(&request, &["out_biz_no"], &["voucher_id"]).await?.value;
        equal("voucher_id", answer.voucher_id.as_deref(), Some(voucher_id.as_str()))
    })
    .await?;
    life.step("activity.received", "A message tells who got it", async |step| {
        let message = told(stage, step, "received", activity_id).await?;
        let received: ActivityVoucherReceived = message.read();
        step.answered("voucher_id", received.voucher_id.clone().unwrap_or_default());
        equal("voucher_id", received.voucher_id.as_deref(), Some(voucher_id.as_str()))?;
        equal("receive_user_id", received.receive_user_id.as_deref(), Some(USER))
    })
    .await?;
    let twice = ActivityVoucherSendRequest::new(activity_id, life.out_biz_no("twice")).user_id(USER);
    life.step("activity.send-twice", "One voucher for each user, says the rule", async |step| {
        step.refused(&twice, &["user_id", "out_biz_no"], "COUNT_OVER_LIMIT").await
    })
    .await
}

async fn grow(life: &mut Life<'_>, activity_id: &str) -> Result<(), Stopped> {
    let [last, more] = OTHERS;
    let second = ActivityVoucherSendRequest::new(activity_id, life.out_biz_no("second")).user_id(last);
    let third = ActivityVoucherSendRequest::new(activity_id, life.out_biz_no("third")).user_id(more);
    life.step("activity.send-too-many", "A spent budget grants nothing", async |step| {
        step.call(&second, &[], &[]).await?;
        step.refused(&third, &["user_id", "out_biz_no"], "BUDGET_NOT_ENOUGH").await
    })
    .await?;
    let append = ActivityVoucherAppendRequest::new(activity_id, life.out_biz_no("append"), GROWN);
    let recharge_url = life
        .step("activity.append", "The merchant adds to the budget", async |step| {
            let sent = ["activity_id", "voucher_quantity", "out_biz_no"];
            let answer = step.call(&append, &sent, &["recharge_url"]).await?.value;
            given("recharge_url", answer.recharge_url)
        })
        .await?;
    life.step("activity.pay-more", "The payer pays it", async |step| step.open(&recharge_url).await).await?;
    message(life, "activity.appended", "The budget has grown, says a message", "appended", activity_id)
        .await?;
    let again = ActivityVoucherSendRequest::new(activity_id, life.out_biz_no("fourth")).user_id(more);
    life.step("activity.send-more", "Now the other user gets one", async |step| {
        let answer = step.call(&again, &["user_id", "out_biz_no"], &["voucher_id"]).await?.value;
        given("voucher_id", answer.voucher_id)?;
        let request = ActivityVoucherQueryRequest::new(activity_id);
        let answered = ["summary.publish_count", "voucher_send_rule.voucher_quantity"];
        let activity = step.call(&request, &[], &answered).await?.value;
        let granted = activity.summary.and_then(|summary| summary.publish_count);
        equal("publish_count", granted, Some(3))
    })
    .await
}

async fn change(life: &mut Life<'_>, activity_id: &str, publish_end: DateTime) -> Result<(), Stopped> {
    let out_biz_no = life.out_biz_no("modify");
    life.step("activity.modify", "Granting is to end later", async |step| {
        let end = given("a later day", publish_end.plus_days(10))?;
        let request = ActivityVoucherModifyRequest::new(activity_id, &out_biz_no).publish_end_time(end);
        step.call(&request, &["activity_id", "publish_end_time"], &[]).await?;
        let query = ActivityVoucherQueryRequest::new(activity_id);
        let activity = step.call(&query, &[], &["publish_end_time"]).await?.value;
        equal("publish_end_time", activity.publish_end_time, Some(end))
    })
    .await?;
    message(life, "activity.modified", "It was changed, says a message", "modified", activity_id).await
}

async fn stop(life: &mut Life<'_>, activity_id: &str) -> Result<(), Stopped> {
    let stop = ActivityVoucherStopRequest::new(activity_id, life.out_biz_no("stop"));
    life.step("activity.stop", "The merchant stops it", async |step| {
        step.call(&stop, &["activity_id", "out_biz_no"], &[]).await?;
        let query = ActivityVoucherQueryRequest::new(activity_id);
        let activity = step.call(&query, &[], &["activity_status"]).await?.value;
        equal("activity_status", activity.activity_status, Some(ActivityStatus::Finished))
    })
    .await?;
    message(life, "activity.stopped", "It was stopped, says a message", "stopped", activity_id).await?;
    let late = ActivityVoucherSendRequest::new(activity_id, life.out_biz_no("late")).user_id(OTHERS[0]);
    life.step("activity.send-too-late", "It grants nothing any more", async |step| {
        step.refused(&late, &["activity_id", "user_id"], "ACTIVITY_IS_STOPED").await
    })
    .await
}

/// A step that waits for a message about the activity.
async fn message(
    life: &mut Life<'_>,
    name: &'static str,
    title: &'static str,
    topic: &str,
    activity_id: &str,
) -> Result<(), Stopped> {
    let stage = life.stage;
    life.step(name, title, async |step| told(stage, step, topic, activity_id).await.map(drop)).await
}

/// The verified message with this topic about this activity.
async fn told(
    stage: &Stage,
    step: &mut Step<'_>,
    topic: &str,
    activity_id: &str,
) -> Result<Notification, Unmet> {
    let topic = format!("alipay.marketing.activity.message.{topic}");
    step.act(format!("message {topic}"));
    let about = |message: &Notification| {
        let content = message.get("biz_content").and_then(|text| serde_json::from_str::<Value>(text).ok());
        content.is_some_and(|content| content.get("activity_id").and_then(Value::as_str) == Some(activity_id))
    };
    let fits = |message: &Notification| message.topic() == Some(topic.as_str()) && about(message);
    let message = stage.inbox.wait_for(fits).await.map_err(Unmet::new)?;
    step.answered("activity_id", activity_id);
    step.answered("notify_id", given("notify_id", message.notify_id())?);
    Ok(message)
}
