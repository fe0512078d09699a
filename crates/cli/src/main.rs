//! The `alipay` command: see a voucher live, run the local gateway, call any operation, look operations up.

mod address;
mod arguments;
mod call;
mod captured;
mod catalog;
mod cert;
mod content;
mod demo;
mod exit;
mod explain;
mod failure;
mod input;
mod json;
mod key;
mod notify;
mod ops;
mod output;
mod owner_only;
mod sandbox;
mod secret_file;
mod settings;
mod shell;
mod sign;
mod signals;
mod unusable;
mod verify;

use std::process::ExitCode;

use clap::Parser;

use self::arguments::{Arguments, Command};
use self::exit::Exit;
use self::failure::Failure;
use self::output::Output;

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return arguments::refuse(&error).into(),
    };
    let output = Output::new(arguments.color);
    let json = arguments.command.wants_json();
    let done = run(arguments.command, &output);
    done.unwrap_or_else(|failure| failure.report(&output, json)).into()
}

fn run(command: Command, output: &Output) -> Result<Exit, Failure> {
    match command {
        Command::Demo(arguments) => demo::run(&arguments, output),
        Command::Sandbox(arguments) => sandbox::run(&arguments, output),
        Command::Call(arguments) => call::run(&arguments, output),
        Command::Ops(arguments) => ops::run(&arguments, output),
        Command::Sign(arguments) => sign::run(&arguments, output),
        Command::Verify(arguments) => verify::run(&arguments, output),
        Command::Explain(arguments) => explain::run(&arguments, output),
        Command::Key(arguments) => key::run(&arguments, output),
        Command::Cert(arguments) => cert::run(&arguments, output),
        Command::Encrypt(arguments) => content::encrypt(&arguments, output),
        Command::Decrypt(arguments) => content::decrypt(&arguments, output),
        Command::Notify(arguments) => notify::run(&arguments, output),
    }
}
