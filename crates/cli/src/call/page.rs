//! Operations that are not called: a browser opens a URL, or the Alipay app gets an order string.

use alipay_api::http::HttpRequest;
use alipay_api::{CallOptions, Config, Exchange, RawOperation, Step};

use super::CallArguments;
use super::target::Target;
use crate::failure::{Complaint, Failure};

/// Refuses to send what is for a browser or an app, and to print an address for what is called.
pub(super) fn refuse_wrong_dispatch(target: &Target<'_>, arguments: &CallArguments) -> Result<(), Complaint> {
    let wanted = match (arguments.url, arguments.order_string) {
        (true, _) => "page",
        (_, true) => "app",
        _ => "call",
    };
    let Some(known) = target.known else {
        return match (wanted, target.is_v2()) {
            ("call", _) | (_, true) => Ok(()),
            _ => Err(Complaint::new("--url", "given with a path of v3", "v3 has no pages; leave it out")),
        };
    };
    if known.dispatch == wanted {
        return Ok(());
    }
    let (what, fix) = match known.dispatch.as_str() {
        "page" => ("is opened by a browser, not called", "print the signed address with --url"),
        "app" => {
            ("is handed to the Alipay app, not called", "print the signed order string with --order-string")
        }
        _ => ("is called and answered", "leave --url and --order-string out"),
    };
    Err(Complaint::new("METHOD", format!("{} {what}", known.method), fix))
}

/// The signed address, or of it only what stands behind the question mark. Nothing is sent.
pub(super) fn address(
    config: &Config,
    operation: RawOperation,
    options: CallOptions,
    order_string: bool,
) -> Result<String, Failure> {
    match Exchange::new(config, operation, options).step() {
        Step::Send(request) => {
            let (place, query) = request.url.split_once('?').unwrap_or((&request.url, ""));
            let query = sorted(query, &request);
            Ok(if order_string { query } else { format!("{place}?{query}") })
        }
        Step::Done(result) => match *result {
            Err(error) => Err(error.into()),
            Ok(_) => Err(Failure::Machine("nothing was signed".to_owned())),
        },
        Step::Sleep(_) => Err(Failure::Machine("nothing was signed".to_owned())),
    }
}

/// The query and the body, which is a form, as one query. The order means nothing, but the official SDKs sort.
fn sorted(query: &str, request: &HttpRequest) -> String {
    // The body is percent-encoded, so it is ASCII.
    let body = String::from_utf8_lossy(&request.body);
    let mut pairs: Vec<&str> =
        query.split('&').chain(body.split('&')).filter(|pair| !pair.is_empty()).collect();
    pairs.sort_unstable();
    pairs.join("&")
}
