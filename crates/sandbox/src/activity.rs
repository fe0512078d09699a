//! Activity vouchers (v3): activities, the vouchers granted from them, and the messages about both.

mod config;
mod grant;
mod message;
mod phone;
mod settings;
mod widen;
mod write;

use std::collections::{BTreeMap, HashMap};

use alipay_core::{DateTime, Money};
use serde_json::{Value, json};

use self::config::Config;
pub(crate) use self::grant::{claim, send};
pub(crate) use self::phone::{pay, redeem, refund};
pub(crate) use self::settings::query;
pub(crate) use self::write::{append, create, modify, publish, stop};
use crate::fields::Read as _;
use crate::reply::{Fields, Refusal, Reply};

/// Activities and vouchers by id. Ids grow, so the order is that of creation.
#[derive(Debug, Default)]
pub(crate) struct Activities {
    activities: BTreeMap<String, Activity>,
    vouchers: BTreeMap<String, Voucher>,
    /// Request and answer, by the `out_biz_no` of a creation.
    creations: Done,
}

/// What was asked and answered, by `out_biz_no`.
type Done = HashMap<String, (Fields, Fields)>;

#[derive(Debug)]
struct Activity {
    id: String,
    config: Config,
    /// Whether messages about it name a certificate.
    by_certificate: bool,
    published: bool,
    active: bool,
    stopped: bool,
    /// What happens once the payer has topped up the budget.
    unpaid: Vec<Unpaid>,
    /// By operation.
    done: HashMap<&'static str, Done>,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Unpaid {
    Activation,
    /// The new total.
    Addition(i64),
}

#[derive(Debug)]
struct Voucher {
    id: String,
    activity_id: String,
    user_id: String,
    open_id: Option<String>,
    received: DateTime,
    trade_no: Option<String>,
    used: Money,
    refunded: Money,
    expiry_told: bool,
}

impl Activities {
    fn activity(&self, fields: &Fields) -> Result<&Activity, Refusal> {
        let id = fields.text("activity_id").unwrap_or_default();
        self.activities.get(&id).ok_or_else(|| unknown(&id))
    }

    fn activity_mut(&mut self, id: &str) -> Result<&mut Activity, Refusal> {
        self.activities.get_mut(id).ok_or_else(|| unknown(id))
    }

    fn granted<'a>(&'a self, activity_id: &'a str) -> impl Iterator<Item = &'a Voucher> {
        self.vouchers.values().filter(move |voucher| voucher.activity_id == activity_id)
    }

    pub(crate) fn has_voucher(&self, voucher_id: &str) -> bool {
        self.vouchers.contains_key(voucher_id)
    }

    /// Activities and vouchers in short, for people.
    pub(crate) fn overview(&self, now: DateTime) -> (Vec<Value>, Vec<Value>) {
        let activities = self.activities.values().map(|activity| {
            json!({
                "activity_id": activity.id,
                "status": activity.status(now),
                "voucher_quantity": activity.config.quantity(),
                "publish_count": self.granted(&activity.id).count(),
                "unpaid": !activity.unpaid.is_empty(),
            })
        });
        let vouchers = self.vouchers.values().map(|voucher| {
            json!({
                "voucher_id": voucher.id,
                "activity_id": voucher.activity_id,
                "user_id": voucher.user_id,
                "used": voucher.used > Money::ZERO,
            })
        });
        (activities.collect(), vouchers.collect())
    }
}

impl Activity {
    fn status(&self, now: DateTime) -> &'static str {
        if self.stopped || (self.active && now > self.config.publish_end()) {
            "FINISHED"
        } else if self.active {
            "ACTIVE"
        } else {
            "INIT"
        }
    }

    /// The earlier answer to this very request, or a refusal where only its number is the same.
    fn repeated(&self, operation: &str, fields: &Fields) -> Option<Reply> {
        self.done.get(operation).and_then(|done| repeated(done, fields))
    }

    fn remember(&mut self, operation: &'static str, fields: &Fields, answer: &Fields) {
        let out_biz_no = fields.text("out_biz_no").unwrap_or_default();
        self.done.entry(operation).or_default().insert(out_biz_no, (fields.clone(), answer.clone()));
    }
}

fn repeated(done: &Done, fields: &Fields) -> Option<Reply> {
    let out_biz_no = fields.text("out_biz_no")?;
    let (earlier, answer) = done.get(&out_biz_no)?;
    if earlier == fields {
        return Some(Ok(answer.clone()));
    }
    Some(Err(invalid(format!("out_biz_no {out_biz_no} 已用于其他参数的请求"))))
}

fn unknown(activity_id: &str) -> Refusal {
    invalid(format!("活动不存在: {}", activity_id.chars().take(64).collect::<String>()))
}

/// The documented code for parameters that the business cannot take.
fn invalid(message: impl Into<String>) -> Refusal {
    Refusal::business("INVALID_PARAMETER", message)
}
