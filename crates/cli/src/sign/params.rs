//! Parameters of a v2 request, from a JSON object or from a form.

use std::collections::HashSet;
use std::fmt;

use alipay_api::sign::{Charset, SignType, canonical, parse_form};
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::Value;

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
        let Members(members) = serde_json::from_slice(bytes).map_err(|error| {
            let seen = format!("no JSON object (line {}, column {})", error.line(), error.column());
            Complaint::new("FILE", seen, "write {\"name\":\"value\", ...} in UTF-8")
        })?;
        let mut names = HashSet::new();
        if let Some((name, _)) = members.iter().find(|(name, _)| !names.insert(name)) {
            let seen = "it stands there more than once";
            return Err(Complaint::new(format!("FILE: {name}"), seen, "give every parameter one value"));
        }
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
        let bytes = query_of(bytes);
        if !bytes.contains(&b'=') {
            let fix = "write {\"name\":\"value\", ...} or name=value&...; a text to sign needs --raw";
            return Err(Complaint::new("FILE", "neither a JSON object nor a form", fix));
        }
        check_form(bytes)?;
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

/// A JSON object with every member that stands there: `serde_json` alone keeps the last of two with one name.
struct Members(Vec<(String, Value)>);

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(MembersVisitor)
    }
}

struct MembersVisitor;

impl<'de> Visitor<'de> for MembersVisitor {
    type Value = Members;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = map.next_entry()? {
            members.push(member);
        }
        Ok(Members(members))
    }
}

/// The query of a whole URL; a form is taken as it is.
fn query_of(bytes: &[u8]) -> &[u8] {
    let is_url = [&b"https://"[..], b"http://"].iter().any(|scheme| bytes.starts_with(scheme));
    let whole = bytes.split(|byte| *byte == b'#').next().filter(|_| is_url);
    whole.map_or(bytes, |url| url.splitn(2, |byte| *byte == b'?').nth(1).unwrap_or_default())
}

/// Refuses what no form holds as it is sent: read as one, another text would be signed than is meant.
fn check_form(form: &[u8]) -> Result<(), Complaint> {
    let seen = form.iter().enumerate().find_map(|(at, byte)| {
        let seen = match byte {
            b'\r' | b'\n' => "a line break".to_owned(),
            b'{' | b'"' | b' ' | b'\t' => format!("{:?}, not percent-encoded", char::from(*byte)),
            b'%' if !matches!(form.get(at + 1..at + 3), Some([high, low]) if high.is_ascii_hexdigit() && low.is_ascii_hexdigit()) => {
                "a `%` without two hexadecimal digits".to_owned()
            }
            byte if !byte.is_ascii() => "a character outside ASCII, not percent-encoded".to_owned(),
            _ => return None,
        };
        Some(format!("{seen}, at byte {at} of the form"))
    });
    seen.map_or(Ok(()), |seen| {
        let fix =
            "give the form as it is sent; if this is the text to sign itself, `alipay sign --raw` takes it";
        Err(Complaint::new("FILE", seen, fix))
    })
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
    fn a_url_stands_for_its_query() {
        let params = Params::read(b"https://openapi.example/gateway.do?b=%7B&a=1#top", None).unwrap();
        assert_eq!(params.text(&Charset::utf_8()).unwrap(), b"a=1&b={");
        assert!(Params::read(b"https://openapi.example/gateway.do", None).is_err());
    }

    #[test]
    fn what_is_no_form_as_it_is_sent_is_refused_with_its_place() {
        let cases = [
            (r#"biz_content={"sum":"1+1","p":"100%25"}"#, "'{', not percent-encoded, at byte 12"),
            ("a=\"x", "'\"', not percent-encoded, at byte 2"),
            ("a=1 2", "' ', not percent-encoded, at byte 3"),
            ("a=1&b=\u{56db}", "outside ASCII, not percent-encoded, at byte 6"),
            ("a=1\n&b=2", "a line break, at byte 3"),
            ("a=%F&b=2", "a `%` without two hexadecimal digits, at byte 2"),
            ("a=1%", "a `%` without two hexadecimal digits, at byte 3"),
            (r#"{"a":"1","b":"x","a":"2"}"#, "FILE: a: it stands there more than once"),
        ];
        for (text, told) in cases {
            let complaint = Params::read(text.as_bytes(), None).unwrap_err().to_string();
            assert!(complaint.contains(told), "{text}: {complaint}");
        }
    }

    #[test]
    fn values_that_would_be_rewritten_are_refused() {
        for text in [&br#"{"biz_content":{"a":1}}"#[..], br#"{"a":1.10}"#, b"[1]", b"{", b"no form"] {
            assert!(Params::read(text, None).is_err());
        }
    }
}
