//! Amounts of money, in whole fen.

use std::borrow::Cow;
use std::fmt;
use std::iter::Sum;
use std::str::FromStr;

use crate::decimal::Decimal;
use crate::model::Text;

/// An amount of yuan (CNY), kept as whole fen; never a float.
///
/// On the wire it is text in yuan with two fraction digits, `"8.80"`. Reading accepts what the gateway and the
/// official SDKs write: `"8.8"`, `"8"`, the JSON number `8.8`. More than two digits after the point are accepted
/// only when they are zeros.
///
/// ```
/// use alipay_core::Money;
///
/// let face_value: Money = "8.8".parse()?;
/// assert_eq!(face_value, Money::from_fen(880));
/// assert_eq!(face_value.to_string(), "8.80");
/// assert_eq!(face_value.checked_mul(1_000_000), Some(Money::from_yuan(8_800_000)));
/// # Ok::<(), alipay_core::MoneyError>(())
/// ```
#[derive(Clone, Copy, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Money {
    fen: i64,
}

impl Money {
    /// Nothing.
    pub const ZERO: Self = Self { fen: 0 };

    /// So many fen.
    #[must_use]
    pub const fn from_fen(fen: i64) -> Self {
        Self { fen }
    }

    /// So many whole yuan. The type of `yuan` is chosen so that any of them fits; for larger amounts see
    /// [`Money::from_fen`].
    #[must_use]
    pub const fn from_yuan(yuan: i32) -> Self {
        Self { fen: yuan as i64 * 100 }
    }

    /// The amount in fen.
    #[must_use]
    pub const fn fen(self) -> i64 {
        self.fen
    }

    /// Sum, unless it is too large.
    #[must_use]
    pub fn checked_add(self, other: Self) -> Option<Self> {
        self.fen.checked_add(other.fen).map(Self::from_fen)
    }

    /// Difference, unless it is too large.
    #[must_use]
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        self.fen.checked_sub(other.fen).map(Self::from_fen)
    }

    /// The amount with the other sign, unless it is too large.
    #[must_use]
    pub fn checked_neg(self) -> Option<Self> {
        self.fen.checked_neg().map(Self::from_fen)
    }

    /// So many times the amount, unless it is too large.
    #[must_use]
    pub fn checked_mul(self, times: i64) -> Option<Self> {
        self.fen.checked_mul(times).map(Self::from_fen)
    }
}

impl FromStr for Money {
    type Err = MoneyError;

    fn from_str(text: &str) -> Result<Self, MoneyError> {
        let fen = text.parse::<Decimal>().ok().and_then(|yuan| yuan.to_scaled(2));
        fen.map(Self::from_fen).ok_or_else(|| MoneyError { seen: text.chars().take(40).collect() })
    }
}

impl fmt::Display for Money {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let fen = self.fen.unsigned_abs();
        let sign = if self.fen < 0 { "-" } else { "" };
        formatter.pad(&format!("{sign}{}.{:02}", fen / 100, fen % 100))
    }
}

impl fmt::Debug for Money {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{self}")
    }
}

/// `None` where the sum is too large, as of [`Money::checked_add`].
///
/// ```
/// use alipay_core::Money;
///
/// let amounts = [Money::from_fen(880), Money::from_yuan(1)];
/// assert_eq!(amounts.into_iter().sum::<Option<Money>>(), Some(Money::from_fen(980)));
/// ```
impl Sum<Money> for Option<Money> {
    fn sum<I: Iterator<Item = Money>>(mut amounts: I) -> Self {
        amounts.try_fold(Money::ZERO, Money::checked_add)
    }
}

impl Text for Money {
    fn from_text(text: &str) -> Option<Self> {
        text.parse().ok()
    }

    fn to_text(&self) -> Cow<'_, str> {
        Cow::Owned(self.to_string())
    }
}

crate::text_wire!(Money);

/// A text that is no amount in yuan.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct MoneyError {
    seen: String,
}

impl fmt::Display for MoneyError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "{:?} is no amount in yuan: write it like 8.80, with two fraction digits at the most",
            self.seen
        )
    }
}

impl std::error::Error for MoneyError {}
