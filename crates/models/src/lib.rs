//! Typed requests and answers of the Alipay OpenAPI, generated from the specification of this workspace.
//!
//! [`v2`] holds the operations of the gateway (`gateway.do`), [`v3`] the REST operations, one module per API group;
//! [`common`] holds what both protocols share, and each of them has a `common` of its own for what its groups share. A
//! group is compiled when the cargo feature of the same name is on: `marketing` brings both `v2::marketing` and
//! `v3::marketing`. No group is on by default.
//!
//! A request is made by `new` with the fields that are always needed, and by setters with the names of the fields.
//! Everything in an answer is optional, and what has no field is kept in `extra`: a payment that succeeded never
//! becomes a decode error.
//!
//! ```
//! # #[cfg(feature = "marketing")] {
//! use alipay_models::v2::marketing::{VoucherSendRequest, VoucherSendResponse};
//!
//! let request = VoucherSendRequest::new("20170613000730010000", "send-1").user_id("2088302001456115");
//! assert_eq!(
//!     serde_json::to_string(&request).unwrap(),
//!     r#"{"template_id":"20170613000730010000","user_id":"2088302001456115","out_biz_no":"send-1"}"#,
//! );
//!
//! let answer: VoucherSendResponse = serde_json::from_str(r#"{"voucher_id":"2017","new_field":1}"#).unwrap();
//! assert_eq!(answer.voucher_id.as_deref(), Some("2017"));
//! assert!(answer.extra.get("new_field").is_some());
//! # }
//! ```

#[rustfmt::skip]
mod generated {
    pub mod common;
    pub mod v2;
    pub mod v3;
}

mod paging;
#[cfg(feature = "marketing")]
mod shorthand;

pub use self::generated::{common, v2, v3};
