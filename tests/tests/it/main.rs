//! Both clients against the local gateway. Each body is written once and runs async and blocking, in process and over
//! HTTP.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

/// Runs bodies `async fn name<C: Caller>(stage: Stage<C>)` on all four stages.
macro_rules! on_every_stage {
    ($($name:ident),+ $(,)?) => {
        on_every_stage!(@stage async_in_process: $($name),+);
        on_every_stage!(@stage async_over_http: $($name),+);
        on_every_stage!(@stage blocking_in_process: $($name),+);
        on_every_stage!(@stage blocking_over_http: $($name),+);
    };
    (@stage $stage:ident: $($name:ident),+) => {
        mod $stage {
            $(
                #[test]
                fn $name() {
                    let stage = alipay_tests::Stage::$stage(alipay_tests::Setup::default());
                    alipay_tests::block_on(super::$name(stage));
                }
            )+
        }
    };
}

mod activity_voucher;
mod cash_voucher;
mod conformance;
mod documents;
mod faults;
mod known_answers;
mod pages;
mod pitfalls;
mod programs;
mod proof;
mod properties;
mod refusals;
mod repetition;
mod sandbox_uploads;
mod transports;
mod uploads;
