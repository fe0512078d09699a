//! Answers that were prepared, and the last call as it was understood: for tests of programs that call the sandbox.

use std::collections::VecDeque;
use std::fmt;

use serde_json::{Map, Value};

use crate::catalog::{Operation, Protocol};
use crate::reply::{Fields, Reply};

/// A call whose signature and parameters held, as the sandbox understood it.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct ReceivedCall {
    /// The protocol.
    pub protocol: Protocol,
    /// Dotted method name.
    pub method: String,
    /// The fields, from wherever they stood: `biz_content`, form, body, query and path; of a file its name. Text in all
    /// places but JSON.
    pub fields: Map<String, Value>,
    /// Bytes of the body as it came; 0 where there was none.
    pub body_len: usize,
}

/// The names of the fields; their values may be personal data or secrets.
impl fmt::Debug for ReceivedCall {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("ReceivedCall")
            .field("protocol", &self.protocol)
            .field("method", &self.method)
            .field("fields", &self.fields.keys().collect::<Vec<_>>())
            .field("body_len", &self.body_len)
            .finish()
    }
}

/// What was prepared, and what came.
#[derive(Debug, Default)]
pub(crate) struct Script {
    /// By method, in order.
    prepared: VecDeque<(String, Reply)>,
    pub(crate) last: Option<ReceivedCall>,
}

impl Script {
    pub(crate) fn prepare(&mut self, method: &str, reply: Reply) {
        self.prepared.push_back((method.to_owned(), reply));
    }

    /// Takes out the next answer for `method`.
    pub(crate) fn next(&mut self, method: &str) -> Option<Reply> {
        let found = self.prepared.iter().position(|(known, _)| known == method)?;
        self.prepared.remove(found).map(|(_, reply)| reply)
    }

    pub(crate) fn note(&mut self, operation: &Operation, fields: &Fields, body_len: usize) {
        let (protocol, method) = (operation.protocol, operation.method.clone());
        self.last = Some(ReceivedCall { protocol, method, fields: fields.clone(), body_len });
    }
}
