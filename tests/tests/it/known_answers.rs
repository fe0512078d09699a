//! What Alipay and the test suites of other clients have signed and counted (protocol-v2 §14): public keys, messages,
//! certificates. Ciphertexts and SM2 are beside the code, in `crates/sign/tests`.

use std::sync::{Arc, LazyLock};

use alipay_api::http::{HttpResponse, Verb};
use alipay_api::sign::{
    Certificate, ChainError, ContentCipher, ContentKey, PublicKey, SignType, check_alipay_subject,
    percent_encode, root_serial_number, verify_chain,
};
use alipay_api::{
    CallOptions, Clock, Config, ConfigBuilder, ErrorKind, Exchange, Nonce, NotifyError, NotifyOptions,
    NotifyRule, RawOperation, Step,
};
use serde_json::Value;

static ANSWERS: LazyLock<Value> =
    LazyLock::new(|| serde_json::from_str(include_str!("../../known-answers/answers.json")).unwrap());

/// The root file that the console hands out.
const ROOTS: &str = include_str!("../../vectors/fixtures/alipayRootCert.crt");

fn all(list: &str) -> &'static [Value] {
    ANSWERS[list].as_array().unwrap()
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_else(|| panic!("no {name} in {value}"))
}

#[derive(Debug)]
struct Fixed;

impl Clock for Fixed {
    fn now_unix_millis(&self) -> i64 {
        1_700_000_000_000
    }
}

impl Nonce for Fixed {
    fn next(&self) -> String {
        "0123456789abcdef0123456789abcdef".to_owned()
    }
}

fn builder(alipay_key: &str) -> ConfigBuilder {
    let keys: Value = serde_json::from_str(include_str!("../../vectors/keys.json")).unwrap();
    ConfigBuilder::new("2021000000000000", Arc::new(Fixed), Arc::new(Fixed))
        .private_key(text(&keys["keys"]["app_rsa2"], "private_pkcs8_pem"))
        .alipay_public_key(alipay_key)
}

fn config(alipay_key: &str) -> Config {
    builder(alipay_key).build().unwrap()
}

#[test]
fn signed_answers_are_believed_and_changed_ones_are_not() {
    for answer in all("answers") {
        let config = config(text(answer, "public_key"));
        let read = |body: String| {
            let operation = RawOperation::gateway(text(answer, "method"));
            let mut exchange = Exchange::new(&config, operation, CallOptions::new());
            assert!(matches!(exchange.step(), Step::Send(_)));
            exchange.on_response(HttpResponse::new(200, Vec::new(), body.into()));
            let Step::Done(result) = exchange.step() else { panic!("not done") };
            *result
        };
        let body = text(answer, "body");
        assert!(read(body.to_owned()).is_ok(), "{answer}");
        let error = read(body.replacen("Success", "success", 1)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Signature, "{answer}");
    }
}

#[test]
fn signed_notifications_are_believed_by_their_rule_and_changed_ones_are_not() {
    for notification in all("notifications") {
        let fields = notification["fields"].as_object().unwrap();
        let sign_type: SignType = text(&notification["fields"], "sign_type").parse().unwrap();
        let config = builder(text(notification, "public_key")).sign_type(sign_type).build().unwrap();
        let body = |change: fn(&str) -> String| {
            let pairs = fields.iter().map(|(name, value)| {
                let value = if name == "sign" {
                    value.as_str().unwrap().to_owned()
                } else {
                    change(value.as_str().unwrap())
                };
                format!("{name}={}", percent_encode(value.as_bytes()))
            });
            pairs.collect::<Vec<_>>().join("&").into_bytes()
        };
        let verify = |body: &[u8], options: NotifyOptions| {
            config.verify_notification_with(body, None, &options.any_app())
        };
        let genuine = body(str::to_owned);
        let believed = verify(&genuine, NotifyOptions::new()).unwrap();
        assert_eq!(format!("{:?}", believed.rule()), text(notification, "rule"), "{notification}");
        let other = match believed.rule() {
            NotifyRule::WithSignType => NotifyRule::WithoutSignType,
            _ => NotifyRule::WithSignType,
        };
        let pinned = verify(&genuine, NotifyOptions::new().rule(other));
        assert_eq!(pinned, Err(NotifyError::WrongSignature), "{notification}");
        let changed = body(|value| value.replace("20", "21"));
        assert_eq!(
            verify(&changed, NotifyOptions::new()),
            Err(NotifyError::WrongSignature),
            "{notification}"
        );
    }
}

#[test]
fn certificates_have_the_numbers_that_other_clients_count() {
    for known in all("certificates") {
        let certificate = Certificate::parse(text(known, "pem")).unwrap();
        assert_eq!(certificate.serial_number(), text(known, "serial_number"), "{}", known["source"]);
        let is_application = certificate.subject_common_name().unwrap().starts_with("2088");
        assert_eq!(check_alipay_subject(&certificate, None).is_err(), is_application, "{}", known["source"]);
    }
}

#[test]
fn the_root_file_of_the_console_has_its_number_with_either_line_end() {
    let expected = "687b59193f3f462dd5336e5abf83c5d8_02941eef3187dddf3d3b83462e1dfcf6";
    for file in [ROOTS.to_owned(), ROOTS.replace('\n', "\r\n")] {
        assert_eq!(root_serial_number(&file).unwrap(), expected);
        let oids: Vec<_> = Certificate::parse_bundle(&file)
            .unwrap()
            .iter()
            .map(|root| root.signature_algorithm().oid().to_owned())
            .collect();
        let expected =
            ["1.2.156.10197.1.501", "1.2.840.113549.1.1.11", "1.2.840.10045.4.3.3", "1.2.840.113549.1.1.5"];
        assert_eq!(oids, expected);
    }
}

#[test]
fn a_real_certificate_of_alipay_chains_up_to_a_real_root() {
    let roots = Certificate::parse_bundle(ROOTS).unwrap();
    let file = |number: &str| {
        let found = all("certificates").iter().find(|known| known["serial_number"] == number).unwrap();
        Certificate::parse_bundle(text(found, "pem")).unwrap()
    };
    let chain = file("4538e7d736df316c15435d5f9d3a8a1f");
    let in_2022 = 1_650_000_000;
    assert_eq!(verify_chain(&chain, &roots, in_2022), Ok(()));
    assert!(verify_chain(&chain, &roots, in_2022 + 3 * 366 * 86_400).is_err(), "it expired in 2023");
    assert!(verify_chain(&chain[..1], &roots, in_2022).is_err(), "without its issuer");
    // An application's file does not hold its issuer (protocol-v2 §6.3).
    let application = file("47a27aac8ae3b5c589576f371da36dc2");
    assert!(matches!(verify_chain(&application, &roots, in_2022), Err(ChainError::UnknownRoot { .. })));
    // The sandbox has a root of its own.
    let sandbox = file("b09baa7d1d5b198c713b230c5a6ec8e7");
    assert!(verify_chain(&sandbox, &roots, 1_700_000_000).is_err());
}

#[test]
fn the_answer_that_node_decrypts_is_decrypted() {
    let key = ContentKey::parse("aYA0GP8JEW+D7/UFaskCWA==").unwrap();
    let node = "4AOYHE0rpPnRnghunsGo+mY02DzANFLwNJJCiHfrNh2oaB2pn33PwOEOvH8mjhkE3Wh/jR+3jHM9nvoFvOsY/SqZbZzamRg9Eh3VkRqOhSM=";
    let plain = key.decrypt(ContentCipher::Aes, node).unwrap();
    let expected = r#"{"code":"10000","msg":"Success","aes_key":"cW8mcZgoMGUVp5g7uv7bHw=="}"#;
    assert_eq!(plain.expose(), expected.as_bytes());
}

#[test]
fn the_ciphertext_of_protocol_v3_is_what_is_sent() {
    let body = r#"{"activity_id":"2016042700826004508401111111","merchant_access_mode":"AGENCY_MODE","out_biz_no":"B1","voucher_quantity":100}"#;
    let config = builder(text(&all("answers")[0], "public_key"))
        .content_key("AAECAwQFBgcICQoLDA0ODw==")
        .encrypt_always(true)
        .build()
        .unwrap();
    let path = "/v3/alipay/marketing/activity/voucher/append";
    let operation = RawOperation::rest(Verb::Post, path).body_text(body);
    let mut exchange = Exchange::new(&config, operation, CallOptions::new());
    let signed = exchange.text_to_sign().unwrap();
    let Step::Send(request) = exchange.step() else { panic!("not sent") };
    let expected = "mlC+hjejxVrmhaZmNyI+7mbF6XNk7gZSXVquRz7JdEdFNc262tdmFeZ3rAyaDFNOmdqI+DXL/mfSHxLNF3xDlIBbOizdlrwuESzQCcHN8DdLgkvqSYgR+F1EnJ0j8SIuKCMidCuTgx1MP6mvsV2O4/PzUFbfvcXoqf9BhUqa9eY=";
    assert_eq!(request.body, expected.as_bytes());
    assert_eq!(signed.len(), 310, "protocol-v3 §2.3, V5");
}

#[test]
fn keys_of_other_suites_are_read() {
    for answer in all("answers").iter().chain(all("notifications")) {
        let key = PublicKey::parse(text(answer, "public_key")).unwrap();
        assert_eq!(key.bits(), 2048, "{}", answer["source"]);
        assert_eq!(PublicKey::parse(key.to_spki_base64()).unwrap(), key);
    }
}
