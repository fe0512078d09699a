//! A model writes again what it read: known fields, unknown ones, and values that fit no field.

use alipay_api::models::v2::marketing::{VoucherQueryResponse, VoucherTemplatedetailQueryResponse};
use alipay_api::models::v2::trade::QueryResponse;
use alipay_api::{DateTime, Money};
use proptest::collection::{btree_map, vec};
use proptest::option;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::{any_json, for_all, text_in};

fn text() -> BoxedStrategy<Value> {
    text_in("UTF-8", 12).prop_map(Value::from).boxed()
}

fn money() -> BoxedStrategy<Value> {
    (-1_000_000_000..1_000_000_000_i64).prop_map(|fen| Money::from_fen(fen).to_string().into()).boxed()
}

fn time() -> BoxedStrategy<Value> {
    (0..4_000_000_000_000_i64)
        .prop_map(|millis| DateTime::from_unix_millis(millis).unwrap().to_string().into())
        .boxed()
}

/// An object of any choice of these members.
fn object(members: Vec<(&'static str, BoxedStrategy<Value>)>) -> BoxedStrategy<Value> {
    let each: Vec<_> = members
        .into_iter()
        .map(|(name, value)| {
            option::of(value).prop_map(move |value| value.map(|value| (name.to_owned(), value)))
        })
        .collect();
    each.prop_map(|members| Value::Object(members.into_iter().flatten().collect())).boxed()
}

/// Members that no model has a field for.
fn unknown() -> impl Strategy<Value = Map<String, Value>> {
    btree_map(text_in("UTF-8", 5).prop_map(|name| format!("?{name}")), any_json(), 0..3)
        .prop_map(|members| members.into_iter().collect())
}

fn merged(object: Value, more: Map<String, Value>) -> Value {
    let Value::Object(mut members) = object else { panic!("an object") };
    members.extend(more);
    Value::Object(members)
}

#[test]
fn an_answer_in_its_own_form_is_written_again_to_the_letter() {
    let bill = || (object(vec![("trade_no", text()), ("amount", money()), ("biz_type", text())]), unknown());
    let bills = vec(bill().prop_map(|(bill, more)| merged(bill, more)), 0..3).prop_map(Value::from).boxed();
    let voucher = object(vec![
        ("voucher_id", text()),
        ("status", text()),
        ("gmt_active", time()),
        ("total_amount", money()),
        ("available", any::<bool>().prop_map(Value::from).boxed()),
        ("bill_details", bills),
    ]);
    for_all(400, (voucher, unknown()), |(voucher, more)| {
        let json = merged(voucher, more);
        let model: VoucherQueryResponse = serde_json::from_value(json.clone()).unwrap();
        assert_eq!(serde_json::to_value(&model).unwrap(), json);
    });
}

#[test]
fn json_inside_text_is_read_and_written_again_with_the_same_content() {
    let period = object(vec![("type", text()), ("start", time()), ("end", time()), ("duration", any_int())]);
    for_all(200, (period, unknown()), |(period, more)| {
        let inner = merged(period, more);
        let json = json!({ "template_id": "1", "voucher_valid_period": inner.to_string() });
        let model: VoucherTemplatedetailQueryResponse = serde_json::from_value(json).unwrap();
        let written = serde_json::to_value(&model).unwrap();
        let text = written["voucher_valid_period"].as_str().expect("text");
        assert_eq!(serde_json::from_str::<Value>(text).unwrap(), inner);
    });
}

fn any_int() -> BoxedStrategy<Value> {
    any::<i64>().prop_map(Value::from).boxed()
}

/// Fields of every kind in one answer: text, amount, decimal, time, open enum, part, list of parts.
const FIELDS: [&str; 8] = [
    "subject",
    "total_amount",
    "pay_amount",
    "send_pay_date",
    "trade_status",
    "bkagent_resp_info",
    "fund_bill_list",
    "charge_info_list",
];

/// JSON where nothing says nothing.
fn says_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.iter().all(says_nothing),
        Value::Object(members) => members.is_empty(),
        _ => false,
    }
}

#[test]
fn a_value_of_any_kind_in_any_field_is_kept_and_read_again_the_same() {
    let amounts = prop_oneof![
        money(),
        (-1e6..1e6).prop_map(Value::from).boxed(),
        "-?[0-9.]{0,6}".prop_map(Value::from)
    ];
    let value = prop_oneof![3 => any_json(), 1 => amounts, 1 => time()];
    for_all(1500, (prop::sample::select(&FIELDS[..]), value), |(field, value)| {
        let came = json!({ field: value });
        let model: QueryResponse = serde_json::from_value(came.clone()).unwrap();
        let written = serde_json::to_value(&model).unwrap();
        assert!(says_nothing(&value) || written.get(field).is_some(), "{came} is lost");
        if let Some(kept) = model.extra.get(field) {
            assert_eq!(kept, &value, "what fits no field is kept as it came");
        }
        let again: QueryResponse = serde_json::from_value(written.clone()).unwrap();
        assert_eq!(serde_json::to_value(&again).unwrap(), written);
    });
}
