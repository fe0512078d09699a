//! `keys.json`: every form in which a key is handed out can be read, and is the same key.

use alipay_api::sign::{ContentKey, PrivateKey, PublicKey};
use serde_json::Value;

use super::case::{Case, Check, equal, failed, plain, refused, same};
use super::folder::Folder;

/// The forms that a key is handed out in; whatever else a key has is not for us to read.
const FORMS: [&str; 7] = [
    "private_pkcs1_pem",
    "private_pkcs8_pem",
    "private_pkcs1_b64",
    "private_pkcs8_b64",
    "public_spki_pem",
    "public_spki_b64",
    "public_pkcs1_pem",
];

/// One case for each form of each RSA key, and one for each AES key. A name may hold any character.
pub(super) fn cases(file: &Value) -> Option<Vec<Case<'_>>> {
    let members = |name: &str| file.get(name).and_then(Value::as_object);
    let (keys, content_keys) = (members("keys"), members("aes_keys_base64"));
    let mut cases = Vec::new();
    for (name, key) in keys.into_iter().flatten() {
        if key.get("type").is_none_or(|kind| kind == "RSA") {
            let forms = FORMS.iter().filter(|form| key.get(form).is_some_and(|text| !text.is_null()));
            cases.extend(forms.map(|form| Case::new(format!("{name}.{form}"), key, file)));
        }
    }
    for (name, text) in content_keys.into_iter().flatten() {
        cases.push(Case::new(format!("aes_keys_base64.{name}"), text, file));
    }
    (keys.is_some() || content_keys.is_some()).then_some(cases)
}

pub(super) fn check(case: &Case<'_>, _folder: &Folder) -> Check {
    if !case.whole().is_object() {
        return ContentKey::parse(plain(case.whole())).map(drop).map_err(refused("reading a content key"));
    }
    let form = case.id().rsplit('.').next().unwrap_or_default();
    let text = case.text(&format!("/{form}"))?;
    let public = match form.starts_with("private_") {
        true => PrivateKey::parse(text).map(|key| key.public_key()),
        false => PublicKey::parse(text),
    };
    let public = public.map_err(refused("reading the key"))?;
    if let Some(bits) = case.number("/bits") {
        equal("bits", &bits, &i64::try_from(public.bits()).unwrap_or_default())?;
    }
    match case.find("/public_spki_b64") {
        Some(spki) => same("public key", spki, &public.to_spki_base64()),
        None => Err(failed("a key with public_spki_b64", "none")),
    }
}
