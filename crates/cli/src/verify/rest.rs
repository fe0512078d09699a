//! Answers of v3 (protocol-v3 §3).

use alipay_api::http::HttpResponse;
use alipay_api::meta::Verb;
use alipay_api::sign::SignType;
use alipay_api::{CallOptions, RawOperation};
use serde_json::json;

use super::answer::{hand_over, outcome};
use super::not_believed;
use super::report::Report;
use crate::failure::Failure;
use crate::settings::{Chosen, Verifier};

/// Verifies an answer with its headers.
pub(super) fn verify(answer: &HttpResponse, verifier: &Verifier) -> Result<Report, Failure> {
    verifier.first_to_hold(answer.header("alipay-sn"), None, |chosen| read(answer, verifier, chosen))
}

fn read(answer: &HttpResponse, verifier: &Verifier, chosen: &Chosen) -> Result<Report, Failure> {
    let operation = RawOperation::rest(Verb::Get, "/v3/answer");
    let options = CallOptions::new().encrypt(verifier.has_content_key);
    let read = hand_over(&chosen.config, operation, options, answer.clone());
    let is_signed = answer.header("alipay-signature").is_some_and(|signature| !signature.is_empty());
    let (outcome, fields) = outcome(read).map_err(|error| not_believed("answer", &error, is_signed))?;
    Ok(Report {
        what: "v3",
        rule: "alipay-timestamp, alipay-nonce and body, a line each".to_owned(),
        sign_type: SignType::Rsa2,
        key: chosen.config.alipay_public_key().fingerprint(),
        certificate: chosen.certificate.clone(),
        facts: vec![
            ("status", json!(answer.status())),
            ("outcome", json!(outcome)),
            ("trace_id", json!(answer.header("alipay-trace-id"))),
        ],
        fields,
    })
}
