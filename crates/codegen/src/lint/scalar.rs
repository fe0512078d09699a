//! Whether a text is a value of a scalar type, and how two numbers compare.

use std::cmp::Ordering;

use crate::types::Scalar;

/// What a text of this type looks like, where `text` does not.
pub(super) fn misfit(scalar: Scalar, text: &str) -> Option<&'static str> {
    let (fits, like) = match scalar {
        Scalar::File => (false, "nothing: a file has no text"),
        Scalar::Text | Scalar::Unstated => (!text.is_empty(), "any text that is not empty"),
        Scalar::Boolean => (matches!(text, "true" | "false"), "`true` or `false`"),
        Scalar::Integer => (text.parse::<i64>().is_ok(), "a whole number like `10`"),
        Scalar::Decimal => (number(text).is_some(), "a number like `8.5`"),
        Scalar::Money => (number(text).is_some_and(|n| n.scale <= 2), "yuan like `8.80`"),
        Scalar::Date => (is_date(text), "a day like `2017-01-10`"),
        Scalar::DateTime => (is_datetime(text), "a time like `2017-01-10 00:00:00`"),
    };
    (!fits).then_some(like)
}

/// An exact decimal number.
#[derive(Clone, Copy, Debug)]
pub(super) struct Number {
    digits: i64,
    pub(super) scale: u32,
}

/// Reads a decimal number of 18 digits at the most, without exponent.
pub(super) fn number(text: &str) -> Option<Number> {
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = match unsigned.split_once('.') {
        Some((_, "")) => return None,
        Some(parts) => parts,
        None => (unsigned, ""),
    };
    let digits = [whole, fraction].concat();
    let plain = !whole.is_empty() && digits.len() <= 18 && digits.bytes().all(|byte| byte.is_ascii_digit());
    let magnitude: i64 = digits.parse().ok().filter(|_| plain)?;
    let digits = if unsigned.len() < text.len() { -magnitude } else { magnitude };
    Some(Number { digits, scale: u32::try_from(fraction.len()).ok()? })
}

impl Number {
    pub(super) fn compare(self, other: Self) -> Ordering {
        let scale = self.scale.max(other.scale);
        let widen = |number: Self| i128::from(number.digits) * 10_i128.pow(scale - number.scale);
        widen(self).cmp(&widen(other))
    }
}

fn is_datetime(text: &str) -> bool {
    let Some((date, time)) = text.split_once(' ') else { return false };
    let parts: Vec<_> = time.split(':').map(|part| digits(part, 2)).collect();
    let in_range = matches!(parts.as_slice(), [Some(0..=23), Some(0..=59), Some(0..=59)]);
    is_date(date) && in_range
}

fn is_date(text: &str) -> bool {
    let mut parts = text.split('-');
    let (year, month, day) = (parts.next(), parts.next(), parts.next());
    let (Some(year), Some(month), Some(day), None) = (year, month, day, parts.next()) else { return false };
    let (Some(year), Some(month), Some(day)) = (digits(year, 4), digits(month, 2), digits(day, 2)) else {
        return false;
    };
    let leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    let last = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => return false,
    };
    (1..=last).contains(&day)
}

fn digits(text: &str, width: usize) -> Option<u32> {
    let plain = text.len() == width && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| plain)
}

#[cfg(test)]
mod tests {
    use super::{misfit, number};
    use crate::types::Scalar;

    #[test]
    fn values_fit_their_types() {
        for (scalar, good, bad) in [
            (Scalar::Boolean, "true", "1"),
            (Scalar::Integer, "-10", "1.0"),
            (Scalar::Decimal, "8.5", "8."),
            (Scalar::Money, "8.80", "8.801"),
            (Scalar::Date, "2016-02-29", "2017-02-29"),
            (Scalar::Date, "2017-12-31", "2017-13-01"),
            (Scalar::DateTime, "2017-01-10 00:00:00", "2017-01-1000:00:00"),
            (Scalar::DateTime, "2017-01-10 23:59:59", "2017-01-10 24:00:00"),
            (Scalar::Text, "x", ""),
        ] {
            assert_eq!(misfit(scalar, good), None, "{good}");
            assert!(misfit(scalar, bad).is_some(), "{bad}");
        }
    }

    #[test]
    fn numbers_compare_by_value() {
        let compare = |left, right| number(left).unwrap().compare(number(right).unwrap());
        assert!(compare("0.10", "0.1").is_eq());
        assert!(compare("-1", "0.01").is_lt());
        assert!(compare("10", "9.99").is_gt());
    }
}
