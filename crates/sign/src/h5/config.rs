//! What the merchant wrote into `useModeData` when the template was created: a link can only be read with it.

use super::candidate::Candidate;
use super::error::H5Error;
use super::query::Query;
use crate::{Charset, SignType, percent_encode, query_of};

/// The names that are signed when `signKeys` is not configured.
const DEFAULT_SIGN_KEYS: [&str; 3] = ["voucherId", "userId", "tag"];

/// The configuration of a link, the same as the template's `useModeData`.
///
/// ```
/// use alipay_sign::h5::UseModeLink;
/// use alipay_sign::{Charset, SignType};
///
/// let link = UseModeLink::new()
///     .with_sign_keys(["voucherId", "userId"])?
///     .with_charset(Charset::gbk())
///     .with_sign_type(Some(SignType::Rsa));
/// assert_eq!(link.sign_keys(), ["voucherId", "userId"]);
/// # Ok::<(), alipay_sign::h5::H5Error>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
#[must_use]
pub struct UseModeLink {
    pub(super) sign_keys: Vec<String>,
    pub(super) charset: Charset,
    pub(super) sign_type: Option<SignType>,
    pub(super) strategy: Strategy,
}

/// Which readings of the signed text are tried.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Strategy {
    /// All of [`Candidate::ALL`], in order. A signed value with `%` or `+` in it can then be taken for
    /// decoded or for raw; keep such characters out of `tag`, or pin.
    #[default]
    Auto,
    /// Only the one that is known to hold.
    Pinned(Candidate),
}

impl UseModeLink {
    /// Signed with RSA2 over `voucherId`, `userId` and `tag`, in UTF-8.
    pub fn new() -> Self {
        Self {
            sign_keys: DEFAULT_SIGN_KEYS.map(str::to_owned).into(),
            charset: Charset::utf_8(),
            sign_type: Some(SignType::Rsa2),
            strategy: Strategy::Auto,
        }
    }

    /// The names in `signKeys`, in their order. What is not named is never believed.
    ///
    /// # Errors
    /// [`H5Error::SignKeys`] when a name is not made of ASCII letters, digits and `_`, is repeated or is
    /// `sign`, or when
    /// `voucherId` is missing: such a link would not say which voucher it is for.
    pub fn with_sign_keys<K: Into<String>>(
        mut self,
        keys: impl IntoIterator<Item = K>,
    ) -> Result<Self, H5Error> {
        let mut sign_keys: Vec<String> = Vec::new();
        for key in keys {
            let key = key.into();
            let plain = key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
            if key.is_empty() || !plain || key == "sign" || sign_keys.contains(&key) {
                return Err(H5Error::SignKeys { seen: key.chars().take(64).collect() });
            }
            sign_keys.push(key);
        }
        if !sign_keys.iter().any(|key| key == "voucherId") {
            return Err(H5Error::SignKeys { seen: sign_keys.join(",") });
        }
        self.sign_keys = sign_keys;
        Ok(self)
    }

    /// The charset of the link, UTF-8 unless configured; it is not tied to the client's charset.
    pub fn with_charset(mut self, charset: Charset) -> Self {
        self.charset = charset;
        self
    }

    /// The `signType`; `None` if the template has none, and then nothing of a link can be believed.
    pub fn with_sign_type(mut self, sign_type: Option<SignType>) -> Self {
        self.sign_type = sign_type;
        self
    }

    /// Which readings are tried. Pin the one that production shows.
    pub fn with_strategy(mut self, strategy: Strategy) -> Self {
        self.strategy = strategy;
        self
    }

    /// The names that are signed.
    #[must_use]
    pub fn sign_keys(&self) -> &[String] {
        &self.sign_keys
    }

    /// The text of `extension_info` for the voucher template whose links this reads: `useMode` is `H5`, and
    /// `useModeData` is this configuration with the address of the page and a `tag` of your own (protocol-v2 §10.1).
    /// Keep the configuration, and template and verifier cannot drift apart. Alipay must have the address on its white
    /// list.
    ///
    /// ```
    /// use alipay_sign::h5::UseModeLink;
    ///
    /// let text = UseModeLink::new().extension_info("https://m.example.com/use", Some("spring"))?;
    /// assert_eq!(
    ///     text,
    ///     r#"{"useMode":"H5","useModeData":{"url":"https://m.example.com/use","signKeys":"voucherId,userId,tag","charset":"UTF-8","signType":"RSA2","tag":"spring"}}"#
    /// );
    /// # Ok::<(), alipay_sign::h5::H5Error>(())
    /// ```
    ///
    /// # Errors
    /// [`H5Error`] for an address without scheme and host, or with a parameter of its own that is signed in the link;
    /// for a tag outside the charset, or one that the verifier would refuse.
    pub fn extension_info(&self, url: &str, tag: Option<&str>) -> Result<String, H5Error> {
        let host = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
        let host = host.and_then(|rest| rest.split(['/', '?', '#', ':']).next()).unwrap_or_default();
        let foreign = |c: char| c.is_whitespace() || c.is_control() || matches!(c, '"' | '\\');
        let own = Query::read(query_of(url), self)?;
        let clashes = own.sign.is_some() || own.keys.iter().any(|(_, value)| value.is_some());
        if host.is_empty() || url.contains(foreign) || clashes {
            return Err(H5Error::Address);
        }
        let mut text = format!(
            r#"{{"useMode":"H5","useModeData":{{"url":"{url}","signKeys":"{}","charset":"{}""#,
            self.sign_keys.join(","),
            self.charset
        );
        if let Some(sign_type) = self.sign_type {
            text.push_str(&format!(r#","signType":"{sign_type}""#));
        }
        if let Some(tag) = tag {
            let bytes = self.charset.encode(tag).map_err(H5Error::Encode)?;
            let query = format!("tag={}", percent_encode(&bytes));
            if let Some(name) = Query::read(&query, self)?.ambiguous() {
                return Err(H5Error::AmbiguousValue { name: name.to_owned() });
            }
            text.push_str(&format!(r#","tag":{}"#, json_string(tag)));
        }
        text.push_str("}}");
        Ok(text)
    }

    pub(super) fn candidates(&self) -> &[Candidate] {
        match &self.strategy {
            Strategy::Auto => &Candidate::ALL,
            Strategy::Pinned(candidate) => std::slice::from_ref(candidate),
        }
    }
}

impl Default for UseModeLink {
    fn default() -> Self {
        Self::new()
    }
}

/// The only text here that may hold anything.
fn json_string(text: &str) -> String {
    let escaped = text.chars().map(|character| match character {
        '"' | '\\' => format!("\\{character}"),
        '\0'..'\u{20}' => format!("\\u{:04x}", u32::from(character)),
        other => other.to_string(),
    });
    format!("\"{}\"", escaped.collect::<String>())
}
