//! A local Alipay gateway: the place where a developer learns what Alipay will answer.
//!
//! It checks the signature of every request as the gateway does, checks the parameters against the specification,
//! keeps templates, vouchers and activities, signs its answers, posts signed notifications and repeats them, and
//! misbehaves on request. In process it is a pair of transports without a port ([`Sandbox::transport`]); behind a
//! port of this machine it is `Sandbox::serve`, with the feature `server` (on by default).
//!
//! ```
//! use alipay_core::http::{HttpRequest, Verb};
//! use alipay_sandbox::Sandbox;
//!
//! let sandbox = Sandbox::builder().build()?;
//! let answer = sandbox.handle(&HttpRequest::new(Verb::Post, sandbox.gateway_url()));
//! assert!(String::from_utf8_lossy(answer.body()).contains("isv.missing-app-id"));
//! # Ok::<(), alipay_sandbox::BuildError>(())
//! ```
//!
//! # What it knows
//!
//! - **Cash vouchers (v2)**: all ten operations, with states, windows, budget, bills and expiry.
//! - **Activity vouchers (v3)**: all seven operations, with their messages.
//! - **Uploads (v2 and v3)**: extension and size are checked; of the contents a digest is kept ([`Control::uploads`]).
//! - **Everything else in the specification**: an answer in its shape, after the same checks, made from the examples, or
//!   by type where there is none (text is the name of its field). A test that needs another prepares it with
//!   [`Control::answer_next`] or [`Control::refuse_next`].
//!
//! The merchant is always [`PID`], and the application is one; `app_auth_token` and `auth_token` are accepted
//! whatever they say.
//!
//! # Certificates and encryption
//!
//! With [`TrustMode::Certificates`] or [`TrustMode::Either`] the sandbox is its own certification authority: it
//! certifies the application and Alipay ([`Sandbox::certificates`]), checks the serial numbers in requests, names its
//! own in answers, hands out its certificates through `alipay.open.app.alipaycert.download`, and
//! takes a new one on request ([`Control::rotate_certificate`]).
//!
//! With the feature `sm2` an application may have sign type SM2 for v2, with keys or with certificates. v3 knows RSA2
//! only, so it then has keys and certificates of its own, which the sandbox makes: see
//! [`Sandbox::rest_app_private_key`], [`Sandbox::rest_alipay_public_key`] and [`Sandbox::rest_certificates`].
//!
//! With [`SandboxBuilder::content_key`] it takes encrypted calls (`AES`, `AES_V2`) of both protocols and answers them
//! encrypted. What it cannot decrypt it refuses in plain text, signed. With [`SandboxBuilder::encrypt_messages`] the
//! messages of v3 are encrypted too.
//!
//! # What is its own
//!
//! The documents name no business codes for cash vouchers. Under `40004` the sandbox answers these; do not branch on
//! them in programs that meet the real gateway:
//!
//! | `sub_code` | when |
//! |---|---|
//! | `TEMPLATE_NOT_EXIST` | no template has this id |
//! | `TEMPLATE_NOT_ACTIVE` | sending: the budget is not paid |
//! | `TEMPLATE_NOT_START` | sending: before `publish_start_time` |
//! | `TEMPLATE_EXPIRED` | sending: after `publish_end_time` |
//! | `TEMPLATE_DELETED` | sending: the template was deleted |
//! | `TEMPLATE_STATUS_INVALID` | changing or deleting in the wrong state |
//! | `BUDGET_NOT_ENOUGH` | sending: `voucher_quantity` is reached |
//! | `VOUCHER_PERIOD_OVER` | sending: the absolute period of the voucher is over |
//! | `AMOUNT_NOT_ALLOWED` | sending: `amount` is for red packets only |
//! | `OUT_BIZ_NO_CONFLICT` | sending: the number was used with other parameters |
//! | `VOUCHER_NOT_EXIST` | no voucher has this id |
//!
//! Also its own: which files may be uploaded (but for marketing pictures, whose limits are documented), the `notify_type` of the redemption notification, the members of activity messages beyond `id`,
//! `activity_id` and `event_time`, and that a delivery is repeated with the same bytes.
//!
//! # Over HTTP
//!
//! | request | what happens |
//! |---|---|
//! | `POST /gateway.do` | v2 |
//! | `/v3/...` | v3 |
//! | `GET /confirm/{template_id}` | `confirm_uri`: pays the template; goes to `redirect_uri` if there is one |
//! | `GET /recharge/{activity_id}` | `recharge_url`: tops up the budget |
//! | `GET /control` | lists the following |
//! | `GET /control/state` | clock, templates, vouchers, activities, waiting faults |
//! | `GET /control/outbox` | notifications and messages with every delivery |
//! | `POST /control/templates/{id}/pay` | as `confirm_uri` |
//! | `POST /control/vouchers/{id}/redeem` | `{"amount":"8.80","order_amount":"50.00"}`; the latter may be absent |
//! | `POST /control/vouchers/{id}/refund` | `{"amount":"8.80"}` |
//! | `GET /control/vouchers/{id}/use-link` | the link of the use button, signed |
//! | `POST /control/activities/{id}/pay` | as `recharge_url` |
//! | `POST /control/activities/{id}/claim` | `{"user_id":"2088302001456115"}`: the user takes a voucher |
//! | `GET /control/uploads` | files that arrived: names, sizes, digests |
//! | `GET /control/certificates` | what a client is set up with in certificate mode, in PEM |
//! | `POST /control/certificate/rotate` | Alipay signs with a new certificate from now on |
//! | `POST /control/clock/advance` | `{"seconds":3600}` |
//! | `POST /control/message-url` | `{"url":"http://127.0.0.1:9000/"}`: where messages go; `null`: they stay in the outbox |
//! | `POST /control/faults` | `{"fault":"timeout","times":1}`; the names are those of [`Fault::as_str`] |
//! | `DELETE /control/faults` | forgets faults that have not struck yet |
//!
//! A refusal is status 400, 404 or 409 with `{"error":"..."}`; so are, from the server, those of other verbs (405), and of
//! bodies that are longer than 16 MiB (413) or do not come within 30 seconds (408).

mod activity;
mod builder;
mod business;
mod cash;
pub mod catalog;
mod certificates;
mod clock;
mod content;
mod control;
mod error;
mod fault;
mod fields;
mod front;
mod gateway;
mod generic;
mod keys;
mod log;
mod multipart;
mod outbox;
mod paging;
mod reply;
mod rest;
mod sandbox;
mod script;
#[cfg(feature = "server")]
mod server;
mod state;
mod transport;
mod upload;

pub use self::builder::{COGNATE_PID, DEFAULT_APP_ID, PID, SandboxBuilder};
pub use self::cash::Bill;
pub use self::certificates::{CertificateFiles, TrustMode};
pub use self::clock::{SandboxClock, SystemClock};
pub use self::control::Control;
pub use self::error::{BuildError, ControlError};
pub use self::fault::{Fault, UnknownFault};
pub use self::log::RequestLog;
pub use self::outbox::{Attempt, Delivery, OutboxEntry, PendingNotification};
pub use self::sandbox::Sandbox;
pub use self::script::ReceivedCall;
#[cfg(feature = "server")]
pub use self::server::ServeError;
pub use self::transport::InProcess;
pub use self::upload::Upload;
