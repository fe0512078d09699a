//! `alipay key generate`: a new pair of keys, the private half in a file that only its owner can read.

use std::io::ErrorKind;
use std::path::PathBuf;

use alipay_api::sign::{GenerateError, PrivateKey, SignType};
use clap::Args;
use serde_json::json;

use super::form::pem;
use crate::exit::Exit;
use crate::failure::{Complaint, Failure};
use crate::output::{DIM, Output, styled};
use crate::owner_only;
use crate::secret_file::shown;

/// Make a new private key, and print the public key to upload
#[derive(Args, Debug)]
pub(super) struct GenerateArguments {
    /// What the key is to sign: RSA2, RSA or SM2
    #[arg(long, default_value = "RSA2")]
    sign_type: SignType,
    /// Length of an RSA key: 2048, 3072 or 4096 [default: 2048]
    #[arg(long, value_parser = length)]
    bits: Option<usize>,
    /// File for the private key; only its owner can read it
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Write an RSA key as PKCS#1 instead of PKCS#8, for tools that want it
    #[arg(long)]
    pkcs1: bool,
    /// Replace the file if it is there; the key in it is lost
    #[arg(long)]
    force: bool,
    /// One JSON object
    #[arg(long)]
    pub(super) json: bool,
}

pub(super) fn run(arguments: &GenerateArguments, output: &Output) -> Result<Exit, Failure> {
    // Before the work, and so that no key is made in vain; the file itself is created only if it is not there.
    if !arguments.force && arguments.out.exists() {
        return Err(there_already(arguments).into());
    }
    let key = generate(arguments)?;
    let text = match arguments.pkcs1 {
        true => pem("RSA PRIVATE KEY", &key.to_pkcs1_base64()),
        false => key.to_pkcs8_pem(),
    };
    let bytes = text.expose().as_bytes();
    let written = match arguments.force {
        true => owner_only::replace_file(&arguments.out, bytes),
        false => owner_only::new_file(&arguments.out, bytes),
    };
    written.map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => Failure::from(there_already(arguments)),
        _ => Failure::Machine(format!("--out: {} cannot be written ({error})", shown(&arguments.out))),
    })?;
    let public = key.public_key();
    if arguments.json {
        let object = json!({
            "private_key_file": arguments.out.to_string_lossy(),
            "algorithm": public.algorithm().to_string(),
            "bits": public.bits(),
            "fingerprint": public.fingerprint(),
            "public_key": public.to_spki_base64(),
        });
        output.out(&object.to_string())?;
    } else {
        let about = format!(
            "private key: {} ({}, {} bits, fingerprint {}), for its owner only\npublic key, to upload to the console:",
            arguments.out.display(),
            public.algorithm(),
            public.bits(),
            public.fingerprint()
        );
        output.out(&format!("{}\n{}", styled(DIM, &about), public.to_spki_base64()))?;
    }
    Ok(Exit::Success)
}

fn generate(arguments: &GenerateArguments) -> Result<PrivateKey, Failure> {
    if arguments.sign_type != SignType::Sm2 {
        return PrivateKey::generate(arguments.bits.unwrap_or(2048)).map_err(not_made);
    }
    let for_rsa = [("--bits", arguments.bits.is_some()), ("--pkcs1", arguments.pkcs1)];
    match for_rsa.into_iter().find(|(_, given)| *given) {
        Some((flag, _)) => Err(Complaint::new(flag, "given for an SM2 key", "leave it out").into()),
        None => generate_sm2(),
    }
}

#[cfg(feature = "sm2")]
fn generate_sm2() -> Result<PrivateKey, Failure> {
    PrivateKey::generate_sm2().map_err(not_made)
}

#[cfg(not(feature = "sm2"))]
fn generate_sm2() -> Result<PrivateKey, Failure> {
    let fix = "build alipay-cli with its feature `sm2`, which is on by default";
    Err(Complaint::new("--sign-type", "SM2, which this build does not know", fix).into())
}

fn not_made(error: GenerateError) -> Failure {
    Failure::Machine(error.to_string())
}

fn there_already(arguments: &GenerateArguments) -> Complaint {
    let seen = format!("{} is there already", shown(&arguments.out));
    Complaint::new("--out", seen, "name a new file, or replace it with --force: the key in it is then lost")
}

fn length(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(bits @ (2048 | 3072 | 4096)) => Ok(bits),
        _ => Err("write 2048, 3072 or 4096".to_owned()),
    }
}
