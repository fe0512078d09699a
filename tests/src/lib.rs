//! Tests that cross crates: both clients against the local gateway.
