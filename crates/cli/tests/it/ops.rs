//! `alipay ops`: the operations, and one of them with its fields.

use serde_json::{Value, json};

use crate::command::{alipay, run};

const SEND: &str = "alipay.marketing.voucher.send";

#[test]
fn every_operation_is_one_json_object() {
    let done = run(alipay(&["ops", "--json"]));
    let operations = done.lines();
    assert!(operations.len() >= 10_000, "{}", operations.len());
    for operation in &operations {
        let names: Vec<_> = operation.as_object().unwrap().keys().map(String::as_str).collect();
        let expected = [
            "dispatch",
            "feature",
            "from",
            "group",
            "method",
            "path",
            "protocol",
            "read_only",
            "request_type",
            "title",
            "verb",
        ];
        assert_eq!(names, expected);
        assert_eq!(operation["protocol"] == "v3", operation["path"].is_string(), "{operation}");
    }
    let send = operations.iter().find(|operation| operation["method"] == SEND).unwrap();
    assert_eq!((&send["group"], &send["dispatch"]), (&json!("marketing"), &json!("call")));
    assert_eq!(send["request_type"], "alipay_api::models::v2::marketing::VoucherSendRequest");
    assert_eq!((&send["from"], &send["feature"]), (&json!("alipay-models"), &json!("marketing")));
    let score = operations.iter().find(|operation| operation["method"] == "zhima.credit.score.get").unwrap();
    assert_eq!(score["request_type"], "alipay::v2::zhima_credit::ScoreGetRequest");
    assert_eq!((&score["from"], &score["feature"]), (&json!("alipay_codegen::Builder"), &Value::Null));
}

#[test]
fn operations_are_found_by_method_and_title() {
    for text in ["voucher.SEND", "发券"] {
        let found = run(alipay(&["ops", "--search", text, "--json"])).lines();
        assert!(found.iter().any(|operation| operation["method"] == SEND), "{text}");
        assert!(found.len() < 100, "{text}: {}", found.len());
    }
    for words in ["POST voucher activity send", "send voucher", "marketing::VoucherSendRequest"] {
        let found = run(alipay(&["ops", "--search", words, "--json"])).lines();
        assert!(
            found.iter().any(|operation| operation["method"].as_str().unwrap().ends_with("voucher.send")),
            "{words}"
        );
    }
    let one = run(alipay(&["ops", "--search", "marketing cashvoucher.template.create"])).out;
    assert!(one.contains("\n1 operation;"), "{one}");
    let done = run(alipay(&["ops", "--search", "nothing like it"]));
    assert_eq!((done.code, done.out.as_str()), (2, ""), "{done:?}");
}

#[test]
fn an_operation_is_shown_with_nested_fields_and_an_example() {
    let done = run(alipay(&["ops", "show", "alipay.marketing.cashvoucher.template.create", "--json"]));
    let shown = done.answer();
    let field = |fields: &Value, name: &str| {
        fields.as_array().unwrap().iter().find(|field| field["name"] == name).unwrap().clone()
    };
    let period = field(&shown["request"], "voucher_valid_period");
    assert_eq!(period["need"], "must");
    let kind = field(&period["fields"], "type");
    assert_eq!(kind["values"][0]["value"], "ABSOLUTE");
    assert_eq!(field(&shown["request"], "fund_account")["sensitive"], "pii");
    assert!(shown["example"].as_str().unwrap().starts_with("alipay call alipay.marketing.cashvoucher"));

    let done = run(alipay(&["ops", "show", "alipay.marketing.activity.voucher.send"]));
    for told in
        ["POST /v3/alipay/marketing/activity/voucher/send", "out_biz_no", "ACTIVITY_IS_STOPED", "Example"]
    {
        assert!(done.out.contains(told), "{told}: {}", done.out);
    }
}

#[test]
fn an_operation_is_shown_with_a_program_to_start_from() {
    let done = run(alipay(&["ops", "show", SEND, "--json"]));
    let rust = done.answer()["rust"].as_str().unwrap().to_owned();
    for told in [
        "// Cargo.toml: alipay-api with the feature `marketing`",
        "use alipay_api::models::v2::marketing::VoucherSendRequest;",
        "let request = VoucherSendRequest::new(\"",
        "    .user_id(\"",
        "let answer = client.execute(&request).await?;",
    ] {
        assert!(rust.contains(told), "{told}: {rust}");
    }
    let done = run(alipay(&["ops", "show", "zhima.credit.score.get"]));
    for told in [
        "Builder::new().operations([\"zhima.credit.score.get\"]).emit()?;",
        "use alipay::v2::zhima_credit::ScoreGetRequest;",
    ] {
        assert!(done.out.contains(told), "{told}: {}", done.out);
    }
}

#[test]
fn an_operation_of_both_protocols_is_shown_twice_or_as_asked() {
    let share = "alipay.user.info.share";
    let both = run(alipay(&["ops", "show", share]));
    assert!(both.out.contains("v3 has it too, see below"), "{both:?}");
    assert!(both.out.contains("v2 has it too, see above"), "{both:?}");
    let verb_and_path = "POST /v3/alipay/user/info/share";
    let v3 = run(alipay(&["ops", "show", share, "--protocol", "v3", "--json"])).answer();
    assert_eq!((&v3["protocol"], &v3["verb"]), (&json!("v3"), &json!("POST")));
    assert_eq!(run(alipay(&["ops", "show", verb_and_path, "--json"])).answer(), v3);
    let example = v3["example"].as_str().unwrap();
    assert_eq!(example, format!("alipay call \"{verb_and_path}\" --query auth_token=@auth_token.txt"));
    let done = run(alipay(&["ops", "show", "zhima.credit.score.get", "--protocol", "v3"]));
    assert_eq!((done.code, done.out.as_str()), (2, ""), "{done:?}");
    assert!(done.err.contains("v2 only"), "{done:?}");
    let found = run(alipay(&["ops", "--search", "/v3/alipay/user/info/", "--json"])).lines();
    assert!(found.iter().any(|operation| operation["method"] == share), "{found:?}");
}

#[test]
fn a_path_with_parameters_is_shown_with_some_of_the_body() {
    let (template, filled) = (
        "POST /v3/alipay/marketing/delivery/{delivery_id}/query",
        "POST /v3/alipay/marketing/delivery/2026/query",
    );
    let shown = run(alipay(&["ops", "show", template, "--json"])).answer();
    assert_eq!(run(alipay(&["ops", "show", filled, "--json"])).answer(), shown);
    let example = shown["example"].as_str().unwrap();
    assert!(!example.contains('{') || example.contains("--body '{"), "{example}");
    let modify = "PATCH /v3/alipay/marketing/ordervoucher/activity/{activity_id}";
    let shown = run(alipay(&["ops", "show", modify])).out;
    assert!(shown.contains("/activity/ACTIVITY_ID\" --body '{"), "{shown}");
    assert!(shown.contains("Nothing tells which fields are needed"), "{shown}");
}

#[test]
fn each_type_is_spelled_out_once() {
    let modify = ["ops", "show", "alipay.marketing.activity.ordervoucher.modify", "--protocol", "v2"];
    let shown = run(alipay(&modify)).out;
    let told = |text: &str| shown.lines().filter(|line| line.trim_start().starts_with(text)).count();
    assert_eq!(told("usable_period_info  [VoucherUseTimeRuleInfo] · fields as above"), 1, "{shown}");
    assert_eq!(told("time_restrict_info  TimeRestrictInfo · fields as above"), 1, "{shown}");
    assert_eq!(told("week_rule_info  WeekRuleInfo"), 1, "{shown}");
    assert_eq!(told("week_day  string"), 1, "no depth is too deep: {shown}");
    assert!(shown.lines().all(|line| line.trim_end() == line), "{shown}");
}

#[test]
fn a_misspelt_operation_is_answered_with_the_nearest() {
    let done = run(alipay(&["ops", "show", "alipay.marketing.voucher.sent"]));
    assert_eq!((done.code, done.out.as_str()), (2, ""), "{done:?}");
    assert!(done.err.contains("did you mean alipay.marketing.voucher.send?"), "{done:?}");
    for name in
        ["VoucherSendRequest", "VoucherSendResponse", "alipay_api::models::v2::marketing::VoucherSendRequest"]
    {
        let done = run(alipay(&["ops", "show", name]));
        assert_eq!(done.code, 2, "{done:?}");
        assert!(done.err.contains("did you mean ") && done.err.contains(SEND), "{done:?}");
    }
}

#[test]
fn an_operation_is_found_in_any_case_and_by_its_path_alone() {
    let shown = |name: &str| run(alipay(&["ops", "show", name, "--json"])).answer();
    assert_eq!(shown("Alipay.Marketing.Voucher.SEND"), shown(SEND));
    let stop = shown("POST /v3/alipay/marketing/activity/voucher/stop");
    for name in
        ["post /v3/alipay/marketing/activity/voucher/stop", "/v3/alipay/marketing/activity/voucher/stop"]
    {
        assert_eq!(shown(name), stop, "{name}");
    }
    let delivery = "/v3/alipay/marketing/delivery/2026/query";
    assert_eq!(shown(delivery), shown(&format!("POST {delivery}")));
}

#[test]
fn an_example_that_reads_a_file_shows_what_stands_in_there() {
    let shown =
        run(alipay(&["ops", "show", "alipay.open.auth.token.app", "--protocol", "v2", "--json"])).answer();
    let example = shown["example"].as_str().unwrap();
    assert!(example.contains("--biz @fields.json\n"), "{example}");
    let (_, fields) = example.split_once("\n# fields.json: ").unwrap();
    let fields: Value = serde_json::from_str(fields).unwrap();
    assert!(!fields.as_object().unwrap().is_empty(), "{example}");
}

/// What the tests of both clients compile: each function says of which operation it is the program.
const PROGRAMS: &str = include_str!("../../../../tests/tests/it/programs.rs");

#[test]
fn programs_to_start_from_are_those_that_are_compiled_elsewhere() {
    let mut count = 0;
    for text in PROGRAMS.split("// alipay ops show ").skip(1) {
        let (name, rest) = text.split_once('\n').unwrap();
        let (body, _) = rest.split_once("    Ok(())\n").unwrap();
        let body: Vec<_> = body.lines().map(|line| line.strip_prefix("    ").unwrap_or(line)).collect();
        let protocol = if name.contains("/v3/") { "v3" } else { "v2" };
        let shown = run(alipay(&["ops", "show", name, "--protocol", protocol, "--json"])).answer();
        assert_eq!(body.join("\n"), shown["rust"].as_str().unwrap(), "{name}");
        count += 1;
    }
    assert!(count >= 6, "{count}");
}
