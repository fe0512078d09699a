//! `alipay sign`: the text that is signed for given parameters, and its signature.

mod params;
mod shown;

use std::path::PathBuf;

use alipay_api::sign::{Charset, PrivateKey, SignType, encode_signature};
use clap::Args;
use serde_json::json;

pub(crate) use self::params::Params;
pub(crate) use self::shown::text_in;
use crate::exit::Exit;
use crate::failure::{Complaint, Failure};
use crate::input;
use crate::output::{ACCENT, DIM, Output, styled};
use crate::settings::SigningFlags;

const EXAMPLES: &str = "\
Examples:
  alipay sign params.json --private-key app_private_key.pem
  alipay sign form.txt --charset GBK --sign-type RSA --json
  printf 'a=1&b=2' | alipay sign - --raw
  alipay sign params.json --text > text_to_sign.txt

Parameters are a JSON object of texts, {\"method\":\"...\",\"biz_content\":\"{...}\"}, or a form as it is sent,
method=...&biz_content=%7B...%7D, or the URL that ends with it. They are sorted, blank ones and `sign` are left out, and nothing is added. Where
they have `charset` and `sign_type`, these are used. With --raw the bytes of FILE are the text, a line break at their
end included. --text takes no key.";

/// Show the text to sign for parameters of v2, and its signature
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct SignArguments {
    /// File with the parameters; - reads stdin
    file: PathBuf,
    /// FILE holds the text to sign itself: of v3, for example
    #[arg(long)]
    raw: bool,
    /// Write the text to sign alone, byte for byte and without a line break: for a file, or `alipay explain`
    #[arg(long, conflicts_with = "json")]
    text: bool,
    /// One JSON object
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    signing: SigningFlags,
}

/// A text and its signature.
#[derive(Debug)]
struct Signed {
    text: Vec<u8>,
    charset: Charset,
    sign_type: SignType,
    sign: String,
}

/// Signs, and prints.
pub(crate) fn run(arguments: &SignArguments, output: &Output) -> Result<Exit, Failure> {
    let environment = |name: &str| std::env::var(name).ok();
    let said_charset = arguments.signing.charset(&environment)?;
    let bytes = input::read("FILE", &arguments.file)?;
    let (text, charset, params) = if arguments.raw {
        (bytes, said_charset.unwrap_or_else(Charset::utf_8), None)
    } else {
        let params = Params::read(&bytes, said_charset.as_ref())?;
        let charset = params.charset(said_charset)?;
        (params.text(&charset)?, charset, Some(params))
    };
    if text.is_empty() {
        return Err(Complaint::new("FILE", "there is nothing to sign", "give parameters with values").into());
    }
    if arguments.text {
        output.raw(&text)?;
        return Ok(Exit::Success);
    }
    let signing = arguments.signing.settle(&environment)?;
    let sign_type = match params {
        Some(params) => params.sign_type(signing.sign_type)?,
        None => signing.sign_type.unwrap_or(SignType::Rsa2),
    };
    let signed = sign(&signing.key, text, charset, sign_type)?;
    if arguments.json {
        output.out(&signed.to_json(&signing.key))?;
    } else {
        output.out(&signed.for_people(&signing.key))?;
    }
    Ok(Exit::Success)
}

fn sign(key: &PrivateKey, text: Vec<u8>, charset: Charset, sign_type: SignType) -> Result<Signed, Complaint> {
    let signature = key.sign(sign_type, &text).map_err(|error| {
        Complaint::new("private_key", error.to_string(), "see `alipay key inspect` for what the key is")
    })?;
    Ok(Signed { sign: encode_signature(&signature), text, charset, sign_type })
}

impl Signed {
    /// The bytes, base64 beside them where they are no text.
    fn to_json(&self, key: &PrivateKey) -> String {
        let object = json!({
            "text_to_sign": self.charset.decode(&self.text).ok(),
            // Base64 like a signature; the bytes of GBK are not those of the JSON text.
            "text_to_sign_base64": encode_signature(&self.text),
            "sign": self.sign,
            "sign_type": self.sign_type.as_str(),
            "charset": self.charset.label(),
            "key_fingerprint": key.public_key().fingerprint(),
        });
        object.to_string()
    }

    fn for_people(&self, key: &PrivateKey) -> String {
        let text = self.charset.decode(&self.text);
        let text = text.unwrap_or_else(|_| format!("(no text in {}; see --json)", self.charset));
        let about = format!("text to sign ({} bytes, {}):", self.text.len(), self.charset);
        let with = format!("sign ({}, key {}):", self.sign_type, key.public_key().fingerprint());
        format!("{}\n{text}\n{}\n{}", styled(DIM, &about), styled(DIM, &with), styled(ACCENT, &self.sign))
    }
}
