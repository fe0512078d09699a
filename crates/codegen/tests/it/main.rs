//! The generator from outside: texts in, texts and findings out.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

mod determinism;
mod findings;
mod golden;
mod names;
mod overrides;
mod read_only;
mod scale;
mod selection;
mod style;
mod support;
mod sync;
