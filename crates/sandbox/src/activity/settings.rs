//! Reading an activity: its configuration as created, and how many vouchers are out.

use alipay_core::Money;
use serde_json::{Value, json};

use crate::business::Call;
use crate::catalog::Protocol;
use crate::generic::keep_known;
use crate::reply::{Fields, Reply};
use crate::state::Context;

pub(crate) fn query(context: &Context<'_>, call: &Call<'_>) -> Reply {
    let activities = &context.state.activities;
    let activity = activities.activity(&call.fields)?;
    let status = activity.status(context.now);
    let sent = activities.granted(&activity.id).count();
    let used = activities.granted(&activity.id).filter(|voucher| voucher.used > Money::ZERO).count();
    let none = Fields::new();
    let members = activity.config.members().as_object().unwrap_or(&none);
    let mut answer = keep_known(context.catalog, Protocol::V3, call.operation.response(), members);
    answer.insert("activity_id".into(), activity.id.as_str().into());
    answer.insert("activity_status".into(), status.into());
    if activity.config.is_new_form() {
        answer.insert("voucher_inventory_info".into(), json!({ "send_count": sent, "use_count": used }));
        let base = answer.entry("activity_base_info").or_insert_with(|| Value::Object(Fields::new()));
        if let Value::Object(base) = base {
            base.insert("activity_id".into(), activity.id.as_str().into());
            base.insert("activity_status".into(), status.into());
        }
    } else {
        answer.insert("summary".into(), json!({ "publish_count": sent, "used_count": used }));
    }
    Ok(answer)
}
