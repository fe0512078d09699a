//! A payment voucher (v3), blocking: create an activity, publish it, send a voucher, query, stop.
//!
//! Start `alipay sandbox` in another terminal, set the variables that it prints, and run
//! `cargo run -p alipay-api --features blocking --example activity_voucher`.

#![allow(clippy::print_stderr, clippy::print_stdout, reason = "an example shows what it does")]

use std::env;
use std::error::Error;

use alipay_api::blocking::Client;
use alipay_api::models::v3::marketing::{
    ActivityVoucherCreateRequest, ActivityVoucherPublishRequest, ActivityVoucherQueryRequest,
    ActivityVoucherSendRequest, ActivityVoucherStopRequest, MerchantAccessMode, PaymentFixVoucher,
    PaymentVoucherSendRule, PaymentVoucherUseRule,
};
use alipay_api::{Clock, DateTime, Money, SystemClock};

fn main() -> Result<(), Box<dyn Error>> {
    let config = alipay_api::config(env::var("ALIPAY_APP_ID")?)
        .private_key(std::fs::read(env::var("ALIPAY_PRIVATE_KEY_FILE")?)?)
        .alipay_public_key(std::fs::read(env::var("ALIPAY_PUBLIC_KEY_FILE")?)?)
        .endpoint(env::var("ALIPAY_ENDPOINT")?)
        .build()?;
    let client = Client::new(config);

    let start = DateTime::from_unix_millis(SystemClock.now_unix_millis()).ok_or("the clock is wrong")?;
    let end = start.plus_days(90).ok_or("the clock is wrong")?;
    // Keep such a number with your order: repeating a call with the same number repeats nothing.
    let number = |step: &str| format!("{step}-{}", start.unix_millis());

    let create = ActivityVoucherCreateRequest::new(number("create"))
        .merchant_access_mode(MerchantAccessMode::SelfMode)
        .activity_name("Spring")
        .publish_start_time(start)
        .publish_end_time(end)
        .voucher_send_rule(PaymentVoucherSendRule::default().voucher_quantity(100))
        .voucher_use_rule(PaymentVoucherUseRule::default().fix_voucher(
            PaymentFixVoucher::default().amount(Money::from_yuan(5)).floor_amount(Money::from_yuan(20)),
        ));
    let activity_id = client.execute(&create)?.activity_id.ok_or("no activity id")?;
    client.execute(&ActivityVoucherPublishRequest::new(&activity_id, number("publish")))?;

    let send = ActivityVoucherSendRequest::new(&activity_id, number("send")).user_id("2088302001456115");
    match client.execute(&send) {
        Ok(sent) => println!("sent {:?}", sent.voucher_id),
        Err(error) => println!("{:?}: {error}", error.outcome()),
    }
    let activity = client.execute(&ActivityVoucherQueryRequest::new(&activity_id))?;
    println!("{:?}: {:?}", activity.activity_status, activity.summary);
    client.execute(&ActivityVoucherStopRequest::new(&activity_id, number("stop")))?;
    Ok(())
}
