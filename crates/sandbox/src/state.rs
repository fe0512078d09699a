//! Everything that the sandbox remembers, under one lock.

use alipay_core::{Clock, DateTime};

use crate::activity::Activities;
use crate::builder::Settings;
use crate::cash::CashVouchers;
use crate::catalog::{Catalog, Operation};
use crate::certificates::Certificates;
use crate::fault::Faults;
use crate::outbox::Outbox;
use crate::reply::{Fields, Refusal};
use crate::script::Script;
use crate::upload::Upload;

/// The most uploads and finished notifications that are remembered: a sandbox may run for months.
pub(crate) const REMEMBERED: usize = 10_000;

pub(crate) struct State {
    /// Scheme, host and port, once they are known.
    pub(crate) base_url: Option<String>,
    pub(crate) message_url: Option<String>,
    /// Where certificate mode is possible.
    pub(crate) certificates: Option<Certificates>,
    /// Of v3, where it has keys of its own.
    pub(crate) rest_certificates: Option<Certificates>,
    pub(crate) cash: CashVouchers,
    pub(crate) activities: Activities,
    pub(crate) outbox: Outbox,
    pub(crate) faults: Faults,
    pub(crate) uploads: Vec<Upload>,
    pub(crate) script: Script,
    /// The last number that was given out.
    counter: u64,
}

impl State {
    pub(crate) fn new(
        base_url: Option<String>,
        message_url: Option<String>,
        (certificates, rest_certificates): (Option<Certificates>, Option<Certificates>),
    ) -> Self {
        Self {
            base_url,
            message_url,
            certificates,
            rest_certificates,
            cash: CashVouchers::default(),
            activities: Activities::default(),
            outbox: Outbox::default(),
            faults: Faults::default(),
            uploads: Vec::new(),
            script: Script::default(),
            counter: 0,
        }
    }

    /// Scheme, host and port under which browsers reach the sandbox.
    pub(crate) fn base_url(&self) -> &str {
        self.base_url.as_deref().unwrap_or("http://127.0.0.1")
    }

    /// A number that was never given out before.
    pub(crate) fn number(&mut self) -> u64 {
        self.counter += 1;
        self.counter
    }

    /// An id as Alipay writes them: the day, a fixed part that tells the kind, and a running number; 28 characters.
    pub(crate) fn id(&mut self, now: DateTime, kind: &str) -> String {
        let day: String = now.date().to_string().chars().filter(char::is_ascii_digit).collect();
        let rest = 20_usize.saturating_sub(kind.len());
        format!("{day}{kind}{:0rest$}", self.number())
    }

    /// 32 hexadecimal digits that were never given out before.
    pub(crate) fn nonce(&mut self, now_millis: i64) -> String {
        format!("{now_millis:016x}{:016x}", self.number())
    }
}

/// What a piece of business works with: the settings, the catalog, the state and one moment.
pub(crate) struct Context<'a> {
    pub(crate) settings: &'a Settings,
    pub(crate) catalog: &'a Catalog,
    pub(crate) state: &'a mut State,
    pub(crate) now_millis: i64,
    pub(crate) now: DateTime,
}

impl<'a> Context<'a> {
    pub(crate) fn new(settings: &'a Settings, catalog: &'a Catalog, state: &'a mut State) -> Self {
        let (now_millis, now) = (settings.clock.now_unix_millis(), settings.clock.now());
        Self { settings, catalog, state, now_millis, now }
    }

    /// Everything that is wrong with the fields of a request, in one refusal.
    pub(crate) fn check(&self, operation: &Operation, fields: &Fields) -> Result<(), Refusal> {
        let found = self.catalog.violations(operation, fields, Some(self.now));
        if found.is_empty() { Ok(()) } else { Err(Refusal::Parameter(found.join("; "))) }
    }

    pub(crate) fn id(&mut self, kind: &str) -> String {
        self.state.id(self.now, kind)
    }

    pub(crate) fn nonce(&mut self) -> String {
        self.state.nonce(self.now_millis)
    }
}
