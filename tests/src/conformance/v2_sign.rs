//! `v2-sign.json`: requests to the gateway, as the official SDKs sign and send them and as these crates do.

use alipay_api::sign::{
    Charset, Empties, EncodeError, FormPair, SignType, canonical, canonical_bytes, encode_signature, is_blank,
};
use serde_json::Value;

use super::case::{Case, Check, Stop, failed, refused, same, same_bytes, skipped};
use super::folder::Folder;
use super::form::{pairs_of, split_signature};
use super::request::{agree, builds, gateway_pairs, is_unmappable, operation_of, options_of, plaintext};
use super::setup::Client;

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
    if case.find("/expected/outcome") == Some("throws") {
        return thrown(case, folder);
    }
    let quirk = official(case, folder)?;
    ours(case, folder)?;
    quirk.map_or(Ok(()), |quirk| Err(skipped(quirk)))
}

/// The official signature follows from the official parameters and key. `Some` says what does not, and why.
fn official(case: &Case<'_>, folder: &Folder) -> Result<Option<String>, Stop> {
    let charset = charset_of(case)?;
    let sign_type: SignType =
        case.find("/config/sign_type").unwrap_or("RSA2").parse().map_err(refused("sign_type"))?;
    let signed = match case.has("/expected/sign_content_base64") {
        true => case.bytes("/expected/sign_content_base64")?,
        false => {
            charset.encode(case.text("/expected/sign_content")?).map_err(refused("encoding"))?.into_owned()
        }
    };
    let form = format!("private_{}", case.find("/config/private_key_format").unwrap_or("pkcs8_b64"));
    let key = folder.private_key(case.text("/config/app_key")?, &form)?;
    let signature = key.sign(sign_type, &signed).map_err(refused("signing"))?;
    same("signature", case.text("/expected/sign")?, &encode_signature(&signature))?;

    let relation = case.find("/expected/relation").unwrap_or_default();
    if relation.starts_with("DIFFERS") {
        let note = case.find("/note").unwrap_or_default();
        return Ok(Some(format!("the SDK signs something else than it sends ({note})")));
    }
    let sent = case.pairs("/expected/sent_params");
    let signs_blanks = !relation.contains("non-blank") && sent.iter().any(|(_, value)| is_blank(value));
    let text = match signs_blanks {
        // Our rule drops what is blank; the SDK signs and sends it, and that is consistent, too.
        true => {
            let pairs = encoded(&sent, &charset).map_err(refused("encoding what was sent"))?;
            canonical_bytes(&pairs, Empties::Keep)
        }
        false => canonical(&sent, &charset).map_err(refused("our canonical text"))?,
    };
    same_bytes("text to sign", &signed, &text)?;
    same_bytes(
        "text to sign, from the wire",
        &signed,
        &text_on_the_wire(case, signs_blanks)?.unwrap_or(text),
    )?;
    Ok(None)
}

/// The canonical text of what went over the wire; `None` for uploads, whose fields are no form.
fn text_on_the_wire(case: &Case<'_>, signs_blanks: bool) -> Result<Option<Vec<u8>>, Stop> {
    if !case.has("/expected/wire/body_base64") || case.has("/expected/wire/multipart") {
        return Ok(None);
    }
    let query = case.find("/expected/wire/raw_query").unwrap_or_default();
    let (pairs, _) = split_signature(pairs_of(query, &case.bytes("/expected/wire/body_base64")?)?)?;
    Ok(Some(canonical_bytes(&pairs, if signs_blanks { Empties::Keep } else { Empties::Drop })))
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
        let operation = operation_of(case, case.find("/input/biz_content"))?;
        return match builds(&config, operation, options_of(case)) {
            true => Err(failed("a refusal of a character outside the charset", "a request")),
            false => Ok(()),
        };
    }
    let biz_content = biz_content(case, folder)?;
    let operation = operation_of(case, biz_content.as_deref())?;
    let key = folder.public_key(case.text("/config/app_key")?)?;
    let pairs = gateway_pairs(&config, operation, options_of(case), &key, client.sign_type()?)?;
    agree(case, &pairs, &case.pairs("/expected/sent_params"), &SHARED, &charset)
}

/// The SDK refuses. So do we where a character is outside the charset; else the refusal is a quirk.
fn thrown(case: &Case<'_>, folder: &Folder) -> Check {
    ours(case, folder)?;
    if is_unmappable(case, &charset_of(case)?) {
        return Ok(());
    }
    let error = case.find("/expected/error").unwrap_or_default();
    let others = case.get("/input/other_params").and_then(Value::as_object);
    let has_null = others.is_some_and(|others| others.values().any(Value::is_null))
        || case.has("/input/undefined_params");
    Err(skipped(match has_null {
        true => format!("the SDK throws on a parameter that is null, which nobody can say here: {error}"),
        false => format!("the SDK throws on a request that is right, and that we build: {error}"),
    }))
}

/// The business fields to hand over: as the SDK wrote them, or else as they were given to it.
fn biz_content(case: &Case<'_>, folder: &Folder) -> Result<Option<String>, Stop> {
    let encrypted = case.flag("/input/need_encrypt").unwrap_or_default();
    match case.find("/expected/sent_params/biz_content") {
        Some(sent) if encrypted => plaintext(case, folder, sent).map(Some),
        Some(sent) => Ok(Some(sent.to_owned())),
        None => {
            let given = case.find("/input/biz_content").map(str::to_owned);
            Ok(given.or_else(|| case.get("/input/biz_content_object").map(Value::to_string)))
        }
    }
}

fn charset_of(case: &Case<'_>) -> Result<Charset, Stop> {
    Charset::parse(case.find("/config/charset").unwrap_or("UTF-8")).map_err(refused("reading the charset"))
}
