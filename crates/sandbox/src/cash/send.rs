//! Sending one voucher to one user.

use serde_json::Value;

use super::code;
use super::voucher::Voucher;
use crate::business::Call;
use crate::fields::Read as _;
use crate::reply::{Fields, Refusal, Reply};
use crate::state::Context;

pub(crate) fn send(context: &mut Context<'_>, call: &Call<'_>) -> Reply {
    let (fields, now) = (&call.fields, context.now);
    let template_id = fields.text("template_id").unwrap_or_default();
    let out_biz_no = fields.text("out_biz_no").unwrap_or_default();
    let template = context.state.cash.template(&template_id)?;
    if let Some((earlier, voucher_id)) = template.sends.get(&out_biz_no) {
        if earlier != fields {
            let what = format!("out_biz_no {out_biz_no} 已用于其他参数的发券请求");
            return Err(Refusal::business(code::OUT_BIZ_NO_CONFLICT, what));
        }
        let voucher = context.state.cash.vouchers.get(voucher_id);
        return Ok(voucher.map(answer).unwrap_or_default());
    }
    if fields.text("amount").is_some() {
        return Err(Refusal::business(code::AMOUNT_NOT_ALLOWED, "amount 仅红包发放时填写"));
    }
    let (user_id, open_id) = recipient(fields)?;
    template.may_send(now)?;
    let sent = i64::try_from(template.sends.len()).unwrap_or(i64::MAX);
    if sent >= template.quantity {
        let what = format!("券模板预算不足, 拟发行的{}张已全部发放", template.quantity);
        return Err(Refusal::business(code::BUDGET_NOT_ENOUGH, what));
    }
    let (active, expires) = template
        .period
        .of_voucher(now)
        .filter(|(_, expires)| *expires >= now)
        .ok_or_else(|| Refusal::business(code::VOUCHER_PERIOD_OVER, "券有效期已过"))?;
    let (name, face) = (template.name, template.amount);
    let id = context.id("0007300200");
    let voucher = Voucher {
        id: id.clone(),
        template_id: template_id.clone(),
        name,
        user_id,
        open_id,
        sent: now,
        active,
        expires,
        face,
        bills: Vec::new(),
    };
    let answer = answer(&voucher);
    let cash = &mut context.state.cash;
    cash.vouchers.insert(id.clone(), voucher);
    cash.template_mut(&template_id)?.sends.insert(out_biz_no, (fields.clone(), id));
    Ok(answer)
}

fn answer(voucher: &Voucher) -> Fields {
    let mut answer = Fields::new();
    answer.insert("voucher_id".into(), Value::from(voucher.id.as_str()));
    answer.insert("user_id".into(), Value::from(voucher.user_id.as_str()));
    if let Some(open_id) = &voucher.open_id {
        answer.insert("open_id".into(), Value::from(open_id.as_str()));
    }
    answer
}

/// The user that a request names, by `user_id`, else `open_id`, `login_id`, `taobao_nick`; and the open id, if that
/// is how. The same name is always the same user.
pub(crate) fn recipient(fields: &Fields) -> Result<(String, Option<String>), Refusal> {
    if let Some(user_id) = fields.text("user_id") {
        let is_id = user_id.len() == 16
            && user_id.starts_with("2088")
            && user_id.bytes().all(|byte| byte.is_ascii_digit());
        return match is_id {
            true => Ok((user_id, None)),
            false => Err(Refusal::Parameter("user_id: must be 16 digits that start with 2088".to_owned())),
        };
    }
    if let Some(open_id) = fields.text("open_id") {
        return Ok((user_named("open", &open_id), Some(open_id)));
    }
    let name = fields
        .text("login_id")
        .map(|login| user_named("login", &login))
        .or_else(|| fields.text("taobao_nick").map(|nick| user_named("nick", &nick)));
    let missing = || Refusal::Parameter("user_id, login_id, taobao_nick: one must be set".to_owned());
    name.map(|user_id| (user_id, None)).ok_or_else(missing)
}

/// A stable user id for any other kind of name (FNV-1a; it only has to spread).
fn user_named(kind: &str, name: &str) -> String {
    let bytes = kind.bytes().chain([b':']).chain(name.bytes());
    let hash = bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    format!("2088{:012}", hash % 1_000_000_000_000)
}
