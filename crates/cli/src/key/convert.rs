//! `alipay key convert`: the same key in another form.

use std::io::ErrorKind;
use std::path::PathBuf;

use alipay_api::sign::{KeyAlgorithm, Secret};
use clap::Args;
use serde_json::json;

use super::form::{Key, pem};
use crate::exit::Exit;
use crate::failure::{Complaint, Failure};
use crate::input;
use crate::output::Output;
use crate::owner_only;
use crate::secret_file::shown;

/// Write a key in another form
///
/// A private key goes to a file that only its owner can read, or into a pipe, never to a terminal.
#[derive(Args, Debug)]
pub(super) struct ConvertArguments {
    /// File with a key or a certificate; - reads stdin
    file: PathBuf,
    /// What to write: a private key as pkcs8, pkcs1 (RSA) or sec1 (SM2), or its public key as spki
    #[arg(long, value_enum)]
    to: Structure,
    /// Write PEM, which is the default
    #[arg(long)]
    pem: bool,
    /// Write one line of base64, as the console and Alipay's own tool do
    #[arg(long, conflicts_with = "pem")]
    base64: bool,
    /// File to write, which must not be there; without it, stdout
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// One JSON object
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq, clap::ValueEnum)]
enum Structure {
    /// RSA private key for most languages
    Pkcs1,
    /// Private key for Java, and for this library
    Pkcs8,
    /// SM2 private key as OpenSSL's older commands write it
    Sec1,
    /// Public key
    Spki,
}

pub(super) fn run(arguments: &ConvertArguments, output: &Output) -> Result<Exit, Failure> {
    let key = Key::read(&input::read("FILE", &arguments.file)?)?;
    let (label, base64) = spell_out(&key, arguments.to)?;
    let text = if arguments.base64 { base64 } else { pem(label, &base64) };
    let is_private = arguments.to != Structure::Spki;
    if is_private && arguments.out.is_none() && output.is_terminal() {
        let fix = "give --out FILE, or direct stdout into a file or a pipe";
        return Err(Complaint::new("--to", "a private key would be shown on the terminal", fix).into());
    }
    let shown_key = match &arguments.out {
        Some(path) => {
            owner_only::new_file(path, text.expose().as_bytes()).map_err(|error| match error.kind() {
                ErrorKind::AlreadyExists => {
                    let seen = format!("{} is there already", shown(path));
                    Failure::from(Complaint::new("--out", seen, "name a new file"))
                }
                _ => Failure::Machine(format!("--out: {} cannot be written ({error})", shown(path))),
            })?;
            None
        }
        None => Some(&text),
    };
    if arguments.json {
        let object = json!({
            "to": label,
            "writing": if arguments.base64 { "base64" } else { "PEM" },
            "fingerprint": key.public().fingerprint(),
            "file": arguments.out.as_ref().map(|path| path.to_string_lossy()),
            "key": shown_key.map(Secret::expose),
        });
        output.out(&object.to_string())?;
    } else if let Some(text) = shown_key {
        output.out(text.expose().trim_end())?;
    }
    Ok(Exit::Success)
}

/// The label of PEM, and the key in base64.
fn spell_out(key: &Key, to: Structure) -> Result<(&'static str, Secret), Complaint> {
    match (key, to) {
        (_, Structure::Spki) => Ok(("PUBLIC KEY", Secret::from(key.public().to_spki_base64()))),
        (Key::Private(key), Structure::Pkcs8) => Ok(("PRIVATE KEY", key.to_pkcs8_base64())),
        (Key::Private(key), Structure::Pkcs1 | Structure::Sec1) => {
            let traditional = traditional(key.algorithm());
            if to != traditional.structure {
                let fix =
                    format!("this key is for {}: give --to {} or pkcs8", key.algorithm(), traditional.name);
                return Err(Complaint::new("--to", "the form of another algorithm", fix));
            }
            Ok((traditional.label, key.to_pkcs1_base64()))
        }
        (Key::Public(_) | Key::Certified(_), _) => {
            let fix = "give the private key, or write the public one with --to spki";
            Err(Complaint::new("FILE", "it holds no private key", fix))
        }
    }
}

/// The form that the private keys of an algorithm had before PKCS#8.
struct Traditional {
    structure: Structure,
    name: &'static str,
    label: &'static str,
}

fn traditional(algorithm: KeyAlgorithm) -> Traditional {
    match algorithm {
        KeyAlgorithm::Sm2 => {
            Traditional { structure: Structure::Sec1, name: "sec1", label: "EC PRIVATE KEY" }
        }
        _ => Traditional { structure: Structure::Pkcs1, name: "pkcs1", label: "RSA PRIVATE KEY" },
    }
}
