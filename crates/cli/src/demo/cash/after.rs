//! What else a merchant does with templates: spends a budget, changes, lists and deletes; and asks who he is.

use alipay_api::models::v2::ant_merchant::ExpandMerchantStorelistQueryRequest;
use alipay_api::models::v2::marketing::{
    CashvoucherTemplateModifyRequest, TemplateStatus, UserulePidQueryRequest, VoucherSendRequest,
    VoucherTemplateDeleteRequest, VoucherTemplatedetailQueryRequest, VoucherTemplatelistQueryRequest,
};
use alipay_sandbox::PID;

use super::before::{Template, creation};
use crate::demo::stage::Life;
use crate::demo::step::{Stopped, equal, given, holds};

/// Another user.
const OTHER: &str = "2088302001456116";

/// The last voucher goes out; one more is refused.
pub(super) async fn spend_budget(life: &mut Life<'_>, template_id: &str) -> Result<(), Stopped> {
    let last = VoucherSendRequest::new(template_id, life.out_biz_no("last")).user_id(OTHER);
    life.step("cash.send-last", "The last voucher goes to another user", async |step| {
        let answer = step.call(&last, &["user_id", "out_biz_no"], &["voucher_id"]).await?.value;
        given("voucher_id", answer.voucher_id).map(drop)
    })
    .await?;
    let more = VoucherSendRequest::new(template_id, life.out_biz_no("more")).user_id(OTHER);
    life.step("cash.send-too-many", "A spent budget sends nothing", async |step| {
        step.refused(&more, &["user_id", "out_biz_no"], "BUDGET_NOT_ENOUGH").await
    })
    .await
}

/// Of an active template only the end changes.
pub(super) async fn change(life: &mut Life<'_>, template: &Template) -> Result<(), Stopped> {
    let out_biz_no = life.out_biz_no("modify");
    life.step("cash.modify", "Sending is to end later", async |step| {
        let end = given("a later day", template.publish_end.plus_days(10))?;
        let request =
            CashvoucherTemplateModifyRequest::new(&template.template_id, &out_biz_no).publish_end_time(end);
        let status =
            step.call(&request, &["template_id", "publish_end_time"], &["status"]).await?.value.status;
        equal("status", status, Some(TemplateStatus::Active))?;
        let detail = VoucherTemplatedetailQueryRequest::new(&template.template_id);
        let answered = ["publish_end_time", "publish_count", "used_count"];
        let detail = step.call(&detail, &[], &answered).await?.value;
        equal("publish_end_time", detail.publish_end_time, Some(end))?;
        equal("publish_count", detail.publish_count, Some(super::QUANTITY))
    })
    .await?;
    life.step("cash.delete-active", "An active template cannot be deleted", async |step| {
        let request = VoucherTemplateDeleteRequest::new(&template.template_id);
        step.refused(&request, &["template_id"], "TEMPLATE_STATUS_INVALID").await
    })
    .await
}

/// A second template, all templates, and the merchant himself.
pub(super) async fn look_around(life: &mut Life<'_>, template_id: &str) -> Result<(), Stopped> {
    let stage = life.stage;
    let out_biz_no = life.out_biz_no("second");
    let second = life
        .step("cash.create-second", "A second template is drafted", async |step| {
            let (request, _) = creation(stage, &out_biz_no)?;
            let answer = step.call(&request, &["out_biz_no"], &["template_id"]).await?.value;
            given("template_id", answer.template_id)
        })
        .await?;
    life.step("cash.template-list", "Both are listed, page by page", async |step| {
        let request = VoucherTemplatelistQueryRequest::default().page_num(1).page_size(1);
        let pages = step.pages(request, &["page_num", "page_size"]).await?;
        holds("there are at least two pages", pages.len() >= 2)?;
        let ids: Vec<_> = pages.into_iter().flatten().filter_map(|item| item.template_id).collect();
        holds("the first template is listed once", ids.iter().filter(|id| *id == template_id).count() == 1)?;
        holds("the second template is listed once", ids.iter().filter(|id| **id == second).count() == 1)
    })
    .await?;
    life.step("cash.delete", "The draft is deleted", async |step| {
        step.call(&VoucherTemplateDeleteRequest::new(&second), &["template_id"], &["code"]).await?;
        let detail = VoucherTemplatedetailQueryRequest::new(&second);
        let status = step.call(&detail, &["template_id"], &["status"]).await?.value.status;
        equal("status", status, Some(TemplateStatus::Deleted))
    })
    .await?;
    life.step("cash.stores", "The stores of the merchant, page by page", async |step| {
        let request = ExpandMerchantStorelistQueryRequest::default().pid(PID).page_num(1).page_size(20);
        let pages = step.pages(request, &["pid", "page_num", "page_size"]).await?;
        holds("there are at least two pages", pages.len() >= 2)?;
        holds("no page but the last is short", pages.iter().rev().skip(1).all(|page| page.len() == 20))
    })
    .await?;
    life.step("cash.pids", "The partner ids that may redeem", async |step| {
        let pids = step.call(&UserulePidQueryRequest::new(PID), &["pid"], &["pids"]).await?.value.pids;
        holds("the merchant is among them", pids.is_some_and(|pids| pids.iter().any(|pid| pid == PID)))
    })
    .await
}
