//! What a case gives to an SDK is what the SDK sent.

use alipay_api::sign::{Charset, is_blank};
use serde_json::Value;

use super::case::{Case, Check, equal, failed, plain, same};
use super::request::OPTIONS;
use super::wire::decoded;

/// The parameters of a v2 request; `biz_content` is what was sent of it, in plain.
pub(super) fn check_gateway(case: &Case<'_>, sent: &[(String, String)], biz_content: Option<&str>) -> Check {
    let is_node = case.find("/sdk") == Some("node");
    let value_of = |name: &str| sent.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
    // Not every SDK knows every option.
    let options = OPTIONS.iter().filter(|name| value_of(name).is_some());
    let options = options.filter_map(|name| Some((*name, case.find(&format!("/input/{name}"))?)));
    let others = case.get("/input/other_params").and_then(Value::as_object).into_iter().flatten();
    let others = others.filter_map(|(name, value)| Some((name.as_str(), value.as_str()?)));
    // Node renames what is not in snake case, and PHP takes a value with `@` for a file.
    let others = others.filter(|(name, value)| (!is_node || is_snake_case(name)) && !value.starts_with('@'));
    for (name, given) in options.chain(others).filter(|(_, given)| !is_blank(given)) {
        same(&format!("{name} as it was given"), given, value_of(name).unwrap_or("(absent)"))?;
    }
    let sent = biz_content.unwrap_or_default();
    match (case.find("/input/biz_content"), case.get("/input/biz_content_object")) {
        (Some(given), _) if is_blank(given) => Ok(()),
        (Some(given), _) => same("biz_content as it was given", given, sent),
        (None, Some(given)) => check_json("biz_content", given, sent, is_node),
        (None, None) => Ok(()),
    }
}

/// Verb, path and query of a v3 request. How nested values and `null` are written is up to the SDK.
pub(super) fn check_rest(case: &Case<'_>, verb: &str, target: &str) -> Check {
    if let Some(given) = case.find("/input/http_method") {
        same("http_method as it was given", &given.to_ascii_uppercase(), verb)?;
    }
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    if let Some(given) = case.find("/input/path").map(|given| given.split('?').next().unwrap_or_default()) {
        let read = |path: &str| decoded(path.replace('+', "%2B").as_bytes(), &Charset::utf_8());
        equal("path as it was given", &read(given)?, &read(path)?)?;
    }
    let given = case.get("/input/query").and_then(Value::as_object).filter(|given| !given.is_empty());
    let Some(given) = given else { return Ok(()) };
    let sent = decoded(query.as_bytes(), &Charset::utf_8())?;
    for (name, value) in given.iter().filter_map(|(name, value)| Some((name, value.as_str()?))) {
        let sent = sent.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value);
        same(&format!("{name} as it was given"), value, sent)?;
    }
    let is_given = |name: &str| given.contains_key(name.split('[').next().unwrap_or_default());
    match sent.iter().find(|(name, _)| !is_given(name)) {
        None => Ok(()),
        Some((name, _)) => Err(failed("a query of what was given", name)),
    }
}

/// A text says the same as the object that it was made of. Empty members may be left out, and Node may rename.
pub(super) fn check_json(what: &str, given: &Value, sent: &str, renames: bool) -> Check {
    let read = serde_json::from_str(sent).unwrap_or(Value::Null);
    match says(given, &read, renames) {
        true => Ok(()),
        false => Err(failed(format!("{what} as it was given: {given}"), sent)),
    }
}

fn says(given: &Value, sent: &Value, renames: bool) -> bool {
    match (given, sent) {
        (Value::Object(given), Value::Object(sent)) => {
            if renames && !given.keys().all(|name| is_snake_case(name)) {
                return true;
            }
            let none = Value::Null;
            let member = |name: &String| {
                says(given.get(name).unwrap_or(&none), sent.get(name).unwrap_or(&none), renames)
            };
            given.keys().chain(sent.keys()).all(member)
        }
        (Value::Array(given), Value::Array(sent)) => {
            given.len() == sent.len()
                && given.iter().zip(sent).all(|(given, sent)| says(given, sent, renames))
        }
        (Value::Number(given), Value::Number(sent)) => given.as_f64() == sent.as_f64(),
        _ => given == sent || (is_empty(given) && is_empty(sent)),
    }
}

fn is_empty(value: &Value) -> bool {
    value.is_null() || plain(value).is_empty() || matches!(plain(value).as_str(), "{}" | "[]")
}

/// Whether Node leaves a name as it is.
fn is_snake_case(name: &str) -> bool {
    name.split('_').all(|word| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase()))
}
