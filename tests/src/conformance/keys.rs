//! `keys.json`: every form in which a key is handed out can be read, and is the same key.

use alipay_api::sign::{ContentKey, PrivateKey, PublicKey};
use serde_json::Value;

use super::case::{Case, Check, equal, failed, refused};
use super::folder::Folder;

/// One case for each form of each key, and one for each AES key.
pub(super) fn cases(file: &Value) -> Vec<Case<'_>> {
    let members = |value: Option<&'_ Value>| value.and_then(Value::as_object).cloned().unwrap_or_default();
    let mut ids = Vec::new();
    for (name, key) in members(file.get("keys")) {
        let forms = members(Some(&key));
        let forms = forms.keys().filter(|form| form.starts_with("private_") || form.starts_with("public_"));
        ids.extend(forms.map(|form| format!("{name}.{form}")));
    }
    ids.extend(members(file.get("aes_keys_base64")).keys().map(|name| format!("aes_keys_base64.{name}")));
    ids.into_iter().map(|id| Case::new(id, file, file)).collect()
}

pub(super) fn check(case: &Case<'_>, _folder: &Folder) -> Check {
    let (name, form) = case.id().split_once('.').unwrap_or_default();
    if name == "aes_keys_base64" {
        let text = case.text(&format!("/aes_keys_base64/{form}"))?;
        return ContentKey::parse(text).map(drop).map_err(refused("reading a content key"));
    }
    let at = |member: &str| format!("/keys/{name}/{member}");
    let text = case.text(&at(form))?;
    let public = match form.starts_with("private_") {
        true => PrivateKey::parse(text).map(|key| key.public_key()),
        false => PublicKey::parse(text),
    };
    let public = public.map_err(refused("reading the key"))?;
    if let Some(bits) = case.number(&at("bits")) {
        equal("bits", &bits, &i64::try_from(public.bits()).unwrap_or_default())?;
    }
    match case.find(&at("public_spki_b64")) {
        Some(spki) => equal("public key", &spki.to_owned(), &public.to_spki_base64()),
        None => Err(failed("a key with public_spki_b64", "none")),
    }
}
