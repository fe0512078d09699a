//! What holds, told to people and to programs.

use alipay_api::sign::SignType;
use serde_json::{Map, Value, json};

use crate::output::{DIM, GOOD, STRONG, plain, styled};

/// A message that was verified.
#[derive(Debug)]
pub(crate) struct Report {
    /// `answer`, `notification`, `v3` or `link`.
    pub(super) what: &'static str,
    /// The reading of the protocol under which the signature holds, in one word or few.
    pub(crate) rule: String,
    pub(super) sign_type: SignType,
    /// Fingerprint of the key with which it holds.
    pub(crate) key: String,
    /// Serial number of its certificate.
    pub(crate) certificate: Option<String>,
    /// What else is to be told.
    pub(super) facts: Vec<(&'static str, Value)>,
    /// What the signature covers.
    pub(super) fields: Map<String, Value>,
}

impl Report {
    pub(super) fn to_json(&self) -> Value {
        let mut object = json!({
            "holds": true,
            "what": self.what,
            "rule": self.rule,
            "sign_type": self.sign_type.as_str(),
            "key": self.key,
            "certificate": self.certificate,
            "fields": self.fields,
        });
        if let Value::Object(members) = &mut object {
            members.extend(self.facts.iter().map(|(name, value)| ((*name).to_owned(), value.clone())));
        }
        object
    }

    pub(super) fn for_people(&self) -> String {
        let with = match &self.certificate {
            Some(serial) => format!("certificate {serial}"),
            None => format!("key {}", self.key),
        };
        let what = if self.what == "v3" { "answer" } else { self.what };
        let holds = styled(GOOD, "it holds:");
        let mut lines =
            vec![format!("{holds} this {what} was signed with Alipay's {with} ({})", self.sign_type)];
        lines.push(format!("{} {}", styled(DIM, "rule:"), self.rule));
        let facts = self.facts.iter().filter(|(_, value)| !value.is_null());
        lines.extend(
            facts.map(|(name, value)| format!("{} {}", styled(DIM, &format!("{name}:")), text(value))),
        );
        let width = self.fields.keys().map(|name| name.chars().count()).max().unwrap_or_default();
        let fields = self.fields.iter();
        lines.extend(fields.map(|(name, value)| {
            format!("  {}  {}", styled(STRONG, &format!("{:width$}", plain(name))), text(value))
        }));
        lines.join("\n")
    }
}

/// A value without the quotation marks of JSON.
fn text(value: &Value) -> String {
    match value {
        Value::String(text) => plain(text),
        other => plain(&other.to_string()),
    }
}
