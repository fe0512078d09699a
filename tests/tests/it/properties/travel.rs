//! Any text survives the whole way: signed, sent, checked by the gateway, kept, answered, verified, typed; and again
//! in the notification.

use alipay_api::models::v2::marketing::{
    CashVoucherRedeemed, VoucherQueryRequest, VoucherSendRequest, VoucherTemplatedetailQueryRequest,
};
use alipay_api::models::v3::marketing::{ActivityVoucherQueryRequest, ActivityVoucherSendRequest};
use alipay_api::sign::Charset;
use alipay_api::{CallOptions, Client, Money, Outcome};
use alipay_tests::{Caller, Setup, Stage, block_on};
use proptest::prelude::*;

use super::{any_character, for_all, text_in};
use crate::activity_voucher::activity;
use crate::cash_voucher::draft;

const CHARSETS: [&str; 2] = ["UTF-8", "GBK"];

fn stage(charset: &'static str) -> Stage<Client> {
    Stage::async_in_process(Setup { charset, ..Setup::default() })
}

/// So many calls need a number each, and a failing input is tried again in smaller forms.
fn number(prefix: &str) -> String {
    static NEXT: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);
    format!("{prefix}-{}", NEXT.fetch_add(1, std::sync::atomic::Ordering::Relaxed))
}

async fn a_cash_voucher_carries<C: Caller>(stage: &Stage<C>, name: &str, note: &str) {
    let client = &stage.client;
    let create = draft(stage, &number("create"), 1).brand_name(name).voucher_description([note.to_owned()]);
    let template_id = client.execute(&create).await.unwrap().template_id.unwrap();
    let detail = client.execute(&VoucherTemplatedetailQueryRequest::new(&template_id)).await.unwrap();
    assert_eq!(detail.voucher_description.as_deref(), Some(note));

    stage.sandbox.control().pay_template(&template_id).unwrap();
    let send = VoucherSendRequest::new(&template_id, number("send")).open_id(name).memo(note);
    let sent = client.execute(&send).await.unwrap();
    assert_eq!(sent.open_id.as_deref(), Some(name));
    let voucher_id = sent.voucher_id.unwrap();
    stage.sandbox.control().redeem(&voucher_id, Money::from_fen(880), Some(Money::from_yuan(60))).unwrap();
    let voucher = client.execute(&VoucherQueryRequest::new(&voucher_id)).await.unwrap();
    assert_eq!(voucher.bill_details.unwrap()[0].partner_name.as_deref(), Some(name));

    let notifications = stage.receive_notifications();
    let redeemed: CashVoucherRedeemed = notifications[0].read();
    assert_eq!(redeemed.partner_name.as_deref(), Some(name));
}

#[test]
fn any_text_survives_the_life_of_a_cash_voucher_in_both_charsets() {
    for charset in CHARSETS {
        let stage = stage(charset);
        // Alipay does not sign blank values, nor are they believed.
        let not_blank = |text: &String| !alipay_api::sign::is_blank(text);
        let name = text_in(charset, 20).prop_filter("not blank", not_blank);
        for_all(24, (name, text_in(charset, 50)), |(name, note)| {
            block_on(a_cash_voucher_carries(&stage, &name, &note));
        });
    }
}

#[test]
fn any_text_survives_an_activity_of_v3_whatever_the_charset_of_v2_is() {
    for charset in CHARSETS {
        let stage = stage(charset);
        for_all(40, text_in("UTF-8", 40), |name| {
            block_on(async {
                let create = activity(&stage, &number("create"), 1).activity_name(&name);
                let activity_id = stage.client.execute(&create).await.unwrap().activity_id.unwrap();
                let query =
                    stage.client.execute(&ActivityVoucherQueryRequest::new(&activity_id)).await.unwrap();
                assert_eq!(query.activity_name, Some(name));
            });
        });
    }
}

#[test]
fn any_text_in_the_query_of_v3_reaches_the_gateway_as_it_was_signed() {
    let stage = stage("UTF-8");
    for_all(60, text_in("UTF-8", 30), |id| {
        let error = block_on(stage.client.execute(&ActivityVoucherQueryRequest::new(&id))).unwrap_err();
        assert_eq!(
            error.outcome(),
            Outcome::Rejected,
            "the signature held, the activity is not there: {error}"
        );
        let send = ActivityVoucherSendRequest::new(&id, number("send")).user_id("2088302001456115");
        assert_eq!(block_on(stage.client.execute(&send)).unwrap_err().outcome(), Outcome::Rejected);
    });
}

#[test]
fn a_character_outside_gbk_is_an_error_before_anything_is_sent() {
    let stage = stage("GBK");
    let foreign = any_character()
        .prop_filter("outside GBK", |c| Charset::gbk().encode(c.encode_utf8(&mut [0; 4])).is_err());
    let before = stage.sandbox.control().state();
    for_all(60, (text_in("GBK", 10), foreign), |(before, foreign)| {
        let request = draft(&stage, &number("create"), 1).brand_name(format!("{before}{foreign}"));
        let error = block_on(stage.client.execute_with(&request, CallOptions::new())).unwrap_err();
        assert_eq!(error.outcome(), Outcome::NotSent);
        let shown = format!("U+{:04X}", u32::from(foreign));
        assert!(error.to_string().contains(&shown), "{error} does not name {shown}");
    });
    assert_eq!(stage.sandbox.control().state()["templates"], before["templates"]);
}
