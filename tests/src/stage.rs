//! Where a test body runs: a fresh local gateway and a client of it.

use std::future::Future;
use std::sync::{Arc, LazyLock};

use alipay_api::http::{AsyncTransport, BlockingTransport, HttpResponse};
use alipay_api::sign::{PrivateKey, SignType, encode_signature};
use alipay_api::transport_async::ReqwestTransport;
use alipay_api::transport_blocking::UreqTransport;
use alipay_api::{Client, Config, ConfigBuilder, NOTIFY_REPLY, Notification, SystemNonce, blocking};
use alipay_sandbox::Sandbox;
use tokio::sync::oneshot;

use crate::Caller;

/// Where a gateway without a port is said to be.
const IN_PROCESS: &str = "http://127.0.0.1";

static OURS: LazyLock<PrivateKey> = LazyLock::new(|| PrivateKey::generate(2048).expect("a key"));
static ALIPAYS: LazyLock<PrivateKey> = LazyLock::new(|| PrivateKey::generate(2048).expect("a key"));

/// What a stage is set up with.
#[derive(Clone, Copy, Debug)]
pub struct Setup {
    /// Charset of v2.
    pub charset: &'static str,
    /// Algorithm of v2.
    pub sign_type: SignType,
}

impl Default for Setup {
    fn default() -> Self {
        Self { charset: "UTF-8", sign_type: SignType::Rsa2 }
    }
}

/// A gateway of its own and a client of it.
#[derive(Debug)]
pub struct Stage<C> {
    /// The gateway.
    pub sandbox: Sandbox,
    /// The client.
    pub client: C,
    /// The configuration of the client.
    pub config: Config,
    /// Ends the server when it is dropped.
    _server: Option<oneshot::Sender<()>>,
}

impl<C: Caller> Stage<C> {
    /// Takes the notifications that are due, as a merchant's server does: verify, reply `success`.
    #[must_use]
    pub fn receive_notifications(&self) -> Vec<Notification> {
        let due = self.sandbox.due_notifications();
        let received = due.into_iter().map(|pending| {
            let verified = self
                .config
                .verify_notification(&pending.request.body, pending.request.header("content-type"));
            let reply = HttpResponse::new(200, Vec::new(), NOTIFY_REPLY.into());
            self.sandbox.notification_result(pending.id, &Ok(reply));
            verified.expect("the gateway signs what it sends")
        });
        received.collect()
    }
}

fn sandbox(setup: Setup) -> Sandbox {
    let built = Sandbox::builder()
        .app_public_key(OURS.public_key().to_spki_pem())
        .alipay_private_key(ALIPAYS.to_pkcs8_pem().expose())
        .sign_type(setup.sign_type)
        .build();
    built.expect("a gateway")
}

/// The set-up of a client; `base` is where the gateway listens.
fn settings(sandbox: &Sandbox, setup: Setup, base: &str) -> ConfigBuilder {
    ConfigBuilder::new(sandbox.app_id(), Arc::new(sandbox.clock()), Arc::new(SystemNonce))
        .private_key(OURS.to_pkcs8_pem().expose())
        .alipay_public_key(ALIPAYS.public_key().to_spki_pem())
        .charset(setup.charset)
        .sign_type(setup.sign_type)
        .gateway(format!("{base}/gateway.do"))
        .endpoint(base)
}

/// A server on a port of this machine, in a thread of its own, and where it listens.
fn serve(sandbox: &Sandbox) -> (oneshot::Sender<()>, String) {
    let (stop, stopped) = oneshot::channel::<()>();
    let (ready, started) = std::sync::mpsc::channel();
    let sandbox = sandbox.clone();
    std::thread::spawn(move || {
        block_on(async move {
            let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
            ready.send(listener.local_addr().expect("an address")).expect("the test waits");
            let stopped = async move {
                let _ = stopped.await;
            };
            sandbox.serve(listener, None, stopped).await.expect("it serves");
        });
    });
    let address = started.recv().expect("the server starts");
    (stop, format!("http://{address}"))
}

impl Stage<Client> {
    /// Async, without a port.
    #[must_use]
    pub fn async_in_process(setup: Setup) -> Self {
        let sandbox = sandbox(setup);
        let transport: Arc<dyn AsyncTransport> = Arc::new(sandbox.transport());
        Self::with(sandbox, setup, transport, None)
    }

    /// Async, over HTTP.
    #[must_use]
    pub fn async_over_http(setup: Setup) -> Self {
        let sandbox = sandbox(setup);
        let (server, base) = serve(&sandbox);
        let transport = Arc::new(ReqwestTransport::new().expect("a transport"));
        Self::with(sandbox, setup, transport, Some((server, base)))
    }

    fn with(
        sandbox: Sandbox,
        setup: Setup,
        transport: Arc<dyn AsyncTransport>,
        server: Option<(oneshot::Sender<()>, String)>,
    ) -> Self {
        let (server, base) = server.unzip();
        let base = base.unwrap_or_else(|| IN_PROCESS.to_owned());
        let config = settings(&sandbox, setup, &base).build().expect("a configuration");
        Self { client: Client::with_transport(config.clone(), transport), sandbox, config, _server: server }
    }
}

impl Stage<blocking::Client> {
    /// Blocking, without a port.
    #[must_use]
    pub fn blocking_in_process(setup: Setup) -> Self {
        let sandbox = sandbox(setup);
        let transport: Arc<dyn BlockingTransport> = Arc::new(sandbox.transport());
        Self::with(sandbox, setup, transport, None)
    }

    /// Blocking, over HTTP.
    #[must_use]
    pub fn blocking_over_http(setup: Setup) -> Self {
        let sandbox = sandbox(setup);
        let (server, base) = serve(&sandbox);
        Self::with(sandbox, setup, Arc::new(UreqTransport::new()), Some((server, base)))
    }

    fn with(
        sandbox: Sandbox,
        setup: Setup,
        transport: Arc<dyn BlockingTransport>,
        server: Option<(oneshot::Sender<()>, String)>,
    ) -> Self {
        let (server, base) = server.unzip();
        let base = base.unwrap_or_else(|| IN_PROCESS.to_owned());
        let config = settings(&sandbox, setup, &base).build().expect("a configuration");
        Self {
            client: blocking::Client::with_transport(config.clone(), transport),
            sandbox,
            config,
            _server: server,
        }
    }
}

/// The signature of the gateways of all stages, in base64: for messages that no gateway sends.
#[must_use]
pub fn alipay_signature(text: &str) -> String {
    encode_signature(&ALIPAYS.sign(SignType::Rsa2, text.as_bytes()).expect("a signature"))
}

/// Runs a body to its end on this thread.
pub fn block_on<T>(body: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.expect("a runtime").block_on(body)
}
