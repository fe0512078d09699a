//! Creating, publishing, growing, changing and stopping an activity.

use serde_json::Value;

use super::config::{Config, MAX_QUANTITY};
use super::widen::widen;
use super::{Activity, Unpaid, invalid, repeated};
use crate::business::Call;
use crate::fields::Read as _;
use crate::reply::{Fields, Refusal, Reply};
use crate::state::Context;

/// Members of the older form that can be changed; the newer form has the same things elsewhere.
const OLD_FORM: &[&str] = &["publish_end_time", "voucher_use_rule"];

/// The same the other way round.
const NEW_FORM: &[&str] = &["activity_base_info", "voucher_send_mode_info", "voucher_use_rule_info"];

pub(crate) fn create(context: &mut Context<'_>, call: &Call<'_>) -> Reply {
    let fields = &call.fields;
    if let Some(reply) = repeated(&context.state.activities.creations, fields) {
        return reply;
    }
    let config = Config::read(fields)?;
    let id = context.id("0008260045");
    let activity = Activity {
        id: id.clone(),
        config,
        by_certificate: call.by_certificate,
        published: false,
        active: false,
        stopped: false,
        unpaid: Vec::new(),
        done: Default::default(),
    };
    let answer = Fields::from_iter([("activity_id".to_owned(), Value::from(id.as_str()))]);
    let out_biz_no = fields.text("out_biz_no").unwrap_or_default();
    let activities = &mut context.state.activities;
    activities.activities.insert(id, activity);
    activities.creations.insert(out_biz_no, (fields.clone(), answer.clone()));
    Ok(answer)
}

pub(crate) fn publish(context: &mut Context<'_>, call: &Call<'_>) -> Reply {
    change(context, call, "publish", |activity, _| {
        if activity.stopped || activity.published {
            let what = if activity.stopped {
                "活动已停止, 不能激活"
            } else {
                "活动已激活, 不能重复激活"
            };
            return Err(Refusal::business("BIZ_ERROR", what));
        }
        activity.published = true;
        if activity.config.is_pre_funded() {
            activity.unpaid.push(Unpaid::Activation);
            return Ok(Changed::Recharge);
        }
        activity.active = true;
        Ok(Changed::Done("created"))
    })
}

pub(crate) fn append(context: &mut Context<'_>, call: &Call<'_>) -> Reply {
    change(context, call, "append", |activity, fields| {
        is_active(activity)?;
        let quantity = fields.int("voucher_quantity").unwrap_or_default();
        let known = activity.unpaid.iter().filter_map(|unpaid| match unpaid {
            Unpaid::Addition(quantity) => Some(*quantity),
            Unpaid::Activation => None,
        });
        let total = known.fold(activity.config.quantity(), i64::max);
        if quantity <= total || quantity > MAX_QUANTITY {
            let what =
                format!("voucher_quantity 是追加后的总数量, 必须大于当前总数量{total}且不超过{MAX_QUANTITY}");
            return Err(invalid(what));
        }
        if activity.config.is_pre_funded() {
            activity.unpaid.push(Unpaid::Addition(quantity));
            return Ok(Changed::Recharge);
        }
        activity.config.set_quantity(quantity);
        Ok(Changed::Done("appended"))
    })
}

pub(crate) fn modify(context: &mut Context<'_>, call: &Call<'_>) -> Reply {
    change(context, call, "modify", |activity, fields| {
        is_active(activity)?;
        let changes: Fields = fields
            .iter()
            .filter(|(name, _)| {
                !matches!(name.as_str(), "activity_id" | "merchant_access_mode" | "out_biz_no")
            })
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect();
        let mut members = activity.config.members().clone();
        let foreign = if activity.config.is_new_form() { OLD_FORM } else { NEW_FORM };
        if let Some(name) =
            foreign.iter().find(|name| changes.contains_key(**name) && members.get(**name).is_none())
        {
            return Err(invalid(format!("{name}: 活动创建时未使用该字段, 请使用与创建时相同的形式")));
        }
        widen(&mut members, &Value::Object(changes), "").map_err(invalid)?;
        activity.config = activity.config.with_members(members)?;
        Ok(Changed::Done("modified"))
    })
}

pub(crate) fn stop(context: &mut Context<'_>, call: &Call<'_>) -> Reply {
    change(context, call, "stop", |activity, _| {
        is_active(activity)?;
        activity.stopped = true;
        Ok(Changed::Done("stopped"))
    })
}

/// What a change comes to.
enum Changed {
    /// It holds; a message with this topic says so.
    Done(&'static str),
    /// It holds once the payer has topped up the budget.
    Recharge,
}

fn change(
    context: &mut Context<'_>,
    call: &Call<'_>,
    operation: &'static str,
    apply: impl FnOnce(&mut Activity, &Fields) -> Result<Changed, Refusal>,
) -> Reply {
    let fields = &call.fields;
    let id = fields.text("activity_id").unwrap_or_default();
    let recharge_url = format!("{}/recharge/{id}", context.state.base_url());
    let activity = context.state.activities.activity_mut(&id)?;
    if let Some(reply) = activity.repeated(operation, fields) {
        return reply;
    }
    let changed = apply(activity, fields)?;
    let mut answer = Fields::new();
    if matches!(changed, Changed::Recharge) {
        answer.insert("recharge_url".into(), recharge_url.into());
    }
    activity.remember(operation, fields, &answer);
    if let Changed::Done(topic) = changed {
        context.tell(topic, &id, Vec::new());
    }
    Ok(answer)
}

/// Only an active activity can be changed; the documents know no other code for it.
fn is_active(activity: &Activity) -> Result<(), Refusal> {
    match (activity.stopped, activity.active) {
        (true, _) => Err(invalid("活动已停止")),
        (false, false) => Err(invalid("活动未激活")),
        (false, true) => Ok(()),
    }
}
