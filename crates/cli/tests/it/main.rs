//! The `alipay` command as a shell sees it: arguments in; stdout, stderr and exit code out.

#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "helpers of tests fail like tests"
)]

mod advice;
mod announce;
mod call;
mod certs;
mod command;
mod contents;
mod demo;
mod explain;
mod gateway;
mod help;
mod keys;
mod modes;
mod notify;
mod ops;
mod sandbox;
mod settings;
mod signing;
mod sm2;
mod streams;
mod terminal;
mod unshown;
mod verifying;
