//! The life of a cash-voucher template and its vouchers, as the gateway keeps it.

use std::time::Duration;

use alipay_core::sign::h5::{self, UseModeLink};
use serde_json::json;

use crate::world::{USER, World, template, yuan};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

fn detail(world: &World, template_id: &str) -> serde_json::Map<String, serde_json::Value> {
    world.gateway("alipay.marketing.voucher.templatedetail.query", json!({"template_id": template_id}))
}

#[test]
fn a_voucher_lives_from_draft_to_refund() {
    live(&World::new());
}

/// The whole life of a voucher.
pub(crate) fn live(world: &World) {
    let created = world.gateway("alipay.marketing.cashvoucher.template.create", template("T1", json!({})));
    let id = created["template_id"].as_str().unwrap();
    assert_eq!(detail(world, id)["status"], "I");
    assert_eq!(created["confirm_uri"], format!("http://127.0.0.1/confirm/{id}"));
    assert!(created["fund_order_no"].as_str().unwrap().len() > 20);

    assert_eq!(world.get(created["confirm_uri"].as_str().unwrap()).status(), 200);
    let active = detail(world, id);
    assert_eq!((&active["status"], &active["total_amount"]), (&json!("S"), &json!("26.40")));

    let voucher = world.send(id, "S1");
    let fresh = world.voucher(&voucher);
    assert_eq!(fresh["status"], "ENABLED");
    assert_eq!((&fresh["available_amount"], &fresh["total_amount"]), (&json!("8.80"), &json!("8.80")));
    assert_eq!(fresh["gmt_active"], "2026-01-05 08:00:00");
    assert_eq!(fresh["gmt_expired"], "2026-01-15 08:00:00");
    assert_eq!(fresh["bill_details"], json!([]));

    let control = world.sandbox.control();
    let part = control.redeem(&voucher, yuan("5"), Some(yuan("50"))).unwrap();
    assert_eq!(part.available, yuan("3.80"));
    assert_eq!(world.voucher(&voucher)["status"], "ENABLED");
    control.redeem(&voucher, yuan("3.80"), None).unwrap();
    let used = world.voucher(&voucher);
    assert_eq!((&used["status"], &used["available_amount"]), (&json!("USED"), &json!("0.00")));
    assert_eq!(used["bill_details"][1]["biz_type"], "V_USE");

    control.refund(&voucher, yuan("8.80")).unwrap();
    let back = world.voucher(&voucher);
    assert_eq!(back["status"], "REFUNDED");
    assert_eq!(back["bill_details"][2]["biz_type"], "V_REFUND");
    assert_eq!(back["bill_details"][2]["amount"], "8.80");

    let totals = detail(world, id);
    for (name, value) in [
        ("publish_count", json!(1)),
        ("publish_amount", json!("8.80")),
        ("used_count", json!(1)),
        ("used_amount", json!("8.80")),
        ("recycle_amount", json!("8.80")),
    ] {
        assert_eq!(totals[name], value, "{name}");
    }
}

#[test]
fn creating_again_under_the_same_number_answers_the_same_template() {
    let world = World::new();
    let first = world.template("T1", json!({}));
    assert_eq!(world.template("T1", json!({"amount": "9.90"})), first);
    assert_eq!(detail(&world, &first)["amount"], "8.80");
    assert_ne!(world.template("T2", json!({})), first);
}

#[test]
fn a_payer_is_sent_on_to_the_redirect_uri() {
    let world = World::new();
    let id = world.template("T1", json!({"redirect_uri": "https://www.yourdomain.com/alipay/pay/success"}));
    let page = world.get(&format!("http://127.0.0.1/confirm/{id}"));
    assert_eq!(page.status(), 302);
    assert_eq!(page.header("location"), Some("https://www.yourdomain.com/alipay/pay/success"));
    assert_eq!(detail(&world, &id)["status"], "S");
    assert_eq!(world.get("http://127.0.0.1/confirm/none").status(), 409);
}

#[test]
fn rules_of_a_template_are_checked_by_the_gateway() {
    let world = World::new();
    for (changes, path) in [
        (json!({"amount": null}), "amount"),
        (json!({"amount": "0"}), "amount"),
        (json!({"amount": "8.888"}), "amount"),
        (json!({"voucher_quantity": 0}), "voucher_quantity"),
        (json!({"voucher_type": "ITEM_CASHLESS_FIX_VOUCHER"}), "voucher_type"),
        (json!({"voucher_use_scene": "MARS"}), "voucher_use_scene"),
        (json!({"publish_start_time": "2026-01-20 08:00:01"}), "publish_start_time"),
        (json!({"publish_end_time": "2026-01-04 00:00:00"}), "publish_end_time"),
        (json!({"publish_end_time": "2026-04-05 00:00:01"}), "publish_end_time"),
        (json!({"publish_end_time": "2026-02-0523:59:59"}), "publish_end_time"),
        (
            json!({"voucher_valid_period": "{\"type\":\"ABSOLUTE\",\"start\":\"2026-01-10 00:00:00\"}"}),
            "voucher_valid_period.end",
        ),
        (
            json!({"voucher_valid_period": "{\"type\":\"RELATIVE\",\"duration\":1,\"unit\":\"YEAR\"}"}),
            "voucher_valid_period",
        ),
        (json!({"voucher_valid_period": "tomorrow"}), "voucher_valid_period"),
        (
            json!({"voucher_description": "[\"1\",\"2\",\"3\",\"4\",\"5\",\"6\",\"7\",\"8\",\"9\",\"10\",\"11\"]"}),
            "voucher_description",
        ),
        (json!({"extension_info": "{\"useMode\":\"H5\"}"}), "extension_info"),
        (
            json!({"extension_info": "{\"useMode\":\"H5\",\"useModeData\":{\"url\":\"http://a.cn\",\"signType\":\"MD5\"}}"}),
            "extension_info.useModeData.signType",
        ),
    ] {
        let operation = alipay_core::RawOperation::gateway("alipay.marketing.cashvoucher.template.create")
            .biz_content(template("T1", changes));
        let error = world.call(operation).unwrap_err();
        assert_eq!((error.code(), error.sub_code()), ("40002", "isv.invalid-parameter"), "{error}");
        let said = &error.api().unwrap().sub_message;
        assert!(said.contains(path), "{path} is not named in {said}");
    }
}

#[test]
fn a_send_under_the_same_number_is_the_same_voucher() {
    let world = World::new();
    let id = world.active_template("T1", json!({}));
    let first = world.send(&id, "S1");
    assert_eq!(world.send(&id, "S1"), first);
    assert_eq!(detail(&world, &id)["publish_count"], 1);
    let other = json!({"template_id": id, "user_id": "2088302001456116", "out_biz_no": "S1"});
    assert_eq!(world.refused("alipay.marketing.voucher.send", other), "40004 OUT_BIZ_NO_CONFLICT");
    world.sandbox.control().advance(DAY * 60);
    assert_eq!(world.send(&id, "S1"), first, "an answer that was given stands");
}

#[test]
fn the_budget_is_counted() {
    let world = World::new();
    let id = world.active_template("T1", json!({"voucher_quantity": 2}));
    world.send(&id, "S1");
    world.send(&id, "S2");
    let third = json!({"template_id": id, "user_id": USER, "out_biz_no": "S3"});
    assert_eq!(world.refused("alipay.marketing.voucher.send", third), "40004 BUDGET_NOT_ENOUGH");
}

#[test]
fn sending_needs_an_active_template_within_its_window() {
    let world = World::new();
    let send = |id: &str| {
        world.refused(
            "alipay.marketing.voucher.send",
            json!({"template_id": id, "user_id": USER, "out_biz_no": "S"}),
        )
    };
    assert_eq!(send("none"), "40004 TEMPLATE_NOT_EXIST");
    let draft = world.template("T1", json!({}));
    assert_eq!(send(&draft), "40004 TEMPLATE_NOT_ACTIVE");
    world.gateway("alipay.marketing.voucher.template.delete", json!({"template_id": draft}));
    assert_eq!(send(&draft), "40004 TEMPLATE_DELETED");
    let later = world.active_template("T2", json!({"publish_start_time": "2026-01-10 00:00:00"}));
    assert_eq!(send(&later), "40004 TEMPLATE_NOT_START");
    world.sandbox.control().advance(DAY * 32);
    assert_eq!(send(&later), "40004 TEMPLATE_EXPIRED");
    assert_eq!(detail(&world, &later)["status"], "E");
    assert_eq!(detail(&world, &later)["recycle_amount"], "26.40");
}

#[test]
fn a_recipient_is_found_by_the_most_important_name() {
    let world = World::new();
    let id = world.active_template("T1", json!({"voucher_quantity": 100}));
    let send = |number: &str, names: serde_json::Value| {
        let mut biz = json!({"template_id": id, "out_biz_no": number});
        crate::world::merge(&mut biz, names);
        world.gateway("alipay.marketing.voucher.send", biz)["user_id"].as_str().unwrap().to_owned()
    };
    let all = send("1", json!({"user_id": USER, "login_id": "13196215350", "taobao_nick": "yue54333"}));
    let login = send("2", json!({"login_id": "13196215350", "taobao_nick": "yue54333"}));
    let nick = send("3", json!({"taobao_nick": "yue54333"}));
    assert_eq!(all, USER);
    assert_eq!(send("4", json!({"login_id": "13196215350"})), login);
    assert_ne!(login, nick);
    assert!(login.len() == 16 && login.starts_with("2088"));
    let nobody = json!({"template_id": id, "out_biz_no": "5"});
    assert_eq!(world.refused("alipay.marketing.voucher.send", nobody), "40002 isv.invalid-parameter");
    let stranger = json!({"template_id": id, "out_biz_no": "6", "user_id": "42"});
    assert_eq!(world.refused("alipay.marketing.voucher.send", stranger), "40002 isv.invalid-parameter");
    let red_packet = json!({"template_id": id, "out_biz_no": "7", "user_id": USER, "amount": "9.99"});
    assert_eq!(world.refused("alipay.marketing.voucher.send", red_packet), "40004 AMOUNT_NOT_ALLOWED");
}

#[test]
fn vouchers_expire_by_the_clock_of_the_sandbox() {
    let world = World::new();
    let id = world.active_template("T1", json!({}));
    let voucher = world.send(&id, "S1");
    let control = world.sandbox.control();
    control.advance(DAY * 10);
    assert_eq!(world.voucher(&voucher)["status"], "ENABLED");
    control.advance(Duration::from_secs(1));
    assert_eq!(world.voucher(&voucher)["status"], "EXPIRED");
    assert!(control.redeem(&voucher, yuan("1"), None).unwrap_err().to_string().contains("EXPIRED"));
    let listed =
        world.gateway("alipay.marketing.voucher.list.query", json!({"template_id": id, "user_id": USER}));
    assert_eq!(listed["vouchers"][0]["status"], "DISABLED");
    assert_eq!(detail(&world, &id)["recycle_amount"], "8.80");
}

#[test]
fn an_absolute_period_begins_and_ends_when_it_says() {
    let world = World::new();
    let period = r#"{"type":"ABSOLUTE","start":"2026-01-10 00:00:00","end":"2026-01-13 23:59:59"}"#;
    let id = world.active_template("T1", json!({"voucher_valid_period": period}));
    let voucher = world.send(&id, "S1");
    assert_eq!(world.voucher(&voucher)["status"], "UNACTIVE");
    world.sandbox.control().advance(DAY * 5);
    assert_eq!(world.voucher(&voucher)["status"], "ENABLED");
    world.sandbox.control().advance(DAY * 5);
    let late = json!({"template_id": id, "user_id": USER, "out_biz_no": "S2"});
    assert_eq!(world.refused("alipay.marketing.voucher.send", late), "40004 VOUCHER_PERIOD_OVER");
}

#[test]
fn a_draft_takes_every_change_and_an_active_template_only_its_end() {
    let world = World::new();
    let method = "alipay.marketing.cashvoucher.template.modify";
    let id = world.template("T1", json!({}));
    let change = json!({
        "template_id": id, "out_biz_no": "M1", "publish_start_time": "2026-01-06 00:00:00",
        "publish_end_time": "2026-01-31 00:00:00",
        "voucher_valid_period": "{\"type\":\"RELATIVE\",\"duration\":2,\"unit\":\"HOUR\"}",
    });
    assert_eq!(world.gateway(method, change)["status"], "I");
    let changed = detail(&world, &id);
    assert_eq!(changed["publish_start_time"], "2026-01-06 00:00:00");
    assert!(changed["voucher_valid_period"].as_str().unwrap().contains("HOUR"));

    let again = json!({"template_id": id, "out_biz_no": "M1", "publish_end_time": "2026-02-01 00:00:00"});
    assert_eq!(world.gateway(method, again)["status"], "I");
    assert_eq!(
        detail(&world, &id)["publish_end_time"],
        "2026-01-31 00:00:00",
        "the same number is the same change"
    );

    let too_early = json!({"template_id": id, "out_biz_no": "M2", "publish_end_time": "2026-01-05 00:00:00"});
    assert_eq!(world.refused(method, too_early), "40002 isv.invalid-parameter");

    world.sandbox.control().pay_template(&id).unwrap();
    let active = json!({
        "template_id": id, "out_biz_no": "M3", "publish_end_time": "2026-01-20 00:00:00",
        "voucher_valid_period": "{\"type\":\"RELATIVE\",\"duration\":9,\"unit\":\"DAY\"}",
    });
    assert_eq!(world.gateway(method, active)["status"], "S");
    let changed = detail(&world, &id);
    assert_eq!(changed["publish_end_time"], "2026-01-20 00:00:00");
    assert!(changed["voucher_valid_period"].as_str().unwrap().contains("HOUR"));

    assert_eq!(
        world.refused("alipay.marketing.voucher.template.delete", json!({"template_id": id})),
        "40004 TEMPLATE_STATUS_INVALID"
    );
    world.sandbox.control().advance(DAY * 16);
    let late = json!({"template_id": id, "out_biz_no": "M4", "publish_end_time": "2026-02-01 00:00:00"});
    assert_eq!(world.refused(method, late), "40004 TEMPLATE_STATUS_INVALID");
}

#[test]
fn templates_are_listed_page_by_page() {
    let world = World::new();
    let method = "alipay.marketing.voucher.templatelist.query";
    let ids: Vec<String> = (1..=5).map(|number| world.template(&format!("T{number}"), json!({}))).collect();
    world.gateway("alipay.marketing.voucher.template.delete", json!({"template_id": ids[4]}));
    world.sandbox.control().pay_template(&ids[3]).unwrap();
    let page = world.gateway(method, json!({"page_num": 2, "page_size": 3}));
    assert_eq!(
        (&page["total_pages"], &page["total_items"], &page["current_page"]),
        (&json!(2), &json!(4), &json!(2))
    );
    let items = page["voucher_templates"].as_array().unwrap();
    assert_eq!(items.len(), 1);
    assert_eq!(items[0]["template_id"], ids[3].as_str());
    assert_eq!(items[0]["activate_time"], "2026-01-05 08:00:00");
    assert_eq!(world.gateway(method, json!({"page_num": 9}))["voucher_templates"], json!([]));
    world.sandbox.control().advance(DAY);
    let newer = world.template("T9", json!({}));
    let since = world.gateway(method, json!({"create_start_time": "2026-01-06 00:00:00"}));
    assert_eq!(since["total_items"], 1);
    assert_eq!(since["voucher_templates"][0]["template_id"], newer.as_str());
    let until = world.gateway(method, json!({"create_end_time": "2026-01-05 23:59:59"}));
    assert_eq!(until["total_items"], 4);
    assert_eq!(world.refused(method, json!({"page_size": 31})), "40002 isv.invalid-parameter");
}

#[test]
fn only_our_own_partner_ids_can_be_asked_about() {
    let world = World::new();
    let own = world.gateway("alipay.marketing.userule.pid.query", json!({"pid": alipay_sandbox::PID}));
    assert_eq!(own["pids"], format!("{},{}", alipay_sandbox::PID, alipay_sandbox::COGNATE_PID));
    let foreign = json!({"pid": "2088000000000000"});
    let refused = "40006 isv.insufficient-isv-permissions";
    assert_eq!(world.refused("alipay.marketing.userule.pid.query", foreign.clone()), refused);
    assert_eq!(world.refused("ant.merchant.expand.merchant.storelist.query", foreign), refused);
}

#[test]
fn stores_are_listed_for_the_partner_ids_that_were_asked_for() {
    let world = World::new();
    let total = |biz: serde_json::Value| {
        world.gateway("ant.merchant.expand.merchant.storelist.query", biz)["total_size"].as_i64().unwrap()
    };
    let own = total(json!({"is_include_cognate": "false"}));
    let other = total(json!({"is_include_cognate": "false", "pid": alipay_sandbox::COGNATE_PID}));
    assert_eq!(total(json!({"is_include_cognate": "true"})), own + other);
    assert_eq!(total(json!({"is_include_cognate": "true", "pid": alipay_sandbox::PID})), own);
    let page = world
        .gateway("ant.merchant.expand.merchant.storelist.query", json!({"page_num": 2, "page_size": 30}));
    assert_eq!(page["merchant_stores"].as_array().unwrap().len() as i64, own - 30);
}

#[test]
fn redeeming_has_its_limits() {
    let world = World::new();
    let id = world.active_template("T1", json!({}));
    let voucher = world.send(&id, "S1");
    let control = world.sandbox.control();
    assert!(control.redeem(&voucher, yuan("8.81"), None).unwrap_err().to_string().starts_with("amount:"));
    assert!(control.redeem(&voucher, yuan("0"), None).is_err());
    assert!(
        control.redeem(&voucher, yuan("1"), Some(yuan("49.99"))).unwrap_err().to_string().contains("50.00")
    );
    assert!(control.redeem("none", yuan("1"), None).is_err());
    assert!(control.refund(&voucher, yuan("1")).is_err(), "nothing was redeemed yet");
    control.redeem(&voucher, yuan("2"), None).unwrap();
    assert!(control.refund(&voucher, yuan("2.01")).is_err());
    control.refund(&voucher, yuan("2")).unwrap();
    let left = world.voucher(&voucher);
    assert_eq!((&left["status"], &left["available_amount"]), (&json!("ENABLED"), &json!("6.80")));
}

#[test]
fn the_use_button_opens_a_signed_link() {
    let world = World::new();
    let mode = |data: &str| format!("{{\"useMode\":\"H5\",\"useModeData\":{data}}}");
    let signed =
        mode(r#"{"url":"http://www.yourdomain.com/use.htm?a=1","signType":"RSA2","tag":"this is my tag"}"#);
    let id = world.active_template("T1", json!({"extension_info": signed}));
    let voucher = world.send(&id, "S1");
    let link = world.sandbox.control().use_link(&voucher).unwrap();
    assert!(link.starts_with("http://www.yourdomain.com/use.htm?a=1&voucherId="));
    let opened = h5::verify(&link, &UseModeLink::new(), &world.sandbox.alipay_public_key()).unwrap();
    assert_eq!(opened.voucher_id.as_deref(), Some(voucher.as_str()));
    assert_eq!((opened.user_id.as_deref(), opened.tag.as_deref()), (Some(USER), Some("this is my tag")));

    let unsigned = mode(r#"{"url":"http://www.yourdomain.com/use.htm"}"#);
    let id = world.active_template("T2", json!({"extension_info": unsigned}));
    let voucher = world.send(&id, "S1");
    assert!(!world.sandbox.control().use_link(&voucher).unwrap().contains("sign="));

    let without = world.active_template("T3", json!({}));
    let voucher = world.send(&without, "S1");
    assert!(world.sandbox.control().use_link(&voucher).unwrap_err().to_string().contains("extension_info"));
}

#[test]
fn gbk_and_rsa_carry_chinese_both_ways() {
    for charset in ["GBK", "gb2312", "UTF-8"] {
        let world = World::rsa(charset);
        let id = world.active_template("T1", json!({"brand_name": "四川移动"}));
        let voucher = world.send(&id, "S1");
        world.sandbox.control().redeem(&voucher, yuan("8.80"), None).unwrap();
        let seen = world.voucher(&voucher);
        assert_eq!(seen["name"], "话费充值现金券", "{charset}");
        assert_eq!(seen["bill_details"][0]["partner_name"], "四川移动", "{charset}");
        let missing = world.call(
            alipay_core::RawOperation::gateway("alipay.marketing.voucher.query")
                .biz_content(json!({"voucher_id": "没有"})),
        );
        assert!(missing.unwrap_err().api().unwrap().sub_message.contains("没有"), "{charset}");
    }
}
