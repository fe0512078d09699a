//! Requests as these crates build them, from what a case gives to an SDK, and what must hold for each of them.

use alipay_api::http::HttpRequest;
use alipay_api::sign::{
    Charset, ContentCipher, ContentKey, Empties, FormPair, PublicKey, SignType, canonical_bytes, is_blank,
};
use alipay_api::{CallOptions, Config, Exchange, RawOperation, Step};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use super::case::{self, Case, Check, Stop, failed, plain, refused, same, same_bytes};
use super::folder::Folder;
use super::form::{pairs_of, query_of, verify};
use super::input::check_json;

/// What can be given to a call beside its fields. The last three have no option of their own.
pub(super) const OPTIONS: [&str; 7] = [
    "app_auth_token",
    "auth_token",
    "notify_url",
    "return_url",
    "prod_code",
    "terminal_type",
    "terminal_info",
];

/// The options of a v2 call.
pub(super) fn options_of(case: &Case<'_>) -> CallOptions {
    let find = |name: &str| case.find(&format!("/input/{name}"));
    let mut options = CallOptions::new().encrypt(case.flag("/input/need_encrypt").unwrap_or_default());
    options = find("app_auth_token").into_iter().fold(options, CallOptions::app_auth_token);
    options = find("auth_token").into_iter().fold(options, CallOptions::auth_token);
    options = find("notify_url").into_iter().fold(options, CallOptions::notify_url);
    options = find("return_url").into_iter().fold(options, CallOptions::return_url);
    for name in OPTIONS.into_iter().skip(4) {
        options = find(name).into_iter().fold(options, |options, value| options.param(name, value));
    }
    options
}

/// The v2 call: its method, the business fields as text, and whatever else is given. A parameter that is `null` is
/// none.
pub(super) fn operation_of(case: &Case<'_>, biz_content: Option<&str>) -> Result<RawOperation, Stop> {
    let mut operation = RawOperation::gateway(case.text("/input/method")?);
    operation =
        biz_content.into_iter().fold(operation, |operation, text| operation.param("biz_content", text));
    let others = case.get("/input/other_params").and_then(Value::as_object);
    for (name, value) in others.into_iter().flatten().filter(|(_, value)| !value.is_null()) {
        operation = operation.param(name, plain(value));
    }
    Ok(operation)
}

/// The business fields as they were given to the SDK: a text, or else the object that it wrote down itself.
pub(super) fn given_biz_content(case: &Case<'_>) -> Option<String> {
    let text = case.find("/input/biz_content").map(str::to_owned);
    text.or_else(|| case.get("/input/biz_content_object").map(Value::to_string))
}

/// Whether the call is given a character that the charset does not have.
pub(super) fn is_unmappable(case: &Case<'_>, charset: &Charset) -> bool {
    let input = case.get("/input").and_then(Value::as_object);
    let others = case.get("/input/other_params").and_then(Value::as_object);
    let texts = input.into_iter().chain(others).flat_map(|fields| fields.values()).filter_map(Value::as_str);
    // An SDK that writes the object down itself may escape the character, and then it arrives.
    let arrives = |object: &Value| {
        let sent = case.find("/expected/sent_params/biz_content");
        sent.is_some_and(|sent| check_json("biz_content", object, sent, true).is_ok())
    };
    let object = case.get("/input/biz_content_object").filter(|_| !case.has("/input/biz_content"));
    let written = object.filter(|object| !arrives(object)).map(Value::to_string);
    texts.chain(written.as_deref()).any(|text| charset.encode(text).is_err())
}

/// The key that the SDK encrypts with: PHP takes the first 16 octets of a longer one.
pub(super) fn sdk_content_key(case: &Case<'_>, folder: &Folder) -> Result<ContentKey, Stop> {
    let text = folder.content_key_text(case.text("/config/aes_key")?)?;
    let is_php = case.find("/sdk").is_some_and(|sdk| sdk.starts_with("php"));
    let octets = case::base64(&Value::from(text))?;
    match octets.get(..16).filter(|_| is_php) {
        Some(first) => ContentKey::parse(STANDARD.encode(first)),
        None => ContentKey::parse(text),
    }
    .map_err(refused("reading a content key"))
}

/// What was encrypted with this key.
pub(super) fn plaintext(case: &Case<'_>, key: &ContentKey, ciphertext: &str) -> Result<String, Stop> {
    let charset = Charset::parse(case.find("/config/charset").unwrap_or("UTF-8"));
    let charset = charset.map_err(refused("reading the charset"))?;
    let plain = key.decrypt(ContentCipher::Aes, ciphertext).map_err(refused("decrypting the content"))?;
    charset.decode(plain.expose()).map_err(refused("decoding what the SDK encrypted"))
}

/// The first request of an exchange, and the text under its signature.
pub(super) fn first_request(mut exchange: Exchange) -> Result<(HttpRequest, Vec<u8>), Stop> {
    let text = exchange.text_to_sign().map_err(refused("our text to sign"))?;
    match exchange.step() {
        Step::Send(request) => Ok((request, text)),
        other => Err(failed("a request", format!("{other:?}"))),
    }
}

/// Whether a v2 call can be spelled out at all.
pub(super) fn builds(config: &Config, operation: RawOperation, options: CallOptions) -> bool {
    matches!(Exchange::new(config, operation, options).step(), Step::Send(_))
}

/// Builds a v2 call, and checks that what is sent is what is signed and that the signature holds. Gives the pairs.
pub(super) fn gateway_pairs(
    config: &Config,
    operation: RawOperation,
    options: CallOptions,
    key: &PublicKey,
    sign_type: SignType,
) -> Result<Vec<FormPair>, Stop> {
    let (request, text) = first_request(Exchange::new(config, operation, options))?;
    let sent = pairs_of(query_of(&request.url), &request.body)?;
    let (pairs, signed) = verify(sent, key, sign_type)?;
    same_bytes("what we sign is what we send", &signed, &text)?;
    no_blanks(&pairs)?;
    Ok(pairs)
}

/// Our rule: what is blank is neither signed nor sent.
pub(super) fn no_blanks(pairs: &[FormPair]) -> Check {
    let (kept, dropped) = (canonical_bytes(pairs, Empties::Keep), canonical_bytes(pairs, Empties::Drop));
    same_bytes("without blank parameters", &dropped, &kept)
}

/// The value of one pair as text.
pub(super) fn value_of(pairs: &[FormPair], name: &str, charset: &Charset) -> Result<Option<String>, Stop> {
    let found = pairs.iter().find(|(known, _)| known == name.as_bytes());
    found.map(|(_, value)| charset.decode(value)).transpose().map_err(refused("decoding what we sent"))
}

/// Checks that our pairs have the values that the official SDK sent for these parameters, and those that were given.
pub(super) fn agree(
    case: &Case<'_>,
    pairs: &[FormPair],
    sent: &[(String, String)],
    names: &[&str],
    charset: &Charset,
) -> Check {
    let shared = sent.iter().filter(|(name, _)| names.contains(&name.as_str())).cloned();
    let options = case.pairs("/input").into_iter().filter(|(name, _)| OPTIONS.contains(&name.as_str()));
    let others = case.get("/input/other_params").and_then(Value::as_object);
    let others = others.into_iter().flatten().filter(|(_, value)| !value.is_null());
    let others = others.map(|(name, value)| (name.clone(), plain(value)));
    for (name, expected) in shared.chain(options).chain(others).filter(|(_, value)| !is_blank(value)) {
        let ours = value_of(pairs, &name, charset)?.unwrap_or_else(|| "(absent)".to_owned());
        same(&name, &expected, &ours)?;
    }
    Ok(())
}
