//! The control interface over HTTP: small JSON requests, and errors that say what to do.

use std::time::Duration;

use alipay_core::Money;
use alipay_core::http::{HttpRequest, HttpResponse, Verb};
use serde_json::{Value, json};

use super::Control;
use crate::cash::Bill;
use crate::certificates::CertificateFiles;
use crate::error::ControlError;
use crate::fields::Read as _;
use crate::front::Target;
use crate::log::RequestLog;
use crate::outbox::{Delivery, OutboxEntry, is_address};
use crate::reply::Fields;
use crate::upload::Upload;

/// What `GET /control` says.
const HELP: [(&str, &str); 16] = [
    ("GET /control/state", "clock, templates, vouchers, activities, waiting faults"),
    ("GET /control/outbox", "notifications and messages with every delivery"),
    ("POST /control/templates/{id}/pay", "the payer pays the budget; so does GET confirm_uri"),
    (
        "POST /control/vouchers/{id}/redeem",
        "{\"amount\":\"8.80\",\"order_amount\":\"50.00\"}; order_amount may be absent",
    ),
    ("POST /control/vouchers/{id}/refund", "{\"amount\":\"8.80\"}"),
    ("GET /control/vouchers/{id}/use-link", "the signed link of the use button"),
    ("POST /control/activities/{id}/pay", "the payer tops up the budget; so does GET recharge_url"),
    ("POST /control/activities/{id}/claim", "{\"user_id\":\"2088302001456115\"}"),
    ("GET /control/uploads", "files that arrived: names, sizes, digests"),
    ("GET /control/certificates", "the certificates that a client is set up with, in PEM"),
    ("POST /control/certificate/rotate", "Alipay signs with a new certificate from now on"),
    ("POST /control/clock/advance", "{\"seconds\":3600}"),
    ("POST /control/message-url", "{\"url\":\"http://127.0.0.1:9000/\"}; null keeps messages in the outbox"),
    (
        "POST /control/faults",
        "{\"fault\":\"timeout\",\"times\":1}; see the error of an unknown fault for the names",
    ),
    ("DELETE /control/faults", "forgets faults that have not struck yet"),
    ("GET /control", "this list"),
];

type Done = Result<Value, (u16, ControlError)>;

/// Answers everything that is not the gateway.
pub(crate) fn handle(control: &Control, request: &HttpRequest) -> (HttpResponse, RequestLog) {
    let target = Target::of(&request.url);
    let (status, body) = match run(control, request, target.path) {
        Ok(value) => (200, value),
        Err((status, error)) => (status, json!({ "error": error.to_string() })),
    };
    let log = RequestLog {
        verb: request.verb.as_str(),
        path: target.path.to_owned(),
        method: None,
        status: Some(status),
        outcome: status.to_string(),
        succeeded: status < 400,
        trace_id: None,
    };
    let headers = vec![("content-type".into(), "application/json;charset=utf-8".into())];
    (HttpResponse::new(status, headers, format!("{body}\n").into_bytes()), log)
}

fn run(control: &Control, request: &HttpRequest, path: &str) -> Done {
    let parts: Vec<&str> = path.trim_matches('/').split('/').collect();
    let refused = |error: ControlError| (409, error);
    let body = |known: &[&str]| body(request, known);
    match (request.verb, parts.as_slice()) {
        (Verb::Get, ["control"]) => Ok(help()),
        (Verb::Get, ["control", "state"]) => Ok(control.state()),
        (Verb::Get, ["control", "outbox"]) => {
            Ok(json!({ "entries": control.outbox().iter().map(entry).collect::<Vec<_>>() }))
        }
        (Verb::Post, ["control", "templates", id, "pay"]) => {
            control.pay_template(id).map_err(refused)?;
            Ok(json!({ "template_id": id, "status": "S" }))
        }
        (Verb::Post, ["control", "vouchers", id, "redeem"]) => {
            let body = body(&["amount", "order_amount"])?;
            let (amount, order) = (money(&body, "amount")?, optional_money(&body, "order_amount")?);
            control.redeem(id, amount, order).map(bill).map_err(refused)
        }
        (Verb::Post, ["control", "vouchers", id, "refund"]) => {
            let amount = money(&body(&["amount"])?, "amount")?;
            control.refund(id, amount).map(bill).map_err(refused)
        }
        (Verb::Get, ["control", "vouchers", id, "use-link"]) => {
            Ok(json!({ "url": control.use_link(id).map_err(refused)? }))
        }
        (Verb::Post, ["control", "activities", id, "pay"]) => {
            control.pay_recharge(id).map_err(refused)?;
            Ok(json!({ "activity_id": id }))
        }
        (Verb::Post, ["control", "activities", id, "claim"]) => {
            let user_id = body(&["user_id"])?
                .text("user_id")
                .ok_or_else(|| wrong("user_id: set it, such as \"2088302001456115\""))?;
            Ok(json!({ "voucher_id": control.claim(id, &user_id).map_err(refused)? }))
        }
        (Verb::Get, ["control", "uploads"]) => {
            Ok(json!({ "uploads": control.uploads().iter().map(upload).collect::<Vec<_>>() }))
        }
        (Verb::Get, ["control", "certificates"]) => certificates(control).map_err(refused),
        (Verb::Post, ["control", "certificate", "rotate"]) => {
            Ok(json!({ "alipay_cert_sn": control.rotate_certificate().map_err(refused)? }))
        }
        (Verb::Post, ["control", "clock", "advance"]) => {
            let seconds = body(&["seconds"])?.int("seconds").and_then(|seconds| u64::try_from(seconds).ok());
            let seconds = seconds.ok_or_else(|| {
                wrong("seconds: set it to a whole number, such as 3600; the clock only moves forward")
            })?;
            control.advance(Duration::from_secs(seconds));
            Ok(json!({ "now": control.now().to_string() }))
        }
        (Verb::Post, ["control", "message-url"]) => {
            let body = body(&["url"])?;
            let url = message_url(&body)?;
            control.set_message_url(url);
            Ok(json!({ "url": url }))
        }
        (Verb::Post, ["control", "faults"]) => inject(control, &body(&["fault", "times"])?),
        (Verb::Delete, ["control", "faults"]) => {
            control.clear_faults();
            Ok(json!({ "faults": [] }))
        }
        (verb, _) => {
            let what =
                format!("{} {path}: there is nothing here; GET /control lists what there is", verb.as_str());
            Err((404, ControlError::new(what)))
        }
    }
}

fn inject(control: &Control, body: &Fields) -> Done {
    let name = body.text("fault").ok_or_else(|| wrong("fault: set it, such as \"timeout\""))?;
    let fault = name.parse().map_err(|error| wrong(&format!("fault: {error}")))?;
    let times = match body.text("times") {
        None => 1,
        Some(times) => {
            let times = times.parse().ok().filter(|times| *times > 0);
            times.ok_or_else(|| wrong("times: must be a whole number, 1 or more"))?
        }
    };
    control.inject(fault, times);
    Ok(json!({ "fault": fault.as_str(), "times": times }))
}

/// `None` is what `null` says; an address that is left out says nothing.
fn message_url(body: &Fields) -> Result<Option<&str>, (u16, ControlError)> {
    match body.get("url") {
        Some(Value::Null) => Ok(None),
        Some(Value::String(url)) if is_address(url) => Ok(Some(url)),
        seen => {
            let seen =
                seen.map_or_else(|| "it is missing".to_owned(), |seen| format!("{seen} is no address"));
            let what =
                "set it to one such as \"http://127.0.0.1:9000/\", or to null to keep messages in the outbox";
            Err(wrong(&format!("url: {seen}; {what}")))
        }
    }
}

fn upload(upload: &Upload) -> Value {
    json!({
        "method": upload.method,
        "field": upload.field,
        "file_name": upload.file_name,
        "bytes": upload.bytes,
        "sha256": upload.sha256,
        "at": upload.at.to_string(),
    })
}

fn certificates(control: &Control) -> Result<Value, ControlError> {
    let (gateway, rest) = control.certificates()?;
    let mut told = certificate_files(&gateway);
    if rest != gateway {
        told.insert("v3".to_owned(), certificate_files(&rest).into());
    }
    Ok(told.into())
}

fn certificate_files(files: &CertificateFiles) -> Fields {
    let members = [
        ("app", Some(&files.app)),
        ("app_issuer", files.app_issuer.as_ref()),
        ("alipay", Some(&files.alipay)),
        ("alipay_cert_sn", Some(&files.alipay_serial)),
        ("roots", Some(&files.roots)),
    ];
    members.into_iter().map(|(name, text)| (name.to_owned(), json!(text))).collect()
}

fn help() -> Value {
    HELP.iter().map(|(request, what)| json!({ "request": request, "what": what })).collect()
}

fn bill(bill: Bill) -> Value {
    json!({
        "trade_no": bill.trade_no,
        "amount": bill.amount.to_string(),
        "time": bill.at.to_string(),
        "available_amount": bill.available.to_string(),
    })
}

fn entry(entry: &OutboxEntry) -> Value {
    let fields: Fields =
        entry.fields.iter().map(|(name, value)| (name.clone(), Value::from(value.as_str()))).collect();
    let (delivery, due) = match entry.delivery {
        Delivery::Waiting { due } => ("waiting", Some(due.to_string())),
        Delivery::UnderWay => ("under_way", None),
        Delivery::Taken => ("taken", None),
        Delivery::GivenUp => ("given_up", None),
        Delivery::Held => ("held", None),
    };
    let attempts = entry.attempts.iter();
    json!({
        "id": entry.id,
        "notify_id": entry.notify_id,
        "topic": entry.topic,
        "url": entry.url,
        "created": entry.created.to_string(),
        "fields": fields,
        "delivery": delivery,
        "due": due,
        "attempts": attempts.map(|attempt| json!({"at": attempt.at.to_string(), "reply": attempt.reply})).collect::<Vec<_>>(),
    })
}

/// The body, with none but the `known` members: a misspelt one would do nothing, and nobody would know.
fn body(request: &HttpRequest, known: &[&str]) -> Result<Fields, (u16, ControlError)> {
    let body: Fields = serde_json::from_slice(&request.body)
        .map_err(|error| wrong(&format!("the body must be a JSON object: {error}")))?;
    match body.keys().find(|name| !known.contains(&name.as_str())) {
        Some(name) => Err(wrong(&format!("{name}: there is no such member; use {}", known.join(", ")))),
        None => Ok(body),
    }
}

fn money(body: &Fields, name: &str) -> Result<Money, (u16, ControlError)> {
    optional_money(body, name)?.ok_or_else(|| wrong(&format!("{name}: set it, such as \"8.80\"")))
}

fn optional_money(body: &Fields, name: &str) -> Result<Option<Money>, (u16, ControlError)> {
    body.text(name).map(|text| text.parse().map_err(|error| wrong(&format!("{name}: {error}")))).transpose()
}

fn wrong(what: &str) -> (u16, ControlError) {
    (400, ControlError::new(what))
}
