//! The configuration of the activity.

use alipay_api::models::v3::marketing::{
    ActivityVoucherCreateRequest, PaymentFixVoucher, PaymentVoucherAlipayBalanceRechargeInfo,
    PaymentVoucherAvailableMerchant, PaymentVoucherBudgetInfo, PaymentVoucherDisplayInfo,
    PaymentVoucherRechargeInfo, PaymentVoucherSendRule, PaymentVoucherUseRule, PaymentVoucherValidPeriod,
    ValidPeriodType,
};
use alipay_api::{DateTime, Money};

use super::QUANTITY;
use crate::demo::stage::Stage;
use crate::demo::step::{Unmet, given};

/// Days of granting.
const DAYS: i64 = 30;

/// An activity that grants for 30 days, from now on.
pub(super) fn creation(
    stage: &Stage,
    out_biz_no: &str,
) -> Result<(ActivityVoucherCreateRequest, DateTime), Unmet> {
    let publish_end = given("a day in 30 days", stage.now().plus_days(DAYS))?;
    Ok((creation_until(out_biz_no, publish_end)?, publish_end))
}

/// The same for a known end: a budget that is paid beforehand, 10 yuan off orders from 50, one voucher for each user.
pub(super) fn creation_until(
    out_biz_no: &str,
    publish_end: DateTime,
) -> Result<ActivityVoucherCreateRequest, Unmet> {
    let publish_start = given("a day 30 days before", publish_end.plus_days(-DAYS))?;
    let face = Money::from_yuan(10);
    let payer = PaymentVoucherAlipayBalanceRechargeInfo::default().user_id(alipay_sandbox::PID);
    let recharge = PaymentVoucherRechargeInfo::default()
        .recharge_type("ALIPAY_BALANCE")
        .alipay_balance_recharge_info(payer);
    let budget = given("a budget", face.checked_mul(QUANTITY))?;
    let merchants =
        PaymentVoucherAvailableMerchant::default().available_pids([alipay_sandbox::PID.to_owned()]);
    let period =
        PaymentVoucherValidPeriod::default().r#type(ValidPeriodType::Relative).valid_days_after_receive(7);
    Ok(ActivityVoucherCreateRequest::new(out_biz_no)
        .activity_name("新春支付券")
        .voucher_type("FIX_VOUCHER")
        .publish_start_time(publish_start)
        .publish_end_time(publish_end)
        .voucher_budget_info(
            PaymentVoucherBudgetInfo::default()
                .budget_type("ALIPAY_BALANCE")
                .amount(budget)
                .recharge_info(recharge),
        )
        .voucher_send_rule(
            PaymentVoucherSendRule::default().voucher_quantity(QUANTITY).voucher_quantity_limit_per_user(1),
        )
        .voucher_use_rule(
            PaymentVoucherUseRule::default()
                .fix_voucher(PaymentFixVoucher::default().amount(face).floor_amount(Money::from_yuan(50)))
                .available_merchant(merchants)
                .voucher_valid_period(period),
        )
        .voucher_display_info(
            PaymentVoucherDisplayInfo::default()
                .brand_name("春熙路面馆")
                .voucher_description("满50元减10元，每人限领一张。"),
        ))
}
