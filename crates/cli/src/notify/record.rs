//! `alipay notify record`: a receiver that writes every notification to a file, as it came.

use std::io::ErrorKind;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use alipay_api::NOTIFY_REPLY;
use alipay_api::sign::parse_form;
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::request::Parts;
use clap::Args;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;

use crate::captured::Captured;
use crate::exit::Exit;
use crate::failure::{Complaint, Failure};
use crate::output::{ACCENT, BAD, DIM, GOOD, Output, plain, styled};
use crate::settings::{Verifier, VerifierFlags};
use crate::{owner_only, signals, verify};

const AFTER_HELP: &str = "\
The first line on stdout tells where it listens; then there is a line for each message. With --json each is a JSON
object: first {\"url\",\"folder\"}, then {\"file\",\"verb\",\"path\",\"bytes\",\"notify_id\",\"topic\",\"holds\",\"rule\",\"key\",
\"certificate\",\"reason\"}, where `holds` is null without a key of Alipay. The reply does not depend on it. Of a message
whose signature holds and which cannot be decrypted or is for another application, `holds` is true and `reason` says
why. SIGINT and SIGTERM end it.

`alipay verify notification FILE`, `alipay explain notification FILE` and `alipay notify replay FILE URL` read the files.";

/// How long the end waits for replies that are on their way.
const PATIENCE: Duration = Duration::from_secs(2);

/// Write every notification that comes to a file, as it came, and reply `success`
///
/// The files may hold personal data; only their owner can read them.
#[derive(Args, Debug)]
#[command(after_help = AFTER_HELP)]
pub(super) struct RecordArguments {
    /// Address and port; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS:PORT", default_value_t = SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))]
    listen: SocketAddr,
    /// Folder for the files; it is made if it is not there
    #[arg(long, value_name = "FOLDER")]
    out: PathBuf,
    /// What to reply
    #[arg(long, value_name = "TEXT", default_value = NOTIFY_REPLY)]
    reply: String,
    /// End after so many messages
    #[arg(long, value_name = "NUMBER")]
    count: Option<usize>,
    /// Listen to other machines than this one
    #[arg(long)]
    allow_remote: bool,
    /// JSON objects, one a line
    #[arg(long)]
    pub(super) json: bool,
    #[command(flatten)]
    verifier: VerifierFlags,
}

pub(super) fn run(arguments: &RecordArguments, output: &Output) -> Result<Exit, Failure> {
    if !arguments.allow_remote && !arguments.listen.ip().is_loopback() {
        let fix = "listen on 127.0.0.1 or [::1], or say --allow-remote if you mean it";
        return Err(Complaint::new("--listen", arguments.listen.to_string(), fix).into());
    }
    let verifier = arguments.verifier.settle_if_given(&|name| std::env::var(name).ok())?;
    owner_only::writable_folder(&arguments.out).map_err(|error| {
        let seen = format!("`{}` cannot be written ({error})", arguments.out.display());
        Complaint::new("--out", seen, "name a folder that can be written, or a new one in such")
    })?;
    let runtime =
        tokio::runtime::Runtime::new().map_err(|error| Failure::Machine(format!("runtime: {error}")))?;
    runtime.block_on(receive(arguments, verifier.as_ref(), output))
}

/// What the receiver shares with its connections.
#[derive(Debug)]
struct Receiver {
    reply: String,
    arrived: mpsc::Sender<(Captured, oneshot::Sender<()>)>,
}

async fn receive(
    arguments: &RecordArguments,
    verifier: Option<&Verifier>,
    output: &Output,
) -> Result<Exit, Failure> {
    // Before anything is announced, so that a signal that comes at once finds us listening.
    let end = signals::end()?;
    tokio::pin!(end);
    let no_port = |error: std::io::Error| {
        Failure::Machine(format!("no port: {} cannot be listened on ({error})", arguments.listen))
    };
    let listener = TcpListener::bind(arguments.listen).await.map_err(no_port)?;
    let url = format!("http://{}/", listener.local_addr().map_err(no_port)?);
    announce(&url, arguments, verifier.is_some(), output)?;

    let (sender, mut arrived) = mpsc::channel(64);
    let receiver = Arc::new(Receiver { reply: arguments.reply.clone(), arrived: sender });
    let router = Router::new().fallback(take).with_state(receiver);
    let (stop, stopped) = oneshot::channel::<()>();
    let serve = axum::serve(listener, router).with_graceful_shutdown(async { drop(stopped.await) });
    let served = tokio::spawn(serve.into_future());
    let recorded = tokio::select! {
        () = &mut end => Ok(()),
        recorded = record(arguments, verifier, &mut arrived, output) => recorded,
    };
    // The last message still gets its reply; whoever keeps a connection open does not keep us. What waits unwritten is
    // refused, so that it is sent again.
    drop((arrived, stop));
    drop(timeout(PATIENCE, served).await);
    recorded.map(|()| Exit::Success)
}

async fn record(
    arguments: &RecordArguments,
    verifier: Option<&Verifier>,
    arrived: &mut mpsc::Receiver<(Captured, oneshot::Sender<()>)>,
    output: &Output,
) -> Result<(), Failure> {
    let mut number = 0;
    let mut left = arguments.count;
    while left != Some(0) {
        let Some((message, written)) = arrived.recv().await else { break };
        let file = write(&arguments.out, &mut number, &message)?;
        // Whoever sent it may be gone.
        let _ = written.send(());
        tell(&file, &message, verifier, arguments.json, output)?;
        left = left.map(|left| left - 1);
    }
    Ok(())
}

/// Takes one message, and replies whatever it says, once it is written down.
async fn take(
    State(receiver): State<Arc<Receiver>>,
    parts: Parts,
    body: Bytes,
) -> Result<String, StatusCode> {
    let headers = parts.headers.iter();
    let headers = headers.map(|(name, value)| {
        (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())
    });
    let target = parts.uri.path_and_query().map_or("/", |target| target.as_str());
    let message = Captured {
        first_line: format!("{} {target} {:?}", parts.method, parts.version),
        headers: headers.collect(),
        body: body.to_vec(),
    };
    let (written, is_written) = oneshot::channel();
    let lost = StatusCode::SERVICE_UNAVAILABLE;
    receiver.arrived.send((message, written)).await.map_err(|_| lost)?;
    is_written.await.map(|()| receiver.reply.clone()).map_err(|_| lost)
}

fn announce(url: &str, arguments: &RecordArguments, verifies: bool, output: &Output) -> Result<(), Failure> {
    output.out(&if arguments.json {
        json!({"url": url, "folder": arguments.out.to_string_lossy()}).to_string()
    } else {
        let how = if verifies { "verified" } else { "not verified: give --alipay-public-key FILE" };
        let folder = arguments.out.display();
        format!("listening on {}; messages go to {folder}, {how}", styled(ACCENT, url))
    })?;
    Ok(())
}

/// Writes a message under the next number that is free.
fn write(folder: &Path, number: &mut usize, message: &Captured) -> Result<PathBuf, Failure> {
    loop {
        *number += 1;
        let path = folder.join(format!("notification-{number:04}.http"));
        match owner_only::new_file(&path, &message.to_bytes()) {
            Ok(()) => return Ok(path),
            // From an earlier recording.
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            Err(error) => {
                return Err(Failure::Machine(format!("{} cannot be written ({error})", path.display())));
            }
        }
    }
}

fn tell(
    file: &Path,
    message: &Captured,
    verifier: Option<&Verifier>,
    json: bool,
    output: &Output,
) -> Result<(), Failure> {
    let verified = verifier.map(|verifier| verify::arrived(message, verifier));
    let mut words = message.first_line.split(' ');
    let (verb, path) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let path = path.split('?').next().unwrap_or_default();
    let field = |name: &str| {
        let pairs = parse_form(&message.body).ok()?;
        let (_, value) = pairs.into_iter().find(|(known, _)| known == name.as_bytes())?;
        String::from_utf8(value).ok()
    };
    let (notify_id, topic) = (field("notify_id"), field("msg_method").or_else(|| field("notify_type")));
    let held = verified.as_ref().and_then(|verified| verified.as_ref().ok());
    if json {
        let object = json!({
            "file": file.to_string_lossy(),
            "verb": verb,
            "path": path,
            "bytes": message.body.len(),
            "notify_id": notify_id,
            "topic": topic,
            "holds": verified.as_ref().map_or(Value::Null, |verified| json!(holds(verified))),
            "rule": held.map(|report| report.rule.as_str()),
            "key": held.map(|report| report.key.as_str()),
            "certificate": held.and_then(|report| report.certificate.as_deref()),
            "reason": verified.as_ref().and_then(|verified| Some(verified.as_ref().err()?.to_string())),
        });
        output.out(&object.to_string())?;
        return Ok(());
    }
    let verdict = match &verified {
        None => styled(DIM, "not verified"),
        Some(Ok(report)) => format!("{} {}", styled(GOOD, "it holds:"), report.rule),
        Some(Err(failure @ (Failure::Undecrypted(_) | Failure::Foreign(_)))) => {
            format!("{} {}", styled(GOOD, "it holds:"), plain(&failure.to_string()))
        }
        Some(Err(failure)) => format!("{} {}", styled(BAD, "it does not hold:"), plain(&failure.to_string())),
    };
    let what = topic.unwrap_or_else(|| format!("{verb} {path}"));
    let about = format!("{} bytes in {}", message.body.len(), file.display());
    output.out(&format!("{}  {}  {verdict}", styled(ACCENT, &plain(&what)), styled(DIM, &about)))?;
    Ok(())
}

/// Whether the signature holds; the content may be encrypted all the same.
fn holds(verified: &Result<verify::Report, Failure>) -> bool {
    matches!(verified, Ok(_) | Err(Failure::Undecrypted(_) | Failure::Foreign(_)))
}
