//! `alipay explain`: the cause is named, with its exit code; the suspects themselves are tested in the library.

use alipay_api::sign::h5::{self, UseModeLink};
use alipay_api::sign::{PrivateKey, SignType, encode_signature, percent_encode};
use alipay_api::{CallOptions, RawOperation};
use serde_json::{Value, json};

use crate::command::{Done, Folder, alipay, json as parse, run, run_with_stdin};
use crate::gateway::{Gateway, first_request, key_files};

const LIST: &str = "alipay.marketing.voucher.templatelist.query";

fn explain(arguments: &[&str]) -> (Done, Value) {
    let done = run(alipay(&[&["explain"], arguments, &["--json"]].concat()));
    assert_eq!(done.err, "", "{done:?}");
    let told = parse(&done.out);
    (done, told)
}

fn signed(key: &PrivateKey, text: &str) -> String {
    encode_signature(&key.sign(SignType::Rsa2, text.as_bytes()).unwrap())
}

#[test]
fn a_notification_whose_plus_became_a_space_is_explained() {
    let folder = Folder::new();
    let (key, _, public) = key_files(&folder, "alipay");
    let sign = percent_encode(signed(&key, "memo=a+b&voucher_id=2017").as_bytes());
    let broken = folder.file("broken.txt", &format!("voucher_id=2017&memo=a+b&sign={sign}"));
    let (done, told) = explain(&["notification", &broken, "--alipay-public-key", &public]);
    assert_eq!((done.code, &told["holds"], &told["cause"]), (5, &json!(false), &json!("plus-as-space")));
    assert!(
        !told["fix"].as_str().unwrap().is_empty() && !told["checked"].as_array().unwrap().is_empty(),
        "{told}"
    );
    let whole = folder.file("whole.txt", &format!("voucher_id=2017&memo=a%2Bb&sign={sign}"));
    let (done, told) = explain(&["notification", &whole, "--alipay-public-key", &public]);
    assert_eq!((done.code, &told["holds"]), (0, &json!(true)), "{told}");
    let shown = run(alipay(&["explain", "notification", &broken, "--alipay-public-key", &public]));
    assert!(shown.code == 5 && shown.out.lines().count() > 2, "{shown:?}");
}

#[test]
fn the_applications_own_key_in_the_place_of_alipays_is_recognized() {
    let gateway = Gateway::new();
    let answer = gateway.answer(RawOperation::gateway(LIST).biz_content(json!({})), CallOptions::new());
    let file = gateway.file_of("answer.http", &answer);
    let ours = gateway.sandbox.app_private_key().unwrap().public_key().to_spki_pem();
    let ours = gateway.folder.file("ours.pem", &ours);
    let private = gateway.path("app_private.pem");
    let (done, told) = explain(&["answer", &file, "--alipay-public-key", &ours, "--app-key", &private]);
    assert_eq!((done.code, &told["cause"]), (5, &json!("app-key-for-alipay-key")), "{told}");
    let public = gateway.path("alipay_public.pem");
    let (done, told) = explain(&["answer", &file, "--alipay-public-key", &public]);
    assert_eq!((done.code, &told["holds"]), (0, &json!(true)), "{told}");
}

#[test]
fn a_key_is_named_that_was_given_with_a_name() {
    let gateway = Gateway::new();
    let query =
        RawOperation::rest(alipay_api::meta::Verb::Get, "/v3/alipay/marketing/activity/voucher/query");
    let answer = gateway.answer(query.query("activity_id", "none"), CallOptions::new());
    let file = gateway.file_of("answer.http", &answer);
    let (_, _, other) = key_files(&gateway.folder, "other");
    let named = format!("staging={}", gateway.path("alipay_public.pem"));
    let (done, told) = explain(&["v3", &file, "--alipay-public-key", &other, "--other-key", &named]);
    assert_eq!((done.code, &told["cause"]), (5, &json!("another-key")), "{told}");
    assert!(told.to_string().contains("staging"), "{told}");
}

/// What the gateway says it checked is compared with what we signed.
#[test]
fn a_refused_request_is_compared_with_what_the_gateway_checked() {
    let folder = Folder::new();
    let (key, private, _) = key_files(&folder, "app");
    let (ours, theirs) = (
        "app_id=2021&biz_content={\"a\":\"x+y\"}&method=m",
        "app_id=2021&biz_content={\"a\":\"x y\"}&method=m",
    );
    let echoed = theirs.replace('&', "&amp;").replace('"', "&quot;");
    let refusal = json!({"error_response": {
        "code": "40002",
        "msg": "Invalid Arguments",
        "sub_code": "isv.invalid-signature",
        "sub_msg": format!("验签出错, 建议检查签名字符串或签名私钥与应用公钥是否匹配, 网关生成的验签字符串为：{echoed}"),
    }});
    let text = folder.file("text.txt", ours);
    let signature = folder.file("signature.txt", &signed(&key, ours));
    let arguments = [
        "explain",
        "request",
        "-",
        "--text",
        &text,
        "--signature",
        &signature,
        "--app-key",
        &private,
        "--json",
    ];
    let done = run_with_stdin(alipay(&arguments), &refusal.to_string());
    let told = parse(&done.out);
    assert_eq!((done.code, &told["cause"]), (5, &json!("plus-as-space")), "{told}");
    assert_eq!(told["difference"]["place"], "biz_content");
    assert_eq!(told["difference"]["offset"], ours.find('+').unwrap());
}

/// Without a charset in the query, the gateway does not even show what it built.
#[test]
fn a_charset_in_the_body_is_named_as_the_cause() {
    let gateway = Gateway::new();
    let operation = RawOperation::gateway("alipay.marketing.voucher.query");
    let private = gateway.path("app_private.pem");
    let config = alipay_api::config(gateway.sandbox.app_id())
        .private_key(std::fs::read(&private).unwrap())
        .alipay_public_key(gateway.sandbox.alipay_public_key().to_spki_pem())
        .gateway(gateway.sandbox.gateway_url())
        .build()
        .unwrap();
    let mut request = first_request(&config, operation.biz_content(json!({"voucher_id": "券"})));
    let (place, query) =
        request.url.split_once('?').map(|(place, query)| (place.to_owned(), query.to_owned())).unwrap();
    request.url = place;
    request.headers.clear();
    request.body = [query.as_bytes(), b"&", &request.body].concat();
    let refusal = gateway.file_of("refusal", &gateway.sandbox.handle(&request));
    let body = gateway.folder.file("body.txt", std::str::from_utf8(&request.body).unwrap());
    let (done, told) = explain(&["request", &refusal, "--body", &body, "--app-key", &private]);
    assert_eq!((done.code, &told["cause"]), (5, &json!("charset")), "{told}");
    assert!(told["fix"].as_str().unwrap().contains("query of the URL"), "{told}");
}

#[test]
fn links_are_explained_with_the_keys_of_their_template() {
    let folder = Folder::new();
    let (key, _, public) = key_files(&folder, "alipay");
    let config = UseModeLink::new().with_sign_keys(["voucherId", "shop"]).unwrap();
    let link = h5::sign("https://m.example.com/use", &[("voucherId", "2017"), ("shop", "7")], &config, &key)
        .unwrap();
    let file = folder.file("link.txt", &link);
    let (done, told) =
        explain(&["link", &file, "--alipay-public-key", &public, "--sign-keys", "voucherId,shop"]);
    assert_eq!((done.code, &told["holds"]), (0, &json!(true)), "{told}");
    let (done, told) = explain(&["link", &file, "--alipay-public-key", &public]);
    assert_eq!((done.code, &told["holds"]), (5, &json!(false)), "{told}");
}

#[test]
fn nothing_secret_is_told_and_bad_arguments_are_refused() {
    let folder = Folder::new();
    let (key, private, public) = key_files(&folder, "app");
    let file = folder.file("answer.json", r#"{"a_response":{"code":"10000"},"sign":"AAAA"}"#);
    let (done, _) = explain(&["answer", &file, "--alipay-public-key", &public, "--app-key", &private]);
    assert_eq!(done.code, 5, "{done:?}");
    assert!(!done.out.contains(&key.to_pkcs8_base64().expose()[40..80]), "{done:?}");
    let done = run(alipay(&["explain", "answer", &file, "--other-key", &public]));
    assert!(done.code == 2 && done.err.contains("NAME=FILE"), "{done:?}");
    let done = run(alipay(&["explain", "v3", &file]));
    assert!(done.code == 2 && done.err.contains("curl -i"), "{done:?}");
}
