//! Links with `useModeData` (protocol-v2 §10).

use alipay_api::sign::h5::{self, H5Error, H5Signature, UseModeLink};
use clap::Args;
use serde_json::{Map, Value, json};

use super::report::Report;
use crate::failure::{Complaint, Failure};
use crate::settings::{Chosen, Verifier};

/// What the template of the voucher says about its link.
#[derive(Args, Debug)]
pub(crate) struct LinkFlags {
    /// The template's signKeys, separated by commas
    #[arg(long, value_name = "NAMES", value_delimiter = ',', default_value = "voucherId,userId,tag")]
    sign_keys: Vec<String>,
}

impl LinkFlags {
    /// The configuration of the link, with charset and sign type of `verifier`.
    pub(crate) fn config(&self, verifier: &Verifier) -> Result<UseModeLink, Complaint> {
        let link = UseModeLink::new().with_sign_keys(self.sign_keys.iter().map(String::as_str));
        let link = link.map_err(|error| {
            Complaint::new("--sign-keys", error.to_string(), "write the names as useModeData has them")
        })?;
        Ok(link.with_charset(verifier.charset.clone()).with_sign_type(Some(verifier.sign_type)))
    }
}

/// Verifies a link, or its query alone.
pub(super) fn verify(link: &str, flags: &LinkFlags, verifier: &Verifier) -> Result<Report, Failure> {
    let config = flags.config(verifier)?;
    verifier.first_to_hold(None, None, |chosen| read(link, &config, verifier, chosen))
}

fn read(link: &str, config: &UseModeLink, verifier: &Verifier, chosen: &Chosen) -> Result<Report, Failure> {
    let key = chosen.config.alipay_public_key();
    let read = h5::verify(link, config, key).map_err(|error| refused(&error))?;
    let rule = match read.signature {
        H5Signature::Signed { candidate } => candidate.to_string(),
        _ => return Err(refused(&H5Error::MissingSignature)),
    };
    let texts = [("voucherId", read.voucher_id), ("userId", read.user_id), ("tag", read.tag)].into_iter();
    let texts = texts.filter_map(|(name, value)| Some((name.to_owned(), Value::from(value?))));
    let extra = read.extra.into_iter().map(|(name, value)| (name, Value::from(value)));
    let others = read.others.into_iter().map(|(name, value)| (name, Value::from(value)));
    let others: Map<_, _> = others.collect();
    let unsigned = if others.is_empty() { Value::Null } else { json!(others) };
    Ok(Report {
        what: "link",
        rule,
        sign_type: verifier.sign_type,
        key: key.fingerprint(),
        certificate: chosen.certificate.clone(),
        facts: vec![("not_signed", unsigned)],
        fields: texts.chain(extra).collect(),
    })
}

fn refused(error: &H5Error) -> Failure {
    let told = error.to_string();
    Failure::Unproven(Complaint::new("link", told.trim_start_matches("link: "), ""))
}
