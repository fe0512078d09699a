//! The sandbox: one lock around the state, and the way from a path to whoever answers it.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use alipay_core::http::{HttpRequest, HttpResponse, SendFailure};
use alipay_sign::{PrivateKey, PublicKey, SignType};

use crate::builder::{SandboxBuilder, Settings};
use crate::catalog::{Catalog, Protocol};
use crate::certificates::{CertificateFiles, Certificates, TrustMode};
use crate::clock::SandboxClock;
use crate::control;
use crate::control::Control;
use crate::fault::bad_gateway;
use crate::front::{self, Place};
use crate::log::RequestLog;
use crate::outbox::PendingNotification;
use crate::state::{Context, State};
use crate::transport::InProcess;

/// A whole Alipay gateway in memory, for one application of one merchant. Cheap to clone; clones share everything.
///
/// ```
/// use alipay_sandbox::Sandbox;
///
/// let sandbox = Sandbox::builder().app_id("2021000000000001").build()?;
/// assert_eq!(sandbox.gateway_url(), "http://127.0.0.1/gateway.do");
/// assert!(sandbox.app_private_key().is_some(), "no key was given, so a pair was generated");
/// # Ok::<(), alipay_sandbox::BuildError>(())
/// ```
#[derive(Clone)]
pub struct Sandbox(Arc<Inner>);

struct Inner {
    settings: Settings,
    catalog: Catalog,
    state: Mutex<State>,
    watchers: Mutex<Vec<Weak<Watcher>>>,
}

/// Is called after something may have become due.
pub(crate) type Watcher = dyn Fn() + Send + Sync;

impl Sandbox {
    /// Starts from the defaults.
    pub fn builder() -> SandboxBuilder {
        SandboxBuilder::new()
    }

    pub(crate) fn new(settings: Settings, catalog: Catalog, state: State) -> Self {
        Self(Arc::new(Inner { settings, catalog, state: Mutex::new(state), watchers: Mutex::default() }))
    }

    /// The application.
    #[must_use]
    pub fn app_id(&self) -> &str {
        &self.0.settings.app_id
    }

    /// The private key of the application, where the sandbox generated it.
    #[must_use]
    pub fn app_private_key(&self) -> Option<&PrivateKey> {
        self.0.settings.keys.app_private.as_ref()
    }

    /// The key that clients verify answers and notifications with: that of public-key mode, or where there are
    /// certificates only, that of the newest one.
    #[must_use]
    pub fn alipay_public_key(&self) -> PublicKey {
        self.public_key(Protocol::V2)
    }

    /// As [`Sandbox::app_private_key`], for v3: the same key, unless the sign type is SM2. v3 knows RSA2 only, so an
    /// application with SM2 has an RSA key beside it.
    #[must_use]
    pub fn rest_app_private_key(&self) -> Option<&PrivateKey> {
        self.0.settings.rest_keys.app_private.as_ref()
    }

    /// As [`Sandbox::alipay_public_key`], for answers and messages of v3: the same key, unless the sign type is SM2.
    #[must_use]
    pub fn rest_alipay_public_key(&self) -> PublicKey {
        self.public_key(Protocol::V3)
    }

    fn public_key(&self, protocol: Protocol) -> PublicKey {
        let by_certificate = self.trust_mode() == TrustMode::Certificates;
        self.lock().seal(&self.0.settings, protocol, by_certificate).key.public_key()
    }

    /// Whom clients believe.
    #[must_use]
    pub fn trust_mode(&self) -> TrustMode {
        self.0.settings.trust_mode
    }

    /// The certificates that a client is set up with, as they are now; `None` in public-key mode.
    ///
    /// ```
    /// use alipay_sandbox::{Sandbox, TrustMode};
    /// use alipay_sign::Certificate;
    ///
    /// let sandbox = Sandbox::builder().trust_mode(TrustMode::Certificates).build()?;
    /// let files = sandbox.certificates().ok_or("certificate mode")?;
    /// let app = Certificate::parse(&files.app)?;
    /// assert_eq!(app.subject_common_name(), Some("2088202967380463-2021000000000000"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn certificates(&self) -> Option<CertificateFiles> {
        self.lock().certificates(Protocol::V2).map(Certificates::files)
    }

    /// As [`Sandbox::certificates`], for v3: the same files, unless the sign type is SM2.
    #[must_use]
    pub fn rest_certificates(&self) -> Option<CertificateFiles> {
        self.lock().certificates(Protocol::V3).map(Certificates::files)
    }

    /// What the application has agreed on for v2.
    #[must_use]
    pub fn sign_type(&self) -> SignType {
        self.0.settings.sign_type
    }

    /// The clock that this sandbox follows, for clients in the same process.
    #[must_use]
    pub fn clock(&self) -> SandboxClock {
        self.0.settings.clock.clone()
    }

    /// Address of the v2 gateway.
    #[must_use]
    pub fn gateway_url(&self) -> String {
        format!("{}/gateway.do", self.endpoint_url())
    }

    /// Scheme, host and port of v3.
    #[must_use]
    pub fn endpoint_url(&self) -> String {
        self.lock().base_url().to_owned()
    }

    /// Address of the control interface.
    #[must_use]
    pub fn control_url(&self) -> String {
        format!("{}/control", self.endpoint_url())
    }

    /// What a phone, a user or time would do.
    #[must_use]
    pub fn control(&self) -> Control {
        Control::new(self.clone())
    }

    /// A transport into this sandbox, without a port. Its `sleep` moves the clock of the sandbox and returns at once.
    #[must_use]
    pub fn transport(&self) -> InProcess {
        InProcess::new(self.clone())
    }

    /// Answers one request: `/gateway.do`, `/v3/...`, `/confirm/...`, `/recharge/...`, `/control/...`.
    ///
    /// A fault that breaks the connection becomes status 502 here; [`Sandbox::exchange`] tells it apart.
    #[must_use]
    pub fn handle(&self, request: &HttpRequest) -> HttpResponse {
        self.exchange(request).unwrap_or_else(|_| bad_gateway())
    }

    /// As [`Sandbox::handle`], with broken connections as what they are.
    ///
    /// # Errors
    /// A connection fault that was injected.
    pub fn exchange(&self, request: &HttpRequest) -> Result<HttpResponse, SendFailure> {
        let place = Place::of(&request.url);
        let (response, log) = match place {
            // The control interface takes the lock itself.
            Place::Control => {
                let (response, log) = control::http::handle(&self.control(), request);
                (Ok(response), log)
            }
            place => self.with_context(|context| front::exchange(context, request, place)),
        };
        self.tell(&log);
        self.wake();
        response
    }

    /// Tells the log of a request.
    pub(crate) fn tell(&self, request: &RequestLog) {
        if let Some(tell) = &self.0.settings.log {
            tell(request);
        }
    }

    /// Notifications and messages that are due by the clock of the sandbox. Each is handed out once; then its fate
    /// must be told with [`Sandbox::notification_result`] before it can become due again.
    #[must_use]
    pub fn due_notifications(&self) -> Vec<PendingNotification> {
        self.with_context(|context| {
            context.settle();
            context.state.outbox.due(context.now_millis)
        })
    }

    /// Tells what came of a notification. Only status 200 with the exact body `success` counts as taken; anything
    /// else, and it becomes due again later.
    pub fn notification_result(&self, id: u64, result: &Result<HttpResponse, SendFailure>) {
        self.with_context(|context| context.state.outbox.result(id, context.now, context.now_millis, result));
    }

    /// Says that a notification will not be delivered: its address is not on this machine.
    pub fn hold_notification(&self, id: u64) {
        self.with_context(|context| context.state.outbox.hold(id));
    }

    /// Sets the address that the server found, unless one was configured.
    #[cfg(feature = "server")]
    pub(crate) fn found_base_url(&self, url: String) {
        self.lock().base_url.get_or_insert(url);
    }

    /// Calls `watcher` after every request and every move of the clock, as long as it lives.
    #[cfg(feature = "server")]
    pub(crate) fn watch(&self, watcher: &Arc<Watcher>) {
        let mut watchers = self.0.watchers.lock().unwrap_or_else(PoisonError::into_inner);
        watchers.push(Arc::downgrade(watcher));
    }

    pub(crate) fn wake(&self) {
        let mut watchers = self.0.watchers.lock().unwrap_or_else(PoisonError::into_inner);
        watchers.retain(|watcher| match watcher.upgrade() {
            Some(watcher) => {
                watcher();
                true
            }
            None => false,
        });
    }

    pub(crate) fn with_context<T>(&self, work: impl FnOnce(&mut Context<'_>) -> T) -> T {
        let mut state = self.lock();
        work(&mut Context::new(&self.0.settings, &self.0.catalog, &mut state))
    }

    /// A panic elsewhere must not take the sandbox with it; the state is changed in small steps that each hold.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Sandbox {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Sandbox")
            .field("app_id", &self.0.settings.app_id)
            .field("trust_mode", &self.0.settings.trust_mode)
            .field("sign_type", &self.0.settings.sign_type)
            .field("alipay_public_key", &self.alipay_public_key().fingerprint())
            .finish_non_exhaustive()
    }
}
