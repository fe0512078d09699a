//! `alipay cert`: serial numbers of certificates, and what they say.

mod inspect;
mod serial;

use clap::{Args, Subcommand};

use self::inspect::InspectArguments;
use self::serial::SerialArguments;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Output;

/// Serial numbers of certificates, and what they say
#[derive(Args, Debug)]
pub(crate) struct CertArguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    #[command(name = "sn")]
    Serial(SerialArguments),
    Inspect(InspectArguments),
}

impl CertArguments {
    pub(crate) fn wants_json(&self) -> bool {
        match &self.what {
            What::Serial(arguments) => arguments.json,
            What::Inspect(arguments) => arguments.json,
        }
    }
}

/// Looks, and prints.
pub(crate) fn run(arguments: &CertArguments, output: &Output) -> Result<Exit, Failure> {
    match &arguments.what {
        What::Serial(arguments) => serial::run(arguments, output),
        What::Inspect(arguments) => inspect::run(arguments, output),
    }
}
