//! Sign type SM2 on the command line: keys in every form, signatures, the local gateway, the demo.

#![cfg(feature = "sm2")]

use alipay_api::CallOptions;
use alipay_api::RawOperation;
use alipay_api::sign::{Certificate, KeyAlgorithm, PrivateKey, PublicKey, SignType, decode_signature};
use alipay_sandbox::TrustMode;
use serde_json::json;

use crate::command::{Folder, Sandbox, alipay, run, run_with_stdin};
use crate::gateway::Gateway;

const METHOD: &str = "alipay.marketing.voucher.templatelist.query";

fn generated(folder: &Folder) -> (PrivateKey, String) {
    let file = folder.path().join("sm2.pem").to_str().unwrap().to_owned();
    let made = run(alipay(&["key", "generate", "--sign-type", "SM2", "--out", &file, "--json"])).answer();
    let key = PrivateKey::parse(std::fs::read(&file).unwrap()).unwrap();
    assert_eq!((&made["algorithm"], &made["bits"]), (&json!("SM2"), &json!(256)));
    assert_eq!(made["public_key"], key.public_key().to_spki_base64());
    (key, file)
}

#[test]
fn an_sm2_key_is_generated_inspected_and_converted() {
    let folder = Folder::new();
    let (key, file) = generated(&folder);
    assert_eq!(key.algorithm(), KeyAlgorithm::Sm2);
    let inspect = |text: &str| run_with_stdin(alipay(&["key", "inspect", "-", "--json"]), text).answer();
    let convert = |to: &str| run(alipay(&["key", "convert", &file, "--to", to]));
    let cases = [
        ("sec1", "-----BEGIN EC PRIVATE KEY-----", "SEC 1", "private"),
        ("pkcs8", "-----BEGIN PRIVATE KEY-----", "PKCS#8", "private"),
        ("spki", "-----BEGIN PUBLIC KEY-----", "SPKI", "public"),
    ];
    for (to, label, structure, kind) in cases {
        let written = convert(to).out;
        assert!(written.starts_with(label), "{written}");
        // As OpenSSL writes it, with the name of the curve in front.
        let with_parameters = format!(
            "-----BEGIN SM2 PARAMETERS-----\nBggqgRzPVQGCLQ==\n-----END SM2 PARAMETERS-----\n{written}"
        );
        for text in [&written, &with_parameters] {
            let told = inspect(text);
            assert_eq!((&told["structure"], &told["kind"]), (&json!(structure), &json!(kind)), "{told}");
            assert_eq!((&told["algorithm"], &told["bits"]), (&json!("SM2"), &json!(256)));
            assert_eq!(told["fingerprint"], key.public_key().fingerprint());
        }
    }
    let shown = run(alipay(&["key", "inspect", &file]));
    assert!(shown.out.contains("a private SM2 key") && !shown.out.contains("too short"), "{shown:?}");

    let refused = convert("pkcs1");
    assert_eq!((refused.code, refused.out.as_str()), (2, ""), "{refused:?}");
    assert!(refused.err.contains("--to sec1"), "{refused:?}");
    let rsa = PrivateKey::generate(2048).unwrap();
    let rsa = folder.file("rsa.pem", rsa.to_pkcs8_pem().expose());
    let refused = run(alipay(&["key", "convert", &rsa, "--to", "sec1"]));
    assert!(refused.code == 2 && refused.err.contains("--to pkcs1"), "{refused:?}");
    for flag in [&["--bits", "2048"][..], &["--pkcs1"]] {
        let new = folder.path().join("new.pem");
        let command = ["key", "generate", "--sign-type", "SM2", "--out", new.to_str().unwrap()];
        let refused = run(alipay(&[&command[..], flag].concat()));
        assert!(refused.code == 2 && refused.err.contains(flag[0]) && !new.exists(), "{refused:?}");
    }
}

#[test]
fn an_sm2_signature_holds_and_a_key_of_the_other_algorithm_is_named() {
    let folder = Folder::new();
    let (key, file) = generated(&folder);
    let command = ["sign", "-", "--raw", "--private-key", &file, "--json"];
    let done = run_with_stdin(alipay(&[&command[..], &["--sign-type", "SM2"]].concat()), "a=1").answer();
    let signature = decode_signature(done["sign"].as_str().unwrap()).unwrap();
    key.public_key().verify(SignType::Sm2, b"a=1", &signature).unwrap();
    assert_eq!(done["sign_type"], "SM2");
    let refused = run_with_stdin(alipay(&command), "a=1");
    assert_eq!((refused.code, refused.out.as_str()), (2, ""), "{refused:?}");
    assert!(refused.err.contains("SM2 key"), "{refused:?}");
}

#[test]
fn a_key_on_the_command_line_is_not_shown_though_it_is_short() {
    let key = PrivateKey::generate_sm2().unwrap();
    for text in [key.to_pkcs8_base64(), key.to_pkcs1_base64()] {
        for command in [&["key", "inspect"][..], &["sign", "--nonsense"]] {
            let done = run(alipay(&[command, &[text.expose()]].concat()));
            assert_eq!(done.code, 2, "{done:?}");
            assert!(!done.err.contains(text.expose()) && !done.out.contains(text.expose()), "{done:?}");
        }
    }
}

#[test]
fn answers_are_verified_with_sm2_by_key_and_by_certificate() {
    let operation = || RawOperation::gateway(METHOD).biz_content(json!({"page_num": 1}));
    for mode in [TrustMode::Keys, TrustMode::Certificates] {
        let builder = alipay_sandbox::Sandbox::builder().sign_type(SignType::Sm2).trust_mode(mode);
        let gateway = Gateway::build(builder);
        let file = gateway.file_of("answer", &gateway.answer(operation(), CallOptions::new()));
        let public = gateway.path("alipay_public.pem");
        let (alipay_crt, roots) = (gateway.path("alipay.crt"), gateway.path("roots.crt"));
        let trust = match mode {
            TrustMode::Keys => vec!["--alipay-public-key", &public],
            _ => vec!["--alipay-certificate", &alipay_crt, "--alipay-root-certificate", &roots],
        };
        let verify = |sign_type: &'static str| {
            let command = ["verify", "answer", &file, "--json", "--sign-type", sign_type];
            run(alipay(&[&command[..], &trust].concat()))
        };
        let held = verify("SM2").answer();
        assert_eq!((&held["sign_type"], &held["fields"]["code"]), (&json!("SM2"), &json!("10000")));
        assert_eq!(verify("RSA2").code, 2, "the key belongs to the other sign type");
    }
}

#[test]
fn certificates_of_sm2_are_shown_and_counted() {
    let builder = alipay_sandbox::Sandbox::builder();
    let gateway = Gateway::build(builder.sign_type(SignType::Sm2).trust_mode(TrustMode::Certificates));
    let (chain, roots) = (gateway.path("alipay.crt"), gateway.path("roots.crt"));
    let told = run(alipay(&["cert", "inspect", &chain, "--root", &roots, "--json"])).answer();
    assert_eq!(
        (&told["chain"]["holds"], &told["certificates"][0]["key_algorithm"]),
        (&json!(true), &json!("SM2"))
    );
    let counted = run(alipay(&["cert", "sn", "--root", "--sign-type", "SM2", &roots]));
    let root = &Certificate::parse_bundle(std::fs::read(&roots).unwrap()).unwrap()[1];
    assert_eq!(counted.out.trim(), root.serial_number());
    assert_eq!(run(alipay(&["cert", "sn", "--root", &roots])).code, 2, "none of them is signed with RSA");
}

#[test]
fn the_local_gateway_serves_sm2_and_announces_the_keys_of_v3() {
    let sandbox = Sandbox::start(&["--sign-type", "SM2"]);
    assert_eq!(run(sandbox.call(METHOD, &["--sign-type", "SM2"])).answer()["code"], "10000");
    assert_ne!(run(sandbox.call(METHOD, &[])).code, 0, "its keys are for SM2");
    let key = |name: &str| std::fs::read(sandbox.text(name)).unwrap();
    assert_eq!(PublicKey::parse(key("v3_alipay_public_key_file")).unwrap().algorithm(), KeyAlgorithm::Rsa);
    let path = "GET /v3/alipay/marketing/activity/voucher/query";
    let (private, public) =
        (sandbox.text("v3_app_private_key_file"), sandbox.text("v3_alipay_public_key_file"));
    let query =
        ["--json", "--query", "activity_id=A", "--private-key", private, "--alipay-public-key", public];
    let answered = run(sandbox.call(path, &query));
    assert_eq!(answered.code, 3, "{answered:?}");
    assert_eq!(answered.error()["authenticated"], true);
}

#[test]
fn the_demo_holds_with_sm2() {
    for charset in ["UTF-8", "GBK"] {
        let done = run(alipay(&["demo", "--sign-type", "SM2", "--charset", charset, "--json"]));
        assert_eq!(done.code, 0, "{done:?}");
        assert_eq!(done.lines().pop().unwrap()["failed"], 0);
    }
}
