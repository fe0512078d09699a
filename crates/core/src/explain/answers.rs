//! Answers of the gateway: one member of the envelope in v2, headers and body in v3.

use alipay_sign::{Charset, SignType};
use serde_json::{Map, Value};

use super::cause::Cause;
use super::change::{self, CHANGES, html_unescaped, replaced};
use super::difference::{Difference, name_of};
use super::explanation::{Draft, Explanation, Finding};
use super::form::NOWHERE;
use super::json_text;
use super::known::Known;
use super::origin::{self, Claim};
use super::seal;
use super::search::{Reading, Search};
use crate::answer;
use crate::envelope::{Envelope, TWICE};
use crate::http::HttpResponse;

/// What a wrong reading of the body is called.
const RAW: &str =
    "give the body exactly as it came from the socket: not pretty-printed, parsed or copied from a page";

pub(super) fn gateway(body: &[u8], known: &Known) -> Explanation {
    let mut draft = Draft::new("v2 answer");
    draft.tried([Cause::Unreadable]);
    let unescaped = html_unescaped(body);
    let (envelope, escaped) = match (Envelope::scan(body), unescaped.as_deref().map(Envelope::scan)) {
        (Err(_), Some(Ok(envelope))) => (envelope, true),
        (Ok(envelope), _) => (envelope, false),
        (Err(why), _) if why.ends_with(TWICE) => {
            let fix = "believe nothing of it: the gateway writes every member once";
            draft.find(Finding::new(Cause::RepeatedParameter, why, fix));
            return draft.finish(false, "");
        }
        (Err(why), _) => return unreadable(draft, &why),
    };
    if escaped {
        draft.find(Finding::new(
            Cause::HtmlEscaped,
            "it was copied from HTML, with &quot; in the place of quotes",
            RAW,
        ));
    }
    let mut members = envelope.names().filter(|name| name.ends_with("_response")).map(str::to_owned);
    let member = members.next();
    if members.next().is_some() {
        return unreadable(draft, "there are two members whose names end with _response");
    }
    let Some((name, node)) = member.and_then(|name| Some((name.clone(), envelope.raw(&name)?))) else {
        return unreadable(draft, "there is no member whose name ends with _response");
    };
    draft.tried([Cause::RepeatedParameter, Cause::SignatureMissing]);
    draft.see("signed member", name_of(name.as_bytes()));
    code(&mut draft, answer::of_gateway(node, &Charset::utf_8(), None));
    if let Some(serial) = envelope.text("alipay_cert_sn") {
        draft.see("certificate named", name_of(serial.as_bytes()));
    }
    let Some(signature) = envelope.text("sign").filter(|sign| !sign.trim().is_empty()) else {
        return unsigned(
            draft,
            "the gateway does not sign refusals of an application that it does not recognise",
        );
    };
    let claim = Claim { signature: signature.as_bytes(), sign_type: known.sign_type, tolerated: &[] };
    let parts =
        Parts { before: Vec::new(), body: node, after: Vec::new(), rule: format!("the bytes of {name}") };
    parts.explain(draft, known, &claim)
}

pub(super) fn rest(response: &HttpResponse, known: &Known) -> Explanation {
    let mut draft = Draft::new("v3 answer");
    draft.tried([Cause::SignatureMissing]);
    draft.see("HTTP status", response.status().to_string());
    if let Some(serial) = response.header("alipay-sn") {
        draft.see("certificate named", name_of(serial.as_bytes()));
    }
    let signature =
        response.header("alipay-signature").filter(|text| !text.trim().is_empty() && *text != "null");
    let Some(signature) = signature else {
        code(&mut draft, answer::of_rest(response.body()));
        return unsigned(draft, "v3 refusals may come unsigned; they prove nothing");
    };
    draft.tried([Cause::MissingParameter]);
    let headers = ["alipay-timestamp", "alipay-nonce"];
    for name in headers.into_iter().filter(|name| response.header(name).is_none()) {
        draft.find(Finding::new(
            Cause::MissingParameter,
            format!("the header {name} is signed, and is missing here"),
            "hand over all headers; a proxy may have taken some away",
        ));
    }
    let [timestamp, nonce] = headers.map(|name| response.header(name).unwrap_or_default());
    let claim = Claim { signature: signature.as_bytes(), sign_type: SignType::Rsa2, tolerated: &[] };
    let parts = Parts {
        before: format!("{timestamp}\n{nonce}\n").into_bytes(),
        body: response.body(),
        after: b"\n".to_vec(),
        rule: "alipay-timestamp, alipay-nonce and the body, each with a line end".to_owned(),
    };
    parts.explain(draft, known, &claim)
}

/// A text to check: a body, and what stands around it.
struct Parts<'a> {
    before: Vec<u8>,
    body: &'a [u8],
    after: Vec<u8>,
    rule: String,
}

impl Parts<'_> {
    fn explain(&self, mut draft: Draft, known: &Known, claim: &Claim<'_>) -> Explanation {
        let makers = seal::makers(known, claim.signature, false);
        let mut search = Search::new(&makers);
        let found = self.find(&mut draft, &mut search);
        origin::of_alipay(&mut draft, known, claim, search.maker());
        if !search.is_possible() {
            return draft.without_key();
        }
        let checked = self.around(self.body);
        let Some(Reading { text, findings, rule }) = found else {
            draft.lost(&checked, search.maker());
            return draft.finish(false, NOWHERE);
        };
        draft.see("rule that holds", &rule);
        if !findings.is_empty() {
            draft.difference = Difference::of(&checked, &text);
        }
        findings.into_iter().for_each(|finding| draft.find(finding));
        draft.finish(true, format!("nothing is wrong, the signature holds: {rule}"))
    }

    fn find(&self, draft: &mut Draft, search: &mut Search<'_>) -> Option<Reading> {
        if !search.is_possible() {
            return None;
        }
        let plain = self.reading(self.body.to_vec(), Vec::new());
        let found = search.find([plain]).or_else(|| self.altered(search));
        if found.is_none() {
            draft.tried(CHANGES.iter().map(|change| change.cause));
            draft.tried_in_part(search.in_part());
        }
        found
    }

    fn altered(&self, search: &mut Search<'_>) -> Option<Reading> {
        // The one repair that every verifier of v2 answers makes (protocol-v2 §4.6).
        let unslashed = replaced(self.body, b"\\/", b"/").filter(|_| self.before.is_empty()).map(|body| {
            let rule = format!("{}, with \\/ replaced by /", self.rule);
            Reading { rule, ..self.reading(body, Vec::new()) }
        });
        let singles: Vec<_> =
            CHANGES.iter().filter_map(|change| Some((change, (change.undo)(self.body)?))).collect();
        let single = singles.iter().map(|(change, body)| self.reading(body.clone(), vec![change.finding()]));
        let longer =
            Finding::new(Cause::TextTrimmed, "a line end at its end was signed, and is missing here", RAW);
        let written = (0..json_text::WAYS).filter_map(|way| json_text::written(self.body, way));
        let written = written.map(|body| self.reading(body, vec![change::rewritten()]));
        let pairs = singles.iter().flat_map(|(first, body)| {
            let seconds = CHANGES.iter().filter(|second| second.cause != first.cause);
            seconds.filter_map(|second| {
                Some(self.reading((second.undo)(body)?, vec![first.finding(), second.finding()]))
            })
        });
        search
            .find(unslashed)
            .or_else(|| search.find(single))
            .or_else(|| search.find([self.reading([self.body, b"\n"].concat(), vec![longer])]))
            .or_else(|| search.find(written))
            .or_else(|| search.find_while_possible(pairs))
    }

    fn reading(&self, body: Vec<u8>, findings: Vec<Finding>) -> Reading {
        Reading { text: self.around(&body), findings, rule: self.rule.clone() }
    }

    fn around(&self, body: &[u8]) -> Vec<u8> {
        [self.before.as_slice(), body, &self.after].concat()
    }
}

/// What the gateway says in it, for a refusal may be the whole explanation.
fn code(draft: &mut Draft, fields: Option<Map<String, Value>>) {
    let Some(fields) = fields else { return };
    let codes: Vec<_> = ["code", "sub_code"].iter().filter_map(|name| fields.get(*name)?.as_str()).collect();
    if !codes.is_empty() {
        draft.see("code", name_of(codes.join(" ").as_bytes()));
    }
}

fn unsigned(mut draft: Draft, why: &str) -> Explanation {
    let fix = format!("believe nothing of it; {why}. Where it refuses our signature, explain the request");
    draft.find(Finding::new(Cause::SignatureMissing, "it is not signed", fix));
    draft.finish(false, "")
}

fn unreadable(mut draft: Draft, why: &str) -> Explanation {
    draft.find(Finding::new(Cause::Unreadable, format!("it is no answer of the gateway: {why}"), RAW));
    draft.finish(false, "")
}
