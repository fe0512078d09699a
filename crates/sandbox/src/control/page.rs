//! Pages for a browser: what the payer sees.

use alipay_core::http::HttpResponse;

use crate::state::Context;
use crate::{activity, cash};

/// `confirm_uri`: opening it pays the template.
pub(crate) fn confirm(context: &mut Context<'_>, template_id: &str) -> HttpResponse {
    match cash::pay(context, template_id) {
        Ok(Some(url)) if is_header_safe(&url) => {
            HttpResponse::new(302, vec![("location".into(), url)], Vec::new())
        }
        Ok(_) => shown(200, "Paid", "The template is active.", &[("template_id", template_id.to_owned())]),
        Err(error) => shown(409, "Not paid", &error.to_string(), &[]),
    }
}

/// Opening a page is a GET; anything else must not pay.
pub(crate) fn only_opened() -> HttpResponse {
    let text = "A payer opens this address in a browser: use GET, or POST /control/.../pay.";
    shown(405, "Not paid", text, &[])
}

/// `recharge_url`: opening it pays what the activity asked for.
pub(crate) fn recharge(context: &mut Context<'_>, activity_id: &str) -> HttpResponse {
    match activity::pay(context, activity_id) {
        Ok(()) => shown(200, "Paid", "The budget is topped up.", &[("activity_id", activity_id.to_owned())]),
        Err(error) => shown(409, "Not paid", &error.to_string(), &[]),
    }
}

/// A page with a title, a sentence and some values.
pub(crate) fn html(title: &str, text: &str, rows: &[(&str, String)]) -> String {
    let rows: String = rows
        .iter()
        .map(|(name, value)| format!("<tr><th>{}</th><td>{}</td></tr>", escape(name), escape(value)))
        .collect();
    let (title, text) = (escape(title), escape(text));
    format!(
        "<!doctype html>\n<meta charset=\"utf-8\">\n<title>{title}</title>\n<h1>{title}</h1>\n<p>{text}</p>\n<table>{rows}</table>\n"
    )
}

fn shown(status: u16, title: &str, text: &str, rows: &[(&str, String)]) -> HttpResponse {
    let mut headers = vec![("content-type".into(), "text/html;charset=utf-8".into())];
    if status == 405 {
        headers.push(("allow".into(), "GET".into()));
    }
    HttpResponse::new(status, headers, html(title, text, rows).into_bytes())
}

/// A header value of visible ASCII.
fn is_header_safe(url: &str) -> bool {
    url.bytes().all(|byte| byte.is_ascii_graphic())
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
