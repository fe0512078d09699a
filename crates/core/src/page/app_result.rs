//! What the mobile SDK hands to the app when a payment ends, and the app passes on to the merchant's server
//! (protocol-v2 §7.4).

use alipay_sign::{Charset, PublicKey};

use crate::answer::{Answer, Reader, Verified, gateway_serial};
use crate::config::Config;
use crate::error::Error;
use crate::http::HttpResponse;
use crate::meta::App;
use crate::model::UnknownValue;

/// How a payment ended on the phone: `resultStatus` of the mobile SDK. Nothing signs it.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum AppStatus {
    /// 9000: it was paid.
    Success,
    /// 8000: it is under way; query the trade.
    Processing,
    /// 4000: it failed.
    Failed,
    /// 5000: it was asked for twice.
    Repeated,
    /// 6001: the buyer turned back.
    Cancelled,
    /// 6002: the network broke; query the trade.
    NetworkFailed,
    /// Any other.
    Unknown(UnknownValue),
}

crate::open_enum!(AppStatus {
    Success = "9000",
    Processing = "8000",
    Failed = "4000",
    Repeated = "5000",
    Cancelled = "6001",
    NetworkFailed = "6002",
});

/// A result of the mobile SDK whose signed part, where there is one, holds.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct AppResult<A> {
    /// How it ended, as the phone says.
    pub status: AppStatus,
    /// The SDK's words for the buyer, as the phone says.
    pub memo: String,
    /// What Alipay signed; `None` where `result` is empty, as it is when the buyer turns back.
    pub answer: Option<A>,
}

impl Config {
    /// Reads what the mobile SDK handed to the app: `resultStatus`, `memo` and `result`.
    ///
    /// It tells what the buyer's phone saw. Wait for the notification, or query, before delivering (protocol-v2 §7.4).
    ///
    /// ```
    /// # use alipay_core::{AppStatus, Config, Error};
    /// # fn example(config: &Config) -> Result<(), Error> {
    /// let result = config.parse_app_result_raw("alipay.trade.app.pay", "6001", "cancelled", "")?;
    /// assert_eq!(result.status, AppStatus::Cancelled);
    /// assert!(result.answer.is_none());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`Config::verify_app_result`]; but an empty `result` is none.
    pub fn parse_app_result<T: App>(
        &self,
        status: &str,
        memo: &str,
        result: &str,
    ) -> Result<AppResult<Answer<T::Response>>, Error> {
        let AppResult { status, memo, answer } =
            self.parse_app_result_raw(T::META.method, status, memo, result)?;
        Ok(AppResult { status, memo, answer: answer.map(Verified::into_answer) })
    }

    /// As [`Config::parse_app_result`], for an operation that has no types here; `method` is its dotted name.
    ///
    /// # Errors
    /// As there.
    pub fn parse_app_result_raw(
        &self,
        method: &str,
        status: &str,
        memo: &str,
        result: &str,
    ) -> Result<AppResult<Verified>, Error> {
        let signed = Some(result).filter(|result| !result.trim().is_empty());
        let answer = signed.map(|result| self.verify_app_result_raw(method, result)).transpose()?;
        Ok(AppResult { status: AppStatus::from(status), memo: memo.to_owned(), answer })
    }

    /// Verifies `result` of the mobile SDK alone.
    ///
    /// # Errors
    /// As for an answer of the gateway: it may be empty, unsigned, or report an error. A certificate that is not known
    /// is not downloaded: anybody can send a result.
    pub fn verify_app_result<T: App>(&self, result: &str) -> Result<Answer<T::Response>, Error> {
        self.verify_app_result_raw(T::META.method, result).map(Verified::into_answer)
    }

    /// As [`Config::verify_app_result`], for an operation that has no types here; `method` is its dotted name.
    ///
    /// # Errors
    /// As there.
    pub fn verify_app_result_raw(&self, method: &str, result: &str) -> Result<Verified, Error> {
        let (settings, utf_8) = (self.settings(), Charset::utf_8());
        let response = |body: &[u8]| HttpResponse::new(200, Vec::new(), body.to_vec());
        let read = |key: Option<&PublicKey>, charset: &Charset, body: &[u8]| {
            let reader =
                Reader { settings, charset, key: key.cloned(), content: None, method, request_id: "" };
            reader.gateway(response(body))
        };
        let serial = gateway_serial(&response(result.as_bytes()));
        let keys = settings.trust.keys_for(serial.as_deref(), self.now());
        // The app hands on text; what was signed are the bytes of the gateway, in the charset of the order as a rule.
        let bodies = [self.charset(), &utf_8].map(|charset| (charset, charset.encode(result).ok()));
        let mut attempts = bodies.iter().flat_map(|(charset, body)| {
            keys.iter().filter_map(|key| Some(read(Some(key), charset, body.as_deref()?)))
        });
        let is_proven = |read: &Result<Verified, Error>| match read {
            Ok(_) => true,
            Err(error) => error.is_authenticated(),
        };
        let first = attempts.next().unwrap_or_else(|| read(None, &utf_8, result.as_bytes()));
        if is_proven(&first) { first } else { attempts.find(is_proven).unwrap_or(first) }
    }
}
