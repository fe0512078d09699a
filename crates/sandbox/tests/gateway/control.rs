//! What a phone or a user would do, in Rust and over HTTP.

use std::sync::{Arc, Mutex};

use alipay_core::RawOperation;
use alipay_core::http::{HttpRequest, Verb};
use alipay_core::sign::PrivateKey;
use alipay_sandbox::{BuildError, Fault, Sandbox};
use serde_json::{Value, json};

use crate::world::{USER, World, builder, keys};

fn ask(world: &World, verb: Verb, path: &str, body: Value) -> (u16, Value) {
    let mut request = HttpRequest::new(verb, format!("{}{path}", world.sandbox.control_url()));
    if !body.is_null() {
        request.body = body.to_string().into_bytes();
    }
    let response = world.sandbox.handle(&request);
    (response.status(), serde_json::from_slice(response.body()).unwrap())
}

#[test]
fn a_phone_can_do_everything_over_http() {
    let world = World::new();
    let data =
        r#"{"useMode":"H5","useModeData":{"url":"http://www.yourdomain.com/use.htm","signType":"RSA2"}}"#;
    let id = world.template("T1", json!({"extension_info": data}));
    let post = |path: String, body: Value| ask(&world, Verb::Post, &path, body);
    assert_eq!(post(format!("/templates/{id}/pay"), Value::Null).0, 200);
    let voucher = world.send(&id, "S1");
    let (status, redeemed) =
        post(format!("/vouchers/{voucher}/redeem"), json!({"amount": "8.80", "order_amount": 60}));
    assert_eq!((status, &redeemed["available_amount"]), (200, &json!("0.00")));
    assert_eq!(post(format!("/vouchers/{voucher}/refund"), json!({"amount": "8.80"})).0, 200);
    let (_, link) = ask(&world, Verb::Get, &format!("/vouchers/{voucher}/use-link"), Value::Null);
    assert!(link["url"].as_str().unwrap().contains(&voucher));
    let (_, now) = post("/clock/advance".into(), json!({"seconds": 3600}));
    assert_eq!(now["now"], "2026-01-05 09:00:00");
    let (_, outbox) = ask(&world, Verb::Get, "/outbox", Value::Null);
    assert_eq!(outbox["entries"][0]["fields"]["voucher_id"], voucher.as_str());
    assert_eq!(outbox["entries"][0]["delivery"], "waiting");
    assert_eq!(post("/faults".into(), json!({"fault": "timeout", "times": 2})).0, 200);
    let (_, state) = ask(&world, Verb::Get, "/state", Value::Null);
    assert_eq!(state["faults"], json!([{"fault": "timeout", "times": 2}]));
    assert_eq!(state["vouchers"][0]["status"], "REFUNDED");
    assert_eq!(ask(&world, Verb::Delete, "/faults", Value::Null).0, 200);
    assert_eq!(post("/message-url".into(), json!({"url": "http://127.0.0.1:9/"})).0, 200);
    let (_, help) = ask(&world, Verb::Get, "", Value::Null);
    assert!(help.as_array().unwrap().len() > 10);
}

#[test]
fn an_activity_is_paid_and_claimed_over_http() {
    let world = World::new();
    let created = world.activity(
        "create",
        json!({
            "out_biz_no": "C", "publish_start_time": "2026-01-05 00:00:00", "publish_end_time": "2026-02-05 00:00:00",
            "voucher_send_rule": {"voucher_quantity": 1}, "voucher_budget_info": {"budget_type": "PRE_CASH"},
        }),
    );
    let id = created["activity_id"].as_str().unwrap();
    world.activity("publish", json!({"activity_id": id, "out_biz_no": "P"}));
    assert_eq!(ask(&world, Verb::Post, &format!("/activities/{id}/pay"), Value::Null).0, 200);
    let claim = format!("/activities/{id}/claim");
    let (status, claimed) = ask(&world, Verb::Post, &claim, json!({"user_id": USER}));
    assert_eq!(status, 200);
    assert!(claimed["voucher_id"].is_string());
    assert_eq!(ask(&world, Verb::Post, &claim, json!({"user_id": USER})).0, 409);
}

#[test]
fn mistakes_are_answered_with_what_to_do() {
    let world = World::new();
    for (verb, path, body, status, word) in [
        (Verb::Get, "/nothing", Value::Null, 404, "GET /control"),
        (Verb::Post, "/vouchers/1/redeem", Value::Null, 400, "JSON"),
        (Verb::Post, "/vouchers/1/redeem", json!({}), 400, "amount"),
        (Verb::Post, "/vouchers/1/redeem", json!({"amount": "x"}), 400, "8.80"),
        (Verb::Post, "/vouchers/1/redeem", json!({"amount": "1"}), 409, "/control/state"),
        (Verb::Post, "/templates/1/pay", Value::Null, 409, "1"),
        (Verb::Post, "/clock/advance", json!({"seconds": -1}), 400, "seconds"),
        (Verb::Post, "/faults", json!({"fault": "fire"}), 400, "refuse_connection"),
        (Verb::Post, "/faults", json!({"fault": "timeout", "times": "x"}), 400, "times"),
        (Verb::Post, "/faults", json!({"fault": "timeout", "times": 0}), 400, "1 or more"),
        (Verb::Post, "/faults", json!({"fault": "timeout", "time": 2}), 400, "time: there is no such member"),
        (Verb::Post, "/message-url", json!({}), 400, "url: it is missing"),
        (
            Verb::Post,
            "/message-url",
            json!({"ulr": "http://127.0.0.1:9/"}),
            400,
            "ulr: there is no such member",
        ),
        (Verb::Post, "/message-url", json!({"url": "not a url"}), 400, "\"not a url\" is no address"),
        (Verb::Post, "/message-url", json!({"url": "http://"}), 400, "is no address"),
    ] {
        let (seen, answer) = ask(&world, verb, path, body);
        assert_eq!(seen, status, "{path}: {answer}");
        assert!(answer["error"].as_str().unwrap().contains(word), "{answer}");
    }
}

#[test]
fn a_mistaken_message_url_changes_nothing_and_null_clears_it() {
    let world = World::new();
    let set = |body: Value| {
        ask(&world, Verb::Post, "/message-url", body);
        ask(&world, Verb::Get, "/state", Value::Null).1["message_url"].clone()
    };
    assert_eq!(set(json!({"url": "http://127.0.0.1:9/"})), "http://127.0.0.1:9/");
    assert_eq!(set(json!({"ulr": "http://127.0.0.1:8/"})), "http://127.0.0.1:9/");
    assert_eq!(set(json!({"url": null})), Value::Null);
}

#[test]
fn the_log_tells_methods_and_outcomes_and_no_secrets() {
    let lines = Arc::new(Mutex::new(Vec::new()));
    let writer = Arc::clone(&lines);
    let world = World::with(
        builder().log(move |line| writer.lock().unwrap().push((line.to_string(), line.trace_id.is_some()))),
        |config| config,
    );
    world.template("T1", json!({}));
    world.refused("alipay.marketing.voucher.query", json!({"voucher_id": "secret"}));
    world.activity_refused("stop", json!({"activity_id": "1", "out_biz_no": "1"}));
    ask(&world, Verb::Get, "/state?token=secret", Value::Null);
    let lines = lines.lock().unwrap();
    let texts: Vec<&str> = lines.iter().map(|(text, _)| text.as_str()).collect();
    assert_eq!(
        texts,
        [
            "POST /gateway.do alipay.marketing.cashvoucher.template.create -> 10000",
            "POST /gateway.do alipay.marketing.voucher.query -> 40004 VOUCHER_NOT_EXIST",
            "POST /v3/alipay/marketing/activity/voucher/stop -> 400 INVALID_PARAMETER",
            "GET /control/state -> 200",
        ]
    );
    assert_eq!(lines.iter().map(|(_, traced)| *traced).collect::<Vec<_>>(), [true, true, true, false]);
}

#[test]
fn the_log_tells_whether_the_caller_got_what_it_asked_for() {
    let lines = Arc::new(Mutex::new(Vec::new()));
    let writer = Arc::clone(&lines);
    let world = World::with(
        builder().log(move |line| writer.lock().unwrap().push((line.outcome.clone(), line.succeeded))),
        |config| config,
    );
    let id = world.template("T1", json!({}));
    let page = RawOperation::gateway("alipay.trade.page.pay").biz_content(json!({
        "out_trade_no": "1", "total_amount": "1.00", "subject": "x", "product_code": "FAST_INSTANT_TRADE_PAY",
    }));
    let _ = world.sandbox.handle(&world.request(page));
    world.refused("alipay.marketing.voucher.query", json!({"voucher_id": "none"}));
    for fault in [Fault::SystemError, Fault::Truncated, Fault::Html502] {
        world.sandbox.control().inject(fault, 1);
        let query =
            RawOperation::gateway("alipay.marketing.voucher.query").biz_content(json!({"voucher_id": "1"}));
        let _ = world.sandbox.handle(&world.request(query));
    }
    world.activity_refused("stop", json!({"activity_id": "1", "out_biz_no": "1"}));
    world.get(&format!("http://127.0.0.1/confirm/{id}"));
    world.get("http://127.0.0.1/confirm/none");
    ask(&world, Verb::Get, "/state", Value::Null);
    ask(&world, Verb::Get, "/nothing", Value::Null);
    let lines = lines.lock().unwrap();
    let lines: Vec<(&str, bool)> =
        lines.iter().map(|(outcome, succeeded)| (outcome.as_str(), *succeeded)).collect();
    let expected = [
        ("10000", true),
        ("page", true),
        ("40004 VOUCHER_NOT_EXIST", false),
        ("20000 isp.unknow-error (fault system_error)", false),
        ("40004 VOUCHER_NOT_EXIST (fault truncated)", false),
        ("fault html_502", false),
        ("400 INVALID_PARAMETER", false),
        ("200", true),
        ("409", false),
        ("200", true),
        ("404", false),
    ];
    assert_eq!(lines, expected);
}

#[test]
fn only_opening_the_page_pays() {
    let world = World::new();
    let id = world.template("T1", json!({}));
    let posted = HttpRequest::new(Verb::Post, format!("http://127.0.0.1/confirm/{id}"));
    assert_eq!(world.sandbox.handle(&posted).status(), 405);
    assert_eq!(ask(&world, Verb::Get, "/state", Value::Null).1["templates"][0]["status"], "I");
}

#[test]
fn whatever_comes_is_answered() {
    let world = World::new();
    let targets = [
        "",
        "/",
        "//",
        "?",
        "/gateway.do?%",
        "/gateway.do?=&&==&charset=%ff",
        "/gateway.do?charset=gbk&app_id=%81",
        "/v3/",
        "/v3/%2F/..",
        "/v3//?&&a&a=1",
        "/confirm/",
        "/recharge/%00",
        "/control/vouchers//redeem",
        "/control/faults/../..",
        "/gateway.do?app_id=2021000000000000&method=a%0Ab&sign_type=RSA2&sign=%00",
    ];
    let bodies: [&[u8]; 6] =
        [b"", b"{", b"[[[[[[", b"\xff\xfe", b"{\"amount\":{}}", b"biz_content=%7B%7D&sign=+"];
    let headers = [
        ("content-type", "application/json"),
        ("content-type", "application/x-www-form-urlencoded;charset=;"),
        (
            "authorization",
            "ALIPAY-SHA256withRSA ,,=,sign=,app_id=2021000000000000,timestamp=-9223372036854775808,nonce=1",
        ),
        ("authorization", " "),
    ];
    for target in targets {
        for verb in [Verb::Get, Verb::Post, Verb::Delete] {
            for (body, header) in
                bodies.iter().flat_map(|body| headers.iter().map(move |header| (body, header)))
            {
                let mut request = HttpRequest::new(verb, format!("http://127.0.0.1{target}"));
                request.body = body.to_vec();
                request.headers = vec![(header.0.into(), header.1.into())];
                let status = world.sandbox.handle(&request).status();
                assert!((200..500).contains(&status), "{verb:?} {target} {header:?}: {status}");
            }
        }
    }
}

#[test]
fn a_line_of_the_log_stays_one_line() {
    let seen = Arc::new(Mutex::new(String::new()));
    let writer = Arc::clone(&seen);
    let world =
        World::with(builder().log(move |line| *writer.lock().unwrap() = line.to_string()), |config| config);
    world.get("http://127.0.0.1/gateway.do?app_id=2021000000000000&method=a%0AGET%20/forged");
    assert_eq!(*seen.lock().unwrap(), "GET /gateway.do -> 40001 isv.missing-signature-type");
}

#[test]
fn a_sandbox_says_what_is_wrong_with_its_settings() {
    let fails = |builder: alipay_sandbox::SandboxBuilder| builder.build().unwrap_err().to_string();
    assert!(fails(builder().app_id("a b")).starts_with("app_id:"));
    assert!(fails(builder().base_url("127.0.0.1:80")).starts_with("base_url:"));
    assert!(fails(builder().base_url("http://127.0.0.1/path")).starts_with("base_url:"));
    assert!(fails(builder().message_url("127.0.0.1:80")).starts_with("message_url:"));
    assert!(fails(builder().app_public_key("nonsense")).starts_with("app_public_key:"));
    assert!(
        fails(builder().alipay_private_key(keys().0.public_key().to_spki_pem()))
            .starts_with("alipay_private_key:")
    );
    let same = builder().app_public_key(keys().1.public_key().to_spki_pem()).build().unwrap_err();
    assert!(matches!(same, BuildError::SameKey));
}

#[test]
fn without_keys_a_sandbox_makes_its_own_and_never_shows_them() {
    let sandbox = Sandbox::builder().build().unwrap();
    let key: &PrivateKey = sandbox.app_private_key().unwrap();
    assert_ne!(key.public_key(), sandbox.alipay_public_key());
    let shown = format!("{sandbox:?} {:?} {:?}", sandbox.control(), sandbox.transport());
    let secret = key.to_pkcs1_base64();
    assert!(!shown.contains(&secret.expose()[40..80]));
    assert!(World::new().sandbox.app_private_key().is_none());
}
