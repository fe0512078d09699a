//! Generated code stands on this crate alone: the golden files of the generator, which hold every kind of field, are
//! compiled with `alipay_api` in the place of `alipay_core`, as a user's build script writes them.

#![allow(missing_docs, clippy::indexing_slicing, clippy::unwrap_used, reason = "a test is no library")]

extern crate alipay_api as alipay_core;

#[rustfmt::skip]
#[allow(dead_code, unreachable_pub, unused_imports, reason = "a library would export them")]
#[path = "../../codegen/tests/golden/out"]
mod golden {
    pub mod common;
    pub mod v2;
    pub mod v3;
}
// The files find each other from the root of their crate.
use golden::{common, v2};

use alipay_api::RawOperation;
use alipay_api::model::Text;

use crate::v2::common::ResultData;
use crate::v2::nasty::RefundRequest;

#[test]
fn generated_code_needs_no_other_crate() {
    let request = RefundRequest::default().r#type("t");
    assert_eq!(serde_json::to_value(&request).unwrap()["type"], "t");
    assert!(RawOperation::from_request(&request, false).is_ok());
    assert_eq!(ResultData::from_text("aop.unknow-error"), Some(ResultData::AopUnknowError));
}
