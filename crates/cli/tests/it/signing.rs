//! `alipay sign`: the text, and a signature that holds.

use alipay_api::sign::{Charset, SignType, decode_signature};
use serde_json::json;

use crate::command::{Folder, alipay, run, run_with_stdin};
use crate::gateway::{first_request, key_files};

#[test]
fn the_signature_is_that_of_a_request() {
    let folder = Folder::new();
    let (_, private, _) = key_files(&folder, "app");
    let (_, _, alipays) = key_files(&folder, "alipay");
    let config = alipay_api::config("2021000000000000")
        .private_key(std::fs::read(&private).unwrap())
        .alipay_public_key(std::fs::read(alipays).unwrap())
        .charset("GBK")
        .build()
        .unwrap();
    let operation = alipay_api::RawOperation::gateway("alipay.marketing.voucher.query")
        .biz_content(json!({"voucher_id": "四川 a+b&c"}));
    let request = first_request(&config, operation);
    // Everything but `sign`, as it is sent: from query and body.
    let query = request.url.split_once('?').unwrap().1.as_bytes();
    let sent = [query, b"&", &request.body[..]].concat();
    let pairs = alipay_api::sign::parse_form(&sent).unwrap();
    let sign = &pairs.iter().find(|(name, _)| name == b"sign").unwrap().1;
    let form = String::from_utf8(sent).unwrap();
    let done = run_with_stdin(alipay(&["sign", "-", "--private-key", &private, "--json"]), &form).answer();
    assert_eq!(done["sign"].as_str().unwrap().as_bytes(), sign);
    assert_eq!((&done["charset"], &done["sign_type"]), (&json!("GBK"), &json!("RSA2")));
    let text = done["text_to_sign"].as_str().unwrap();
    assert!(
        text.starts_with("app_id=2021000000000000&biz_content={\"voucher_id\":\"四川 a+b&c\"}"),
        "{text}"
    );

    let object: serde_json::Map<_, _> = pairs
        .iter()
        .map(|(name, value)| {
            let text = |bytes| Charset::gbk().decode(bytes).unwrap();
            (text(name), text(value).into())
        })
        .collect();
    let file = folder.file("params.json", &serde_json::Value::from(object).to_string());
    let of_json = run(alipay(&["sign", &file, "--private-key", &private, "--json"])).answer();
    assert_eq!(of_json, done, "the order of the parameters changes nothing");
}

#[test]
fn a_raw_text_is_signed_byte_for_byte() {
    let folder = Folder::new();
    let (key, private, _) = key_files(&folder, "app");
    let text = "app_id=1,nonce=2,timestamp=3\nGET\n/v3/a?b=c\n\n";
    let mut command = alipay(&["sign", "-", "--raw", "--sign-type", "RSA", "--json"]);
    command.env("ALIPAY_PRIVATE_KEY_FILE", &private);
    let signed = run_with_stdin(command, text).answer();
    assert_eq!(signed["text_to_sign"], text);
    let signature = decode_signature(signed["sign"].as_str().unwrap()).unwrap();
    key.public_key().verify(SignType::Rsa, text.as_bytes(), &signature).unwrap();

    let shown = run_with_stdin(alipay(&["sign", "-", "--raw", "--private-key", &private]), "a=1");
    let lines: Vec<_> = shown.out.lines().collect();
    assert_eq!((lines[1], lines.len()), ("a=1", 4), "{shown:?}");
    let signature = decode_signature(lines[3]).unwrap();
    key.public_key().verify(SignType::Rsa2, b"a=1", &signature).unwrap();
}

#[test]
fn a_url_is_signed_as_its_query_and_the_key_is_named_by_its_fingerprint() {
    let folder = Folder::new();
    let (key, private, _) = key_files(&folder, "app");
    let url = "https://openapi.example/gateway.do?b=%7B%7D&a=1&sign=old";
    let done = run_with_stdin(alipay(&["sign", "-", "--private-key", &private, "--json"]), url).answer();
    assert_eq!(done["text_to_sign"], "a=1&b={}");
    assert_eq!(done["key_fingerprint"], key.public_key().fingerprint());
    assert_eq!(done["public_key"], json!(null));
}

#[test]
fn what_cannot_be_signed_as_it_is_sent_is_refused() {
    let folder = Folder::new();
    let (_, private, _) = key_files(&folder, "app");
    let cases: [(&str, &[&str], &str); 10] = [
        (r#"{"biz_content":{"a":1}}"#, &[], "biz_content"),
        (r#"{"a":1.10}"#, &[], "quotation marks"),
        (r#"{"a":"b""#, &[], "no JSON object"),
        (r#"{"a":"🎁","charset":"GBK"}"#, &[], "does not exist in GBK"),
        (r#"{"a":"b","sign_type":"RSA"}"#, &["--sign-type", "RSA2"], "the parameters say RSA"),
        (r#"{"a":"b","charset":"GBK"}"#, &["--charset", "UTF-8"], "the parameters say"),
        (r#"{"sign":"x","a":" "}"#, &[], "nothing to sign"),
        ("a=1&a=2", &[], "more than once"),
        (r#"{"a":"1","a":"2"}"#, &[], "more than once"),
        (r#"biz_content={"sum":"1+1"}"#, &[], "--raw"),
    ];
    for (text, more, told) in cases {
        let command = alipay(&[&["sign", "-", "--private-key", &private], more].concat());
        let done = run_with_stdin(command, text);
        assert_eq!((done.code, done.out.as_str()), (2, ""), "{text}: {done:?}");
        assert!(done.err.contains(told), "{text}: {done:?}");
    }
    let done = run_with_stdin(alipay(&["sign", "-", "--json"]), "a=1");
    assert_eq!(done.code, 2, "{done:?}");
    assert!(done.error()["message"].as_str().unwrap().contains("--private-key"), "{done:?}");
}
