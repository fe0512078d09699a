//! The golden files as code: what was generated from every nasty case compiles without a warning, and works.

#![deny(warnings)]
#![allow(
    missing_docs,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test is no library, and fails by panicking"
)]

#[rustfmt::skip]
#[allow(dead_code, unreachable_pub, unused_imports, reason = "a library would export them")]
#[path = "golden/out"]
mod golden {
    pub mod common;
    pub mod v2;
    pub mod v3;
}
// The files find each other from the root of their crate.
use golden::{common, v2, v3};

use alipay_core::meta::Operation;
use alipay_core::{RawOperation, UploadFile};
use serde_json::json;

use crate::v2::common::{RainyAAA, RainyAaA, ResultData};
use crate::v2::nasty::{ConRequest, RefundRequest, RefundResponse, UploadRequest};
use crate::v3::nasty::{PictureUploadRequest, ThingCreateRequest};

fn picture() -> UploadFile {
    UploadFile::bytes("a.png", [1, 2, 3])
}

#[test]
fn wire_names_stay_what_they_are() {
    let request = RefundRequest::default()
        .r#type("t")
        .r#match(1)
        .r#box(true)
        .r#use("u")
        .average_price("8.80".parse::<alipay_core::Money>().unwrap())
        .h_5_sites(vec!["a".to_owned()])
        .h5_sites("b")
        .a(RainyAAA::default().a("7"))
        .b(vec![RainyAaA::default().b(vec!["8".to_owned()])]);
    let wire = json!({
        "type": "t", "match": 1, "box": true, "use": "u", "averagePrice": "8.80", "h_5_sites": ["a"],
        "h5_sites": "b", "a": {"a": "7"}, "b": [{"b": ["8"]}],
    });
    assert_eq!(serde_json::to_value(&request).unwrap(), wire);
    assert_eq!(serde_json::from_value::<RefundRequest>(wire).unwrap(), request);
}

#[test]
fn what_the_source_does_not_state_reads_text_number_and_boolean() {
    for (value, text) in [(json!("7"), "7"), (json!(7), "7"), (json!(true), "true"), (json!(1.5), "1.5")] {
        let answer: RefundResponse = serde_json::from_value(json!({"code": value})).unwrap();
        assert_eq!(answer.code.as_deref(), Some(text));
        assert_eq!(serde_json::to_value(&answer).unwrap(), json!({"code": text}));
    }
    let items: RainyAaA = serde_json::from_value(json!({"b": [1, "2", true]})).unwrap();
    assert_eq!(items.b.unwrap(), ["1", "2", "true"]);
}

#[test]
fn values_and_members_that_are_not_listed_survive() {
    let text = json!({"result": "NEW", "body": {"option": {"x": [{"y": 1}]}}, "later": [1]});
    let answer: RefundResponse = serde_json::from_value(text.clone()).unwrap();
    assert_eq!(answer.result.as_ref().map(ResultData::as_str), Some("NEW"));
    assert_eq!(serde_json::to_value(&answer).unwrap(), text);
    let listed: RefundResponse =
        serde_json::from_value(json!({"result": "app-key-security-risk, app-cert-expired"})).unwrap();
    assert_eq!(listed.result, Some(ResultData::KeyOrCertificate));
}

#[test]
fn objects_in_form_fields_travel_as_json_text() {
    let request = ConRequest::default().biz_tids(vec!["a".to_owned()]).areas(vec![RainyAaA::default()]);
    assert_eq!(serde_json::to_value(&request).unwrap(), json!({"biz_tids": "[\"a\"]", "areas": "[{}]"}));
}

#[test]
fn files_are_parts_of_their_own() {
    let request = UploadRequest::new(picture(), "a");
    assert_eq!(UploadRequest::META.files, ["file_content", "type"]);
    assert_eq!(serde_json::to_value(&request).unwrap(), json!({"name": "a"}));
    assert_eq!(
        format!("{request:?}"),
        "UploadRequest { file_content: UploadFile(\"a.png\", image/png, 3 bytes), name: \"a\" }"
    );
    assert!(RawOperation::from_request(&request, true).is_ok());
}

#[test]
fn files_that_are_needed_are_missed() {
    let refused = RawOperation::from_request(&UploadRequest::default().name("a"), true).unwrap_err();
    assert!(refused.to_string().contains("file_content"), "{refused}");
    let refused = RawOperation::from_request(&PictureUploadRequest::default(), true).unwrap_err();
    assert!(refused.to_string().contains("picture_1"), "{refused}");
    let one = PictureUploadRequest::default().picture_2(picture());
    assert!(RawOperation::from_request(&one, true).is_ok());
}

#[test]
fn keywords_fill_paths() {
    let request = ThingCreateRequest::new("a/b", "c").r#match(2).order_str("o");
    let raw = RawOperation::from_request(&request, true).unwrap();
    assert_eq!(raw.method(), "alipay.nasty.thing.create");
    assert!(format!("{raw:?}").contains("/v3/alipay/nasty/thing/a%2Fb/of/c"), "{raw:?}");
}
