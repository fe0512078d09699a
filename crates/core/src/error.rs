//! What can go wrong with a call, and the one question that matters afterwards: did it happen?

mod answer;
mod api;

use std::error::Error as StdError;
use std::fmt;

use alipay_sign::{EncodeError, SecretBytes, SignError};

pub use self::answer::AnswerError;
pub use self::api::ApiError;
use crate::http::{HttpResponse, SendFailure, Sent};
use crate::rules::{Invalid, Violation};

/// Why a call has no answer that can be believed, or why Alipay refused.
///
/// `Display` names the method, codes and trace id, never a secret or a key. Of the fields that were sent it shows none,
/// apart from those of a request that breaks their rules: [`Violation::seen`], which hides sensitive ones. What Alipay
/// writes is shown on one line and cut; where it refuses a signature, its text repeats the parameters.
pub struct Error(Box<Inner>);

struct Inner {
    method: String,
    request_id: Option<String>,
    cause: Cause,
    response: Option<HttpResponse>,
    /// Why an error that Alipay reports is not proven to be Alipay's.
    unproven: Option<AnswerError>,
    /// An earlier attempt of the same call may have arrived.
    earlier_may_have_arrived: bool,
    /// What was signed, of a call that Alipay refused.
    signed_text: Option<SecretBytes>,
}

#[derive(Debug)]
enum Cause {
    Answer(AnswerError),
    Api(ApiError),
    Config(ConfigError),
    Encode(EncodeError),
    Invalid(Invalid),
    Send(SendFailure),
    Sign(SignError),
}

/// What happened to the call, for a caller who has to decide whether to send it again.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Outcome {
    /// Alipay never saw it. It can be sent again.
    NotSent,
    /// Alipay refused it, and signed the refusal. Nothing happened; sending the same again is refused again.
    ///
    /// A code that leaves open what happened is no refusal, and the outcome then is [`Outcome::Unknown`]: under HTTP
    /// status 500 and above every code, otherwise those of failures within Alipay (`SYSTEM_ERROR`, `INTERNAL_ERROR`,
    /// `UNKNOWN_EXCEPTION`, `SYSTEM_BUSY`, `COMMON_RPC_ERROR`) and of work under way (`REQUEST_PROCESSING`, `PAY_UNKNOWN`,
    /// `TRANS_ORDER_DEALING`), told by the words in them. This goes too far rather than not far enough: the few codes
    /// that only look so, such as `UNKNOWN_FORMAT`, cost a query and no money.
    Rejected,
    /// It may have happened. Query first, or repeat it with the same idempotency key.
    Unknown,
}

/// The kinds of [`Error`].
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The answer cannot be read: empty, or not the envelope of the protocol.
    Answer,
    /// Alipay answered with an error code. See [`Error::api`].
    Api,
    /// The client or the call is set up wrongly.
    Config,
    /// The request breaks rules of its fields. See [`Error::violations`].
    Invalid,
    /// No answer came. See [`Error::is_timeout`], [`Error::is_connect`].
    Send,
    /// The private key could not sign.
    Sign,
    /// The signature of the answer is missing or wrong.
    Signature,
}

impl Error {
    pub(crate) fn config(method: &str, error: ConfigError) -> Self {
        Self::new(method, Cause::Config(error))
    }

    pub(crate) fn invalid(method: &str, invalid: Invalid) -> Self {
        Self::new(method, Cause::Invalid(invalid))
    }

    pub(crate) fn encode(method: &str, error: EncodeError) -> Self {
        Self::new(method, Cause::Encode(error))
    }

    pub(crate) fn sign(method: &str, error: SignError) -> Self {
        Self::new(method, Cause::Sign(error))
    }

    pub(crate) fn send(method: &str, failure: SendFailure) -> Self {
        Self::new(method, Cause::Send(failure))
    }

    pub(crate) fn answer(method: &str, error: AnswerError) -> Self {
        Self::new(method, Cause::Answer(error))
    }

    pub(crate) fn api_error(method: &str, error: ApiError) -> Self {
        Self::new(method, Cause::Api(error))
    }

    fn new(method: &str, cause: Cause) -> Self {
        Self(Box::new(Inner {
            method: method.to_owned(),
            request_id: None,
            cause,
            response: None,
            unproven: None,
            earlier_may_have_arrived: false,
            signed_text: None,
        }))
    }

    pub(crate) fn with_request_id(mut self, request_id: &str) -> Self {
        self.0.request_id = Some(request_id.to_owned());
        self
    }

    pub(crate) fn with_response(mut self, response: HttpResponse) -> Self {
        self.0.response = Some(response);
        self
    }

    /// The same where the certificate is not to be had. An error code is still told, and `trouble` is why it proves
    /// nothing; of any other answer there is nothing else to tell.
    pub(crate) fn without_certificate(mut self, trouble: AnswerError) -> Self {
        match &mut self.0.cause {
            Cause::Api(_) => self.0.unproven = Some(trouble),
            cause => *cause = Cause::Answer(trouble),
        }
        self
    }

    pub(crate) fn after_one_that_may_have_arrived(mut self) -> Self {
        self.0.earlier_may_have_arrived = true;
        self
    }

    /// The same with the text that was signed, where Alipay reports an error.
    pub(crate) fn with_signed_text(mut self, text: Option<SecretBytes>) -> Self {
        if let Cause::Api(_) = self.0.cause {
            self.0.signed_text = text;
        }
        self
    }

    /// What happened to the call.
    ///
    /// `Unknown` is the answer whenever it is not certain: the connection broke after sending, the answer cannot be
    /// verified, the error is not signed (v3 errors usually are not), its code leaves it open, or one of these happened
    /// to an earlier attempt of the same call.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        match &self.0.cause {
            _ if self.0.earlier_may_have_arrived => Outcome::Unknown,
            Cause::Config(_) | Cause::Encode(_) | Cause::Invalid(_) | Cause::Sign(_) => Outcome::NotSent,
            Cause::Send(failure) if failure.sent() == Sent::No => Outcome::NotSent,
            Cause::Api(api) if api.authenticated && !self.is_of_server() && !api.leaves_open() => {
                Outcome::Rejected
            }
            Cause::Answer(_) | Cause::Api(_) | Cause::Send(_) => Outcome::Unknown,
        }
    }

    fn is_of_server(&self) -> bool {
        self.http_status().is_some_and(|status| status >= 500)
    }

    /// Which kind of error it is.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        match &self.0.cause {
            Cause::Answer(error) if error.is_signature() => ErrorKind::Signature,
            Cause::Answer(_) => ErrorKind::Answer,
            Cause::Api(_) => ErrorKind::Api,
            Cause::Config(_) | Cause::Encode(_) => ErrorKind::Config,
            Cause::Invalid(_) => ErrorKind::Invalid,
            Cause::Send(_) => ErrorKind::Send,
            Cause::Sign(_) => ErrorKind::Sign,
        }
    }

    /// Method of the call, or verb and path.
    #[must_use]
    pub fn method(&self) -> &str {
        &self.0.method
    }

    /// The error that Alipay reported.
    #[must_use]
    pub fn api(&self) -> Option<&ApiError> {
        match &self.0.cause {
            Cause::Api(api) => Some(api),
            _ => None,
        }
    }

    /// The error code: of v2 `40004` and the like, of v3 the word. Empty where Alipay reported none.
    #[must_use]
    pub fn code(&self) -> &str {
        self.api().map_or("", |api| &api.code)
    }

    /// The detailed code of v2, such as `isv.invalid-signature`. Empty where there is none.
    #[must_use]
    pub fn sub_code(&self) -> &str {
        self.api().map_or("", |api| &api.sub_code)
    }

    /// Whether this error is proven to be Alipay's: its signature holds. Any other can come from anybody on the way.
    /// Where it names a certificate that is not to be had, `source` says why.
    #[must_use]
    pub fn is_authenticated(&self) -> bool {
        self.api().is_some_and(|api| api.authenticated)
    }

    /// Broken rules of the request; empty for other kinds.
    #[must_use]
    pub fn violations(&self) -> &[Violation] {
        match &self.0.cause {
            Cause::Invalid(invalid) => invalid.violations(),
            _ => &[],
        }
    }

    /// The failure of the transport.
    #[must_use]
    pub fn send_failure(&self) -> Option<&SendFailure> {
        match &self.0.cause {
            Cause::Send(failure) => Some(failure),
            _ => None,
        }
    }

    /// Whether the time ran out. The call may have happened: see [`Error::outcome`].
    #[must_use]
    pub fn is_timeout(&self) -> bool {
        self.send_failure().is_some_and(|failure| failure.kind() == crate::http::SendFailureKind::Timeout)
    }

    /// Whether no connection was made for the last attempt; look at network, proxy and gateway address. Nothing was sent
    /// by it, but an earlier attempt may have arrived: see [`Error::outcome`].
    #[must_use]
    pub fn is_connect(&self) -> bool {
        self.send_failure().is_some_and(|failure| failure.kind() == crate::http::SendFailureKind::Connect)
    }

    /// HTTP status of the answer.
    #[must_use]
    pub fn http_status(&self) -> Option<u16> {
        self.0.response.as_ref().map(HttpResponse::status)
    }

    /// Headers of the answer.
    #[must_use]
    pub fn headers(&self) -> &[(String, String)] {
        self.0.response.as_ref().map_or(&[], HttpResponse::headers)
    }

    /// Body of the answer, exactly as it came. It may hold personal data and may be forged.
    #[must_use]
    pub fn raw_body(&self) -> Option<&[u8]> {
        self.0.response.as_ref().map(HttpResponse::body)
    }

    /// The text that was signed, of a call that Alipay answered with an error: what [`explain`](crate::explain) needs to
    /// say why a signature was refused. It holds all parameters, tokens and personal data among them: do not log it.
    #[must_use]
    pub fn signed_text(&self) -> Option<&[u8]> {
        self.0.signed_text.as_ref().map(SecretBytes::expose)
    }

    /// Alipay's number of this exchange, to quote to its support.
    #[must_use]
    pub fn trace_id(&self) -> Option<&str> {
        self.0.response.as_ref().and_then(HttpResponse::trace_id)
    }

    /// Our number of this exchange, sent as `alipay-request-id`.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        self.0.request_id.as_deref()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: ", self.0.method)?;
        match &self.0.cause {
            Cause::Answer(error) => error.fmt(formatter)?,
            Cause::Api(error) => error.fmt(formatter)?,
            Cause::Config(error) => error.fmt(formatter)?,
            Cause::Encode(error) => error.fmt(formatter)?,
            Cause::Invalid(error) => error.fmt(formatter)?,
            Cause::Send(error) => error.fmt(formatter)?,
            Cause::Sign(error) => error.fmt(formatter)?,
        }
        if let Some(status) = self.http_status().filter(|status| *status != 200) {
            write!(formatter, ", HTTP status {status}")?;
        }
        if let Some(trace_id) = self.trace_id() {
            write!(formatter, ", trace id {trace_id}")?;
        }
        match self.0.earlier_may_have_arrived {
            true => formatter.write_str(", but an earlier attempt may have arrived"),
            false => Ok(()),
        }
    }
}

/// Like `Display`, with the sizes of what came.
impl fmt::Debug for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Error")
            .field("method", &self.0.method)
            .field("outcome", &self.outcome())
            .field("cause", &self.0.cause)
            .field("unproven", &self.0.unproven)
            .field("request_id", &self.0.request_id)
            .field("response", &self.0.response)
            .finish()
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match &self.0.cause {
            Cause::Send(failure) => failure.source(),
            Cause::Sign(error) => error.source(),
            Cause::Api(_) => self.0.unproven.as_ref().map(|error| error as _),
            Cause::Answer(_) | Cause::Config(_) | Cause::Encode(_) | Cause::Invalid(_) => None,
        }
    }
}

/// A setting or an argument that cannot work.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ConfigError {
    field: String,
    seen: String,
    fix: String,
}

impl ConfigError {
    pub(crate) fn new(field: impl Into<String>, seen: impl Into<String>, fix: impl Into<String>) -> Self {
        Self { field: field.into(), seen: seen.into(), fix: fix.into() }
    }

    /// Name of the setting.
    #[must_use]
    pub fn field(&self) -> &str {
        &self.field
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}; {}", self.field, self.seen, self.fix)
    }
}

impl StdError for ConfigError {}
