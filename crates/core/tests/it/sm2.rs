//! Sign type SM2, from request to answer.

#![cfg(feature = "sm2")]

use alipay_core::http::Verb;
use alipay_core::sign::{PrivateKey, SignType, encode_signature};
use alipay_core::{CallOptions, Exchange, RawOperation, Retry, Step};

use crate::common::{OURS, builder, ok, sent};

#[test]
fn a_gateway_call_is_signed_and_verified_with_sm2() {
    let (ours, alipays) = (PrivateKey::generate_sm2().unwrap(), PrivateKey::generate_sm2().unwrap());
    let config = builder()
        .sign_type(SignType::Sm2)
        .private_key(ours.to_pkcs8_pem().expose())
        .alipay_public_key(alipays.public_key().to_spki_pem())
        .retry(Retry::NONE)
        .build()
        .unwrap();
    let mut exchange = Exchange::new(&config, RawOperation::gateway("alipay.x"), CallOptions::new());
    let text = String::from_utf8(exchange.text_to_sign().unwrap()).unwrap();
    assert!(text.contains("&sign_type=SM2&"));
    let _ = sent(&mut exchange);
    let node = r#"{"code":"10000"}"#;
    let signature = encode_signature(&alipays.sign(SignType::Sm2, node.as_bytes()).unwrap());
    exchange.on_response(ok(format!(r#"{{"alipay_x_response":{node},"sign":"{signature}"}}"#)));
    assert!(matches!(exchange.step(), Step::Done(result) if result.is_ok()));

    let mut rest = Exchange::new(&config, RawOperation::rest(Verb::Get, "/v3/x"), CallOptions::new());
    assert!(matches!(rest.step(), Step::Done(result) if result.is_err()), "v3 knows RSA2 only");
}

#[test]
fn a_key_of_another_algorithm_than_the_sign_type_is_noticed_at_once() {
    let sm2 = PrivateKey::generate_sm2().unwrap();
    let error = builder().private_key(sm2.to_pkcs8_pem().expose()).build().unwrap_err();
    assert!(
        error.to_string().starts_with("private_key: a key for SM2, but the sign type is RSA2"),
        "{error}"
    );
    let rsa = builder().sign_type(SignType::Sm2).private_key(OURS.to_pkcs8_pem().expose());
    assert!(rsa.build().unwrap_err().to_string().starts_with("private_key: a key for RSA"));
}
