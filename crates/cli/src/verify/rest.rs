//! Answers of v3 (protocol-v3 §3).

use alipay_api::http::HttpResponse;
use alipay_api::meta::Verb;
use alipay_api::sign::SignType;
use alipay_api::{CallOptions, RawOperation};
use serde_json::json;

use super::answer::{hand_over, outcome};
use super::not_believed;
use super::report::Report;
use crate::captured::Captured;
use crate::failure::{Complaint, Failure};
use crate::settings::Verifier;

/// Verifies an answer with its headers.
pub(super) fn verify(bytes: &[u8], verifier: &Verifier) -> Result<Report, Failure> {
    let captured = Captured::parse(bytes);
    if !captured.first_line.starts_with("HTTP/") {
        let fix = "the signature stands in the headers: give the whole answer, as `curl -i` prints it";
        return Err(Complaint::new("FILE", "it does not begin with the status line of an answer", fix).into());
    }
    let chosen = verifier.choose(captured.header("alipay-sn"))?;
    let answer = HttpResponse::new(captured.status(), captured.headers.clone(), captured.body.clone());
    let operation = RawOperation::rest(Verb::Get, "/v3/answer");
    let options = CallOptions::new().encrypt(verifier.has_content_key);
    let read = hand_over(&chosen.config, operation, options, answer);
    let (outcome, fields) = outcome(read).map_err(|error| not_believed("answer", &error))?;
    Ok(Report {
        what: "v3",
        rule: "alipay-timestamp, alipay-nonce and body, a line each".to_owned(),
        sign_type: SignType::Rsa2,
        key: chosen.config.alipay_public_key().fingerprint(),
        certificate: chosen.certificate,
        facts: vec![
            ("status", json!(captured.status())),
            ("outcome", json!(outcome)),
            ("trace_id", json!(captured.header("alipay-trace-id"))),
        ],
        fields,
    })
}
