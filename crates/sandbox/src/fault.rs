//! Misbehaviour on request: what networks, proxies and gateways do on a bad day.

use std::collections::VecDeque;
use std::fmt;
use std::str::FromStr;

use alipay_core::http::{HttpResponse, SendFailure, SendFailureKind, Sent};

/// One kind of misbehaviour. It strikes requests to `/gateway.do` and `/v3/...`, never `/control/...`.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum Fault {
    /// No connection: nothing was sent. The server, which has already accepted, closes it without an answer.
    RefuseConnection,
    /// The connection breaks before the request is looked at.
    DropBeforeProcessing,
    /// The request is carried out, then the connection breaks.
    DropAfterProcessing,
    /// The request is carried out, but no answer comes in time.
    Timeout,
    /// A proxy answers with an HTML page and status 502; the request is not carried out.
    Html502,
    /// The request is carried out; the answer has no body.
    EmptyBody,
    /// The request is carried out; the second half of the answer is missing.
    Truncated,
    /// The request is carried out; the answer is signed, but over another text.
    WrongSignature,
    /// The request is carried out; the answer is not signed.
    Unsigned,
    /// The request is carried out; v2: the node of the answer stands there twice. v3: the header with the signature
    /// stands there twice, first a wrong one.
    DuplicateNode,
    /// Alipay reports a failure of its own, signed (v2: code 20000, v3: status 500 `SYSTEM_ERROR`); the request is
    /// not carried out.
    SystemError,
}

impl Fault {
    /// All of them.
    pub const ALL: [Self; 11] = [
        Self::RefuseConnection,
        Self::DropBeforeProcessing,
        Self::DropAfterProcessing,
        Self::Timeout,
        Self::Html502,
        Self::EmptyBody,
        Self::Truncated,
        Self::WrongSignature,
        Self::Unsigned,
        Self::DuplicateNode,
        Self::SystemError,
    ];

    /// Its name over HTTP, such as `drop_after_processing`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::RefuseConnection => "refuse_connection",
            Self::DropBeforeProcessing => "drop_before_processing",
            Self::DropAfterProcessing => "drop_after_processing",
            Self::Timeout => "timeout",
            Self::Html502 => "html_502",
            Self::EmptyBody => "empty_body",
            Self::Truncated => "truncated",
            Self::WrongSignature => "wrong_signature",
            Self::Unsigned => "unsigned",
            Self::DuplicateNode => "duplicate_node",
            Self::SystemError => "system_error",
        }
    }

    /// What stands in place of everything else, where the request is not even looked at.
    pub(crate) fn instead(self) -> Option<Result<HttpResponse, SendFailure>> {
        let failure =
            |sent, kind, what: &str| Some(Err(SendFailure::new(sent, kind, format!("injected: {what}"))));
        match self {
            Self::RefuseConnection => {
                failure(Sent::No, SendFailureKind::Connect, "the connection was refused")
            }
            Self::DropBeforeProcessing => {
                failure(Sent::Maybe, SendFailureKind::Broken, "the connection broke")
            }
            Self::Html502 => Some(Ok(bad_gateway())),
            _ => None,
        }
    }

    /// What becomes of the finished answer on its way back.
    pub(crate) fn spoil(self, response: HttpResponse) -> Result<HttpResponse, SendFailure> {
        let with_body =
            |body: Vec<u8>| HttpResponse::new(response.status(), response.headers().to_vec(), body);
        match self {
            Self::DropAfterProcessing => {
                Err(SendFailure::new(Sent::Maybe, SendFailureKind::Broken, "injected: the connection broke"))
            }
            Self::Timeout => {
                Err(SendFailure::new(Sent::Maybe, SendFailureKind::Timeout, "injected: no answer"))
            }
            Self::EmptyBody => Ok(with_body(Vec::new())),
            Self::Truncated => {
                let half = response.body().len() / 2;
                Ok(with_body(response.body().get(..half).unwrap_or_default().to_vec()))
            }
            _ => Ok(response),
        }
    }
}

/// The page of a proxy that cannot reach the gateway.
pub(crate) fn bad_gateway() -> HttpResponse {
    let page = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n</body>\r\n</html>\r\n";
    HttpResponse::new(502, vec![("content-type".into(), "text/html".into())], page.into())
}

impl fmt::Display for Fault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}

impl FromStr for Fault {
    type Err = UnknownFault;

    fn from_str(text: &str) -> Result<Self, UnknownFault> {
        Self::ALL
            .into_iter()
            .find(|fault| fault.as_str() == text)
            .ok_or_else(|| UnknownFault(text.chars().take(40).collect()))
    }
}

/// A word that names no [`Fault`].
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct UnknownFault(String);

impl fmt::Display for UnknownFault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = Fault::ALL.iter().map(|fault| fault.as_str()).collect();
        write!(formatter, "unknown fault {:?}: use one of {}", self.0, names.join(", "))
    }
}

impl std::error::Error for UnknownFault {}

/// The faults that are still to strike, in the order in which they were injected.
#[derive(Debug, Default)]
pub(crate) struct Faults(VecDeque<(Fault, u32)>);

impl Faults {
    pub(crate) fn inject(&mut self, fault: Fault, times: u32) {
        if times > 0 {
            self.0.push_back((fault, times));
        }
    }

    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    /// The fault for the next request, if any.
    pub(crate) fn next(&mut self) -> Option<Fault> {
        let (fault, times) = self.0.front_mut()?;
        let fault = *fault;
        *times -= 1;
        if *times == 0 {
            self.0.pop_front();
        }
        Some(fault)
    }

    pub(crate) fn waiting(&self) -> impl Iterator<Item = (Fault, u32)> {
        self.0.iter().copied()
    }
}
