//! What `alipay sandbox` prints to copy works in every mode as it stands.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use serde_json::Value;

use crate::command::{Done, Folder, alipay, json, run};
use crate::gateway::CONTENT_KEY;

/// A sandbox that keeps its files in a folder with a blank in its name.
struct Announced {
    child: Child,
    lines: Vec<String>,
}

impl Announced {
    fn start(folder: &Folder, more: &[&str]) -> Self {
        let place = folder.path().join("it's a folder");
        std::fs::create_dir_all(&place).unwrap();
        let mut command = alipay(&["sandbox", "--listen", "127.0.0.1:0"]);
        command.args(more).env("TMPDIR", &place).current_dir(folder.path());
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
        let mut announced = Vec::new();
        for line in lines {
            let is_last = line.starts_with("Requests follow") || line.starts_with('{');
            announced.push(line);
            if is_last {
                break;
            }
        }
        Self { child, lines: announced }
    }

    /// The lines to copy.
    fn block(&self) -> String {
        let lines = self.lines.iter().skip_while(|line| !line.starts_with("Try it")).skip(1);
        lines.take_while(|line| line.starts_with("  ")).map(|line| format!("{line}\n")).collect()
    }
}

impl Drop for Announced {
    fn drop(&mut self) {
        // A signal lets it remove its files.
        let _ = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status();
        let _ = self.child.wait();
    }
}

/// A terminal with nothing but the command in it.
fn paste(block: &str) -> Done {
    let mut shell = Command::new("/bin/sh");
    let place = Path::new(env!("CARGO_BIN_EXE_alipay")).parent().unwrap();
    shell.args(["-euc", block]).env_clear().env("PATH", place).current_dir("/").stdin(Stdio::null());
    run(shell)
}

fn assert_works(more: &[&str], expected: usize) {
    let folder = Folder::new();
    folder.file("content.key", CONTENT_KEY);
    let announced = Announced::start(&folder, more);
    let done = paste(&announced.block());
    assert_eq!(
        (done.code, done.out.lines().count()),
        (0, expected),
        "{more:?}: {}{done:?}",
        announced.block()
    );
    if more.contains(&"--content-key-file") {
        let done = paste(&format!("{} --encrypt", announced.block().trim_end()));
        assert_eq!(done.code, 0, "{done:?}");
    }
    drop(announced);

    let announced = Announced::start(&folder, &[more, &["--json"]].concat());
    let object = json(&announced.lines[0]);
    let calls = [
        ("environment", ["alipay.marketing.voucher.templatelist.query", "--biz", "{}"]),
        ("v3_environment", ["POST /v3/alipay/marketing/activity/batchquery", "--body", "{}"]),
    ];
    let mut done = 0;
    for (name, arguments) in calls {
        let Value::Object(variables) = &object[name] else { continue };
        let mut command = alipay(&[&["call"], &arguments[..]].concat());
        for (name, value) in object["environment"].as_object().unwrap().iter().chain(variables) {
            command.env(name, value.as_str().unwrap());
        }
        assert_eq!(run(command).code, 0, "{name}: {object}");
        done += 1;
    }
    assert_eq!(done, expected, "{object}");
}

#[test]
fn a_certificate_of_another_application_is_warned_of() {
    let folder = Folder::new();
    let announced = Announced::start(&folder, &["--trust", "certificates"]);
    let block = announced.block();
    assert!(!paste(&block).err.contains("app_certificate"));
    let other = format!("{} --app-id 2021000000000009", block.trim_end());
    let done = paste(&other);
    assert!(
        done.err.starts_with("note: app_certificate: ") && done.err.contains("2021000000000009"),
        "{done:?}"
    );
    assert!(!paste(&format!("{other} --json")).err.contains("note: "));
}

#[test]
fn the_announced_lines_work_with_keys() {
    assert_works(&[], 1);
    assert_works(&["--trust", "either"], 1);
}

#[test]
fn the_announced_lines_work_with_certificates() {
    assert_works(&["--trust", "certificates"], 1);
}

#[test]
fn the_announced_lines_work_with_rsa() {
    assert_works(&["--sign-type", "RSA"], 1);
}

#[test]
fn the_announced_lines_work_with_a_content_key() {
    assert_works(&["--content-key-file", "content.key", "--encrypt-messages=AES_V2"], 1);
}

#[cfg(feature = "sm2")]
#[test]
fn the_announced_lines_work_with_sm2_for_v2_and_v3() {
    assert_works(&["--sign-type", "SM2"], 2);
    assert_works(&["--sign-type", "SM2", "--trust", "certificates"], 2);
}

#[test]
fn what_is_the_users_own_is_left_for_the_user_to_fill_in() {
    let folder = Folder::new();
    let (_, _, public) = crate::gateway::key_files(&folder, "app");
    let announced = Announced::start(&folder, &["--app-public-key", &public]);
    assert!(announced.block().contains("export ALIPAY_PRIVATE_KEY_FILE=YOUR_PRIVATE_KEY_FILE\n"));
}
