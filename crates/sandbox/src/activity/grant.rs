//! Granting one voucher to one user: because the merchant asks, or because the user takes one.

use std::time::Duration;

use alipay_core::{DateTime, Money};
use serde_json::Value;

use super::config::Period;
use super::{Activity, Voucher};
use crate::business::Call;
use crate::cash::recipient;
use crate::error::ControlError;
use crate::reply::{Fields, Refusal, Reply};
use crate::state::Context;

pub(crate) fn send(context: &mut Context<'_>, call: &Call<'_>) -> Reply {
    let fields = &call.fields;
    let activity = context.state.activities.activity(fields)?;
    if let Some(reply) = activity.repeated("send", fields) {
        return reply;
    }
    let id = activity.id.clone();
    let (user_id, open_id) = recipient(fields)?;
    let voucher_id = grant(context, &id, user_id, open_id)?;
    let answer = Fields::from_iter([("voucher_id".to_owned(), Value::from(voucher_id))]);
    context.state.activities.activity_mut(&id)?.remember("send", fields, &answer);
    Ok(answer)
}

/// A user takes a voucher.
pub(crate) fn claim(
    context: &mut Context<'_>,
    activity_id: &str,
    user_id: &str,
) -> Result<String, ControlError> {
    let fields = Fields::from_iter([("user_id".to_owned(), Value::from(user_id))]);
    let granted = recipient(&fields).and_then(|(user_id, _)| grant(context, activity_id, user_id, None));
    granted.map_err(|refusal| ControlError::new(refusal.message()))
}

fn grant(
    context: &mut Context<'_>,
    activity_id: &str,
    user_id: String,
    open_id: Option<String>,
) -> Result<String, Refusal> {
    let now = context.now;
    let activities = &context.state.activities;
    let activity = activities.activities.get(activity_id).ok_or_else(|| super::unknown(activity_id))?;
    is_open(activity, now)?;
    let received: Vec<(&str, DateTime)> =
        activities.granted(activity_id).map(|voucher| (voucher.user_id.as_str(), voucher.received)).collect();
    within_budget(activity, &received, now)?;
    let of_user: Vec<DateTime> =
        received.iter().filter(|(owner, _)| *owner == user_id).map(|(_, time)| *time).collect();
    for limit in activity.config.limits() {
        let recent = of_user.iter().filter(|time| same_period(limit.period, **time, now)).count();
        if count(recent) >= limit.count {
            let what = format!("用户领取数量超过限制: 最多{}张", limit.count);
            return Err(Refusal::business("COUNT_OVER_LIMIT", what));
        }
    }
    let id = context.id("0007300221");
    let code = format!("VC{}", context.state.number());
    let mut news =
        vec![("voucher_id", id.clone()), ("voucher_code", code), ("receive_user_id", user_id.clone())];
    news.extend(open_id.clone().map(|open_id| ("open_id", open_id)));
    let voucher = Voucher {
        id: id.clone(),
        activity_id: activity_id.to_owned(),
        user_id,
        open_id,
        received: now,
        trade_no: None,
        used: Money::ZERO,
        refunded: Money::ZERO,
        expiry_told: false,
    };
    context.state.activities.vouchers.insert(id.clone(), voucher);
    context.tell("received", activity_id, news);
    Ok(id)
}

fn is_open(activity: &Activity, now: DateTime) -> Result<(), Refusal> {
    let config = &activity.config;
    if activity.stopped {
        return Err(Refusal::business("ACTIVITY_IS_STOPED", "活动已停止"));
    }
    if !activity.active {
        return Err(Refusal::business("ACTIVITY_NOT_ACTIVE", "活动未激活"));
    }
    if now < config.publish_start() {
        let what = format!("活动未开始, 发放开始时间是 {}", config.publish_start());
        return Err(Refusal::business("ACTIVITY_NOT_START", what));
    }
    if now > config.publish_end() {
        let what = format!("活动已结束, 发放结束时间是 {}", config.publish_end());
        return Err(Refusal::business("ACTIVITY_IS_END", what));
    }
    Ok(())
}

fn within_budget(activity: &Activity, received: &[(&str, DateTime)], now: DateTime) -> Result<(), Refusal> {
    let today = received.iter().filter(|(_, time)| time.date() == now.date()).count();
    let day_is_over = activity.config.most_by_day().is_some_and(|most| count(today) >= most);
    if count(received.len()) >= activity.config.quantity() || day_is_over {
        return Err(Refusal::business("BUDGET_NOT_ENOUGH", "活动预算不足"));
    }
    Ok(())
}

/// Whether both moments are in the same day, week (from Monday) or month in Beijing.
fn same_period(period: Period, then: DateTime, now: DateTime) -> bool {
    match period {
        Period::Day => then.date() == now.date(),
        Period::Week => week(then) == week(now),
        Period::Month => then.to_string().get(..7) == now.to_string().get(..7),
        Period::LifeCycle => true,
    }
}

/// Weeks since the Monday before 1970 began in Beijing.
fn week(time: DateTime) -> i64 {
    const DAY: i64 = Duration::from_secs(24 * 60 * 60).as_millis() as i64;
    const BEIJING: i64 = Duration::from_secs(8 * 60 * 60).as_millis() as i64;
    // 1970-01-01 was a Thursday.
    (time.unix_millis().saturating_add(BEIJING).div_euclid(DAY) + 3).div_euclid(7)
}

fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
