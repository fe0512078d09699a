//! The Alipay OpenAPI protocol without a socket: requests, answers, notifications, errors.

#[doc(hidden)]
pub mod __private {
    //! What the macros of this crate name in other crates.
    pub use serde::{Deserialize, Deserializer, Serialize, Serializer};
}

pub mod meta;
pub mod model;
pub mod rules;

mod decimal;
mod money;
mod time;

pub use self::decimal::{Decimal, DecimalError};
pub use self::money::{Money, MoneyError};
pub use self::time::{Date, DateTime, TimeError};
