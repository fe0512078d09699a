//! The Alipay OpenAPI protocol without a socket: requests, answers, notifications, errors.
//!
//! Nothing here opens a connection, reads a clock or draws randomness: a [`Config`] brings [`Clock`] and [`Nonce`],
//! and a transport sends what an [`Exchange`] asks for. Most users depend on `alipay-api`, which puts the parts
//! together; this crate is for those who bring their own HTTP stack.

#[doc(hidden)]
pub mod __private {
    //! What the macros of this crate name in other crates.
    pub use serde::{Deserialize, Deserializer, Serialize, Serializer};
}

pub mod events;
pub mod explain;
pub mod http;
pub mod meta;
pub mod model;
pub mod rules;

mod address;
mod answer;
mod authorize;
mod config;
mod content;
mod decimal;
mod download;
mod envelope;
mod error;
mod exchange;
mod gateway;
mod link;
mod money;
mod multipart;
mod nonce;
mod notify;
mod operation;
mod options;
mod page;
mod paging;
mod rest;
mod shown;
mod time;
mod trust;
mod upload;

pub use self::answer::{Answer, Verified};
pub use self::authorize::AuthorizationUrl;
pub use self::config::{
    Clock, Config, ConfigBuilder, Nonce, PRODUCTION_ENDPOINT, PRODUCTION_GATEWAY, Retry, SANDBOX_ENDPOINT,
    SANDBOX_GATEWAY,
};
pub use self::decimal::{Decimal, DecimalError};
pub use self::download::Download;
pub use self::error::{AnswerError, ApiError, ConfigError, Error, ErrorKind, Outcome};
pub use self::exchange::{Exchange, Step};
pub use self::money::{Money, MoneyError};
pub use self::notify::{
    Expected, MemoryOfNotifications, NOTIFY_REPLY, Notification, NotificationStore, NotifyError,
    NotifyOptions, NotifyRule, StoreError, Taken,
};
pub use self::operation::RawOperation;
pub use self::options::CallOptions;
pub use self::page::{AppResult, AppStatus, PageForm};
pub use self::paging::{PageWalk, Paged};
pub use self::time::{Date, DateTime, TimeError};
pub use self::upload::UploadFile;
pub use alipay_sign as sign;
