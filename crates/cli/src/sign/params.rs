//! Parameters of a v2 request, from a JSON object or from a form.

use alipay_api::sign::{Charset, SignType, canonical, parse_form};
use serde_json::{Map, Value};

use crate::failure::Complaint;

/// Names and values as text, decoded.
#[derive(Debug)]
pub(crate) struct Params(pub(crate) Vec<(String, String)>);

impl Params {
    /// Reads either form. A form is in the charset that it names, or else in `said`, or in UTF-8.
    pub(crate) fn read(bytes: &[u8], said: Option<&Charset>) -> Result<Self, Complaint> {
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii();
        if bytes.starts_with(b"{") { Self::of_json(bytes) } else { Self::of_form(bytes, said) }
    }

    /// The charset that the parameters name, or that was asked for; they must agree.
    pub(super) fn charset(&self, said: Option<Charset>) -> Result<Charset, Complaint> {
        let Some(label) = self.get("charset") else { return Ok(said.unwrap_or_else(Charset::utf_8)) };
        let named = Charset::parse(label)
            .map_err(|error| Complaint::new("charset", error.to_string(), "write UTF-8 or GBK"))?;
        match said {
            Some(said) if !said.label().eq_ignore_ascii_case(label) => {
                let seen = format!("the parameters say {label:?}, the settings {:?}", said.label());
                Err(Complaint::new(
                    "charset",
                    seen,
                    "let both say the same: the gateway goes by the parameter",
                ))
            }
            _ => Ok(named),
        }
    }

    /// The same for the algorithm.
    pub(super) fn sign_type(&self, said: Option<SignType>) -> Result<SignType, Complaint> {
        let Some(name) = self.get("sign_type") else { return Ok(said.unwrap_or(SignType::Rsa2)) };
        let named: SignType = name.parse().map_err(|error: alipay_api::sign::UnknownSignType| {
            Complaint::new(
                "sign_type",
                error.to_string(),
                "write RSA2, or RSA or SM2 where the console says so",
            )
        })?;
        match said {
            Some(said) if said != named => {
                let seen = format!("the parameters say {named}, the settings {said}");
                Err(Complaint::new(
                    "sign_type",
                    seen,
                    "let both say the same: the gateway goes by the parameter",
                ))
            }
            _ => Ok(named),
        }
    }

    /// The bytes to sign.
    pub(super) fn text(&self, charset: &Charset) -> Result<Vec<u8>, Complaint> {
        canonical(&self.0, charset)
            .map_err(|error| Complaint::new("FILE", error.to_string(), "or sign in UTF-8"))
    }

    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(known, value)| known == name && !value.is_empty());
        found.map(|(_, value)| value.as_str())
    }

    fn of_json(bytes: &[u8]) -> Result<Self, Complaint> {
        let members: Map<String, Value> = serde_json::from_slice(bytes).map_err(|error| {
            let seen = format!("no JSON object (line {}, column {})", error.line(), error.column());
            Complaint::new("FILE", seen, "write {\"name\":\"value\", ...} in UTF-8")
        })?;
        let pairs = members.into_iter().filter(|(_, value)| !value.is_null());
        let pairs = pairs.map(|(name, value)| match value {
            Value::String(value) => Ok((name, value)),
            other => {
                let kind = match other {
                    Value::Object(_) | Value::Array(_) => "JSON inside JSON",
                    _ => "a value without quotation marks",
                };
                // Any way to write it would be a guess, and other bytes have another signature.
                let fix = "write it in quotation marks, as the text that is sent";
                Err(Complaint::new(format!("FILE: {name}"), kind, fix))
            }
        });
        pairs.collect::<Result<_, _>>().map(Self)
    }

    fn of_form(bytes: &[u8], said: Option<&Charset>) -> Result<Self, Complaint> {
        if !bytes.contains(&b'=') {
            let fix = "write {\"name\":\"value\", ...} or name=value&...; a text to sign needs --raw";
            return Err(Complaint::new("FILE", "neither a JSON object nor a form", fix));
        }
        let pairs = parse_form(bytes)
            .map_err(|error| Complaint::new("FILE", error.to_string(), "give the form as it is sent"))?;
        let named = pairs.iter().find(|(name, _)| name == b"charset");
        let named = named.and_then(|(_, label)| Charset::parse(std::str::from_utf8(label).ok()?).ok());
        let charset = named.or_else(|| said.cloned()).unwrap_or_else(Charset::utf_8);
        let text = |bytes: &[u8]| {
            charset.decode(bytes).map_err(|error| {
                Complaint::new("FILE", error.to_string(), "give --charset as the form is written in")
            })
        };
        pairs.iter().map(|(name, value)| Ok((text(name)?, text(value)?))).collect::<Result<_, _>>().map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_and_form_are_the_same_parameters() {
        let json = Params::read(br#"{"b":"1 2","a":"x&y","n":null,"sign":"old"}"#, None).unwrap();
        let form = Params::read(b"b=1+2&a=x%26y&sign=old\n", None).unwrap();
        for params in [json, form] {
            assert_eq!(params.text(&Charset::utf_8()).unwrap(), b"a=x&y&b=1 2");
        }
    }

    #[test]
    fn a_form_is_read_in_the_charset_that_it_names() {
        let params = Params::read(b"charset=GBK&a=%CB%C4", None).unwrap();
        assert_eq!(params.get("a"), Some("四"));
        let charset = params.charset(None).unwrap();
        assert_eq!(params.text(&charset).unwrap(), b"a=\xcb\xc4&charset=GBK");
        assert!(params.charset(Some(Charset::utf_8())).is_err());
        assert!(Params::read(b"a=%CB%C4", None).is_err());
    }

    #[test]
    fn values_that_would_be_rewritten_are_refused() {
        for text in [&br#"{"biz_content":{"a":1}}"#[..], br#"{"a":1.10}"#, b"[1]", b"{", b"no form"] {
            assert!(Params::read(text, None).is_err());
        }
    }
}
