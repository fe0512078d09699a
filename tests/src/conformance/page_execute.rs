//! `page-execute.json`: page URLs, page forms and order strings, as the official SDKs make them and as these crates do.

use alipay_api::models::v2::trade::{AppPayRequest, PagePayRequest, WapPayRequest};
use alipay_api::sign::{Charset, FormPair, PublicKey, SignType, canonical, encode_signature};
use alipay_api::{CallOptions, Config, Money};
use serde_json::Value;

use super::case::{Case, Check, Stop, equal, failed, plain, refused, same, same_bytes};
use super::folder::Folder;
use super::form::{pairs_of, query_of, read_html_form, verify};
use super::request::{agree, gateway_pairs, is_unmappable, no_blanks, operation_of, options_of, value_of};
use super::setup::Client;

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
    let page = Page {
        charset: Charset::parse(client.charset.unwrap_or("UTF-8")).map_err(refused("reading the charset"))?,
        sign_type: client.sign_type()?,
        key: folder.public_key(case.text("/config/app_key")?)?,
        config: client.config(folder)?,
        kind: case.text("/kind")?.to_owned(),
    };
    page.official(case, folder)?;
    page.ours(case)
}

struct Page {
    config: Config,
    charset: Charset,
    sign_type: SignType,
    key: PublicKey,
    kind: String,
}

impl Page {
    /// The official signature follows from what arrives, save where a browser altered it on the way.
    fn official(&self, case: &Case<'_>, folder: &Folder) -> Check {
        let signed =
            self.charset.encode(case.text("/expected/sign_content")?).map_err(refused("encoding"))?;
        let form = format!("private_{}", case.find("/config/private_key_format").unwrap_or("pkcs8_b64"));
        let key = folder.private_key(case.text("/config/app_key")?, &form)?;
        let signature = encode_signature(&key.sign(self.sign_type, &signed).map_err(refused("signing"))?);
        same("signature", case.text("/expected/sign")?, &signature)?;

        let arrived = arrived(case);
        let text = canonical(&arrived, &self.charset).map_err(refused("our canonical text"))?;
        match case.flag("/expected/submitted_by_a_browser/signature_still_matches") {
            Some(false) => equal("altered on the way", &true, &(text != *signed))?,
            Some(true) | None => same_bytes("text to sign", &signed, &text)?,
        }
        let output = case.text("/expected/output")?;
        let query = match self.kind.as_str() {
            "page_get" => query_of(output),
            "sdk" => output,
            _ => return Ok(()),
        };
        verify(pairs_of(query, b"")?, &self.key, self.sign_type).map(drop)
    }

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

/// Whether two JSON values say the same: a typed amount is sent as text with two decimals, whatever was given.
fn says_the_same(given: &Value, ours: &Value) -> bool {
    match (given, ours) {
        (Value::Object(given), Value::Object(ours)) => {
            let member = |(name, value): (&String, &Value)| {
                ours.get(name).is_some_and(|other| says_the_same(value, other))
            };
            given.len() == ours.len() && given.iter().all(member)
        }
        (Value::Array(given), Value::Array(ours)) => {
            given.len() == ours.len()
                && given.iter().zip(ours).all(|(given, ours)| says_the_same(given, ours))
        }
        _ => {
            let (given, ours) = (plain(given), plain(ours));
            let amount = |text: &str| text.parse::<Money>().ok();
            given == ours || amount(&given).is_some_and(|amount| amount.to_string() == ours)
        }
    }
}
