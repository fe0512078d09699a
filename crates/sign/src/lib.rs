//! Keys, signatures and certificates of the Alipay OpenAPI: RSA, RSA2, SM2, charsets, content encryption and
//! signed links. Bytes in, bytes out.
//!
//! Nothing here opens a socket, reads a file or looks at a clock. The usual way through the crate:
//!
//! ```
//! # #[cfg(feature = "aws-lc")] {
//! use alipay_sign::{Charset, PrivateKey, SignType, canonical, encode_signature};
//!
//! let key = PrivateKey::generate(2048)?; // usually PrivateKey::parse(text of your key)
//! let params = [("method", "alipay.marketing.voucher.query"), ("app_id", "2021000000000000")];
//! let message = canonical(&params, &Charset::utf_8())?;
//! let signature = key.sign(SignType::Rsa2, &message)?;
//!
//! key.public_key().verify(SignType::Rsa2, &message, &signature)?;
//! assert_eq!(encode_signature(&signature).len(), 344);
//! # }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Cryptography
//!
//! | feature | what does the arithmetic | what it can do |
//! |---|---|---|
//! | `aws-lc` (default) | AWS-LC (`aws-lc-rs`) | verify all of RSA; sign RSA2 with keys from 2048 bits; AES |
//! | `rustcrypto` | `rsa` and `aes`, pure Rust | also sign with SHA-1 ([`SignType::Rsa`]) and shorter keys |
//! | `sm2` (beside one of these) | `sm2`, pure Rust | SM2 keys, signatures ([`SignType::Sm2`]) and certificates |
//!
//! Features only add. With both, AWS-LC does what it can and pure Rust the rest.
//!
//! **Before choosing `rustcrypto`**: [RUSTSEC-2023-0071](https://rustsec.org/advisories/RUSTSEC-2023-0071)
//! (the Marvin attack, a timing side channel) is open for the `rsa` crate. This crate only signs with it,
//! always with blinding, and never decrypts; the private key operation is still not constant in time. Prefer
//! RSA2 and `aws-lc` wherever an attacker can measure how long a signature takes.
//!
//! **Before choosing `sm2`**: the `sm2` crate is written to compute in constant time, but was never audited
//! independently.

#[cfg(not(any(feature = "aws-lc", feature = "rustcrypto")))]
compile_error!(
    "alipay-sign has no cryptography: enable the feature `aws-lc` (the default; needs a C compiler) or \
     `rustcrypto` (pure Rust, needed for sign type RSA and for 1024-bit keys)"
);

mod backend;
mod canonical;
mod cert;
mod charset;
mod content;
mod form;
pub mod h5;
mod key;
mod secret;
mod sign_type;
mod signature;
mod signer;

pub use canonical::{Empties, canonical, canonical_bytes, is_blank, is_blank_bytes};
pub use cert::{
    CertError, Certificate, ChainError, SignatureAlgorithm, check_alipay_subject, root_serial_number,
    root_serial_number_for, verify_chain,
};
pub use charset::{Charset, DecodeError, EncodeError, UnknownCharset};
pub use content::{
    ContentCipher, ContentKey, ContentKeyError, DecryptError, EncryptError, UnknownContentCipher,
};
pub use form::{
    FormError, FormPair, MAX_FORM_BYTES, MAX_FORM_PAIRS, parse_form, percent_encode, query_of, query_of_bytes,
};
pub use key::{GenerateError, KeyAlgorithm, KeyError, PrivateKey, PublicKey, SignedWith};
pub use secret::{Secret, SecretBytes};
pub use sign_type::{SignType, UnknownSignType};
pub use signature::{DecodeSignatureError, decode_signature, encode_signature};
pub use signer::{SignError, Signer, VerifyError};
