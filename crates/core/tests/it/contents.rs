//! Encrypted contents, both ways, both protocols.

use alipay_core::http::{HttpResponse, Verb};
use alipay_core::sign::{ContentCipher, ContentKey, parse_form};
use alipay_core::{
    AnswerError, CallOptions, Config, Error, ErrorKind, Exchange, Outcome, RawOperation, Step, Verified,
};
use serde_json::json;

use crate::common::{builder, envelope, ok, rest_answer, sent};
use crate::vectors::content_key;

const PLAIN: &str = r#"{"code":"10000","msg":"Success","memo":"优酷"}"#;

fn config(cipher: ContentCipher) -> Config {
    builder().content_key(content_key("aes128")).content_cipher(cipher).encrypt_always(true).build().unwrap()
}

fn encrypted(text: &str, cipher: ContentCipher) -> String {
    ContentKey::parse(content_key("aes128")).unwrap().encrypt(cipher, text.as_bytes(), || [7; 16]).unwrap()
}

fn answered(config: &Config, operation: RawOperation, response: HttpResponse) -> Result<Verified, Error> {
    let mut exchange = Exchange::new(config, operation, CallOptions::new());
    let _ = sent(&mut exchange);
    exchange.on_response(response);
    match exchange.step() {
        Step::Done(result) => *result,
        other => panic!("not done: {other:?}"),
    }
}

fn gateway() -> RawOperation {
    RawOperation::gateway("alipay.x").biz_content(json!({"memo": "优酷"}))
}

fn rest() -> RawOperation {
    RawOperation::rest(Verb::Post, "/v3/x").body(json!({"memo": "优酷"}))
}

#[test]
fn a_gateway_request_is_encrypted_and_then_signed() {
    for (cipher, name) in [(ContentCipher::Aes, "AES"), (ContentCipher::AesV2, "AES_V2")] {
        let mut exchange = Exchange::new(&config(cipher), gateway(), CallOptions::new());
        let text = String::from_utf8(exchange.text_to_sign().unwrap()).unwrap();
        let request = sent(&mut exchange);
        let pairs = parse_form(&request.body).unwrap();
        let ciphertext = String::from_utf8(pairs[0].1.clone()).unwrap();
        assert!(
            text.contains(&format!("biz_content={ciphertext}&"))
                && text.contains(&format!("&encrypt_type={name}&"))
        );
        let plain = ContentKey::parse(content_key("aes128")).unwrap().decrypt(cipher, &ciphertext).unwrap();
        assert_eq!(plain.expose(), r#"{"memo":"优酷"}"#.as_bytes());
    }
}

#[test]
fn a_rest_request_is_encrypted_and_then_signed() {
    let mut exchange = Exchange::new(&config(ContentCipher::Aes), rest(), CallOptions::new());
    let text = exchange.text_to_sign().unwrap();
    let request = sent(&mut exchange);
    assert_eq!(request.body, encrypted(r#"{"memo":"优酷"}"#, ContentCipher::Aes).into_bytes());
    assert_eq!(request.header("content-type"), Some("text/plain"));
    assert_eq!(request.header("alipay-encrypt-type"), Some("AES"));
    assert!(text.ends_with(&[b"\n", request.body.as_slice(), b"\n"].concat()));
}

#[test]
fn an_encrypted_answer_is_verified_over_the_ciphertext_and_then_decrypted() {
    for cipher in [ContentCipher::Aes, ContentCipher::AesV2] {
        let node = format!("\"{}\"", encrypted(PLAIN, cipher));
        let verified =
            answered(&config(cipher), gateway(), ok(envelope("alipay_x_response", node.as_bytes()))).unwrap();
        assert_eq!(verified.fields().get("memo"), Some(&json!("优酷")));
        let verified =
            answered(&config(cipher), rest(), rest_answer(200, &encrypted(PLAIN, cipher))).unwrap();
        assert_eq!(verified.fields().get("memo"), Some(&json!("优酷")));
    }
}

#[test]
fn an_answer_is_read_by_its_type_not_by_what_was_asked_for() {
    let config = config(ContentCipher::Aes);
    assert!(answered(&config, gateway(), ok(envelope("alipay_x_response", PLAIN.as_bytes()))).is_ok());
    assert!(answered(&config, rest(), rest_answer(200, PLAIN)).is_ok());
}

#[test]
fn an_unsigned_ciphertext_is_not_even_decrypted() {
    let body = format!(r#"{{"alipay_x_response":"{}"}}"#, encrypted(PLAIN, ContentCipher::Aes));
    let error = answered(&config(ContentCipher::Aes), gateway(), ok(body)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Signature);
}

#[test]
fn a_missing_or_wrong_key_is_named_and_shows_nothing() {
    let node = format!("\"{}\"", encrypted(PLAIN, ContentCipher::Aes));
    let response = || ok(envelope("alipay_x_response", node.as_bytes()));
    let without = answered(&builder().build().unwrap(), gateway(), response()).unwrap_err();
    assert!(without.to_string().contains(&AnswerError::Encrypted.to_string()));
    let other = builder().content_key(content_key("aes128_b")).build().unwrap();
    let wrong = answered(&other, gateway(), response()).unwrap_err();
    assert_eq!((wrong.kind(), wrong.outcome()), (ErrorKind::Answer, Outcome::Unknown));
    let shown = format!("{wrong} {wrong:?} {other:?}");
    assert!(!shown.contains("优酷") && !shown.contains(content_key("aes128_b")), "{shown}");
}

#[test]
fn encryption_is_chosen_call_by_call() {
    let config = builder().content_key(content_key("aes128")).build().unwrap();
    let text = |options| {
        String::from_utf8(Exchange::new(&config, gateway(), options).text_to_sign().unwrap()).unwrap()
    };
    assert!(!text(CallOptions::new()).contains("encrypt_type"));
    assert!(text(CallOptions::new().encrypt(true)).contains("&encrypt_type=AES&"));

    let without = builder().build().unwrap();
    let error =
        Exchange::new(&without, gateway(), CallOptions::new().encrypt(true)).text_to_sign().unwrap_err();
    assert!(error.to_string().contains("content_key: absent"), "{error}");
    let nothing = Exchange::new(&config, RawOperation::gateway("alipay.x"), CallOptions::new().encrypt(true))
        .text_to_sign()
        .unwrap_err();
    assert!(nothing.to_string().contains("no biz_content"), "{nothing}");
}
