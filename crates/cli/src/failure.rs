//! Why a command ends without having done its work, and how that is told to people and to programs.

use std::fmt;
use std::io;

use alipay_api::{ConfigError, Error, ErrorKind, Outcome};
use serde_json::{Map, Value, json};

use crate::exit::Exit;
use crate::output::{BAD, DIM, Output, styled};

/// Why a command ends early.
#[derive(Debug)]
pub(crate) enum Failure {
    /// A call that failed.
    Call(Box<Error>),
    /// A setting or an argument that cannot work.
    Complaint(Complaint),
    /// A setting that the library refuses.
    Config(ConfigError),
    /// The machine does not let us: what, and why.
    Machine(String),
    /// Fields that break rules of their operation.
    Rules {
        /// The operation.
        method: String,
        /// What is wrong, a sentence each.
        broken: Vec<String>,
    },
    /// A message whose signature does not hold.
    Unproven(Complaint),
    /// A message that cannot be read.
    Unreadable(Complaint),
    /// A message whose signature holds, and whose content cannot be decrypted.
    Undecrypted(Complaint),
    /// A message that was sent and not replied to.
    NoReply(Complaint),
    /// Nobody reads any more, or the disk is full.
    Output(io::Error),
}

/// A setting or an argument that cannot work: what it is called, what was seen, and how to mend it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Complaint {
    what: String,
    seen: String,
    fix: String,
}

impl Complaint {
    pub(crate) fn new(what: impl Into<String>, seen: impl Into<String>, fix: impl Into<String>) -> Self {
        Self { what: what.into(), seen: seen.into(), fix: fix.into() }
    }

    /// With one more thing that can be done.
    pub(crate) fn and(mut self, fix: &str) -> Self {
        if !self.fix.is_empty() {
            self.fix.push_str("; ");
        }
        self.fix.push_str(fix);
        self
    }
}

impl fmt::Display for Complaint {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.what, self.seen)?;
        if self.fix.is_empty() { Ok(()) } else { write!(formatter, "; {}", self.fix) }
    }
}

impl Failure {
    /// Tells it on stderr, and says how to end.
    pub(crate) fn report(&self, output: &Output, json: bool) -> Exit {
        // Where stderr is gone too, the exit code alone has to say it.
        let _ = match self {
            Self::Output(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            _ if json => output.err(&self.to_json().to_string()),
            _ => output.err(&self.for_people()),
        };
        self.exit()
    }

    pub(crate) fn exit(&self) -> Exit {
        match self {
            Self::Call(error) => exit_of(error.kind()),
            Self::Complaint(_) | Self::Config(_) | Self::Rules { .. } => Exit::Usage,
            Self::Machine(_) | Self::Output(_) => Exit::Failed,
            Self::Unproven(_) => Exit::Verification,
            Self::Unreadable(_) | Self::Undecrypted(_) | Self::NoReply(_) => Exit::Transport,
        }
    }

    /// One object with the same members for every kind of failure.
    pub(crate) fn to_json(&self) -> Value {
        let (kind, outcome) = match self {
            Self::Call(error) => (kind_name(error.kind()), outcome_name(error.outcome())),
            Self::Complaint(_) | Self::Config(_) => ("config", "not_sent"),
            Self::Machine(_) | Self::Output(_) => ("machine", "not_sent"),
            Self::Rules { .. } => ("invalid", "not_sent"),
            Self::Unproven(_) => ("signature", "unknown"),
            Self::Unreadable(_) | Self::Undecrypted(_) => ("answer", "unknown"),
            Self::NoReply(_) => ("send", "unknown"),
        };
        let mut told = told(kind, outcome, &self.to_string());
        match self {
            Self::Call(error) => told.extend(call_members(error)),
            Self::Rules { broken, .. } => told.extend([("violations".to_owned(), json!(broken))]),
            Self::Undecrypted(_) => told.extend([("holds".to_owned(), json!(true))]),
            Self::Complaint(_)
            | Self::Config(_)
            | Self::Machine(_)
            | Self::Unproven(_)
            | Self::Unreadable(_)
            | Self::NoReply(_)
            | Self::Output(_) => {}
        }
        Value::Object(told)
    }

    fn for_people(&self) -> String {
        let error = styled(BAD, "error:");
        match self {
            Self::Complaint(told)
            | Self::Unproven(told)
            | Self::Unreadable(told)
            | Self::Undecrypted(told)
            | Self::NoReply(told) => {
                let Complaint { what, seen, fix } = told;
                format!("{error} {what}: {seen}\n  {} {fix}", styled(DIM, "fix:"))
            }
            Self::Call(call) => {
                let causes = causes(call).map(|cause| format!("\n  {} {cause}", styled(DIM, "because:")));
                let causes: String = causes.collect();
                let meaning = match call.outcome() {
                    Outcome::NotSent => "nothing was sent",
                    Outcome::Rejected => "Alipay refused it; nothing was done",
                    Outcome::Unknown => {
                        "it is not certain whether it was done; query before you send it again"
                    }
                };
                format!("{error} {call}{causes}\n  {} {meaning}", styled(DIM, "outcome:"))
            }
            Self::Rules { method, broken } => {
                let lines = broken.iter().map(|line| format!("\n  {line}"));
                let fix = format!("see `alipay ops show {method}`, or send it as it is with --skip-rules");
                let lines: String = lines.collect();
                format!("{error} {method}: nothing was sent, because{lines}\n  {} {fix}", styled(DIM, "fix:"))
            }
            Self::Config(_) | Self::Machine(_) | Self::Output(_) => format!("{error} {self}"),
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Call(error) => error.fmt(formatter),
            Self::Complaint(told)
            | Self::Unproven(told)
            | Self::Unreadable(told)
            | Self::Undecrypted(told)
            | Self::NoReply(told) => told.fmt(formatter),
            Self::Config(error) => error.fmt(formatter),
            Self::Machine(what) => formatter.write_str(what),
            Self::Rules { method, broken } => write!(formatter, "{method}: {}", broken.join("; ")),
            Self::Output(error) => write!(formatter, "output: {error}"),
        }
    }
}

impl From<Complaint> for Failure {
    fn from(complaint: Complaint) -> Self {
        Self::Complaint(complaint)
    }
}

impl From<ConfigError> for Failure {
    fn from(error: ConfigError) -> Self {
        Self::Config(error)
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Call(Box::new(error))
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

/// How a failed call ends the command.
fn exit_of(kind: ErrorKind) -> Exit {
    match kind {
        ErrorKind::Api => Exit::Business,
        ErrorKind::Config | ErrorKind::Invalid | ErrorKind::Sign => Exit::Usage,
        ErrorKind::Signature => Exit::Verification,
        // What a later version of the library adds is nothing that could be read as an answer.
        _ => Exit::Transport,
    }
}

fn kind_name(kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::Answer => "answer",
        ErrorKind::Api => "api",
        ErrorKind::Config => "config",
        ErrorKind::Invalid => "invalid",
        ErrorKind::Sign => "sign",
        ErrorKind::Signature => "signature",
        _ => "send",
    }
}

/// Name of an outcome in JSON.
pub(crate) fn outcome_name(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::NotSent => "not_sent",
        Outcome::Rejected => "rejected",
        Outcome::Unknown => "unknown",
    }
}

/// The chain of causes below `error`, outermost first.
fn causes(error: &Error) -> impl Iterator<Item = String> {
    let first = std::error::Error::source(error);
    std::iter::successors(first, |cause| cause.source()).map(ToString::to_string)
}

/// What a failed call has to tell beside its kind.
fn call_members(error: &Error) -> Vec<(String, Value)> {
    let mut members = vec![("trace_id", json!(error.trace_id()))];
    if let Some(api) = error.api() {
        let message = if api.sub_message.is_empty() { &api.message } else { &api.sub_message };
        members.extend([
            ("code", json!(api.code)),
            ("sub_code", json!(api.sub_code)),
            ("message", json!(message)),
            ("authenticated", json!(api.authenticated)),
        ]);
    }
    if !error.violations().is_empty() {
        members.push(("violations", error.violations().iter().map(ToString::to_string).collect()));
    }
    members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

/// The members that every failure is told with; `null` or empty where there is nothing to say.
pub(crate) fn told(kind: &str, outcome: &str, message: &str) -> Map<String, Value> {
    let members = [
        ("kind", json!(kind)),
        ("outcome", json!(outcome)),
        ("code", json!("")),
        ("sub_code", json!("")),
        ("message", json!(message)),
        ("trace_id", Value::Null),
        ("authenticated", json!(false)),
    ];
    members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}
