//! The v3 interface: checks a request as `/v3/...` does, and signs the answer (protocol-v3 §1-4).

mod answer;
mod check;

use alipay_core::http::HttpRequest;
use serde_json::Value;

use self::answer::{Answer, Problem};
use crate::business::{self, Call};
use crate::fault::Fault;
use crate::front::{Answered, Target};
use crate::reply::Fields;
use crate::rules;
use crate::state::Context;

/// Answers one request to `/v3/...`.
pub(crate) fn handle(
    context: &mut Context<'_>,
    request: &HttpRequest,
    target: Target<'_>,
    fault: Option<Fault>,
) -> Answered {
    let (trace_id, nonce) = (context.nonce(), context.nonce());
    let outcome = match fault {
        Some(Fault::SystemError) => Err(Problem::system()),
        _ => run(context, request, target),
    };
    let answer = Answer::new(outcome, &trace_id);
    let outcome = answer.outcome();
    let response = answer.seal(context, trace_id, nonce, fault);
    Answered { response, method: None, outcome }
}

fn run(context: &mut Context<'_>, request: &HttpRequest, target: Target<'_>) -> Result<Fields, Problem> {
    check::check(context, request, target.whole)?;
    let Some((operation, placeholders)) = context.catalog.path(request.verb, target.path) else {
        let what = format!("不存在的方法名: {} {}", request.verb.as_str(), target.path);
        return Err(Problem::bad("invalid-method", what));
    };
    let mut fields = body(request)?;
    let query = alipay_sign::parse_form(target.query.as_bytes())
        .map_err(|error| Problem::bad("invalid-parameter", error.to_string()))?;
    for (name, value) in query {
        let text = |bytes| {
            String::from_utf8(bytes)
                .map_err(|_| Problem::bad("invalid-encoding", "the query is not UTF-8".to_owned()))
        };
        fields.insert(text(name)?, text(value)?.into());
    }
    fields.extend(placeholders.into_iter().map(|(name, value)| (name.to_owned(), Value::from(value))));
    rules::check(context.catalog, operation, &fields, context.now)?;
    let call = Call { operation, fields, charset: alipay_sign::Charset::utf_8() };
    Ok(business::run(context, &call)?)
}

fn body(request: &HttpRequest) -> Result<Fields, Problem> {
    if request.body.is_empty() {
        return Ok(Fields::new());
    }
    if request.header("alipay-encrypt-type").is_some() {
        return Err(Problem::bad("missing-encrypt-key", "应用没有配置接口内容加密密钥".to_owned()));
    }
    let content_type = request.header("content-type").unwrap_or_default().to_ascii_lowercase();
    if !content_type.starts_with("application/json") {
        let what = format!("content-type is {content_type:?}, it must be application/json");
        return Err(Problem::bad("invalid-format", what));
    }
    serde_json::from_slice(&request.body)
        .map_err(|error| Problem::bad("illegal-json", format!("the body is no JSON object: {error}")))
}
