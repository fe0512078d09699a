//! Before the first voucher: the template is drafted, and its budget is paid.

use alipay_api::models::common::SignTypeName;
use alipay_api::models::v2::marketing::{
    CashvoucherTemplateCreateRequest, ExtensionInfo, RuleConf, TemplateStatus, UseMode, UseModeData,
    ValidPeriodType, ValidPeriodUnit, VoucherSendRequest, VoucherTemplatedetailQueryRequest, VoucherType,
    VoucherUseScene, VoucherValidPeriod,
};
use alipay_api::{DateTime, Money};

use super::{FACE, QUANTITY, USE_PAGE, USER};
use crate::demo::stage::{Life, Stage};
use crate::demo::step::{Stopped, Unmet, equal, given, holds};

/// A template that was drafted.
#[derive(Clone, Debug)]
pub(super) struct Template {
    pub(super) template_id: String,
    pub(super) publish_end: DateTime,
    confirm_uri: String,
}

/// Drafts a template, twice under the same number.
pub(super) async fn draft(life: &mut Life<'_>) -> Result<Template, Stopped> {
    let stage = life.stage;
    let out_biz_no = life.out_biz_no("create");
    let template = life
        .step("cash.create", "A template is drafted", async |step| {
            let (request, publish_end) = creation(stage, &out_biz_no)?;
            let sent = [
                "amount",
                "voucher_quantity",
                "brand_name",
                "publish_end_time",
                "voucher_valid_period",
                "out_biz_no",
            ];
            let answer = step.call(&request, &sent, &["template_id", "confirm_uri"]).await?.value;
            let confirm_uri = given("confirm_uri", answer.confirm_uri)?;
            holds(
                "confirm_uri is a page of the gateway",
                confirm_uri.starts_with(&stage.sandbox.endpoint_url()),
            )?;
            given("fund_order_no", answer.fund_order_no)?;
            Ok(Template { template_id: given("template_id", answer.template_id)?, publish_end, confirm_uri })
        })
        .await?;
    life.step("cash.create-again", "The same number is the same template", async |step| {
        let (request, _) = creation(stage, &out_biz_no)?;
        let answer = step.call(&request, &["out_biz_no"], &["template_id"]).await?.value;
        equal("template_id", answer.template_id.as_deref(), Some(template.template_id.as_str()))
    })
    .await?;
    let too_early = life.out_biz_no("too-early");
    life.step("cash.send-from-draft", "A draft sends nothing", async |step| {
        let detail = VoucherTemplatedetailQueryRequest::new(&template.template_id);
        let status = step.call(&detail, &["template_id"], &["status"]).await?.value.status;
        equal("status", status, Some(TemplateStatus::Draft))?;
        let request = VoucherSendRequest::new(&template.template_id, &too_early).user_id(USER);
        step.refused(&request, &["template_id", "user_id"], "TEMPLATE_NOT_ACTIVE").await
    })
    .await?;
    Ok(template)
}

/// Pays the budget, as the payer does in a browser.
pub(super) async fn pay(life: &mut Life<'_>, template: &Template) -> Result<(), Stopped> {
    life.step("cash.pay", "The payer pays the budget", async |step| step.open(&template.confirm_uri).await)
        .await?;
    life.step("cash.active", "The template is active", async |step| {
        let request = VoucherTemplatedetailQueryRequest::new(&template.template_id);
        let answered = ["status", "voucher_name", "amount", "total_amount", "publish_count"];
        let detail = step.call(&request, &["template_id"], &answered).await?.value;
        equal("status", detail.status, Some(TemplateStatus::Active))?;
        equal("total_amount", detail.total_amount, FACE.checked_mul(QUANTITY))?;
        equal("publish_count", detail.publish_count, Some(0))
    })
    .await
}

/// The request for a template that sends for 30 days, from now on. Its text is Chinese, so that the charset matters.
pub(super) fn creation(
    stage: &Stage,
    out_biz_no: &str,
) -> Result<(CashvoucherTemplateCreateRequest, DateTime), Unmet> {
    let now = stage.now();
    let publish_end = given("a day in 30 days", now.plus_days(30))?;
    let period = VoucherValidPeriod::new(ValidPeriodType::Relative).duration(7).unit(ValidPeriodUnit::Day);
    let page = UseModeData::new(USE_PAGE).sign_type(SignTypeName::Rsa2).tag("demo");
    let request = CashvoucherTemplateCreateRequest::new(
        VoucherType::FixVoucher,
        now,
        publish_end,
        period,
        out_biz_no,
        FACE,
        QUANTITY,
    )
    .voucher_use_scene(VoucherUseScene::AlipayCommon)
    .brand_name("春熙路面馆")
    .floor_amount(Money::from_yuan(50))
    .voucher_description([
        "1、本券不可兑换现金,不可找零。".to_owned(),
        "2、每个用户最多可以领取1张。".to_owned(),
    ])
    .rule_conf(RuleConf::default().pid([alipay_sandbox::PID.to_owned()]))
    .extension_info(ExtensionInfo::default().use_mode(UseMode::H5).use_mode_data(page))
    .notify_uri(stage.inbox.vouchers_url());
    Ok((request, publish_end))
}
