//! What `alipay sign` printed, read back: its output is the text to sign for whoever keeps it in a file.

use alipay_api::sign::{Charset, decode_signature};
use serde_json::Value;

/// A text and its signature in base64.
#[derive(Debug)]
pub(crate) struct Shown {
    pub(crate) text: Vec<u8>,
    pub(crate) sign: String,
}

impl Shown {
    /// `None` for anything else, such as the text alone.
    pub(crate) fn read(printed: &[u8]) -> Option<Self> {
        Self::of_json(printed).or_else(|| Self::of_people(std::str::from_utf8(printed).ok()?))
    }

    fn of_json(printed: &[u8]) -> Option<Self> {
        let members: Value = serde_json::from_slice(printed).ok()?;
        let text = |name| members.get(name)?.as_str();
        Some(Self {
            text: decode_signature(text("text_to_sign_base64")?).ok()?,
            sign: text("sign")?.to_owned(),
        })
    }

    fn of_people(printed: &str) -> Option<Self> {
        let (about, rest) = printed.strip_prefix("text to sign (")?.split_once('\n')?;
        let (length, charset) = about.trim_end().strip_suffix("):")?.split_once(" bytes, ")?;
        let (text, sign) = rest.rsplit_once("\nsign (")?;
        let text = Charset::parse(charset).ok()?.encode(text).ok()?.into_owned();
        let sign = sign.split_once('\n')?.1.trim().to_owned();
        (length == text.len().to_string()).then_some(Self { text, sign })
    }
}
