//! Reading one template or one voucher.

use alipay_core::Money;
use serde_json::{Value, json};

use super::code;
use super::template::Status;
use super::voucher::{Entry, Kind, total};
use crate::business::Call;
use crate::fields::Read as _;
use crate::reply::{Fields, Refusal, Reply};
use crate::state::Context;

pub(crate) fn template_detail(context: &Context<'_>, call: &Call<'_>) -> Reply {
    let (cash, now) = (&context.state.cash, context.now);
    let template = cash.template(&call.fields.text("template_id").unwrap_or_default())?;
    let sent: Vec<_> = cash.sent_from(&template.id).collect();
    let sum = |kind: Kind| -> Money { total(sent.iter().map(|voucher| voucher.sum(kind))) };
    let used_count = sent.iter().filter(|voucher| voucher.sum(Kind::Use) > Money::ZERO).count();
    let publish_amount = total(sent.iter().map(|voucher| voucher.face));
    let mut recycled = total(sent.iter().map(|voucher| voucher.recycled(now)));
    let status = template.status(now);
    if status == Status::Expired {
        let unsent = template.total.checked_sub(publish_amount).unwrap_or_default();
        recycled = recycled.checked_add(unsent).unwrap_or(recycled);
    }
    let mut answer = object(json!({
        "template_id": template.id,
        "voucher_type": template.voucher_type,
        "voucher_name": template.name,
        "publish_start_time": template.publish_start.to_string(),
        "publish_end_time": template.publish_end.to_string(),
        "status": status.as_str(),
        "voucher_valid_period": template.period_text,
        "voucher_description": template.description,
        "amount": template.amount.to_string(),
        "voucher_quantity": template.quantity,
        "total_amount": template.total.to_string(),
        "publish_count": sent.len(),
        "publish_amount": publish_amount.to_string(),
        "used_count": used_count,
        "used_amount": sum(Kind::Use).to_string(),
        "recycle_amount": recycled.to_string(),
    }));
    if let Some(floor) = template.floor_amount {
        answer.insert("floor_amount".into(), floor.to_string().into());
    }
    Ok(answer)
}

pub(crate) fn voucher(context: &Context<'_>, call: &Call<'_>) -> Reply {
    let now = context.now;
    let id = call.fields.text("voucher_id").unwrap_or_default();
    let voucher = context.state.cash.vouchers.get(&id).ok_or_else(|| {
        Refusal::business(
            code::VOUCHER_NOT_EXIST,
            format!("券不存在: {}", id.chars().take(64).collect::<String>()),
        )
    })?;
    let template = context.state.cash.template(&voucher.template_id)?;
    let status = voucher.status(now);
    let mut answer = object(json!({
        "voucher_id": voucher.id,
        "name": voucher.name,
        "user_id": voucher.user_id,
        "template_id": voucher.template_id,
        "gmt_active": voucher.active.to_string(),
        "gmt_expired": voucher.expires.to_string(),
        "gmt_create": voucher.sent.to_string(),
        "total_amount": voucher.face.to_string(),
        "available_amount": voucher.available().to_string(),
        "recycle_amount": voucher.recycled(now).to_string(),
        "status": status,
        "available": status == "ENABLED",
        "voucher_description": template.description,
        "bill_details": voucher.bills.iter().map(bill).collect::<Vec<_>>(),
    }));
    if let Some(open_id) = &voucher.open_id {
        answer.insert("open_id".into(), open_id.as_str().into());
    }
    Ok(answer)
}

fn bill(entry: &Entry) -> Value {
    json!({
        "trade_no": entry.trade_no,
        "amount": entry.amount.to_string(),
        "status": "S",
        "partner_id": entry.partner_id,
        "partner_name": entry.partner_name,
        "biz_type": match entry.kind {
            Kind::Use => "V_USE",
            Kind::Refund => "V_REFUND",
        },
        "gmt_create": entry.at.to_string(),
    })
}

fn object(value: Value) -> Fields {
    match value {
        Value::Object(fields) => fields,
        _ => Fields::new(),
    }
}
