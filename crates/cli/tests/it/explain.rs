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

/// A notification that arrives as `arrived` after `signed` was signed, as a text and by an algorithm.
struct Case<'a> {
    code: &'a str,
    arrived: &'a [(&'a str, &'a str)],
    signed: String,
    sign_type: SignType,
    more: &'a [&'a str],
}

/// The library tests each suspect in depth; this is that the command hands over all it takes to name it.
#[test]
fn each_of_the_twelve_suspects_is_named() {
    const TRADE: [(&str, &str); 7] = [
        ("app_id", "2021"),
        ("body", ""),
        ("charset", "utf-8"),
        ("memo", r#"{"u":"https://x/a"}"#),
        ("sign_type", "RSA2"),
        ("subject", "咖啡 2+1"),
        ("version", "1.0"),
    ];
    let folder = Folder::new();
    let (key, _, public) = key_files(&folder, "alipay");
    let (_, app, app_public) = key_files(&folder, "app");
    let text = |pairs: &[(&str, &str)]| -> String {
        let covered = pairs.iter().filter(|(name, value)| *name != "sign_type" && !value.is_empty());
        covered.map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&")
    };
    let with = |name: &str, value: &'static str| {
        TRADE.map(|(known, before)| (known, if known == name { value } else { before })).to_vec()
    };
    let (garbled, plus) = (with("subject", "鍜栧暋 2+1"), with("subject", "咖啡 2 1"));
    let decoded = with("memo", "50%");
    let (slashes, trimmed) = (with("memo", r#"{"u":"https:\/\/x\/a"}"#), with("subject", "咖啡 2+1 "));
    let other_app = with("app_id", "2022");
    let added = [&TRADE[..], &[("tenant", "7")]].concat();
    let missing: Vec<_> = TRADE.into_iter().filter(|(name, _)| *name != "version").collect();
    let case = |code, arrived, signed| Case { code, arrived, signed, sign_type: SignType::Rsa2, more: &[] };
    let plain = || text(&TRADE);
    let kept = plain().replace("&subject", "&sign_type=RSA2&subject");
    let cases = [
        Case {
            more: &["--alipay-public-key", &app_public],
            ..case("app-key-for-alipay-key", &TRADE, plain())
        },
        Case { sign_type: SignType::Rsa, ..case("sign-type", &TRADE, plain()) },
        case("charset", &garbled, plain()),
        case("plus-as-space", &plus, plain()),
        case("decoded-twice", &decoded, text(&with("memo", "50%25"))),
        Case { more: &["--rule", "without-sign-type"], ..case("sign-type-parameter", &TRADE, kept) },
        case("escaped-slashes", &slashes, plain()),
        Case { more: &["--empties", "keep"], ..case("empty-values", &TRADE, plain()) },
        case("missing-parameter", &missing, plain()),
        case("added-parameter", &added, plain()),
        case("text-trimmed", &TRADE, text(&trimmed)),
        case("another-app", &other_app, text(&other_app)),
    ];
    assert_eq!(cases.len(), 12);
    for Case { code, arrived, signed, sign_type, more } in cases {
        let sign = encode_signature(&key.sign(sign_type, signed.as_bytes()).unwrap());
        let pairs = arrived.iter().copied().chain([("sign", sign.as_str())]);
        let body: Vec<_> =
            pairs.map(|(name, value)| format!("{name}={}", percent_encode(value.as_bytes()))).collect();
        let file = folder.file("body.txt", &body.join("&"));
        let keys =
            if more.contains(&"--alipay-public-key") { vec![] } else { vec!["--alipay-public-key", &public] };
        let given = ["notification", &file, "--app-key", &app, "--app-id", "2021"];
        let (done, told) = explain(&[&given, &keys[..], more].concat());
        assert_eq!((done.code, &told["cause"]), (5, &json!(code)), "{told}");
        assert!(!told["fix"].as_str().unwrap().is_empty(), "{told}");
    }
    // The other way round, too.
    let sign = percent_encode(signed(&key, &plain().replace("&charset", "&body=&charset")).as_bytes());
    let body: Vec<_> =
        TRADE.map(|(name, value)| format!("{name}={}", percent_encode(value.as_bytes()))).into();
    let file = folder.file("body.txt", &format!("{}&sign={sign}", body.join("&")));
    let given = ["notification", &file, "--alipay-public-key", &public];
    let (_, told) = explain(&[&given[..], &["--empties", "drop"]].concat());
    assert_eq!(told["cause"], "empty-values", "{told}");
    assert_eq!(explain(&given).1["holds"], true);
}

/// From the parameters to the cause, by the commands alone: the text that is given is the one that is signed.
#[test]
fn the_text_of_sign_leads_to_the_key_in_the_console() {
    let folder = Folder::new();
    let (_, private, _) = key_files(&folder, "app");
    for charset in ["UTF-8", "GBK"] {
        let params = json!({"app_id": "2021", "charset": charset, "method": "m", "sign_type": "RSA2", "subject": "四川 a+b"});
        let params = folder.file("params.json", &params.to_string());
        let text = format!("app_id=2021&charset={charset}&method=m&sign_type=RSA2&subject=四川 a+b");
        let refusal = json!({"error_response": {"code": "40002", "sub_code": "isv.invalid-signature",
            "sub_msg": format!("验签出错, 网关生成的验签字符串为：{}", text.replace('&', "&amp;"))}});
        let refusal = folder.file("refusal.json", &refusal.to_string());
        let alone = alipay(&["sign", &params, "--text"]).output().unwrap().stdout;
        let encoded = alipay_api::sign::Charset::parse(charset).unwrap().encode(&text).unwrap().into_owned();
        assert_eq!(alone, encoded, "no key, and not one byte more");
        let with_key = |more: &[&str]| {
            alipay(&[&["sign", &params, "--private-key", &private], more].concat()).output().unwrap().stdout
        };
        let saved = [alone.clone(), [&alone[..], b"\n"].concat(), with_key(&[]), with_key(&["--json"])];
        for (at, saved) in saved.into_iter().enumerate() {
            let file = folder.path().join("text.txt");
            std::fs::write(&file, saved).unwrap();
            let given = ["request", &refusal, "--text", file.to_str().unwrap(), "--app-key", &private];
            let (_, told) = explain(&given);
            assert_eq!((at, &told["cause"]), (at, &json!("another-key")), "{told}");
            assert!(told["verdict"].as_str().unwrap().contains("built the same text as we did"), "{told}");
        }
    }
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
