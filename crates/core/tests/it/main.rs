//! Tests of the protocol through the public interface.

mod answers;
mod common;
mod model;
mod notifications;
mod requests;
