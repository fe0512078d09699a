//! `page-execute.json`: page URLs, page forms and order strings, as the official SDKs make them and as these crates do.

use alipay_api::models::v2::trade::{AppPayRequest, PagePayRequest, WapPayRequest};
use alipay_api::sign::{Charset, FormPair, PublicKey, SignType, canonical};
use alipay_api::{CallOptions, Config, Money};
use serde_json::{Map, Value};

use super::case::{Case, Check, Stop, equal, failed, plain, refused, same, same_bytes};
use super::folder::Folder;
use super::form::{pairs_of, query_of, read_html_form, verify, verify_text};
use super::input;
use super::request::{agree, gateway_pairs, is_unmappable, no_blanks, operation_of, options_of, value_of};
use super::setup::Client;
use super::wire::{decoded, united};

const SHARED: [&str; 8] = [
    "app_id",
    "method",
    "charset",
    "sign_type",
    "timestamp",
    "version",
    "app_cert_sn",
    "alipay_root_cert_sn",
];

pub(super) fn check(case: &Case<'_>, folder: &Folder) -> Check {
    let client = Client::of_request(case);
    let charset =
        Charset::parse(client.charset.unwrap_or("UTF-8")).map_err(refused("reading the charset"))?;
    let text = charset.encode(case.text("/expected/sign_content")?).map_err(refused("encoding"))?;
    official(case, &charset, &text)?;
    let page = Page {
        sign_type: client.sign_type()?,
        key: client.public_key(folder)?,
        config: client.config(folder)?,
        kind: case.text("/kind")?.to_owned(),
        charset,
    };
    page.ours(case)?;
    let key = folder.public_key(case.text("/config/app_key")?)?;
    verify_text(&text, case.text("/expected/sign")?, &key, page.sign_type)
}

/// The official text follows from what arrives, save where a browser altered it on the way; and what arrives is in the
/// output.
fn official(case: &Case<'_>, charset: &Charset, signed: &[u8]) -> Check {
    let arrived = arrived(case);
    let text = canonical(&arrived, charset).map_err(refused("our canonical text"))?;
    let matches = case.flag("/expected/submitted_by_a_browser/signature_still_matches");
    match matches {
        Some(false) => equal("altered on the way", &true, &(text != *signed))?,
        Some(true) | None => same_bytes("text to sign", signed, &text)?,
    }
    if matches != Some(false) && !is_unmappable(case, charset) {
        let biz_content = arrived.iter().find(|(name, _)| name == "biz_content");
        input::check_gateway(case, &arrived, biz_content.map(|(_, value)| value.as_str()))?;
    }
    let output = case.text("/expected/output")?;
    let (address, pairs) = match case.text("/kind")? {
        "sdk" => (None, decoded(output.as_bytes(), charset)?),
        "page_get" => (Some(output.to_owned()), decoded(query_of(output).as_bytes(), charset)?),
        "page_post" => {
            let (action, fields) =
                read_html_form(output).ok_or_else(|| failed("a form with hidden inputs", output))?;
            let mut pairs = decoded(query_of(&action).as_bytes(), charset)?;
            pairs.extend(fields);
            (Some(action), pairs)
        }
        other => return Err(failed("kind page_get, page_post or sdk", other)),
    };
    if let (Some(gateway), Some(address)) = (case.find("/config/gateway"), address) {
        let page = |url: &str| url.split('?').next().unwrap_or_default().to_owned();
        same("address of the output", &page(gateway), &page(&address))?;
    }
    let mut output = united(pairs)?;
    let sign = output.remove("sign").unwrap_or_default();
    same("sign in the output", case.text("/expected/sign")?, &sign)?;
    if let Some(submitted) = case.find("/expected/submitted_by_a_browser/sign") {
        same("sign that a browser submits", submitted, &sign)?;
    }
    let mut stated = united(arrived)?;
    if let Some(stated) = stated.remove("sign") {
        same("sign among the parameters", &stated, &sign)?;
    }
    equal("parameters in the output", &stated, &output)
}

struct Page {
    config: Config,
    charset: Charset,
    sign_type: SignType,
    key: PublicKey,
    kind: String,
}

impl Page {
    /// Ours carries a signature that holds over what arrives, and says the same.
    fn ours(&self, case: &Case<'_>) -> Check {
        let given = match (case.get("/input/biz_content_object"), case.find("/input/biz_content")) {
            (Some(object), _) => object.clone(),
            (None, text) => {
                serde_json::from_str(text.unwrap_or("{}")).map_err(refused("reading biz_content"))?
            }
        };
        if is_unmappable(case, &self.charset) {
            return match self.pairs(case, &given) {
                Ok(_) => Err(failed("a refusal of a character outside the charset", "a page")),
                Err(_) => Ok(()),
            };
        }
        let pairs = self.pairs(case, &given)?;
        no_blanks(&pairs)?;
        agree(case, &pairs, &arrived(case), &SHARED, &self.charset)?;
        let biz_content = value_of(&pairs, "biz_content", &self.charset)?.unwrap_or_default();
        let biz_content: Value =
            serde_json::from_str(&biz_content).map_err(refused("reading our biz_content"))?;
        match says_the_same(&given, &biz_content) {
            true => Ok(()),
            false => Err(failed(given, biz_content)),
        }
    }

    /// What arrives at the gateway when our URL is followed, our form submitted, or our order string handed over.
    fn pairs(&self, case: &Case<'_>, given: &Value) -> Result<Vec<FormPair>, Stop> {
        let options = options_of(case).skip_rules();
        let fields = given.clone();
        let sent = match case.text("/input/method")? {
            "alipay.trade.app.pay" => {
                let request: AppPayRequest = serde_json::from_value(fields).map_err(unreadable)?;
                let order = self.config.order_string(&request, &options);
                pairs_of(&order.map_err(refused("our order string"))?, b"")?
            }
            "alipay.trade.page.pay" => {
                let request: PagePayRequest = serde_json::from_value(fields).map_err(unreadable)?;
                self.page(&request, &options)?
            }
            "alipay.trade.wap.pay" => {
                let request: WapPayRequest = serde_json::from_value(fields).map_err(unreadable)?;
                self.page(&request, &options)?
            }
            // There are typed pages only; any other method is signed in the same way as a call.
            _ => {
                let operation = operation_of(case, Some(&given.to_string()))?;
                return gateway_pairs(&self.config, operation, options, &self.key, self.sign_type);
            }
        };
        verify(sent, &self.key, self.sign_type).map(|(pairs, _)| pairs)
    }

    fn page<T: alipay_api::meta::Page>(
        &self,
        request: &T,
        options: &CallOptions,
    ) -> Result<Vec<FormPair>, Stop> {
        if self.kind != "page_post" {
            let url = self.config.page_url(request, options).map_err(refused("our page URL"))?;
            return pairs_of(query_of(&url), b"");
        }
        let form = self.config.page_form(request, options).map_err(refused("our page form"))?;
        let html = form.to_html();
        let (action, fields) =
            read_html_form(&html).ok_or_else(|| failed("a form with hidden inputs", &html))?;
        same("address of the form", form.action(), &action)?;
        equal("fields of the form", &form.fields().to_vec(), &fields)?;
        let mut pairs = pairs_of(query_of(&action), b"")?;
        for (name, value) in fields {
            let encode = |text: &str| self.charset.encode(text).map(|bytes| bytes.into_owned());
            let encoded = encode(&name).and_then(|name| Ok((name, encode(&value)?)));
            pairs.push(encoded.map_err(refused("encoding the form"))?);
        }
        Ok(pairs)
    }
}

/// What arrives at the gateway, decoded.
fn arrived(case: &Case<'_>) -> Vec<(String, String)> {
    let submitted = case.pairs("/expected/submitted_by_a_browser/params");
    if submitted.is_empty() { case.pairs("/expected/params") } else { submitted }
}

fn unreadable(error: serde_json::Error) -> Stop {
    failed("a typed request", error)
}

/// Whether two JSON values say the same: a typed amount is sent as text with two decimals, whatever was given, and an
/// empty member not at all.
fn says_the_same(given: &Value, ours: &Value) -> bool {
    match (given, ours) {
        (Value::Object(given), Value::Object(ours)) => {
            let absent = Value::Null;
            let of = |object: &Map<String, Value>, name: &str| object.get(name).unwrap_or(&absent).clone();
            let mut names = given.keys().chain(ours.keys());
            names.all(|name| says_the_same(&of(given, name), &of(ours, name)))
        }
        // A list in one text.
        (Value::Array(given), Value::String(ours)) => {
            given.iter().map(plain).collect::<Vec<_>>().join(",") == *ours
        }
        (Value::Array(given), Value::Array(ours)) => {
            given.len() == ours.len()
                && given.iter().zip(ours).all(|(given, ours)| says_the_same(given, ours))
        }
        _ => {
            let text = |value: &Value| if value.is_null() { String::new() } else { plain(value) };
            let (given, ours) = (text(given), text(ours));
            let amount = |text: &str| text.parse::<Money>().ok();
            given == ours || amount(&given).is_some_and(|amount| amount.to_string() == ours)
        }
    }
}
