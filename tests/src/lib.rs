//! Tests that cross crates: both clients against the local gateway, in process and over HTTP.
//!
//! A test body is written once, for any [`Caller`], and runs on every [`Stage`].

#![allow(clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod caller;
pub mod conformance;
pub mod proof;
mod stage;
pub mod targets;

pub use self::caller::Caller;
pub use self::stage::{Setup, Stage, alipay_signature, block_on};

/// The examples of both READMEs compile.
#[doc = include_str!("../../README.md")]
mod readme {}

/// The examples of both READMEs compile.
#[doc = include_str!("../../README.zh-CN.md")]
mod readme_zh_cn {}
