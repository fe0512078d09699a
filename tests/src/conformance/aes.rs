//! `aes.json`: content encryption, both ways.

use std::borrow::Cow;

use alipay_api::sign::{Charset, ContentCipher};
use serde_json::Value;

use super::case::{Case, Check, Stop, base64, failed, refused, same, same_bytes};
use super::folder::Folder;

pub(super) fn check(case: &Case<'_>, folder: &Folder) -> Check {
    match case.text("/op")? {
        "encrypt" => encrypt(case, folder),
        "decrypt" => decrypt(case, folder),
        other => Err(failed("op encrypt or decrypt", other)),
    }
}

/// Where the file suggests no ciphertext, it is what some SDK made of it. A text outside the charset is refused.
fn encrypt(case: &Case<'_>, folder: &Folder) -> Check {
    let Some(bytes) = plaintext(case)? else { return Ok(()) };
    let key = folder.content_key(case.text("/key")?)?;
    let ours = key.encrypt(ContentCipher::Aes, &bytes, || [0; 16]).map_err(refused("encrypting"))?;
    let outputs: Vec<_> = case.get("/outputs").into_iter().flat_map(texts).collect();
    let suggested = case.find("/suggested_ciphertext");
    if let Some(suggested) = suggested {
        same("ciphertext", suggested, &ours)?;
    }
    let is_ours = |text: &&str| *text == ours || (suggested.is_some() && *text == "as suggested");
    let needs_none = suggested.is_some() && outputs.is_empty();
    if !needs_none && !outputs.iter().any(is_ours) {
        return Err(failed(format!("the ciphertext of some SDK: {outputs:?}"), ours));
    }
    let back = key.decrypt(ContentCipher::Aes, &ours).map_err(refused("decrypting our own ciphertext"))?;
    same_bytes("plaintext of our own ciphertext", &bytes, back.expose())
}

/// What is to be encrypted. `None` is a text that the charset does not have, and for which the case states no bytes.
fn plaintext(case: &Case<'_>) -> Result<Option<Vec<u8>>, Stop> {
    let stated = case.has("/plaintext_base64").then(|| case.bytes("/plaintext_base64")).transpose()?;
    let Some(text) = case.find("/plaintext") else {
        return stated
            .map(Some)
            .ok_or_else(|| failed("a case with plaintext or plaintext_base64", "neither"));
    };
    match (charset_of(case)?.encode(text), stated) {
        (Ok(bytes), Some(stated)) => same_bytes("plaintext", &stated, &bytes).map(|()| Some(stated)),
        (Ok(bytes), None) => Ok(Some(bytes.into_owned())),
        (Err(error), Some(_)) => Err(failed("a text that can be encoded", error)),
        (Err(_), None) => Ok(None),
    }
}

/// An accepted plaintext is what an SDK that uses the whole key makes of it, or else any SDK.
fn decrypt(case: &Case<'_>, folder: &Folder) -> Check {
    let charset = charset_of(case)?;
    let key = folder.content_key(case.text("/key")?)?;
    let decrypted = key.decrypt(ContentCipher::Aes, case.text("/ciphertext")?);
    let plain = decrypted.map_err(|error| error.to_string()).and_then(|plain| {
        // What is no text in the charset is no content.
        charset.decode(plain.expose()).map(|_| plain).map_err(|error| error.to_string())
    });
    match (case.text("/suggested")?, plain) {
        ("accept", Ok(plain)) => {
            let expected = decrypted_by_an_sdk(case, &charset)?;
            same_bytes("plaintext", &expected, plain.expose())
        }
        ("reject", Err(_)) | ("either", _) => Ok(()),
        (suggested, plain) => {
            Err(failed(suggested, plain.map_or_else(|error| error, |_| "a plaintext".to_owned())))
        }
    }
}

fn decrypted_by_an_sdk(case: &Case<'_>, charset: &Charset) -> Result<Vec<u8>, Stop> {
    const WHOLE_KEY: [&str; 3] = ["java-v2", "java-easysdk", "node"];
    let outputs = case.get("/outputs").and_then(Value::as_object).into_iter().flatten();
    let (first, rest): (Vec<_>, Vec<_>) = outputs.partition(|(sdk, _)| WHOLE_KEY.contains(&sdk.as_str()));
    for (_, output) in first.into_iter().chain(rest) {
        match (output.get("text").and_then(Value::as_str), output.get("base64")) {
            (Some(text), _) => return charset.encode(text).map(Cow::into_owned).map_err(refused("encoding")),
            (None, Some(bytes)) => return base64(bytes),
            (None, None) => {}
        }
    }
    Err(failed("a case with a plaintext", "none"))
}

fn charset_of(case: &Case<'_>) -> Result<Charset, Stop> {
    Charset::parse(case.find("/charset").unwrap_or("UTF-8")).map_err(refused("reading the charset"))
}

fn texts(outputs: &Value) -> impl Iterator<Item = &str> {
    outputs.as_object().into_iter().flat_map(|outputs| outputs.values()).filter_map(Value::as_str)
}
