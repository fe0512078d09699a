//! Uploads that reach the gateway: what arrived is what was in the file.

use alipay_api::meta::Verb;
use alipay_api::models::v2::marketing as v2;
use alipay_api::models::v3::marketing as v3;
use alipay_api::{Outcome, RawOperation, UploadFile};
use alipay_tests::{Caller, Stage};
use serde_json::json;

/// Nothing that any charset or any multipart parser would take for text.
fn picture() -> Vec<u8> {
    (0..70_000_u32).map(|number| (number.wrapping_mul(2_654_435_761) >> 24) as u8).collect()
}

async fn a_file_arrives_whole<C: Caller>(stage: Stage<C>) {
    let gateway = RawOperation::gateway("alipay.marketing.material.image.upload")
        .param("file_key", "PROMO_VOUCHER_IMAGE")
        .file("file_content", UploadFile::bytes("券 \"1\".png", picture()));
    let rest = RawOperation::rest(Verb::Post, "/v3/alipay/marketing/material/image")
        .body(json!({"file_key": "PROMO_VOUCHER_IMAGE"}))
        .file("file_content", UploadFile::bytes("券 \"1\".png", picture()));
    for operation in [gateway, rest] {
        let answer = stage.client.execute_raw(operation).await.unwrap();
        assert!(answer.fields().contains_key("resource_id"), "{answer:?}");
    }
    let uploads = stage.sandbox.control().uploads();
    assert_eq!(uploads.len(), 2);
    for upload in uploads {
        assert_eq!((upload.field.as_str(), upload.bytes), ("file_content", picture().len()));
    }
}

async fn a_typed_request_carries_its_file<C: Caller>(stage: Stage<C>) {
    let file = || UploadFile::bytes("券.png", picture());
    let gateway =
        v2::MaterialImageUploadRequest::default().file_key("PROMO_VOUCHER_IMAGE").file_content(file());
    let rest = v3::MaterialImageUploadRequest::default().file_key("PROMO_VOUCHER_IMAGE").file_content(file());
    stage.client.execute(&gateway).await.unwrap();
    stage.client.execute(&rest).await.unwrap();
    let uploads = stage.sandbox.control().uploads();
    assert_eq!(uploads.len(), 2);
    for upload in uploads {
        assert_eq!((upload.field.as_str(), upload.bytes), ("file_content", picture().len()));
    }
}

async fn a_file_that_the_gateway_does_not_take_is_refused<C: Caller>(stage: Stage<C>) {
    let operation = RawOperation::gateway("alipay.marketing.material.image.upload")
        .param("file_key", "PROMO_VOUCHER_IMAGE")
        .file("file_content", UploadFile::bytes("a.exe", picture()));
    let error = stage.client.execute_raw(operation).await.unwrap_err();
    assert_eq!((error.sub_code(), error.outcome()), ("isv.invalid-file-extension", Outcome::Rejected));
}

on_every_stage!(
    a_file_arrives_whole,
    a_typed_request_carries_its_file,
    a_file_that_the_gateway_does_not_take_is_refused,
);
