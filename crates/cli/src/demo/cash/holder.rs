//! The voucher in the hands of its holder: received, used, given back.

use alipay_api::Money;
use alipay_api::models::v2::marketing::{
    CashVoucherRedeemed, VoucherBillDetail, VoucherBillType, VoucherListQueryRequest, VoucherQueryRequest,
    VoucherSendRequest, VoucherStatus,
};
use alipay_api::sign::h5::{self, UseModeLink};

use super::{FACE, USER};
use crate::demo::stage::Life;
use crate::demo::step::{Stopped, Unmet, equal, given, holds};

const VOUCHER: [&str; 4] = ["status", "total_amount", "available_amount", "gmt_expired"];

/// Sends a voucher, twice under the same number, and finds it again.
pub(super) async fn send(life: &mut Life<'_>, template_id: &str) -> Result<String, Stopped> {
    let request = VoucherSendRequest::new(template_id, life.out_biz_no("send")).user_id(USER).memo("demo");
    let voucher_id = life
        .step("cash.send", "A voucher is sent to a user", async |step| {
            let sent = ["template_id", "user_id", "out_biz_no"];
            let answer = step.call(&request, &sent, &["voucher_id", "user_id"]).await?.value;
            equal("user_id", answer.user_id.as_deref(), Some(USER))?;
            given("voucher_id", answer.voucher_id)
        })
        .await?;
    life.step("cash.send-again", "The same number is the same voucher", async |step| {
        let answer = step.call(&request, &["out_biz_no"], &["voucher_id"]).await?.value;
        equal("voucher_id", answer.voucher_id.as_deref(), Some(voucher_id.as_str()))
    })
    .await?;
    life.step("cash.enabled", "The voucher can be used", async |step| {
        let request = VoucherQueryRequest::new(&voucher_id);
        let voucher = step.call(&request, &["voucher_id"], &VOUCHER).await?.value;
        equal("status", voucher.status, Some(VoucherStatus::Enabled))?;
        equal("available_amount", voucher.available_amount, Some(FACE))?;
        equal("template_id", voucher.template_id.as_deref(), Some(template_id))
    })
    .await?;
    life.step("cash.list", "It is in the list of the user", async |step| {
        let request = VoucherListQueryRequest::new(template_id).user_id(USER);
        let vouchers = step
            .call(&request, &["template_id", "user_id"], &["vouchers.0.voucher_id", "vouchers.0.status"])
            .await?
            .value
            .vouchers;
        let ids: Vec<_> =
            vouchers.unwrap_or_default().into_iter().filter_map(|voucher| voucher.voucher_id).collect();
        equal("vouchers", ids, vec![voucher_id.clone()])
    })
    .await?;
    Ok(voucher_id)
}

/// The holder opens the merchant's page, then pays an order with the voucher.
pub(super) async fn use_up(life: &mut Life<'_>, template_id: &str, voucher_id: &str) -> Result<(), Stopped> {
    let stage = life.stage;
    life.step("cash.use-link", "The use button opens a signed link", async |step| {
        step.act("H5 link of the phone");
        let url = stage.control.use_link(voucher_id)?;
        // The template says RSA2, whatever was agreed on for calls.
        let key = &stage.sandbox.rest_alipay_public_key();
        let link =
            h5::verify(&url, &UseModeLink::new(), key).map_err(|error| Unmet::new(error.to_string()))?;
        step.answered("url", url.as_str());
        step.answered("signed", link.is_signed());
        holds("the link is signed", link.is_signed())?;
        equal("userId", link.user_id.as_deref(), Some(USER))?;
        equal("voucherId", link.voucher_id.as_deref(), Some(voucher_id))?;
        let forged = url.replace(USER, "2088302001456116");
        holds("a link with another user is refused", h5::verify(&forged, &UseModeLink::new(), key).is_err())
    })
    .await?;
    let trade_no = life
        .step("cash.redeem", "The holder pays an order with it", async |step| {
            step.act("in the holder's phone");
            let order = Money::from_fen(5_880);
            step.sent("amount", FACE.to_string());
            step.sent("order_amount", order.to_string());
            let bill = stage.control.redeem(voucher_id, FACE, Some(order))?;
            step.answered("trade_no", bill.trade_no.as_str());
            step.answered("available", bill.available.to_string());
            equal("the rest of the voucher", bill.available, Money::ZERO)?;
            Ok(bill.trade_no)
        })
        .await?;
    life.step("cash.notified", "The redemption is notified and verified", async |step| {
        step.act("notification to notify_uri");
        let found = stage.inbox.wait_for(|message| message.get("voucher_id") == Some(voucher_id)).await;
        let message = found.map_err(Unmet::new)?;
        let redeemed: CashVoucherRedeemed = message.read();
        step.answered("voucher_id", voucher_id);
        step.answered("flux_amount", message.get("flux_amount").unwrap_or_default());
        step.answered("partner_name", message.get("partner_name").unwrap_or_default());
        equal("flux_amount", redeemed.flux_amount, Some(FACE))?;
        equal("alipay_biz_no", redeemed.alipay_biz_no.as_deref(), Some(trade_no.as_str()))?;
        equal("partner_name", redeemed.partner_name.as_deref(), Some("春熙路面馆"))?;
        given("notify_id", message.notify_id()).map(drop)
    })
    .await?;
    life.step("cash.used", "The voucher is used, with a bill entry", async |step| {
        let request = VoucherQueryRequest::new(voucher_id);
        let answered = ["status", "available_amount", "bill_details.0.biz_type", "bill_details.0.amount"];
        let voucher = step.call(&request, &["voucher_id"], &answered).await?.value;
        equal("status", voucher.status, Some(VoucherStatus::Used))?;
        equal("available_amount", voucher.available_amount, Some(Money::ZERO))?;
        equal("template_id", voucher.template_id.as_deref(), Some(template_id))?;
        has_entry(voucher.bill_details, &VoucherBillType::Use)
    })
    .await
}

/// The order is refunded.
pub(super) async fn refund(life: &mut Life<'_>, voucher_id: &str) -> Result<(), Stopped> {
    let stage = life.stage;
    life.step("cash.refund", "The order is refunded", async |step| {
        step.act("at the merchant's counter");
        step.sent("amount", FACE.to_string());
        let bill = stage.control.refund(voucher_id, FACE)?;
        step.answered("trade_no", bill.trade_no.as_str());
        equal("amount", bill.amount, FACE)
    })
    .await?;
    life.step("cash.refunded", "The refund has a bill entry too", async |step| {
        let request = VoucherQueryRequest::new(voucher_id);
        let answered = ["status", "bill_details.1.biz_type", "bill_details.1.amount"];
        let voucher = step.call(&request, &["voucher_id"], &answered).await?.value;
        equal("status", voucher.status, Some(VoucherStatus::Refunded))?;
        has_entry(voucher.bill_details, &VoucherBillType::Refund)
    })
    .await
}

/// An entry of this kind over the whole voucher.
fn has_entry(bills: Option<Vec<VoucherBillDetail>>, kind: &VoucherBillType) -> Result<(), Unmet> {
    let bills = bills.unwrap_or_default();
    let fits = |bill: &VoucherBillDetail| bill.biz_type.as_ref() == Some(kind) && bill.amount == Some(FACE);
    holds(&format!("there is a bill entry {kind} of {FACE}"), bills.iter().any(fits))
}
