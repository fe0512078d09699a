//! One step: calls, what was sent and answered, and what must hold.

use std::fmt;
use std::io;

use alipay_api::http::SendFailure;
use alipay_api::meta::{Call, Operation};
use alipay_api::{Answer, Error, Outcome, Paged};
use alipay_sandbox::ControlError;
use serde_json::{Map, Value};

use super::stage::Stage;

/// A step under way.
#[derive(Debug)]
pub(super) struct Step<'a> {
    stage: &'a Stage,
    told: Told,
}

/// What is told of a step.
#[derive(Clone, Debug)]
pub(super) struct Told {
    pub(super) name: &'static str,
    pub(super) title: &'static str,
    pub(super) client: &'static str,
    /// What was done: methods that were called, or in words.
    pub(super) actions: Vec<String>,
    pub(super) sent: Members,
    pub(super) answered: Members,
    pub(super) requests: u32,
    /// Why it failed.
    pub(super) reason: Option<String>,
}

/// Names and values in the order in which they are told.
#[derive(Clone, Debug, Default)]
pub(super) struct Members(Vec<(String, Value)>);

impl Members {
    /// Adds a member, or changes it where it is.
    fn put(&mut self, name: &str, value: Value) {
        match self.0.iter_mut().find(|(known, _)| known == name) {
            Some((_, known)) => *known = value,
            None => self.0.push((name.to_owned(), value)),
        }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value))
    }
}

/// Why a life ends early.
#[derive(Debug)]
pub(super) enum Stopped {
    /// A step failed; it was told.
    Failed,
    /// It could not be told.
    Output(io::Error),
}

/// Something that did not hold.
#[derive(Clone, Debug)]
pub(super) struct Unmet(String);

impl<'a> Step<'a> {
    pub(super) fn new(stage: &'a Stage, name: &'static str, title: &'static str) -> Self {
        let told = Told {
            name,
            title,
            client: stage.caller.name(),
            actions: Vec::new(),
            sent: Members::default(),
            answered: Members::default(),
            requests: 0,
            reason: None,
        };
        Self { stage, told }
    }

    pub(super) fn finish(mut self, reason: Option<String>) -> Told {
        self.told.reason = reason;
        self.told
    }

    /// Says what else is done than a call.
    pub(super) fn act(&mut self, action: impl Into<String>) {
        let action = action.into();
        if self.told.actions.last() != Some(&action) {
            self.told.actions.push(action);
        }
    }

    pub(super) fn sent(&mut self, name: &str, value: impl Into<Value>) {
        self.told.sent.put(name, value.into());
    }

    pub(super) fn answered(&mut self, name: &str, value: impl Into<Value>) {
        self.told.answered.put(name, value.into());
    }

    /// Calls. `sent` and `answered` are the fields to tell of.
    pub(super) async fn call<T: Call>(
        &mut self,
        request: &T,
        sent: &[&str],
        answered: &[&str],
    ) -> Result<Answer<T::Response>, Unmet> {
        self.note_request(request, sent);
        match self.stage.caller.execute(request).await {
            Ok(answer) => {
                pick(answer.verified.fields(), answered, &mut self.told.answered);
                Ok(answer)
            }
            Err(error) => {
                self.note_error(&error);
                Err(error.into())
            }
        }
    }

    /// Calls, and expects a refusal that Alipay signed, with this code (v2: detailed code).
    pub(super) async fn refused<T: Call>(
        &mut self,
        request: &T,
        sent: &[&str],
        code: &str,
    ) -> Result<(), Unmet> {
        self.note_request(request, sent);
        let error = match self.stage.caller.execute(request).await {
            Ok(_) => return Err(Unmet(format!("it was done, but {code} was expected"))),
            Err(error) => error,
        };
        self.note_error(&error);
        let seen = if error.sub_code().is_empty() { error.code() } else { error.sub_code() };
        if seen != code || error.outcome() != Outcome::Rejected || !error.is_authenticated() {
            return Err(Unmet(format!("{error}; but a signed refusal {code} was expected")));
        }
        Ok(())
    }

    /// Walks through all pages.
    pub(super) async fn pages<T: Paged>(
        &mut self,
        request: T,
        sent: &[&str],
    ) -> Result<Vec<Vec<T::Item>>, Unmet> {
        self.note_request(&request, sent);
        let pages = self.stage.caller.pages(request).await?;
        let more = u32::try_from(pages.len()).unwrap_or(u32::MAX).saturating_sub(1);
        self.told.requests = self.told.requests.saturating_add(more);
        self.answered("pages", pages.len());
        self.answered("items", pages.iter().map(Vec::len).sum::<usize>());
        Ok(pages)
    }

    /// Opens a page as a browser would, and expects that it is there.
    pub(super) async fn open(&mut self, url: &str) -> Result<(), Unmet> {
        self.act(format!("GET {url}"));
        self.told.requests += 1;
        let response = self.stage.caller.get(url).await?;
        self.answered("http_status", response.status());
        holds("the page is there", matches!(response.status(), 200 | 302 | 303))
    }

    fn note_request<T: Operation>(&mut self, request: &T, names: &[&str]) {
        self.act(T::META.method);
        self.told.requests += 1;
        if let Ok(Value::Object(fields)) = serde_json::to_value(request) {
            pick(&fields, names, &mut self.told.sent);
        }
    }

    fn note_error(&mut self, error: &Error) {
        self.answered("outcome", crate::failure::outcome_name(error.outcome()));
        if let Some(api) = error.api() {
            let seen = if api.sub_code.is_empty() { &api.message } else { &api.sub_message };
            self.answered("code", api.code.as_str());
            if !api.sub_code.is_empty() {
                self.answered("sub_code", api.sub_code.as_str());
            }
            self.answered("message", seen.as_str());
        }
    }
}

/// Copies the members called `names`; `a.b` is the member `b` of `a`, `a.0` the first item of `a`.
fn pick(fields: &Map<String, Value>, names: &[&str], into: &mut Members) {
    for path in names {
        let mut parts = path.split('.');
        let first = parts.next().and_then(|name| fields.get(name));
        let found = parts.fold(first, |value, name| match value? {
            Value::Array(items) => items.get(name.parse::<usize>().ok()?),
            value => value.get(name),
        });
        if let Some(value) = found {
            into.put(path.rsplit('.').next().unwrap_or(path), value.clone());
        }
    }
}

/// `what` is a sentence that must be true.
pub(super) fn holds(what: &str, is_true: bool) -> Result<(), Unmet> {
    if is_true { Ok(()) } else { Err(Unmet(format!("it does not hold that {what}"))) }
}

/// `what` must be `expected`.
pub(super) fn equal<T: fmt::Debug + PartialEq>(what: &str, seen: T, expected: T) -> Result<(), Unmet> {
    if seen == expected {
        return Ok(());
    }
    Err(Unmet(format!("{what} is {seen:?}, but {expected:?} was expected")))
}

/// `what` must be there.
pub(super) fn given<T>(what: &str, value: Option<T>) -> Result<T, Unmet> {
    value.ok_or_else(|| Unmet(format!("{what} is absent")))
}

impl Unmet {
    pub(super) fn new(what: impl Into<String>) -> Self {
        Self(what.into())
    }
}

impl fmt::Display for Unmet {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl From<Error> for Unmet {
    fn from(error: Error) -> Self {
        Self(error.to_string())
    }
}

impl From<ControlError> for Unmet {
    fn from(error: ControlError) -> Self {
        Self(format!("the sandbox refuses: {error}"))
    }
}

impl From<SendFailure> for Unmet {
    fn from(failure: SendFailure) -> Self {
        Self(failure.to_string())
    }
}

impl From<io::Error> for Stopped {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}
