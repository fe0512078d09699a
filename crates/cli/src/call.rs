//! `alipay call`: any operation with fields given as text or JSON; the verified answer as JSON.

mod fields;
mod page;
mod plan;
mod target;

use alipay_api::{CallOptions, Verified, blocking};
use clap::Args;
use serde_json::Value;

use self::fields::Given;
use self::page::{Handed, PageFlags};
use self::plan::Plan;
use self::target::Target;
use crate::catalog;
use crate::exit::Exit;
use crate::failure::{Complaint, Failure, Untold};
use crate::json;
use crate::output::{DIM, Output, plain, styled};
use crate::settings::{Flags, Settings, Wanted};

const EXAMPLES: &str = "\
Examples:
  alipay call alipay.marketing.voucher.query --biz '{\"voucher_id\":\"20170616000730020041006ZYE2V\"}'
  alipay call alipay.system.oauth.token --param grant_type=authorization_code --param code=@code.txt
  alipay call \"GET /v3/alipay/marketing/activity/voucher/query\" --query activity_id=2016042700826004508401111111
  alipay call \"POST /v3/alipay/marketing/activity/voucher/stop\" --body @stop.json
  alipay call alipay.open.file.upload --param biz_code=openpt_appstore --file file_content=logo.png
  alipay call alipay.trade.page.pay --biz @order.json --url
  alipay call alipay.trade.wap.pay --biz @order.json --form > pay.html
  alipay call alipay.trade.app.pay --biz @order.json --order-string

`alipay ops` lists the operations; `alipay ops show METHOD` shows fields and an example.
`alipay --help` tells exit codes, environment variables and profiles.";

/// Call an operation and print its verified answer as JSON
///
/// The fields of a known operation are checked before anything is sent. Answers are printed only after their
/// signature was verified.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct CallArguments {
    /// Method of v2 (alipay.marketing.voucher.query), or verb and path of v3 ("GET /v3/...")
    #[arg(required = true, num_args = 1..=2, value_name = "METHOD")]
    target: Vec<String>,
    /// v2: business fields as a JSON object; @FILE reads a file, - reads stdin
    #[arg(long, value_name = "JSON|@FILE|-")]
    biz: Option<String>,
    /// v2: one more parameter; =@FILE reads the value from a file
    #[arg(long, value_name = "NAME=VALUE")]
    param: Vec<String>,
    /// v3: one query parameter, not encoded; =@FILE reads the value from a file
    #[arg(long, value_name = "NAME=VALUE")]
    query: Vec<String>,
    /// v3: the body as a JSON object; @FILE reads a file, - reads stdin
    #[arg(long, value_name = "JSON|@FILE|-")]
    body: Option<String>,
    /// One file to upload, under the name that the operation has for it
    #[arg(long, value_name = "NAME=PATH")]
    file: Vec<String>,
    /// v2: where Alipay sends the notification
    #[arg(long, value_name = "URL")]
    notify_url: Option<String>,
    /// Pages: where the browser goes afterwards
    #[arg(long, value_name = "URL")]
    return_url: Option<String>,
    #[command(flatten)]
    page: PageFlags,
    /// Send even if the fields break rules of the operation
    #[arg(long)]
    skip_rules: bool,
    /// Also print status and headers of the answer, to stderr
    #[arg(long)]
    headers: bool,
    /// Compact JSON on stdout, errors as one JSON object on stderr
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    flags: Flags,
}

/// Calls, and prints.
pub(crate) fn run(arguments: &CallArguments, output: &Output) -> Result<Exit, Failure> {
    let catalog = catalog::built_in()?;
    let target = Target::parse(&arguments.target, !arguments.skip_rules, &catalog)?;
    let handed = arguments.page.handed();
    Handed::check(handed, &target)?;
    refuse_flags_of_v2(arguments, &target)?;
    let given = Given::read(arguments, &target, &catalog)?;
    let plan = Plan::new(&target, given, !arguments.skip_rules, &catalog)?;

    let wanted = if target.is_v2() { Wanted::Gateway } else { Wanted::Endpoint };
    let settings = arguments.flags.settle(&|name| std::env::var(name).ok(), wanted)?;
    if !arguments.json {
        settings.config.warnings().iter().for_each(|warning| {
            // As far as anybody reads it.
            let _ = output.err(&format!("note: {}", plain(warning)));
        });
    }
    let options = options(arguments, &settings, &target);
    if let Some(handed) = handed {
        output.out(&handed.write(&settings.config, &plan.operation, &options, arguments.json)?)?;
        return Ok(Exit::Success);
    }
    let client = blocking::Client::new(settings.config);
    let answer = match client.execute_raw(plan.operation, options) {
        Ok(answer) => answer,
        Err(error) => {
            if arguments.headers {
                tell_headers(output, error.http_status(), error.headers());
            }
            return Err(error.into());
        }
    };
    print(arguments, &answer, output)?;
    Ok(Exit::Success)
}

/// Flags that a path of v3 has no place for. Before the fields are checked: what a flag cannot give may be missing there.
fn refuse_flags_of_v2(arguments: &CallArguments, target: &Target<'_>) -> Result<(), Complaint> {
    if target.is_v2() {
        return Ok(());
    }
    if arguments.flags.auth_token_file.is_some() {
        let fix = "where an operation of v3 has it, it is a field: --query auth_token=@FILE";
        return Err(Complaint::new("--auth-token-file", "given with a path of v3", fix));
    }
    for (flag, url) in [("--notify-url", &arguments.notify_url), ("--return-url", &arguments.return_url)] {
        if let Some(url) = url {
            let seen = format!("{url:?} with a v3 path");
            return Err(Complaint::new(flag, seen, "v3 has no such parameter; leave it out"));
        }
    }
    Ok(())
}

fn options(arguments: &CallArguments, settings: &Settings, target: &Target<'_>) -> CallOptions {
    let mut options = CallOptions::new();
    if let Some(token) = &settings.app_auth_token {
        options = options.app_auth_token(token.clone());
    }
    if let Some(token) = settings.auth_token.as_ref().filter(|_| target.is_v2()) {
        options = options.auth_token(token.clone());
    }
    if let Some(url) = &arguments.notify_url {
        options = options.notify_url(url);
    }
    if let Some(url) = &arguments.return_url {
        options = options.return_url(url);
    }
    options
}

/// The answer first: it is what the call was for. The rest goes to stderr, as far as anybody reads it.
fn print(arguments: &CallArguments, answer: &Verified, output: &Output) -> Result<(), Failure> {
    let pretty = output.is_terminal() && !arguments.json;
    let written = output.out(&json::render(&Value::Object(answer.fields().clone()), pretty));
    if arguments.headers {
        tell_headers(output, Some(answer.response().status()), answer.response().headers());
    }
    if answer.is_pending() {
        let pending = "pending: the business is still under way; query its result later";
        let _ = output.err(&styled(DIM, pending));
    }
    written.map_err(|error| {
        let trace_id = answer.trace_id().map(str::to_owned);
        Failure::Untold(Untold { error, pending: answer.is_pending(), trace_id })
    })
}

fn tell_headers(output: &Output, status: Option<u16>, headers: &[(String, String)]) {
    let Some(status) = status else { return };
    let lines = headers.iter().map(|(name, value)| format!("\n{}: {}", plain(name), plain(value)));
    let _ = output.err(&styled(DIM, &format!("HTTP {status}{}", lines.collect::<String>())));
}
