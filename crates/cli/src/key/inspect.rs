//! `alipay key inspect`: what a file holds, without showing a private key.

use std::path::PathBuf;

use alipay_api::sign::{KeyAlgorithm, PublicKey};
use clap::Args;
use serde_json::json;

use super::form::Key;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::input;
use crate::output::{DIM, Output, STRONG, plain, styled};

/// Tell what a key is: private or public, its length, fingerprint and form
///
/// Two files with the same fingerprint belong to the same pair of keys. A private key is never shown.
#[derive(Args, Debug)]
pub(super) struct InspectArguments {
    /// File with a key or a certificate; - reads stdin
    file: PathBuf,
    /// One JSON object
    #[arg(long)]
    pub(super) json: bool,
}

pub(super) fn run(arguments: &InspectArguments, output: &Output) -> Result<Exit, Failure> {
    let text = input::read("FILE", &arguments.file)?;
    let key = Key::read(&text)?;
    let (public, form, certificate) = (key.public(), key.form(&text), key.certificate(&text));
    if arguments.json {
        let object = json!({
            "kind": key.kind(),
            "algorithm": public.algorithm().to_string(),
            "bits": public.bits(),
            "fingerprint": public.fingerprint(),
            "structure": form.structure,
            "writing": form.writing,
            "subject": certificate.as_ref().map(|certificate| certificate.subject()),
            "public_key": public.to_spki_base64(),
        });
        output.out(&object.to_string())?;
        return Ok(Exit::Success);
    }
    let what = match key.kind() {
        "certificate" => format!("a certificate with an {} key", public.algorithm()),
        kind => format!("a {kind} {} key", public.algorithm()),
    };
    let row = |name: &str, value: &str| format!("  {}  {value}", styled(DIM, &format!("{name:11}")));
    let mut lines = vec![
        styled(STRONG, &what),
        row("length", &format!("{} bits{}", public.bits(), remark(&public))),
        row("fingerprint", &public.fingerprint()),
        row("form", &format!("{} in {}", form.structure, form.writing)),
    ];
    lines.extend(certificate.map(|certificate| row("subject", &plain(certificate.subject()))));
    lines.push(row("public key", &public.to_spki_base64()));
    output.out(&lines.join("\n"))?;
    Ok(Exit::Success)
}

fn remark(key: &PublicKey) -> &'static str {
    let is_short = key.algorithm() == KeyAlgorithm::Rsa && key.bits() < 2048;
    if is_short { ": too short for RSA2, which needs 2048; make a new one" } else { "" }
}
