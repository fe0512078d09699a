//! How to use any operation that Alipay publishes.
//!
//! `build.rs` names the operations; their requests and answers are generated when this crate is built, and are used
//! like those of `alipay-models`. `cargo run -p alipay-example-build-script` shows it on the local gateway.
#![expect(clippy::print_stdout, reason = "an example shows what it does")]

/// The operations that `build.rs` names.
pub mod alipay {
    include!(concat!(env!("OUT_DIR"), "/alipay.rs"));
}

use std::error::Error;
use std::sync::Arc;

use alipay_api::blocking::Client;
use alipay_sandbox::Sandbox;

use crate::alipay::v2::commerce::TransportChargerPayQueryRequest;
use crate::alipay::v2::zhima_credit::ScoreGetRequest;

fn main() -> Result<(), Box<dyn Error>> {
    let client = client(&Sandbox::builder().build()?)?;

    let charging = client.execute(&TransportChargerPayQueryRequest::default().out_trade_no("order-1"))?;
    println!("{charging:#?}");

    let score = client.execute(&ScoreGetRequest::new("w1010100100000000001", "query-1"))?;
    println!("{score:#?}");
    Ok(())
}

/// A client of the sandbox, which stands in for Alipay. Towards Alipay only the keys and the address differ.
fn client(sandbox: &Sandbox) -> Result<Client, Box<dyn Error>> {
    let ours = sandbox.app_private_key().ok_or("the sandbox made no key for the application")?;
    let config = alipay_api::config(sandbox.app_id())
        .private_key(ours.to_pkcs8_pem().expose())
        .alipay_public_key(sandbox.alipay_public_key().to_spki_pem())
        .gateway(sandbox.gateway_url())
        .build()?;
    Ok(Client::with_transport(config, Arc::new(sandbox.transport())))
}

#[cfg(test)]
mod tests {
    use alipay_api::meta::Operation;

    use super::*;
    use crate::alipay::v2::zhima_credit::ScoreGetResponse;

    #[test]
    fn a_generated_request_is_signed_understood_and_answered() {
        let client = client(&Sandbox::builder().build().unwrap()).unwrap();
        let request = TransportChargerPayQueryRequest::default().out_trade_no("order-1");
        let answer = client.execute(&request).unwrap();
        assert_eq!(answer.out_trade_no.as_deref(), Some("order-1"));
        assert_eq!(
            TransportChargerPayQueryRequest::META.method,
            "alipay.commerce.transport.charger.pay.query"
        );
    }

    #[test]
    fn rows_of_ones_own_are_checked_before_anything_is_sent() {
        let client = client(&Sandbox::builder().build().unwrap()).unwrap();
        assert!(client.execute(&ScoreGetRequest::new("w1010100100000000001", "query-1")).is_ok());
        let error = client.execute(&ScoreGetRequest::default()).unwrap_err().to_string();
        assert!(error.contains("product_code") && error.contains("transaction_id"), "{error}");
    }

    #[test]
    fn a_generated_answer_keeps_what_it_does_not_know() {
        let answer: ScoreGetResponse = serde_json::from_str(r#"{"zm_score":"700","later":true}"#).unwrap();
        assert_eq!(answer.zm_score, Some(700));
        assert_eq!(serde_json::to_string(&answer).unwrap(), r#"{"zm_score":700,"later":true}"#);
    }
}
