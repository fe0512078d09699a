//! `alipay key generate`: a new pair of keys, the private half in a file that only its owner can read.

use std::io::ErrorKind;
use std::path::PathBuf;

use alipay_api::sign::PrivateKey;
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
    /// Length of the key: 2048, 3072 or 4096
    #[arg(long, default_value_t = 2048, value_parser = length)]
    bits: usize,
    /// File for the private key; only its owner can read it
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Write PKCS#1 instead of PKCS#8, for tools that want it
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
    let key = PrivateKey::generate(arguments.bits).map_err(|error| Failure::Machine(error.to_string()))?;
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
            "bits": public.bits(),
            "fingerprint": public.fingerprint(),
            "public_key": public.to_spki_base64(),
        });
        output.out(&object.to_string())?;
    } else {
        let about = format!(
            "private key: {} ({} bits, fingerprint {}), for its owner only\npublic key, to upload to the console:",
            arguments.out.display(),
            public.bits(),
            public.fingerprint()
        );
        output.out(&format!("{}\n{}", styled(DIM, &about), public.to_spki_base64()))?;
    }
    Ok(Exit::Success)
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
