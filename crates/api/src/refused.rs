//! Why a notification did not reach its handler: the same for every web framework.

use std::error::Error;
use std::fmt;

use alipay_core::NotifyError;

use crate::sign::MAX_FORM_BYTES;

/// Why a notification did not reach its handler. Whoever sent it is told nothing but `fail`.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Refused {
    /// The connection broke before the body was there.
    Broken,
    /// The application holds no configuration (only actix-web finds out while it runs).
    NoConfig,
    /// It is not believed.
    NotBelieved(NotifyError),
    /// The body is longer than any notification: than 1 MiB, whatever limit the application has set.
    TooLarge,
}

impl fmt::Display for Refused {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Broken => formatter.write_str("notification: the body broke off; Alipay sends it again"),
            Self::NoConfig => formatter.write_str(
                "notification: the application holds no Config; add .app_data(web::Data::new(config))",
            ),
            Self::NotBelieved(error) => error.fmt(formatter),
            Self::TooLarge => {
                write!(formatter, "notification: the body is longer than {MAX_FORM_BYTES} bytes")
            }
        }
    }
}

impl Error for Refused {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::NotBelieved(error) => error.source(),
            Self::Broken | Self::NoConfig | Self::TooLarge => None,
        }
    }
}
