//! `alipay explain`: why a signature does not hold, tried out on the message itself.

use std::path::{Path, PathBuf};

use alipay_api::NotifyRule;
use alipay_api::explain::{self, Explanation, Known, SentRequest};
use alipay_api::sign::{Empties, PrivateKey, PublicKey};
use clap::{Args, Subcommand, ValueEnum};

use crate::captured::Captured;
use crate::exit::Exit;
use crate::failure::{Complaint, Failure};
use crate::output::Output;
use crate::settings::{Verifier, VerifierFlags};
use crate::verify::{LinkFlags, RuleName};
use crate::{input, secret_file, sign};

const EXAMPLES: &str = "\
Examples:
  alipay sign params.json --text > text_to_sign.txt
  alipay explain request refusal.json --text text_to_sign.txt --app-key app_private_key.pem
  alipay explain answer answer.json --alipay-public-key alipay_public_key.pem
  alipay explain notification recorded/notification-0001.http --alipay-public-key alipay_public_key.pem

It tries the usual suspects on the message: a key in the wrong field, RSA in place of RSA2, another charset, `+` turned
into a space, values decoded twice, sign_type kept or dropped, rewritten JSON, and more. It says so only if that
explains the message. Exit code 0: nothing is wrong; 5: something is, found or not.";

/// Say why a signature does not hold, and how to mend it
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct ExplainArguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    Request(RequestArguments),
    Answer(MessageArguments),
    V3(RestArguments),
    Notification(NotificationArguments),
    Link(LinkArguments),
    ReturnUrl(ReturnArguments),
}

/// Explain why the gateway refused our request: isv.invalid-signature
///
/// The refusal holds the text that the gateway checked. Give with it what was signed, or what was sent.
#[derive(Args, Debug)]
struct RequestArguments {
    /// File with the gateway's answer, or with the page or text that shows it; - reads stdin
    file: PathBuf,
    /// File with our text to sign, byte for byte, or with what `alipay sign` printed
    #[arg(long, value_name = "FILE")]
    text: Option<PathBuf>,
    /// File with the URL that was called, or its query
    #[arg(long, value_name = "FILE")]
    url: Option<PathBuf>,
    /// File with the body that was sent, a form
    #[arg(long, value_name = "FILE")]
    body: Option<PathBuf>,
    /// File with the signature that was sent, base64; not needed if it stands in --url or --body
    #[arg(long, value_name = "FILE")]
    signature: Option<PathBuf>,
    #[command(flatten)]
    common: Common,
}

/// Explain why an answer of the v2 gateway does not hold
#[derive(Args, Debug)]
struct MessageArguments {
    /// File with the answer: the body, or all of it as `curl -i` prints it; - reads stdin
    file: PathBuf,
    #[command(flatten)]
    common: Common,
}

/// Explain why an answer of v3 does not hold
#[derive(Args, Debug)]
struct RestArguments {
    /// File with the answer, headers and body, as `curl -i` prints it; - reads stdin
    file: PathBuf,
    #[command(flatten)]
    common: Common,
}

/// Explain why a notification does not hold
#[derive(Args, Debug)]
struct NotificationArguments {
    /// File with the raw body of the POST, or a file of `alipay notify record`; - reads stdin
    file: PathBuf,
    /// What your server does, if it tries only one rule: is `sign_type` signed or not
    #[arg(long, value_enum)]
    rule: Option<RuleName>,
    /// What your server does with empty values, if it tries only one way
    #[arg(long, value_enum)]
    empties: Option<EmptiesName>,
    #[command(flatten)]
    common: Common,
}

/// What is done with empty values, as it is written on the command line.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum EmptiesName {
    /// They are signed, as `name=`
    Keep,
    /// They are left out
    Drop,
}

/// Explain why the link of a use button does not hold
#[derive(Args, Debug)]
struct LinkArguments {
    /// File with the link or its query; - reads stdin
    file: PathBuf,
    #[command(flatten)]
    link: LinkFlags,
    #[command(flatten)]
    common: Common,
}

/// Explain why the address that a browser returned to does not hold
#[derive(Args, Debug)]
struct ReturnArguments {
    /// File with the address or its query; - reads stdin
    file: PathBuf,
    /// Names of parameters that your own return_url had, separated by commas
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    own: Vec<String>,
    #[command(flatten)]
    common: Common,
}

#[derive(Args, Debug)]
struct Common {
    /// One JSON object
    #[arg(long)]
    json: bool,
    /// File with the application's key, private or public; a private key is only read for its public half
    #[arg(long, value_name = "FILE")]
    app_key: Option<PathBuf>,
    /// A further key that may have signed, with a name for it: of the sandbox, of an older application
    #[arg(long, value_name = "NAME=FILE")]
    other_key: Vec<String>,
    #[command(flatten)]
    verifier: VerifierFlags,
}

impl ExplainArguments {
    pub(crate) fn wants_json(&self) -> bool {
        self.common().json
    }

    fn common(&self) -> &Common {
        match &self.what {
            What::Request(RequestArguments { common, .. })
            | What::Answer(MessageArguments { common, .. })
            | What::V3(RestArguments { common, .. })
            | What::Notification(NotificationArguments { common, .. })
            | What::Link(LinkArguments { common, .. })
            | What::ReturnUrl(ReturnArguments { common, .. }) => common,
        }
    }
}

/// Explains, and ends as verifying would.
pub(crate) fn run(arguments: &ExplainArguments, output: &Output) -> Result<Exit, Failure> {
    let common = arguments.common();
    let given = common.verifier.read(&|name| std::env::var(name).ok())?;
    let known = common.known(&given)?;
    let explanation = match &arguments.what {
        What::Request(arguments) => request(arguments, &known)?,
        What::Answer(arguments) => explain::answer(&Captured::read(&arguments.file)?.body, &known),
        What::V3(arguments) => explain::rest_answer(&Captured::read_rest(&arguments.file)?, &known),
        What::Notification(arguments) => {
            let known = match arguments.rule {
                Some(rule) => known.pin_rule(NotifyRule::from(rule)),
                None => known,
            };
            let known = match arguments.empties {
                Some(EmptiesName::Keep) => known.pin_empties(Empties::Keep),
                Some(EmptiesName::Drop) => known.pin_empties(Empties::Drop),
                None => known,
            };
            let message = Captured::read_form(&arguments.file)?;
            explain::notification(&message.body, message.query().as_bytes(), &known)
        }
        What::Link(arguments) => {
            let link = input::read_link(&arguments.file)?;
            explain::link(&link, &arguments.link.config(&given)?, &known)
        }
        What::ReturnUrl(arguments) => {
            let address = input::read_link(&arguments.file)?;
            let own: Vec<_> = arguments.own.iter().map(String::as_str).collect();
            explain::return_url(&address, &own, &known)
        }
    };
    tell(&explanation, common.json, output)
}

fn tell(explanation: &Explanation, json: bool, output: &Output) -> Result<Exit, Failure> {
    output.out(&if json { explanation.to_json().to_string() } else { explanation.to_string() })?;
    Ok(if explanation.holds { Exit::Success } else { Exit::Verification })
}

impl Common {
    /// Everything that may explain a message.
    fn known(&self, given: &Verifier) -> Result<Known, Complaint> {
        let mut known = Known::new().sign_type(given.sign_type).charset(given.charset.clone());
        for key in given.keys() {
            known = known.alipay_key(key.clone());
        }
        if let Some(app_id) = &given.app_id {
            known = known.app_id(app_id);
        }
        if let Some(path) = &self.app_key {
            known = known.app_key(public_half("--app-key", path)?);
        }
        for other in &self.other_key {
            let (name, path) = other
                .split_once('=')
                .ok_or_else(|| Complaint::new("--other-key", "a value without `=`", "write NAME=FILE"))?;
            known = known.other_key(name, public_half("--other-key", path.as_ref())?);
        }
        Ok(known)
    }
}

fn request(arguments: &RequestArguments, known: &Known) -> Result<Explanation, Complaint> {
    let read =
        |what: &str, path: &Option<PathBuf>| path.as_ref().map(|path| input::read(what, path)).transpose();
    let mut sent = SentRequest::new();
    if let Some(text) = read("--text", &arguments.text)? {
        sent = sent.text(sign::text_in(&text).unwrap_or(text));
    }
    let (url, body) = (read("--url", &arguments.url)?, read("--body", &arguments.body)?);
    if url.is_some() || body.is_some() {
        let trimmed = |bytes: Option<Vec<u8>>| bytes.unwrap_or_default().trim_ascii().to_vec();
        sent = sent.form(trimmed(url), trimmed(body));
    }
    if let Some(path) = &arguments.signature {
        sent = sent.signature(input::read_text("--signature", path)?.trim());
    }
    Ok(explain::request(&sent, &Captured::read(&arguments.file)?.body, known))
}

/// The public half of whatever key a file holds.
fn public_half(what: &str, path: &Path) -> Result<PublicKey, Complaint> {
    let text = secret_file::read(what, path)?;
    match PrivateKey::parse(&text) {
        Ok(key) => Ok(key.public_key()),
        Err(_) => PublicKey::parse(&text).map_err(|error| {
            Complaint::new(what, error.to_string(), "`alipay key inspect FILE` tells what it is")
        }),
    }
}
