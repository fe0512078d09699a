//! `alipay verify`: whether a message that lies in a file is Alipay's.

mod answer;
mod link;
mod notification;
mod report;
mod rest;

use std::path::PathBuf;

use alipay_api::NotifyRule;
use clap::{Args, Subcommand};

pub(crate) use self::link::LinkFlags;
pub(crate) use self::report::Report;
use crate::captured::Captured;
use crate::exit::Exit;
use crate::failure::{Complaint, Failure};
use crate::output::Output;
use crate::settings::{Verifier, VerifierFlags};
use crate::{input, shell};

/// Verify a message from a file: an answer, a notification, or a link
///
/// Stdout gets only what the signature covers. Where it does not hold, stdout stays empty and the exit code is 5;
/// `alipay explain` then looks for the reason.
#[derive(Args, Debug)]
pub(crate) struct VerifyArguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    Answer(AnswerArguments),
    Notification(NotificationArguments),
    V3(RestArguments),
    Link(LinkArguments),
}

/// Verify an answer of the v2 gateway
///
/// Give the body exactly as it came, or the whole answer as `curl -i` prints it.
#[derive(Args, Debug)]
struct AnswerArguments {
    /// File with the answer; - reads stdin
    file: PathBuf,
    /// The method that was called; without it, the one that the answer names
    #[arg(long)]
    method: Option<String>,
    #[command(flatten)]
    common: Common,
}

/// Verify a notification or a message
///
/// Give the raw body of the POST, or a file of `alipay notify record`. An encrypted message is decrypted after its
/// signature has held; that takes --content-key-file.
#[derive(Args, Debug)]
struct NotificationArguments {
    /// File with the notification; - reads stdin
    file: PathBuf,
    /// Try only this rule: is `sign_type` signed or not
    #[arg(long, value_enum)]
    rule: Option<RuleName>,
    #[command(flatten)]
    common: Common,
}

/// Verify an answer of v3
///
/// Give the whole answer, headers and body, as `curl -i` prints it.
#[derive(Args, Debug)]
struct RestArguments {
    /// File with the answer; - reads stdin
    file: PathBuf,
    #[command(flatten)]
    common: Common,
}

/// Verify the link that the use button of a voucher opens
#[derive(Args, Debug)]
struct LinkArguments {
    /// File with the link or its query; - reads stdin
    file: PathBuf,
    #[command(flatten)]
    link: LinkFlags,
    #[command(flatten)]
    common: Common,
}

#[derive(Args, Debug)]
struct Common {
    /// One JSON object
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    verifier: VerifierFlags,
}

/// The rules of notifications, as they are written on the command line.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
pub(crate) enum RuleName {
    /// Everything but `sign` and `sign_type` is signed
    WithoutSignType,
    /// Everything but `sign` is signed
    WithSignType,
}

impl From<RuleName> for NotifyRule {
    fn from(name: RuleName) -> Self {
        match name {
            RuleName::WithoutSignType => Self::WithoutSignType,
            RuleName::WithSignType => Self::WithSignType,
        }
    }
}

impl VerifyArguments {
    pub(crate) fn wants_json(&self) -> bool {
        self.common().json
    }

    fn common(&self) -> &Common {
        match &self.what {
            What::Answer(AnswerArguments { common, .. })
            | What::Notification(NotificationArguments { common, .. })
            | What::V3(RestArguments { common, .. })
            | What::Link(LinkArguments { common, .. }) => common,
        }
    }
}

/// Verifies, and prints what holds.
pub(crate) fn run(arguments: &VerifyArguments, output: &Output) -> Result<Exit, Failure> {
    let common = arguments.common();
    let verifier = common.verifier.settle(&|name| std::env::var(name).ok())?;
    let report = match &arguments.what {
        What::Answer(arguments) => {
            let captured = Captured::read(&arguments.file)?;
            answer::verify(&captured, arguments.method.as_deref(), &verifier)
                .map_err(|failure| advise(failure, "answer", &arguments.file))?
        }
        What::Notification(arguments) => {
            let captured = Captured::read_form(&arguments.file)?;
            notification::verify(&captured, arguments.rule.map(NotifyRule::from), &verifier)
                .map_err(|failure| advise(failure, "notification", &arguments.file))?
        }
        What::V3(arguments) => {
            let answer = Captured::read_rest(&arguments.file)?;
            rest::verify(&answer, &verifier).map_err(|failure| advise(failure, "v3", &arguments.file))?
        }
        What::Link(arguments) => {
            let link = input::read_link(&arguments.file)?;
            link::verify(&link, &arguments.link, &verifier)
                .map_err(|failure| advise(failure, "link", &arguments.file))?
        }
    };
    output.out(&if common.json { report.to_json().to_string() } else { report.for_people() })?;
    Ok(Exit::Success)
}

/// Verifies a notification that just came.
pub(crate) fn arrived(message: &Captured, verifier: &Verifier) -> Result<Report, Failure> {
    notification::verify(message, None, verifier)
}

/// Says where to look for the reason.
fn advise(failure: Failure, what: &str, file: &std::path::Path) -> Failure {
    match failure {
        Failure::Unproven(told) => {
            let again = explain_again(what, &input::name(file));
            Failure::Unproven(told.and(&format!("`{again}` looks for the reason")))
        }
        other => other,
    }
}

/// `alipay explain` with the flags that were given to `alipay verify`, for a shell. `--method` and `--json` are not its own.
fn explain_again(what: &str, file: &str) -> String {
    let arguments = std::env::args_os().map(|argument| argument.to_string_lossy().into_owned());
    let mut given: Vec<_> = arguments.skip_while(|argument| argument != "verify").skip(1).collect();
    for taken in [what, file, "--json"] {
        if let Some(at) = given.iter().position(|argument| argument == taken) {
            given.remove(at);
        }
    }
    let mut command: Vec<_> = ["alipay", "explain", what, file].map(str::to_owned).into();
    let mut given = given.into_iter();
    while let Some(argument) = given.next() {
        if argument == "--method" {
            given.next();
        } else if !argument.starts_with("--method=") {
            command.push(argument);
        }
    }
    command.iter().map(|argument| shell::word(argument)).collect::<Vec<_>>().join(" ")
}

/// A failed exchange as the failure of a file: `what` did not hold, or cannot be read.
fn not_believed(what: &str, error: &alipay_api::Error, is_signed: bool) -> Failure {
    let told = error.to_string();
    let seen = told.strip_prefix(&format!("{}: ", error.method())).unwrap_or(&told);
    match error.kind() {
        alipay_api::ErrorKind::Signature => Failure::Unproven(Complaint::new(what, seen, "")),
        alipay_api::ErrorKind::Answer => {
            let fix = "give every byte as it came; for encrypted contents, give --content-key-file";
            Failure::Unreadable(Complaint::new(what, seen, fix))
        }
        // It reports an error, and nothing proves whose.
        _ => {
            let why = if is_signed { "its signature does not hold" } else { "it is not signed" };
            let seen = format!("{why}, so it proves nothing; it says: {seen}");
            Failure::Unproven(Complaint::new(what, seen, ""))
        }
    }
}
