//! The public vectors pass, each skipped case is explained, and the runner notices what is wrong.

mod expectations;
mod folders;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use alipay_tests::conformance;
use serde_json::{Value, json};

const VECTORS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/vectors");

/// The cases that cannot be held against us, and what the reason says.
const SKIPPED: [(&str, &str); 10] = [
    ("v2s-pub-node-null_params-rsa2", "null"),
    ("v2s-pub-node-node_camel_params-rsa2", "signs something else than it sends"),
    ("v2s-pub-node-node_undefined_param-rsa2", "null"),
    ("v2s-pub-python-empty_strings-rsa2", "signs something else than it sends"),
    ("v2s-pub-python-encrypt-encrypt", "throws on a request that is right"),
    ("v2s-pub-php-send_special_chars-gbk_rsa2", "throws on a request that is right"),
    ("v2s-pub-php-detail_query-gbk_rsa2", "throws on a request that is right"),
    ("v2s-pub-php-blank_zero_at-rsa2", "signs something else than it sends"),
    ("v2s-pub-php-sort_numeric_names-rsa2", "signs something else than it sends"),
    ("v2s-pub-php-escaped_json_string-gbk_rsa2", "throws on a request that is right"),
];

/// How many cases of a folder passed, failed and were skipped.
#[derive(Debug, Default, Eq, PartialEq)]
struct Verdicts {
    passed: usize,
    failed: usize,
    skipped: usize,
}

/// A folder for one test, removed afterwards.
struct Scratch(PathBuf);

impl Scratch {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("alipay-conformance-{}-{name}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    /// Takes in a file of the public vectors, changed.
    fn put(&self, name: &str, change: impl FnOnce(&mut Value)) {
        let mut file: Value =
            serde_json::from_slice(&std::fs::read(Path::new(VECTORS).join(name)).unwrap()).unwrap();
        change(&mut file);
        std::fs::write(self.0.join(name), file.to_string()).unwrap();
    }

    fn verdicts(&self) -> Verdicts {
        let report = conformance::run(&self.0);
        let (failed, skipped) = (report.failures().count(), report.skipped().count());
        let all: usize = report.files.iter().map(|file| file.cases.len()).sum();
        Verdicts { passed: all - failed - skipped, failed, skipped }
    }

    fn conformance(&self) -> Output {
        Command::new(env!("CARGO_BIN_EXE_conformance")).arg(&self.0).output().unwrap()
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Keeps the cases with these identifiers.
fn only(file: &mut Value, ids: &[&str]) {
    file["cases"].as_array_mut().unwrap().retain(|case| ids.contains(&case["id"].as_str().unwrap()));
    assert_eq!(file["cases"].as_array().unwrap().len(), ids.len());
}

/// Another letter in the place of the first one.
fn alter(text: &mut Value) {
    let old = text.as_str().unwrap();
    let first = if old.starts_with('A') { "B" } else { "A" };
    *text = Value::from(format!("{first}{}", &old[1..]));
}

fn last_line(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).lines().last().unwrap_or_default().to_owned()
}

#[test]
fn the_public_vectors_pass_and_every_skip_is_explained() {
    let report = conformance::run(Path::new(VECTORS));
    assert_eq!(report.failures().collect::<Vec<_>>(), []);
    assert_eq!(report.files.len(), 11);
    let skipped: Vec<_> = report.skipped().map(|(_, id, reason)| (id, reason)).collect();
    assert_eq!(skipped.len(), SKIPPED.len(), "{skipped:#?}");
    for ((id, reason), (known, why)) in skipped.into_iter().zip(SKIPPED) {
        assert!(id == known && reason.contains(why), "{id}: {reason}");
    }
}

#[test]
fn one_altered_signature_fails_its_case() {
    let scratch = Scratch::new("signature");
    let id = "v2s-pub-java-send_basic-rsa2";
    scratch.put("keys.json", |_| {});
    scratch.put("v2-sign.json", |file| only(file, &[id]));
    let before = scratch.conformance();
    assert!(before.status.success());

    scratch.put("v2-sign.json", |file| {
        only(file, &[id]);
        alter(&mut file["cases"][0]["expected"]["sign"]);
    });
    let after = scratch.conformance();
    assert_eq!(after.status.code(), Some(1));
    let printed = String::from_utf8(after.stdout.clone()).unwrap();
    assert!(printed.contains("v2-sign.json: 0 passed, 1 failed, 0 skipped"), "{printed}");
    assert!(
        printed.contains(&format!("FAILED {id}")) && printed.contains("expected: sign on the wire"),
        "{printed}"
    );
    assert_eq!(last_line(&before).replace("1 failed", "0 failed"), last_line(&before));
    assert!(last_line(&after).ends_with("passed, 1 failed, 0 skipped"), "{printed}");
}

#[test]
fn a_verdict_turned_round_fails_in_every_file_of_verdicts() {
    let scratch = Scratch::new("verdicts");
    scratch.put("keys.json", |_| {});
    scratch.put("certs.json", |_| {});
    let mut expected = 0;
    for (name, pointer) in [
        ("v2-response.json", "/suggested/verdict"),
        ("notify.json", "/suggested"),
        ("v3-response.json", "/suggested"),
        ("aes.json", "/suggested"),
    ] {
        scratch.put(name, |file| {
            for case in file["cases"].as_array_mut().unwrap() {
                let Some(verdict) = case.pointer_mut(pointer) else { continue };
                let turned = match verdict.as_str() {
                    Some("accept") => "reject",
                    Some("reject" | "error") => "accept",
                    _ => continue,
                };
                *verdict = json!(turned);
                expected += 1;
            }
        });
    }
    let report = conformance::run(&scratch.0);
    assert!(expected > 100, "{expected}");
    assert_eq!(report.failures().count(), expected);
}

#[test]
fn a_malformed_case_fails_with_its_id_and_stops_nothing() {
    let scratch = Scratch::new("malformed");
    scratch.put("keys.json", |_| {});
    scratch.put("aes.json", |file| {
        only(file, &["aes-pub-enc-ascii-aes128", "aes-pub-dec-good", "aes-pub-dec-wrong_key"]);
        file["cases"][0].as_object_mut().unwrap().retain(|name, _| !name.starts_with("plaintext"));
        file["cases"][1]["key"] = json!({"not": "a name"});
    });
    let output = scratch.conformance();
    let printed = String::from_utf8_lossy(&output.stdout);
    assert!(printed.contains("aes.json: 1 passed, 2 failed, 0 skipped"), "{printed}");
    assert!(printed.contains("FAILED aes-pub-enc-ascii-aes128"), "{printed}");
}

#[test]
fn files_may_be_missing_but_not_all_of_them() {
    let scratch = Scratch::new("missing");
    assert_eq!(scratch.conformance().status.code(), Some(1));

    scratch.put("certs.json", |_| {});
    scratch.put("cert-sn.json", |file| only(file, &["sn-pub-cert-00"]));
    let output = scratch.conformance();
    let printed = String::from_utf8_lossy(&output.stdout);
    assert!(printed.contains("cert-sn.json: 1 passed, 0 failed, 0 skipped"), "{printed}");
    assert!(output.status.success(), "{printed}");
}
