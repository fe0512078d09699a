//! The life of an activity voucher, step by step, as the gateway keeps it.

use std::time::Duration;

use alipay_core::RawOperation;
use alipay_core::http::Verb;
use serde_json::{Map, Value, json};

use crate::world::{USER, World, activity, merge, yuan};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// An activity in the older form, not pre-funded.
fn old(out_biz_no: &str, changes: Value) -> Value {
    let mut body = json!({
        "out_biz_no": out_biz_no,
        "merchant_access_mode": "AGENCY_MODE",
        "activity_name": "新春支付券",
        "publish_start_time": "2026-01-05 00:00:00",
        "publish_end_time": "2026-02-09 23:59:59",
        "voucher_type": "FIX_VOUCHER",
        "voucher_send_rule": {"voucher_quantity": 3, "voucher_quantity_limit_per_user": 2},
        "voucher_use_rule": {
            "available_app_ids": ["2021238412323412"],
            "voucher_valid_period": {"type": "ABSOLUTE", "valid_begin_time": "2026-01-05 00:00:00", "valid_end_time": "2026-03-01 23:59:59"},
        },
        "voucher_budget_info": {"budget_type": "NO_CASH"},
    });
    merge(&mut body, changes);
    body
}

fn create(world: &World, body: Value) -> String {
    world.activity("create", body)["activity_id"].as_str().unwrap().to_owned()
}

fn active(world: &World, body: Value) -> String {
    let id = create(world, body);
    world.activity("publish", json!({"activity_id": id, "out_biz_no": "P"}));
    id
}

fn query(world: &World, id: &str) -> Map<String, Value> {
    let operation = RawOperation::rest(Verb::Get, "/v3/alipay/marketing/activity/voucher/query")
        .query("activity_id", id)
        .query("merchant_access_mode", "AGENCY_MODE");
    world.call(operation).unwrap().fields().clone()
}

fn send(id: &str, number: &str) -> Value {
    json!({"activity_id": id, "out_biz_no": number, "user_id": USER})
}

fn topics(world: &World) -> Vec<String> {
    let short = |topic: String| topic.rsplit('.').next().unwrap().to_owned();
    world.sandbox.control().outbox().into_iter().map(|entry| short(entry.topic)).collect()
}

#[test]
fn an_activity_lives_from_creation_to_stop() {
    live(&World::new());
}

/// The whole life of an activity.
pub(crate) fn live(world: &World) {
    let id = create(world, old("C", json!({})));
    assert_eq!(query(world, &id)["activity_status"], "INIT");
    assert_eq!(world.activity_refused("send", send(&id, "S0")), "ACTIVITY_NOT_ACTIVE");

    let published = world.activity("publish", json!({"activity_id": id, "out_biz_no": "P"}));
    assert!(published.is_empty(), "nothing to recharge");
    let sent = world.activity("send", send(&id, "S1"));
    world.sandbox.control().redeem(sent["voucher_id"].as_str().unwrap(), yuan("5"), None).unwrap();
    let seen = query(world, &id);
    assert_eq!(seen["activity_status"], "ACTIVE");
    assert_eq!(seen["summary"], json!({"publish_count": 1, "used_count": 1}));
    assert_eq!(seen["activity_name"], "新春支付券");
    assert_eq!(seen["voucher_send_rule"]["voucher_quantity"], 3);
    assert!(seen.get("out_biz_no").is_none() && seen.get("merchant_access_mode").is_none());

    let more = json!({"activity_id": id, "out_biz_no": "A", "voucher_quantity": 5});
    assert!(world.activity("append", more).is_empty());
    assert_eq!(query(world, &id)["voucher_send_rule"]["voucher_quantity"], 5);
    let later = json!({"activity_id": id, "out_biz_no": "M", "publish_end_time": "2026-03-01 00:00:00"});
    assert!(world.activity("modify", later).is_empty());
    assert_eq!(query(world, &id)["publish_end_time"], "2026-03-01 00:00:00");

    assert!(world.activity("stop", json!({"activity_id": id, "out_biz_no": "X"})).is_empty());
    assert_eq!(query(world, &id)["activity_status"], "FINISHED");
    assert_eq!(world.activity_refused("send", send(&id, "S2")), "ACTIVITY_IS_STOPED");
    assert_eq!(topics(world), ["created", "received", "appended", "modified", "stopped"]);
}

#[test]
fn a_pre_funded_activity_waits_for_its_money() {
    let world = World::new();
    let body = old("C", json!({"voucher_budget_info": {"budget_type": "PRE_CASH", "amount": "24.00"}}));
    let id = create(&world, body);
    let published = world.activity("publish", json!({"activity_id": id, "out_biz_no": "P"}));
    let url = published["recharge_url"].as_str().unwrap();
    assert_eq!(query(&world, &id)["activity_status"], "INIT");
    assert!(topics(&world).is_empty());
    assert_eq!(world.get(url).status(), 200);
    assert_eq!(query(&world, &id)["activity_status"], "ACTIVE");
    assert_eq!(topics(&world), ["created"]);
    assert!(world.sandbox.control().pay_recharge(&id).is_err(), "there is nothing more to pay");

    let more = json!({"activity_id": id, "out_biz_no": "A", "voucher_quantity": 9});
    assert!(world.activity("append", more).contains_key("recharge_url"));
    assert_eq!(query(&world, &id)["voucher_send_rule"]["voucher_quantity"], 3);
    world.sandbox.control().pay_recharge(&id).unwrap();
    assert_eq!(query(&world, &id)["voucher_send_rule"]["voucher_quantity"], 9);
    assert_eq!(topics(&world), ["created", "appended"]);
}

#[test]
fn the_newer_form_is_kept_in_its_own_members() {
    let world = World::new();
    let body = json!({
        "out_biz_no": "C",
        "activity_base_info": {"activity_name": "新"},
        "voucher_send_mode_info": {
            "voucher_send_mode": "DIRECT_SEND_MODE",
            "voucher_send_rule_info": {
                "publish_start_time": "2026-01-05 00:00:00", "publish_end_time": "2026-02-05 00:00:00",
                "quantity": 9, "quantity_day_limit_per_user": 1,
            },
        },
        "voucher_budget_supply_info": {"budget_type": "NO_CASH"},
    });
    let id = active(&world, body);
    world.activity("send", send(&id, "S1"));
    assert_eq!(world.activity_refused("send", send(&id, "S2")), "COUNT_OVER_LIMIT");
    world.sandbox.control().advance(DAY);
    world.activity("send", send(&id, "S3"));
    let seen = query(&world, &id);
    assert_eq!(seen["voucher_inventory_info"], json!({"send_count": 2, "use_count": 0}));
    assert_eq!(seen["activity_base_info"]["activity_status"], "ACTIVE");
    assert_eq!(seen["activity_base_info"]["activity_name"], "新");
}

#[test]
fn granting_follows_window_budget_and_limit() {
    let world = World::new();
    let later = active(&world, old("C1", json!({"publish_start_time": "2026-01-06 00:00:00"})));
    assert_eq!(world.activity_refused("send", send(&later, "S")), "ACTIVITY_NOT_START");
    let id = active(&world, old("C2", json!({})));
    world.activity("send", send(&id, "S1"));
    world.activity("send", send(&id, "S2"));
    assert_eq!(world.activity_refused("send", send(&id, "S3")), "COUNT_OVER_LIMIT");
    let by_open_id =
        json!({"activity_id": id, "out_biz_no": "S4", "open_id": "074a1CcTG1LelxKe4xQC0zgNdId0nxi95b5"});
    world.activity("send", by_open_id);
    let other = json!({"activity_id": id, "out_biz_no": "S5", "user_id": "2088302001456199"});
    assert_eq!(world.activity_refused("send", other), "BUDGET_NOT_ENOUGH");
    world.sandbox.control().advance(DAY * 40);
    assert_eq!(world.activity_refused("send", send(&later, "S6")), "ACTIVITY_IS_END");
    assert_eq!(query(&world, &later)["activity_status"], "FINISHED");
    assert_eq!(world.activity_refused("send", send("none", "S")), "INVALID_PARAMETER");
}

#[test]
fn limits_by_day_count_for_everybody() {
    let world = World::new();
    let rule = json!({"voucher_send_rule": {"voucher_quantity": 9, "max_quantity_by_day": 1}});
    let id = active(&world, old("C", rule));
    world.activity("send", send(&id, "S1"));
    assert_eq!(world.activity_refused("send", send(&id, "S2")), "BUDGET_NOT_ENOUGH");
    world.sandbox.control().advance(DAY);
    world.activity("send", send(&id, "S3"));
}

#[test]
fn the_same_number_is_the_same_action_unless_it_says_something_else() {
    let world = World::new();
    let id = create(&world, old("C", json!({})));
    assert_eq!(create(&world, old("C", json!({}))), id);
    assert_eq!(
        world.activity_refused("create", old("C", json!({"activity_name": "x"}))),
        "INVALID_PARAMETER"
    );
    let publish = json!({"activity_id": id, "out_biz_no": "P"});
    world.activity("publish", publish.clone());
    world.activity("publish", publish);
    assert_eq!(
        world.activity_refused("publish", json!({"activity_id": id, "out_biz_no": "P2"})),
        "BIZ_ERROR"
    );
    let first = world.activity("send", send(&id, "S"));
    assert_eq!(world.activity("send", send(&id, "S")), first);
    let other = json!({"activity_id": id, "out_biz_no": "S", "user_id": "2088302001456199"});
    assert_eq!(world.activity_refused("send", other), "INVALID_PARAMETER");
    let stop = json!({"activity_id": id, "out_biz_no": "X"});
    world.activity("stop", stop.clone());
    world.activity("stop", stop);
    assert_eq!(topics(&world), ["created", "received", "stopped"], "each happened once");
}

#[test]
fn ranges_only_grow_and_ends_only_come_later() {
    let world = World::new();
    let id = active(&world, old("C", json!({})));
    let base = |number: &str| json!({"activity_id": id, "out_biz_no": number});
    for (number, changes) in [
        ("1", json!({"publish_end_time": "2026-02-01 00:00:00"})),
        (
            "8",
            json!({"voucher_send_mode_info": {"voucher_send_rule_info": {"publish_end_time": "2026-03-01 00:00:00"}}}),
        ),
        ("2", json!({"publish_end_time": "2026-12-01 00:00:00"})),
        ("3", json!({"voucher_use_rule": {"available_app_ids": "[\"2021000000000001\"]"}})),
        (
            "4",
            json!({"voucher_use_rule": {"voucher_valid_period": {"valid_end_time": "2026-02-20 00:00:00"}}}),
        ),
    ] {
        let mut body = base(number);
        merge(&mut body, changes);
        assert_eq!(world.activity_refused("modify", body), "INVALID_PARAMETER", "{number}");
    }
    let mut wider = base("5");
    merge(
        &mut wider,
        json!({"voucher_use_rule": {"available_app_ids": "[\"2021238412323412\",\"2021000000000001\"]"}}),
    );
    world.activity("modify", wider);
    for (number, quantity) in [("6", 3), ("7", 2)] {
        let mut less = base(number);
        merge(&mut less, json!({"voucher_quantity": quantity}));
        assert_eq!(world.activity_refused("append", less), "INVALID_PARAMETER");
    }
    assert_eq!(topics(&world), ["created", "modified"]);
}

#[test]
fn an_activity_without_window_or_quantity_is_refused_by_name() {
    let world = World::new();
    for (changes, path) in [
        (json!({"publish_start_time": null}), "publish_start_time"),
        (json!({"voucher_send_rule": {}}), "voucher_send_rule.voucher_quantity"),
    ] {
        let error = world.call(activity("create", old("C", changes))).unwrap_err();
        assert_eq!(error.code(), "INVALID_PARAMETER");
        assert!(error.api().unwrap().message.contains(path), "{error}");
    }
    let too_long = old("C", json!({"publish_end_time": "2026-07-05 00:00:00"}));
    assert_eq!(
        world.activity_refused("create", too_long),
        "invalid-parameter",
        "a rule of the specification"
    );
}

#[test]
fn users_claim_spend_and_lose_vouchers() {
    let world = World::new();
    let id = active(&world, old("C", json!({})));
    let control = world.sandbox.control();
    let spent = control.claim(&id, USER).unwrap();
    let kept = control.claim(&id, USER).unwrap();
    assert!(control.claim(&id, USER).is_err());
    control.redeem(&spent, yuan("5"), None).unwrap();
    assert!(control.redeem(&spent, yuan("5"), None).is_err(), "it was spent");
    control.refund(&spent, yuan("5")).unwrap();
    assert!(control.refund(&spent, yuan("0.01")).is_err());
    control.advance(DAY * 60);
    assert!(control.redeem(&kept, yuan("5"), None).is_err(), "it expired");
    let last = control.outbox().pop().unwrap();
    assert_eq!(last.topic, "alipay.marketing.activity.message.expired");
    let (_, content) = last.fields.iter().find(|(name, _)| name == "biz_content").unwrap();
    let content: Value = serde_json::from_str(content).unwrap();
    assert_eq!((&content["voucher_id"], &content["user_id"]), (&json!(kept), &json!(USER)));
    assert_eq!(topics(&world), ["created", "received", "received", "expired"], "each is told once");
}

#[test]
fn a_query_answers_only_what_the_specification_lists_at_any_depth() {
    let world = World::new();
    let mut body = old("C1", json!({"own_note": "x"}));
    body["voucher_use_rule"]["own_note"] = "x".into();
    let id = create(&world, body);
    let found = query(&world, &id);
    assert!(found["voucher_use_rule"].as_object().unwrap().contains_key("voucher_valid_period"), "{found:?}");
    assert!(!Value::Object(found.clone()).to_string().contains("own_note"), "{found:?}");
    assert!(!found.contains_key("out_biz_no"), "it belongs to the request: {found:?}");
}
