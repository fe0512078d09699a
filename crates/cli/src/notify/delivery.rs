//! One delivery: what was posted, what was replied, and whether Alipay would take it for accepted.

use std::error::Error;

use alipay_api::NOTIFY_REPLY;
use alipay_api::http::{BlockingTransport, HttpRequest, Verb};
use alipay_api::transport_blocking::UreqTransport;
use serde_json::{Map, Value, json};

use crate::exit::Exit;
use crate::failure::{Complaint, Failure, Untold};
use crate::output::{BAD, DIM, GOOD, Output, plain, styled};

/// Longer replies are cut where they are shown.
const SHOWN: usize = 200;

/// A message on its way.
#[derive(Debug)]
pub(super) struct Delivery {
    pub(super) verb: Verb,
    pub(super) url: String,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Vec<u8>,
}

/// What came back.
#[derive(Debug)]
struct Reply {
    status: u16,
    body: Vec<u8>,
}

impl Delivery {
    /// Sends it, tells of the reply, and ends well only if Alipay would be content.
    pub(super) fn run(self, about: Map<String, Value>, json: bool, output: &Output) -> Result<Exit, Failure> {
        let mut request = HttpRequest::new(self.verb, self.url.as_str());
        request.headers = self.headers;
        request.body = self.body;
        let response = UreqTransport::new().send(&request).map_err(|failure| {
            let cause = failure.source().map(|cause| format!(": {cause}")).unwrap_or_default();
            let fix = "start your server, and look at the address";
            let told = Complaint::new(self.url.as_str(), format!("{failure}{cause}"), fix);
            Failure::NoReply { told, sent: failure.sent() }
        })?;
        let reply = Reply { status: response.status(), body: response.body().to_vec() };
        let why_not = reply.why_not();
        let accepted = why_not.is_none();
        output
            .out(&if json {
                let mut object = about;
                let members = [
                    ("url", json!(self.url)),
                    ("bytes", json!(request.body.len())),
                    ("status", json!(reply.status)),
                    ("reply", json!(reply.text())),
                    ("accepted", json!(accepted)),
                    ("reason", json!(why_not)),
                ];
                object.extend(members.map(|(name, value)| (name.to_owned(), value)));
                Value::Object(object).to_string()
            } else {
                let about = about.iter().filter_map(|(name, value)| Some((name, value.as_str()?)));
                let about: String = about.map(|(name, value)| format!(", {name} {}", plain(value))).collect();
                let sent = format!("{} bytes to {}{about}", request.body.len(), self.url);
                let replied = format!("HTTP {}, {:?}", reply.status, reply.text());
                let verdict = match &why_not {
                    None => styled(GOOD, "accepted: Alipay will not send it again"),
                    Some(why) => {
                        format!("{} {why}; Alipay would send it again", styled(BAD, "not accepted:"))
                    }
                };
                format!("{} {sent}\n{} {replied}\n{verdict}", styled(DIM, "sent:"), styled(DIM, "reply:"))
            })
            .map_err(|error| Failure::Untold(Untold { error, pending: false, trace_id: None }))?;
        Ok(if accepted { Exit::Success } else { Exit::Failed })
    }
}

impl Reply {
    fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).chars().take(SHOWN).collect()
    }

    /// Why the reply is not the one that ends the matter.
    fn why_not(&self) -> Option<String> {
        if self.status != 200 {
            return Some(format!("the HTTP status is {}, it must be 200", self.status));
        }
        if self.body == NOTIFY_REPLY.as_bytes() {
            return None;
        }
        let text = String::from_utf8_lossy(&self.body);
        let bare = text.trim_matches(|c: char| c.is_whitespace() || c == '"' || c == '\u{feff}');
        Some(match bare {
            "" if self.body.is_empty() => format!("the reply is empty, it must be `{NOTIFY_REPLY}`"),
            NOTIFY_REPLY => {
                format!("something stands around `{NOTIFY_REPLY}`: quotation marks, a line break or the like")
            }
            other if other.eq_ignore_ascii_case(NOTIFY_REPLY) => {
                format!("`{NOTIFY_REPLY}` must be in lower case")
            }
            _ => format!("the reply must be `{NOTIFY_REPLY}` and nothing else"),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_exact_reply_is_accepted() {
        let reason = |status, body: &str| Reply { status, body: body.as_bytes().to_vec() }.why_not();
        assert_eq!(reason(200, "success"), None);
        for (status, body, told) in [
            (204, "success", "204"),
            (200, "", "empty"),
            (200, "success\n", "stands around"),
            (200, "\"success\"", "stands around"),
            (200, "SUCCESS", "lower case"),
            (200, "fail", "nothing else"),
        ] {
            assert!(reason(status, body).is_some_and(|reason| reason.contains(told)), "{status} {body:?}");
        }
    }
}
