//! `alipay cert sn`: the serial numbers that requests carry.

use std::path::PathBuf;

use alipay_api::sign::{CertError, Certificate, SignType, root_serial_number_for};
use clap::Args;
use serde_json::json;

use crate::exit::Exit;
use crate::failure::{Complaint, Failure};
use crate::input;
use crate::output::Output;
use crate::unusable;

/// Print Alipay's serial number of a certificate: app_cert_sn, alipay_cert_sn or alipay_root_cert_sn
#[derive(Args, Debug)]
pub(super) struct SerialArguments {
    /// File with the certificate; - reads stdin
    file: PathBuf,
    /// FILE holds Alipay's root certificates: print alipay_root_cert_sn, which counts those of the sign type
    #[arg(long)]
    root: bool,
    /// With --root: RSA2 and RSA count the roots signed with RSA, SM2 those signed with SM2
    #[arg(long, default_value = "RSA2", requires = "root")]
    sign_type: SignType,
    /// One JSON object
    #[arg(long)]
    pub(super) json: bool,
}

pub(super) fn run(arguments: &SerialArguments, output: &Output) -> Result<Exit, Failure> {
    let text = input::read("FILE", &arguments.file)?;
    let certificates =
        Certificate::parse_bundle(&text).map_err(|error| unusable::certificates("FILE", &error))?;
    let roots = certificates.iter().filter(|certificate| certificate.is_self_signed()).count();
    if arguments.root && roots == 0 {
        let fix = "give the file with Alipay's root certificates, or leave --root out";
        return Err(
            Complaint::new("--root", "no certificate of FILE is self-signed, as roots are", fix).into()
        );
    }
    let serial = match (arguments.root, certificates.first()) {
        (true, _) => root_serial_number_for(arguments.sign_type, &text)
            .map_err(|error| unusable::certificates("FILE", &error))?,
        (false, Some(first)) => first.serial_number().to_owned(),
        (false, None) => return Err(unusable::certificates("FILE", &CertError::Empty).into()),
    };
    if arguments.json {
        let object = json!({
            "sn": serial,
            "root": arguments.root,
            "certificates": certificates.len(),
        });
        output.out(&object.to_string())?;
        return Ok(Exit::Success);
    }
    output.out(&serial)?;
    if !arguments.root && roots > 1 && roots == certificates.len() {
        output
            .err(&format!("note: these are {roots} root certificates; alipay_root_cert_sn needs --root"))?;
    }
    if arguments.root && roots < certificates.len() {
        let others = certificates.len() - roots;
        output.err(&format!("note: {others} of the certificates are no roots: they are not self-signed"))?;
    }
    Ok(Exit::Success)
}
