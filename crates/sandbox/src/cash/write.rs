//! Creating, changing and deleting templates.

use alipay_core::{DateTime, Money};
use serde_json::Value;

use super::code;
use super::period::Period;
use super::template::{Status, Template, check_window};
use super::use_mode::UseMode;
use crate::builder::PID;
use crate::business::Call;
use crate::fields::{Read as _, text};
use crate::reply::{Fields, Refusal, Reply};
use crate::state::Context;

/// What the holder reads where the merchant wrote nothing.
const DEFAULT_DESCRIPTION: &str =
    "1、本券不可兑换现金,不可找零。\n2、每个用户最多可以领取1张。\n3、如果订单发生退款,优惠券无法退还。";

pub(crate) fn create(context: &mut Context<'_>, call: &Call<'_>) -> Reply {
    let fields = &call.fields;
    let out_biz_no = fields.text("out_biz_no").unwrap_or_default();
    // The same number of the same partner answers the same template, whatever else the request says.
    if let Some(id) = context.state.cash.creations.get(&out_biz_no) {
        return context.state.cash.template(id).map(|template| created(template, context.state.base_url()));
    }
    let template = draft(context, call)?;
    let answer = created(&template, context.state.base_url());
    let cash = &mut context.state.cash;
    cash.creations.insert(out_biz_no, template.id.clone());
    cash.templates.insert(template.id.clone(), template);
    Ok(answer)
}

fn created(template: &Template, base_url: &str) -> Fields {
    let members = [
        ("template_id", template.id.clone()),
        ("fund_order_no", template.fund_order_no.clone()),
        ("confirm_uri", format!("{base_url}/confirm/{}", template.id)),
    ];
    members.into_iter().map(|(name, value)| (name.to_owned(), Value::from(value))).collect()
}

fn draft(context: &mut Context<'_>, call: &Call<'_>) -> Result<Template, Refusal> {
    let fields = &call.fields;
    let wrong = |what: &str| Refusal::Parameter(what.to_owned());
    let voucher_type = fields.text("voucher_type").unwrap_or_default();
    if voucher_type != "FIX_VOUCHER" {
        return Err(wrong("voucher_type: only FIX_VOUCHER can be created"));
    }
    let name = match fields.text("voucher_use_scene").as_deref() {
        Some("ALIPAY_RECHARGE") => "话费充值现金券",
        Some("ALIPAY_FEE") => "生活缴费代金券",
        Some("ALIPAY_COMMON") | None => "通用现金券",
        Some(_) => {
            return Err(wrong("voucher_use_scene: must be ALIPAY_RECHARGE, ALIPAY_FEE or ALIPAY_COMMON"));
        }
    };
    let amount = fields.money("amount").filter(|amount| *amount > Money::ZERO);
    let amount = amount.ok_or_else(|| wrong("amount: must be more than 0"))?;
    let quantity = fields.int("voucher_quantity").filter(|quantity| *quantity > 0);
    let quantity = quantity.ok_or_else(|| wrong("voucher_quantity: must be more than 0"))?;
    let total =
        amount.checked_mul(quantity).ok_or_else(|| wrong("voucher_quantity: the budget is too large"))?;
    let time =
        |name: &str| fields.time(name).ok_or_else(|| Refusal::Parameter(format!("{name}: must be a time")));
    let (publish_start, publish_end) = (time("publish_start_time")?, time("publish_end_time")?);
    check_window(publish_start, publish_end)?;
    let period = Period::read(fields.json("voucher_valid_period").as_ref())?;
    let use_mode = UseMode::read(fields.json("extension_info").as_ref())?;
    Ok(Template {
        id: context.id("0007300100"),
        fund_order_no: context.id("110070000001"),
        voucher_type,
        name,
        brand_name: fields.text("brand_name"),
        slogan: fields.text("slogan"),
        publish_start,
        publish_end,
        period,
        period_text: fields.text("voucher_valid_period").unwrap_or_default(),
        floor_amount: fields.money("floor_amount"),
        description: description(fields),
        amount,
        quantity,
        total,
        redirect_uri: fields.text("redirect_uri"),
        notify_uri: fields.text("notify_uri"),
        charset: call.charset.clone(),
        by_certificate: call.by_certificate,
        redeemers: redeemers(fields),
        use_mode,
        created: context.now,
        activated: None,
        deleted: false,
        modifications: Default::default(),
        sends: Default::default(),
    })
}

fn description(fields: &Fields) -> String {
    let lines = fields.json("voucher_description");
    let lines: Option<Vec<String>> =
        lines.as_ref().and_then(Value::as_array).map(|lines| lines.iter().filter_map(text).collect());
    lines.map_or_else(|| DEFAULT_DESCRIPTION.to_owned(), |lines| lines.join("\n"))
}

/// `PID` of `rule_conf`; without that rule, the merchant.
fn redeemers(fields: &Fields) -> Vec<String> {
    let rules = fields.json("rule_conf");
    let pids = rules.as_ref().and_then(Value::as_object).and_then(|rules| rules.text("PID"));
    pids.unwrap_or_else(|| PID.to_owned()).split(',').map(|pid| pid.trim().to_owned()).collect()
}

pub(crate) fn modify(context: &mut Context<'_>, call: &Call<'_>) -> Reply {
    let (fields, now) = (&call.fields, context.now);
    let id = fields.text("template_id").unwrap_or_default();
    let out_biz_no = fields.text("out_biz_no").unwrap_or_default();
    let template = context.state.cash.template_mut(&id)?;
    let answer = |status: &str| Fields::from_iter([("status".to_owned(), Value::from(status))]);
    // The same number is the same change: nothing more happens, whatever else the request says.
    if let Some(status) = template.modifications.get(&out_biz_no) {
        return Ok(answer(status));
    }
    let status = template.status(now);
    match status {
        Status::Draft => modify_draft(template, fields)?,
        Status::Active => {
            if let Some(end) = fields.time("publish_end_time") {
                check_window(template.publish_start, end)?;
                template.publish_end = end;
            }
        }
        Status::Deleted | Status::Expired => return Err(wrong_status(status, "修改")),
    }
    template.modifications.insert(out_biz_no, status.as_str());
    Ok(answer(status.as_str()))
}

fn modify_draft(template: &mut Template, fields: &Fields) -> Result<(), Refusal> {
    let changed = |name: &str, old: DateTime| fields.time(name).unwrap_or(old);
    let start = changed("publish_start_time", template.publish_start);
    let end = changed("publish_end_time", template.publish_end);
    check_window(start, end)?;
    if let Some(text) = fields.text("voucher_valid_period") {
        template.period = Period::read(fields.json("voucher_valid_period").as_ref())?;
        template.period_text = text;
    }
    (template.publish_start, template.publish_end) = (start, end);
    if let Some(slogan) = fields.text("slogan") {
        template.slogan = Some(slogan);
    }
    Ok(())
}

pub(crate) fn delete(context: &mut Context<'_>, call: &Call<'_>) -> Reply {
    let now = context.now;
    let template = context.state.cash.template_mut(&call.fields.text("template_id").unwrap_or_default())?;
    match template.status(now) {
        Status::Draft => {
            template.deleted = true;
            Ok(Fields::new())
        }
        status => Err(wrong_status(status, "删除")),
    }
}

fn wrong_status(status: Status, action: &str) -> Refusal {
    let what = format!("券模板状态是{}, 不能{action}", status.as_str());
    Refusal::business(code::TEMPLATE_STATUS_INVALID, what)
}
