//! A cash voucher (v2): draft a template, let it be paid, send a voucher, look at it.
//!
//! Start `alipay sandbox` in another terminal, set the variables that it prints, and run
//! `cargo run -p alipay-api --example cash_voucher`.

#![allow(clippy::print_stderr, clippy::print_stdout, reason = "an example shows what it does")]

use std::env;
use std::error::Error;

use alipay_api::models::v2::marketing::{
    CashvoucherTemplateCreateRequest, ValidPeriodUnit, VoucherQueryRequest, VoucherSendRequest, VoucherType,
    VoucherValidPeriod,
};
use alipay_api::{Client, Clock, DateTime, Money, Outcome, SystemClock};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let config = alipay_api::config(env::var("ALIPAY_APP_ID")?)
        .private_key(std::fs::read(env::var("ALIPAY_PRIVATE_KEY_FILE")?)?)
        .alipay_public_key(std::fs::read(env::var("ALIPAY_PUBLIC_KEY_FILE")?)?)
        .gateway(env::var("ALIPAY_GATEWAY")?)
        .build()?;
    let client = Client::new(config)?;

    let start = DateTime::from_unix_millis(SystemClock.now_unix_millis()).ok_or("the clock is wrong")?;
    let end = start.plus_days(30).ok_or("the clock is wrong")?;
    let request = CashvoucherTemplateCreateRequest::new(
        VoucherType::FixVoucher,
        start,
        end,
        VoucherValidPeriod::relative(7, ValidPeriodUnit::Day),
        format!("template-{}", start.unix_millis()),
        "8.80".parse::<Money>()?,
        100,
    )
    .floor_amount(Money::from_yuan(50))
    .voucher_description(["Not exchangeable for cash.".to_owned()]);
    let template = client.execute(&request).await?;
    println!("pay here to activate it: {}", template.confirm_uri.as_deref().unwrap_or("?"));

    let template_id = template.template_id.ok_or("no template id")?;
    let send = VoucherSendRequest::new(template_id, format!("send-{}", start.unix_millis()))
        .user_id("2088302001456115");
    match client.execute(&send).await {
        Ok(sent) => {
            let voucher_id = sent.voucher_id.ok_or("no voucher id")?;
            let voucher = client.execute(&VoucherQueryRequest::new(voucher_id)).await?;
            println!("{:?}, {:?} left", voucher.status, voucher.available_amount);
        }
        // The question that matters when a call moves money: did it happen?
        Err(error) => match error.outcome() {
            Outcome::NotSent => println!("nothing was sent, so it can be sent again: {error}"),
            Outcome::Rejected => println!("Alipay refused it (is the template paid?): {error}"),
            Outcome::Unknown => println!("query before sending it again: {error}"),
        },
    }
    Ok(())
}
