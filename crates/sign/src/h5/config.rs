//! What the merchant wrote into `useModeData` when the template was created: a link can only be read with it.

use super::candidate::Candidate;
use super::error::H5Error;
use crate::{Charset, SignType};

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
