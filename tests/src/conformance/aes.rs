//! `aes.json`: content encryption, both ways.

use alipay_api::sign::{Charset, ContentCipher};
use serde_json::Value;

use super::case::{Case, Check, failed, plain, refused, same, same_bytes};
use super::folder::Folder;

pub(super) fn check(case: &Case<'_>, folder: &Folder) -> Check {
    match case.text("/op")? {
        "encrypt" => encrypt(case, folder),
        "decrypt" => decrypt(case, folder),
        other => Err(failed("op encrypt or decrypt", other)),
    }
}

/// Where the file suggests no ciphertext, it is what the SDKs agree on. A text outside the charset is refused.
fn encrypt(case: &Case<'_>, folder: &Folder) -> Check {
    let charset = charset_of(case)?;
    let text = case.text("/plaintext")?;
    let bytes = match (charset.encode(text), case.has("/plaintext_base64")) {
        (Ok(bytes), _) => bytes,
        (Err(error), true) => return Err(failed("a text that can be encoded", error)),
        // Without bytes of its own the case says that the charset does not have them.
        (Err(_), false) => return Ok(()),
    };
    if !case.has("/plaintext_base64") && !charset.is_utf_8() {
        return Err(failed("a refusal of characters outside the charset", "bytes"));
    }
    if case.has("/plaintext_base64") {
        same_bytes("plaintext", &case.bytes("/plaintext_base64")?, &bytes)?;
    }
    let key = folder.content_key(case.text("/key")?)?;
    let ours = key.encrypt(ContentCipher::Aes, &bytes, || [0; 16]).map_err(refused("encrypting"))?;
    match (case.find("/suggested_ciphertext"), case.get("/outputs")) {
        (Some(suggested), _) => same("ciphertext", suggested, &ours)?,
        (None, Some(outputs)) if texts(outputs).any(|text| text == ours) => {}
        (None, outputs) => {
            return Err(failed(outputs.map_or_else(|| "some ciphertext".to_owned(), plain), ours));
        }
    }
    let back = key.decrypt(ContentCipher::Aes, &ours).map_err(refused("decrypting our own ciphertext"))?;
    same_bytes("plaintext of our own ciphertext", &bytes, back.expose())
}

/// An accepted plaintext is what an SDK that uses the whole key makes of it.
fn decrypt(case: &Case<'_>, folder: &Folder) -> Check {
    let charset = charset_of(case)?;
    let key = folder.content_key(case.text("/key")?)?;
    let decrypted = key.decrypt(ContentCipher::Aes, case.text("/ciphertext")?);
    let text = decrypted.map_err(|error| error.to_string()).and_then(|plain| {
        let text = charset.decode(plain.expose());
        text.map_err(|error| error.to_string())
    });
    match (case.text("/suggested")?, text) {
        ("accept", Ok(text)) => {
            let outputs = ["java-v2", "java-easysdk", "node"];
            match outputs.iter().find_map(|sdk| case.find(&format!("/outputs/{sdk}/text"))) {
                Some(expected) => same("plaintext", expected, &text),
                None => Err(failed("a case with a plaintext", "none")),
            }
        }
        ("reject", Err(_)) | ("either", _) => Ok(()),
        (suggested, text) => Err(failed(suggested, format!("{text:?}"))),
    }
}

fn charset_of(case: &Case<'_>) -> Result<Charset, super::Stop> {
    Charset::parse(case.find("/charset").unwrap_or("UTF-8")).map_err(refused("reading the charset"))
}

fn texts(outputs: &Value) -> impl Iterator<Item = &str> {
    outputs.as_object().into_iter().flat_map(|outputs| outputs.values()).filter_map(Value::as_str)
}
