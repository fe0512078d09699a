//! What a phone, a user, a bad network or time would do to the sandbox.

pub(crate) mod http;
pub(crate) mod page;

use std::time::Duration;

use alipay_core::{DateTime, Money};
use serde_json::{Map, Value, json};

use crate::cash::Bill;
use crate::catalog::Protocol;
use crate::certificates::{CertificateFiles, Certificates};
use crate::error::{BuildError, ControlError};
use crate::fault::Fault;
use crate::outbox::OutboxEntry;
use crate::reply::Refusal;
use crate::sandbox::Sandbox;
use crate::script::ReceivedCall;
use crate::upload::Upload;
use crate::{activity, cash, keys};

const KEY_MODE: &str = "the sandbox is in public-key mode and has no certificates; build it with TrustMode::Certificates or Either";

/// The handle for everything that does not come from the merchant's server. The same over HTTP: see the
/// [crate documentation](crate#over-http).
#[derive(Clone, Debug)]
pub struct Control {
    sandbox: Sandbox,
}

impl Control {
    pub(crate) fn new(sandbox: Sandbox) -> Self {
        Self { sandbox }
    }

    /// The payer pays the budget of a cash-voucher template, which activates it. `GET confirm_uri` does the same.
    ///
    /// # Errors
    /// There is no such template, or it is not a draft that could still be used.
    pub fn pay_template(&self, template_id: &str) -> Result<(), ControlError> {
        self.run(|context| cash::pay(context, template_id).map(|_| ()))
    }

    /// The payer tops up the budget of an activity, after publishing or appending. `GET recharge_url` does the same.
    ///
    /// # Errors
    /// There is no such activity, or nothing to pay.
    pub fn pay_recharge(&self, activity_id: &str) -> Result<(), ControlError> {
        self.run(|context| activity::pay(context, activity_id))
    }

    /// A user takes a voucher of an activity, without the merchant's server. Answers the voucher.
    ///
    /// # Errors
    /// The same as those of `alipay.marketing.activity.voucher.send`.
    pub fn claim(&self, activity_id: &str, user_id: &str) -> Result<String, ControlError> {
        self.run(|context| activity::claim(context, activity_id, user_id))
    }

    /// A user spends a voucher, whole or in part, on an order. Of a cash voucher the merchant is notified, if the
    /// template has a `notify_uri`. `order_amount` is compared with `floor_amount`; without it the order is large
    /// enough. A voucher of an activity is used up by any amount.
    ///
    /// # Errors
    /// There is no such voucher, it cannot be spent now, or not so much of it.
    pub fn redeem(
        &self,
        voucher_id: &str,
        amount: Money,
        order_amount: Option<Money>,
    ) -> Result<Bill, ControlError> {
        self.run(|context| match context.state.activities.has_voucher(voucher_id) {
            true => activity::redeem(context, voucher_id, amount),
            false => cash::redeem(context, voucher_id, amount, order_amount),
        })
    }

    /// An order that a voucher was spent on is refunded, whole or in part.
    ///
    /// # Errors
    /// There is no such voucher, or not so much was redeemed and not refunded yet.
    pub fn refund(&self, voucher_id: &str, amount: Money) -> Result<Bill, ControlError> {
        self.run(|context| match context.state.activities.has_voucher(voucher_id) {
            true => activity::refund(context, voucher_id, amount),
            false => cash::refund(context, voucher_id, amount),
        })
    }

    /// The link that the use button of a cash voucher opens (`useMode` `H5`), signed by Alipay if the template asks
    /// for it.
    ///
    /// # Errors
    /// There is no such voucher, or its template has no use button.
    pub fn use_link(&self, voucher_id: &str) -> Result<String, ControlError> {
        self.run(|context| cash::use_link(context, voucher_id))
    }

    /// Moves the clock forward. Windows, expiry and the repetition of notifications follow.
    pub fn advance(&self, time: Duration) {
        self.sandbox.clock().advance(time);
        self.run(|context| context.settle());
    }

    /// Now in Beijing, by the clock of the sandbox.
    #[must_use]
    pub fn now(&self) -> DateTime {
        self.sandbox.clock().now()
    }

    /// Every notification and message so far, in order, with its deliveries: of more than 10,000, the oldest that are
    /// finished are forgotten.
    #[must_use]
    pub fn outbox(&self) -> Vec<OutboxEntry> {
        self.run(|context| {
            context.settle();
            context.state.outbox.entries().cloned().collect()
        })
    }

    /// The last 10,000 files that were uploaded, in order.
    #[must_use]
    pub fn uploads(&self) -> Vec<Upload> {
        self.run(|context| context.state.uploads.clone())
    }

    /// Where messages of the v3 products go from now on; `None` keeps them in the outbox.
    pub fn set_message_url(&self, url: Option<&str>) {
        self.run(|context| context.state.message_url = url.map(str::to_owned));
    }

    /// Those of v2 and of v3.
    fn certificates(&self) -> Result<(CertificateFiles, CertificateFiles), ControlError> {
        let both = self.sandbox.certificates().zip(self.sandbox.rest_certificates());
        both.ok_or_else(|| ControlError::new(KEY_MODE))
    }

    /// Alipay makes a new key and a new certificate for it, and signs with them from now on. The earlier certificates
    /// can still be downloaded, and public-key mode keeps its key. Answers the serial number of the new certificate.
    /// Where v3 has certificates of its own (sign type SM2), these stay: its clients could not download new ones.
    ///
    /// # Errors
    /// The sandbox is in public-key mode, or the machine has no randomness to give.
    pub fn rotate_certificate(&self) -> Result<String, ControlError> {
        let key_mode = || ControlError::new(KEY_MODE);
        let failed = |error: BuildError| ControlError::new(error.to_string());
        let algorithm = self.run(|context| context.state.certificates.as_ref().map(Certificates::algorithm));
        // This takes a while: not under the lock.
        let key = keys::generate(algorithm.ok_or_else(key_mode)?).map_err(failed)?;
        self.run(|context| {
            let certificates = context.state.certificates.as_mut().ok_or_else(key_mode)?;
            certificates.rotate(key, context.now).map_err(failed)
        })
    }

    /// Lets the next `times` requests to the gateway go wrong, after those that were injected before.
    pub fn inject(&self, fault: Fault, times: u32) {
        self.run(|context| context.state.faults.inject(fault, times));
    }

    /// Answers the next call of `method` with these fields, after the same checks of signature and parameters as ever.
    /// Prepared answers are used up in order. Of v2 the node gets `code` 10000 and `msg` where they are absent.
    ///
    /// ```
    /// use alipay_sandbox::Sandbox;
    /// use serde_json::{Map, Value};
    ///
    /// let sandbox = Sandbox::builder().build()?;
    /// let answer = Map::from_iter([("trade_status".to_owned(), Value::from("TRADE_CLOSED"))]);
    /// sandbox.control().answer_next("alipay.trade.query", answer);
    /// sandbox.control().refuse_next("alipay.trade.query", "ACQ.TRADE_NOT_EXIST", "no such trade");
    /// assert!(sandbox.control().last_call().is_none());
    /// # Ok::<(), alipay_sandbox::BuildError>(())
    /// ```
    pub fn answer_next(&self, method: &str, fields: Map<String, Value>) {
        self.run(|context| context.state.script.prepare(method, Ok(fields)));
    }

    /// As [`Control::answer_next`], with a refusal: of v2 `code` is the `sub_code` under 40004, of v3 the code under
    /// status 400.
    pub fn refuse_next(&self, method: &str, code: &str, message: &str) {
        let refusal = Refusal::business(code.to_owned(), message);
        self.run(|context| context.state.script.prepare(method, Err(refusal)));
    }

    /// The last call whose signature and parameters held, as the sandbox understood it.
    #[must_use]
    pub fn last_call(&self) -> Option<ReceivedCall> {
        self.run(|context| context.state.script.last.clone())
    }

    /// Forgets all faults that have not struck yet.
    pub fn clear_faults(&self) {
        self.run(|context| context.state.faults.clear());
    }

    /// Clock, templates, vouchers, activities and waiting faults in short. For people: the shape may change.
    #[must_use]
    pub fn state(&self) -> Value {
        self.run(|context| {
            context.settle();
            let (templates, vouchers) = context.state.cash.overview(context.now);
            let (activities, activity_vouchers) = context.state.activities.overview(context.now);
            let faults = context.state.faults.waiting();
            json!({
                "now": context.now.to_string(),
                "app_id": context.settings.app_id,
                "sign_type": context.settings.sign_type.as_str(),
                "trust_mode": context.settings.trust_mode.as_str(),
                "alipay_cert_sn": context.state.seal(context.settings, Protocol::V2, true).serial,
                "message_url": context.state.message_url,
                "templates": templates,
                "vouchers": vouchers,
                "activities": activities,
                "activity_vouchers": activity_vouchers,
                "faults": faults.map(|(fault, times)| json!({"fault": fault.as_str(), "times": times})).collect::<Vec<_>>(),
            })
        })
    }

    fn run<T>(&self, work: impl FnOnce(&mut crate::state::Context<'_>) -> T) -> T {
        let result = self.sandbox.with_context(work);
        self.sandbox.wake();
        result
    }
}
