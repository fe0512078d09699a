//! `alipay encrypt` and `alipay decrypt`.

use serde_json::json;

use crate::command::{Folder, alipay, run, run_with_stdin};

const KEY: &str = "AAECAwQFBgcICQoLDA0ODw==";

#[test]
fn a_content_survives_encryption_with_either_cipher() {
    let folder = Folder::new();
    let key = folder.file("content.key", &format!("{KEY}\n"));
    let plain = "{\"name\":\"四川\"}\n";
    for cipher in ["AES", "AES_V2"] {
        let arguments = ["encrypt", "-", "--content-key-file", &key, "--cipher", cipher];
        let content = run_with_stdin(alipay(&arguments), plain);
        assert_eq!(content.out.lines().count(), 1, "{content:?}");
        let again = run_with_stdin(alipay(&arguments), plain);
        assert_eq!(content.out == again.out, cipher == "AES", "only AES_V2 begins at random");
        let quoted = serde_json::to_string(content.out.trim()).unwrap().replace('/', "\\/");
        for text in [content.out.as_str(), &quoted] {
            let arguments = ["decrypt", "-", "--content-key-file", &key, "--cipher", cipher];
            assert_eq!(run_with_stdin(alipay(&arguments), text).out, plain, "{cipher}");
        }
    }
    let known = run_with_stdin(alipay(&["encrypt", "-", "--content-key-file", &key, "--json"]), r#"{"a":1}"#);
    assert_eq!(known.answer(), json!({"content": "OPu5otG1drB6dWFGfVTzTA==", "cipher": "AES"}));
}

#[test]
fn what_cannot_be_decrypted_shows_neither_key_nor_content() {
    let folder = Folder::new();
    let (key, other) = (folder.file("a.key", KEY), folder.file("b.key", "AAECAwQFBgcICQoLDA0OEA=="));
    let content = folder.file("content", "OPu5otG1drB6dWFGfVTzTA==");
    let mut command = alipay(&["decrypt", &content, "--json"]);
    command.env("ALIPAY_CONTENT_KEY", KEY);
    assert_eq!(run(command).answer()["text"], r#"{"a":1}"#);
    for arguments in [
        ["--content-key-file", &other, "--cipher", "AES"],
        ["--content-key-file", &key, "--cipher", "AES_V2"],
    ] {
        let done = run(alipay(&[&["decrypt", &content, "--json"], &arguments[..]].concat()));
        assert_eq!((done.code, done.error()["kind"].clone()), (4, json!("answer")), "{done:?}");
        assert!(!done.err.contains("AAEC"), "{done:?}");
    }
    let short = folder.file("short.key", "c2hvcnQ=");
    let done = run(alipay(&["decrypt", &content, "--content-key-file", &short]));
    assert_eq!((done.code, done.out.as_str()), (2, ""), "{done:?}");
    assert!(done.err.contains("content_key") && !done.err.contains("c2hvcnQ"), "{done:?}");
    let done = run(alipay(&["decrypt", &content]));
    assert!(done.code == 2 && done.err.contains("--content-key-file"), "{done:?}");
}
