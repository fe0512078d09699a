//! The v2 gateway: checks a request as `gateway.do` does, and seals the answer (protocol-v2 §1-4).

mod answer;
mod check;
mod params;

use std::borrow::Cow;

use alipay_core::http::{HttpRequest, HttpResponse};
use serde_json::Value;

use self::answer::{Answer, Problem};
pub(crate) use self::check::{WINDOW_MILLIS, is_fresh};
use self::params::Params;
use crate::builder::Settings;
use crate::business::{self, Call};
use crate::catalog::{Dispatch, Protocol};
use crate::certificates::DOWNLOAD;
use crate::content::{Encryption, UNDECRYPTABLE};
use crate::fault::Fault;
use crate::fields::Read as _;
use crate::front::{Answered, Target};
use crate::reply::Fields;
use crate::state::Context;
use crate::upload;

/// Where the fields of most operations stand.
const CONTENT: &str = "biz_content";

/// Parameters of the protocol; everything else is business.
const SYSTEM: [&str; 19] = [
    "alipay_root_cert_sn",
    "alipay_sdk",
    "app_auth_token",
    "app_cert_sn",
    "app_id",
    "auth_token",
    CONTENT,
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
    let opened = match fault {
        Some(Fault::SystemError) => Err(Problem::system()),
        _ => check::check(context, &params).and_then(|()| open(context.settings, &params)),
    };
    // Once a request is decrypted, refusals are encrypted as well; before that, nothing is.
    let (encryption, outcome) = match opened {
        Ok(Opened { encryption, content }) => (encryption, run(context, &params, content.as_deref())),
        Err(problem) => (None, Err(problem)),
    };
    let operation = method.as_deref().and_then(|method| context.catalog.operation(Protocol::V2, method));
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
            return Answered { response, method, outcome: "page".to_owned(), succeeded: true };
        }
        Ok(Success::Node(fields)) => Answer::success(node_name, fields),
        Err(problem) => Answer::failure(node_name, problem),
    };
    let answer = if method.as_deref() == Some(DOWNLOAD) { answer.unsigned() } else { answer };
    let (outcome, succeeded) = (answer.outcome(), answer.succeeded());
    let by_certificate = is_by_certificate(context, &params);
    let seal = context.state.seal(context.settings, Protocol::V2, by_certificate);
    let with = (&seal, context.settings.sign_type);
    let response = answer.seal(with, params.charset(), encryption, trace_id, fault);
    Answered { response, method, outcome, succeeded }
}

fn is_by_certificate(context: &Context<'_>, params: &Params) -> bool {
    context.settings.trust_mode.is_by_certificate(params.get("app_cert_sn").is_some())
}

/// The content of a request in plain text, and how the answer is encrypted.
struct Opened<'a, 'p> {
    encryption: Option<Encryption<'a>>,
    content: Option<Cow<'p, str>>,
}

fn open<'a, 'p>(settings: &'a Settings, params: &'p Params) -> Result<Opened<'a, 'p>, Problem> {
    let encryption = Encryption::wanted(settings, params.get("encrypt_type"))?;
    let content = params.get(CONTENT);
    let content = match (encryption, content) {
        (Some(encryption), Some(content)) => {
            let plain = encryption.decrypt(content)?;
            let text = params.charset().decode(plain.expose()).map_err(|_| UNDECRYPTABLE)?;
            Some(Cow::Owned(text))
        }
        (_, content) => content.map(Cow::Borrowed),
    };
    Ok(Opened { encryption, content })
}

enum Success {
    Node(Fields),
    Page(String),
}

fn run(context: &mut Context<'_>, params: &Params, content: Option<&str>) -> Result<Success, Problem> {
    let method = params.get("method").unwrap_or_default();
    let Some(operation) = context.catalog.operation(Protocol::V2, method) else {
        return Err(Problem::invalid("isv.invalid-method", "不存在的方法名".to_owned()));
    };
    // Two operations have a form field of this name, and it is text.
    let is_text = operation.form && operation.request().iter().any(|field| field.name == CONTENT);
    let mut fields = match content {
        None => Fields::new(),
        Some(text) if is_text => Fields::from_iter([(CONTENT.to_owned(), Value::from(text))]),
        Some(text) => serde_json::from_str::<Fields>(text).map_err(|error| {
            Problem::invalid("isv.invalid-parameter", format!("biz_content: no JSON object ({error})"))
        })?,
    };
    if operation.form {
        let own = params.iter().filter(|(name, _)| !SYSTEM.contains(name));
        fields.extend(own.map(|(name, value)| (name.to_owned(), Value::from(value))));
    }
    if method == DOWNLOAD {
        context.state.script.note(operation, &fields, params.body_len);
        return download(context, &fields).map(Success::Node);
    }
    upload::take(operation, &params.files, &mut fields)?;
    context.check(operation, &fields)?;
    context.state.script.note(operation, &fields, params.body_len);
    let by_certificate = is_by_certificate(context, params);
    let charset = params.charset().clone();
    let call = Call { operation, fields, charset, by_certificate, files: params.files.clone() };
    if operation.dispatch != Dispatch::Call {
        return Ok(Success::Page(answer::cashier(&call)));
    }
    let answer = business::run(context, &call)?;
    // The token answer of v2 is the one that has no code.
    Ok(Success::Node(if method == "alipay.system.oauth.token" { answer } else { with_code(answer) }))
}

fn with_code(mut answer: Fields) -> Fields {
    answer.entry("code").or_insert_with(|| "10000".into());
    answer.entry("msg").or_insert_with(|| "Success".into());
    answer
}

/// One of the certificates that Alipay signs or signed with (protocol-v2 §6.5).
fn download(context: &Context<'_>, fields: &Fields) -> Result<Fields, Problem> {
    let Some(serial) = fields.text("alipay_cert_sn").filter(|serial| !serial.is_empty()) else {
        let what = "缺少支付宝公钥证书序列号 alipay_cert_sn";
        return Err(Problem::invalid("isv.missing-alipay-cert-sn", what.to_owned()));
    };
    let found = context.state.certificates.as_ref().and_then(|certificates| certificates.download(&serial));
    found.map(with_code).ok_or_else(|| {
        let what = format!("支付宝公钥证书不存在: {}", serial.chars().take(64).collect::<String>());
        Problem::invalid("isv.alipay-cert-not-exist", what)
    })
}
