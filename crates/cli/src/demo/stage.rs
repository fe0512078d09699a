//! What the steps of a life have in common: a sandbox, a client, an inbox, and numbers of their own.

use alipay_api::{DateTime, Nonce, SystemNonce};
use alipay_sandbox::{Control, Sandbox};

use super::caller::Caller;
use super::inbox::Inbox;
use super::report::Report;
use super::step::{Step, Stopped, Unmet};

/// Everything that a life plays with.
#[derive(Debug)]
pub(super) struct Stage {
    pub(super) sandbox: Sandbox,
    pub(super) control: Control,
    pub(super) caller: Caller,
    pub(super) inbox: Inbox,
}

impl Stage {
    pub(super) fn new(sandbox: Sandbox, caller: Caller, inbox: Inbox) -> Self {
        Self { control: sandbox.control(), sandbox, caller, inbox }
    }

    pub(super) fn now(&self) -> DateTime {
        self.control.now()
    }
}

/// One life: step after step, until the first that fails.
#[derive(Debug)]
pub(super) struct Life<'a> {
    pub(super) stage: &'a Stage,
    report: &'a mut Report,
    prefix: String,
}

impl<'a> Life<'a> {
    pub(super) fn new(stage: &'a Stage, report: &'a mut Report) -> Self {
        // Numbers of a merchant are used once; eight digits tell one life from another.
        let prefix = SystemNonce.next().chars().take(8).collect();
        Self { stage, report, prefix }
    }

    /// A number that no other life uses: `create-1f2e3d4c`.
    pub(super) fn out_biz_no(&self, what: &str) -> String {
        format!("{what}-{}", self.prefix)
    }

    /// Plays one step and tells what came of it.
    pub(super) async fn step<T>(
        &mut self,
        name: &'static str,
        title: &'static str,
        play: impl AsyncFnOnce(&mut Step<'a>) -> Result<T, Unmet>,
    ) -> Result<T, Stopped> {
        let mut step = Step::new(self.stage, name, title);
        let played = play(&mut step).await;
        let reason = played.as_ref().err().map(Unmet::to_string);
        self.report.step(&step.finish(reason))?;
        played.map_err(|_| Stopped::Failed)
    }
}
