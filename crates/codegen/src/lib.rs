//! Generator of typed Rust for the Alipay OpenAPI.
//!
//! # In a build script
//!
//! [`Builder`] writes typed requests and answers for any of Alipay's 10,055 operations, from the specification that this
//! crate carries. `build.rs`, with `alipay-codegen` in `[build-dependencies]`:
//!
//! ```no_run
//! # #[cfg(feature = "builder")]
//! fn main() -> Result<(), alipay_codegen::BuildError> {
//!     alipay_codegen::Builder::new().operations(["zhima.credit.score.get"]).emit()?;
//!     Ok(())
//! }
//! # #[cfg(not(feature = "builder"))]
//! # fn main() {}
//! ```
//!
//! `src/lib.rs`, with `alipay-api` in `[dependencies]`:
//!
//! ```text
//! pub mod alipay {
//!     include!(concat!(env!("OUT_DIR"), "/alipay.rs"));
//! }
//! use alipay::v2::zhima_credit::ScoreGetRequest;
//! ```
//!
//! # The generator itself
//!
//! What this repository uses to make `alipay-models` from the TOML files of spec/:
//!
//! ```text
//! Spec::read -> Spec::lower -> emit, catalog, features -> sync
//!   TOML        names, rules     text, in memory          the only step that writes
//! ```
//!
//! Every step but the last is a pure function of the texts, so the output depends on the specification alone. Mistakes
//! in the specification are [`Finding`]s: all of them at once, each with its line and the fix, never a panic.
//!
//! ```
//! use alipay_codegen::{Spec, emit};
//!
//! let text = r#"
//! group = "marketing"
//!
//! [[operation]]
//! method = "alipay.marketing.voucher.query"
//! title = "券查询"
//! doc = "Looks up one voucher."
//! read-only = true
//! request = [{ name = "voucher_id", type = "string", need = "must", doc = "The voucher." }]
//! response = []
//! "#;
//! let spec = Spec::from_files([("v2/marketing.toml".to_owned(), text.to_owned())]);
//! let ir = spec.lower().expect("no findings");
//! let files = emit(&ir).expect("code that parses");
//! let code = &files[std::path::Path::new("v2/marketing/voucher_query.rs")];
//! assert!(code.contains("pub struct VoucherQueryRequest {"));
//! ```

mod archive;
#[cfg(feature = "builder")]
mod builder;
mod emit;
mod finding;
mod ir;
mod lint;
mod lower;
mod names;
mod nearest;
mod row;
mod spec;
mod style;
mod sync;
mod types;
mod workers;

pub use self::archive::archive;
#[cfg(feature = "builder")]
pub use self::builder::{BuildError, Builder, Protocols};
pub use self::emit::{
    FEATURES_BEGIN, FEATURES_END, Files, catalog, emit, emit_ungated, features, forwarded_features,
    packed_catalog, splice_features,
};
pub use self::finding::Finding;
pub use self::ir::{Ir, Summary};
pub use self::spec::{SensitiveNames, Spec};
pub use self::style::style;
pub use self::sync::{Mode, Stale, sync, sync_file};
