//! Exact decimal numbers, for values that are not money: discounts, rates, coordinates.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use crate::model::Text;

/// A decimal number that keeps its fraction digits: `"8.50"` stays `"8.50"`.
///
/// Digits that fit an `i64` (18 of any kind do), at most 18 of them behind the point, an optional sign, no exponent.
/// Numbers compare by value: `8.5 == 8.50`.
///
/// ```
/// use alipay_core::Decimal;
///
/// let discount: Decimal = "8.50".parse()?;
/// assert_eq!(discount.to_string(), "8.50");
/// assert!(discount < "9".parse()?);
/// # Ok::<(), alipay_core::DecimalError>(())
/// ```
#[derive(Clone, Copy, Default)]
pub struct Decimal {
    digits: i64,
    scale: u32,
}

/// Digits behind the point at the most. With as many, 1 is still an `i64`.
const MOST_SCALE: usize = 18;

impl Decimal {
    /// Digits after the point.
    #[must_use]
    pub fn scale(self) -> u32 {
        self.scale
    }

    /// The number times 10^`scale`, where that is whole and fits.
    #[must_use]
    pub fn to_scaled(self, scale: u32) -> Option<i64> {
        match scale.checked_sub(self.scale) {
            Some(more) => self.digits.checked_mul(10_i64.checked_pow(more)?),
            None => {
                let unit = 10_i64.checked_pow(self.scale - scale)?;
                (self.digits % unit == 0).then(|| self.digits / unit)
            }
        }
    }

    /// Both numbers without fractions, at the same scale.
    fn aligned(self, other: Self) -> (i128, i128) {
        let widen = |number: Self| {
            let more = self.scale.max(other.scale) - number.scale;
            i128::from(number.digits) * 10_i128.pow(more)
        };
        (widen(self), widen(other))
    }
}

impl FromStr for Decimal {
    type Err = DecimalError;

    fn from_str(text: &str) -> Result<Self, DecimalError> {
        let error = || DecimalError { seen: text.chars().take(40).collect() };
        let unsigned = text.strip_prefix('-').unwrap_or(text);
        let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
        let ends_in_point = unsigned.contains('.') && fraction.is_empty();
        let well_formed =
            !whole.is_empty() && [whole, fraction].concat().bytes().all(|byte| byte.is_ascii_digit());
        if !well_formed || ends_in_point || fraction.len() > MOST_SCALE {
            return Err(error());
        }
        let sign = if unsigned.len() < text.len() { "-" } else { "" };
        let digits = [sign, whole, fraction].concat().parse().map_err(|_| error())?;
        Ok(Self { digits, scale: u32::try_from(fraction.len()).map_err(|_| error())? })
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.digits < 0 { "-" } else { "" };
        let magnitude = self.digits.unsigned_abs();
        if self.scale == 0 {
            return formatter.pad(&format!("{sign}{magnitude}"));
        }
        let unit = 10_u64.pow(self.scale);
        let width = self.scale as usize;
        formatter.pad(&format!("{sign}{}.{:0width$}", magnitude / unit, magnitude % unit))
    }
}

impl fmt::Debug for Decimal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{self}")
    }
}

impl PartialEq for Decimal {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Decimal {}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Decimal {
    fn cmp(&self, other: &Self) -> Ordering {
        let (left, right) = self.aligned(*other);
        left.cmp(&right)
    }
}

impl From<i64> for Decimal {
    fn from(digits: i64) -> Self {
        Self { digits, scale: 0 }
    }
}

impl Text for Decimal {
    fn from_text(text: &str) -> Option<Self> {
        text.parse().ok()
    }

    fn to_text(&self) -> Cow<'_, str> {
        Cow::Owned(self.to_string())
    }
}

crate::text_wire!(Decimal);

/// A text that is no decimal number.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct DecimalError {
    seen: String,
}

impl fmt::Display for DecimalError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "{:?} is no decimal number: write digits with one point or none, like 8.5; 18 digits always fit, and at most 18 may stand behind the point",
            self.seen
        )
    }
}

impl std::error::Error for DecimalError {}
