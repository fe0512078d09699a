//! Proof over every operation: a request filled with generated values goes through the local gateway, arrives as it was
//! sent, and a generated answer comes back as it was given.
//!
//! Values follow the catalog: every field, nested ones too, within its rules. They depend on the operation and on a seed
//! alone, so that a failure can be repeated: see [`seed`].

mod compare;
mod disturb;
mod send;
mod typed;
mod values;
mod world;

pub use self::send::file;
pub use self::typed::{Message, Reread, Typed, request, reread};
pub use self::world::{World, seed};
