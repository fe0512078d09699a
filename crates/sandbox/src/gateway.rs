//! The v2 gateway: checks a request as `gateway.do` does, and seals the answer (protocol-v2 §1-4).

mod answer;
mod check;
mod params;

use alipay_core::http::{HttpRequest, HttpResponse};

use self::answer::{Answer, Problem};
pub(crate) use self::check::{WINDOW_MILLIS, is_fresh};
use self::params::Params;
use crate::business::{self, Call};
use crate::fault::Fault;
use crate::front::{Answered, Target};
use crate::reply::Fields;
use crate::rules;
use crate::state::Context;

/// Parameters of the protocol; everything else is business.
const SYSTEM: [&str; 19] = [
    "alipay_root_cert_sn",
    "alipay_sdk",
    "app_auth_token",
    "app_cert_sn",
    "app_id",
    "auth_token",
    "biz_content",
    "charset",
    "encrypt_type",
    "format",
    "method",
    "notify_url",
    "prod_code",
    "return_url",
    "sign",
    "sign_type",
    "timestamp",
    "version",
    "ws_service_url",
];

/// Answers one request to `/gateway.do`.
pub(crate) fn handle(
    context: &mut Context<'_>,
    request: &HttpRequest,
    target: Target<'_>,
    fault: Option<Fault>,
) -> Answered {
    let params = Params::read(request, target.query);
    // It goes into the log: one line must stay one line.
    let is_plain = |method: &&str| method.len() <= 128 && method.bytes().all(|byte| byte.is_ascii_graphic());
    let method = params.get("method").filter(is_plain).map(str::to_owned);
    let trace_id = context.nonce();
    let outcome = match fault {
        Some(Fault::SystemError) => Err(Problem::system()),
        _ => run(context, &params),
    };
    let operation = method.as_deref().and_then(|method| context.catalog.method(method));
    let node_name = operation.map_or_else(
        || "error_response".to_owned(),
        |operation| format!("{}_response", operation.method.replace('.', "_")),
    );
    let answer = match outcome {
        Ok(Success::Page(html)) => {
            let headers = vec![
                ("content-type".into(), "text/html;charset=utf-8".into()),
                ("trace_id".into(), trace_id),
            ];
            let response = HttpResponse::new(200, headers, html.into_bytes());
            return Answered { response, method, outcome: "page".to_owned() };
        }
        Ok(Success::Node(fields)) => Answer::success(node_name, fields),
        Err(problem) => Answer::failure(node_name, problem),
    };
    let outcome = answer.outcome();
    Answered { response: answer.seal(context.settings, params.charset(), trace_id, fault), method, outcome }
}

enum Success {
    Node(Fields),
    Page(String),
}

fn run(context: &mut Context<'_>, params: &Params) -> Result<Success, Problem> {
    check::check(context, params)?;
    let method = params.get("method").unwrap_or_default();
    let Some(operation) = context.catalog.method(method) else {
        return Err(Problem::invalid("isv.invalid-method", "不存在的方法名".to_owned()));
    };
    let fields = match params.get("biz_content") {
        None => Fields::new(),
        Some(text) => serde_json::from_str::<Fields>(text).map_err(|error| {
            Problem::invalid("isv.invalid-parameter", format!("biz_content: no JSON object ({error})"))
        })?,
    };
    let fields = if operation.form {
        let own = params.iter().filter(|(name, _)| !SYSTEM.contains(name));
        fields.into_iter().chain(own.map(|(name, value)| (name.to_owned(), value.into()))).collect()
    } else {
        fields
    };
    rules::check(context.catalog, operation, &fields, context.now)?;
    let call = Call { operation, fields, charset: params.charset().clone() };
    if operation.page {
        return Ok(Success::Page(answer::cashier(&call)));
    }
    let mut answer = business::run(context, &call)?;
    // The token answer of v2 is the one that has no code.
    if operation.method != "alipay.system.oauth.token" {
        answer.entry("code").or_insert_with(|| "10000".into());
        answer.entry("msg").or_insert_with(|| "Success".into());
    }
    Ok(Success::Node(answer))
}
