//! Money, decimal numbers and Beijing time.

use alipay_core::{Date, DateTime, Decimal, Money};

#[test]
fn money_is_read_exactly_or_not_at_all() {
    let fen = |text: &str| text.parse::<Money>().ok().map(Money::fen);
    let exact = [
        ("8.8", 880),
        ("8.80", 880),
        ("8.8000", 880),
        ("0", 0),
        ("-0.01", -1),
        ("0.10", 10),
        ("3000", 300_000),
    ];
    for (text, expected) in exact {
        assert_eq!(fen(text), Some(expected), "{text}");
    }
    for text in
        ["", "8.801", "8.", ".8", "8,80", "1e3", "+1", " 8", "8.8.8", "¥8", "--1", "9999999999999999999"]
    {
        assert_eq!(fen(text), None, "{text}");
    }
}

#[test]
fn money_shows_two_digits_also_below_zero() {
    let shown = [
        (5, "0.05"),
        (-5, "-0.05"),
        (100, "1.00"),
        (-12_345, "-123.45"),
        (i64::MIN, "-92233720368547758.08"),
    ];
    for (fen, expected) in shown {
        assert_eq!(Money::from_fen(fen).to_string(), expected);
    }
}

#[test]
fn sums_of_money_do_not_wrap() {
    let most = Money::from_fen(i64::MAX);
    assert_eq!(most.checked_add(Money::from_fen(1)), None);
    assert_eq!(most.checked_mul(2), None);
    assert_eq!([most, Money::from_fen(1)].into_iter().sum::<Option<Money>>(), None);
    assert_eq!([most, Money::ZERO].into_iter().sum::<Option<Money>>(), Some(most));
    assert_eq!(Money::from_fen(i64::MIN).checked_neg(), None);
    assert_eq!(Money::from_fen(5).checked_neg(), Some(Money::from_fen(-5)));
    assert_eq!(Money::from_yuan(i32::MAX).to_string(), "2147483647.00");
    assert_eq!(Money::from_yuan(i32::MIN).to_string(), "-2147483648.00");
    assert_eq!(Money::from_yuan(3).checked_sub(Money::from_fen(1)), Some(Money::from_fen(299)));
}

#[test]
fn decimals_compare_by_value_and_keep_their_digits() {
    let decimal = |text: &str| text.parse::<Decimal>().unwrap();
    assert_eq!(decimal("8.50"), decimal("8.5"));
    assert_eq!(decimal("8.50").to_string(), "8.50");
    assert_eq!(decimal("-0.05").to_string(), "-0.05");
    assert!(decimal("-1") < decimal("0.00000000000000001"));
}

#[test]
fn every_decimal_reads_back_as_it_is_written() {
    for digits in [i64::MIN, i64::MIN + 1, -1, 0, 1, i64::MAX - 1, i64::MAX] {
        let decimal = Decimal::from(digits);
        assert_eq!(decimal.to_string(), digits.to_string());
        assert_eq!(decimal.to_string().parse::<Decimal>().unwrap(), decimal);
    }
    for text in ["0.000000000000000001", "-9.223372036854775808", "9223372036854775.807"] {
        let decimal: Decimal = text.parse().unwrap();
        assert_eq!(decimal.to_string(), text);
        assert!(decimal < Decimal::from(i64::MAX) && decimal > Decimal::from(i64::MIN));
    }
    for text in
        ["9223372036854775808", "-9223372036854775809", "9.223372036854775808", "0.0000000000000000001"]
    {
        assert!(text.parse::<Decimal>().is_err(), "{text}");
    }
}

#[test]
fn time_is_that_of_beijing_and_strict_in_form() {
    let time: DateTime = "2024-02-29 23:59:59".parse().unwrap();
    assert_eq!(DateTime::from_unix_millis(time.unix_millis()), Some(time));
    assert_eq!(time.plus_seconds(1).unwrap().to_string(), "2024-03-01 00:00:00");
    assert_eq!(time.date().to_string(), "2024-02-29");
    assert_eq!(DateTime::from_unix_millis(1_709_222_399_999), Some(time), "cut to the second");
    for text in [
        "2017-01-1000:00:00",
        "2017-1-10 00:00:00",
        "2023-02-29 00:00:00",
        "2024-01-01 24:00:00",
        "2024-01-01",
    ] {
        assert!(text.parse::<DateTime>().is_err(), "{text}");
    }
    assert!("2024-13-01".parse::<Date>().is_err() && "+490- 6- 2".parse::<Date>().is_err());
}

#[test]
fn forever_is_a_time_like_any_other() {
    let forever: DateTime = "9999-12-31 23:59:59".parse().unwrap();
    assert_eq!(forever.unix_millis(), 253_402_271_999_000);
    assert_eq!(forever.plus_seconds(1), None);
    assert_eq!(forever.plus_days(-1).unwrap().to_string(), "9999-12-30 23:59:59");
}

#[test]
fn what_is_wrong_with_a_value_is_said_with_an_example() {
    assert_eq!(
        "8,80".parse::<Money>().unwrap_err().to_string(),
        "\"8,80\" is no amount in yuan: write it like 8.80, with two fraction digits at the most"
    );
    assert_eq!(
        "2017-01-1000:00:00".parse::<DateTime>().unwrap_err().to_string(),
        "\"2017-01-1000:00:00\" is no time in Beijing: write it like 2026-12-01 08:30:00"
    );
}
