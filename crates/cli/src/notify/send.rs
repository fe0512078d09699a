//! `alipay notify send`: a signed notification, as Alipay would post it.

use std::path::PathBuf;

use alipay_api::http::Verb;
use alipay_api::sign::{Charset, PrivateKey, SignType, canonical, encode_signature, percent_encode};
use alipay_api::{Clock, DateTime, Nonce, NotifyRule, SystemClock, SystemNonce};
use clap::{ArgGroup, Args};
use serde_json::{Map, Value};

use super::delivery::Delivery;
use super::sample::{self, Kind, Origin};
use crate::catalog;
use crate::exit::Exit;
use crate::failure::{Complaint, Failure};
use crate::output::Output;
use crate::settings::private_key_of;
use crate::sign::Params;
use crate::unusable::halves;
use crate::verify::RuleName;
use crate::{address, input, secret_file};

const EXAMPLES: &str = "\
Examples:
  alipay key generate --out alipay_private_key.pem     # give its public key to your server as Alipay's
  alipay notify send http://127.0.0.1:8080/notify --alipay-private-key alipay_private_key.pem --kind cash-voucher
  alipay notify send http://127.0.0.1:8080/messages --alipay-private-key alipay_private_key.pem --topic received
  alipay notify send http://127.0.0.1:8080/notify --alipay-private-key alipay_private_key.pem --kind trade \\
    --charset GBK --set total_amount=0.01

Exit code 0: the reply was exactly `success`; 1: it was not; 4: there was none.";

/// Send a signed notification to your own server, and look at its reply
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES, group = ArgGroup::new("content").required(true))]
pub(super) struct SendArguments {
    /// Where your server takes notifications
    url: String,
    /// Notification of a v2 product, made from the examples of the specification
    #[arg(long, value_enum, group = "content")]
    kind: Option<Kind>,
    /// Message about activities, by its topic or the last word of it: created, received, ...
    #[arg(long, group = "content")]
    topic: Option<String>,
    /// File with all fields, as a JSON object or a form; sign and sign_type are made anew; - reads stdin
    #[arg(long, value_name = "FILE", group = "content")]
    fields: Option<PathBuf>,
    /// Set a field, or with nothing behind `=` leave it out
    #[arg(long, value_name = "NAME=VALUE")]
    set: Vec<String>,
    /// File with the private key that plays Alipay's
    #[arg(long, value_name = "FILE")]
    alipay_private_key: PathBuf,
    /// The application
    #[arg(long, value_name = "ID", env = "ALIPAY_APP_ID", hide_env_values = true, default_value = alipay_sandbox::DEFAULT_APP_ID)]
    app_id: String,
    /// Charset of v2 notifications, unless the fields name one: UTF-8 or GBK
    #[arg(long, default_value = "UTF-8")]
    charset: Charset,
    /// Signature of v2 notifications, unless the fields name one: RSA2, RSA or SM2
    #[arg(long, default_value = "RSA2")]
    sign_type: SignType,
    /// Whether sign_type is signed as well
    #[arg(long, value_enum, default_value = "without-sign-type")]
    rule: RuleName,
    /// Send to another machine than this one
    #[arg(long)]
    allow_remote: bool,
    /// One JSON object
    #[arg(long)]
    pub(super) json: bool,
}

pub(super) fn run(arguments: &SendArguments, output: &Output) -> Result<Exit, Failure> {
    address::check("URL", &arguments.url, arguments.allow_remote)?;
    let what = "--alipay-private-key";
    let key = private_key_of(&secret_file::read_secret(what, &arguments.alipay_private_key)?, what)?;
    let mut fields = fields(arguments)?;
    for setting in &arguments.set {
        set(&mut fields, setting)?;
    }
    let is_message = get(&fields, "msg_method").is_some();
    // Messages of v3 are UTF-8 and RSA2, whatever was agreed on for v2.
    let (charset, sign_type) = match is_message {
        true => (Charset::utf_8(), SignType::Rsa2),
        false => (
            named(&fields, "charset", &arguments.charset)?,
            named(&fields, "sign_type", &arguments.sign_type)?,
        ),
    };
    let about = ["notify_id", "notify_type", "msg_method"].into_iter();
    let about = about.filter_map(|name| Some((name.to_owned(), Value::from(get(&fields, name)?))));
    let about: Map<_, _> = about.collect();
    let delivery = Delivery {
        verb: Verb::Post,
        url: arguments.url.clone(),
        headers: vec![(
            "content-type".to_owned(),
            format!("application/x-www-form-urlencoded; charset={}", charset.label()),
        )],
        body: signed(fields, &key, &charset, sign_type, arguments.rule.into())?,
    };
    delivery.run(about, arguments.json, output)
}

fn fields(arguments: &SendArguments) -> Result<Vec<(String, String)>, Failure> {
    let now_millis = SystemClock.now_unix_millis();
    let now = DateTime::from_unix_millis(now_millis)
        .ok_or_else(|| Failure::Machine("the clock of this machine is far off".to_owned()))?;
    let notify_id = SystemNonce.next();
    let origin = Origin { app_id: &arguments.app_id, notify_id: &notify_id, now, now_millis };
    Ok(match (&arguments.kind, &arguments.topic, &arguments.fields) {
        (Some(kind), ..) => sample::of_kind(*kind, &origin, &catalog::built_in()?)?,
        (_, Some(topic), _) => sample::of_topic(topic, &origin, &catalog::built_in()?)?,
        (_, _, Some(file)) => Params::read(&input::read("--fields", file)?, Some(&arguments.charset))?.0,
        (None, None, None) => {
            let fix = "give --kind, --topic or --fields";
            return Err(Complaint::new("notification", "nothing says what it holds", fix).into());
        }
    })
}

fn set(fields: &mut Vec<(String, String)>, setting: &str) -> Result<(), Complaint> {
    let (name, value) = setting.split_once('=').filter(|(name, _)| !name.is_empty()).ok_or_else(|| {
        Complaint::new("--set", format!("{setting:?}"), "write NAME=VALUE, or NAME= to leave the field out")
    })?;
    fields.retain(|(known, _)| known != name);
    if !value.is_empty() {
        fields.push((name.to_owned(), value.to_owned()));
    }
    Ok(())
}

fn get<'a>(fields: &'a [(String, String)], name: &str) -> Option<&'a str> {
    fields.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
}

/// What a field of the notification says, or else what the flag of the same name does.
fn named<T>(fields: &[(String, String)], name: &str, otherwise: &T) -> Result<T, Complaint>
where
    T: Clone + std::str::FromStr<Err: std::fmt::Display>,
{
    let Some(text) = get(fields, name).filter(|text| !text.is_empty()) else { return Ok(otherwise.clone()) };
    text.parse().map_err(|error: T::Err| {
        Complaint::new(
            name,
            halves(&error).0,
            format!("change the field, or leave it out with --set {name}="),
        )
    })
}

/// The form with its signature (protocol-v2 §9.3).
fn signed(
    mut fields: Vec<(String, String)>,
    key: &PrivateKey,
    charset: &Charset,
    sign_type: SignType,
    rule: NotifyRule,
) -> Result<Vec<u8>, Complaint> {
    fields.retain(|(name, _)| !matches!(name.as_str(), "sign" | "sign_type" | "charset"));
    fields.push(("charset".to_owned(), charset.label().to_owned()));
    let sign_type_field = ("sign_type".to_owned(), sign_type.as_str().to_owned());
    let covered: Vec<_> = match rule {
        NotifyRule::WithSignType => fields.iter().chain([&sign_type_field]).collect(),
        _ => fields.iter().collect(),
    };
    let covered: Vec<_> = covered.into_iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let unwritable = |error: alipay_api::sign::EncodeError| {
        Complaint::new("--charset", halves(&error).0, "send it in UTF-8, or leave the character out")
    };
    let text = canonical(&covered, charset).map_err(unwritable)?;
    let signature = key.sign(sign_type, &text).map_err(|error| {
        Complaint::new(
            "--alipay-private-key",
            halves(&error).0,
            "`alipay key inspect FILE` tells what the key is",
        )
    })?;
    fields.push(sign_type_field);
    fields.push(("sign".to_owned(), encode_signature(&signature)));
    let encode = |text: &str| Ok(percent_encode(&charset.encode(text).map_err(unwritable)?));
    let pairs = fields.iter().map(|(name, value)| Ok(format!("{}={}", encode(name)?, encode(value)?)));
    Ok(pairs.collect::<Result<Vec<_>, Complaint>>()?.join("&").into_bytes())
}
