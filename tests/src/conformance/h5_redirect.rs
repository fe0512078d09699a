//! `h5-redirect.json`: links behind a voucher's "use now" button.

use alipay_api::sign::h5::{H5Error, H5Link, H5Signature, UseModeLink, verify};
use alipay_api::sign::{Charset, PublicKey, SignType};
use serde_json::Value;

use super::builtin::APPLICATION;
use super::case::{Case, Check, Stop, base64, equal, failed, refused, same, same_bytes};
use super::folder::Folder;
use super::form::{pairs_of, query_of, split_signature, verify_text};

pub(super) fn check(case: &Case<'_>, folder: &Folder) -> Check {
    let link = link_of(case)?;
    let Some(key) = case.find("/alipay_key") else { return unsigned(case, &link) };
    let key = folder.public_key(key)?;
    let candidates = case.list("/candidates");
    if candidates.is_empty() {
        return Err(failed("candidates", "none"));
    }
    for candidate in candidates {
        let part = |name: &str| candidate.get(name).and_then(Value::as_str);
        let form = part("form").unwrap_or_default();
        let text = part("string_to_sign").unwrap_or_default();
        let url = part("redirect_url").unwrap_or_default();
        signed(case, candidate, url, &key)?;
        let is_named = is_named(case, &link, form, text)?;
        match verify(url, &link, &key) {
            Ok(read) if is_named => {
                equal(&format!("{form}: is signed"), &true, &read.is_signed())?;
                values(case, &link, &read)?;
            }
            Err(_) if !is_named => {}
            // A value that could be split into other parameters proves nothing.
            Err(H5Error::AmbiguousValue { name }) if holds_a_parameter(case, &link, &name) => {}
            Err(error) => return Err(failed(format!("{form}: accepted"), error)),
            Ok(_) => return Err(failed(format!("{form}: refused"), "accepted")),
        }
    }
    for name in ["/tampered_redirect_url", "/wrong_key_redirect_url"] {
        // What is no sign key may be altered: it is not believed.
        if let Some(url) = case.find(name)
            && let Ok(read) = verify(url, &link, &key)
            && (name.starts_with("/wrong") || values(case, &link, &read).is_err())
        {
            return Err(failed(format!("{name}: refused"), format!("{:?}", read.signature)));
        }
    }
    Ok(())
}

/// The signature of a candidate holds over its text, and is the one in its link.
fn signed(case: &Case<'_>, candidate: &Value, url: &str, key: &PublicKey) -> Check {
    let part = |name: &str| candidate.get(name).and_then(Value::as_str).unwrap_or_default();
    let text = charset_of(case)?.encode(part("string_to_sign")).map_err(refused("encoding the text"))?;
    if let Some(bytes) = candidate.get("string_to_sign_base64") {
        same_bytes("string_to_sign_base64", &base64(bytes)?, &text)?;
    }
    verify_text(&text, part("sign"), key, sign_type_of(case)?.unwrap_or(SignType::Rsa2))?;
    let query = query_of(url).split('#').next().unwrap_or_default();
    let (_, sign) = split_signature(pairs_of(query, b"")?)?;
    same("sign in the link", part("sign"), &sign)
}

/// Whether the signed text is made of names and values. A text of values alone could be split in other ways under the
/// same signature: that form is refused.
fn is_named(case: &Case<'_>, link: &UseModeLink, form: &str, text: &str) -> Result<bool, Stop> {
    let params = case.pairs("/params");
    let value = |name: &String| params.iter().find(|(known, _)| known == name);
    let given: Vec<_> = link.sign_keys().iter().filter_map(value).collect();
    let mut sorted = given.clone();
    sorted.sort();
    let named = |pairs: &[&(String, String)], keep: bool| {
        let kept = pairs.iter().filter(|(_, value)| keep || !value.is_empty());
        kept.map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&")
    };
    let values: String = given.iter().map(|(_, value)| value.as_str()).collect();
    let forms = [
        ("A:", named(&sorted, true)),
        ("B:", named(&given, true)),
        ("C:", named(&sorted, false)),
        ("D:", values),
    ];
    let is_meant =
        |label: &str| form.starts_with(label) || !forms.iter().any(|(other, _)| form.starts_with(other));
    match forms.iter().find(|(label, known)| is_meant(label) && known == text) {
        Some((label, _)) => Ok(*label != "D:"),
        None => Err(failed(format!("{form}: one of {forms:?}"), format!("{text:?}"))),
    }
}

fn holds_a_parameter(case: &Case<'_>, link: &UseModeLink, name: &str) -> bool {
    let holds = |value: &str| link.sign_keys().iter().any(|key| value.contains(&format!("&{key}=")));
    case.pairs("/params").iter().any(|(known, value)| known == name && holds(value))
}

/// Without a sign type a link is read, and said to be unsigned.
fn unsigned(case: &Case<'_>, link: &UseModeLink) -> Check {
    let key = PublicKey::parse(&APPLICATION.alipay_key).map_err(refused("reading a public key"))?;
    let read = verify(case.text("/redirect_url")?, link, &key).map_err(refused("reading the link"))?;
    equal("signature", &H5Signature::Unsigned, &read.signature)?;
    values(case, link, &read)
}

fn link_of(case: &Case<'_>) -> Result<UseModeLink, Stop> {
    let link = UseModeLink::new().with_charset(charset_of(case)?).with_sign_type(sign_type_of(case)?);
    match case.find("/useModeData/signKeys") {
        Some(keys) => {
            link.with_sign_keys(keys.split(',').map(str::trim)).map_err(refused("reading signKeys"))
        }
        None => Ok(link),
    }
}

fn sign_type_of(case: &Case<'_>) -> Result<Option<SignType>, Stop> {
    let sign_type = case.find("/useModeData/signType").or(case.find("/sign_type"));
    sign_type.map(str::parse).transpose().map_err(refused("reading the sign type"))
}

fn charset_of(case: &Case<'_>) -> Result<Charset, Stop> {
    let charset = case.find("/useModeData/charset").or(case.find("/charset")).unwrap_or("UTF-8");
    Charset::parse(charset).map_err(refused("reading the charset"))
}

/// Values of sign keys are what was sent; what is not a sign key is not among them. An empty value may be left out.
fn values(case: &Case<'_>, link: &UseModeLink, read: &H5Link) -> Check {
    for (name, value) in case.pairs("/params") {
        let signed = match name.as_str() {
            "voucherId" => read.voucher_id.as_deref(),
            "userId" => read.user_id.as_deref(),
            "tag" => read.tag.as_deref(),
            other => read.extra.iter().find(|(known, _)| known == other).map(|(_, value)| value.as_str()),
        };
        let expected = if link.sign_keys().contains(&name) { value.as_str() } else { "" };
        equal(&name, &expected, &signed.unwrap_or_default())?;
    }
    Ok(())
}
