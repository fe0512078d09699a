//! `alipay call`: answers, and each exit code.

use std::io::{Read, Write};
use std::net::TcpListener;

use alipay_api::sign::PrivateKey;
use serde_json::{Value, json};

use crate::command::{Folder, Sandbox, alipay, json as parse, run, run_with_stdin};
use crate::gateway::Gateway;

const LIST: &str = "alipay.marketing.voucher.templatelist.query";
const QUERY: &str = "alipay.marketing.voucher.query";
const ACTIVITY: &str = "GET /v3/alipay/marketing/activity/voucher/query";

#[test]
fn a_verified_answer_is_one_line_of_json() {
    let sandbox = Sandbox::start(&[]);
    let answer = run(sandbox.call(LIST, &["--biz", r#"{"page_num":1}"#])).answer();
    assert_eq!((&answer["code"], &answer["total_items"]), (&json!("10000"), &json!(0)));
    let page = run_with_stdin(sandbox.call(LIST, &["--biz", "-"]), r#"{"page_size":5}"#).answer();
    assert_eq!(page["items_per_page"], json!(5));
}

#[test]
fn an_activity_of_v3_is_created_and_queried() {
    let folder = Folder::new();
    let sandbox = Sandbox::start(&[]);
    let body = json!({
        "out_biz_no": "create-1",
        "voucher_type": "FIX_VOUCHER",
        "publish_start_time": "2030-01-01 00:00:00",
        "publish_end_time": "2030-02-01 00:00:00",
        "voucher_send_rule": {"voucher_quantity": 3},
    });
    let file = format!("@{}", folder.file("create.json", &body.to_string()));
    let create = sandbox.call("POST /v3/alipay/marketing/activity/voucher/create", &["--body", &file]);
    let activity_id = run(create).answer()["activity_id"].as_str().unwrap().to_owned();
    let query = format!("activity_id={activity_id}");
    let answer = run(sandbox.call(ACTIVITY, &["--query", &query])).answer();
    assert_eq!(answer["activity_status"], "INIT");
    assert_eq!(answer["voucher_send_rule"]["voucher_quantity"], json!(3));
}

#[test]
fn a_file_is_uploaded_under_the_name_that_the_operation_has_for_it() {
    let (folder, sandbox) = (Folder::new(), Sandbox::start(&[]));
    let file = format!("file_content={}", folder.file("logo.png", "not really"));
    let upload = ["--param", "biz_code=openpt_appstore", "--file", &file];
    let answer = run(sandbox.call("alipay.open.file.upload", &upload)).answer();
    assert!(answer["file_id"].is_string(), "{answer}");
    let done = run(sandbox.call("alipay.open.file.upload", &["--file", "file_content=no such file"]));
    assert_eq!((done.code, done.out.as_str()), (2, ""), "{done:?}");
    assert!(done.err.contains("--file") && done.err.contains("no such file"), "{done:?}");

    let wrong = file.replace("file_content", "wrong");
    let text = ["--param", "file_content=text"];
    let cases: [(&str, &[&str], &str); 4] = [
        (
            "alipay.open.file.upload",
            &["--file", &wrong],
            "wrong: the files of this operation are called file_content",
        ),
        ("alipay.open.file.upload", &[], "give --file file_content=PATH"),
        ("alipay.open.file.upload", &text, "give --file file_content=PATH"),
        (LIST, &["--file", &file], "file_content: this operation takes no file"),
    ];
    for (method, more, told) in cases {
        let biz_code: &[&str] = if method == LIST { &[] } else { &upload[..2] };
        let done = run(sandbox.call(method, &[biz_code, more].concat()));
        assert_eq!((done.code, done.out.as_str()), (2, ""), "{done:?}");
        assert!(done.err.contains(told), "{done:?}");
    }
    let done = run(sandbox.call("alipay.open.file.upload", &[&upload[..2], &["--skip-rules"]].concat()));
    assert_eq!(done.code, 3, "the gateway refuses it as well: {done:?}");
}

#[test]
fn a_path_of_v3_holds_its_parameters() {
    let sandbox = Sandbox::start(&[]);
    let target = "POST /v3/alipay/marketing/delivery/20260105%2F1/query";
    let answer = run(sandbox.call(target, &["--body", r#"{"merchant_access_mode":"SELF_MODE"}"#])).answer();
    assert!(!answer.as_object().unwrap().is_empty(), "{answer}");
}

#[test]
fn an_operation_of_v3_without_a_body_is_sent_without_one() {
    let gateway = Gateway::new();
    let control = gateway.sandbox.control();
    let token = format!("auth_token=@{}", gateway.folder.file("token.txt", "user-token\n"));
    let call = |target: &str, more: &[&str]| {
        let (private, public) = (gateway.path("app_private.pem"), gateway.path("alipay_public.pem"));
        let (endpoint, app_id) = (gateway.sandbox.endpoint_url(), gateway.sandbox.app_id().to_owned());
        let settings = ["--endpoint", &endpoint, "--app-id", &app_id, "--private-key", &private];
        let settings = [&settings[..], &["--alipay-public-key", &public, "--json"]].concat();
        run(alipay(&[&["call", target], more, &settings].concat())).answer();
        control.last_call().unwrap()
    };
    let received = call("POST /v3/alipay/user/info/share", &["--query", &token]);
    assert_eq!((received.method.as_str(), received.body_len), ("alipay.user.info.share", 0));
    assert_eq!(Value::from(received.fields), json!({"auth_token": "user-token"}));
    let received = call("POST /v3/alipay/open/agent/cancel", &[]);
    assert_eq!((received.fields.len(), received.body_len), (0, 0));
    let received = call("POST /v3/alipay/open/agent/cancel", &["--body", "{}"]);
    assert_eq!((received.fields.len(), received.body_len), (0, 2), "only what is asked for is sent");
}

#[test]
fn a_token_that_is_a_field_of_v3_comes_from_a_file() {
    let (folder, sandbox) = (Folder::new(), Sandbox::start(&[]));
    let file = folder.file("token.txt", "5ecret\n");
    let share = "POST /v3/alipay/user/info/share";
    let query = "GET /v3/alipay/open/auth/token/app/query";
    let unknown = "POST /v3/alipay/some/new/thing";
    for (target, name) in [(share, "auth_token"), (query, "app_auth_token"), (unknown, "auth_token")] {
        let done = run(sandbox.call(target, &["--query", &format!("{name}=5ecret")]));
        assert_eq!((done.code, done.out.as_str()), (2, ""), "{done:?}");
        assert!(done.err.contains(&format!("{name}=@FILE")) && !done.err.contains("5ecret"), "{done:?}");
        let sent = run(sandbox.call(target, &["--query", &format!("{name}=@{file}")]));
        assert_eq!(sent.code, if target == unknown { 3 } else { 0 }, "{sent:?}");
    }
    let done = run(sandbox.call(share, &["--auth-token-file", &file]));
    assert!(done.code == 2 && done.err.contains("--query auth_token=@FILE"), "{done:?}");
}

#[test]
fn headers_go_to_stderr() {
    let sandbox = Sandbox::start(&[]);
    let done = run(sandbox.call(LIST, &["--headers"]));
    assert!(done.err.starts_with("HTTP 200\n") && done.err.contains("trace_id: "), "{done:?}");
    assert_eq!(done.answer()["code"], "10000");
}

#[test]
fn a_business_error_ends_with_3() {
    let sandbox = Sandbox::start(&[]);
    let biz = ["--biz", r#"{"voucher_id":"none"}"#];
    let done = run(sandbox.call(QUERY, &biz));
    assert_eq!((done.code, done.out.as_str()), (3, ""), "{done:?}");
    assert!(done.err.contains("VOUCHER_NOT_EXIST") && done.err.contains("nothing was done"), "{done:?}");

    let done = run(sandbox.call(QUERY, &[biz[0], biz[1], "--json"]));
    let error = done.error();
    assert_eq!(done.code, 3);
    assert_eq!(error["kind"], "api");
    assert_eq!(error["outcome"], "rejected");
    assert_eq!((&error["code"], &error["sub_code"]), (&json!("40004"), &json!("VOUCHER_NOT_EXIST")));
    assert_eq!(error["authenticated"], true);
    assert!(error["trace_id"].is_string() && error["message"].is_string());

    let done = run(sandbox.call(ACTIVITY, &["--query", "activity_id=none", "--json"]));
    assert_eq!(done.code, 3, "{done:?}");
    assert_eq!(done.error()["code"], "INVALID_PARAMETER");
}

#[test]
fn a_foreign_application_key_is_reported_as_what_the_gateway_says() {
    let folder = Folder::new();
    let sandbox = Sandbox::start(&[]);
    let key = folder.file("key.pem", PrivateKey::generate(2048).unwrap().to_pkcs8_pem().expose());
    let done = run(sandbox.call(LIST, &["--private-key", &key, "--json"]));
    assert_eq!(done.code, 3, "{done:?}");
    assert_eq!(done.error()["sub_code"], "isv.invalid-signature");
    let told = run(sandbox.call(LIST, &["--private-key", &key]));
    assert!(told.err.contains("alipay explain request"), "{told:?}");
    // Only a refusal that is signed proves that nothing was done.
    let outcome = if done.error()["authenticated"] == true { "rejected" } else { "unknown" };
    assert_eq!(done.error()["outcome"], outcome);
}

#[test]
fn no_connection_and_no_readable_answer_end_with_4() {
    let sandbox = Sandbox::start(&[]);
    let closed = TcpListener::bind("127.0.0.1:0").unwrap();
    let gateway = format!("http://{}/gateway.do", closed.local_addr().unwrap());
    drop(closed);
    let done = run(sandbox.call(LIST, &["--gateway", &gateway, "--json"]));
    assert_eq!(done.code, 4, "{done:?}");
    assert_eq!((&done.error()["kind"], &done.error()["outcome"]), (&json!("send"), &json!("not_sent")));

    for (page, told) in [("<html>502 Bad Gateway</html>", "HTML page"), ("", "empty")] {
        let server = TcpListener::bind("127.0.0.1:0").unwrap();
        let gateway = format!("http://{}/gateway.do", server.local_addr().unwrap());
        let serving = std::thread::spawn(move || answer_once(&server, page));
        let done =
            run(sandbox.call(QUERY, &["--gateway", &gateway, "--json", "--biz", r#"{"voucher_id":"1"}"#]));
        serving.join().unwrap();
        assert_eq!(done.code, 4, "{done:?}");
        assert_eq!((&done.error()["kind"], &done.error()["outcome"]), (&json!("answer"), &json!("unknown")));
        assert!(done.err.contains(told), "{done:?}");
    }
}

pub(crate) fn answer_once(server: &TcpListener, page: &str) {
    let (mut stream, _) = server.accept().unwrap();
    let mut request = Vec::new();
    let mut buffer = [0; 4096];
    // Head and body arrive separately; the body of this request ends with its last field.
    while !String::from_utf8_lossy(&request).contains("voucher_id") {
        let length = stream.read(&mut buffer).unwrap();
        assert!(length > 0, "the request is too short");
        request.extend_from_slice(&buffer[..length]);
    }
    let head = format!(
        "HTTP/1.1 502 Bad Gateway\r\ncontent-type: text/html\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        page.len()
    );
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(page.as_bytes()).unwrap();
}

#[test]
fn a_wrong_public_key_of_alipay_ends_with_5() {
    let folder = Folder::new();
    let sandbox = Sandbox::start(&[]);
    let other = PrivateKey::generate(2048).unwrap().public_key().to_spki_pem();
    let other = folder.file("other.pem", &other);
    let done = run(sandbox.call(LIST, &["--alipay-public-key", &other, "--json"]));
    assert_eq!(done.code, 5, "{done:?}");
    assert_eq!((&done.error()["kind"], &done.error()["outcome"]), (&json!("signature"), &json!("unknown")));
    let mut unknown =
        sandbox.call(ACTIVITY, &["--alipay-public-key", &other, "--json", "--query", "activity_id=1"]);
    unknown.env("NO_COLOR", "1");
    let done = run(unknown);
    assert_eq!(
        (done.code, done.error()["authenticated"].clone()),
        (3, json!(false)),
        "an error proves nothing"
    );
}

#[test]
fn usage_and_configuration_end_with_2_before_anything_is_sent() {
    let sandbox = Sandbox::start(&[]);
    let empty: &[&str] = &[];
    let folder = Folder::new();
    let broken = format!("@{}", folder.file("broken.json", "{"));
    let cases: [(&str, &[&str], &str); 15] = [
        (QUERY, &["--biz", "{}"], "voucher_id: must be set"),
        (QUERY, &["--biz", "{"], "no JSON"),
        (QUERY, &["--biz", &broken], "broken.json: no JSON (line 1"),
        (QUERY, &["--biz", "[1]"], "no object"),
        (QUERY, &["--biz", "@/nonexistent/fields.json"], "/nonexistent/fields.json"),
        (QUERY, &["--query", "voucher_id=1"], "--query: given with a method of v2"),
        (QUERY, &["--param", "voucher_id=1"], "put it into --biz"),
        (ACTIVITY, &["--biz", "{}"], "--biz: given with a path of v3"),
        (ACTIVITY, &["--body", "{}"], "--body: given with GET"),
        ("alipay.marketing.voucher.qery", empty, "did you mean alipay.marketing.voucher.query?"),
        (
            "alipay.trade.page.pay",
            &["--biz", r#"{"out_trade_no":"1","total_amount":"1.00","subject":"s","product_code":"p"}"#],
            "--url",
        ),
        (LIST, &["--url"], "leave --url"),
        (LIST, &["--gateway", "http://openapi.alipay.com/gateway.do"], "use https"),
        (LIST, &["--charset", "LATIN1"], "LATIN1"),
        (LIST, &["--timeout", "soon"], "whole seconds"),
    ];
    for (target, more, told) in cases {
        let done = run(sandbox.call(target, more));
        assert_eq!((done.code, done.out.as_str()), (2, ""), "{target} {more:?}: {done:?}");
        assert!(done.err.contains(told), "{target} {more:?}: {done:?}");
        let done = run(sandbox.call(target, &[more, &["--json"]].concat()));
        assert_eq!(done.error()["outcome"], "not_sent", "{target} {more:?}");
        assert!(done.error()["message"].as_str().unwrap().len() > 10, "{done:?}");
    }
    #[cfg(unix)]
    assert_eq!(sandbox.end_with("-TERM").1, "", "a request was sent all the same");
}

#[test]
fn rules_can_be_skipped() {
    let sandbox = Sandbox::start(&[]);
    let done = run(sandbox.call(QUERY, &["--biz", "{}", "--skip-rules", "--json"]));
    assert_eq!(
        (done.code, done.error()["sub_code"].clone()),
        (3, json!("isv.invalid-parameter")),
        "{done:?}"
    );
}

#[test]
fn an_unknown_method_is_sent_as_it_is() {
    let sandbox = Sandbox::start(&[]);
    let done = run(sandbox.call("koubei.trade.order.look", &["--biz", "{}", "--json"]));
    assert_eq!((done.code, done.error()["sub_code"].clone()), (3, json!("isv.invalid-method")), "{done:?}");
}

#[test]
fn pages_and_order_strings_are_printed_and_not_sent() {
    let sandbox = Sandbox::start(&[]);
    let biz = r#"{"out_trade_no":"1","total_amount":"1.00","subject":"a&b 券","product_code":"FAST_INSTANT_TRADE_PAY"}"#;
    let page = run(sandbox
        .call("alipay.trade.page.pay", &["--biz", biz, "--url", "--return-url", "https://example.com/"]));
    assert_eq!(page.code, 0, "{page:?}");
    let (place, query) = page.out.trim().split_once('?').unwrap();
    assert_eq!(place, sandbox.text("gateway"));
    verify(&sandbox, query, Some("https://example.com/"), biz);
    let order = run(sandbox.call("alipay.trade.app.pay", &["--biz", biz, "--order-string"]));
    assert_eq!(order.code, 0, "{order:?}");
    verify(&sandbox, order.out.trim(), None, biz);
    #[cfg(unix)]
    assert_eq!(sandbox.end_with("-TERM").1, "");
}

#[test]
fn a_page_may_be_a_form_and_needs_not_be_known() {
    let sandbox = Sandbox::start(&[]);
    let biz = r#"{"out_trade_no":"1","total_amount":"1.00","subject":"<a&b> \"券'","product_code":"QUICK_WAP_WAY","quit_url":"https://example.com/"}"#;
    for method in ["alipay.trade.wap.pay", "alipay.some.new.page.pay"] {
        let shown = run(sandbox.call(method, &["--biz", biz, "--form"]));
        assert_eq!(shown.code, 0, "{shown:?}");
        assert!(shown.out.starts_with("<form ") && shown.out.trim_end().ends_with("</form>"), "{shown:?}");
        assert!(!shown.out.contains("<a&b>") && !shown.out.contains("<script"), "{shown:?}");
        let told = run(sandbox.call(method, &["--biz", biz, "--form", "--json"])).answer();
        assert_eq!(told["fields"], json!({"biz_content": biz}));
        let action = told["action"].as_str().unwrap();
        let (place, query) = action.split_once('?').unwrap();
        assert_eq!(place, sandbox.text("gateway"));
        let biz_content = alipay_api::sign::percent_encode(biz.as_bytes());
        verify(&sandbox, &format!("{query}&biz_content={biz_content}"), None, biz);
        for flag in ["--url", "--order-string"] {
            let done = run(sandbox.call(method, &["--biz", biz, "--form", flag]));
            assert_eq!((done.code, done.out.as_str()), (2, ""), "{done:?}");
        }
    }
    for flag in ["--url", "--order-string"] {
        let told = run(sandbox.call("alipay.some.new.page.pay", &["--biz", biz, flag, "--json"])).answer();
        let text = told[flag.trim_start_matches("--").replace('-', "_")].as_str().unwrap();
        verify(&sandbox, text.rsplit_once('?').map_or(text, |(_, query)| query), None, biz);
    }
    for (target, flag) in [(ACTIVITY, "--form"), (ACTIVITY, "--order-string"), (LIST, "--form")] {
        let done = run(sandbox.call(target, &[flag]));
        assert_eq!((done.code, done.out.as_str()), (2, ""), "{done:?}");
        assert!(done.err.contains(flag), "{done:?}");
    }
    #[cfg(unix)]
    assert_eq!(sandbox.end_with("-TERM").1, "", "nothing is sent");
}

/// The signature covers every parameter, as the gateway would check it.
fn verify(sandbox: &Sandbox, query: &str, return_url: Option<&str>, biz: &str) {
    use alipay_api::sign::{Charset, SignType, canonical, decode_signature, parse_form};
    let key = std::fs::read(sandbox.text("app_private_key_file")).unwrap();
    let key = PrivateKey::parse(key).unwrap().public_key();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    let pairs: Vec<(String, String)> = parse_form(query.as_bytes())
        .unwrap()
        .into_iter()
        .map(|(name, value)| (text(name), text(value)))
        .collect();
    let value = |wanted: &str| pairs.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.as_str());
    assert_eq!((value("return_url"), value("biz_content")), (return_url, Some(biz)));
    let signed: Vec<_> =
        pairs.iter().filter(|(name, _)| name != "sign").map(|(a, b)| (a.as_str(), b.as_str())).collect();
    let message = canonical(&signed, &Charset::utf_8()).unwrap();
    key.verify(SignType::Rsa2, &message, &decode_signature(value("sign").unwrap()).unwrap()).unwrap();
}

#[test]
fn secrets_on_the_command_line_are_refused_and_not_repeated() {
    let sandbox = Sandbox::start(&[]);
    let secret = "5ecret5ecret";
    let named = format!("code={secret}");
    let biz = format!(r#"{{"grant_type":"authorization_code","code":"{secret}"}}"#);
    let token = format!("app_auth_token={secret}");
    let pem = format!("-----BEGIN PRIVATE KEY-----{secret}");
    let bare = format!("{secret}{}", "A".repeat(400));
    let cases: [(&str, &[&str]); 6] = [
        ("alipay.system.oauth.token", &["--param", "grant_type=authorization_code", "--param", &named]),
        ("alipay.open.auth.token.app", &["--biz", &biz]),
        (LIST, &["--param", &token]),
        (LIST, &["--private-key", &pem]),
        (LIST, &["--private-key", &bare]),
        (LIST, &["--app-auth-token-env", secret]),
    ];
    for (target, more) in cases {
        for json in [&[][..], &["--json"]] {
            let done = run(sandbox.call(target, &[more, json].concat()));
            assert_eq!((done.code, done.out.as_str()), (2, ""), "{more:?}: {done:?}");
            assert!(!done.err.contains(secret), "{more:?}: {done:?}");
        }
    }
    let folder = Folder::new();
    let file = format!("code=@{}", folder.file("code.txt", &format!("{secret}\n")));
    let done = run(sandbox
        .call("alipay.system.oauth.token", &["--param", "grant_type=authorization_code", "--param", &file]));
    assert!(done.answer()["access_token"].is_string());
}

#[test]
fn usage_errors_of_the_parser_are_json_too() {
    let done = run(alipay(&["call", "--json"]));
    assert_eq!((done.code, done.error()["kind"].clone()), (2, json!("usage")), "{done:?}");
    assert!(parse(&done.err)["message"].as_str().unwrap().contains("METHOD"), "{done:?}");
}
