//! Why a command ends without having done its work, and how that is told to people and to programs.

use std::fmt;
use std::io;

use alipay_api::http::Sent;
use alipay_api::{ConfigError, Error, ErrorKind, Outcome};
use serde_json::{Map, Value, json};

use crate::exit::Exit;
use crate::output::{BAD, DIM, Output, plain, styled};

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
    /// A message whose signature holds, and which is for another application.
    Foreign(Complaint),
    /// A message that was not replied to.
    NoReply {
        /// What was to be sent where.
        told: Complaint,
        /// Whether it arrived.
        sent: Sent,
    },
    /// Nobody reads any more, or the disk is full.
    Output(io::Error),
    /// The same after something was sent and replied to.
    Untold(Untold),
}

/// A reply that came and could not be written down.
#[derive(Debug)]
pub(crate) struct Untold {
    pub(crate) error: io::Error,
    /// What was sent may still be under way on the other side.
    pub(crate) pending: bool,
    pub(crate) trace_id: Option<String>,
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
            Self::Machine(_) | Self::Output(_) | Self::Untold(_) => Exit::Failed,
            Self::Unproven(_) | Self::Foreign(_) => Exit::Verification,
            Self::Unreadable(_) | Self::Undecrypted(_) | Self::NoReply { .. } => Exit::Transport,
        }
    }

    /// One object with the same members for every kind of failure.
    pub(crate) fn to_json(&self) -> Value {
        let (kind, outcome) = match self {
            Self::Call(error) => (kind_name(error.kind()), outcome_name(error.outcome())),
            Self::Complaint(_) | Self::Config(_) => ("config", "not_sent"),
            Self::Machine(_) | Self::Output(_) => ("machine", "not_sent"),
            Self::Untold(told) => ("machine", if told.pending { "unknown" } else { "done" }),
            Self::Rules { .. } => ("invalid", "not_sent"),
            Self::Unproven(_) => ("signature", "unknown"),
            Self::Foreign(_) => ("foreign", "unknown"),
            Self::Unreadable(_) | Self::Undecrypted(_) => ("answer", "unknown"),
            Self::NoReply { sent: Sent::No, .. } => ("send", "not_sent"),
            Self::NoReply { .. } => ("send", "unknown"),
        };
        let mut told = told(kind, outcome, &self.to_string());
        match self {
            Self::Call(error) => told.extend(call_members(error)),
            Self::Rules { broken, .. } => told.extend([("violations".to_owned(), json!(broken))]),
            Self::Undecrypted(_) | Self::Foreign(_) => told.extend([("holds".to_owned(), json!(true))]),
            Self::Untold(untold) => told.extend([("trace_id".to_owned(), json!(untold.trace_id))]),
            Self::Complaint(_)
            | Self::Config(_)
            | Self::Machine(_)
            | Self::Unproven(_)
            | Self::Unreadable(_)
            | Self::NoReply { .. }
            | Self::Output(_) => {}
        }
        Value::Object(told)
    }

    /// Much of it comes from outside, and from whoever is on the way: nothing of that may drive a terminal.
    fn for_people(&self) -> String {
        let error = styled(BAD, "error:");
        match self {
            Self::Complaint(told)
            | Self::Unproven(told)
            | Self::Unreadable(told)
            | Self::Undecrypted(told)
            | Self::Foreign(told)
            | Self::NoReply { told, .. } => {
                let [what, seen, fix] = [&told.what, &told.seen, &told.fix].map(|text| plain(text));
                match fix.as_str() {
                    "" => format!("{error} {what}: {seen}"),
                    fix => format!("{error} {what}: {seen}\n  {} {fix}", styled(DIM, "fix:")),
                }
            }
            Self::Call(call) => {
                let because = styled(DIM, "because:");
                let causes = causes(call).map(|cause| format!("\n  {because} {}", plain(&cause)));
                let causes: String = causes.collect();
                let meaning = match call.outcome() {
                    Outcome::NotSent => "nothing was sent",
                    Outcome::Rejected => "Alipay refused it; nothing was done",
                    Outcome::Unknown => {
                        "it is not certain whether it was done; query before you send it again"
                    }
                };
                let hint = match call.sub_code() {
                    "isv.invalid-signature" => {
                        let hint =
                            "`alipay explain request` looks for the reason in the answer and what was sent";
                        format!("\n  {} {hint}", styled(DIM, "hint:"))
                    }
                    _ => String::new(),
                };
                let call = plain(&call.to_string());
                format!("{error} {call}{causes}\n  {} {meaning}{hint}", styled(DIM, "outcome:"))
            }
            Self::Rules { method, broken } => {
                let lines = broken.iter().map(|line| format!("\n  {}", plain(line)));
                let fix = format!("see `alipay ops show {method}`, or send it as it is with --skip-rules");
                let lines: String = lines.collect();
                format!("{error} {method}: nothing was sent, because{lines}\n  {} {fix}", styled(DIM, "fix:"))
            }
            Self::Config(_) | Self::Machine(_) | Self::Output(_) | Self::Untold(_) => {
                format!("{error} {}", plain(&self.to_string()))
            }
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
            | Self::Foreign(told)
            | Self::NoReply { told, .. } => told.fmt(formatter),
            Self::Config(error) => error.fmt(formatter),
            Self::Machine(what) => formatter.write_str(what),
            Self::Rules { method, broken } => write!(formatter, "{method}: {}", broken.join("; ")),
            Self::Output(error) => write!(formatter, "output: {error}"),
            Self::Untold(Untold { error, pending, trace_id }) => {
                let done = if *pending { "is under way" } else { "was answered" };
                write!(formatter, "output: {error}; what was sent {done} all the same")?;
                trace_id.as_ref().map_or(Ok(()), |trace_id| write!(formatter, ", trace id {trace_id}"))
            }
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
