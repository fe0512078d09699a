//! `v2-response.json`: which answers of the gateway are believed, and what of them.

use alipay_api::http::HttpResponse;
use alipay_api::{CallOptions, Error, ErrorKind, Exchange, RawOperation, Verified};
use serde_json::{Map, Value, json};

use super::answer::{check_body_text, describe, drive, is_rejected};
use super::case::{Case, Check, Stop, base64, equal, failed, plain, refused, same};
use super::folder::Folder;
use super::setup::Client;
use alipay_api::sign::{Charset, ContentCipher};

pub(super) fn check(case: &Case<'_>, folder: &Folder) -> Check {
    check_body_text(case, &charset_of(case)?)?;
    let config = Client::of_answer(case).config(folder)?;
    let operation = RawOperation::gateway(case.text("/method")?).biz_content(json!({}));
    let encrypt = case.flag("/need_encrypt").unwrap_or_default();
    let exchange = Exchange::new(&config, operation, CallOptions::new().encrypt(encrypt));
    let result = drive(exchange, answers(case)?)?;
    match case.find("/suggested").map_or_else(|| case.text("/suggested/verdict"), Ok)? {
        "reject" if is_rejected(&result) => Ok(()),
        "accept" => believed(case, folder, &result),
        // Whoever believes it must believe what was signed.
        "either" if is_rejected(&result) => Ok(()),
        "either" => believed(case, folder, &result),
        suggested => Err(failed(suggested, describe(&result))),
    }
}

/// The answer to the call, and those to whatever is asked after it.
fn answers(case: &Case<'_>) -> Result<Vec<HttpResponse>, Stop> {
    let status = case.number("/http/status").and_then(|status| u16::try_from(status).ok()).unwrap_or(200);
    let content_type =
        case.find("/http/content_type").map(|value| ("Content-Type".to_owned(), value.to_owned()));
    let mut headers: Vec<_> = content_type.into_iter().collect();
    headers.extend(case.pairs("/http/headers"));
    let mut answers = vec![HttpResponse::new(status, headers.clone(), case.bytes("/body_base64")?)];
    for body in case.list("/following_answers_base64") {
        answers.push(HttpResponse::new(200, headers.clone(), base64(body)?));
    }
    Ok(answers)
}

/// What was signed says what has to come out: its fields, or its error code as Alipay's own.
fn believed(case: &Case<'_>, folder: &Folder, result: &Result<Verified, Error>) -> Check {
    let Some(source) = source(case, folder)? else {
        let is_believed = result.as_ref().map_or_else(Error::is_authenticated, |_| true);
        return if is_believed {
            Ok(())
        } else {
            Err(failed("an answer that is believed", describe(result)))
        };
    };
    let part = |name: &str| source.get(name).filter(|part| !part.is_null()).map(plain).unwrap_or_default();
    let success = part("sub_code").is_empty() && ["", "10000", "10003"].contains(&part("code").as_str());
    match result {
        Ok(verified) if success => equal("fields", &source, verified.fields()),
        Err(error) if !success && error.kind() == ErrorKind::Api && error.is_authenticated() => {
            same("code", &part("code"), error.code())?;
            same("sub_code", &part("sub_code"), error.sub_code())
        }
        _ => Err(failed(format!("{source:?}, signed by Alipay"), describe(result))),
    }
}

/// The object that was signed; of an encrypted answer, what it holds. `None` where the case does not say.
fn source(case: &Case<'_>, folder: &Folder) -> Result<Option<Map<String, Value>>, Stop> {
    let source = match case.get("/suggested/source") {
        Some(Value::Object(source)) if source.contains_key("base64") => {
            let bytes = case.bytes("/suggested/source/base64")?;
            charset_of(case)?.decode(&bytes).map_err(refused("decoding the source"))?
        }
        Some(Value::Object(_)) => case.text("/suggested/source/text")?.to_owned(),
        Some(_) => case.text("/suggested/source")?.to_owned(),
        None => return Ok(None),
    };
    let text = match serde_json::from_str(&source) {
        Ok(Value::String(ciphertext)) => {
            let key = folder.content_key(case.text("/aes_key")?)?;
            let plain =
                key.decrypt(ContentCipher::Aes, &ciphertext).map_err(refused("decrypting the source"))?;
            charset_of(case)?.decode(plain.expose()).map_err(refused("decoding the source"))?
        }
        _ => source.clone(),
    };
    if let Some(plaintext) = case.find("/plaintext").filter(|_| source.starts_with('"')) {
        same("plaintext", plaintext, &text)?;
    }
    serde_json::from_str(&text).map(Some).map_err(refused("reading the source"))
}

fn charset_of(case: &Case<'_>) -> Result<Charset, Stop> {
    Charset::parse(case.find("/charset").unwrap_or("UTF-8")).map_err(refused("reading the charset"))
}
