//! What a folder may lack or hold besides, and what is said of a folder that cannot be read.

use serde_json::{Value, json};

use super::{Scratch, Verdicts, only};

const FIXTURES: [&str; 3] = ["sn-pub-fixture-00", "sn-pub-fixture-01", "sn-pub-fixture-02"];

#[test]
fn certificate_files_that_cases_name_are_built_in_and_their_hash_is_checked() {
    let scratch = Scratch::new("fixtures");
    scratch.put("cert-sn.json", |file| only(file, &FIXTURES));
    assert_eq!(scratch.verdicts(), Verdicts { passed: 3, ..Verdicts::default() });

    scratch.put("cert-sn.json", |file| {
        only(file, &FIXTURES[..1]);
        file["cases"][0]["fixture_sha256"] = json!("00");
    });
    assert_eq!(scratch.verdicts(), Verdicts { failed: 1, ..Verdicts::default() });
}

#[test]
fn without_keys_the_texts_are_checked_and_public_keys_come_from_certificates() {
    let scratch = Scratch::new("without-keys");
    let all = |scratch: &Scratch, change: fn(&mut Value)| {
        for (name, id) in [
            ("v2-sign.json", "v2s-pub-java-send_basic-rsa2"),
            ("v3-sign.json", "v3s-pub-node-send_post-plain"),
            ("page-execute.json", "page-pub-java-page_pay-rsa2-page_get"),
        ] {
            scratch.put(name, |file| {
                only(file, &[id]);
                change(&mut file["cases"][0]);
            });
        }
        scratch.verdicts()
    };
    assert_eq!(all(&scratch, |_| {}), Verdicts { skipped: 3, ..Verdicts::default() });
    let other_text = |case: &mut Value| {
        case["expected"]["sign_content"] = json!("another");
        case["expected"].as_object_mut().unwrap().remove("sign_content_base64");
    };
    assert_eq!(all(&scratch, other_text), Verdicts { failed: 3, ..Verdicts::default() });

    scratch.put("certs.json", |file| {
        let certs = file["certs"].as_array_mut().unwrap();
        certs.retain(|cert| cert["id"] == "app_cert");
        for name in ["root_bundle", "root_bundle_order"] {
            file.as_object_mut().unwrap().remove(name);
        }
    });
    assert_eq!(all(&scratch, |_| {}), Verdicts { passed: 4, ..Verdicts::default() });
    let other_sign = |case: &mut Value| {
        let sign = case["expected"]["sign"].as_str().unwrap();
        case["expected"]["sign"] = json!(format!("A{}", &sign[1..]));
    };
    assert_eq!(all(&scratch, other_sign), Verdicts { passed: 1, failed: 3, ..Verdicts::default() });
}

#[test]
fn answers_need_no_application_in_the_folder() {
    let scratch = Scratch::new("no-application");
    scratch.put("keys.json", |file| {
        file["keys"].as_object_mut().unwrap().retain(|name, _| name == "alipay_rsa2");
        file["aes_keys_base64"] = json!({});
    });
    scratch.put("certs.json", |file| {
        file["certs"].as_array_mut().unwrap().retain(|cert| cert["id"] == "alipay_cert");
        file.as_object_mut().unwrap().remove("root_bundle_order");
    });
    scratch.put("v2-response.json", |file| only(file, &["v2r-pub-simple", "v2r-pub-cert_simple"]));
    scratch.put("v3-response.json", |file| only(file, &["v3r-pub-ok_post"]));
    scratch.put("notify.json", |file| only(file, &["ntf-pub-voucher_flux"]));
    let verdicts = scratch.verdicts();
    assert_eq!((verdicts.failed, verdicts.skipped), (0, 0));
}

#[test]
fn keys_may_have_any_name_and_further_members() {
    let scratch = Scratch::new("names");
    for name in ["app.rsa2", "app/rsa2", "app~1rsa2", "aes_keys_base64", ""] {
        let rename = |file: &mut Value| {
            let text = file.to_string().replace("\"app_rsa2\"", &json!(name).to_string());
            *file = serde_json::from_str(&text.replace("\"aes128\"", "\"aes.1/2\"")).unwrap();
        };
        scratch.put("keys.json", |file| {
            rename(file);
            file["keys"][name]["public_jwk"] = json!({"n": "x"});
            file["keys"][name]["private_key_password"] = Value::Null;
            file["keys"]["other"] = json!({"type": "EC", "private_sec1_pem": "x", "public_spki_pem": "x"});
        });
        scratch.put("aes.json", |file| {
            only(file, &["aes-pub-enc-ascii-aes128"]);
            rename(file);
        });
        scratch.put("v2-sign.json", |file| {
            only(file, &["v2s-pub-java-send_basic-rsa2"]);
            rename(file);
        });
        let verdicts = scratch.verdicts();
        assert_eq!((verdicts.failed, verdicts.skipped), (0, 0), "{name}");
    }
}

#[test]
fn a_file_without_cases_passes_nothing_and_one_without_the_list_fails() {
    let scratch = Scratch::new("empty");
    scratch.put("aes.json", |file| file["cases"] = json!([]));
    let output = scratch.conformance();
    assert_eq!(output.status.code(), Some(1), "there was nothing to run");
    assert!(String::from_utf8_lossy(&output.stdout).starts_with("aes.json: 0 passed, 0 failed, 0 skipped"));

    scratch.put("aes.json", |file| *file = json!({"schema": 1}));
    assert_eq!(scratch.verdicts(), Verdicts { failed: 1, ..Verdicts::default() });
}

#[test]
fn what_cannot_be_read_is_said() {
    let scratch = Scratch::new("unreadable");
    scratch.put("keys.json", |_| {});
    std::fs::create_dir(scratch.0.join("aes.json")).unwrap();
    let printed = String::from_utf8(scratch.conformance().stdout).unwrap();
    assert!(
        printed.contains("aes.json: 0 passed, 1 failed") && printed.contains("cannot be read"),
        "{printed}"
    );

    std::fs::remove_dir_all(&scratch.0).unwrap();
    let output = scratch.conformance();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8(output.stderr).unwrap().contains("is no folder"));
}

#[test]
fn a_byte_order_mark_is_passed_over() {
    let scratch = Scratch::new("mark");
    scratch.put("keys.json", |_| {});
    let path = scratch.0.join("keys.json");
    let text = std::fs::read(&path).unwrap();
    std::fs::write(&path, [b"\xef\xbb\xbf", text.as_slice()].concat()).unwrap();
    assert_eq!(scratch.verdicts().failed, 0);
}

#[test]
fn a_case_cannot_forge_a_line_of_the_report() {
    let scratch = Scratch::new("lines");
    scratch.put("keys.json", |_| {});
    scratch.put("aes.json", |file| {
        only(file, &["aes-pub-enc-ascii-aes128"]);
        file["cases"][0]["id"] = json!("a\n9 passed, 0 failed, 0 skipped");
        file["cases"][0]["key"] = json!("none\n9 passed, 0 failed, 0 skipped");
    });
    let printed = String::from_utf8(scratch.conformance().stdout).unwrap();
    assert!(printed.contains("FAILED a\\n9 passed"), "{printed}");
    assert!(!printed.lines().any(|line| line.starts_with("9 passed")), "{printed}");
}
