//! Operations that are not called: a browser opens a URL or posts a form, or the Alipay app gets an order string.

use alipay_api::{CallOptions, Config, Error, RawOperation};
use clap::Args;
use serde_json::{Map, Value, json};

use super::target::Target;
use crate::catalog::Dispatch;
use crate::failure::Complaint;

/// What is printed instead of calling. Nothing is sent.
#[derive(Args, Clone, Copy, Debug)]
#[group(multiple = false)]
pub(super) struct PageFlags {
    /// For an operation that a browser opens: print the signed URL, send nothing
    #[arg(long)]
    url: bool,
    /// For an operation that a browser opens: print the signed form as HTML, send nothing
    #[arg(long)]
    form: bool,
    /// For an operation of the Alipay app: print the signed order string, send nothing
    #[arg(long)]
    order_string: bool,
}

/// What a browser or an app is handed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Handed {
    Url,
    Form,
    OrderString,
}

impl PageFlags {
    /// What is asked for; `None` where the operation is to be called.
    pub(super) fn handed(self) -> Option<Handed> {
        match self {
            Self { url: true, .. } => Some(Handed::Url),
            Self { form: true, .. } => Some(Handed::Form),
            Self { order_string: true, .. } => Some(Handed::OrderString),
            Self { .. } => None,
        }
    }
}

impl Handed {
    fn flag(self) -> &'static str {
        match self {
            Self::Url => "--url",
            Self::Form => "--form",
            Self::OrderString => "--order-string",
        }
    }

    /// Refuses to send what is for a browser or an app, and to print an address for what is called.
    pub(super) fn check(handed: Option<Self>, target: &Target<'_>) -> Result<(), Complaint> {
        if let Some(handed) = handed.filter(|_| !target.is_v2()) {
            return Err(Complaint::new(
                handed.flag(),
                "given with a path of v3",
                "v3 has no pages; leave it out",
            ));
        }
        let wanted = match handed {
            None => Dispatch::Call,
            Some(Self::Url | Self::Form) => Dispatch::Page,
            Some(Self::OrderString) => Dispatch::App,
        };
        let Some(known) = target.known.filter(|known| known.dispatch != wanted) else { return Ok(()) };
        let (what, fix) = match known.dispatch {
            Dispatch::Page => (
                "is opened by a browser",
                "print the signed address with --url, or the signed form with --form",
            ),
            Dispatch::App => {
                ("is handed to the Alipay app", "print the signed order string with --order-string")
            }
            Dispatch::Call => ("is called and answered", "leave --url, --form and --order-string out"),
        };
        Err(Complaint::new("METHOD", format!("{} {what}", known.method), fix))
    }

    /// Signs it, and writes it down: as it is, or for programs.
    pub(super) fn write(
        self,
        config: &Config,
        operation: &RawOperation,
        options: &CallOptions,
        json: bool,
    ) -> Result<String, Error> {
        let (text, object) = match self {
            Self::Url => {
                let url = config.page_url_raw(operation, options)?;
                (url.clone(), json!({ "url": url }))
            }
            Self::Form => {
                let form = config.page_form_raw(operation, options)?;
                let fields = form.fields().iter();
                let fields: Map<_, _> =
                    fields.map(|(name, value)| (name.clone(), Value::from(value.as_str()))).collect();
                let html = form.to_html().trim_end().to_owned();
                (html.clone(), json!({ "action": form.action(), "fields": fields, "html": html }))
            }
            Self::OrderString => {
                let order_string = config.order_string_raw(operation, options)?;
                (order_string.clone(), json!({ "order_string": order_string }))
            }
        };
        Ok(if json { object.to_string() } else { text })
    }
}
