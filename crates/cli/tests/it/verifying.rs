//! `alipay verify`: what holds is printed, and of what does not, nothing is.

use alipay_api::http::HttpResponse;
use alipay_api::meta::Verb;
use alipay_api::sign::h5::{self, UseModeLink};
use alipay_api::sign::{ContentCipher, PrivateKey, SignType, encode_signature};
use alipay_api::{CallOptions, RawOperation};
use alipay_sandbox::Sandbox;
use serde_json::json;

use crate::command::{Done, Folder, alipay, run, run_with_stdin};
use crate::gateway::{CONTENT_KEY, Gateway, key_files};

const LIST: &str = "alipay.marketing.voucher.templatelist.query";
const QUERY: &str = "alipay.marketing.voucher.query";

fn verify(what: &str, file: &str, public: &str, more: &[&str]) -> Done {
    run(alipay(&[&["verify", what, file, "--alipay-public-key", public, "--json"], more].concat()))
}

/// Nothing of it is on stdout, and the way on is told.
fn assert_refused(done: &Done, what: &str) {
    assert_eq!((done.code, done.error()["kind"].clone()), (5, json!("signature")), "{done:?}");
    let message = done.error()["message"].as_str().unwrap().to_owned();
    assert!(message.contains(&format!("alipay explain {what} ")), "{message}");
}

#[test]
fn the_advice_repeats_what_was_given() {
    let folder = Folder::new();
    let (key, _, _) = key_files(&folder, "alipay");
    let other =
        folder.file("an other's.pem", &PrivateKey::generate(2048).unwrap().public_key().to_spki_pem());
    let sign = encode_signature(&key.sign(SignType::Rsa2, b"a=1").unwrap());
    let sign = alipay_api::sign::percent_encode(sign.as_bytes());
    let file = folder.file("body.txt", &format!("a=1&sign={sign}"));
    let done = verify("notification", &file, &other, &["--rule", "with-sign-type"]);
    let quoted = other.replace('\'', r"'\''");
    let advice =
        format!("`alipay explain notification {file} --alipay-public-key '{quoted}' --rule with-sign-type`");
    assert!(done.error()["message"].as_str().unwrap().contains(&advice), "{done:?}");
    let answer = folder.file("answer.json", &v2_answer(&key, "{}", "x"));
    let done = verify("answer", &answer, &other, &["--method", QUERY]);
    let advice = format!("`alipay explain answer {answer} --alipay-public-key '{quoted}'`");
    assert!(done.error()["message"].as_str().unwrap().contains(&advice), "{done:?}");
}

fn v2_answer(key: &PrivateKey, node: &str, signed: &str) -> String {
    let sign = encode_signature(&key.sign(SignType::Rsa2, signed.as_bytes()).unwrap());
    format!("{{\"alipay_marketing_voucher_query_response\":{node},\"sign\":\"{sign}\"}}")
}

#[test]
fn answers_of_the_gateway_hold_with_and_without_headers() {
    let gateway = Gateway::new();
    let public = gateway.path("alipay_public.pem");
    let answer = gateway.answer(RawOperation::gateway(LIST).biz_content(json!({})), CallOptions::new());
    let whole = gateway.file_of("answer.http", &answer);
    let held = verify("answer", &whole, &public, &[]).answer();
    assert_eq!(
        (&held["holds"], &held["outcome"], &held["method"]),
        (&json!(true), &json!("success"), &json!(LIST))
    );
    assert_eq!(held["fields"]["code"], "10000");
    assert_eq!(held["key"], gateway.sandbox.alipay_public_key().fingerprint());

    let refused = RawOperation::gateway(QUERY).biz_content(json!({"voucher_id": "none"}));
    let body = gateway.answer(refused, CallOptions::new()).body().to_vec();
    let file = gateway.folder.file("answer.json", &String::from_utf8(body.clone()).unwrap());
    let held = verify("answer", &file, &public, &["--method", QUERY]).answer();
    assert_eq!(
        (&held["outcome"], &held["fields"]["sub_code"]),
        (&json!("error"), &json!("VOUCHER_NOT_EXIST"))
    );

    let changed = String::from_utf8(body).unwrap().replace("40004", "40005");
    assert_refused(&verify("answer", &gateway.folder.file("changed.json", &changed), &public, &[]), "answer");
    let (_, _, other) = key_files(&gateway.folder, "other");
    assert_refused(&verify("answer", &file, &other, &[]), "answer");
}

#[test]
fn an_answer_that_nobody_signed_proves_nothing() {
    let folder = Folder::new();
    let (_, _, public) = key_files(&folder, "alipay");
    for body in [
        r#"{"error_response":{"code":"40002","msg":"Invalid Arguments","sub_code":"isv.invalid-signature"}}"#,
        r#"{"alipay_marketing_voucher_query_response":{"code":"10000","msg":"Success"}}"#,
    ] {
        assert_refused(&verify("answer", &folder.file("answer.json", body), &public, &[]), "answer");
    }
    let page = folder.file("page.html", "<html>502</html>");
    let done = verify("answer", &page, &public, &[]);
    assert_eq!((done.code, done.error()["kind"].clone()), (4, json!("answer")), "{done:?}");
}

#[test]
fn the_rule_tells_whether_slashes_were_signed_with_their_escapes() {
    let folder = Folder::new();
    let (key, _, public) = key_files(&folder, "alipay");
    let (escaped, plain) =
        (r#"{"code":"10000","url":"https:\/\/a"}"#, r#"{"code":"10000","url":"https://a"}"#);
    for (signed, told) in [(escaped, "as they stand"), (plain, "read as /")] {
        let file = folder.file("answer.json", &v2_answer(&key, escaped, signed));
        let held = verify("answer", &file, &public, &[]).answer();
        assert!(held["rule"].as_str().unwrap().contains(told), "{held}");
        assert_eq!(held["fields"]["url"], "https://a");
    }
}

#[test]
fn answers_in_gbk_are_read_as_text() {
    let gateway = Gateway::new();
    let public = gateway.path("alipay_public.pem");
    let key = PrivateKey::generate(2048).unwrap();
    let node =
        alipay_api::sign::Charset::gbk().encode(r#"{"code":"10000","name":"四川"}"#).unwrap().into_owned();
    let sign = encode_signature(&key.sign(SignType::Rsa2, &node).unwrap());
    let body = [
        br#"{"alipay_marketing_voucher_query_response":"#,
        &node[..],
        br#","sign":""#,
        sign.as_bytes(),
        b"\"}",
    ]
    .concat();
    let file = gateway.file_of("gbk.http", &HttpResponse::new(200, Vec::new(), body));
    let ours = gateway.folder.file("ours.pem", &key.public_key().to_spki_pem());
    for more in [&["--charset", "GBK"][..], &[]] {
        let held = verify("answer", &file, &ours, more).answer();
        assert_eq!((&held["fields"]["name"], &held["method"]), (&json!("四川"), &json!(QUERY)));
    }
    assert_refused(&verify("answer", &file, &public, &["--charset", "GBK"]), "answer");
}

#[test]
fn answers_of_v3_hold_with_their_headers_only() {
    let gateway = Gateway::new();
    let public = gateway.path("alipay_public.pem");
    let query = RawOperation::rest(Verb::Get, "/v3/alipay/marketing/activity/voucher/query")
        .query("activity_id", "none");
    let answer = gateway.answer(query, CallOptions::new());
    let whole = gateway.file_of("answer.http", &answer);
    let held = verify("v3", &whole, &public, &[]).answer();
    assert_eq!((&held["outcome"], &held["sign_type"]), (&json!("error"), &json!("RSA2")));
    assert!(held["status"].as_u64().unwrap() >= 400 && held["fields"]["code"].is_string(), "{held}");

    let changed = std::fs::read_to_string(&whole).unwrap().replace("\"code\"", "\"c0de\"");
    assert_eq!(verify("v3", &gateway.folder.file("changed.http", &changed), &public, &[]).code, 4);
    let unsigned = std::fs::read_to_string(&whole).unwrap().replace("alipay-signature", "x-signature");
    let (_, _, other) = key_files(&gateway.folder, "other");
    for (file, public, told, untold) in [
        (gateway.folder.file("unsigned.http", &unsigned), &public, "is not signed", "does not hold"),
        (whole, &other, "does not hold", "not signed"),
    ] {
        let done = verify("v3", &file, public, &[]);
        assert_refused(&done, "v3");
        assert!(done.err.contains(told) && !done.err.contains(untold), "{done:?}");
    }
    let body = gateway.folder.file("body.json", &String::from_utf8_lossy(answer.body()));
    let done = verify("v3", &body, &public, &[]);
    assert_eq!(done.code, 2, "{done:?}");
    assert!(done.err.contains("curl -i"), "{done:?}");
}

#[test]
fn the_certificate_that_signed_is_chosen_by_its_number() {
    let gateway = Gateway::with_certificates();
    let (old, roots) = (gateway.path("alipay.crt"), gateway.path("roots.crt"));
    gateway.sandbox.control().rotate_certificate().unwrap();
    let files = gateway.sandbox.certificates().unwrap();
    let new = gateway.folder.file("alipay-new.crt", &files.alipay);
    let answer = gateway.answer(RawOperation::gateway(LIST).biz_content(json!({})), CallOptions::new());
    let file = gateway.file_of("answer.http", &answer);
    let verify = |certificates: &[&str]| {
        let mut command = alipay(&["verify", "answer", &file, "--json", "--alipay-root-certificate", &roots]);
        for certificate in certificates {
            command.args(["--alipay-certificate", certificate]);
        }
        run(command)
    };
    for certificates in [&[new.as_str()][..], &[&old, &new], &[&new, &old]] {
        assert_eq!(verify(certificates).answer()["certificate"], files.alipay_serial, "{certificates:?}");
    }
    let done = verify(&[&old]);
    assert_refused(&done, "answer");
    assert!(done.err.contains(&files.alipay_serial), "{done:?}");
    let no_root = gateway.path("app.crt");
    let done = run(alipay(&[
        "verify",
        "answer",
        &file,
        "--alipay-certificate",
        &new,
        "--alipay-root-certificate",
        &no_root,
    ]));
    assert_eq!((done.code, done.out.as_str()), (2, ""), "{done:?}");
    let done = verify(&[&gateway.path("app.crt")]);
    assert_eq!(done.code, 2, "an application's certificate is not Alipay's: {done:?}");
}

#[test]
fn what_names_no_certificate_is_tried_with_each() {
    let gateway = Gateway::with_certificates();
    let old = gateway.path("alipay.crt");
    // A key of our own, in a certificate that a sandbox makes of it.
    let (key, private, _) = key_files(&gateway.folder, "alipay");
    let signing = Sandbox::builder()
        .trust_mode(alipay_sandbox::TrustMode::Certificates)
        .alipay_private_key(key.to_pkcs8_pem().expose())
        .build()
        .unwrap();
    let files = signing.certificates().unwrap();
    let ours = gateway.folder.file("ours.crt", &files.alipay);
    let link = h5::sign(
        "https://m.example.com/use",
        &[("voucherId", "1"), ("userId", "2"), ("tag", "3")],
        &UseModeLink::new(),
        &key,
    );
    let link = gateway.folder.file("link.txt", &link.unwrap());
    let form = signed_form(&private, &gateway.folder);
    for certificates in [[&old, &ours], [&ours, &old]] {
        let flags: Vec<&str> = certificates.iter().flat_map(|file| ["--alipay-certificate", file]).collect();
        for (what, file) in [("link", &link), ("notification", &form)] {
            let held = run(alipay(&[&["verify", what, file, "--json"], &flags[..]].concat())).answer();
            assert_eq!(held["certificate"], files.alipay_serial, "{what}");
        }
    }
    for (what, file) in [("link", &link), ("notification", &form)] {
        let flags = ["verify", what, file, "--json", "--alipay-certificate", &old];
        assert_refused(&run(alipay(&flags)), what);
    }
}

/// A notification that names no certificate.
fn signed_form(private: &str, folder: &Folder) -> String {
    let sign = alipay(&["sign", "-", "--raw", "--json", "--private-key", private]);
    let signed = run_with_stdin(sign, "app_id=2021&notify_id=7").answer();
    let sign = alipay_api::sign::percent_encode(signed["sign"].as_str().unwrap().as_bytes());
    folder.file("form.txt", &format!("app_id=2021&notify_id=7&sign_type=RSA2&sign={sign}"))
}

#[test]
fn the_answer_to_another_method_is_named() {
    let (folder, node) = (Folder::new(), r#"{"code":"10000"}"#);
    let (key, _, public) = key_files(&folder, "alipay");
    let file = folder.file("answer.json", &v2_answer(&key, node, node));
    let done = verify("answer", &file, &public, &["--method", LIST]);
    assert_eq!((done.code, &done.error()["kind"]), (2, &json!("config")), "{done:?}");
    assert!(done.err.contains(LIST) && done.err.contains(QUERY), "{done:?}");
}

#[test]
fn encrypted_answers_are_verified_and_then_decrypted() {
    let gateway = Gateway::build(Sandbox::builder().content_key(CONTENT_KEY));
    let (public, key) = (gateway.path("alipay_public.pem"), gateway.path("content.key"));
    let list = RawOperation::gateway(LIST).biz_content(json!({}));
    let answer = gateway.answer(list, CallOptions::new().encrypt(true));
    let file = gateway.file_of("answer.http", &answer);
    let held = verify("answer", &file, &public, &["--content-key-file", &key]).answer();
    assert_eq!(held["fields"]["code"], "10000");
    let done = verify("answer", &file, &public, &[]);
    assert_eq!(done.code, 4, "{done:?}");
    assert!(done.err.contains("--content-key-file"), "{done:?}");
}

#[test]
fn an_encrypted_message_is_verified_and_then_decrypted() {
    let folder = Folder::new();
    let (key, _, public) = key_files(&folder, "alipay");
    let content = alipay_api::sign::ContentKey::parse(CONTENT_KEY).unwrap();
    let content_key = folder.file("content.key", &format!("{CONTENT_KEY}\n"));
    let other_key = folder.file("other.key", "DwECAwQFBgcICQoLDA0ODw==");
    let plain = r#"{"activity_id":"2016","name":"四川"}"#;
    for (cipher, name) in [(ContentCipher::Aes, "AES"), (ContentCipher::AesV2, "AES_V2")] {
        let ciphertext = content.encrypt(cipher, plain.as_bytes(), || [7; 16]).unwrap();
        let text =
            format!("app_id=2021&biz_content={ciphertext}&encrypt_type={name}&msg_method=a.b&notify_id=7");
        let sign = encode_signature(&key.sign(SignType::Rsa2, text.as_bytes()).unwrap());
        let encoded = |text: &str| alipay_api::sign::percent_encode(text.as_bytes());
        let body = text.replace(&ciphertext, &encoded(&ciphertext));
        let body = format!("{body}&sign_type=RSA2&sign={}", encoded(&sign));
        let file = folder.file("message.txt", &body);
        let given = |key: &str, cipher: &str| {
            verify("notification", &file, &public, &["--content-key-file", key, "--content-cipher", cipher])
        };

        let held = given(&content_key, name).answer();
        assert_eq!((&held["holds"], &held["topic"]), (&json!(true), &json!("a.b")));
        assert_eq!(held["fields"]["biz_content"], plain);

        let other = if name == "AES" { "AES_V2" } else { "AES" };
        let cases = [
            (verify("notification", &file, &public, &[]), "give --content-key-file FILE"),
            (given(&other_key, name), "compare --content-key-file"),
            (given(&content_key, other), "give --content-cipher"),
        ];
        for (done, fix) in cases {
            let error = done.error();
            let told = error["message"].as_str().unwrap();
            assert_eq!((done.code, &error["kind"], &error["holds"]), (4, &json!("answer"), &json!(true)));
            assert!(told.contains("the signature holds, but") && told.contains(fix), "{told}");
            assert!(!done.err.contains("2016") && !done.err.contains("AAEC"), "{done:?}");
        }
        let changed = folder.file("changed.txt", &body.replace("notify_id=7", "notify_id=8"));
        for more in [&[][..], &["--content-key-file", &content_key, "--content-cipher", name]] {
            assert_refused(&verify("notification", &changed, &public, more), "notification");
        }
        // The signature covers the ciphertext: to explain it takes no content key.
        let explained = run(alipay(&["explain", "notification", &file, "--alipay-public-key", &public]));
        assert_eq!(explained.code, 0, "{explained:?}");
    }
}

#[test]
fn both_rules_of_notifications_are_told_apart() {
    let folder = Folder::new();
    let (key, _, public) = key_files(&folder, "alipay");
    let texts = [
        ("without-sign-type", "app_id=2021&notify_id=7&tag=a b"),
        ("with-sign-type", "app_id=2021&notify_id=7&sign_type=RSA2&tag=a b"),
    ];
    for (rule, text) in texts {
        let sign = encode_signature(&key.sign(SignType::Rsa2, text.as_bytes()).unwrap());
        let sign = alipay_api::sign::percent_encode(sign.as_bytes());
        let body = format!("tag=a+b&app_id=2021&sign_type=RSA2&notify_id=7&sign={sign}");
        let file = folder.file("notification.txt", &format!("{body}\n"));
        let held = verify("notification", &file, &public, &[]).answer();
        assert_eq!((&held["rule"], &held["notify_id"]), (&json!(rule), &json!("7")));
        assert_eq!(held["fields"]["tag"], "a b");
        let pinned = verify("notification", &file, &public, &["--rule", "with-sign-type"]);
        assert_eq!(pinned.code == 0, rule == "with-sign-type", "{pinned:?}");
        assert_eq!(verify("notification", &file, &public, &["--app-id", "2021"]).code, 0);
        let foreign = verify("notification", &file, &public, &["--app-id", "2022"]);
        assert_eq!((foreign.code, &foreign.error()["kind"]), (5, &json!("foreign")), "{foreign:?}");
        assert!(foreign.error()["holds"] == true && foreign.err.contains("2021"), "{foreign:?}");
        assert_eq!(verify("notification", &file, &public, &["--sign-type", "RSA"]).code, 2);
        let changed = folder.file("changed.txt", &body.replace("a+b", "a+c"));
        assert_refused(&verify("notification", &changed, &public, &[]), "notification");
    }
    for (text, code) in
        [("a=1&a=2&sign=x", 4), ("", 4), ("{\"a\":1}", 4), ("<html></html>", 4), ("notify_id=1", 5)]
    {
        let done = verify("notification", &folder.file("other.txt", text), &public, &[]);
        assert_eq!((done.code, done.out.as_str()), (code, ""), "{text:?}: {done:?}");
    }
}

#[test]
fn a_link_is_read_with_the_keys_of_its_template() {
    let folder = Folder::new();
    let (key, _, public) = key_files(&folder, "alipay");
    let config = UseModeLink::new().with_sign_keys(["voucherId", "shop"]).unwrap();
    let link = h5::sign(
        "https://m.example.com/use?from=1",
        &[("voucherId", "2017"), ("shop", "a b")],
        &config,
        &key,
    );
    let file = folder.file("link.txt", &format!("{}\n", link.unwrap()));
    let held = verify("link", &file, &public, &["--sign-keys", "voucherId,shop"]).answer();
    assert_eq!(held["fields"], json!({"voucherId": "2017", "shop": "a b"}));
    assert_eq!(held["not_signed"], json!({"from": "1"}));
    assert_refused(&verify("link", &file, &public, &[]), "link");
    let done = verify("link", &folder.file("two.txt", "one two"), &public, &[]);
    assert_eq!(done.code, 2, "{done:?}");
}

#[test]
fn people_are_told_in_sentences() {
    let folder = Folder::new();
    let (key, _, public) = key_files(&folder, "alipay");
    let answer =
        v2_answer(&key, r#"{"code":"10000","amount":"8.80"}"#, r#"{"code":"10000","amount":"8.80"}"#);
    let done = run_with_stdin(alipay(&["verify", "answer", "-", "--alipay-public-key", &public]), &answer);
    assert_eq!(done.code, 0, "{done:?}");
    for told in ["it holds: this answer was signed with Alipay's key", "rule: ", "  amount  8.80"] {
        assert!(done.out.contains(told), "{told}: {}", done.out);
    }
    let done = run_with_stdin(alipay(&["verify", "answer", "-"]), &answer);
    assert_eq!(done.code, 2, "{done:?}");
    assert!(
        done.err.contains("--alipay-public-key") && done.err.contains("ALIPAY_PUBLIC_KEY_FILE"),
        "{done:?}"
    );
}
