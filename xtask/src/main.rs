//! Development tasks: `cargo xtask codegen`, `cargo xtask spec import | diff | lint | fmt`, `cargo xtask tidy`.
//!
//! A thin front of `alipay-codegen`: it knows where things lie in this workspace, and prints.
#![expect(clippy::print_stderr, reason = "a command for people")]

mod codegen;
mod diff;
mod document;
mod error;
mod import;
mod index;
mod scale;
mod spec;
mod tidy;

use std::io::Write;
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
    /// Write what is made from spec/: crates/models, the archives in crates/spec, and the index of operations.
    Codegen(Check),
    /// Look after the specification.
    #[command(subcommand)]
    Spec(SpecTask),
    /// Check the layers of the crates and the order of the files.
    Tidy,
    /// List the API groups, which are cargo features.
    Groups,
    /// Time the generator over everything, and write crates of everything, to be compiled by .ci/scale.
    Scale {
        /// The folder for the crates.
        into: PathBuf,
        /// Another folder than spec/.
        #[arg(long)]
        spec: Option<PathBuf>,
    },
}

#[derive(Debug, Subcommand)]
enum SpecTask {
    /// Say what changed between two documents, or two folders like spec/, and whether it breaks.
    Diff {
        /// The older one.
        old: PathBuf,
        /// The newer one.
        new: PathBuf,
        /// How to print it.
        #[arg(long, value_enum, default_value = "text")]
        format: diff::Format,
    },
    /// Give every file of spec/ the same style.
    Fmt(Check),
    /// Merge the facts of a document into spec/: OpenAPI 3 (JSON or YAML), or the facts of gateway methods.
    Import {
        /// The document.
        file: PathBuf,
        /// Another folder than spec/.
        #[arg(long)]
        spec: Option<PathBuf>,
    },
    /// Say everything that is wrong with spec/.
    Lint {
        /// Another folder than spec/.
        #[arg(long)]
        spec: Option<PathBuf>,
    },
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
        Task::Spec(SpecTask::Diff { old, new, format }) => diff::run(&old, &new, format),
        Task::Spec(SpecTask::Fmt(Check { check })) => spec::fmt(&root, check),
        Task::Spec(SpecTask::Import { file, spec }) => {
            import::run(&file, &spec.unwrap_or_else(|| root.join("spec")))
        }
        Task::Spec(SpecTask::Lint { spec }) => spec::lint(&spec.unwrap_or_else(|| root.join("spec"))),
        Task::Tidy => tidy::run(&root),
        Task::Scale { into, spec } => scale::run(&root, &spec.unwrap_or_else(|| root.join("spec")), &into),
        Task::Groups => codegen::groups(&root),
    };
    match done {
        Ok(message) => {
            // Whoever reads may have read enough: `| head` is no failure.
            let _ = writeln!(std::io::stdout(), "{message}");
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
