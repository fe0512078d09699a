//! Tests of the protocol through the public interface.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

mod answers;
mod bodies;
mod broken_texts;
mod certificates;
mod common;
mod contents;
mod downloads;
mod events;
mod explain;
mod messages;
mod misuse;
mod model;
mod notifications;
mod outcomes;
mod pages;
mod requests;
mod sm2;
mod typed;
mod uploads;
mod values;
mod vectors;
