//! What `alipay sign` printed, read back: whoever keeps it in a file means the text to sign in it.

use alipay_api::sign::{Charset, decode_signature};
use serde_json::Value;

/// The text to sign in what was printed, for people or as JSON; `None` for anything else, such as the text alone.
///
/// The signature beside it is not taken: it is one that `alipay sign` made, and not the one that was sent.
pub(crate) fn text_in(printed: &[u8]) -> Option<Vec<u8>> {
    in_json(printed).or_else(|| in_lines(std::str::from_utf8(printed).ok()?))
}

fn in_json(printed: &[u8]) -> Option<Vec<u8>> {
    let members: Value = serde_json::from_slice(printed).ok()?;
    decode_signature(members.get("text_to_sign_base64")?.as_str()?).ok()
}

fn in_lines(printed: &str) -> Option<Vec<u8>> {
    let (about, rest) = printed.strip_prefix("text to sign (")?.split_once('\n')?;
    let (length, charset) = about.trim_end().strip_suffix("):")?.split_once(" bytes, ")?;
    let (text, _) = rest.rsplit_once("\nsign (")?;
    let text = Charset::parse(charset).ok()?.encode(text).ok()?.into_owned();
    (length == text.len().to_string()).then_some(text)
}
