//! Where settings come from: flags win over the environment, and it wins over the profile.

use std::process::Command;

use alipay_api::sign::PrivateKey;

use crate::command::{Folder, Sandbox, alipay, run};

const LIST: &str = "alipay.marketing.voucher.templatelist.query";

fn profile(folder: &Folder, sandbox: &Sandbox, name: &str, more: &str) -> String {
    // A key beside the profile is found by its bare name.
    let key = std::fs::read_to_string(sandbox.text("app_private_key_file")).unwrap();
    folder.file("key.pem", &key);
    let text = format!(
        "[{name}]\ngateway = \"{}\"\nendpoint = \"{}\"\napp_id = \"{}\"\nprivate_key_file = \"key.pem\"\nalipay_public_key_file = \"{}\"\n{more}",
        sandbox.text("gateway"),
        sandbox.text("endpoint"),
        sandbox.text("app_id"),
        sandbox.text("alipay_public_key_file"),
    );
    folder.file("profiles.toml", &text)
}

fn environment(sandbox: &Sandbox) -> Command {
    let mut command = alipay(&["call", LIST]);
    command
        .env("ALIPAY_GATEWAY", sandbox.text("gateway"))
        .env("ALIPAY_APP_ID", sandbox.text("app_id"))
        .env("ALIPAY_PRIVATE_KEY", std::fs::read_to_string(sandbox.text("app_private_key_file")).unwrap())
        .env("ALIPAY_PUBLIC_KEY_FILE", sandbox.text("alipay_public_key_file"));
    command
}

#[test]
fn the_environment_is_enough() {
    let sandbox = Sandbox::start(&[]);
    assert_eq!(run(environment(&sandbox)).answer()["code"], "10000");
    let mut both = environment(&sandbox);
    both.env("ALIPAY_PRIVATE_KEY_FILE", sandbox.text("app_private_key_file"));
    let done = run(both);
    assert_eq!(done.code, 2, "{done:?}");
    let mut covered = environment(&sandbox);
    covered.env("ALIPAY_PRIVATE_KEY_FILE", "/nonexistent");
    covered.args(["--private-key", sandbox.text("app_private_key_file")]);
    assert_eq!(run(covered).answer()["code"], "10000");
    assert!(done.err.contains("ALIPAY_PRIVATE_KEY_FILE and ALIPAY_PRIVATE_KEY"), "{done:?}");
    assert!(!done.err.contains("BEGIN"), "{done:?}");
}

#[test]
fn a_profile_is_enough_and_the_default_needs_no_name() {
    let folder = Folder::new();
    let sandbox = Sandbox::start(&[]);
    let file = profile(&folder, &sandbox, "local", "charset = \"GBK\"\ntimeout = 5\n");
    let named = run(alipay(&["call", LIST, "--profile-file", &file, "--profile", "local"]));
    assert_eq!(named.answer()["code"], "10000");
    let missing = run(alipay(&["call", LIST, "--profile-file", &file]));
    assert_eq!(missing.code, 2, "{missing:?}");
    assert!(missing.err.contains("[default]") && missing.err.contains("local"), "{missing:?}");

    std::fs::create_dir(folder.path().join("alipay")).unwrap();
    profile(&folder, &sandbox, "default", "");
    std::fs::rename(folder.path().join("profiles.toml"), folder.path().join("alipay/profiles.toml")).unwrap();
    std::fs::rename(folder.path().join("key.pem"), folder.path().join("alipay/key.pem")).unwrap();
    let mut usual = alipay(&["call", LIST]);
    usual.env("XDG_CONFIG_HOME", folder.path());
    assert_eq!(run(usual).answer()["code"], "10000");
}

#[test]
fn flags_win_over_the_environment_and_it_wins_over_the_profile() {
    let folder = Folder::new();
    let sandbox = Sandbox::start(&[]);
    let file = profile(&folder, &sandbox, "local", "");
    let arguments = ["call", LIST, "--profile-file", &file, "--profile", "local", "--json"];
    // The id of another application is refused by the sandbox, so it shows which one was used.
    let mut command = alipay(&arguments);
    command.env("ALIPAY_APP_ID", "2021000000000009");
    let done = run(command);
    assert_eq!((done.code, done.error()["sub_code"].as_str()), (3, Some("isv.invalid-app-id")), "{done:?}");
    let mut command = alipay(&arguments);
    command.env("ALIPAY_APP_ID", "2021000000000009").args(["--app-id", sandbox.text("app_id")]);
    assert_eq!(run(command).answer()["code"], "10000");
}

#[test]
fn mistakes_in_profiles_are_named_by_file_key_and_fix() {
    let folder = Folder::new();
    let cases = [
        ("[local]\napp_idd = \"1\"\n", "app_idd"),
        ("[local]\nprivate_key = \"5ecret\"\n", "private_key_file"),
        ("[local]\napp_id = [1]\n", "array"),
        ("[local]\napp_id = \"5ecret\n", "line 2"),
        ("[other]\n", "other"),
    ];
    for (text, told) in cases {
        let file = folder.file("profiles.toml", text);
        let done = run(alipay(&["call", LIST, "--profile-file", &file, "--profile", "local"]));
        assert_eq!((done.code, done.out.as_str()), (2, ""), "{text}: {done:?}");
        assert!(done.err.contains(told) && !done.err.contains("5ecret"), "{text}: {done:?}");
    }
}

#[test]
fn what_is_missing_is_named_with_flag_and_variable() {
    let done = run(alipay(&["call", LIST]));
    assert_eq!(done.code, 2, "{done:?}");
    assert!(done.err.contains("--app-id") && done.err.contains("ALIPAY_APP_ID"), "{done:?}");
}

/// With only the gateway set to a test address, a v3 call would go to production.
#[test]
fn half_a_test_environment_is_refused() {
    let sandbox = Sandbox::start(&[]);
    let target = "GET /v3/alipay/marketing/activity/voucher/query";
    let mut command = environment(&sandbox);
    command.args(["--json"]);
    assert_eq!(run(command).code, 0);
    let mut command =
        alipay(&["call", target, "--query", "activity_id=1", "--gateway", sandbox.text("gateway")]);
    command.args(["--app-id", "1"]);
    let done = run(command);
    assert_eq!(done.code, 2, "{done:?}");
    assert!(done.err.contains("--endpoint"), "{done:?}");
}

#[test]
fn tokens_come_from_files_and_variables() {
    let folder = Folder::new();
    let sandbox = Sandbox::start(&[]);
    let file = folder.file("token", "201509BBeff9351ad1874306903e96b91d248A36\n");
    assert_eq!(run(sandbox.call(LIST, &["--app-auth-token-file", &file])).answer()["code"], "10000");
    let mut named = sandbox.call(LIST, &["--app-auth-token-env", "MERCHANT_7"]);
    named.env("MERCHANT_7", "201509BBeff9351ad1874306903e96b91d248A36");
    assert_eq!(run(named).answer()["code"], "10000");
    let two = folder.file("two", "one two");
    let done = run(sandbox.call(LIST, &["--app-auth-token-file", &two]));
    assert_eq!(done.code, 2, "{done:?}");
    assert!(done.err.contains("app_auth_token") && !done.err.contains("one two"), "{done:?}");
}

#[test]
fn our_own_key_in_the_place_of_alipays_is_refused() {
    let folder = Folder::new();
    let key = PrivateKey::generate(2048).unwrap();
    let private = folder.file("private.pem", key.to_pkcs8_pem().expose());
    let public = folder.file("public.pem", &key.public_key().to_spki_pem());
    let arguments =
        ["call", LIST, "--app-id", "1", "--private-key", &private, "--alipay-public-key", &public];
    let done = run(alipay(&arguments));
    assert_eq!(done.code, 2, "{done:?}");
    assert!(done.err.contains("application's own key"), "{done:?}");
}
