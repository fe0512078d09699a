//! Each statement of a case is held against the others: one that is wrong fails, one that is put differently does not.

use alipay_api::sign::{ContentCipher, ContentKey, PrivateKey, SignType, encode_signature};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::{Scratch, VECTORS, Verdicts, only};

const V2: (&str, &str) = ("v2-sign.json", "v2s-pub-java-send_basic-rsa2");
const V3: (&str, &str) = ("v3-sign.json", "v3s-pub-node-send_post-plain");
const FORM: (&str, &str) = ("page-execute.json", "page-pub-php-page_pay-rsa2-page_post");
const H5: (&str, &str) = ("h5-redirect.json", "h5-pub-rsa2_default_keys");

/// One case of the public vectors, changed, beside the public keys and certificates.
fn run(name: &str, (file, id): (&str, &str), change: impl FnOnce(&mut Value)) -> Verdicts {
    let scratch = Scratch::new(name);
    scratch.put("keys.json", |_| {});
    scratch.put("certs.json", |_| {});
    scratch.put(file, |file| {
        only(file, &[id]);
        change(&mut file["cases"][0]);
    });
    let all = scratch.verdicts();
    Verdicts { passed: all.passed - 83, ..all }
}

fn public(file: &str, pointer: &str) -> String {
    let bytes = std::fs::read(std::path::Path::new(VECTORS).join(file)).unwrap();
    let file: Value = serde_json::from_slice(&bytes).unwrap();
    file.pointer(pointer).unwrap().as_str().unwrap().to_owned()
}

fn sign(key: &str, message: &[u8]) -> String {
    let key = PrivateKey::parse(public("keys.json", &format!("/keys/{key}/private_pkcs8_b64"))).unwrap();
    encode_signature(&key.sign(SignType::Rsa2, message).unwrap())
}

/// Signs the parameters that were sent, as the case says that an SDK does.
fn sign_again(case: &mut Value, is_signed: fn(&str) -> bool) {
    let expected = case["expected"].as_object_mut().unwrap();
    expected.remove("wire");
    let mut pairs: Vec<String> = Vec::new();
    for (name, value) in expected["sent_params"].as_object().unwrap() {
        let value = value.as_str().unwrap();
        pairs.extend(is_signed(value).then(|| format!("{name}={value}")));
    }
    pairs.sort();
    let text = pairs.join("&");
    expected["sign"] = json!(sign("app_rsa2", text.as_bytes()));
    expected["sign_content_base64"] = json!(STANDARD.encode(&text));
    expected["sign_content"] = json!(text);
}

const FAILED: Verdicts = Verdicts { passed: 0, failed: 1, skipped: 0 };
const PASSED: Verdicts = Verdicts { passed: 1, failed: 0, skipped: 0 };
const SKIPPED: Verdicts = Verdicts { passed: 0, failed: 0, skipped: 1 };

#[test]
fn a_wrong_statement_fails_wherever_it_stands() {
    let wire = "/expected/wire";
    let wrong = [
        (V2, "/expected/sign_content".to_owned(), json!("another")),
        (V2, "/expected/outcome".to_owned(), json!("exploded")),
        (V2, "/expected/outcome".to_owned(), json!("throws")),
        (V2, "/expected/relation".to_owned(), json!("DIFFERS: x")),
        (V2, "/config/mode".to_owned(), json!("another")),
        (V2, "/input/biz_content".to_owned(), json!("{}")),
        (V2, format!("{wire}/method"), json!("GET")),
        (V2, format!("{wire}/path"), json!("/another")),
        (V2, format!("{wire}/query_params"), json!([])),
        (V2, format!("{wire}/body_params/0/1"), json!("another")),
        (V2, format!("{wire}/body_text"), json!("another")),
        (("v2-sign.json", "v2s-pub-java-upload-rsa2"), format!("{wire}/multipart/0/text"), json!("another")),
        (("v2-sign.json", "v2s-pub-java-upload-rsa2"), format!("{wire}/multipart/2/sha256"), json!("00")),
        (
            ("v2-sign.json", "v2s-pub-node-send_basic-rsa2"),
            "/input/biz_content_object/amount".into(),
            json!(1),
        ),
        (V3, "/expected/sign_content_base64".to_owned(), json!("AAAA")),
        (V3, "/expected/outcome".to_owned(), json!("throws")),
        (V3, "/input/body_object".to_owned(), json!({"another": 1})),
        (V3, "/input/http_method".to_owned(), json!("PUT")),
        (V3, "/input/path".to_owned(), json!("/v3/another")),
        (V3, format!("{wire}/path"), json!("/v3/another")),
        (FORM, "/expected/output".to_owned(), json!("<form>nothing</form>")),
        (FORM, "/expected/submitted_by_a_browser/sign".to_owned(), json!("AAAA")),
        (FORM, "/config/gateway".to_owned(), json!("https://another.example/gateway.do")),
        (
            ("page-execute.json", "page-pub-java-quotes-rsa2-page_post"),
            "/expected/submitted_by_a_browser/params/biz_content".to_owned(),
            json!("{}"),
        ),
        (H5, "/candidates".to_owned(), json!([])),
        (H5, "/candidates/0/sign".to_owned(), json!("AAAA")),
        (H5, "/candidates/0/string_to_sign".to_owned(), json!("another")),
        (H5, "/candidates/0/string_to_sign_base64".to_owned(), json!("AAAA")),
        (H5, "/candidates/2/form".to_owned(), json!("A: sorted")),
        (("v3-response.json", "v3r-pub-error_400_unsigned"), "/suggested".to_owned(), json!("reject")),
        (("v3-response.json", "v3r-pub-ok_post"), "/body_text".to_owned(), json!("another")),
        (("v2-response.json", "v2r-pub-simple"), "/body_text".to_owned(), json!("another")),
        (("cert-sn.json", "sn-pub-cert-01"), "/public_key_base64".to_owned(), json!("AAAA")),
    ];
    for (case, pointer, value) in wrong {
        let verdicts = run("wrong", case, |case| *case.pointer_mut(&pointer).unwrap() = value.clone());
        assert_eq!(verdicts, FAILED, "{pointer} of {}: {value}", case.1);
    }
}

#[test]
fn authorization_on_the_wire_is_that_of_the_case() {
    let verdicts = run("authorization", V3, |case| {
        for header in case["expected"]["wire"]["headers"].as_array_mut().unwrap() {
            if header[0] == "authorization" {
                header[1] = json!("another");
            }
        }
    });
    assert_eq!(verdicts, FAILED);
}

#[test]
fn no_ciphertext_of_an_sdk_agrees_with_the_suggested_one() {
    let verdicts = run("outputs", ("aes.json", "aes-pub-enc-ascii-aes128"), |case| {
        case["outputs"].as_object_mut().unwrap().values_mut().for_each(|output| *output = json!("AAAA"));
    });
    assert_eq!(verdicts, FAILED);
}

#[test]
fn what_certificates_say_of_themselves_is_checked() {
    for (name, value) in [
        ("serial_hex", "ff"),
        ("signature_oid", "1.2"),
        ("issuer_rfc4514", "CN=x"),
        ("subject_rfc4514", "CN=x"),
    ] {
        let scratch = Scratch::new("certificates");
        scratch.put("certs.json", |file| file["certs"][0][name] = json!(value));
        assert_eq!(scratch.verdicts().failed, 1, "{name}");
    }
}

#[test]
fn content_may_be_given_as_text_or_as_bytes_alone() {
    let encrypt = ("aes.json", "aes-pub-enc-ascii-aes128");
    for member in ["plaintext", "plaintext_base64"] {
        let without = |case: &mut Value| drop(case.as_object_mut().unwrap().remove(member));
        assert_eq!(run("one-plaintext", encrypt, without), PASSED, "without {member}");
    }
    let gbk = |case: &mut Value| {
        case["charset"] = json!("GBK");
        case.as_object_mut().unwrap().remove("plaintext_base64");
    };
    assert_eq!(run("gbk-plaintext", encrypt, gbk), PASSED);

    let decrypt = ("aes.json", "aes-pub-dec-full_pad_block");
    let text = "0123456789abcdef";
    for outputs in [json!({"php-v2": {"text": text}}), json!({"java-v2": {"base64": STANDARD.encode(text)}})]
    {
        assert_eq!(
            run("outputs-alone", decrypt, |case| case["outputs"] = outputs.clone()),
            PASSED,
            "{outputs}"
        );
    }
    let wrong = |case: &mut Value| case["outputs"] = json!({"php-v2": {"text": "another"}});
    assert_eq!(run("outputs-wrong", decrypt, wrong), FAILED);
}

#[test]
fn without_a_frozen_clock_the_time_is_the_one_that_was_sent() {
    for case in [V2, FORM] {
        let scratch = Scratch::new("clock");
        scratch.put("keys.json", |_| {});
        scratch.put(case.0, |file| {
            only(file, &[case.1]);
            file.as_object_mut().unwrap().remove("frozen_clock");
        });
        let verdicts = scratch.verdicts();
        assert_eq!((verdicts.failed, verdicts.skipped), (0, 0), "{}", case.1);
    }
}

#[test]
fn an_sdk_of_v3_that_throws_is_a_quirk() {
    let throws = |case: &mut Value| case["expected"] = json!({"outcome": "throws", "error": "TypeError"});
    assert_eq!(run("v3-throws", V3, throws), SKIPPED);
}

#[test]
fn a_success_may_have_an_empty_error_code() {
    let verdicts = run("null", ("v2-response.json", "v2r-pub-simple"), |case| {
        let source = r#"{"code":"10000","msg":"Success","sub_code":null}"#;
        let sign = sign("alipay_rsa2", source.as_bytes());
        let body = format!(r#"{{"alipay_marketing_voucher_query_response":{source},"sign":"{sign}"}}"#);
        case["body_base64"] = json!(STANDARD.encode(&body));
        case["body_text"] = json!(body);
        case["suggested"]["source"] = json!({"text": source});
    });
    assert_eq!(verdicts, PASSED);
}

#[test]
fn an_error_of_v3_without_a_code_is_handed_over_as_a_page_would_be() {
    for body in ["{}", r#"{"message":"only"}"#, r#"{"code":null}"#, "<html>"] {
        let verdicts = run("code", ("v3-response.json", "v3r-pub-error_400_unsigned"), |case| {
            case["body_base64"] = json!(STANDARD.encode(body));
            case["body_text"] = json!(body);
        });
        assert_eq!(verdicts, PASSED, "{body}");
    }
}

#[test]
fn a_source_may_be_given_as_bytes() {
    let verdicts = run("source", ("v2-response.json", "v2r-pub-simple"), |case| {
        let source = case["suggested"]["source"].as_str().unwrap();
        case["suggested"]["source"] = json!({"base64": STANDARD.encode(source)});
    });
    assert_eq!(verdicts, PASSED);
}

#[test]
fn a_chain_that_java_throws_on_is_not_trusted() {
    for (said, verdict) in [(json!("throws CertificateException"), FAILED), (json!(true), PASSED)] {
        let says = |case: &mut Value| {
            let outputs = case["outputs"].as_object_mut().unwrap();
            outputs.retain(|name, _| name.starts_with("java"));
            outputs.values_mut().for_each(|output| *output = said.clone());
        };
        assert_eq!(run("trust", ("cert-sn.json", "sn-pub-trust-00"), says), verdict, "{said}");
    }
}

#[test]
fn php_decides_for_itself_what_is_blank() {
    let verdicts = run("blank", ("v2-sign.json", "v2s-pub-php-empty_strings-rsa2"), |case| {
        case["expected"]["relation"] = json!("sign_content is the sent non-blank parameters, sorted");
        case["expected"]["sent_params"]["memo"] = json!("\u{3000}");
        case["expected"]["sent_params"]["none"] = json!("");
        sign_again(case, |value| !value.trim_matches([' ', '\t', '\n', '\r', '\0', '\u{b}']).is_empty());
    });
    assert_eq!(verdicts, PASSED);
}

#[test]
fn php_encrypts_with_the_first_octets_of_a_longer_key() {
    let long = STANDARD.decode(public("keys.json", "/aes_keys_base64/aes256")).unwrap();
    let encrypted = |content: &str, octets: &[u8]| {
        let key = ContentKey::parse(STANDARD.encode(octets)).unwrap();
        key.encrypt(ContentCipher::Aes, content.as_bytes(), || [0; 16]).unwrap()
    };
    for (octets, verdict) in [(&long[..16], PASSED), (&long[..], FAILED)] {
        let verdicts = run("first-octets", ("v2-sign.json", "v2s-pub-php-encrypt-encrypt"), |case| {
            let content = case["input"]["biz_content"].as_str().unwrap().to_owned();
            case["config"]["aes_key"] = json!("aes256");
            case["expected"]["sent_params"]["biz_content"] = json!(encrypted(&content, octets));
            sign_again(case, |value| !value.is_empty());
        });
        assert_eq!(verdicts, verdict);
    }
}

#[test]
fn names_inside_of_values_do_not_make_a_link_readable() {
    let verdicts = run("named", H5, |case| {
        let values = [("voucherId", "V1"), ("userId", "U1"), ("tag", "userId=5")];
        let texts = [("A:", "tag=userId=5&userId=U1&voucherId=V1"), ("D:", "V1U1userId=5")];
        case["params"] = values.iter().map(|(name, value)| ((*name).to_owned(), json!(value))).collect();
        let candidates = texts.map(|(form, text)| {
            let sign = sign("alipay_rsa2", text.as_bytes());
            let query = sign.replace('+', "%2B");
            let url = format!("https://m.example.com/use?voucherId=V1&userId=U1&tag=userId%3D5&sign={query}");
            json!({"form": form, "string_to_sign": text, "sign": sign, "redirect_url": url})
        });
        case["candidates"] = json!(candidates);
    });
    assert_eq!(verdicts, PASSED);
}
