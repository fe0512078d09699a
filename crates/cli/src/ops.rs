//! `alipay ops`: which operations there are, and what fields each has.

mod example;
mod list;
mod rust;
mod sample;
mod show;

use alipay_api::http::Verb;
use clap::{Args, Subcommand, ValueEnum};

use crate::catalog::{self, Catalog, Operation, Protocol};
use crate::exit::Exit;
use crate::failure::{Complaint, Failure};
use crate::json;
use crate::output::Output;

const EXAMPLES: &str = "\
Examples:
  alipay ops --search \"voucher send\"                   every word, in method, title, path or description
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
    /// Only operations with each of these words somewhere in method, title, description, verb, path or request type
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
    /// Method, such as alipay.marketing.voucher.send, or path with or without verb ("POST /v3/...")
    #[arg(required = true, num_args = 1..=2, value_name = "METHOD")]
    method: Vec<String>,
    /// Where the method is in both protocols, only in this one
    #[arg(long, value_enum)]
    protocol: Option<ProtocolName>,
    /// One JSON object for each protocol that has it, a line each when piped, nested types spelled out
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
        let seen =
            format!("no operation has every word of {:?}", arguments.search.as_deref().unwrap_or_default());
        return Err(Complaint::new("--search", seen, "search for fewer words, or for parts of them").into());
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
        let nearest = catalog::nearest(catalog, method, 4).map(str::to_owned);
        let fix = match nearest.or_else(|| list::of_type(catalog, method)) {
            Some(nearest) => format!("did you mean {nearest}?"),
            None => "`alipay ops --search TEXT` finds operations".to_owned(),
        };
        return Err(Complaint::new("METHOD", format!("{method:?} is not known"), fix).into());
    }
    for (index, operation) in found.iter().enumerate() {
        if arguments.json {
            output.out(&json::render(&show::object(operation, catalog), output.is_terminal()))?;
        } else {
            if index > 0 {
                output.out(&show::line_between())?;
            }
            let others = found.iter().filter(|other| other.protocol != operation.protocol);
            output.out(&show::for_people(operation, others.copied().next(), catalog))?;
        }
    }
    Ok(Exit::Success)
}

/// The operations that `name` means: those of a method, in any case, or those behind a path, filled or not; of a verb if
/// there is one.
fn named<'a>(name: &str, protocol: Option<Protocol>, catalog: &'a Catalog) -> Vec<&'a Operation> {
    let words: Vec<_> = name.split_whitespace().collect();
    let found = match words.as_slice() {
        [path] if path.starts_with('/') => behind(None, path, catalog),
        [verb, path] => {
            verb.to_uppercase().parse().map_or(Vec::new(), |verb| behind(Some(verb), path, catalog))
        }
        _ => {
            let known = catalog.methods().filter(|(_, method)| method.eq_ignore_ascii_case(name));
            known.filter_map(|(protocol, method)| catalog.operation(protocol, method)).collect()
        }
    };
    let is_wanted = |operation: &&Operation| protocol.is_none_or(|protocol| operation.protocol == protocol);
    found.into_iter().filter(is_wanted).collect()
}

fn behind<'a>(verb: Option<Verb>, path: &str, catalog: &'a Catalog) -> Vec<&'a Operation> {
    let is_meant = |known: Verb| verb.is_none_or(|verb| verb == known);
    let is_spelled = |operation: &&Operation| {
        operation.route.as_ref().is_some_and(|(verb, template)| is_meant(*verb) && template == path)
    };
    let spelled: Vec<_> = catalog.operations().filter(is_spelled).collect();
    if !spelled.is_empty() {
        return spelled;
    }
    let verbs = [Verb::Get, Verb::Post, Verb::Put, Verb::Patch, Verb::Delete].into_iter();
    verbs.filter(|verb| is_meant(*verb)).filter_map(|verb| Some(catalog.route(verb, path)?.0)).collect()
}
