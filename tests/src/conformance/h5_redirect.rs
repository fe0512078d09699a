//! `h5-redirect.json`: links behind a voucher's "use now" button.

use alipay_api::sign::h5::{H5Link, H5Signature, UseModeLink, verify};
use alipay_api::sign::{Charset, PublicKey};
use serde_json::Value;

use super::case::{Case, Check, Stop, equal, failed, refused};
use super::folder::Folder;

pub(super) fn check(case: &Case<'_>, folder: &Folder) -> Check {
    let link = link_of(case)?;
    let Some(key) = case.find("/alipay_key") else { return unsigned(case, folder, &link) };
    let key = folder.public_key(key)?;
    for candidate in case.list("/candidates") {
        let part = |name: &str| candidate.get(name).and_then(Value::as_str).unwrap_or_default();
        let (form, text, url) = (part("form"), part("string_to_sign"), part("redirect_url"));
        // A text without names could be split in other ways under the same signature: that form is refused.
        let has_names = link.sign_keys().iter().any(|name| text.contains(&format!("{name}=")));
        match (verify(url, &link, &key), has_names) {
            (Ok(read), true) => {
                equal(&format!("{form}: is signed"), &true, &read.is_signed())?;
                values(case, &link, &read)?;
            }
            (Err(_), false) => {}
            (Err(error), true) => return Err(failed(format!("{form}: accepted"), error)),
            (Ok(_), false) => return Err(failed(format!("{form}: refused"), "accepted")),
        }
    }
    for name in ["/tampered_redirect_url", "/wrong_key_redirect_url"] {
        if let Some(url) = case.find(name)
            && let Ok(read) = verify(url, &link, &key)
        {
            return Err(failed(format!("{name}: refused"), format!("{:?}", read.signature)));
        }
    }
    Ok(())
}

/// Without a sign type a link is read, and said to be unsigned.
fn unsigned(case: &Case<'_>, folder: &Folder, link: &UseModeLink) -> Check {
    let key: PublicKey = folder.public_key(folder.some_app_key("")?)?;
    let read = verify(case.text("/redirect_url")?, link, &key).map_err(refused("reading the link"))?;
    equal("signature", &H5Signature::Unsigned, &read.signature)?;
    values(case, link, &read)
}

fn link_of(case: &Case<'_>) -> Result<UseModeLink, Stop> {
    let sign_type = case.find("/useModeData/signType").or(case.find("/sign_type"));
    let sign_type = sign_type.map(str::parse).transpose().map_err(refused("reading the sign type"))?;
    let charset = case.find("/useModeData/charset").or(case.find("/charset")).unwrap_or("UTF-8");
    let charset = Charset::parse(charset).map_err(refused("reading the charset"))?;
    let link = UseModeLink::new().with_charset(charset).with_sign_type(sign_type);
    match case.find("/useModeData/signKeys") {
        Some(keys) => link.with_sign_keys(keys.split(',')).map_err(refused("reading signKeys")),
        None => Ok(link),
    }
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
