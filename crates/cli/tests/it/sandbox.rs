//! `alipay sandbox`: the first line, the files, the log, and a clean end.

use std::path::Path;

use serde_json::Value;

use crate::command::{Folder, Sandbox, alipay, json, run};

#[test]
fn the_first_line_tells_everything_that_a_client_needs() {
    let sandbox = Sandbox::start(&[]);
    let names: Vec<_> = sandbox.announced().as_object().unwrap().keys().map(String::as_str).collect();
    let expected = [
        "alipay_public_key_file",
        "app_id",
        "app_private_key_file",
        "control",
        "endpoint",
        "environment",
        "gateway",
    ];
    assert_eq!(names, expected);
    let endpoint = sandbox.text("endpoint");
    assert!(endpoint.starts_with("http://127.0.0.1:") && !endpoint.ends_with(":0"), "{endpoint}");
    assert_eq!(sandbox.text("gateway"), format!("{endpoint}/gateway.do"));
    assert_eq!(sandbox.text("control"), format!("{endpoint}/control"));
    let key = std::fs::read_to_string(sandbox.text("app_private_key_file")).unwrap();
    assert!(key.starts_with("-----BEGIN PRIVATE KEY-----"));
}

#[cfg(unix)]
#[test]
fn only_the_owner_can_read_the_keys() {
    use std::os::unix::fs::PermissionsExt;
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let sandbox = Sandbox::start(&[]);
    let file = Path::new(sandbox.text("app_private_key_file"));
    assert_eq!((mode(file), mode(file.parent().unwrap())), (0o600, 0o700));
}

#[cfg(unix)]
#[test]
fn signals_end_it_cleanly_and_remove_the_keys() {
    for signal in ["-TERM", "-INT"] {
        let sandbox = Sandbox::start(&[]);
        let folder = Path::new(sandbox.text("app_private_key_file")).parent().unwrap().to_owned();
        assert!(folder.exists());
        // A connection that stays open must not hold it.
        let answer = run(sandbox.call("alipay.marketing.voucher.templatelist.query", &[])).answer();
        assert_eq!(answer["code"], "10000");
        let (code, log) = sandbox.end_with(signal);
        assert_eq!(code, Some(0), "{signal}");
        assert!(!folder.exists(), "{signal}");
        let entries: Vec<Value> = log.lines().map(json).collect();
        assert_eq!(entries.len(), 1, "{log}");
        assert_eq!(entries[0]["method"], "alipay.marketing.voucher.templatelist.query");
        assert_eq!(entries[0]["outcome"], "10000");
        assert!(entries[0]["trace_id"].is_string());
    }
}

#[test]
fn given_keys_are_used_and_not_written_again() {
    let folder = Folder::new();
    let first = Sandbox::start(&[]);
    let private = std::fs::read_to_string(first.text("app_private_key_file")).unwrap();
    let ours = alipay_sign_public(&private);
    let app_key = folder.file("app_public_key.pem", &ours);

    let second = Sandbox::start(&["--app-id", "2021000000000007", "--app-public-key", &app_key]);
    assert_eq!(second.text("app_id"), "2021000000000007");
    assert_eq!(second.announced()["app_private_key_file"], Value::Null);
    let key_file = first.text("app_private_key_file").to_owned();
    let call = second.call("alipay.marketing.voucher.templatelist.query", &["--private-key", &key_file]);
    assert_eq!(run(call).answer()["code"], "10000");

    let alipay_key = folder.file("alipay_private_key.pem", &private);
    let third = Sandbox::start(&["--alipay-private-key", &alipay_key]);
    assert_eq!(third.announced()["alipay_public_key_file"], Value::Null);
    assert!(third.announced()["app_private_key_file"].is_string());
    let call = third.call("alipay.marketing.voucher.templatelist.query", &["--alipay-public-key", &app_key]);
    assert_eq!(run(call).answer()["code"], "10000");
}

#[test]
fn rsa_is_served_where_it_was_agreed() {
    let sandbox = Sandbox::start(&["--sign-type", "RSA"]);
    let method = "alipay.marketing.voucher.templatelist.query";
    assert_eq!(
        run(sandbox.call(method, &["--sign-type", "RSA", "--charset", "GBK"])).answer()["code"],
        "10000"
    );
    assert_eq!(run(sandbox.call(method, &[])).code, 5, "the answer is signed with RSA, RSA2 was agreed");
}

#[test]
fn other_machines_are_kept_out() {
    let done = run(alipay(&["sandbox", "--listen", "0.0.0.0:0"]));
    assert_eq!((done.code, done.out.as_str()), (2, ""), "{done:?}");
    assert!(done.err.contains("0.0.0.0:0") && done.err.contains("127.0.0.1"), "{done:?}");
}

#[test]
fn what_is_no_address_for_messages_is_refused() {
    for url in ["foo", "127.0.0.1:8080", "ftp://127.0.0.1/"] {
        let done = run(alipay(&["sandbox", "--listen", "127.0.0.1:0", "--message-url", url]));
        assert_eq!((done.code, done.out.as_str()), (2, ""), "{done:?}");
        assert!(done.err.contains("--message-url") && done.err.contains(url), "{done:?}");
    }
}

#[test]
fn a_key_that_is_none_is_named_without_showing_it() {
    let folder = Folder::new();
    let file = folder.file("key.pem", "no key at all");
    let done = run(alipay(&["sandbox", "--listen", "127.0.0.1:0", "--app-public-key", &file]));
    assert_eq!((done.code, done.out.as_str()), (2, ""), "{done:?}");
    assert!(done.err.contains("--app-public-key") && !done.err.contains("no key at all"), "{done:?}");
}

fn alipay_sign_public(private: &str) -> String {
    alipay_api::sign::PrivateKey::parse(private).unwrap().public_key().to_spki_pem()
}
