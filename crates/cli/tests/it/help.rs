//! What the command says of itself.

use crate::command::{alipay, run};

/// Every command that does something.
const COMMANDS: [&str; 26] = [
    "demo",
    "sandbox",
    "call",
    "ops",
    "ops show",
    "sign",
    "verify answer",
    "verify v3",
    "verify notification",
    "verify link",
    "explain request",
    "explain answer",
    "explain v3",
    "explain notification",
    "explain link",
    "explain return-url",
    "key inspect",
    "key generate",
    "key convert",
    "cert sn",
    "cert inspect",
    "encrypt",
    "decrypt",
    "notify send",
    "notify record",
    "notify replay",
];

#[test]
fn help_tells_exit_codes_environment_and_profiles() {
    let done = run(alipay(&["--help"]));
    assert_eq!((done.code, done.err.as_str()), (0, ""), "{done:?}");
    let told = [
        "demo",
        "sandbox",
        "call",
        "ops",
        "verify",
        "explain",
        "notify",
        "ALIPAY_CERTIFICATE_FILE",
        "ALIPAY_CONTENT_KEY_FILE",
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
    for command in COMMANDS {
        let words: Vec<_> = command.split(' ').chain(["--help"]).collect();
        let done = run(alipay(&words));
        assert_eq!((done.code, done.err.as_str()), (0, ""), "{command}: {done:?}");
        for line in done.out.lines().filter(|line| is_flag_of_a_secret(line)) {
            let is_a_name =
                ["<FILE>", "<NAME>", "<NAMES>", "<NAME=FILE>"].iter().any(|name| line.contains(name));
            assert!(is_a_name, "{command}: {line}");
        }
    }
}

#[test]
fn a_missing_command_is_a_usage_error() {
    assert_eq!(run(alipay(&[])).code, 2);
    assert_eq!(run(alipay(&["pay"])).code, 2);
}

/// Whether a flag that takes a value has to do with keys or tokens, by its name.
fn is_flag_of_a_secret(line: &str) -> bool {
    let name = line.split_whitespace().next().unwrap_or_default();
    let is_secret = ["key", "token", "secret"].iter().any(|word| name.contains(word));
    name.starts_with("--") && is_secret && line.contains('<')
}
