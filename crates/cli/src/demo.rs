//! `alipay demo`: both products live their whole life against the sandbox, over a real port, with both clients.

mod activity;
mod caller;
mod cash;
mod inbox;
mod report;
mod stage;
mod step;

use std::future::pending;
use std::sync::Arc;

use alipay_api::sign::{Charset, PrivateKey, SignType};
use alipay_api::transport_async::ReqwestTransport;
use alipay_api::{Config, ConfigBuilder};
use alipay_sandbox::Sandbox;
use clap::{Args, ValueEnum};
use tokio::net::TcpListener;

use self::caller::Caller;
use self::inbox::Inbox;
use self::report::{Report, Total};
use self::stage::{Life, Stage};
use crate::exit::Exit;
use crate::failure::{Complaint, Failure};
use crate::output::Output;

const AFTER_HELP: &str = "\
Everything happens on this machine: the sandbox and a receiver of notifications listen on free loopback ports, keys are
generated and thrown away. Each step checks what it says, and the exit code is 0 only if all of them held.

With --json, each step is one line: {\"step\":...,\"client\":...,\"ok\":...,\"sent\":{...},\"answered\":{...}};
the last line is {\"ok\":...,\"steps\":N,\"failed\":N}.";

/// Watch a cash voucher and a payment voucher live their whole life against the local gateway
#[derive(Args, Debug)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct DemoArguments {
    /// Which life: cash voucher (v2), activity voucher (v3)
    #[arg(long, value_enum, default_value_t)]
    product: Product,
    /// Which client
    #[arg(long, value_enum, default_value_t)]
    client: Clients,
    /// Charset of v2: UTF-8 or GBK
    #[arg(long, default_value = "UTF-8")]
    charset: String,
    /// Signatures of v2: RSA2, RSA or SM2
    #[arg(long, default_value = "RSA2")]
    sign_type: SignType,
    /// One JSON object a line
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, ValueEnum)]
enum Product {
    Cash,
    Activity,
    #[default]
    All,
}

#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, ValueEnum)]
enum Clients {
    Async,
    Blocking,
    #[default]
    Both,
}

/// Plays, and counts.
pub(crate) fn run(arguments: &DemoArguments, output: &Output) -> Result<Exit, Failure> {
    let parsed = Charset::parse(&arguments.charset);
    parsed.map_err(|error| Complaint::new("--charset", error.to_string(), "write UTF-8 or GBK"))?;
    let runtime = tokio::runtime::Runtime::new().map_err(|error| machine("runtime", error))?;
    let total = runtime.block_on(play(arguments, output))?;
    // The two servers would run for ever.
    runtime.shutdown_background();
    Ok(if total.failed == 0 { Exit::Success } else { Exit::Failed })
}

async fn play(arguments: &DemoArguments, output: &Output) -> Result<Total, Failure> {
    let sandbox_listener = loopback().await?;
    let inbox_listener = loopback().await?;
    let address = sandbox_listener.local_addr().map_err(|error| machine("port", error))?;
    let sandbox = Sandbox::builder()
        .sign_type(arguments.sign_type)
        .base_url(format!("http://{address}"))
        .build()
        .map_err(|error| machine("sandbox", error))?;
    let (gateway, rest) = (gateway_config(arguments, &sandbox)?, rest_config(&sandbox)?);

    let inbox =
        Inbox::new(gateway.clone(), rest.clone(), &inbox_listener).map_err(|error| machine("port", error))?;
    tokio::spawn(inbox.clone().serve(inbox_listener));
    sandbox.control().set_message_url(Some(&inbox.messages_url()));
    let notifier = ReqwestTransport::new().map_err(|error| machine("TLS", error))?;
    // A server that fails under way makes steps fail; one that does not ends with the runtime.
    let served = sandbox.clone();
    tokio::spawn(async move { served.serve(sandbox_listener, Some(Arc::new(notifier)), pending()).await });

    let mut report = Report::new(*output, arguments.json);
    report.begin(&sandbox, &inbox)?;
    let callers = callers(arguments.client, &gateway)?.into_iter().zip(callers(arguments.client, &rest)?);
    for (gateway, rest) in callers {
        if arguments.product != Product::Activity {
            let stage = Stage::new(sandbox.clone(), gateway, inbox.clone());
            report.heading(
                "Cash voucher",
                &stage,
                &format!("v2, {}, {}", arguments.charset, arguments.sign_type),
            )?;
            end_of(cash::live(&mut Life::new(&stage, &mut report)).await)?;
        }
        if arguments.product != Product::Cash {
            let stage = Stage::new(sandbox.clone(), rest, inbox.clone());
            report.heading("Activity voucher", &stage, "v3, UTF-8, RSA2")?;
            end_of(activity::live(&mut Life::new(&stage, &mut report)).await)?;
        }
    }
    Ok(report.end(&inbox)?)
}

/// A step that failed has been told and counted; only a failure to tell it ends the demo.
fn end_of(life: Result<(), step::Stopped>) -> Result<(), Failure> {
    match life {
        Ok(()) | Err(step::Stopped::Failed) => Ok(()),
        Err(step::Stopped::Output(error)) => Err(error.into()),
    }
}

/// A client of v2.
fn gateway_config(arguments: &DemoArguments, sandbox: &Sandbox) -> Result<Config, Failure> {
    let config = builder(sandbox, sandbox.app_private_key())?
        .alipay_public_key(sandbox.alipay_public_key().to_spki_pem())
        .charset(&arguments.charset)
        .sign_type(arguments.sign_type);
    Ok(config.build()?)
}

/// A client of v3, which is UTF-8 and RSA2 always.
fn rest_config(sandbox: &Sandbox) -> Result<Config, Failure> {
    let config = builder(sandbox, sandbox.rest_app_private_key())?
        .alipay_public_key(sandbox.rest_alipay_public_key().to_spki_pem());
    Ok(config.build()?)
}

fn builder(sandbox: &Sandbox, key: Option<&PrivateKey>) -> Result<ConfigBuilder, Failure> {
    let key = key.ok_or_else(|| Failure::Machine("the sandbox made no key".to_owned()))?;
    Ok(alipay_api::config(sandbox.app_id())
        .private_key(key.to_pkcs8_pem().expose())
        .gateway(sandbox.gateway_url())
        .endpoint(sandbox.endpoint_url()))
}

fn callers(clients: Clients, config: &Config) -> Result<Vec<Caller>, Failure> {
    let mut callers = Vec::new();
    if clients != Clients::Blocking {
        callers.push(Caller::new_async(config.clone()).map_err(|error| machine("TLS", error))?);
    }
    if clients != Clients::Async {
        callers.push(Caller::new_blocking(config.clone()));
    }
    Ok(callers)
}

async fn loopback() -> Result<TcpListener, Failure> {
    TcpListener::bind("127.0.0.1:0").await.map_err(|error| machine("port", error))
}

fn machine(what: &str, error: impl std::fmt::Display) -> Failure {
    Failure::Machine(format!("{what}: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A demo that cannot fail would show nothing.
    #[test]
    fn a_life_with_a_wrong_key_stops_at_its_first_step_and_is_counted() {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let total = runtime.block_on(async {
            let (listener, inbox_listener) = (loopback().await.unwrap(), loopback().await.unwrap());
            let sandbox = Sandbox::builder().build().unwrap();
            let arguments = DemoArguments {
                product: Product::Cash,
                client: Clients::Async,
                charset: "UTF-8".to_owned(),
                sign_type: SignType::Rsa2,
                json: true,
            };
            let address = listener.local_addr().unwrap();
            let right = gateway_config(&arguments, &sandbox).unwrap();
            let wrong = alipay_api::config(sandbox.app_id())
                .private_key(PrivateKey::generate(2048).unwrap().to_pkcs8_pem().expose())
                .alipay_public_key(sandbox.alipay_public_key().to_spki_pem())
                .gateway(format!("http://{address}/gateway.do"))
                .build()
                .unwrap();
            let served = sandbox.clone();
            tokio::spawn(async move { served.serve(listener, None, pending()).await });
            let inbox = Inbox::new(right.clone(), right, &inbox_listener).unwrap();
            let mut report = Report::new(Output::nowhere(), true);
            for caller in [Caller::new_async(wrong.clone()).unwrap(), Caller::new_blocking(wrong)] {
                let stage = Stage::new(sandbox.clone(), caller, inbox.clone());
                end_of(cash::live(&mut Life::new(&stage, &mut report)).await).unwrap();
            }
            report.end(&inbox).unwrap()
        });
        assert_eq!((total.steps, total.failed), (2, 2));
    }
}
