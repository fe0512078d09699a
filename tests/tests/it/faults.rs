//! What the caller is told when the gateway or the network misbehaves, and what is sent again.

use alipay_api::models::v2::marketing::{
    VoucherQueryRequest, VoucherSendRequest, VoucherTemplatedetailQueryRequest,
};
use alipay_api::models::v3::marketing::ActivityVoucherQueryRequest;
use alipay_api::{ErrorKind, Outcome, RawOperation};
use alipay_sandbox::Fault;
use alipay_tests::{Caller, Stage};
use serde_json::json;

use crate::cash_voucher::active;

/// More often than anything is sent again.
const ALWAYS: u32 = 9;

async fn answers_that_cannot_be_believed_leave_the_outcome_open<C: Caller>(stage: Stage<C>) {
    let control = stage.sandbox.control();
    let cases = [
        (Fault::Html502, ErrorKind::Answer, "HTML page"),
        (Fault::EmptyBody, ErrorKind::Answer, "empty"),
        (Fault::Truncated, ErrorKind::Answer, "not of the Alipay protocol"),
        (Fault::DuplicateNode, ErrorKind::Answer, "twice"),
        (Fault::WrongSignature, ErrorKind::Signature, "fingerprint"),
        (Fault::Unsigned, ErrorKind::Signature, "not signed"),
    ];
    for (fault, kind, says) in cases {
        control.inject(fault, ALWAYS);
        let list = RawOperation::gateway("alipay.marketing.voucher.templatelist.query")
            .biz_content(json!({"page_num": 1, "page_size": 20}));
        let error = stage.client.execute_raw(list).await.unwrap_err();
        assert_eq!((error.kind(), error.outcome()), (kind, Outcome::Unknown), "{fault:?}: {error}");
        assert!(error.to_string().contains(says), "{fault:?}: {error}");
        control.clear_faults();
    }
}

async fn rest_answers_that_cannot_be_believed_leave_the_outcome_open<C: Caller>(stage: Stage<C>) {
    let control = stage.sandbox.control();
    for fault in [Fault::Html502, Fault::EmptyBody, Fault::Truncated, Fault::WrongSignature, Fault::Unsigned]
    {
        control.inject(fault, ALWAYS);
        let error = stage.client.execute(&ActivityVoucherQueryRequest::new("1")).await.unwrap_err();
        assert_eq!(error.outcome(), Outcome::Unknown, "{fault:?}: {error}");
        control.clear_faults();
    }
}

async fn a_send_whose_answer_was_lost_is_repeated_without_a_second_voucher<C: Caller>(stage: Stage<C>) {
    let template_id = active(&stage, "create-1", 5).await.unwrap();
    stage.sandbox.control().inject(Fault::DropAfterProcessing, 1);
    let send = VoucherSendRequest::new(&template_id, "send-1").user_id("2088302001456115");
    let voucher_id = stage.client.execute(&send).await.unwrap().voucher_id.unwrap();
    let detail = stage.client.execute(&VoucherTemplatedetailQueryRequest::new(&template_id)).await.unwrap();
    assert_eq!(detail.publish_count, Some(1));
    assert!(stage.client.execute(&VoucherQueryRequest::new(voucher_id)).await.is_ok());
}

async fn a_failure_of_alipay_is_repeated_where_that_is_safe<C: Caller>(stage: Stage<C>) {
    let template_id = active(&stage, "create-1", 5).await.unwrap();
    stage.sandbox.control().inject(Fault::SystemError, 2);
    let send = VoucherSendRequest::new(&template_id, "send-1").user_id("2088302001456115");
    assert!(stage.client.execute(&send).await.is_ok());
    stage.sandbox.control().inject(Fault::SystemError, ALWAYS);
    assert_eq!(stage.client.execute(&send).await.unwrap_err().outcome(), Outcome::Unknown);
}

on_every_stage!(
    a_failure_of_alipay_is_repeated_where_that_is_safe,
    a_send_whose_answer_was_lost_is_repeated_without_a_second_voucher,
    answers_that_cannot_be_believed_leave_the_outcome_open,
    rest_answers_that_cannot_be_believed_leave_the_outcome_open,
);

/// Connections that are never made exist only where there is no real one to make.
mod without_a_port {
    use super::*;

    async fn a_refused_connection_is_not_sent_and_not_an_unknown<C: Caller>(stage: Stage<C>) {
        stage.sandbox.control().inject(Fault::RefuseConnection, ALWAYS);
        let error = stage.client.execute(&VoucherQueryRequest::new("1")).await.unwrap_err();
        assert_eq!((error.kind(), error.outcome()), (ErrorKind::Send, Outcome::NotSent));
        assert!(error.is_connect());
    }

    async fn a_call_without_idempotency_key_is_sent_once<C: Caller>(stage: Stage<C>) {
        stage.sandbox.control().inject(Fault::Timeout, 1);
        let delete = RawOperation::gateway("alipay.marketing.voucher.template.delete")
            .biz_content(json!({"template_id": "20140601000730010040000000EB"}));
        let error = stage.client.execute_raw(delete).await.unwrap_err();
        assert!(error.is_timeout());
        assert_eq!(error.outcome(), Outcome::Unknown);
    }

    on_every_stage!(@stage async_in_process: a_refused_connection_is_not_sent_and_not_an_unknown, a_call_without_idempotency_key_is_sent_once);
    on_every_stage!(@stage blocking_in_process: a_refused_connection_is_not_sent_and_not_an_unknown, a_call_without_idempotency_key_is_sent_once);
}
