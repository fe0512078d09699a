//! `alipay cert inspect`: whose a certificate is, its numbers and dates, and whether its chain holds.

use std::path::PathBuf;

use alipay_api::sign::{Certificate, ChainError, PublicKey, verify_chain};
use alipay_api::{Clock, DateTime, SystemClock};
use clap::Args;
use serde_json::{Value, json};

use crate::exit::Exit;
use crate::failure::{Complaint, Failure};
use crate::input;
use crate::output::{BAD, DIM, GOOD, Output, STRONG, plain, styled};
use crate::unusable;

/// Show every certificate of a file: subject, issuer, numbers, dates, algorithm, key
///
/// With --root, also whether they form one chain below one of these roots; where they do not, the exit code is 5.
#[derive(Args, Debug)]
pub(super) struct InspectArguments {
    /// File with certificates; - reads stdin
    file: PathBuf,
    /// File with root certificates to check the chain against
    #[arg(long, value_name = "FILE")]
    root: Option<PathBuf>,
    /// When the certificates are to be valid, in Beijing time, such as "2026-12-01 00:00:00" [default: now]
    #[arg(long, value_name = "TIME")]
    at: Option<DateTime>,
    /// One JSON object
    #[arg(long)]
    pub(super) json: bool,
}

pub(super) fn run(arguments: &InspectArguments, output: &Output) -> Result<Exit, Failure> {
    let read = |what: &str, path: &PathBuf| {
        let text = input::read(what, path)?;
        Certificate::parse_bundle(text).map_err(|error| unusable::certificates(what, &error))
    };
    let certificates = read("FILE", &arguments.file)?;
    let roots = arguments.root.as_ref().map(|path| read("--root", path)).transpose()?;
    let now = match arguments.at {
        Some(at) => at.unix_millis(),
        None => SystemClock.now_unix_millis(),
    };
    let now = now.div_euclid(1000);
    let chain = roots.map(|roots| verify_chain(&certificates, &roots, now));
    output.out(&if arguments.json {
        to_json(&certificates, chain.as_ref(), now)?.to_string()
    } else {
        for_people(&certificates, chain.as_ref(), now)?
    })?;
    Ok(if matches!(chain, Some(Err(_))) { Exit::Verification } else { Exit::Success })
}

fn to_json(
    certificates: &[Certificate],
    chain: Option<&Result<(), ChainError>>,
    now: i64,
) -> Result<Value, Complaint> {
    let certificates = certificates.iter().map(|certificate| {
        let key = certificate.public_key();
        Ok(json!({
            "subject": certificate.subject(),
            "issuer": certificate.issuer(),
            "serial": certificate.serial_decimal(),
            "sn": certificate.serial_number(),
            "not_before": beijing(certificate.not_before())?.to_string(),
            "not_after": beijing(certificate.not_after())?.to_string(),
            "valid": is_valid(certificate, now),
            "algorithm": certificate.signature_algorithm().to_string(),
            "authority": certificate.basic_constraints_ca(),
            "self_signed": certificate.is_self_signed(),
            "key_algorithm": key.as_ref().ok().map(|key| key.algorithm().to_string()),
            "bits": key.as_ref().ok().map(PublicKey::bits),
            "fingerprint": key.as_ref().ok().map(PublicKey::fingerprint),
            "key_error": key.as_ref().err().map(unusable::key_seen),
        }))
    });
    let chain = chain
        .map(|chain| json!({"holds": chain.is_ok(), "reason": chain.as_ref().err().map(unusable::chain)}));
    Ok(json!({
        "certificates": certificates.collect::<Result<Vec<_>, Complaint>>()?,
        "at": beijing(now)?.to_string(),
        "chain": chain,
    }))
}

fn for_people(
    certificates: &[Certificate],
    chain: Option<&Result<(), ChainError>>,
    now: i64,
) -> Result<String, Complaint> {
    let row = |name: &str, value: &str| format!("  {}  {value}", styled(DIM, &format!("{name:9}")));
    let mut lines = Vec::new();
    for certificate in certificates {
        let key = match certificate.public_key() {
            Ok(key) => format!("{}, {} bits, fingerprint {}", key.algorithm(), key.bits(), key.fingerprint()),
            Err(error) => unusable::key_seen(&error),
        };
        let dates =
            format!("{} to {}", beijing(certificate.not_before())?, beijing(certificate.not_after())?);
        let valid = match is_valid(certificate, now) {
            true => dates,
            false => format!("{dates} {}", styled(BAD, "(not valid)")),
        };
        lines.extend([
            styled(STRONG, &plain(certificate.subject())),
            row("issuer", &plain(certificate.issuer())),
            row("SN", certificate.serial_number()),
            row("serial", certificate.serial_decimal()),
            row("valid", &valid),
            row("signed", &certificate.signature_algorithm().to_string()),
            row("key", &key),
        ]);
    }
    lines.push(match chain {
        Some(Ok(())) => format!("{} one chain, up to a root that was given", styled(GOOD, "it holds:")),
        Some(Err(error)) => {
            format!("{} {}", styled(BAD, "the chain does not hold:"), plain(&unusable::chain(error)))
        }
        None => styled(DIM, "the chain was not checked; give --root FILE"),
    });
    Ok(lines.join("\n"))
}

fn is_valid(certificate: &Certificate, now: i64) -> bool {
    (certificate.not_before()..=certificate.not_after()).contains(&now)
}

fn beijing(unix_seconds: i64) -> Result<DateTime, Complaint> {
    DateTime::from_unix_millis(unix_seconds.saturating_mul(1000))
        .ok_or_else(|| Complaint::new("FILE", "a date out of range", "give a certificate from the console"))
}
