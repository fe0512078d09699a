//! An error that Alipay reported, and what its code says about the call.

use std::fmt;

use serde_json::Value;

use crate::shown::Shown;

/// Words of codes after which the call may have happened: `PAY_UNKNOWN`, `REQUEST_PROCESSING`, `COMMON_RPC_ERROR`.
const OPEN_WORDS: [&str; 9] =
    ["BUSY", "DEALING", "PROCESSING", "PROGRESS", "RPC", "TIMEOUT", "UNAVAILABLE", "UNKNOW", "UNKNOWN"];

/// The same for words that mean this only side by side: `LOW_SYSTEM_VERSION` and `SERVICE_NOT_OPEN` are plain refusals.
const OPEN_PARTS: [&str; 13] = [
    "BANK_RESPONSE_ERROR",
    "DATA_ACCESS_EXCEPTION",
    "DB_ERROR",
    "DEPEND_FAILURE",
    "EXECUTE_ERROR",
    "INTERNAL_ERROR",
    "INVOKE_ERROR",
    "SERVER_ERROR",
    "SERVICE_ERROR",
    "SYSTEM_ERROR",
    "SYSTEM_EXCEPTION",
    "SYSTEM_FAILURE",
    "THIRD_BIZ_EXCEPTION",
];

/// An error that Alipay reported.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct ApiError {
    /// v2: `40004` and the like; v3: the word, such as `ACTIVITY_IS_END`.
    pub code: String,
    /// v2: `msg`; v3: `message`.
    pub message: String,
    /// v2: detailed code. Empty in v3.
    pub sub_code: String,
    /// v2: detailed text. Empty in v3.
    pub sub_message: String,
    /// v3: pages that help, as they came.
    pub links: Option<Value>,
    /// v3: what is wrong with which field, as it came.
    pub details: Option<Value>,
    /// Whether the error is proven to be Alipay's: its signature holds.
    pub authenticated: bool,
}

impl ApiError {
    /// Whether Alipay reports a failure of its own that may be over in a moment: the reason to send the same call again,
    /// with the same idempotency key. It is a short list; [`Error::outcome`](super::Error::outcome) is more careful.
    #[must_use]
    pub fn is_system_failure(&self) -> bool {
        const WORDS: [&str; 4] = ["SYSTEM_ERROR", "unknow-error", "aop.unknow-error", "isp.unknow-error"];
        let code = self.detailed_code();
        self.code == "20000" || WORDS.contains(&code) || code.ends_with(".SYSTEM_ERROR")
    }

    /// Whether the code leaves open what happened; see [`Outcome::Rejected`](super::Outcome::Rejected).
    pub(super) fn leaves_open(&self) -> bool {
        let code = self.detailed_code().rsplit('.').next().unwrap_or_default();
        let code = code.to_ascii_uppercase().replace('-', "_");
        let has = |word: &str| code.split('_').any(|other| other == word);
        // `NO_INVOKE_AUTH` is a refusal, and `INVOKE_PAYACCEPTANCE_EXCEPTION` is none.
        self.is_system_failure()
            || code.split('_').any(|word| OPEN_WORDS.contains(&word))
            || has("INVOKE") && has("EXCEPTION")
            || OPEN_PARTS.iter().any(|part| code.contains(part))
    }

    fn detailed_code(&self) -> &str {
        if self.sub_code.is_empty() { &self.code } else { &self.sub_code }
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {}", Shown(&self.code), Shown(&self.message))?;
        if !self.sub_code.is_empty() || !self.sub_message.is_empty() {
            write!(formatter, ", {} {}", Shown(&self.sub_code), Shown(&self.sub_message))?;
        }
        if !self.authenticated {
            formatter.write_str(" (not proven to come from Alipay)")?;
        }
        Ok(())
    }
}
