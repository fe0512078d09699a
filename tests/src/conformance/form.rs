//! Form-encoded requests taken apart again, and the HTML forms that these crates make.

use alipay_api::sign::{
    Empties, FormPair, PublicKey, SignType, canonical_bytes, decode_signature, parse_form,
};

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

/// The address of an HTML form and its hidden inputs, as a browser reads them. Attributes stand in double quotes.
pub(super) fn read_html_form(html: &str) -> Option<(String, Vec<(String, String)>)> {
    let form = tags(html, "<form ").next()?;
    let inputs = tags(html, "<input ").filter(|tag| attribute(tag, "type").as_deref() == Some("hidden"));
    let fields = inputs.map(|tag| Some((attribute(tag, "name")?, attribute(tag, "value")?)));
    Some((attribute(form, "action")?, fields.collect::<Option<_>>()?))
}

/// What stands in the tags that begin so. A `>` inside of a quoted attribute does not end a tag.
fn tags<'a>(html: &'a str, start: &'a str) -> impl Iterator<Item = &'a str> {
    html.split(start).skip(1).map(|rest| {
        let mut quoted = false;
        let end = rest.find(|character| {
            quoted ^= character == '"';
            character == '>' && !quoted
        });
        rest.get(..end.unwrap_or(rest.len())).unwrap_or(rest)
    })
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    // Names and values take turns between the quotation marks.
    let mut pieces = tag.split('"');
    while let (Some(label), Some(value)) = (pieces.next(), pieces.next()) {
        if label.trim().strip_suffix('=') == Some(name) {
            return Some(unescape(value));
        }
    }
    None
}

fn unescape(text: &str) -> String {
    const ENTITIES: [(&str, char); 5] =
        [("&amp;", '&'), ("&lt;", '<'), ("&gt;", '>'), ("&quot;", '"'), ("&#39;", '\'')];
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(character) = rest.chars().next() {
        let entity = ENTITIES.iter().find(|(entity, _)| rest.starts_with(entity));
        let (length, meant) =
            entity.map_or((character.len_utf8(), character), |(entity, meant)| (entity.len(), *meant));
        plain.push(meant);
        rest = rest.get(length..).unwrap_or_default();
    }
    plain
}
