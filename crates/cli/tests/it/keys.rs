//! `alipay key`: new keys, what a key is, and other forms of it.

use alipay_api::sign::{PrivateKey, PublicKey};

use crate::command::{Folder, alipay, run, run_with_stdin};
use crate::gateway::{Gateway, key_files};

fn path(folder: &Folder, name: &str) -> String {
    folder.path().join(name).to_str().unwrap().to_owned()
}

#[test]
fn a_new_key_is_for_its_owner_and_its_public_half_is_printed() {
    let folder = Folder::new();
    let file = path(&folder, "new.pem");
    let made = run(alipay(&["key", "generate", "--out", &file, "--json"])).answer();
    let text = std::fs::read_to_string(&file).unwrap();
    let key = PrivateKey::parse(&text).unwrap();
    assert!(text.starts_with("-----BEGIN PRIVATE KEY-----"));
    assert_eq!(made["public_key"], key.public_key().to_spki_base64());
    assert_eq!(
        (made["bits"].clone(), made["fingerprint"].clone()),
        (2048.into(), key.public_key().fingerprint().into())
    );
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    }
    let done = run(alipay(&["key", "generate", "--out", &path(&folder, "old.pem"), "--pkcs1"]));
    assert_eq!(done.code, 0, "{done:?}");
    let old = std::fs::read_to_string(path(&folder, "old.pem")).unwrap();
    assert!(old.starts_with("-----BEGIN RSA PRIVATE KEY-----") && !done.out.contains(old.trim()), "{done:?}");
    assert!(done.out.contains(&PrivateKey::parse(&old).unwrap().public_key().to_spki_base64()), "{done:?}");
}

#[test]
fn a_key_that_is_there_is_only_replaced_by_force() {
    let folder = Folder::new();
    let file = folder.file("key.pem", "the old one");
    let done = run(alipay(&["key", "generate", "--out", &file]));
    assert_eq!((done.code, done.out.as_str()), (2, ""), "{done:?}");
    assert!(done.err.contains("--force"), "{done:?}");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "the old one");
    let done = run(alipay(&["key", "generate", "--out", &file, "--force"]));
    assert_eq!(done.code, 0, "{done:?}");
    assert!(PrivateKey::parse(std::fs::read(&file).unwrap()).is_ok());
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "something was left beside it");
    for bits in ["1024", "2047", "many"] {
        assert_eq!(
            run(alipay(&["key", "generate", "--out", &file, "--force", "--bits", bits])).code,
            2,
            "{bits}"
        );
    }
}

#[test]
fn every_form_of_a_key_is_recognized_and_a_private_one_is_not_shown() {
    let folder = Folder::new();
    let key = PrivateKey::generate(2048).unwrap();
    let public = key.public_key();
    let pkcs1 = key.to_pkcs1_base64().expose().to_owned();
    let cases = [
        (key.to_pkcs8_pem().expose().to_owned(), "private", "PKCS#8", "PEM"),
        (key.to_pkcs8_base64().expose().to_owned(), "private", "PKCS#8", "base64"),
        (format!("\u{feff}{pkcs1}\r\n"), "private", "PKCS#1", "base64"),
        (
            format!("-----BEGIN RSA PRIVATE KEY-----\n{pkcs1}\n-----END RSA PRIVATE KEY-----"),
            "private",
            "PKCS#1",
            "PEM",
        ),
        (public.to_spki_pem(), "public", "SPKI", "PEM"),
        (public.to_spki_base64(), "public", "SPKI", "base64"),
    ];
    for (text, kind, structure, writing) in cases {
        let file = folder.file("key", &text);
        let told = run(alipay(&["key", "inspect", &file, "--json"])).answer();
        assert_eq!(
            (&told["kind"], &told["structure"], &told["writing"]),
            (&kind.into(), &structure.into(), &writing.into())
        );
        assert_eq!(told["fingerprint"], public.fingerprint());
        let shown = run_with_stdin(alipay(&["key", "inspect", "-"]), &text);
        assert_eq!(shown.code, 0, "{shown:?}");
        assert!(shown.out.contains("2048 bits") && !shown.out.contains(&pkcs1), "{shown:?}");
        assert!(!shown.out.contains(key.to_pkcs8_base64().expose()), "{shown:?}");
    }
    let gateway = Gateway::with_certificates();
    let told = run(alipay(&["key", "inspect", &gateway.path("app.crt"), "--json"])).answer();
    assert_eq!((&told["kind"], &told["structure"]), (&"certificate".into(), &"X.509".into()));
    let ours = gateway.sandbox.app_private_key().unwrap().public_key();
    assert_eq!(told["fingerprint"], ours.fingerprint());
    let done = run_with_stdin(alipay(&["key", "inspect", "-", "--json"]), "no key at all");
    assert_eq!(done.code, 2, "{done:?}");
    assert!(!done.err.contains("no key at all"), "{done:?}");
}

#[test]
fn a_converted_key_is_the_same_key() {
    let folder = Folder::new();
    let (key, private, public) = key_files(&folder, "app");
    let pkcs1 = run(alipay(&["key", "convert", &private, "--to", "pkcs1", "--base64"]));
    assert_eq!(pkcs1.out.trim(), key.to_pkcs1_base64().expose());
    let spki = run(alipay(&["key", "convert", &private, "--to", "spki"]));
    assert_eq!(PublicKey::parse(&spki.out).unwrap(), key.public_key());
    assert!(spki.out.starts_with("-----BEGIN PUBLIC KEY-----"), "{spki:?}");
    let back = path(&folder, "back.pem");
    let done = run_with_stdin(
        alipay(&["key", "convert", "-", "--to", "pkcs8", "--out", &back, "--json"]),
        &pkcs1.out,
    );
    assert_eq!(done.answer()["key"], serde_json::Value::Null);
    assert_eq!(std::fs::read_to_string(&back).unwrap(), key.to_pkcs8_pem().expose());
    let again = run(alipay(&["key", "convert", &private, "--to", "pkcs8", "--out", &back]));
    assert_eq!(again.code, 2, "{again:?}");
    let done = run(alipay(&["key", "convert", &public, "--to", "pkcs8"]));
    assert_eq!((done.code, done.out.as_str()), (2, ""), "{done:?}");
    assert!(done.err.contains("no private key"), "{done:?}");
}
