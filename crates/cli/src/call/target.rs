//! What is called: a method of v2, or a verb and a path of v3.

use alipay_api::meta::Verb;

use crate::catalog::{self, Catalog, Operation, Protocol};
use crate::failure::Complaint;

/// What is called, and what the catalog knows of it.
#[derive(Debug)]
pub(crate) struct Target<'a> {
    pub(crate) route: Route,
    pub(crate) known: Option<&'a Operation>,
    /// The fields that stand in the path.
    pub(crate) in_path: Vec<(&'a str, String)>,
}

/// How it travels.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Route {
    Gateway(String),
    Rest(Verb, String),
}

impl<'a> Target<'a> {
    /// Reads `alipay.some.method`, `GET /v3/...`, or the latter in two words. With `check`, a method that is almost
    /// a known one is refused.
    pub(crate) fn parse(words: &[String], check: bool, catalog: &'a Catalog) -> Result<Self, Complaint> {
        let text = words.join(" ");
        let words: Vec<&str> = text.split_whitespace().collect();
        match words.as_slice() {
            [method] if !method.starts_with('/') => Self::method(method, check, catalog),
            [verb, path] => Self::path(verb, path, catalog),
            _ => Err(Complaint::new(
                "METHOD",
                format!("{text:?}"),
                "write a method such as alipay.marketing.voucher.query, or verb and path such as \"GET /v3/...\"",
            )),
        }
    }

    pub(crate) fn is_v2(&self) -> bool {
        matches!(self.route, Route::Gateway(_))
    }

    fn method(method: &str, check: bool, catalog: &'a Catalog) -> Result<Self, Complaint> {
        let is_name = |text: &str| {
            !text.is_empty()
                && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'.' || byte == b'_')
        };
        if !is_name(method) || !method.contains('.') {
            let fix =
                "write the dotted name, such as alipay.marketing.voucher.query; `alipay ops` lists them";
            return Err(Complaint::new("METHOD", format!("{method:?}"), fix));
        }
        if let Some(known) = catalog.operation(Protocol::V2, method) {
            return Ok(Self {
                route: Route::Gateway(method.to_owned()),
                known: Some(known),
                in_path: Vec::new(),
            });
        }
        if let Some(rest) = catalog.operation(Protocol::V3, method) {
            let fix = format!("call it by verb and path: alipay call \"{}\"", catalog::target(rest));
            return Err(Complaint::new("METHOD", format!("{method} is an operation of v3"), fix));
        }
        // So near is a slip; anything else may be a method that the catalog does not have.
        if let Some(nearest) = catalog::nearest(catalog, method, 2).filter(|_| check) {
            let fix = format!("did you mean {nearest}? If not, --skip-rules sends it as it is");
            return Err(Complaint::new("METHOD", format!("{method} is not known"), fix));
        }
        Ok(Self { route: Route::Gateway(method.to_owned()), known: None, in_path: Vec::new() })
    }

    fn path(verb: &str, path: &str, catalog: &'a Catalog) -> Result<Self, Complaint> {
        let verb: Verb = verb.parse().map_err(|_| {
            Complaint::new("METHOD", format!("verb {verb:?}"), "use GET, POST, PUT, PATCH or DELETE")
        })?;
        let refuse = |fix: &str| Err(Complaint::new("METHOD", format!("path {path:?}"), fix));
        if !path.starts_with("/v3/") {
            return refuse("begin with /v3/; scheme and host go into --endpoint");
        }
        if path.contains(['?', '#']) {
            return refuse("give query parameters with --query NAME=VALUE");
        }
        if path.contains(['{', '}']) {
            return refuse("put the value in place of the braces, percent-encoded");
        }
        if !path.bytes().all(|byte| byte.is_ascii_graphic()) {
            return refuse("percent-encode everything that is not ASCII");
        }
        let (known, in_path) = catalog.route(verb, path).unzip();
        let in_path = in_path.unwrap_or_default();
        Ok(Self { route: Route::Rest(verb, path.to_owned()), known, in_path })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Route, String> {
        let catalog = catalog::built_in().unwrap();
        Target::parse(&[text.to_owned()], true, &catalog)
            .map(|target| target.route)
            .map_err(|error| error.to_string())
    }

    #[test]
    fn a_slip_in_a_method_is_caught_before_it_is_sent() {
        let complaint = parse("alipay.marketing.voucher.qery").unwrap_err();
        assert!(complaint.contains("did you mean alipay.marketing.voucher.query?"), "{complaint}");
    }

    #[test]
    fn unknown_methods_and_paths_are_let_through() {
        assert_eq!(parse("alipay.trade.cancel").unwrap(), Route::Gateway("alipay.trade.cancel".into()));
        assert_eq!(
            parse("koubei.trade.order.look").unwrap(),
            Route::Gateway("koubei.trade.order.look".into())
        );
        assert_eq!(
            parse("patch /v3/alipay/some/thing").unwrap(),
            Route::Rest(Verb::Patch, "/v3/alipay/some/thing".into())
        );
    }

    #[test]
    fn paths_hold_neither_query_nor_host_nor_braces() {
        for wrong in [
            "GET /v3/a?b=c",
            "GET https://openapi.alipay.com/v3/a",
            "POST /v3/a/{id}",
            "FETCH /v3/a",
            "/v3/a",
        ] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }
}
