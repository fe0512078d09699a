//! `alipay notify`: try one's own receiver of notifications: send one, record what comes, send it again.

mod delivery;
mod record;
mod replay;
mod sample;
mod send;

use clap::{Args, Subcommand};

use self::record::RecordArguments;
use self::replay::ReplayArguments;
use self::send::SendArguments;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Output;

/// Try a receiver of notifications: send a signed one, record what comes, send it again
#[derive(Args, Debug)]
pub(crate) struct NotifyArguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    Send(Box<SendArguments>),
    Record(Box<RecordArguments>),
    Replay(ReplayArguments),
}

impl NotifyArguments {
    pub(crate) fn wants_json(&self) -> bool {
        match &self.what {
            What::Send(arguments) => arguments.json,
            What::Record(arguments) => arguments.json,
            What::Replay(arguments) => arguments.json,
        }
    }
}

/// Does it, and prints.
pub(crate) fn run(arguments: &NotifyArguments, output: &Output) -> Result<Exit, Failure> {
    match &arguments.what {
        What::Send(arguments) => send::run(arguments, output),
        What::Record(arguments) => record::run(arguments, output),
        What::Replay(arguments) => replay::run(arguments, output),
    }
}
