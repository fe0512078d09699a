//! Encrypted contents, both ways and in both protocols.

use alipay_core::http::{HttpRequest, HttpResponse, Verb};
use alipay_core::sign::{ContentCipher, ContentKey};
use alipay_core::{CallOptions, ConfigBuilder, RawOperation};
use alipay_sandbox::BuildError;
use serde_json::{Value, json};

use crate::world::{USER, World, activity, builder, template, yuan};

const KEY: &str = "AAECAwQFBgcICQoLDA0ODw==";
const QUERY: &str = "/v3/alipay/marketing/activity/voucher/query";
const OTHER: &str = "DwECAwQFBgcICQoLDA0ODw==";
const CIPHERS: [ContentCipher; 2] = [ContentCipher::Aes, ContentCipher::AesV2];

fn encrypted(cipher: ContentCipher) -> impl FnOnce(ConfigBuilder) -> ConfigBuilder {
    move |config| config.content_key(KEY).content_cipher(cipher).encrypt_always(true)
}

fn world(cipher: ContentCipher) -> World {
    World::with(builder().content_key(KEY), encrypted(cipher))
}

fn decrypt(cipher: ContentCipher, content: &str) -> Value {
    let plain = ContentKey::parse(KEY).unwrap().decrypt(cipher, content).unwrap();
    serde_json::from_slice(plain.expose()).unwrap()
}

fn members(response: &HttpResponse) -> Value {
    serde_json::from_slice(response.body()).unwrap()
}

fn create() -> Value {
    json!({
        "out_biz_no": "C", "publish_start_time": "2026-01-05 00:00:00", "publish_end_time": "2026-02-05 00:00:00",
        "voucher_send_rule": {"voucher_quantity": 1},
    })
}

#[test]
fn a_voucher_lives_through_encrypted_calls() {
    for cipher in CIPHERS {
        for charset in ["GBK", "UTF-8"] {
            let world =
                World::with(builder().content_key(KEY), |config| encrypted(cipher)(config).charset(charset));
            let id = world.active_template("T1", json!({}));
            let voucher = world.send(&id, "S1");
            assert_eq!(world.voucher(&voucher)["status"], "ENABLED");
            world.sandbox.control().redeem(&voucher, yuan("1"), None).unwrap();
            assert_eq!(world.voucher(&voucher)["bill_details"][0]["partner_name"], "四川移动");
        }
    }
}

#[test]
fn a_gateway_answer_is_a_signed_string_of_the_same_cipher() {
    for cipher in CIPHERS {
        let world = world(cipher);
        let biz = template("T1", json!({}));
        let request = world
            .request(RawOperation::gateway("alipay.marketing.cashvoucher.template.create").biz_content(biz));
        let (first, second) = (world.sandbox.handle(&request), world.sandbox.handle(&request));
        let content = |response: &HttpResponse| {
            members(response)["alipay_marketing_cashvoucher_template_create_response"]
                .as_str()
                .unwrap()
                .to_owned()
        };
        assert!(decrypt(cipher, &content(&first))["template_id"].is_string());
        let same = content(&first) == content(&second);
        assert_eq!(same, cipher == ContentCipher::Aes, "AES_V2 draws a new block for each answer");
    }
}

#[test]
fn refusals_of_an_encrypted_gateway_call_are_encrypted_and_those_of_rest_are_not() {
    let world = world(ContentCipher::Aes);
    let operation =
        RawOperation::gateway("alipay.marketing.voucher.query").biz_content(json!({"voucher_id": "V"}));
    let response = world.sandbox.handle(&world.request(operation));
    let node = members(&response)["alipay_marketing_voucher_query_response"].as_str().unwrap().to_owned();
    assert_eq!(decrypt(ContentCipher::Aes, &node)["sub_code"], "VOUCHER_NOT_EXIST");
    assert_eq!(
        world.refused("alipay.marketing.voucher.query", json!({"voucher_id": "V"})),
        "40004 VOUCHER_NOT_EXIST"
    );

    let stop = || activity("stop", json!({"activity_id": "A", "out_biz_no": "X"}));
    assert_eq!(members(&world.sandbox.handle(&world.request(stop())))["code"], "INVALID_PARAMETER");
    assert_eq!(
        world.activity_refused("stop", json!({"activity_id": "A", "out_biz_no": "X"})),
        "INVALID_PARAMETER"
    );
}

#[test]
fn rest_answers_are_ciphertext_even_where_the_request_has_no_body() {
    for cipher in CIPHERS {
        let world = world(cipher);
        let id = world.activity("create", create())["activity_id"].as_str().unwrap().to_owned();
        world.activity("publish", json!({"activity_id": id, "out_biz_no": "P"}));
        let sent = world.activity("send", json!({"activity_id": id, "out_biz_no": "S", "user_id": USER}));
        assert!(sent["voucher_id"].is_string() || sent["voucher_code"].is_string(), "{sent:?}");

        let query = || {
            RawOperation::rest(Verb::Get, QUERY)
                .query("activity_id", id.as_str())
                .query("merchant_access_mode", "SELF_MODE")
        };
        let response = world.sandbox.handle(&world.request(query()));
        let body = String::from_utf8(response.body().to_vec()).unwrap();
        assert!(decrypt(cipher, &body).is_object());
        assert!(!world.call(query()).unwrap().fields().is_empty());
    }
}

#[test]
fn each_call_may_still_be_plain() {
    let world = World::with(builder().content_key(KEY), |config| config.content_key(KEY));
    let plain = RawOperation::gateway("alipay.marketing.cashvoucher.template.create")
        .biz_content(template("T1", json!({})));
    assert!(world.call(plain.clone()).is_ok());
    let response = world.sandbox.handle(&world.request(plain.clone()));
    assert!(members(&response)["alipay_marketing_cashvoucher_template_create_response"].is_object());
    assert!(world.call_with(plain, CallOptions::new().encrypt(true)).is_ok());
}

#[test]
fn what_cannot_be_decrypted_is_refused_in_plain_text_and_signed() {
    let world = World::with(builder().content_key(OTHER), encrypted(ContentCipher::Aes));
    let biz = template("T1", json!({}));
    let operation =
        || RawOperation::gateway("alipay.marketing.cashvoucher.template.create").biz_content(biz.clone());
    let node = &members(&world.sandbox.handle(&world.request(operation())))["alipay_marketing_cashvoucher_template_create_response"];
    assert_eq!((&node["code"], &node["sub_code"]), (&json!("40003"), &json!("isv.decryption-error-unknown")));
    let error = world.call(operation()).unwrap_err();
    assert!(error.is_authenticated() && error.sub_code() == "isv.decryption-error-unknown", "{error}");
    assert_eq!(world.activity_refused("create", create()), "decryption-error-unknown");
}

#[test]
fn without_a_key_an_encrypted_call_is_refused() {
    let world = World::with(builder(), encrypted(ContentCipher::Aes));
    let refused = world.refused("alipay.marketing.voucher.query", json!({"voucher_id": "V"}));
    assert_eq!(refused, "40002 isv.missing-encrypt-key");
    assert_eq!(world.activity_refused("create", create()), "missing-encrypt-key");
    let query = RawOperation::rest(Verb::Get, QUERY).query("activity_id", "A");
    assert_eq!(
        world.call(query).unwrap_err().code(),
        "missing-encrypt-key",
        "there is nothing to answer with"
    );
}

#[test]
fn an_unknown_cipher_is_refused_after_the_signature_was_checked() {
    let world = world(ContentCipher::Aes);
    let mut request = world.request(activity("create", create()));
    for (name, value) in &mut request.headers {
        if name.as_str() == "alipay-encrypt-type" {
            *value = "SM4".to_owned();
        }
    }
    // The header is not signed in v3.
    assert_eq!(members(&world.sandbox.handle(&request))["code"], "invalid-encrypt-type");

    let mut request: HttpRequest = world.request(
        RawOperation::gateway("alipay.marketing.voucher.query").biz_content(json!({"voucher_id": "V"})),
    );
    let change = |text: &str| text.replace("encrypt_type=AES", "encrypt_type=SM4");
    request.url = change(&request.url);
    request.body = change(&String::from_utf8(request.body).unwrap()).into_bytes();
    let node = members(&world.sandbox.handle(&request))["alipay_marketing_voucher_query_response"].clone();
    assert_eq!(node["sub_code"], "isv.invalid-signature");
}

#[test]
fn a_content_key_that_is_none_is_named_when_the_sandbox_is_built() {
    let error = builder().content_key("c2hvcnQ=").build().unwrap_err();
    assert!(matches!(error, BuildError::ContentKey(_)));
    assert!(error.to_string().starts_with("content_key: "), "{error}");
}
