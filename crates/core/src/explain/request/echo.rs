//! The text that the gateway built, as it repeats it in its refusal (protocol-v2 §2.5).

use serde_json::Value;

use super::super::change::html_unescaped;
use super::super::difference::name_of;
use super::super::text_of;

/// After these words the gateway repeats its text.
const MARK: &str = "网关生成的验签字符串为";

/// The gateway says so in place of its text, where it could not read the values (protocol-v2 §1.3).
const MISREAD: &str = "请确认charset参数放在了URL查询字符串中";

/// The text in a refusal: a JSON answer, a page, or what a person copied from either.
pub(super) fn find(refusal: &[u8]) -> Option<String> {
    let text = text_of(refusal);
    match serde_json::from_str::<Value>(&text) {
        Ok(json) => in_json(&json),
        // In a page, markup follows.
        Err(_) => after_mark(&text)?.split('<').next().map(str::to_owned),
    }
    .map(|echo| plain(&echo))
    .filter(|echo| !echo.is_empty())
}

/// Whether the gateway complains of the charset instead.
pub(super) fn is_misread(refusal: &[u8]) -> bool {
    without_escapes(refusal).contains(MISREAD)
}

/// Whether the gateway refuses a signature.
pub(super) fn is_refusal(refusal: &[u8]) -> bool {
    let text = without_escapes(refusal);
    ["invalid-signature", "验签", MISREAD].iter().any(|words| text.contains(words))
}

/// What a file is that is no refusal of a signature.
pub(super) fn describe(file: &[u8]) -> String {
    let Ok(Value::Object(members)) = serde_json::from_str(&text_of(file)) else {
        return format!("this is no answer of the gateway ({} bytes)", file.len());
    };
    let nodes = members.iter().filter(|(name, _)| name.ends_with("_response")).map(|(_, node)| node);
    let code = |node: &Value| {
        let codes: Vec<_> =
            ["code", "sub_code"].iter().filter_map(|name| node.get(*name)?.as_str()).collect();
        (!codes.is_empty()).then(|| name_of(codes.join(" ").as_bytes()))
    };
    match nodes.chain([&Value::Object(members.clone())]).find_map(code) {
        Some(code) => format!("this is an answer with code {code}"),
        None => "this is JSON without a code of the gateway".to_owned(),
    }
}

fn without_escapes(refusal: &[u8]) -> String {
    let text = text_of(refusal);
    serde_json::from_str::<Value>(&text).map(|json| json.to_string()).unwrap_or(text)
}

fn in_json(json: &Value) -> Option<String> {
    match json {
        Value::String(text) => after_mark(text).map(str::to_owned),
        Value::Array(values) => values.iter().find_map(in_json),
        Value::Object(members) => members.values().find_map(in_json),
        _ => None,
    }
}

fn after_mark(text: &str) -> Option<&str> {
    let (_, after) = text.split_once(MARK)?;
    Some(after.trim_start_matches(['：', ':']))
}

/// Entities are undone where every ampersand begins one; otherwise the text is plain, and they belong to it.
fn plain(echo: &str) -> String {
    let escaped = echo.split('&').skip(1).all(|after| {
        ["amp;", "quot;", "lt;", "gt;", "apos;", "#"].iter().any(|entity| after.starts_with(entity))
    });
    match html_unescaped(echo.as_bytes()) {
        Some(plain) if escaped => String::from_utf8_lossy(&plain).into_owned(),
        _ => echo.to_owned(),
    }
}
