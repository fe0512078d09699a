//! Development tasks: `cargo xtask codegen`, `cargo xtask spec lint`, `cargo xtask spec fmt`, `cargo xtask tidy`.
//!
//! A thin front of `alipay-codegen`: it knows where things lie in this workspace, and prints.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command for people")]

mod codegen;
mod error;
mod spec;
mod tidy;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

/// Development tasks of this workspace.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Write the typed Rust of spec/ into crates/models, and the catalog into crates/sandbox.
    Codegen(Check),
    /// Look after the specification.
    #[command(subcommand)]
    Spec(SpecTask),
    /// Check the layers of the crates and the order of the files.
    Tidy,
    /// List the API groups, which are cargo features.
    Groups,
}

#[derive(Debug, Subcommand)]
enum SpecTask {
    /// Give every file of spec/ the same style.
    Fmt(Check),
    /// Say everything that is wrong with spec/.
    Lint,
}

#[derive(Args, Clone, Copy, Debug)]
struct Check {
    /// Change nothing; list what is not as it should be, and fail.
    #[arg(long)]
    check: bool,
}

fn main() -> ExitCode {
    let root = root();
    let done = match Arguments::parse().task {
        Task::Codegen(Check { check }) => codegen::run(&root, check),
        Task::Spec(SpecTask::Fmt(Check { check })) => spec::fmt(&root, check),
        Task::Spec(SpecTask::Lint) => spec::lint(&root),
        Task::Tidy => tidy::run(&root),
        Task::Groups => spec::groups(&root),
    };
    match done {
        Ok(message) => {
            println!("{message}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// The workspace, wherever cargo was called.
fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_owned()
}
