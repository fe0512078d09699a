//! Client for the Alipay OpenAPI, async and blocking.
//!
//! ```no_run
//! use alipay_api::Client;
//! use alipay_api::models::v2::marketing::VoucherQueryRequest;
//!
//! # async fn run() -> Result<(), Box<dyn std::error::Error>> {
//! let config = alipay_api::config("2021000000000000")
//!     .private_key(std::fs::read("app_private_key.pem")?)
//!     .alipay_public_key(std::fs::read("alipay_public_key.pem")?)
//!     .build()?;
//! let client = Client::new(config)?;
//! let voucher = client.execute(&VoucherQueryRequest::new("20170616000730020041006ZYE2V")).await?;
//! println!("{:?}: {:?} left", voucher.status, voucher.available_amount);
//! # Ok(())
//! # }
//! ```
//!
//! Every answer is verified before anything of it is parsed, and every error says what happened to the call:
//! [`Error::outcome`].

#[cfg(feature = "async")]
mod client;
mod system;
mod upload;

#[cfg(feature = "actix-web")]
pub mod actix;
#[cfg(feature = "axum")]
pub mod axum;
#[cfg(feature = "blocking")]
pub mod blocking;

#[cfg(feature = "async")]
pub use self::client::{Client, Pages, UnverifiedEvents};
pub use self::system::{SystemClock, SystemNonce, config};
pub use self::upload::upload_file;
pub use alipay_core::{
    Answer, AnswerError, ApiError, AuthorizationUrl, CallOptions, Clock, Config, ConfigBuilder, ConfigError,
    Date, DateTime, Decimal, DecimalError, Download, Error, ErrorKind, Exchange, Expected,
    MemoryOfNotifications, Money, MoneyError, NOTIFY_REPLY, Nonce, Notification, NotificationStore,
    NotifyError, NotifyOptions, NotifyRule, Outcome, PRODUCTION_ENDPOINT, PRODUCTION_GATEWAY, PageForm,
    Paged, RawOperation, Retry, SANDBOX_ENDPOINT, SANDBOX_GATEWAY, Step, StoreError, Taken, TimeError,
    UploadFile, Verified, events, explain, http, meta, model, open_enum, rules, sign,
};
pub use alipay_models as models;
#[cfg(feature = "async")]
pub use alipay_transport_async as transport_async;
#[cfg(feature = "blocking")]
pub use alipay_transport_blocking as transport_blocking;
