//! What an official SDK put on the wire: every statement of a case about it says the same.

use std::collections::BTreeMap;

use alipay_api::sign::{Charset, parse_form};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::case::{Case, Check, Stop, base64, equal, failed, plain, refused, same};

type Pairs = Vec<(String, String)>;

/// Path and query of a request target, which may be a whole URL.
pub(super) fn origin_form(target: &str) -> &str {
    let host = target.split_once("://").map_or("", |(_, rest)| rest);
    host.find('/').and_then(|start| host.get(start..)).filter(|_| !target.starts_with('/')).unwrap_or(target)
}

/// A v3 request: its target is its path and its query, and what is told of them decoded is the same.
pub(super) fn check_rest(case: &Case<'_>) -> Check {
    check_target(case)?;
    let raw_query = case.find("/expected/wire/raw_query").unwrap_or_default();
    stated(case, "query_params", decoded(raw_query.as_bytes(), &Charset::utf_8())?)?;
    if case.has("/expected/wire/multipart") {
        return check_parts(case, &Charset::utf_8());
    }
    check_body_text(case, &Charset::utf_8())
}

/// The target is its path and its query.
fn check_target(case: &Case<'_>) -> Check {
    let find = |name: &str| case.find(&format!("/expected/wire/{name}"));
    let (Some(target), Some(path)) = (find("request_target"), find("path")) else { return Ok(()) };
    let target = origin_form(target);
    match find("raw_query").filter(|query| !query.is_empty()) {
        Some(query) => same("request_target", &format!("{path}?{query}"), target),
        None => same("request_target", path, target.strip_suffix('?').unwrap_or(target)),
    }
}

/// The lists of pairs are the bytes, their sum is `sent_params`, and their one `sign` is that of the case.
pub(super) fn check_gateway(case: &Case<'_>, charset: &Charset) -> Check {
    if !case.has("/expected/wire") {
        return Ok(());
    }
    check_target(case)?;
    let body = body_of(case)?;
    match case.find("/expected/wire/method") {
        None | Some("POST") => {}
        Some("GET") if body.is_empty() => {}
        Some(method) => return Err(failed("POST, or GET without a body", method)),
    }
    let raw_query = case.find("/expected/wire/raw_query").unwrap_or_default();
    let mut sent = stated(case, "query_params", decoded(raw_query.as_bytes(), charset)?)?;
    if case.has("/expected/wire/multipart") {
        check_parts(case, charset)?;
        sent.extend(text_parts(case));
    } else {
        check_body_text(case, charset)?;
        sent.extend(stated(case, "body_params", decoded(&body, charset)?)?);
    }
    let (sign, sent): (Pairs, Pairs) = sent.into_iter().partition(|(name, _)| name == "sign");
    match sign.as_slice() {
        [(_, sign)] => same("sign on the wire", case.text("/expected/sign")?, sign)?,
        _ => return Err(failed("one parameter `sign` on the wire", sign.len())),
    }
    if !case.has("/expected/sent_params") {
        return Ok(());
    }
    let given = case.pairs("/expected/sent_params").into_iter().filter(|(name, _)| name != "sign");
    equal("sent_params", &given.collect(), &united(sent)?)
}

/// Pairs that are not on the wire twice, unless they say the same.
pub(super) fn united(pairs: Pairs) -> Result<BTreeMap<String, String>, Stop> {
    let mut all = BTreeMap::new();
    for (name, value) in pairs {
        let before = all.insert(name.clone(), value.clone());
        if let Some(before) = before.filter(|before| *before != value) {
            return Err(failed(format!("one value of {name}"), format!("{before:?} and {value:?}")));
        }
    }
    Ok(all)
}

/// Form-encoded pairs as text. A name may come twice.
pub(super) fn decoded(form: &[u8], charset: &Charset) -> Result<Pairs, Stop> {
    let text = |bytes: &[u8]| charset.decode(bytes).map_err(refused("decoding what was sent"));
    let mut pairs = Pairs::new();
    for pair in form.split(|byte| *byte == b'&') {
        for (name, value) in parse_form(pair).map_err(refused("taking the form apart"))? {
            pairs.push((text(&name)?, text(&value)?));
        }
    }
    Ok(pairs)
}

fn stated(case: &Case<'_>, name: &str, read: Pairs) -> Result<Pairs, Stop> {
    let pointer = format!("/expected/wire/{name}");
    if case.has(&pointer) {
        equal(name, &case.pairs(&pointer), &read)?;
    }
    Ok(read)
}

fn body_of(case: &Case<'_>) -> Result<Vec<u8>, Stop> {
    let pointer = "/expected/wire/body_base64";
    if case.has(pointer) { case.bytes(pointer) } else { Ok(Vec::new()) }
}

fn check_body_text(case: &Case<'_>, charset: &Charset) -> Check {
    match (case.find("/expected/wire/body_text"), charset.decode(&body_of(case)?)) {
        (Some(text), Ok(body)) => same("body_text", text, &body),
        _ => Ok(()),
    }
}

/// Every part of an upload has the length and the hash of its text, or of the file that was given for it.
fn check_parts(case: &Case<'_>, charset: &Charset) -> Check {
    for part in case.list("/expected/wire/multipart") {
        let text = part.get("text").and_then(Value::as_str);
        let file = || {
            let mut files = case.list("/input/files").iter();
            files.find(|file| file.get("field") == part.get("name"))?.get("content_base64")
        };
        let content = match (text, file()) {
            (Some(text), _) => charset.encode(text).map_err(refused("encoding a part"))?.into_owned(),
            (None, Some(content)) => base64(content)?,
            (None, None) => return Err(failed("a part with a text, or whose file is given", part)),
        };
        if let Some(length) = part.get("length").and_then(Value::as_u64) {
            equal("length of a part", &length, &(content.len() as u64))?;
        }
        if let Some(hash) = part.get("sha256").and_then(Value::as_str) {
            same("sha256 of a part", hash, &sha256(&content))?;
        }
    }
    Ok(())
}

/// In hexadecimal digits.
pub(super) fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The parts of an upload that are no files.
fn text_parts(case: &Case<'_>) -> Pairs {
    let parts = case.list("/expected/wire/multipart").iter();
    let fields = parts.filter(|part| part.get("filename").is_none_or(Value::is_null));
    fields.filter_map(|part| Some((plain(part.get("name")?), plain(part.get("text")?)))).collect()
}
