//! Why a key or a certificate cannot be used. The library tells programmers, who hand over the text itself; here
//! somebody gave the name of a file.

use std::fmt::Display;

use alipay_api::DateTime;
use alipay_api::sign::{CertError, ChainError, KeyError};

use crate::failure::Complaint;

/// A key that cannot be used. `what` names the setting or the argument.
pub(crate) fn key(what: &str, error: &KeyError) -> Complaint {
    let (_, advice) = halves(error);
    let fix = match error {
        KeyError::Empty | KeyError::NotBase64 { .. } => "give the key alone: as PEM, base64 or DER",
        KeyError::OtherAlgorithm { .. } => "give an RSA or SM2 key; `alipay key generate` makes one",
        KeyError::PublicKeyGiven => "give the private key that belongs to it",
        _ => advice.as_str(),
    };
    Complaint::new(what, key_seen(error), fix)
}

/// The same without advice.
pub(crate) fn key_seen(error: &KeyError) -> String {
    match error {
        KeyError::NotBase64 { position } => format!("no key: not base64 at character {position}"),
        KeyError::OtherAlgorithm { name } => format!("a key for {name}"),
        _ => halves(error).0,
    }
}

/// A file with certificates that cannot be read.
pub(crate) fn certificates(what: &str, error: &CertError) -> Complaint {
    let (seen, advice) = halves(error);
    match error {
        CertError::NotBase64 { number, position } => {
            let seen = format!("block {number} is no certificate: not base64 at character {position}");
            Complaint::new(what, seen, "give the .crt file from the console")
        }
        CertError::Empty => Complaint::new(what, seen, "give the .crt file from the console"),
        _ => Complaint::new(what, seen, advice),
    }
}

/// Why a chain does not hold, with its times as everything else has them: in Beijing.
pub(crate) fn chain(error: &ChainError) -> String {
    let time = |seconds: &i64| {
        let time = DateTime::from_unix_millis(seconds.saturating_mul(1000));
        time.map_or_else(|| seconds.to_string(), |time| time.to_string())
    };
    match error {
        ChainError::Dates { subject, not_before, not_after, now } => format!(
            "the certificate of {subject:?} is valid from {} to {}, and it is {}",
            time(not_before),
            time(not_after),
            time(now)
        ),
        _ => error.to_string(),
    }
}

/// What the library has seen, and what it advises, which stands behind the last colon.
pub(crate) fn halves(error: &dyn Display) -> (String, String) {
    let told = error.to_string();
    let (seen, advice) = told.rsplit_once(": ").unwrap_or((&told, ""));
    (seen.to_owned(), advice.to_owned())
}
