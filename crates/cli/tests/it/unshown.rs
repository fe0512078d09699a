//! A key or a token where a file name belongs is never shown again, wherever it was given.

use crate::command::{Done, Folder, alipay, run};

const LIST: &str = "alipay.marketing.voucher.templatelist.query";
const TOKEN: &str = "201509BBeff9351ad1874306903e96b91d248A36";
const SHORT_KEY: &str = "AAECAwQFBgcIC/oLDA0ODw==";
const LONG_KEY: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

fn assert_unshown(done: &Done, secret: &str, named: &str) {
    assert_eq!((done.code, done.out.as_str()), (2, ""), "{done:?}");
    assert!(!done.err.contains(secret) && done.err.contains(named), "{done:?}");
}

/// Its flag, its variable, its key in a profile, and what it is called.
const SETTINGS: [(&str, Option<&str>, &str, &str); 5] = [
    ("--private-key", Some("ALIPAY_PRIVATE_KEY_FILE"), "private_key_file", "private_key"),
    ("--alipay-public-key", Some("ALIPAY_PUBLIC_KEY_FILE"), "alipay_public_key_file", "alipay_public_key"),
    ("--content-key-file", Some("ALIPAY_CONTENT_KEY_FILE"), "content_key_file", "content_key"),
    ("--app-auth-token-file", None, "app_auth_token_file", "app_auth_token"),
    ("--auth-token-file", None, "auth_token_file", "auth_token"),
];

#[test]
fn a_secret_in_the_place_of_a_file_is_not_shown() {
    let folder = Folder::new();
    let (_, private, _) = crate::gateway::key_files(&folder, "app");
    let (_, _, public) = crate::gateway::key_files(&folder, "alipay");
    for (flag, variable, key, named) in SETTINGS {
        for secret in [TOKEN, SHORT_KEY, LONG_KEY] {
            let mut others = vec![LIST, "--app-id", "1"];
            for (name, file) in [("--private-key", &private), ("--alipay-public-key", &public)] {
                if name != flag {
                    others.extend([name, file.as_str()]);
                }
            }
            let profile = folder.file("profiles.toml", &format!("[default]\n{key} = \"{secret}\"\n"));
            for json in [&[][..], &["--json"]] {
                let call = |more: &[&str]| alipay(&[&["call"], &others[..], more, json].concat());
                assert_unshown(&run(call(&[flag, secret])), secret, named);
                assert_unshown(&run(call(&["--profile-file", &profile])), secret, named);
                if let Some(variable) = variable {
                    let mut command = call(&[]);
                    command.env(variable, secret);
                    assert_unshown(&run(command), secret, named);
                }
            }
        }
    }
}

#[test]
fn a_secret_in_the_place_of_any_other_file_is_not_shown() {
    for secret in [TOKEN, SHORT_KEY, LONG_KEY] {
        let field = format!("auth_token=@{secret}");
        let cases: [&[&str]; 6] = [
            &["key", "inspect", secret],
            &["verify", "answer", "-", "--alipay-certificate", secret],
            &["decrypt", "-", "--content-key-file", secret],
            &["sandbox", "--content-key-file", secret],
            &["call", "POST /v3/alipay/user/info/share", "--query", &field],
            &["call", LIST, "--profile-file", secret],
        ];
        for arguments in cases {
            for json in [&[][..], &["--json"]] {
                assert_unshown(&run(alipay(&[arguments, json].concat())), secret, "cannot be read");
            }
        }
        // The parser quotes the words that it does not understand.
        assert_unshown(&run(alipay(&["call", LIST, "--app-auth-token", secret])), secret, "error: ");
    }
}
