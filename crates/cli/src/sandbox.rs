//! `alipay sandbox`: the local gateway on a port of this machine, until it is interrupted.

mod announce;
mod key_files;

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;

use alipay_api::DateTime;
use alipay_api::sign::{ContentCipher, SignType};
use alipay_api::transport_async::ReqwestTransport;
use alipay_sandbox::{BuildError, RequestLog, Sandbox, TrustMode};
use clap::{Args, ValueEnum};
use serde_json::json;
use tokio::net::TcpListener;

use self::announce::{Announcement, Contents};
use self::key_files::KeyFiles;
use crate::address;
use crate::exit::Exit;
use crate::failure::{Complaint, Failure};
use crate::output::{ACCENT, BAD, DIM, GOOD, Output, plain, styled};
use crate::secret_file;
use crate::signals;
use crate::unusable;

const AFTER_HELP: &str = "\
The first line on stdout tells where it listens and which files it made; with --json it is one JSON object:
  gateway, endpoint, control         addresses of v2, of v3, and of what a phone, a user or time would do
  app_id                             the application
  app_private_key_file               sign with this key; null where --app-public-key was given
  alipay_public_key_file             verify with this key; null where --alipay-private-key was given
  app_certificate_file, alipay_certificate_file, alipay_root_certificate_file
                                     with --trust certificates or either: the files of certificate mode
  v3_app_private_key_file, ...       the same for v3, with --sign-type SM2 only: v3 knows RSA2 and nothing else
  environment                        the variables with which `alipay call` reaches it; null where the file is yours
  v3_environment                     what v3 needs instead, with --sign-type SM2 only
Then every request is logged to stderr, without bodies, queries or headers. SIGINT and SIGTERM end it, and the files
that it made are removed. GET on the control address lists what can be controlled; with --trust certificates or either,
GET /control/certificates below it hands out the certificates as they are then.";

/// Run the local gateway on a port of this machine
///
/// It verifies signatures as Alipay does, keeps vouchers, signs its answers and sends notifications to addresses of
/// this machine.
#[derive(Args, Debug)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct SandboxArguments {
    /// Loopback address and port; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS:PORT", default_value_t = SocketAddr::from((Ipv4Addr::LOCALHOST, 8080)))]
    listen: SocketAddr,
    /// The application
    #[arg(long, value_name = "ID", default_value = alipay_sandbox::DEFAULT_APP_ID)]
    app_id: String,
    /// File with the public key of the application; without it, a pair of keys is generated
    #[arg(long, value_name = "FILE")]
    app_public_key: Option<PathBuf>,
    /// File with the private key that answers are signed with; without it, one is generated
    #[arg(long, value_name = "FILE")]
    alipay_private_key: Option<PathBuf>,
    /// Whom clients believe: Alipay's key, its certificates, or as each request chooses
    #[arg(long, value_enum, default_value_t = Trust::Keys)]
    trust: Trust,
    /// File with the key of encrypted contents, in base64; without it, encrypted calls are refused
    #[arg(long, value_name = "FILE")]
    content_key_file: Option<PathBuf>,
    /// Encrypt the messages of v3 products with that key: AES, or AES_V2 with a random start
    #[arg(long, value_name = "CIPHER", num_args = 0..=1, require_equals = true, default_missing_value = "AES", requires = "content_key_file")]
    encrypt_messages: Option<ContentCipher>,
    /// Signatures of v2: RSA2, RSA or SM2; v3 is always RSA2
    #[arg(long, default_value = "RSA2")]
    sign_type: SignType,
    /// Where the messages of v3 products go; can be changed through the control address
    #[arg(long, value_name = "URL")]
    message_url: Option<String>,
    /// The first line and the log as JSON objects
    #[arg(long)]
    pub(crate) json: bool,
}

/// Whom clients of the sandbox believe.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Trust {
    Keys,
    Certificates,
    Either,
}

impl From<Trust> for TrustMode {
    fn from(trust: Trust) -> Self {
        match trust {
            Trust::Keys => Self::Keys,
            Trust::Certificates => Self::Certificates,
            Trust::Either => Self::Either,
        }
    }
}

/// Serves until a signal.
pub(crate) fn run(arguments: &SandboxArguments, output: &Output) -> Result<Exit, Failure> {
    if !arguments.listen.ip().is_loopback() {
        let fix = "listen on 127.0.0.1 or [::1]: whoever reaches the sandbox can give vouchers away";
        return Err(Complaint::new("--listen", arguments.listen.to_string(), fix).into());
    }
    let runtime =
        tokio::runtime::Runtime::new().map_err(|error| Failure::Machine(format!("runtime: {error}")))?;
    runtime.block_on(serve(arguments, *output))
}

async fn serve(arguments: &SandboxArguments, output: Output) -> Result<Exit, Failure> {
    // Before anything is announced, so that a signal that comes at once finds us listening.
    let end = signals::end()?;
    let listener = TcpListener::bind(arguments.listen).await.map_err(|error| {
        Failure::Machine(format!("no port: {} cannot be listened on ({error})", arguments.listen))
    })?;
    let address = listener.local_addr().map_err(|error| Failure::Machine(format!("no port: {error}")))?;
    let sandbox = build(arguments, address, output)?;
    let files = KeyFiles::write(&sandbox, arguments.alipay_private_key.is_none())?;
    let contents =
        Contents { key_file: arguments.content_key_file.as_deref(), cipher: arguments.encrypt_messages };
    let announcement = Announcement::new(&sandbox, &files, contents);
    output.out(&if arguments.json {
        announcement.to_json().to_string()
    } else {
        announcement.for_people()
    })?;

    let notifier = ReqwestTransport::new().map_err(|error| Failure::Machine(format!("TLS: {error}")))?;
    let served = sandbox.serve(listener, Some(Arc::new(notifier)), end).await;
    files.remove();
    served.map_err(|error| Failure::Machine(error.to_string()))?;
    Ok(Exit::Success)
}

fn build(arguments: &SandboxArguments, address: SocketAddr, output: Output) -> Result<Sandbox, Failure> {
    let json = arguments.json;
    let mut builder = Sandbox::builder()
        .app_id(&arguments.app_id)
        .sign_type(arguments.sign_type)
        .trust_mode(arguments.trust.into())
        .base_url(format!("http://{address}"))
        // Where stderr is gone, the requests are still answered.
        .log(move |entry| drop(output.err(&if json { log_json(entry) } else { log_line(entry) })));
    if let Some(path) = &arguments.app_public_key {
        builder = builder.app_public_key(secret_file::read_secret("--app-public-key", path)?);
    }
    if let Some(path) = &arguments.alipay_private_key {
        builder = builder.alipay_private_key(secret_file::read_secret("--alipay-private-key", path)?);
    }
    if let Some(path) = &arguments.content_key_file {
        builder = builder.content_key(secret_file::read_secret("--content-key-file", path)?);
    }
    if let Some(cipher) = arguments.encrypt_messages {
        builder = builder.encrypt_messages(cipher);
    }
    if let Some(url) = &arguments.message_url {
        address::check("--message-url", url, true)?;
        builder = builder.message_url(url);
    }
    builder.build().map_err(|error| match &error {
        BuildError::Generate(_) | BuildError::Catalog(_) => Failure::Machine(error.to_string()),
        BuildError::Key { field, source } => unusable::key(&flag(field), source).into(),
        BuildError::ContentKey(error) => {
            let (seen, fix) = unusable::halves(error);
            Complaint::new(flag("content_key_file"), seen, fix).into()
        }
        BuildError::Setting { field, what } => {
            let (seen, fix) = what.split_once("; ").unwrap_or((what, "see `alipay sandbox --help`"));
            Complaint::new(flag(field), seen, fix).into()
        }
        _ => Complaint::new("sandbox", error.to_string(), "").into(),
    })
}

/// The flag of a setting.
fn flag(setting: &str) -> String {
    format!("--{}", setting.replace('_', "-"))
}

fn log_json(entry: &RequestLog) -> String {
    let object = json!({
        "verb": entry.verb,
        "path": entry.path,
        "method": entry.method,
        "status": entry.status,
        "outcome": entry.outcome,
        "succeeded": entry.succeeded,
        "trace_id": entry.trace_id,
    });
    object.to_string()
}

fn log_line(entry: &RequestLog) -> String {
    let millis = alipay_api::Clock::now_unix_millis(&alipay_api::SystemClock);
    let time = DateTime::from_unix_millis(millis).map(|now| now.to_string()).unwrap_or_default();
    let what = entry.method.clone().unwrap_or_else(|| format!("{} {}", entry.verb, entry.path));
    let outcome = styled(if entry.succeeded { GOOD } else { BAD }, &plain(&entry.outcome));
    let trace_id = entry.trace_id.as_deref().unwrap_or("-");
    format!("{}  {}  {outcome}  {}", styled(DIM, &time), styled(ACCENT, &plain(&what)), styled(DIM, trace_id))
}
