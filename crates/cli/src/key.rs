//! `alipay key`: what a key is, new keys, and keys in other forms.

mod convert;
mod form;
mod generate;
mod inspect;

use clap::{Args, Subcommand};

use self::convert::ConvertArguments;
use self::generate::GenerateArguments;
use self::inspect::InspectArguments;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Output;

/// Inspect, generate and convert keys
#[derive(Args, Debug)]
pub(crate) struct KeyArguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    Inspect(InspectArguments),
    Generate(GenerateArguments),
    Convert(ConvertArguments),
}

impl KeyArguments {
    pub(crate) fn wants_json(&self) -> bool {
        match &self.what {
            What::Inspect(arguments) => arguments.json,
            What::Generate(arguments) => arguments.json,
            What::Convert(arguments) => arguments.json,
        }
    }
}

/// Does it, and prints.
pub(crate) fn run(arguments: &KeyArguments, output: &Output) -> Result<Exit, Failure> {
    match &arguments.what {
        What::Inspect(arguments) => inspect::run(arguments, output),
        What::Generate(arguments) => generate::run(arguments, output),
        What::Convert(arguments) => convert::run(arguments, output),
    }
}
