//! The specification of the Alipay OpenAPI, embedded, and read item by item.
//!
//! Ten thousand operations are some tens of megabytes of text, and a program needs a few of them. They are kept in an
//! [`Archive`]: an index of names, and chunks of compressed text of which only those are unpacked that are asked for.
//!
//! Two archives can be embedded, each behind a feature: `specification` (the TOML text of each item, from which
//! `alipay-codegen` makes Rust) and `catalog` (the same as JSON with every name resolved, which the local gateway and
//! the command line read). `cargo xtask codegen` writes both, with [`pack`].
//!
//! ```
//! use alipay_spec::{Archive, pack};
//!
//! let bytes = pack([("v2/type/A", "fields = []"), ("v2/operation/alipay.trade.pay", "title = \"付\"")])?;
//! let archive = Archive::open(&bytes)?;
//! assert_eq!(archive.get("v2/type/A")?, Some("fields = []"));
//! assert_eq!(archive.get("v2/type/B")?, None);
//! assert_eq!(archive.keys().collect::<Vec<_>>(), ["v2/operation/alipay.trade.pay", "v2/type/A"]);
//! # Ok::<(), alipay_spec::Error>(())
//! ```

mod archive;
#[cfg(any(feature = "catalog", feature = "specification"))]
mod embedded;
mod error;
mod pack;
mod varint;

pub use self::archive::Archive;
#[cfg(feature = "catalog")]
pub use self::embedded::catalog;
#[cfg(feature = "specification")]
pub use self::embedded::specification;
pub use self::error::Error;
pub use self::pack::pack;
