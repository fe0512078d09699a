//! What users do with templates and vouchers: pay, redeem, get a refund, open the link.

use alipay_core::Money;

use super::template::Status;
use super::voucher::{Bill, Entry, Kind};
use crate::catalog::Protocol;
use crate::error::ControlError;
use crate::outbox::cash_notification;
use crate::state::Context;

/// Pays the budget of a draft. Says where the payer's browser goes next.
pub(crate) fn pay(context: &mut Context<'_>, template_id: &str) -> Result<Option<String>, ControlError> {
    let now = context.now;
    let template = context.state.cash.template_mut(template_id);
    let template = template.map_err(|refusal| ControlError::new(refusal.message()))?;
    if now > template.publish_end {
        let what = format!(
            "{template_id}: publish_end_time ({}) is over, there is nothing to pay for",
            template.publish_end
        );
        return Err(ControlError::new(what));
    }
    match template.status(now) {
        Status::Draft => {
            template.activated = Some(now);
            Ok(template.redirect_uri.clone())
        }
        // A browser may well ask twice.
        Status::Active => Ok(template.redirect_uri.clone()),
        status => Err(ControlError::new(format!(
            "{template_id}: only a draft (I) can be paid, it is {}",
            status.as_str()
        ))),
    }
}

/// Spends a voucher, or a part of it, and notifies the merchant.
pub(crate) fn redeem(
    context: &mut Context<'_>,
    voucher_id: &str,
    amount: Money,
    order_amount: Option<Money>,
) -> Result<Bill, ControlError> {
    let (now, now_millis) = (context.now, context.now_millis);
    let trade_no = context.id("200411021801");
    let state = &mut *context.state;
    let voucher = state.cash.vouchers.get_mut(voucher_id).ok_or_else(|| unknown(voucher_id))?;
    let template = state.cash.templates.get(&voucher.template_id).ok_or_else(|| unknown(voucher_id))?;
    let status = voucher.status(now);
    if status != "ENABLED" {
        return Err(ControlError::new(format!(
            "{voucher_id}: only an ENABLED voucher can be redeemed, it is {status}"
        )));
    }
    if amount <= Money::ZERO || amount > voucher.available() {
        let what =
            format!("amount: must be more than 0 and at most {}, but it is {amount}", voucher.available());
        return Err(ControlError::new(what));
    }
    if let (Some(order), Some(floor)) = (order_amount, template.floor_amount)
        && order < floor
    {
        let what =
            format!("order_amount: the voucher needs an order of {floor} at the least, but it is {order}");
        return Err(ControlError::new(what));
    }
    let partner_id = template.redeemers.first().cloned().unwrap_or_default();
    let partner_name = template.brand_name.clone().unwrap_or_else(|| "沙箱商户".to_owned());
    voucher.bills.push(Entry {
        kind: Kind::Use,
        trade_no: trade_no.clone(),
        amount,
        partner_id: partner_id.clone(),
        partner_name: partner_name.clone(),
        at: now,
    });
    let available = voucher.available();
    if let Some(url) = template.notify_uri.clone() {
        let business = [
            ("alipay_biz_no", trade_no.clone()),
            ("biz_time", now.to_string()),
            ("flux_amount", amount.to_string()),
            ("voucher_id", voucher_id.to_owned()),
            ("partner_id", partner_id),
            ("partner_name", partner_name),
        ];
        let (charset, by_certificate) = (template.charset.clone(), template.by_certificate);
        let notify_id = state.nonce(now_millis);
        let seal = state.seal(context.settings, Protocol::V2, by_certificate);
        let draft =
            cash_notification(context.settings, &seal, notify_id, now.to_string(), &charset, &business);
        state.outbox.post(draft, Some(&url), now, now_millis);
    }
    Ok(Bill::new(trade_no, amount, now, available))
}

/// Gives back what an order with this voucher cost. The document tells of no notification for it.
pub(crate) fn refund(
    context: &mut Context<'_>,
    voucher_id: &str,
    amount: Money,
) -> Result<Bill, ControlError> {
    let now = context.now;
    let voucher = context.state.cash.vouchers.get_mut(voucher_id).ok_or_else(|| unknown(voucher_id))?;
    let open = voucher.sum(Kind::Use).checked_sub(voucher.sum(Kind::Refund)).unwrap_or_default();
    if amount <= Money::ZERO || amount > open {
        let what = format!(
            "amount: must be more than 0 and at most {open} (redeemed and not refunded), but it is {amount}"
        );
        return Err(ControlError::new(what));
    }
    let Some(used) = voucher.bills.iter().rfind(|bill| bill.kind == Kind::Use) else {
        return Err(ControlError::new(format!("{voucher_id}: nothing was redeemed")));
    };
    let entry = Entry {
        kind: Kind::Refund,
        trade_no: used.trade_no.clone(),
        amount,
        partner_id: used.partner_id.clone(),
        partner_name: used.partner_name.clone(),
        at: now,
    };
    let trade_no = entry.trade_no.clone();
    voucher.bills.push(entry);
    Ok(Bill::new(trade_no, amount, now, voucher.available()))
}

/// The link that the use button of a voucher opens.
pub(crate) fn use_link(context: &Context<'_>, voucher_id: &str) -> Result<String, ControlError> {
    let cash = &context.state.cash;
    let voucher = cash.vouchers.get(voucher_id).ok_or_else(|| unknown(voucher_id))?;
    let template = cash.templates.get(&voucher.template_id).ok_or_else(|| unknown(voucher_id))?;
    let mode = template.use_mode.as_ref().ok_or_else(|| {
        ControlError::new(format!(
            "{voucher_id}: its template has no use button; create one with extension_info {{\"useMode\":\"H5\",\"useModeData\":{{\"url\":...}}}}"
        ))
    })?;
    let seal = context.state.seal(context.settings, mode.keys(), template.by_certificate);
    mode.link(&voucher.id, &voucher.user_id, seal.key).map_err(|error| ControlError::new(error.to_string()))
}

fn unknown(voucher_id: &str) -> ControlError {
    ControlError::new(format!("{voucher_id}: there is no such voucher; GET /control/state lists them"))
}
