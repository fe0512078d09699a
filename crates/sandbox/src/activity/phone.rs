//! What payers and users do: top up a budget, redeem a voucher, get a refund.

use alipay_core::Money;

use super::{Unpaid, Voucher};
use crate::cash::Bill;
use crate::error::ControlError;
use crate::state::Context;

/// Pays what publishing or appending asked for.
pub(crate) fn pay(context: &mut Context<'_>, activity_id: &str) -> Result<(), ControlError> {
    let activity = context.state.activities.activity_mut(activity_id);
    let activity = activity.map_err(|refusal| ControlError::new(refusal.message()))?;
    if activity.stopped {
        return Err(ControlError::new(format!("{activity_id}: the activity was stopped")));
    }
    let unpaid = std::mem::take(&mut activity.unpaid);
    if unpaid.is_empty() {
        return Err(ControlError::new(format!(
            "{activity_id}: there is nothing to pay; only publishing and appending of a pre-funded activity (budget_type other than NO_CASH) asks for money"
        )));
    }
    for item in &unpaid {
        match item {
            Unpaid::Activation => activity.active = true,
            Unpaid::Addition(quantity) => {
                activity.config.set_quantity(activity.config.quantity().max(*quantity))
            }
        }
    }
    for item in unpaid {
        let topic = if item == Unpaid::Activation { "created" } else { "appended" };
        context.tell(topic, activity_id, Vec::new());
    }
    Ok(())
}

/// Spends a voucher. It is used up, whatever the amount.
pub(crate) fn redeem(
    context: &mut Context<'_>,
    voucher_id: &str,
    amount: Money,
) -> Result<Bill, ControlError> {
    let now = context.now;
    let trade_no = context.id("200411021802");
    let activities = &mut context.state.activities;
    let voucher = voucher(&mut activities.vouchers, voucher_id)?;
    let activity = activities.activities.get(&voucher.activity_id);
    let expiry = activity.and_then(|activity| activity.config.expiry(voucher.received));
    if let Some(expiry) = expiry.filter(|expiry| now > *expiry) {
        return Err(ControlError::new(format!("{voucher_id}: it expired at {expiry}")));
    }
    if voucher.trade_no.is_some() {
        return Err(ControlError::new(format!("{voucher_id}: it was already redeemed")));
    }
    if amount <= Money::ZERO {
        return Err(ControlError::new(format!("amount: must be more than 0, but it is {amount}")));
    }
    voucher.used = amount;
    voucher.trade_no = Some(trade_no.clone());
    Ok(Bill::new(trade_no, amount, now, Money::ZERO))
}

/// Gives back what an order with this voucher cost.
pub(crate) fn refund(
    context: &mut Context<'_>,
    voucher_id: &str,
    amount: Money,
) -> Result<Bill, ControlError> {
    let now = context.now;
    let voucher = voucher(&mut context.state.activities.vouchers, voucher_id)?;
    let open = voucher.used.checked_sub(voucher.refunded).unwrap_or_default();
    let Some(trade_no) = voucher.trade_no.clone().filter(|_| amount > Money::ZERO && amount <= open) else {
        let what = format!(
            "amount: must be more than 0 and at most {open} (redeemed and not refunded), but it is {amount}"
        );
        return Err(ControlError::new(what));
    };
    voucher.refunded = voucher.refunded.checked_add(amount).unwrap_or(voucher.used);
    Ok(Bill::new(trade_no, amount, now, Money::ZERO))
}

fn voucher<'a>(
    vouchers: &'a mut std::collections::BTreeMap<String, Voucher>,
    voucher_id: &str,
) -> Result<&'a mut Voucher, ControlError> {
    vouchers.get_mut(voucher_id).ok_or_else(|| {
        ControlError::new(format!("{voucher_id}: there is no such voucher; GET /control/state lists them"))
    })
}
