//! Rules of operations: how they travel has to fit their protocol and their fields.

use std::collections::HashSet;

use super::fields::{check_nowhere, check_received};
use crate::finding::{Place, Report};
use crate::nearest::suggest;
use crate::spec::{Field, Location, Need, Notification, Operation, Protocol};
use crate::types::Type;

pub(crate) const VERBS: [&str; 5] = ["DELETE", "GET", "PATCH", "POST", "PUT"];

pub(super) fn check(item: &Operation, protocol: Protocol, report: &mut Report<'_>) {
    let mut check = Check { item, place: Place::of(&item.method), report };
    check.method();
    check.choices();
    check.repetition();
    check.codes();
    match protocol {
        Protocol::V2 => check.gateway(),
        Protocol::V3 => check.rest(),
    }
    check_received(&item.response, Place::of(&item.method).part("response"), report);
}

/// A topic is a name like that of a method.
pub(super) fn check_topic(item: &Notification, report: &mut Report<'_>) {
    if let Some(topic) = item.topic.as_deref().filter(|topic| !is_method(topic)) {
        let fix = "write the name that the message carries, such as `alipay.fund.trans.order.changed`";
        report.add(item.line, Place::of(&item.name), format!("`{topic}` is not a topic"), fix);
    }
}

fn is_method(name: &str) -> bool {
    let word = |word: &str| {
        word.starts_with(|first: char| first.is_ascii_alphabetic())
            && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    };
    name.contains('.') && name.split('.').all(word)
}

struct Check<'a, 'file> {
    item: &'a Operation,
    place: Place<'a>,
    report: &'a mut Report<'file>,
}

impl Check<'_, '_> {
    fn add(&mut self, what: impl Into<String>, fix: impl Into<String>) {
        self.report.add(self.item.line, self.place, what, fix);
    }

    fn method(&mut self) {
        let method = &self.item.method;
        if !is_method(method) && !method.is_empty() {
            self.add(
                format!("`{method}` is not a method name"),
                "write words of letters and digits with dots between them: `alipay.trade.pay`",
            );
        }
    }

    fn choices(&mut self) {
        let Operation { params, dispatch, verb, .. } = self.item;
        let known: [(&str, &Option<String>, &[&str]); 3] = [
            ("params", params, &["form"]),
            ("dispatch", dispatch, &["call", "page", "app"]),
            ("verb", verb, &VERBS),
        ];
        for (key, value, known) in known {
            if let Some(value) = value
                && !known.contains(&value.as_str())
            {
                let fix = suggest(value, known.iter().copied(), &format!("write {}", known.join(" or ")));
                self.add(format!("`{key}` is `{value}`"), fix);
            }
        }
    }

    fn repetition(&mut self) {
        let Some(key) = &self.item.idempotency_key else { return };
        let names = || self.item.request.iter().map(|field| field.name.as_str());
        if !names().any(|name| name == key) {
            let fix = suggest(key, names(), "name a field of the request");
            self.add(format!("`idempotency-key` names `{key}`, which is no request field"), fix);
        }
        if self.item.only_reads() {
            self.add(
                "an operation that only reads has an `idempotency-key`",
                "remove the key, or write `read-only = false`",
            );
        }
    }

    fn codes(&mut self) {
        let mut seen = HashSet::new();
        for code in &self.item.codes {
            if !seen.insert(code.value.as_str()) {
                let place = self.place.part("codes").member(&code.value);
                self.report.add(code.line, place, "the code stands here twice", "delete one of the two");
            }
        }
    }

    fn gateway(&mut self) {
        for (key, there) in [("verb", self.item.verb.is_some()), ("path", self.item.path.is_some())] {
            if there {
                self.add(
                    format!("`{key}` in a v2 operation"),
                    format!("remove `{key}`, or move it to spec/v3"),
                );
            }
        }
        check_nowhere(&self.item.request, self.place.part("request"), self.report);
        if self.has_file() && self.item.params.is_none() {
            self.add("files do not travel in biz_content", "add `params = \"form\"`");
        }
    }

    fn has_file(&self) -> bool {
        self.item.request.iter().any(is_file)
    }

    fn rest(&mut self) {
        let placed = self.item.request.iter().find(|field| field.location.is_some() && is_file(field));
        if let Some(field) = placed {
            let place = self.place.part("request").member(&field.name);
            self.report.add(field.line, place, "a file outside the body", "remove `in`");
        }
        if self.has_file() && matches!(self.item.verb.as_deref(), Some("GET" | "DELETE")) {
            self.add("a file in a request without body", "files go with POST, PUT or PATCH");
        }
        if self.item.params.is_some() {
            self.add("`params` in a v3 operation", "remove `params`");
        }
        if self.item.verb.is_none() {
            self.add("`verb` is missing", "add `verb = \"POST\"`, or the verb that it has");
        }
        match &self.item.path {
            None => self.add("`path` is missing", "add `path = \"/v3/alipay/...\"`"),
            Some(path) => self.path(path),
        }
    }

    fn path(&mut self, path: &str) {
        let segments: Vec<&str> = path.strip_prefix('/').unwrap_or_default().split('/').collect();
        let plain = |text: &str| {
            !text.is_empty()
                && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'))
        };
        let placeholder =
            |segment: &&str| segment.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')).is_some();
        let well_formed = path.starts_with("/v3/")
            && segments
                .iter()
                .all(|segment| plain(segment) || (placeholder(segment) && plain(inner(segment))));
        if !well_formed {
            self.add(
                format!("`{path}` is not a path"),
                "begin with `/v3/`, then words, or `{field}` for a path parameter, with `/` between them",
            );
            return;
        }
        let named: Vec<&str> = segments.into_iter().filter(placeholder).map(inner).collect();
        let fields = || self.item.request.iter().filter(|field| field.location == Some(Location::Path));
        let mut findings = Vec::new();
        for name in &named {
            if !fields().any(|field| field.name == *name) {
                let what = format!("no request field fills `{{{name}}}` of the path");
                findings.push((
                    self.item.line,
                    "",
                    what,
                    format!("add a field `{name}` with `in = \"path\"`"),
                ));
            }
        }
        for field in fields() {
            if !named.contains(&field.name.as_str()) {
                let what = "the path has no place for this field".to_owned();
                findings.push((
                    field.line,
                    &field.name,
                    what,
                    format!("add `{{{}}}` to the path", field.name),
                ));
            } else if field.need != Need::Must {
                let what = "a field of the path may be absent".to_owned();
                findings.push((field.line, &field.name, what, "add `need = \"must\"`".to_owned()));
            }
        }
        for (line, name, what, fix) in findings {
            let place = if name.is_empty() { self.place } else { self.place.part("request").member(name) };
            self.report.add(line, place, what, fix);
        }
    }
}

fn is_file(field: &Field) -> bool {
    field.ty.as_ref().is_some_and(Type::is_file)
}

fn inner(segment: &str) -> &str {
    segment.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')).unwrap_or(segment)
}
