//! What an activity was created with, in either of the two forms that the interface knows.

use alipay_core::DateTime;
use serde_json::Value;

use super::invalid;
use crate::fields::text;
use crate::reply::{Fields, Refusal};

/// Longest time of granting.
const MAX_DAYS: i64 = 180;

/// The most vouchers of one activity.
pub(super) const MAX_QUANTITY: i64 = 99_999_999;

/// A configuration that was checked: window and quantity are there.
#[derive(Clone, Debug)]
pub(super) struct Config {
    members: Value,
    form: Form,
    start: DateTime,
    end: DateTime,
    quantity: i64,
}

/// Where the older and the newer form keep the same things.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Form {
    Old,
    New,
}

/// How many vouchers one user may receive in which period.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Limit {
    pub(super) count: i64,
    pub(super) period: Period,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Period {
    Day,
    Week,
    Month,
    LifeCycle,
}

const NEW: &str = "/voucher_send_mode_info/voucher_send_rule_info";

impl Form {
    fn start(self) -> String {
        match self {
            Self::Old => "/publish_start_time".to_owned(),
            Self::New => format!("{NEW}/publish_start_time"),
        }
    }

    fn end(self) -> String {
        match self {
            Self::Old => "/publish_end_time".to_owned(),
            Self::New => format!("{NEW}/publish_end_time"),
        }
    }

    fn quantity(self) -> String {
        match self {
            Self::Old => "/voucher_send_rule/voucher_quantity".to_owned(),
            Self::New => format!("{NEW}/quantity"),
        }
    }

    fn by_day(self) -> String {
        match self {
            Self::Old => "/voucher_send_rule/max_quantity_by_day".to_owned(),
            Self::New => format!("{NEW}/max_quantity_by_day"),
        }
    }

    fn per_user(self) -> String {
        match self {
            Self::Old => "/voucher_send_rule/voucher_quantity_limit_per_user".to_owned(),
            Self::New => format!("{NEW}/quantity_limit_per_user"),
        }
    }
}

impl Config {
    /// Reads the fields of a creation.
    pub(super) fn read(fields: &Fields) -> Result<Self, Refusal> {
        let members: Fields = fields
            .iter()
            .filter(|(name, _)| !matches!(name.as_str(), "out_biz_no" | "merchant_access_mode"))
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect();
        Self::check(Value::Object(members))
    }

    fn check(members: Value) -> Result<Self, Refusal> {
        let form = if members.pointer(NEW).is_some() { Form::New } else { Form::Old };
        let missing = |pointer: String| invalid(format!("{} 不能为空", dotted(&pointer)));
        let time = |pointer: String| -> Result<DateTime, Refusal> {
            let found = members.pointer(&pointer).and_then(text).and_then(|text| text.parse().ok());
            found.ok_or_else(|| missing(pointer))
        };
        let (start, end) = (time(form.start())?, time(form.end())?);
        let quantity =
            members.pointer(&form.quantity()).and_then(int).ok_or_else(|| missing(form.quantity()))?;
        if end <= start || start.plus_days(MAX_DAYS).is_some_and(|limit| end > limit) {
            let what =
                format!("publish_end_time 必须晚于 publish_start_time ({start}), 且跨度不超过{MAX_DAYS}天");
            return Err(invalid(what));
        }
        if !(1..=MAX_QUANTITY).contains(&quantity) {
            return Err(invalid(format!("{} 必须在1到{MAX_QUANTITY}之间", dotted(&form.quantity()))));
        }
        Ok(Self { members, form, start, end, quantity })
    }

    pub(super) fn publish_start(&self) -> DateTime {
        self.start
    }

    pub(super) fn publish_end(&self) -> DateTime {
        self.end
    }

    pub(super) fn quantity(&self) -> i64 {
        self.quantity
    }

    pub(super) fn set_quantity(&mut self, quantity: i64) {
        self.quantity = quantity;
        if let Some(member) = self.members.pointer_mut(&self.form.quantity()) {
            *member = quantity.into();
        }
    }

    /// The same with other members, if those hold together.
    pub(super) fn with_members(&self, members: Value) -> Result<Self, Refusal> {
        Self::check(members)
    }

    pub(super) fn members(&self) -> &Value {
        &self.members
    }

    pub(super) fn is_new_form(&self) -> bool {
        self.form == Form::New
    }

    /// The most on one day, where there is such a rule.
    pub(super) fn most_by_day(&self) -> Option<i64> {
        self.number(&self.form.by_day())
    }

    pub(super) fn limits(&self) -> Vec<Limit> {
        let pointer = self.form.per_user();
        let period = self.members.pointer(&format!("{pointer}_period_type")).and_then(text);
        let period = match period.as_deref() {
            Some("DAY") => Period::Day,
            Some("WEEK") => Period::Week,
            Some("MONTH") => Period::Month,
            _ => Period::LifeCycle,
        };
        let general = self.number(&pointer).map(|count| Limit { count, period });
        let others = [("day", Period::Day), ("week", Period::Week), ("month", Period::Month)];
        let others = others.into_iter().filter_map(|(name, period)| {
            let count = self.number(&format!("{NEW}/quantity_{name}_limit_per_user"))?;
            Some(Limit { count, period })
        });
        general.into_iter().chain(others).collect()
    }

    /// Whether the merchant pays the budget beforehand.
    pub(super) fn is_pre_funded(&self) -> bool {
        let types = ["/voucher_budget_info/budget_type", "/voucher_budget_supply_info/budget_type"];
        types
            .iter()
            .filter_map(|pointer| self.members.pointer(pointer).and_then(text))
            .any(|kind| kind != "NO_CASH")
    }

    /// Until when a voucher that was received at `received` can be used; `None` where nothing is said.
    pub(super) fn expiry(&self, received: DateTime) -> Option<DateTime> {
        let first = |pointers: [&str; 2]| {
            pointers.iter().find_map(|pointer| self.members.pointer(pointer)).and_then(text)
        };
        let end = first([
            "/voucher_use_rule/voucher_valid_period/valid_end_time",
            "/voucher_use_rule_info/voucher_use_time_info/absolute_period_info/valid_end_time",
        ]);
        if let Some(end) = end.and_then(|end| end.parse().ok()) {
            return Some(end);
        }
        let days = first([
            "/voucher_use_rule/voucher_valid_period/valid_days_after_receive",
            "/voucher_use_rule_info/voucher_use_time_info/relative_period_info/valid_days_after_receive",
        ]);
        let wait = first([
            "/voucher_use_rule/voucher_valid_period/wait_days_after_receive",
            "/voucher_use_rule_info/voucher_use_time_info/relative_period_info/wait_days_after_receive",
        ]);
        let days: i64 = days?.parse().ok()?;
        let wait = wait.and_then(|wait| wait.parse::<i64>().ok()).unwrap_or(0);
        received.plus_days(days.checked_add(wait)?)
    }

    /// A number that limits something: 0 is no limit.
    fn number(&self, pointer: &str) -> Option<i64> {
        self.members.pointer(pointer).and_then(int).filter(|number| *number > 0)
    }
}

fn int(value: &Value) -> Option<i64> {
    text(value)?.parse().ok()
}

fn dotted(pointer: &str) -> String {
    pointer.trim_start_matches('/').replace('/', ".")
}
