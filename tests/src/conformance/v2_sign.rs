//! `v2-sign.json`: requests to the gateway, as the official SDKs sign and send them and as these crates do.

use std::borrow::Cow;

use alipay_api::sign::{Charset, Empties, EncodeError, FormPair, canonical, canonical_bytes, is_blank};
use serde_json::Value;

use super::case::{Case, Check, Stop, failed, refused, same, same_bytes, skipped, with_detail};
use super::folder::Folder;
use super::form::{pairs_of, split_signature, verify_text};
use super::request::{
    agree, builds, gateway_pairs, given_biz_content, is_unmappable, operation_of, options_of, plaintext,
    sdk_content_key,
};
use super::setup::Client;
use super::{input, wire};

/// Parameters that do not depend on what an SDK calls itself or how it writes JSON.
const SHARED: [&str; 10] = [
    "app_id",
    "method",
    "charset",
    "sign_type",
    "timestamp",
    "version",
    "app_cert_sn",
    "alipay_root_cert_sn",
    "encrypt_type",
    "biz_content",
];

pub(super) fn check(case: &Case<'_>, folder: &Folder) -> Check {
    match case.find("/expected/outcome") {
        Some("throws") => return thrown(case, folder),
        Some("sent") | None => {}
        Some(other) => return Err(failed("outcome sent or throws", other)),
    }
    let quirk = official(case)?;
    if quirk.is_none() && !is_unmappable(case, &charset_of(case)?) {
        let biz_content = sent_biz_content(case, folder)?;
        input::check_gateway(case, &case.pairs("/expected/sent_params"), biz_content.as_deref())?;
    }
    ours(case, folder)?;
    let key = folder.public_key(case.text("/config/app_key")?)?;
    let sign_type = Client::of_request(case).sign_type()?;
    verify_text(&signed(case)?, case.text("/expected/sign")?, &key, sign_type)?;
    quirk.map_or(Ok(()), |quirk| Err(skipped(quirk)))
}

/// The bytes under the official signature.
fn signed(case: &Case<'_>) -> Result<Vec<u8>, Stop> {
    let charset = charset_of(case)?;
    let text = case.find("/expected/sign_content");
    if !case.has("/expected/sign_content_base64") {
        let text = text.ok_or_else(|| failed("a case with sign_content", "none"))?;
        return charset.encode(text).map(Cow::into_owned).map_err(refused("encoding"));
    }
    let bytes = case.bytes("/expected/sign_content_base64")?;
    if let Some(text) = text {
        same("sign_content", text, &charset.decode(&bytes).map_err(refused("decoding sign_content"))?)?;
    }
    Ok(bytes)
}

/// The official text follows from the official parameters, and they from the wire. `Some` says that the text does
/// not, and why.
fn official(case: &Case<'_>) -> Result<Option<String>, Stop> {
    let charset = charset_of(case)?;
    let signed = signed(case)?;
    wire::check_gateway(case, &charset)?;
    let sent = case.pairs("/expected/sent_params");
    let relation = case.find("/expected/relation").unwrap_or_default();
    if relation.starts_with("DIFFERS") {
        let pairs = encoded(&sent, &charset).map_err(refused("encoding what was sent"))?;
        let is_the_rule = [Empties::Keep, Empties::Drop].map(|empties| canonical_bytes(&pairs, empties));
        if is_the_rule.contains(&signed) {
            return Err(failed("a text that differs from what was sent", "the text by the rule"));
        }
        let quirk = "the SDK signs something else than it sends";
        return Ok(Some(with_detail(quirk, case.find("/note"))));
    }
    let follows_from_sent = match sent.iter().any(|(_, value)| is_blank(value)) {
        true => encoded(&sent, &charset).map(|pairs| follows("text to sign", &signed, &pairs, relation)),
        false => canonical(&sent, &charset).map(|text| same_bytes("text to sign", &signed, &text)),
    };
    match follows_from_sent {
        Ok(Ok(())) => {}
        // Bytes that we would not write ourselves may be the same text: in GBK, PHP has another `€`.
        _ if !charset.is_utf_8() => {
            let text = charset.decode(&signed).map_err(refused("decoding what was signed"))?;
            let pairs = encoded(&sent, &Charset::utf_8()).map_err(refused("encoding what was sent"))?;
            follows("text to sign", text.as_bytes(), &pairs, relation)?;
        }
        other => other.map_err(refused("encoding what was sent"))??,
    }
    if let Some(pairs) = pairs_on_the_wire(case)? {
        follows("text to sign, from the wire", &signed, &pairs, relation)?;
    }
    Ok(None)
}

/// Our rule drops what is blank. An SDK may sign and send it, which is consistent, too; or send it and not sign it,
/// and then it decides what is blank: for PHP only ASCII is.
fn follows(what: &str, signed: &[u8], pairs: &[FormPair], relation: &str) -> Check {
    if !relation.contains("non-blank") {
        return same_bytes(what, signed, &canonical_bytes(pairs, Empties::Keep));
    }
    let is_php_blank = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | b'\0' | 0x0b);
    let kept: Vec<_> = pairs.iter().filter(|(_, value)| !value.iter().all(is_php_blank)).cloned().collect();
    match canonical_bytes(&kept, Empties::Keep) == signed {
        true => Ok(()),
        false => same_bytes(what, signed, &canonical_bytes(pairs, Empties::Drop)),
    }
}

/// The pairs that went over the wire; `None` for uploads, whose fields are no form.
fn pairs_on_the_wire(case: &Case<'_>) -> Result<Option<Vec<FormPair>>, Stop> {
    if !case.has("/expected/wire/body_base64") || case.has("/expected/wire/multipart") {
        return Ok(None);
    }
    let query = case.find("/expected/wire/raw_query").unwrap_or_default();
    let pairs = pairs_of(query, &case.bytes("/expected/wire/body_base64")?)?;
    Ok(Some(split_signature(pairs)?.0))
}

fn encoded(sent: &[(String, String)], charset: &Charset) -> Result<Vec<FormPair>, EncodeError> {
    let encode = |text: &str| charset.encode(text).map(|bytes| bytes.into_owned());
    let unsigned = sent.iter().filter(|(name, _)| name != "sign");
    unsigned.map(|(name, value)| Ok((encode(name)?, encode(value)?))).collect()
}

/// These crates build the same request: what is sent is what is signed, and the shared parameters are the SDK's. A
/// character outside the charset is refused.
fn ours(case: &Case<'_>, folder: &Folder) -> Check {
    let client = Client::of_request(case);
    let config = client.config(folder)?;
    let charset = charset_of(case)?;
    if is_unmappable(case, &charset) {
        let operation = operation_of(case, given_biz_content(case).as_deref())?;
        return match builds(&config, operation, options_of(case)) {
            true => Err(failed("a refusal of a character outside the charset", "a request")),
            false => Ok(()),
        };
    }
    let biz_content = biz_content(case, folder)?;
    let operation = operation_of(case, biz_content.as_deref())?;
    let key = client.public_key(folder)?;
    let pairs = gateway_pairs(&config, operation, options_of(case), &key, client.sign_type()?)?;
    let mut sent = case.pairs("/expected/sent_params");
    if case.flag("/input/need_encrypt").unwrap_or_default()
        && sdk_content_key(case, folder)?.bits() != folder.content_key(case.text("/config/aes_key")?)?.bits()
    {
        // Our ciphertext is another one.
        sent.retain(|(name, _)| name != "biz_content");
    }
    agree(case, &pairs, &sent, &SHARED, &charset)
}

/// The SDK refuses. So do we where a character is outside the charset; else the refusal is a quirk.
fn thrown(case: &Case<'_>, folder: &Folder) -> Check {
    let told = ["sign_content", "sign_content_base64", "sign", "wire", "sent_params"];
    if let Some(member) = told.iter().find(|member| case.get(&format!("/expected/{member}")).is_some()) {
        return Err(failed("a case that throws and tells of no request", format!("its {member}")));
    }
    ours(case, folder)?;
    if is_unmappable(case, &charset_of(case)?) {
        return Ok(());
    }
    let others = case.get("/input/other_params").and_then(Value::as_object);
    let has_null = others.is_some_and(|others| others.values().any(Value::is_null))
        || case.has("/input/undefined_params");
    let quirk = match has_null {
        true => "the SDK throws on a parameter that is null, which nobody can say here",
        false => "the SDK throws on a request that is right, and that we build",
    };
    Err(skipped(with_detail(quirk, case.find("/expected/error"))))
}

/// The business fields to hand over: as the SDK wrote them, or else as they were given to it.
fn biz_content(case: &Case<'_>, folder: &Folder) -> Result<Option<String>, Stop> {
    Ok(sent_biz_content(case, folder)?.or_else(|| given_biz_content(case)))
}

/// The business fields as the SDK wrote them, before it encrypted them.
fn sent_biz_content(case: &Case<'_>, folder: &Folder) -> Result<Option<String>, Stop> {
    match case.find("/expected/sent_params/biz_content") {
        Some(sent) if case.flag("/input/need_encrypt").unwrap_or_default() => {
            plaintext(case, &sdk_content_key(case, folder)?, sent).map(Some)
        }
        sent => Ok(sent.map(str::to_owned)),
    }
}

fn charset_of(case: &Case<'_>) -> Result<Charset, Stop> {
    Charset::parse(case.find("/config/charset").unwrap_or("UTF-8")).map_err(refused("reading the charset"))
}
