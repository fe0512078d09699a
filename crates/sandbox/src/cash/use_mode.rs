//! The use button of a voucher: `extension_info`, and the signed link that a phone opens (protocol-v2 §10).

use alipay_sign::h5::{self, UseModeLink};
use alipay_sign::{Charset, KeyAlgorithm, PrivateKey, SignType};
use serde_json::Value;

use crate::catalog::Protocol;
use crate::fields::Read as _;
use crate::reply::{Fields, Refusal};

/// `useModeData`, checked.
#[derive(Debug)]
pub(super) struct UseMode {
    url: String,
    tag: Option<String>,
    link: UseModeLink,
    sign_type: Option<SignType>,
}

impl UseMode {
    /// Reads `extension_info`; `None` where it asks for no mode of use.
    pub(super) fn read(extension_info: Option<&Value>) -> Result<Option<Self>, Refusal> {
        let Some(members) = extension_info.and_then(Value::as_object) else { return Ok(None) };
        let Some(mode) = members.text("useMode") else { return Ok(None) };
        let wrong = |field: &str, what: String| Refusal::Parameter(format!("extension_info.{field}: {what}"));
        if mode != "H5" {
            return Err(wrong("useMode", format!("must be H5, but it is {mode:?}")));
        }
        let none = Fields::new();
        let data = members.object("useModeData").unwrap_or(&none);
        let url = data.text("url").filter(|url| url.starts_with("http://") || url.starts_with("https://"));
        let url =
            url.ok_or_else(|| wrong("useModeData.url", "must be an http or https address".to_owned()))?;
        let sign_type = data.text("signType").map(|name| name.parse::<SignType>()).transpose();
        let sign_type = sign_type.map_err(|error| wrong("useModeData.signType", error.to_string()))?;
        let mut link = UseModeLink::new().with_sign_type(sign_type);
        if let Some(charset) = data.text("charset") {
            let parsed = Charset::parse(&charset);
            link =
                link.with_charset(parsed.map_err(|error| wrong("useModeData.charset", error.to_string()))?);
        }
        if let Some(keys) = data.text("signKeys") {
            let with_keys = link.with_sign_keys(keys.split(',').map(str::trim));
            link = with_keys.map_err(|error| wrong("useModeData.signKeys", error.to_string()))?;
        }
        Ok(Some(Self { url, tag: data.text("tag"), link, sign_type }))
    }

    /// Whose keys sign the link: where v2 has SM2 keys, those of v3 are for RSA.
    pub(super) fn keys(&self) -> Protocol {
        match self.sign_type.map(SignType::key_algorithm) {
            Some(KeyAlgorithm::Rsa) => Protocol::V3,
            _ => Protocol::V2,
        }
    }

    /// The link that the holder's phone opens.
    pub(super) fn link(
        &self,
        voucher_id: &str,
        user_id: &str,
        key: &PrivateKey,
    ) -> Result<String, h5::H5Error> {
        let mut values = vec![("voucherId", voucher_id), ("userId", user_id)];
        values.extend(self.tag.as_deref().map(|tag| ("tag", tag)));
        h5::sign(&self.url, &values, &self.link, key)
    }
}
