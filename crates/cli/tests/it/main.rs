//! The `alipay` command as a shell sees it: arguments in; stdout, stderr and exit code out.

#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "helpers of tests fail like tests"
)]

mod call;
mod command;
mod demo;
mod help;
mod ops;
mod sandbox;
mod settings;
