//! An ISV acts for a merchant: send the merchant to the authorization page, exchange the code, call with the token.
//!
//! `cargo run -p alipay-api --features open --example third_party_authorization [APP_AUTH_CODE]`

#![allow(clippy::print_stderr, clippy::print_stdout, reason = "an example shows what it does")]

use std::env;
use std::error::Error;

use alipay_api::models::common::GrantType;
use alipay_api::models::v2::marketing::VoucherTemplatelistQueryRequest;
use alipay_api::models::v2::open::AuthTokenAppRequest;
use alipay_api::{AuthorizationUrl, CallOptions, Client};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let app_id = env::var("ALIPAY_APP_ID")?;
    let Some(code) = env::args().nth(1) else {
        let url = AuthorizationUrl::merchant(&app_id, "https://isv.example.com/callback").state("shop-12");
        println!("send the merchant to {url}\nand run this again with the app_auth_code that comes back");
        return Ok(());
    };
    let config = alipay_api::config(app_id)
        .private_key(std::fs::read(env::var("ALIPAY_PRIVATE_KEY_FILE")?)?)
        .alipay_public_key(std::fs::read(env::var("ALIPAY_PUBLIC_KEY_FILE")?)?)
        .gateway(env::var("ALIPAY_GATEWAY")?)
        .build()?;
    let client = Client::new(config)?;

    let exchange = AuthTokenAppRequest::new(GrantType::AuthorizationCode).code(code);
    let tokens = client.execute(&exchange).await?;
    println!("authorized by {:?}, for {:?} seconds", tokens.auth_app_id, tokens.expires_in);

    // Store the token with the merchant; every call on their behalf carries it.
    let options = CallOptions::new().app_auth_token(tokens.app_auth_token.ok_or("no token")?);
    let list = VoucherTemplatelistQueryRequest::default().page_num(1).page_size(20);
    let answer = client.execute_with(&list, options).await?;
    println!("{:?} templates, trace {:?}", answer.value.total_items, answer.verified.trace_id());
    Ok(())
}
