//! Certificates: their serial numbers as Alipay counts them, the key in them, and the chain above them.
//!
//! Certificate mode names every key by a serial number, and Alipay's root file holds certificates that
//! strict libraries refuse (SM2, ECDSA with explicit NULL parameters). So a certificate is read leniently
//! here, and its key only when it is asked for (protocol-v2 §6).

mod algorithm;
mod bundle;
mod certificate;
mod chain;
mod chain_error;
mod error;
mod name;
mod serial;
mod x509;

pub use algorithm::SignatureAlgorithm;
pub use certificate::{Certificate, root_serial_number, root_serial_number_for};
pub use chain::{check_alipay_subject, verify_chain};
pub use chain_error::ChainError;
pub use error::CertError;
