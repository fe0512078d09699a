//! `alipay notify replay`: a recorded notification once more, every byte of it.

use std::path::PathBuf;

use alipay_api::http::Verb;
use clap::Args;
use serde_json::Map;

use super::delivery::Delivery;
use crate::address;
use crate::captured::Captured;
use crate::exit::Exit;
use crate::failure::{Complaint, Failure};
use crate::output::Output;

/// Headers that belong to one connection, and not to the message.
const OF_THE_CONNECTION: [&str; 8] =
    ["host", "content-length", "connection", "keep-alive", "transfer-encoding", "te", "upgrade", "expect"];

/// Send a recorded notification again, its bytes unchanged, and look at the reply
///
/// The signature stays as it is, so it still holds. Exit code 0: the reply was exactly `success`; 1: it was not; 4:
/// there was none.
#[derive(Args, Debug)]
pub(super) struct ReplayArguments {
    /// File of `alipay notify record`, or a raw body; - reads stdin
    file: PathBuf,
    /// Where your server takes notifications
    url: String,
    /// Send to another machine than this one
    #[arg(long)]
    allow_remote: bool,
    /// One JSON object
    #[arg(long)]
    pub(super) json: bool,
}

pub(super) fn run(arguments: &ReplayArguments, output: &Output) -> Result<Exit, Failure> {
    address::check("URL", &arguments.url, arguments.allow_remote)?;
    let captured = Captured::read(&arguments.file)?;
    let verb = match captured.first_line.split(' ').next().unwrap_or_default() {
        "" => Verb::Post,
        name => name.parse().map_err(|_| {
            let seen = format!("it begins with {:?}", captured.first_line);
            Complaint::new("FILE", seen, "give a request as `alipay notify record` writes it, or a raw body")
        })?,
    };
    let of_the_message = |(name, _): &(String, String)| {
        !OF_THE_CONNECTION.iter().any(|known| known.eq_ignore_ascii_case(name))
    };
    let mut headers: Vec<_> = captured.headers.into_iter().filter(of_the_message).collect();
    if captured.first_line.is_empty() {
        headers.push(("content-type".to_owned(), "application/x-www-form-urlencoded".to_owned()));
    }
    let delivery = Delivery { verb, url: arguments.url.clone(), headers, body: captured.body };
    delivery.run(Map::new(), arguments.json, output)
}
