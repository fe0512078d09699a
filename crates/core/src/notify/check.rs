//! Comparing a notification with what the merchant knows of the order.

use super::verify::shorten;
use super::{Notification, NotifyError};
use crate::money::Money;

/// What a notification must say. What is not set is not compared.
///
/// A notification that is signed by Alipay can still be for another seller, another order or another amount than the
/// one that the shop is about to deliver for.
///
/// ```
/// use alipay_core::{Expected, Money};
///
/// let expected = Expected::new()
///     .seller_id("2088202967380463")
///     .out_trade_no("order-1")
///     .total_amount("88.88".parse()?);
/// # let _ = expected;
/// # Ok::<(), alipay_core::MoneyError>(())
/// ```
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct Expected {
    fields: Vec<(&'static str, String)>,
    amounts: Vec<(&'static str, Money)>,
}

impl Expected {
    /// Nothing in particular.
    pub fn new() -> Self {
        Self::default()
    }

    /// Whose money it is: the partner id of the seller.
    pub fn seller_id(self, seller_id: impl Into<String>) -> Self {
        self.field("seller_id", seller_id)
    }

    /// For which merchant the ISV acts.
    pub fn auth_app_id(self, auth_app_id: impl Into<String>) -> Self {
        self.field("auth_app_id", auth_app_id)
    }

    /// The merchant's number of the order.
    pub fn out_trade_no(self, out_trade_no: impl Into<String>) -> Self {
        self.field("out_trade_no", out_trade_no)
    }

    /// What the order costs.
    pub fn total_amount(self, amount: Money) -> Self {
        self.amount("total_amount", amount)
    }

    /// Any other field, as text.
    pub fn field(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.fields.push((name, value.into()));
        self
    }

    /// Any other amount in yuan, compared by value: `8.8` is `8.80`.
    pub fn amount(mut self, name: &'static str, amount: Money) -> Self {
        self.amounts.push((name, amount));
        self
    }
}

impl Notification {
    /// Compares the notification with what is expected.
    ///
    /// # Errors
    /// The first field that says something else, or nothing. Do not deliver; look into it.
    pub fn check(&self, expected: &Expected) -> Result<(), NotifyError> {
        let mismatch = |field: &'static str, expected: String| {
            let seen =
                self.get(field).map_or_else(|| "nothing".to_owned(), |seen| format!("{:?}", shorten(seen)));
            Err(NotifyError::Mismatch { field, expected, seen })
        };
        for (name, value) in &expected.fields {
            if self.get(name) != Some(value) {
                return mismatch(name, format!("{value:?}"));
            }
        }
        for (name, amount) in &expected.amounts {
            if self.get(name).and_then(|text| text.parse().ok()) != Some(*amount) {
                return mismatch(name, amount.to_string());
            }
        }
        Ok(())
    }
}
