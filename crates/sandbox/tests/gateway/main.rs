//! The sandbox as a client sees it: requests are built and answers verified by `alipay-core`.
#![allow(clippy::indexing_slicing, clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

mod activity;
mod cash;
mod certificates;
mod contents;
mod control;
mod faults;
mod notifications;
mod refusals_v2;
mod refusals_v3;
mod sm2;
mod specification;
mod uploads;
mod world;
