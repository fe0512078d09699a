//! The crate as its users see it: keys, signatures, certificates, contents, requests and links, against
//! captured data of other programs.

#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "helpers of tests fail like tests"
)]

mod api;
mod certificates;
mod chains;
mod contents;
mod data;
mod issuer;
mod key_forms;
mod links;
mod requests;
mod signatures;
#[cfg(feature = "sm2")]
mod sm2;
#[cfg(feature = "sm2")]
mod sm2_certificates;
#[cfg(not(feature = "sm2"))]
mod without_sm2;
mod wrong_keys;
