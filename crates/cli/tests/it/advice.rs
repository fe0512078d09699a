//! What is wrong is told with one piece of advice, to somebody who gave a file.

use crate::command::{Done, Folder, alipay, run};
use crate::gateway::{CONTENT_KEY, Gateway, key_files};

/// A key on the curve P-256, made for this test: Alipay takes no such key.
const CURVE_KEY: &str = "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAECSrPyE+oaQrzER2o7iSkcM43hg+MxQXCyfBXGSvuqPCLd1/JEk+cXUFII5B12CAPHEUhVyhCpUYm8zu7ZXoMJw==";

fn assert_told(arguments: &[&str], code: i32, told: &[&str], untold: &[&str]) {
    let done: Done = run(alipay(arguments));
    assert_eq!((done.code, done.out.as_str()), (code, ""), "{arguments:?}: {done:?}");
    assert!(told.iter().all(|told| done.err.contains(told)), "{told:?}: {done:?}");
    assert!(!untold.iter().any(|untold| done.err.contains(untold)), "{untold:?}: {done:?}");
}

#[test]
fn a_key_that_is_none_is_not_taken_for_a_file_name() {
    let folder = Folder::new();
    let (_, private, public) = key_files(&folder, "app");
    let hello = folder.file("hello.txt", "hello, world!");
    let curve = folder.file("curve.pem", CURVE_KEY);
    let not_a_name = &["not a file name", "give the text"][..];
    let list = "alipay.marketing.voucher.templatelist.query";
    let call = ["call", list, "--app-id", "1", "--private-key"];
    assert_told(
        &[&call[..], &[&hello, "--alipay-public-key", &public]].concat(),
        2,
        &["private_key"],
        not_a_name,
    );
    let call = [&call[..], &[&private, "--alipay-public-key", &hello]].concat();
    assert_told(&call, 2, &["alipay_public_key", "not base64"], not_a_name);
    assert_told(&["key", "inspect", &hello], 2, &["not base64"], not_a_name);
    assert_told(&["cert", "inspect", &hello], 2, &["FILE", ".crt"], not_a_name);
    assert_told(&["key", "inspect", &curve], 2, &["RSA or SM2"], &["RSA key is wanted", "RSA2"]);
    let send = ["notify", "send", "http://127.0.0.1:9/", "--kind", "trade", "--alipay-private-key", &public];
    assert_told(&send, 2, &["--alipay-private-key", "public key"], &["application"]);
}

#[test]
fn the_argument_that_is_wrong_is_named() {
    let gateway = Gateway::with_certificates();
    let hello = gateway.folder.file("hello.txt", "hello, world!");
    let inspect = ["cert", "inspect", &gateway.path("alipay.crt"), "--root", &hello];
    assert_told(&inspect, 2, &["--root"], &["FILE"]);
    let (app, alipays, roots) =
        (gateway.path("app.crt"), gateway.path("alipay.crt"), gateway.path("roots.crt"));
    let private = gateway.path("app_private.pem");
    let call =
        ["call", "alipay.marketing.voucher.templatelist.query", "--app-id", "1", "--private-key", &private];
    for wrong in 0..3 {
        let flags = ["--app-certificate", "--alipay-certificate", "--alipay-root-certificate"];
        let mut files = [&app, &alipays, &roots];
        files[wrong] = &hello;
        let given: Vec<&str> =
            flags.iter().zip(files).flat_map(|(flag, file)| [*flag, file.as_str()]).collect();
        let named = flags[wrong].trim_start_matches("--").replace('-', "_");
        assert_told(&[&call[..], &given].concat(), 2, &[&named, ".crt"], &["not a file name"]);
    }
    let key = ["sandbox", "--listen", "127.0.0.1:0", "--content-key-file", &hello];
    assert_told(&key, 2, &["--content-key-file"], &["sandbox: "]);
}

#[test]
fn a_content_that_is_none_is_told_from_a_wrong_key() {
    let folder = Folder::new();
    let key = folder.file("content.key", CONTENT_KEY);
    let cases = [
        ("", "it is empty"),
        ("{\"a_response\":\"OPu5\",\"sign\":\"x\"}", "alipay verify answer"),
        ("no base64!", "not base64"),
        ("OPu5otG1drB6dWFGfVTzTQ==", "compare key and --cipher"),
    ];
    for (text, told) in cases {
        let file = folder.file("content", text);
        let untold = if told.starts_with("compare") { &[][..] } else { &["compare"] };
        assert_told(&["decrypt", &file, "--content-key-file", &key], 4, &[told], untold);
    }
}

#[cfg(unix)]
#[test]
fn a_full_disk_leaves_no_half_a_key() {
    let folder = Folder::new();
    let file = folder.path().join("new.pem");
    let mut shell = std::process::Command::new("/bin/sh");
    let script = "trap '' XFSZ; ulimit -f 0; exec \"$0\" key generate --out \"$1\"";
    shell.args(["-c", script, env!("CARGO_BIN_EXE_alipay")]).arg(&file);
    let done = run(shell);
    assert_eq!((done.code, file.exists()), (1, false), "{done:?}");
}
