//! Form-encoded requests taken apart again, and the HTML forms that these crates make.

use alipay_api::sign::{
    Empties, FormPair, PublicKey, SignType, canonical_bytes, decode_signature, parse_form,
};

use html5gum::{Token, Tokenizer};

use super::case::{Check, Stop, failed, refused};

/// The pairs of a query and a body together.
pub(super) fn pairs_of(query: &str, body: &[u8]) -> Result<Vec<FormPair>, Stop> {
    let mut all = query.as_bytes().to_vec();
    all.push(b'&');
    all.extend_from_slice(body);
    parse_form(&all).map_err(refused("taking the form apart"))
}

/// The query of a URL.
pub(super) fn query_of(url: &str) -> &str {
    url.split_once('?').map_or("", |(_, query)| query)
}

/// The pairs without their signature, and the signature.
pub(super) fn split_signature(pairs: Vec<FormPair>) -> Result<(Vec<FormPair>, String), Stop> {
    let (sign, rest): (Vec<_>, Vec<_>) = pairs.into_iter().partition(|(name, _)| name == b"sign");
    match sign.as_slice() {
        [(_, signature)] => Ok((rest, String::from_utf8_lossy(signature).into_owned())),
        _ => Err(failed("one parameter `sign`", sign.len())),
    }
}

/// Checks that the signature among the pairs holds over all the others, empty ones included; gives the others and the
/// text.
pub(super) fn verify(
    pairs: Vec<FormPair>,
    key: &PublicKey,
    sign_type: SignType,
) -> Result<(Vec<FormPair>, Vec<u8>), Stop> {
    let (rest, signature) = split_signature(pairs)?;
    let text = canonical_bytes(&rest, Empties::Keep);
    verify_text(&text, &signature, key, sign_type)?;
    Ok((rest, text))
}

/// Checks a signature in base64.
pub(super) fn verify_text(text: &[u8], signature: &str, key: &PublicKey, sign_type: SignType) -> Check {
    let signature = decode_signature(signature).map_err(refused("decoding the signature"))?;
    key.verify(sign_type, text, &signature)
        .map_err(|error| failed(format!("a signature over {:?}", String::from_utf8_lossy(text)), error))
}

/// The address of an HTML form and its hidden inputs, as a browser reads them.
pub(super) fn read_html_form(html: &str) -> Option<(String, Vec<(String, String)>)> {
    let (mut action, mut fields) = (None, Vec::new());
    for token in Tokenizer::new(html) {
        let Ok(Token::StartTag(tag)) = token else { continue };
        let attribute = |name: &str| {
            let found = tag.attributes.iter().find(|(known, _)| known.as_slice() == name.as_bytes())?;
            String::from_utf8(found.1.to_vec()).ok()
        };
        match tag.name.as_slice() {
            b"form" => action = attribute("action"),
            b"input" if attribute("type").as_deref() == Some("hidden") => {
                fields.push((attribute("name")?, attribute("value")?));
            }
            _ => {}
        }
    }
    Some((action?, fields))
}
