//! Answers of the v2 gateway (protocol-v2 §4).

use alipay_api::http::HttpResponse;
use alipay_api::sign::Charset;
use alipay_api::{CallOptions, Config, Error, Exchange, RawOperation, Step, Verified};
use serde_json::{Map, Value, json};

use super::not_believed;
use super::report::Report;
use crate::captured::Captured;
use crate::failure::{Complaint, Failure};
use crate::settings::{Chosen, Verifier};

/// Verifies an answer, given with or without its headers.
pub(super) fn verify(
    captured: &Captured,
    method: Option<&str>,
    verifier: &Verifier,
) -> Result<Report, Failure> {
    let members = members(&captured.body).unwrap_or_default();
    let method = match (method, named_by(&members)) {
        (None, named) => named.unwrap_or_else(|| "unknown".to_owned()),
        (Some(method), Some(named)) if !members.contains_key(&node(method)) => {
            let seen = format!("{method}, but this is an answer to {named}");
            return Err(Complaint::new("--method", seen, "leave it out, or give the other answer").into());
        }
        (Some(method), _) => method.to_owned(),
    };
    let serial = members.get("alipay_cert_sn").and_then(Value::as_str);
    let is_signed = members.contains_key("sign");
    verifier.first_to_hold(serial, None, |chosen| check(captured, &method, is_signed, chosen))
}

fn check(captured: &Captured, method: &str, is_signed: bool, chosen: &Chosen) -> Result<Report, Failure> {
    let read = |body: Vec<u8>| read(&chosen.config, method, captured, body);
    let result = read(captured.body.clone());
    let (outcome, fields) = outcome(result).map_err(|error| not_believed("answer", &error, is_signed))?;
    // The same answer without the escapes holds only if that is what was signed (protocol-v2 §4.6).
    let unescaped = without_escapes(&captured.body);
    let rule = match unescaped.is_some_and(|body| self::outcome(read(body)).is_ok()) {
        true => "the answer's bytes with \\/ read as /",
        false => "the answer's bytes as they stand",
    };
    Ok(Report {
        what: "answer",
        rule: rule.to_owned(),
        sign_type: chosen.config.sign_type(),
        key: chosen.config.alipay_public_key().fingerprint(),
        certificate: chosen.certificate.clone(),
        facts: vec![("method", json!(method)), ("outcome", json!(outcome))],
        fields,
    })
}

/// What the library makes of an answer to `operation`. Nothing is sent.
pub(super) fn hand_over(
    config: &Config,
    operation: RawOperation,
    options: CallOptions,
    answer: HttpResponse,
) -> Result<Verified, Error> {
    let mut exchange = Exchange::new(config, operation, options);
    exchange.text_to_sign()?;
    // Nobody will see the request.
    exchange.provide_signature(Vec::new());
    let mut step = exchange.step();
    if matches!(step, Step::Send(_)) {
        exchange.on_response(answer);
        step = exchange.step();
    }
    loop {
        match step {
            Step::Done(result) => return *result,
            // A configuration without repetition asks for nothing more, and ends by itself.
            Step::Send(_) | Step::Sleep(_) => step = exchange.step(),
        }
    }
}

/// What a signed answer reports: its fields, or the error that Alipay signed.
pub(super) fn outcome(result: Result<Verified, Error>) -> Result<(&'static str, Map<String, Value>), Error> {
    let error = match result {
        Ok(verified) => {
            let outcome = if verified.is_pending() { "pending" } else { "success" };
            return Ok((outcome, verified.fields().clone()));
        }
        Err(error) => error,
    };
    let Some(api) = error.api().filter(|api| api.authenticated) else { return Err(error) };
    let texts = [
        ("code", &api.code),
        ("msg", &api.message),
        ("sub_code", &api.sub_code),
        ("sub_msg", &api.sub_message),
    ];
    let texts = texts.into_iter().filter(|(_, text)| !text.is_empty());
    let texts = texts.map(|(name, text)| (name.to_owned(), Value::from(text.as_str())));
    let values = [("links", &api.links), ("details", &api.details)].into_iter();
    let values = values.filter_map(|(name, value)| Some((name.to_owned(), value.clone()?)));
    Ok(("error", texts.chain(values).collect()))
}

fn read(config: &Config, method: &str, captured: &Captured, body: Vec<u8>) -> Result<Verified, Error> {
    let answer = HttpResponse::new(captured.status(), captured.headers.clone(), body);
    hand_over(config, RawOperation::gateway(method), CallOptions::new(), answer)
}

/// The members of the envelope, for names only; what is believed comes from the library.
fn members(body: &[u8]) -> Option<Map<String, Value>> {
    let text =
        [Charset::utf_8(), Charset::gbk()].into_iter().find_map(|charset| charset.decode(body).ok())?;
    serde_json::from_str(text.trim_start_matches('\u{feff}')).ok()
}

/// The method whose answer this calls itself; an error may name none.
fn named_by(members: &Map<String, Value>) -> Option<String> {
    let mut names = members.keys().filter_map(|name| name.strip_suffix("_response"));
    names.find(|name| *name != "error").map(|name| name.replace('_', "."))
}

/// The member that holds the answer to `method` (protocol-v2 §4.1).
fn node(method: &str) -> String {
    format!("{}_response", method.replace('.', "_"))
}

fn without_escapes(body: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(body.len());
    let mut rest = body;
    while let Some(at) = rest.windows(2).position(|pair| pair == b"\\/") {
        let (before, after) = rest.split_at(at);
        out.extend_from_slice(before);
        out.push(b'/');
        rest = after.get(2..).unwrap_or_default();
    }
    out.extend_from_slice(rest);
    (out.len() < body.len()).then_some(out)
}
