//! `alipay ops`: which operations there are, and what fields each has.

mod example;
mod list;
mod rust;
mod sample;
mod show;

use clap::{Args, Subcommand};

use crate::catalog::{self, Catalog};
use crate::exit::Exit;
use crate::failure::{Complaint, Failure};
use crate::json;
use crate::output::Output;

/// List operations, or show one with its fields
#[derive(Args, Debug)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct OpsArguments {
    #[command(subcommand)]
    show: Option<OpsCommand>,
    /// Only operations whose method, title or description contains this
    #[arg(long, value_name = "TEXT")]
    search: Option<String>,
    /// One JSON object a line for each operation
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Subcommand)]
enum OpsCommand {
    Show(ShowArguments),
}

/// Show one operation: fields, needs, limits, error codes, and examples in Rust and for this command
#[derive(Args, Debug)]
struct ShowArguments {
    /// Method, such as alipay.marketing.voucher.send
    method: String,
    /// One JSON object, nested types spelled out
    #[arg(long)]
    json: bool,
}

impl OpsArguments {
    pub(crate) fn wants_json(&self) -> bool {
        self.json || self.show.as_ref().is_some_and(|OpsCommand::Show(arguments)| arguments.json)
    }
}

/// Looks up, and prints.
pub(crate) fn run(arguments: &OpsArguments, output: &Output) -> Result<Exit, Failure> {
    let catalog = catalog::built_in()?;
    match &arguments.show {
        Some(OpsCommand::Show(arguments)) => show(arguments, &catalog, output),
        None => list(arguments, &catalog, output),
    }
}

fn list(arguments: &OpsArguments, catalog: &Catalog, output: &Output) -> Result<Exit, Failure> {
    let found = list::matching(catalog, arguments.search.as_deref().unwrap_or_default());
    if found.is_empty() {
        let seen = format!("no operation contains {:?}", arguments.search.as_deref().unwrap_or_default());
        return Err(
            Complaint::new("--search", seen, "search for a shorter part of the method or the title").into()
        );
    }
    if arguments.json {
        for operation in found {
            output.out(&list::object(operation).to_string())?;
        }
    } else {
        output.out(&list::for_people(&found))?;
    }
    Ok(Exit::Success)
}

fn show(arguments: &ShowArguments, catalog: &Catalog, output: &Output) -> Result<Exit, Failure> {
    let method = arguments.method.as_str();
    let mut found = catalog.named(method).peekable();
    if found.peek().is_none() {
        let nearest = catalog::nearest(catalog, method, 4).map(|nearest| format!("did you mean {nearest}?"));
        let fix = nearest.unwrap_or_else(|| "`alipay ops --search TEXT` finds operations".to_owned());
        return Err(Complaint::new("METHOD", format!("{method:?} is not known"), fix).into());
    }
    for operation in found {
        if arguments.json {
            output.out(&json::render(&show::object(operation, catalog), output.is_terminal()))?;
        } else {
            output.out(&show::for_people(operation, catalog))?;
        }
    }
    Ok(Exit::Success)
}
