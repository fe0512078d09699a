//! `alipay call` in certificate mode, and with encrypted contents.

use std::process::Command;

use alipay_sandbox::Sandbox;
use serde_json::json;

use crate::command::{alipay, run};
use crate::gateway::{CONTENT_KEY, Gateway};

const LIST: &str = "alipay.marketing.voucher.templatelist.query";
const ACTIVITY: &str = "GET /v3/alipay/marketing/activity/voucher/query";

fn call(gateway: &Gateway, target: &str, more: &[&str]) -> Command {
    let mut command = alipay(&["call", target, "--json"]);
    command
        .args(["--gateway", &gateway.sandbox.gateway_url(), "--endpoint", &gateway.sandbox.endpoint_url()])
        .args(["--app-id", gateway.sandbox.app_id(), "--private-key", &gateway.path("app_private.pem")])
        .args(more);
    command
}

#[test]
fn three_certificates_stand_for_the_public_key() {
    let gateway = Gateway::with_certificates();
    let (app, alipays, roots) =
        (gateway.path("app.crt"), gateway.path("alipay.crt"), gateway.path("roots.crt"));
    let flags =
        ["--app-certificate", &app, "--alipay-certificate", &alipays, "--alipay-root-certificate", &roots];
    assert_eq!(run(call(&gateway, LIST, &flags)).answer()["code"], "10000");
    // A certificate that is not known is downloaded, and its chain checked.
    gateway.sandbox.control().rotate_certificate().unwrap();
    assert_eq!(run(call(&gateway, LIST, &flags)).answer()["code"], "10000");
    let done = run(call(&gateway, ACTIVITY, &[&flags[..], &["--query", "activity_id=none"]].concat()));
    assert_eq!((done.code, done.error()["code"].clone()), (3, json!("INVALID_PARAMETER")), "{done:?}");

    let mut variables = call(&gateway, LIST, &[]);
    variables
        .env("ALIPAY_APP_CERTIFICATE_FILE", &app)
        .env("ALIPAY_CERTIFICATE_FILE", &alipays)
        .env("ALIPAY_ROOT_CERTIFICATE_FILE", &roots);
    assert_eq!(run(variables).answer()["code"], "10000");
    let profile = gateway.folder.file(
        "profiles.toml",
        "[default]\napp_certificate_file = \"app.crt\"\nalipay_certificate_file = \"alipay.crt\"\nalipay_root_certificate_file = \"roots.crt\"\n",
    );
    let mut covered = call(&gateway, LIST, &["--profile-file", &profile]);
    assert_eq!(run(call(&gateway, LIST, &["--profile-file", &profile])).answer()["code"], "10000");
    // Whom to believe is one choice: a key in a variable covers the certificates of the profile.
    covered.env("ALIPAY_PUBLIC_KEY_FILE", gateway.path("alipay_public.pem"));
    let done = run(covered);
    assert_eq!(done.code, 3, "the sandbox wants a certificate: {done:?}");
}

#[test]
fn certificate_mode_needs_all_three_and_no_public_key() {
    let gateway = Gateway::with_certificates();
    let files = ["app.crt", "alipay.crt", "roots.crt"].map(|name| gateway.path(name));
    let flags = ["--app-certificate", "--alipay-certificate", "--alipay-root-certificate"];
    for missing in 0..3 {
        let kept = (0..3).filter(|index| *index != missing);
        let more: Vec<&str> = kept.flat_map(|index| [flags[index], &files[index]]).collect();
        let done = run(call(&gateway, LIST, &more));
        assert_eq!(done.code, 2, "{done:?}");
        assert!(done.error()["message"].as_str().unwrap().contains(flags[missing]), "{done:?}");
    }
    let all: Vec<&str> = (0..3).flat_map(|index| [flags[index], &files[index]]).collect();
    let public = gateway.path("alipay_public.pem");
    let done = run(call(&gateway, LIST, &[&all[..], &["--alipay-public-key", &public]].concat()));
    assert_eq!(done.code, 2, "{done:?}");
    let swapped = [
        "--app-certificate",
        &files[1],
        "--alipay-certificate",
        &files[0],
        "--alipay-root-certificate",
        &files[2],
    ];
    let done = run(call(&gateway, LIST, &swapped));
    assert_eq!(done.code, 2, "{done:?}");
    assert!(done.err.contains("app_certificate"), "{done:?}");
}

#[test]
fn contents_are_encrypted_on_request_and_by_profile() {
    let gateway = Gateway::build(Sandbox::builder().content_key(CONTENT_KEY));
    let (public, key) = (gateway.path("alipay_public.pem"), gateway.path("content.key"));
    let flags = ["--alipay-public-key", &public, "--content-key-file", &key, "--biz", r#"{"page_num":1}"#];
    for more in [&["--encrypt"][..], &["--encrypt", "--content-cipher", "AES_V2"], &[]] {
        assert_eq!(
            run(call(&gateway, LIST, &[&flags[..], more].concat())).answer()["code"],
            "10000",
            "{more:?}"
        );
    }
    let body = json!({
        "out_biz_no": "create-1",
        "voucher_type": "FIX_VOUCHER",
        "publish_start_time": "2030-01-01 00:00:00",
        "publish_end_time": "2030-02-01 00:00:00",
        "voucher_send_rule": {"voucher_quantity": 3},
    });
    let create = "POST /v3/alipay/marketing/activity/voucher/create";
    let body = body.to_string();
    let answer =
        run(call(&gateway, create, &[&flags[..4], &["--encrypt", "--body", &body]].concat())).answer();
    assert!(answer["activity_id"].is_string(), "{answer}");

    let profile = gateway
        .folder
        .file("profiles.toml", "[default]\ncontent_key_file = \"content.key\"\nencrypt = true\n");
    let by_profile = run(call(
        &gateway,
        LIST,
        &["--alipay-public-key", &public, "--profile-file", &profile, "--biz", "{}"],
    ));
    assert_eq!(by_profile.answer()["code"], "10000");
    let other = gateway.folder.file("other.key", "AAECAwQFBgcICQoLDA0OEA==");
    let done = run(call(
        &gateway,
        LIST,
        &["--alipay-public-key", &public, "--encrypt", "--content-key-file", &other],
    ));
    assert_ne!(done.code, 0, "the gateway has another key: {done:?}");
    let done = run(call(&gateway, LIST, &["--alipay-public-key", &public, "--encrypt"]));
    assert_eq!(done.code, 2, "{done:?}");
    assert!(done.err.contains("--content-key-file"), "{done:?}");
    let done = run(call(&gateway, LIST, &[&flags[..4], &["--content-cipher", "DES"]].concat()));
    assert!(done.code == 2 && done.err.contains("AES_V2"), "{done:?}");
}
