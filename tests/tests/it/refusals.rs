//! Calls that are refused: by our own rules before anything is sent, or by the gateway.

use alipay_api::meta::Verb;
use alipay_api::models::v2::marketing::{
    VoucherQueryRequest, VoucherSendRequest, VoucherTemplatelistQueryRequest,
};
use alipay_api::{CallOptions, ErrorKind, Outcome, RawOperation};
use alipay_tests::{Caller, Stage};
use serde_json::json;

use crate::cash_voucher::draft;

async fn a_request_that_breaks_rules_is_not_sent<C: Caller>(stage: Stage<C>) {
    let start = crate::cash_voucher::now(&stage);
    let request = draft(&stage, "create-1", 0).publish_end_time(start).amount(alipay_api::Money::ZERO);
    let error = stage.client.execute(&request).await.unwrap_err();
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::Invalid, Outcome::NotSent));
    let found: Vec<_> =
        error.violations().iter().map(|violation| (violation.path.as_str(), violation.rule)).collect();
    assert_eq!(found, [("publish_end_time", "after"), ("amount", "min"), ("voucher_quantity", "min")]);
    assert!(
        error.to_string().contains("amount: must be 0.10 at the least, but it is \"0.00\" (min)"),
        "{error}"
    );
}

async fn rules_can_be_skipped_for_one_call<C: Caller>(stage: Stage<C>) {
    let request = VoucherTemplatelistQueryRequest::default().page_num(1).page_size(31);
    assert_eq!(stage.client.execute(&request).await.unwrap_err().outcome(), Outcome::NotSent);
    let error = stage.client.execute_with(&request, CallOptions::new().skip_rules()).await.unwrap_err();
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::Api, Outcome::Rejected));
    assert!(error.to_string().contains("page_size"), "{error}");
}

async fn the_gateway_refuses_with_codes_and_signs_it<C: Caller>(stage: Stage<C>) {
    let error =
        stage.client.execute(&VoucherQueryRequest::new("20170616000730020041006ZYE2V")).await.unwrap_err();
    assert_eq!((error.code(), error.outcome()), ("40004", Outcome::Rejected));
    assert!(error.is_authenticated() && !error.sub_code().is_empty());
    assert_eq!(error.http_status(), Some(200));
    assert!(error.trace_id().is_some() && error.request_id().is_some());
    assert!(
        error
            .raw_body()
            .is_some_and(|body| body.starts_with(b"{\"alipay_marketing_voucher_query_response\""))
    );

    let error = stage
        .client
        .execute(
            &VoucherSendRequest::new("20140601000730010040000000EB", "send-1").user_id("2088302001456115"),
        )
        .await
        .unwrap_err();
    assert_eq!((error.code(), error.outcome()), ("40004", Outcome::Rejected));
}

async fn an_operation_without_types_is_called_like_any_other<C: Caller>(stage: Stage<C>) {
    let operation = RawOperation::gateway("alipay.marketing.voucher.templatelist.query")
        .biz_content(json!({"page_num": 1, "page_size": 20}));
    let verified = stage.client.execute_raw(operation).await.unwrap();
    assert_eq!(verified.fields().get("total_items").map(ToString::to_string).unwrap().trim_matches('"'), "0");

    let unknown = RawOperation::gateway("alipay.no.such.method");
    let error = stage.client.execute_raw(unknown).await.unwrap_err();
    assert_eq!(error.sub_code(), "isv.invalid-method");

    let unknown = RawOperation::rest(Verb::Post, "/v3/alipay/no/such/path").body(json!({"a": "中 文"}));
    let error = stage.client.execute_raw(unknown).await.unwrap_err();
    assert_eq!(error.code(), "invalid-method");
}

async fn a_token_of_a_merchant_is_taken_along<C: Caller>(stage: Stage<C>) {
    let options = CallOptions::new().app_auth_token("201509BBeff9351ad1874306903e96b91d248A36");
    let request = VoucherTemplatelistQueryRequest::default().page_num(1).page_size(20);
    let answer = stage.client.execute_with(&request, options).await.unwrap();
    assert_eq!(answer.value.total_items, Some(0));
    assert!(answer.verified.trace_id().is_some());
}

on_every_stage!(
    a_request_that_breaks_rules_is_not_sent,
    a_token_of_a_merchant_is_taken_along,
    an_operation_without_types_is_called_like_any_other,
    rules_can_be_skipped_for_one_call,
    the_gateway_refuses_with_codes_and_signs_it,
);
