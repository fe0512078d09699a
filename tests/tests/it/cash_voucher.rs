//! The life of a cash voucher (v2).

use alipay_api::models::v2::marketing::{
    CashVoucherRedeemed, CashvoucherTemplateCreateRequest, CashvoucherTemplateModifyRequest, ExtensionInfo,
    TemplateStatus, ValidPeriodUnit, VoucherListQueryRequest, VoucherQueryRequest, VoucherSendRequest,
    VoucherStatus, VoucherTemplateDeleteRequest, VoucherTemplatedetailQueryRequest,
    VoucherTemplatelistQueryRequest, VoucherType, VoucherValidPeriod,
};
use alipay_api::sign::{SignType, h5};
use alipay_api::{Clock, DateTime, Error, Money};
use alipay_tests::{Caller, Setup, Stage, block_on};

const USER: &str = "2088302001456115";

pub(crate) fn now<C>(stage: &Stage<C>) -> DateTime {
    DateTime::from_unix_millis(stage.sandbox.clock().now_unix_millis()).unwrap()
}

pub(crate) fn draft<C>(
    stage: &Stage<C>,
    out_biz_no: &str,
    quantity: i64,
) -> CashvoucherTemplateCreateRequest {
    let start = now(stage);
    CashvoucherTemplateCreateRequest::new(
        VoucherType::FixVoucher,
        start,
        start.plus_days(30).unwrap(),
        VoucherValidPeriod::relative(7, ValidPeriodUnit::Day),
        out_biz_no,
        "8.80".parse::<Money>().unwrap(),
        quantity,
    )
    .brand_name("优酷 & a+b=c")
    .floor_amount(Money::from_yuan(50))
    .notify_uri("http://127.0.0.1:9/notify?shop=12&mode=a+b")
    .extension_info(ExtensionInfo::h5("https://shop.example.com/use?from=优酷"))
}

/// A paid template, its id.
pub(crate) async fn active<C: Caller>(
    stage: &Stage<C>,
    out_biz_no: &str,
    quantity: i64,
) -> Result<String, Error> {
    let template = stage.client.execute(&draft(stage, out_biz_no, quantity)).await?;
    let template_id = template.template_id.unwrap();
    stage.sandbox.control().pay_template(&template_id).unwrap();
    Ok(template_id)
}

async fn the_whole_life<C: Caller>(stage: Stage<C>) {
    let (client, control) = (&stage.client, stage.sandbox.control());

    let template = client.execute(&draft(&stage, "create-1", 2)).await.unwrap();
    let template_id = template.template_id.unwrap();
    assert!(template.confirm_uri.unwrap().contains(&template_id));
    let detail =
        || async { client.execute(&VoucherTemplatedetailQueryRequest::new(&template_id)).await.unwrap() };
    assert_eq!(detail().await.status, Some(TemplateStatus::Draft));

    control.pay_template(&template_id).unwrap();
    assert_eq!(detail().await.status, Some(TemplateStatus::Active));

    let send = VoucherSendRequest::new(&template_id, "send-1").user_id(USER).memo("优酷3个月兑换券");
    let voucher_id = client.execute(&send).await.unwrap().voucher_id.unwrap();
    assert_eq!(
        client.execute(&send).await.unwrap().voucher_id.as_ref(),
        Some(&voucher_id),
        "the same action"
    );
    assert_eq!(detail().await.publish_count, Some(1));

    let voucher = || async { client.execute(&VoucherQueryRequest::new(&voucher_id)).await.unwrap() };
    let sent = voucher().await;
    assert_eq!(sent.status, Some(VoucherStatus::Enabled));
    assert_eq!(sent.available_amount, Some(Money::from_fen(880)));
    let list = client.execute(&VoucherListQueryRequest::new(&template_id).user_id(USER)).await.unwrap();
    assert_eq!(list.vouchers.unwrap()[0].voucher_id.as_ref(), Some(&voucher_id));

    let link = control.use_link(&voucher_id).unwrap();
    let link = h5::verify(&link, &h5::UseModeLink::new(), stage.config.alipay_public_key()).unwrap();
    assert!(link.is_signed());
    assert_eq!(link.voucher_id.as_ref(), Some(&voucher_id));

    control.redeem(&voucher_id, Money::from_fen(880), Some(Money::from_yuan(60))).unwrap();
    let notifications = stage.receive_notifications();
    let redeemed: CashVoucherRedeemed = notifications[0].read();
    assert_eq!(
        (redeemed.voucher_id.as_ref(), redeemed.flux_amount),
        (Some(&voucher_id), Some(Money::from_fen(880)))
    );
    assert!(stage.receive_notifications().is_empty(), "one redemption, one notification");

    let used = voucher().await;
    assert_eq!(used.status, Some(VoucherStatus::Used));
    assert_eq!(used.bill_details.unwrap()[0].biz_type.as_ref().unwrap().as_str(), "V_USE");

    control.refund(&voucher_id, Money::from_fen(880)).unwrap();
    let bills = voucher().await.bill_details.unwrap();
    assert_eq!(bills[1].biz_type.as_ref().unwrap().as_str(), "V_REFUND");
    assert_eq!(bills[1].amount, Some(Money::from_fen(880)));
}

async fn a_draft_is_changed_and_deleted<C: Caller>(stage: Stage<C>) {
    let template_id = stage.client.execute(&draft(&stage, "create-1", 1)).await.unwrap().template_id.unwrap();
    let modify = CashvoucherTemplateModifyRequest::new(&template_id, "modify-1")
        .publish_end_time(now(&stage).plus_days(60).unwrap());
    assert_eq!(stage.client.execute(&modify).await.unwrap().status, Some(TemplateStatus::Draft));
    stage.client.execute(&VoucherTemplateDeleteRequest::new(&template_id)).await.unwrap();
    let error =
        stage.client.execute(&VoucherSendRequest::new(&template_id, "s").user_id(USER)).await.unwrap_err();
    assert_eq!(error.outcome(), alipay_api::Outcome::Rejected);
}

async fn pages_are_walked_to_the_end<C: Caller>(stage: Stage<C>) {
    for number in 0..5 {
        stage.client.execute(&draft(&stage, &format!("create-{number}"), 1)).await.unwrap();
    }
    let pages = stage
        .client
        .all_pages(VoucherTemplatelistQueryRequest::default().page_num(1).page_size(2))
        .await
        .unwrap();
    assert_eq!(pages.iter().map(Vec::len).collect::<Vec<_>>(), [2, 2, 1]);
    let last = VoucherTemplatelistQueryRequest::default().page_num(3).page_size(2);
    assert_eq!(stage.client.all_pages(last).await.unwrap().len(), 1);
}

on_every_stage!(the_whole_life, a_draft_is_changed_and_deleted, pages_are_walked_to_the_end);

#[test]
fn the_life_is_the_same_in_gbk_and_with_rsa() {
    for charset in ["UTF-8", "GBK", "gb2312", "utf-8"] {
        for sign_type in [SignType::Rsa2, SignType::Rsa] {
            let setup = Setup { charset, sign_type };
            block_on(the_whole_life(Stage::async_in_process(setup)));
            block_on(the_whole_life(Stage::blocking_over_http(setup)));
        }
    }
}
