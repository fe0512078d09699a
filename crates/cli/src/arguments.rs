//! The command line. Each command has its arguments in its own module.

use clap::{Parser, Subcommand};
use serde_json::Value;

use crate::call::CallArguments;
use crate::cert::CertArguments;
use crate::content::{DecryptArguments, EncryptArguments};
use crate::demo::DemoArguments;
use crate::exit::Exit;
use crate::explain::ExplainArguments;
use crate::failure::{Complaint, Failure, told};
use crate::key::KeyArguments;
use crate::notify::NotifyArguments;
use crate::ops::OpsArguments;
use crate::output::Output;
use crate::sandbox::SandboxArguments;
use crate::secret_file;
use crate::sign::SignArguments;
use crate::verify::VerifyArguments;

const AFTER_HELP: &str = "\
Exit codes:
  0  it worked, or it holds; demo: every step held; notify: the reply was exactly `success`
  1  demo: a step failed; notify: another reply; otherwise the machine failed (no port, no folder, a closed pipe);
     the answer of a call may be lost that way: `outcome` in --json is then `done`, or `unknown`
  2  usage or configuration: nothing was sent
  3  Alipay answered with an error (`authenticated` in --json says whether it signed it)
  4  no answer or reply, or a message that cannot be read
  5  a signature that is missing or wrong, a chain of certificates that does not hold, or a message for another
     application

Environment (flags win over it, and it wins over the profile):
  ALIPAY_GATEWAY, ALIPAY_ENDPOINT     addresses of v2 and v3
  ALIPAY_APP_ID                       the application
  ALIPAY_PRIVATE_KEY_FILE             file with its private key, or
  ALIPAY_PRIVATE_KEY                  the private key itself
  ALIPAY_PUBLIC_KEY_FILE              file with Alipay's public key, or
  ALIPAY_PUBLIC_KEY                   Alipay's public key itself
  ALIPAY_APP_CERTIFICATE_FILE         certificate mode, in place of the public key: the application's certificate,
  ALIPAY_CERTIFICATE_FILE             Alipay's certificate, and
  ALIPAY_ROOT_CERTIFICATE_FILE        Alipay's root certificates
  ALIPAY_CONTENT_KEY_FILE             file with the key for encrypted contents, or
  ALIPAY_CONTENT_KEY                  that key itself
  ALIPAY_CONTENT_CIPHER               AES or AES_V2
  ALIPAY_CHARSET, ALIPAY_SIGN_TYPE    of v2: UTF-8 or GBK; RSA2, RSA or SM2
  ALIPAY_APP_AUTH_TOKEN               token of the merchant on whose behalf to call
  ALIPAY_AUTH_TOKEN                   token of the user on whose behalf to call (v2)
  ALIPAY_PROFILE                      profile to use, in
  ALIPAY_PROFILE_FILE                 file with profiles (~/.config/alipay/profiles.toml)
  NO_COLOR                            no colour, unless --color=always

Profiles are tables of a TOML file; `default` is used when none is named:
  [default]
  gateway = \"http://127.0.0.1:8080/gateway.do\"
  endpoint = \"http://127.0.0.1:8080\"
  app_id = \"2021000000000000\"
  private_key_file = \"app_private_key.pem\"         # relative to this file
  alipay_public_key_file = \"alipay_public_key.pem\"
  # also: charset, sign_type, timeout (seconds), app_auth_token_file, auth_token_file,
  # app_certificate_file, alipay_certificate_file, alipay_root_certificate_file (in place of alipay_public_key_file),
  # content_key_file, content_cipher, encrypt = true

Keys and tokens come from files or the environment, never from the command line.";

/// The Alipay OpenAPI on the command line: a demo, a local gateway, calls, operations, signatures, keys, certificates.
#[derive(Debug, Parser)]
#[command(name = "alipay", version, after_long_help = AFTER_HELP, after_help = "See `alipay --help` for exit codes, environment and profiles.")]
pub(crate) struct Arguments {
    /// When to use colour.
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto", display_order = 900)]
    pub(crate) color: clap::ColorChoice,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Demo(DemoArguments),
    Sandbox(SandboxArguments),
    Call(Box<CallArguments>),
    Ops(OpsArguments),
    Sign(SignArguments),
    Verify(Box<VerifyArguments>),
    Explain(Box<ExplainArguments>),
    Key(KeyArguments),
    Cert(CertArguments),
    Encrypt(EncryptArguments),
    Decrypt(DecryptArguments),
    Notify(NotifyArguments),
}

impl Command {
    pub(crate) fn wants_json(&self) -> bool {
        match self {
            Self::Demo(arguments) => arguments.json,
            Self::Sandbox(arguments) => arguments.json,
            Self::Call(arguments) => arguments.json,
            Self::Ops(arguments) => arguments.wants_json(),
            Self::Sign(arguments) => arguments.json,
            Self::Verify(arguments) => arguments.wants_json(),
            Self::Explain(arguments) => arguments.wants_json(),
            Self::Key(arguments) => arguments.wants_json(),
            Self::Cert(arguments) => arguments.wants_json(),
            Self::Encrypt(arguments) => arguments.json,
            Self::Decrypt(arguments) => arguments.json,
            Self::Notify(arguments) => arguments.wants_json(),
        }
    }
}

/// Says why the command line is not understood; help and version come this way too.
pub(crate) fn refuse(error: &clap::Error) -> Exit {
    if !error.use_stderr() {
        return if error.print().is_ok() { Exit::Success } else { Exit::Failed };
    }
    let arguments = std::env::args_os().map(|argument| argument.to_string_lossy().into_owned());
    let words: Vec<String> = arguments.skip(1).collect();
    let has_key = words.iter().any(|word| secret_file::looks_like_a_key(word));
    let json = words.iter().any(|word| word == "--json");
    // Where stderr is gone too, the exit code alone has to say it.
    let _ = match (has_key, json) {
        // The message of the parser would show it.
        (true, _) => {
            let told =
                Failure::from(Complaint::new("command line", "a key stands on it", secret_file::GIVE_A_FILE));
            return told.report(&Output::new(clap::ColorChoice::Auto), json);
        }
        (false, true) => {
            let text = error.to_string();
            let lines = text.lines().take_while(|line| !line.is_empty()).map(str::trim);
            let message = lines.collect::<Vec<_>>().join(" ");
            let message = message.trim_start_matches("error: ");
            Output::new(clap::ColorChoice::Never)
                .err(&Value::Object(told("usage", "not_sent", message)).to_string())
        }
        (false, false) => error.print(),
    };
    Exit::Usage
}
