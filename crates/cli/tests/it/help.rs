//! What the command says of itself.

use crate::command::{alipay, run};

#[test]
fn help_tells_exit_codes_environment_and_profiles() {
    let done = run(alipay(&["--help"]));
    assert_eq!((done.code, done.err.as_str()), (0, ""), "{done:?}");
    let told = [
        "demo",
        "sandbox",
        "call",
        "ops",
        "Exit codes",
        "ALIPAY_PRIVATE_KEY_FILE",
        "ALIPAY_PROFILE",
        "NO_COLOR",
    ];
    for word in told {
        assert!(done.out.contains(word), "{word}: {}", done.out);
    }
}

#[test]
fn help_shows_no_value_of_the_environment() {
    for command in ["--help", "call"] {
        let mut help = alipay(&[command]);
        if command != "--help" {
            help.arg("--help");
        }
        help.env("ALIPAY_PRIVATE_KEY", "5ecret").env("ALIPAY_APP_AUTH_TOKEN", "5ecret");
        let done = run(help);
        assert_eq!(done.code, 0);
        assert!(!done.out.contains("5ecret") && !done.err.contains("5ecret"), "{done:?}");
    }
}

#[test]
fn no_flag_takes_a_key_or_a_token_itself() {
    let done = run(alipay(&["call", "--help"]));
    for line in done.out.lines().filter(|line| line.contains("key") || line.contains("token")) {
        let is_flag = line.trim_start().starts_with("--");
        assert!(!is_flag || line.contains("<FILE>") || line.contains("<NAME>"), "{line}");
    }
}

#[test]
fn a_missing_command_is_a_usage_error() {
    assert_eq!(run(alipay(&[])).code, 2);
    assert_eq!(run(alipay(&["pay"])).code, 2);
}
