//! `v3-response.json`: which answers of the v3 interface are believed, and what of them.

use alipay_api::http::HttpResponse;
use alipay_api::meta::Verb;
use alipay_api::sign::{Charset, ContentCipher, SignType, decode_signature};
use alipay_api::{CallOptions, Config, Error, ErrorKind, Exchange, RawOperation, Verified};
use serde_json::{Map, Value};

use super::answer::{check_body_text, describe, drive, is_rejected};
use super::case::{Case, Check, Stop, equal, failed, plain, refused, same};
use super::folder::Folder;
use super::setup::Client;

pub(super) fn check(case: &Case<'_>, folder: &Folder) -> Check {
    check_body_text(case, &Charset::utf_8())?;
    let config = Client::of_answer(case).config(folder)?;
    let operation = RawOperation::rest(Verb::Get, "/v3/alipay/marketing/activity/voucher/query");
    let encrypt = case.flag("/need_encrypt").unwrap_or_default();
    let exchange = Exchange::new(&config, operation, CallOptions::new().encrypt(encrypt));
    let status = case.number("/http/status").and_then(|status| u16::try_from(status).ok()).unwrap_or(200);
    let answer = HttpResponse::new(status, case.pairs("/http/headers"), case.bytes("/body_base64")?);
    let result = drive(exchange, [answer.clone()])?;
    match (case.text("/suggested")?, &result) {
        ("accept", Ok(verified)) => fields(case, folder, &answer, verified),
        ("error", Err(error)) => api_error(&config, &answer, error),
        // An error is handed over, so it is rejected only for a signature that does not hold.
        ("reject", _) if is_rejected(&result) && (status < 400 || is_forged(&config, &answer)) => Ok(()),
        // Whoever believes it must believe what was signed.
        ("either", Ok(verified)) => {
            equal("signature holds", &true, &holds(&config, &answer))?;
            fields(case, folder, &answer, verified)
        }
        ("either", Err(error)) => equal("authenticated", &holds(&config, &answer), &error.is_authenticated()),
        (suggested, _) => Err(failed(suggested, describe(&result))),
    }
}

fn fields(case: &Case<'_>, folder: &Folder, answer: &HttpResponse, verified: &Verified) -> Check {
    let body = answer.body();
    let expected: Map<String, Value> = match serde_json::from_slice(body) {
        Ok(Value::Object(fields)) => fields,
        _ if body.trim_ascii().is_empty() => Map::new(),
        _ => {
            let key = folder.content_key(case.text("/aes_key")?)?;
            let plain = key.decrypt(ContentCipher::Aes, &String::from_utf8_lossy(body));
            let plain = plain.map_err(refused("decrypting the body"))?;
            serde_json::from_slice(plain.expose()).map_err(refused("reading the plaintext"))?
        }
    };
    equal("fields", &expected, verified.fields())
}

/// An error is handed over, as Alipay's own only where its signature holds. One without a code keeps its status.
fn api_error(config: &Config, answer: &HttpResponse, error: &Error) -> Check {
    equal("HTTP status", &Some(answer.status()), &error.http_status())?;
    let Ok(Value::Object(stated)) = serde_json::from_slice(answer.body()) else {
        return equal("authenticated", &false, &error.is_authenticated());
    };
    let is_code = |code: &&Value| code.is_number() || code.as_str().is_some_and(|code| !code.is_empty());
    let Some(code) = stated.get("code").filter(is_code).map(plain) else {
        return equal("authenticated", &false, &error.is_authenticated());
    };
    if error.kind() != ErrorKind::Api {
        return Err(failed(format!("the error {code}"), error));
    }
    same("code", &code, error.code())?;
    let message = stated.get("message").map(plain).unwrap_or_default();
    same("message", &message, error.api().map_or("", |api| api.message.as_str()))?;
    equal("authenticated", &holds(config, answer), &error.is_authenticated())
}

/// Whether the answer has a signature, and not Alipay's.
fn is_forged(config: &Config, answer: &HttpResponse) -> bool {
    answer.header("alipay-signature").is_some() && !holds(config, answer)
}

/// Whether a known key of Alipay signed the answer, by the rule alone.
fn holds(config: &Config, answer: &HttpResponse) -> bool {
    let header = |name: &str| answer.header(name).unwrap_or_default();
    let mut text = format!("{}\n{}\n", header("alipay-timestamp"), header("alipay-nonce")).into_bytes();
    text.extend_from_slice(answer.body());
    text.push(b'\n');
    let signature: Result<_, Stop> =
        decode_signature(header("alipay-signature")).map_err(refused("decoding the signature"));
    let keys = config.alipay_public_keys();
    signature
        .is_ok_and(|signature| keys.iter().any(|key| key.verify(SignType::Rsa2, &text, &signature).is_ok()))
}
