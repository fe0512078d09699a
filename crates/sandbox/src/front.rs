//! From a path to whoever answers it, with faults in between.

use alipay_core::http::{HttpRequest, HttpResponse, SendFailure, Verb};

use crate::control::page;
use crate::fault::Fault;
use crate::log::RequestLog;
use crate::state::Context;
use crate::{gateway, rest};

/// What was answered, and what to tell the log.
pub(crate) struct Answered {
    pub(crate) response: HttpResponse,
    pub(crate) method: Option<String>,
    pub(crate) outcome: String,
    pub(crate) succeeded: bool,
}

/// The part of a URL behind the host, and its halves.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Target<'a> {
    /// Path and query, as sent.
    pub(crate) whole: &'a str,
    pub(crate) path: &'a str,
    pub(crate) query: &'a str,
}

impl<'a> Target<'a> {
    pub(crate) fn of(url: &'a str) -> Self {
        let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
        let whole = rest.find('/').and_then(|start| rest.get(start..)).unwrap_or("/");
        let whole = whole.split('#').next().unwrap_or_default();
        let (path, query) = whole.split_once('?').unwrap_or((whole, ""));
        Self { whole, path, query }
    }
}

/// Who answers.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Place {
    /// `/confirm/...`: a payer opens `confirm_uri`.
    Confirm,
    /// Everything else, with help for who is lost.
    Control,
    /// `/gateway.do`
    Gateway,
    /// `/recharge/...`: a payer opens `recharge_url`.
    Recharge,
    /// `/v3/...`
    Rest,
}

impl Place {
    pub(crate) fn of(url: &str) -> Self {
        match Target::of(url).path {
            "/gateway.do" => Self::Gateway,
            path if path.starts_with("/v3/") => Self::Rest,
            path if path.starts_with(CONFIRM) => Self::Confirm,
            path if path.starts_with(RECHARGE) => Self::Recharge,
            _ => Self::Control,
        }
    }
}

const CONFIRM: &str = "/confirm/";
const RECHARGE: &str = "/recharge/";

type Exchanged = (Result<HttpResponse, SendFailure>, RequestLog);

/// Answers everything but the control interface.
pub(crate) fn exchange(context: &mut Context<'_>, request: &HttpRequest, place: Place) -> Exchanged {
    let target = Target::of(&request.url);
    let fault = match place {
        Place::Gateway | Place::Rest => context.state.faults.next(),
        Place::Confirm | Place::Control | Place::Recharge => None,
    };
    context.settle();
    let instead = fault.and_then(|fault| Some((fault.instead()?, format!("fault {fault}"))));
    let (result, method, outcome, succeeded, trace_id) = match instead {
        Some((result, outcome)) => (result, None, outcome, false, None),
        None => {
            let answered = answer(context, request, target, place, fault);
            let trace_id = answered.response.trace_id().map(str::to_owned);
            let (result, outcome) = match fault {
                Some(fault) => {
                    (fault.spoil(answered.response), format!("{} (fault {fault})", answered.outcome))
                }
                None => (Ok(answered.response), answered.outcome),
            };
            (result, answered.method, outcome, answered.succeeded && fault.is_none(), trace_id)
        }
    };
    let log = RequestLog {
        verb: request.verb.as_str(),
        path: target.path.to_owned(),
        method,
        status: result.as_ref().ok().map(HttpResponse::status),
        outcome,
        succeeded,
        trace_id,
    };
    (result, log)
}

fn answer(
    context: &mut Context<'_>,
    request: &HttpRequest,
    target: Target<'_>,
    place: Place,
    fault: Option<Fault>,
) -> Answered {
    let behind = |prefix: &str| target.path.strip_prefix(prefix).unwrap_or_default();
    let response = match place {
        Place::Gateway => return gateway::handle(context, request, target, fault),
        Place::Rest => return rest::handle(context, request, target, fault),
        Place::Control => HttpResponse::new(404, Vec::new(), Vec::new()),
        Place::Confirm | Place::Recharge if request.verb != Verb::Get => page::only_opened(),
        Place::Confirm => page::confirm(context, behind(CONFIRM)),
        Place::Recharge => page::recharge(context, behind(RECHARGE)),
    };
    let (outcome, succeeded) = (response.status().to_string(), response.status() < 400);
    Answered { response, method: None, outcome, succeeded }
}

#[cfg(test)]
mod tests {
    use super::Target;

    #[test]
    fn a_target_is_what_stands_behind_the_host() {
        let target = Target::of("http://127.0.0.1:80/v3/a?b=c?d#e");
        assert_eq!((target.whole, target.path, target.query), ("/v3/a?b=c?d", "/v3/a", "b=c?d"));
        assert_eq!(Target::of("http://127.0.0.1").path, "/");
    }
}
