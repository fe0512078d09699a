//! The link behind a voucher's "use now" button (`useModeData`): check it on arrival, make it in a test
//! gateway.
//!
//! The product document names the parameters and the key, not the text that is signed (protocol-v2 §10).
//! [`verify`] therefore tries a short, closed list of readings, [`Candidate::ALL`], and says which one held,
//! so that production can pin it with [`UseModeLink::with_strategy`].
//!
//! **A link has no timestamp and no nonce: whoever has it can replay it.** It says which voucher the user
//! came with; it permits nothing. Ask `alipay.marketing.voucher.query` for the voucher's status before
//! anything is given away.

mod candidate;
mod config;
mod error;
mod link;
mod query;

pub use candidate::{Candidate, PairOrder, ValueForm};
pub use config::{Strategy, UseModeLink};
pub use error::H5Error;
pub use link::{H5Link, H5Signature, sign, verify};
