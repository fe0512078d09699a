//! A template of cash vouchers and its states: draft, active, deleted, expired.

use std::collections::HashMap;

use alipay_core::{DateTime, Money};
use alipay_sign::Charset;
use serde_json::{Value, json};

use super::code;
use super::period::Period;
use super::use_mode::UseMode;
use crate::reply::{Fields, Refusal};

#[derive(Debug)]
pub(crate) struct Template {
    pub(super) id: String,
    pub(super) fund_order_no: String,
    pub(super) voucher_type: String,
    pub(super) name: &'static str,
    pub(super) brand_name: Option<String>,
    pub(super) slogan: Option<String>,
    pub(super) publish_start: DateTime,
    pub(super) publish_end: DateTime,
    pub(super) period: Period,
    /// The period as the merchant wrote it.
    pub(super) period_text: String,
    pub(super) floor_amount: Option<Money>,
    pub(super) description: String,
    pub(super) amount: Money,
    pub(super) quantity: i64,
    pub(super) total: Money,
    pub(super) redirect_uri: Option<String>,
    pub(super) notify_uri: Option<String>,
    /// Charset of the request that created it: notifications use the same.
    pub(super) charset: Charset,
    /// Whether notifications name a certificate.
    pub(super) by_certificate: bool,
    /// Merchants that may redeem.
    pub(super) redeemers: Vec<String>,
    pub(super) use_mode: Option<UseMode>,
    pub(super) created: DateTime,
    pub(super) activated: Option<DateTime>,
    pub(super) deleted: bool,
    /// Status answered, by the `out_biz_no` of a modification.
    pub(super) modifications: HashMap<String, &'static str>,
    /// Request and voucher, by the `out_biz_no` of a sending.
    pub(super) sends: HashMap<String, (Fields, String)>,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Status {
    Draft,
    Active,
    Deleted,
    Expired,
}

impl Status {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "I",
            Self::Active => "S",
            Self::Deleted => "D",
            Self::Expired => "E",
        }
    }
}

impl Template {
    pub(super) fn status(&self, now: DateTime) -> Status {
        match (self.deleted, self.activated) {
            (true, _) => Status::Deleted,
            (false, None) => Status::Draft,
            (false, Some(_)) if now > self.publish_end => Status::Expired,
            (false, Some(_)) => Status::Active,
        }
    }

    /// Whether a voucher may be sent now, its budget aside.
    pub(super) fn may_send(&self, now: DateTime) -> Result<(), Refusal> {
        match self.status(now) {
            Status::Draft => {
                Err(Refusal::business(code::TEMPLATE_NOT_ACTIVE, "券模板未激活, 请先支付模板资金"))
            }
            Status::Deleted => Err(Refusal::business(code::TEMPLATE_DELETED, "券模板已删除")),
            Status::Expired => {
                let what = format!("券模板已过期, 发放结束时间是 {}", self.publish_end);
                Err(Refusal::business(code::TEMPLATE_EXPIRED, what))
            }
            Status::Active if now < self.publish_start => {
                let what = format!("未到发放开始时间 {}", self.publish_start);
                Err(Refusal::business(code::TEMPLATE_NOT_START, what))
            }
            Status::Active => Ok(()),
        }
    }

    pub(super) fn overview(&self, now: DateTime) -> Value {
        json!({
            "template_id": self.id,
            "status": self.status(now).as_str(),
            "amount": self.amount.to_string(),
            "voucher_quantity": self.quantity,
            "publish_count": self.sends.len(),
            "publish_start_time": self.publish_start.to_string(),
            "publish_end_time": self.publish_end.to_string(),
            "notify_uri": self.notify_uri,
            "slogan": self.slogan,
        })
    }
}

/// The rules between the two ends of the time of sending (after, at most 90 days), for a draft that is changed in
/// part.
pub(super) fn check_window(start: DateTime, end: DateTime) -> Result<(), Refusal> {
    if end <= start {
        let what =
            format!("publish_end_time: must be later than publish_start_time ({start}), but it is {end}");
        return Err(Refusal::Parameter(what));
    }
    if start.plus_days(90).is_some_and(|limit| end > limit) {
        let what = format!(
            "publish_end_time: must be at most 90 days after publish_start_time ({start}), but it is {end}"
        );
        return Err(Refusal::Parameter(what));
    }
    Ok(())
}
