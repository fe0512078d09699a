//! `alipay ops`: which operations there are, and what fields each has.

mod example;
mod list;
mod rust;
mod sample;
mod show;

use clap::{Args, Subcommand, ValueEnum};

use crate::catalog::{self, Catalog, Operation, Protocol};
use crate::exit::Exit;
use crate::failure::{Complaint, Failure};
use crate::json;
use crate::output::Output;

const EXAMPLES: &str = "\
Examples:
  alipay ops --search voucher                          by method, path, title or description
  alipay ops --json | jq -r .method                    all of them, for a program
  alipay ops show alipay.trade.pay                     in both protocols
  alipay ops show alipay.trade.pay --protocol v3       in one
  alipay ops show \"POST /v3/alipay/trade/pay\"          as `alipay call` names it";

/// List operations, or show one with its fields
#[derive(Args, Debug)]
#[command(args_conflicts_with_subcommands = true, after_help = EXAMPLES)]
pub(crate) struct OpsArguments {
    #[command(subcommand)]
    show: Option<OpsCommand>,
    /// Only operations whose method, path, title or description contains this
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
    /// Method, such as alipay.marketing.voucher.send, or verb and path ("POST /v3/...")
    #[arg(required = true, num_args = 1..=2, value_name = "METHOD")]
    method: Vec<String>,
    /// Where the method is in both protocols, only in this one
    #[arg(long, value_enum)]
    protocol: Option<ProtocolName>,
    /// One JSON object, nested types spelled out
    #[arg(long)]
    json: bool,
}

/// The protocols, as they are written on the command line.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum ProtocolName {
    V2,
    V3,
}

impl From<ProtocolName> for Protocol {
    fn from(name: ProtocolName) -> Self {
        match name {
            ProtocolName::V2 => Self::V2,
            ProtocolName::V3 => Self::V3,
        }
    }
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
    let method = &arguments.method.join(" ");
    let found = named(method, arguments.protocol.map(Protocol::from), catalog);
    if found.is_empty() {
        if let (Some(other), Some(_)) = (named(method, None, catalog).first(), arguments.protocol) {
            let fix = "leave --protocol out";
            let seen = format!("{method} is an operation of {} only", other.protocol);
            return Err(Complaint::new("--protocol", seen, fix).into());
        }
        let nearest = catalog::nearest(catalog, method, 4).map(|nearest| format!("did you mean {nearest}?"));
        let fix = nearest.unwrap_or_else(|| "`alipay ops --search TEXT` finds operations".to_owned());
        return Err(Complaint::new("METHOD", format!("{method:?} is not known"), fix).into());
    }
    for operation in &found {
        if arguments.json {
            output.out(&json::render(&show::object(operation, catalog), output.is_terminal()))?;
        } else {
            let others = found.iter().filter(|other| other.protocol != operation.protocol);
            output.out(&show::for_people(operation, others.copied().next(), catalog))?;
        }
    }
    Ok(Exit::Success)
}

/// The operations that `name` means: those of a method, or that behind a verb and a path, filled or not.
fn named<'a>(name: &'a str, protocol: Option<Protocol>, catalog: &'a Catalog) -> Vec<&'a Operation> {
    let words: Vec<_> = name.split_whitespace().collect();
    let found: Vec<_> = match words.as_slice() {
        [verb, path] => {
            let spelled = || catalog.operations().find(|operation| catalog::target(operation) == name);
            let filled = || Some(catalog.route(verb.parse().ok()?, path)?.0);
            spelled().or_else(filled).into_iter().collect()
        }
        _ => catalog.named(name).collect(),
    };
    let is_wanted = |operation: &&Operation| protocol.is_none_or(|protocol| operation.protocol == protocol);
    found.into_iter().filter(is_wanted).collect()
}
