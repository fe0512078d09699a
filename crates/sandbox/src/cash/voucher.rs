//! A voucher in the hands of a user: what is left of it, and what happened to it.

use alipay_core::{DateTime, Money};
use serde_json::{Value, json};

#[derive(Debug)]
pub(crate) struct Voucher {
    pub(super) id: String,
    pub(super) template_id: String,
    pub(super) name: &'static str,
    pub(super) user_id: String,
    pub(super) open_id: Option<String>,
    pub(super) sent: DateTime,
    pub(super) active: DateTime,
    pub(super) expires: DateTime,
    pub(super) face: Money,
    pub(super) bills: Vec<Entry>,
}

/// One bill entry.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) kind: Kind,
    pub(super) trade_no: String,
    pub(super) amount: Money,
    pub(super) partner_id: String,
    pub(super) partner_name: String,
    pub(super) at: DateTime,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Kind {
    Use,
    Refund,
}

/// A redemption or refund, as the one who caused it sees it.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Bill {
    /// Alipay's number of the transaction.
    pub trade_no: String,
    /// What was redeemed or given back.
    pub amount: Money,
    /// When, by the clock of the sandbox.
    pub at: DateTime,
    /// What is left on the voucher.
    pub available: Money,
}

impl Bill {
    pub(crate) fn new(trade_no: String, amount: Money, at: DateTime, available: Money) -> Self {
        Self { trade_no, amount, at, available }
    }
}

/// The sum of amounts. Those of vouchers lie within the total of their template, so that it always fits.
pub(super) fn total(amounts: impl Iterator<Item = Money>) -> Money {
    amounts.sum::<Option<Money>>().unwrap_or(Money::from_fen(i64::MAX))
}

impl Voucher {
    pub(super) fn sum(&self, kind: Kind) -> Money {
        total(self.bills.iter().filter(|bill| bill.kind == kind).map(|bill| bill.amount))
    }

    /// What is left. A refund goes back to the payer, not onto the voucher.
    pub(super) fn available(&self) -> Money {
        self.face.checked_sub(self.sum(Kind::Use)).unwrap_or_default()
    }

    pub(super) fn status(&self, now: DateTime) -> &'static str {
        let used_up = self.available() <= Money::ZERO;
        if used_up && self.sum(Kind::Refund) == self.sum(Kind::Use) {
            "REFUNDED"
        } else if used_up {
            "USED"
        } else if now > self.expires {
            "EXPIRED"
        } else if now < self.active {
            "UNACTIVE"
        } else {
            "ENABLED"
        }
    }

    /// What went back to the payer: refunds, and what was left when it expired.
    pub(super) fn recycled(&self, now: DateTime) -> Money {
        let left = if now > self.expires { self.available() } else { Money::ZERO };
        self.sum(Kind::Refund).checked_add(left).unwrap_or(left)
    }

    pub(super) fn overview(&self, now: DateTime) -> Value {
        json!({
            "voucher_id": self.id,
            "template_id": self.template_id,
            "user_id": self.user_id,
            "status": self.status(now),
            "total_amount": self.face.to_string(),
            "available_amount": self.available().to_string(),
            "gmt_expired": self.expires.to_string(),
        })
    }
}
