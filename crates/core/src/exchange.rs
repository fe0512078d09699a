//! The exchange: one call from request to answer, as a machine that does no I/O.
//!
//! ```text
//!            step()                         step()
//!   Ready ───────────► Send ──► on_response ───────► Done(Ok | Err)
//!     ▲                  └────► on_failure ─┐
//!     └───── Sleep ◄── (may be sent again) ─┴──────► Done(Err)
//! ```
//!
//! A driver is a loop: it does what [`Exchange::step`] says and tells what came of it. Signing, verifying and the
//! decision to send again exist once, here, for async and blocking clients alike.

mod certificates;
mod events;

use std::time::Duration;

use alipay_sign::{PublicKey, SecretBytes, encode_signature};

pub(crate) use self::certificates::DOWNLOAD;
use self::certificates::Fetch;
use crate::answer::{Reader, Verified};
use crate::config::Config;
use crate::content;
use crate::error::{ApiError, ConfigError, Error, Outcome};
use crate::gateway::GatewayParams;
use crate::http::{HttpRequest, HttpResponse, SendFailure};
use crate::meta::Operation;
use crate::nonce;
use crate::operation::{RawOperation, Route};
use crate::options::CallOptions;
use crate::rest::RestParts;
use crate::trust::Lookup;

pub(crate) const USER_AGENT: &str = concat!("alipay-openapi-rust/", env!("CARGO_PKG_VERSION"));

/// What the driver has to do next. These three are all: a driver that does them is complete, and stays so.
#[derive(Debug)]
pub enum Step {
    /// Send this, then call [`Exchange::on_response`] or [`Exchange::on_failure`].
    Send(HttpRequest),
    /// Wait, then step again.
    Sleep(Duration),
    /// The call is over.
    Done(Box<Result<Verified, Error>>),
}

/// One call on its way.
///
/// For a key that cannot sign at once (an HSM or KMS behind a network), take the text from
/// [`Exchange::text_to_sign`] and hand the signature to [`Exchange::provide_signature`] before each
/// [`Exchange::step`] that sends; otherwise the signer of the configuration is asked. In certificate mode it is asked
/// for the download of an unknown certificate too: a signer that cannot sign leaves the answer unbelieved, and
/// [`Outcome::Unknown`]. Then give Alipay's certificates, old and new.
#[derive(Debug)]
pub struct Exchange {
    config: Config,
    operation: RawOperation,
    options: CallOptions,
    attempt: u32,
    may_have_arrived: bool,
    request_id: String,
    unsigned: Option<Unsigned>,
    signature: Option<Vec<u8>>,
    /// What was signed last.
    signed_text: Option<SecretBytes>,
    fetching: Option<Box<Fetch>>,
    /// How long it has waited for a certificate that another call downloads.
    waited: Duration,
    for_events: bool,
    next: Next,
}

#[derive(Debug)]
enum Next {
    Send,
    Sleep(Duration),
    /// Download the certificate that this answer is signed with.
    Fetch(Box<Fetch>),
    /// Another call downloads it: wait for that.
    Wait(HttpResponse),
    Look(HttpResponse),
    Done(Box<Result<Verified, Error>>),
    Over,
}

/// A request of which only the signature is missing.
enum Unsigned {
    Gateway(GatewayParams),
    Rest(RestParts),
}

impl std::fmt::Debug for Unsigned {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Unsigned")
    }
}

impl Exchange {
    /// A call that has not been sent yet.
    #[must_use]
    pub fn new(config: &Config, operation: RawOperation, options: CallOptions) -> Self {
        let request_id = config.settings().nonce.next();
        Self {
            config: config.clone(),
            operation,
            options,
            attempt: 0,
            may_have_arrived: false,
            request_id,
            unsigned: None,
            signature: None,
            signed_text: None,
            fetching: None,
            waited: Duration::ZERO,
            for_events: false,
            next: Next::Send,
        }
    }

    /// A typed call. The rules of its fields are checked here, before anything is sent, unless the configuration or
    /// the options say otherwise.
    ///
    /// # Errors
    /// All broken rules at once.
    pub fn of<T: Operation>(config: &Config, request: &T, options: CallOptions) -> Result<Self, Error> {
        let check_rules = config.settings().check_rules && !options.skip_rules;
        Ok(Self::new(config, RawOperation::from_request(request, check_rules)?, options))
    }

    /// What to do next. After [`Step::Done`] there is nothing more.
    ///
    /// Stepping on after [`Step::Send`] without telling what came of it ends the call with
    /// [`Outcome::Unknown`]: the request may have been sent.
    pub fn step(&mut self) -> Step {
        if let Some(fetch) = self.fetching.take() {
            self.give_up(*fetch, "nobody told what came of downloading it".to_owned());
        }
        match std::mem::replace(&mut self.next, Next::Over) {
            Next::Send => match self.signed_request() {
                Ok(request) => {
                    self.attempt += 1;
                    Step::Send(request)
                }
                Err(error) => self.done(Err(error.with_request_id(&self.request_id))),
            },
            Next::Sleep(pause) => {
                self.next = Next::Send;
                Step::Sleep(pause)
            }
            Next::Fetch(fetch) => self.fetch(fetch),
            Next::Wait(answer) => {
                self.next = Next::Look(answer);
                Step::Sleep(certificates::PAUSE)
            }
            Next::Look(answer) => {
                self.on_response(answer);
                self.step()
            }
            Next::Done(result) => Step::Done(result),
            Next::Over => {
                // The driver sent a request and did not look, or has forgotten its result.
                self.may_have_arrived |= self.attempt > 0;
                let fix = "a driver calls on_response or on_failure after Send, and stops after Done";
                let error = ConfigError::new("exchange", "stepped without a result", fix);
                let error = Error::config(self.operation.method(), error);
                self.done(Err(error.with_request_id(&self.request_id)))
            }
        }
    }

    /// The request was answered.
    pub fn on_response(&mut self, response: HttpResponse) {
        if let Some(fetch) = self.fetching.take() {
            return self.on_download(*fetch, &response);
        }
        let key = match self.key_of(&response) {
            Lookup::Key(key) => Some(key),
            Lookup::Nameless => None,
            Lookup::Fetch(flight) => {
                return self.next = Next::Fetch(Box::new(Fetch { flight, answer: response }));
            }
            Lookup::Wait { .. } if self.may_wait() => return self.next = Next::Wait(response),
            Lookup::Wait { serial } => {
                let why = "another call is still downloading it".to_owned();
                return self.without_certificate(serial, why, response);
            }
            Lookup::Refused { serial, why } => return self.without_certificate(serial, why, response),
        };
        let result = self.read(key, response);
        self.decide(result);
    }

    /// What to believe of an answer that says it is signed with `key`.
    fn read(&self, key: Option<PublicKey>, response: HttpResponse) -> Result<Verified, Error> {
        let settings = self.config.settings();
        let content = content::of_call(settings, self.operation.method(), &self.options).ok().flatten();
        let (method, request_id) = (self.operation.method(), &*self.request_id);
        let reader = Reader { settings, charset: &settings.charset, key, content, method, request_id };
        match &self.operation.route {
            Route::Gateway { .. } => reader.gateway(response),
            Route::Rest { .. } => reader.rest(response),
        }
    }

    /// The request was not answered.
    pub fn on_failure(&mut self, failure: SendFailure) {
        if let Some(fetch) = self.fetching.take() {
            fetch.flight.fail(self.now());
            return self.give_up(*fetch, failure.to_string());
        }
        let error = Error::send(self.operation.method(), failure).with_request_id(&self.request_id);
        self.decide(Err(error));
    }

    /// The request with what every request has.
    fn dressed(&self, mut request: HttpRequest) -> HttpRequest {
        let settings = self.config.settings();
        request.headers.push(("alipay-request-id".into(), self.request_id.clone()));
        request.headers.push(("user-agent".into(), USER_AGENT.into()));
        let usual = match request.upload {
            Some(_) => settings.timeout.max(settings.upload_timeout),
            None => settings.timeout,
        };
        request.timeout = self.options.timeout.unwrap_or(usual);
        request.max_body = settings.max_body;
        request
    }

    fn now(&self) -> i64 {
        self.config.now()
    }

    /// The exact bytes that the next request needs a signature over. Each attempt has its own.
    ///
    /// # Errors
    /// The request cannot be spelled out: a setting, or a character outside the charset.
    pub fn text_to_sign(&mut self) -> Result<Vec<u8>, Error> {
        let unsigned = self.unsigned()?;
        let text = match &unsigned {
            Unsigned::Gateway(params) => params.text_to_sign(),
            Unsigned::Rest(parts) => Ok(parts.text_to_sign()),
        };
        self.unsigned = Some(unsigned);
        text.map_err(|error| Error::encode(self.operation.method(), error))
    }

    /// The raw signature (not base64) over the last [`Exchange::text_to_sign`].
    pub fn provide_signature(&mut self, signature: Vec<u8>) {
        self.signature = Some(signature);
    }

    fn unsigned(&mut self) -> Result<Unsigned, Error> {
        if let Some(unsigned) = self.unsigned.take() {
            return Ok(unsigned);
        }
        let settings = self.config.settings();
        let (method, files) = (self.operation.method(), &self.operation.files);
        let refused = |error: ConfigError| Error::config(method, error);
        self.operation.check(&self.options).map_err(refused)?;
        nonce::check(&self.request_id).map_err(refused)?;
        match &self.operation.route {
            Route::Gateway { params } => {
                let params = GatewayParams::new(settings, method, params, &self.options)?;
                params.with_files(settings, files).map(Unsigned::Gateway).map_err(refused)
            }
            Route::Rest { verb, path, query, body } => {
                let content = content::of_call(settings, method, &self.options)?;
                let parts =
                    RestParts::new(settings, *verb, path, query, body.as_deref(), &self.options, content);
                parts.and_then(|parts| parts.with_files(settings, files)).map(Unsigned::Rest).map_err(refused)
            }
        }
    }

    fn signed_request(&mut self) -> Result<HttpRequest, Error> {
        let text = self.text_to_sign()?;
        let unsigned = self.unsigned()?;
        let settings = self.config.settings();
        let method = self.operation.method();
        let signature = match self.signature.take() {
            Some(signature) => signature,
            None => {
                let sign_type = match unsigned {
                    Unsigned::Gateway(_) => settings.sign_type,
                    Unsigned::Rest(_) => alipay_sign::SignType::Rsa2,
                };
                settings.signer.sign(sign_type, &text).map_err(|error| Error::sign(method, error))?
            }
        };
        self.signed_text = Some(SecretBytes::from(text));
        let signature = encode_signature(&signature);
        let request = match unsigned {
            Unsigned::Gateway(params) => params.request(settings, &signature),
            Unsigned::Rest(parts) => parts.request(settings, &signature),
        };
        let mut request = self.dressed(request.map_err(|error| Error::encode(method, error))?);
        if self.for_events {
            events::expect(&mut request, self.options.idle_timeout);
        }
        Ok(request)
    }

    /// Sends again where that is safe and there are attempts left.
    fn decide(&mut self, result: Result<Verified, Error>) {
        let pause = match &result {
            Err(error) if self.may_repeat(error) => self.config.settings().retry.pause_after(self.attempt),
            _ => None,
        };
        let open = matches!(&result, Err(error) if error.outcome() == Outcome::Unknown);
        self.next = match pause {
            Some(pause) => Next::Sleep(pause),
            None => Next::Done(Box::new(self.closed(result))),
        };
        self.may_have_arrived |= open;
    }

    fn done(&mut self, result: Result<Verified, Error>) -> Step {
        Step::Done(Box::new(self.closed(result)))
    }

    /// The result of the call, which is more than that of its last attempt.
    fn closed(&mut self, result: Result<Verified, Error>) -> Result<Verified, Error> {
        let result = result.map_err(|error| error.with_signed_text(self.signed_text.take()));
        match self.may_have_arrived {
            true => result.map_err(Error::after_one_that_may_have_arrived),
            false => result,
        }
    }

    /// Never sent: always. Maybe sent, or Alipay's own failure: only where a repetition is the same action. What would
    /// fail again for the same reason, never.
    fn may_repeat(&self, error: &Error) -> bool {
        let may_pass = match (error.send_failure(), error.api()) {
            (Some(failure), _) => failure.may_pass(),
            (None, api) => api.is_some_and(ApiError::is_system_failure),
        };
        may_pass && (error.outcome() == Outcome::NotSent || self.operation.repeatable)
    }
}
