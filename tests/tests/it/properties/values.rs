//! Amounts, numbers and times read what they print.

use alipay_api::{Date, DateTime, Decimal, Money};
use proptest::prelude::*;

use super::for_all;

#[test]
fn an_amount_reads_what_it_prints_in_every_spelling() {
    for_all(2000, any::<i64>(), |fen| {
        let amount = Money::from_fen(fen);
        let text = amount.to_string();
        assert_eq!(text.parse(), Ok(amount));
        assert_eq!(text.replace('.', "").parse::<i64>().unwrap(), fen, "{text} counts fen");
        if let Some(short) = text.strip_suffix("00") {
            assert_eq!(short.trim_end_matches('.').parse(), Ok(amount));
        }
    });
    for_all(500, -9_999_999..=9_999_999_i64, |fen| {
        let spelled = format!("{}00", Money::from_fen(fen));
        assert_eq!(spelled.parse(), Ok(Money::from_fen(fen)), "zeros add nothing");
        assert!(format!("{}1", Money::from_fen(fen)).parse::<Money>().is_err(), "tenths of a fen are none");
    });
}

#[test]
fn a_text_that_is_no_amount_is_never_read_as_one() {
    for_all(2000, "[-+ 0-9.,eE_]{0,12}", |text| {
        let Ok(amount) = text.parse::<Money>() else { return };
        let plain = text.strip_prefix('-').unwrap_or(&text);
        assert!(plain.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.'), "{text:?} -> {amount}");
        let (whole, fraction) = plain.split_once('.').unwrap_or((plain, ""));
        let magnitude =
            whole.parse::<i64>().unwrap() * 100 + format!("{fraction:0<2}")[..2].parse::<i64>().unwrap();
        assert_eq!(amount.fen(), if text.starts_with('-') { -magnitude } else { magnitude });
    });
}

#[test]
fn a_decimal_keeps_its_text_and_compares_by_value() {
    let number = || (any::<bool>(), 0..1_000_000_000_000_i64, 0..6_u32);
    let text = |(negative, digits, scale): (bool, i64, u32)| {
        let unit = 10_i64.pow(scale);
        let sign = if negative && digits > 0 { "-" } else { "" };
        let fraction = format!("{:0width$}", digits % unit, width = scale as usize);
        let point = if scale == 0 { String::new() } else { format!(".{fraction}") };
        (format!("{sign}{}{point}", digits / unit), i128::from(digits) * if negative { -1 } else { 1 }, scale)
    };
    for_all(2000, (number(), number()), |(left, right)| {
        let ((left, left_digits, left_scale), (right, right_digits, right_scale)) = (text(left), text(right));
        let numbers: [Decimal; 2] = [left.parse().unwrap(), right.parse().unwrap()];
        assert_eq!(numbers.map(|number| number.to_string()), [left, right]);
        let expected =
            (left_digits * 10_i128.pow(right_scale)).cmp(&(right_digits * 10_i128.pow(left_scale)));
        assert_eq!(numbers[0].cmp(&numbers[1]), expected);
    });
}

/// Milliseconds from the year 1 to 9999.
const MOMENTS: std::ops::Range<i64> = -62_135_000_000_000..253_402_000_000_000;

#[test]
fn a_time_reads_what_it_prints_and_keeps_its_moment() {
    for_all(2000, (MOMENTS, -100_000..100_000_i64), |(millis, days)| {
        let time = DateTime::from_unix_millis(millis).unwrap();
        assert_eq!(time.to_string().parse(), Ok(time));
        assert_eq!(time.unix_millis(), millis.div_euclid(1000) * 1000);
        assert_eq!(time.date().to_string(), time.to_string()[..10]);
        assert_eq!(time.date().to_string().parse(), Ok(time.date()));
        if let Some(later) = time.plus_days(days) {
            assert_eq!(later.unix_millis() - time.unix_millis(), days * 86_400_000, "{time} and {days} days");
            assert_eq!(later.to_string().parse(), Ok(later));
        }
    });
}

#[test]
fn a_text_is_a_time_only_if_it_is_written_like_one() {
    let text = "[ 0-9+-]{4}[-/ ][ 0-9]{2}-[ 0-9]{2}[ T][ 0-9]{2}:[ 0-9]{2}:[ 0-9]{2}";
    for_all(
        3000,
        prop_oneof![text, "(19|20)[0-9]{2}-[01][0-9]-[0-3][0-9] [0-2][0-9]:[0-6][0-9]:[0-6][0-9]"],
        |text| {
            if let Ok(time) = text.parse::<DateTime>() {
                assert_eq!(time.to_string(), text);
            }
            if let Ok(day) = text[..10].parse::<Date>() {
                assert_eq!(day.to_string(), text[..10]);
            }
        },
    );
}
