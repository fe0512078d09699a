//! Both transports into the sandbox, without a port.

use std::time::Duration;

use alipay_core::http::{
    AsyncTransport, BlockingTransport, BoxFuture, HttpRequest, HttpResponse, SendFailure, SendFailureKind,
    Sent,
};

use crate::sandbox::Sandbox;

/// Sends requests to a [`Sandbox`] in the same process, whatever host they name.
#[derive(Clone, Debug)]
pub struct InProcess {
    sandbox: Sandbox,
}

impl InProcess {
    pub(crate) fn new(sandbox: Sandbox) -> Self {
        Self { sandbox }
    }

    fn exchange(&self, request: &HttpRequest) -> Result<HttpResponse, SendFailure> {
        let response = self.sandbox.exchange(request)?;
        if response.body().len() > request.max_body {
            let what = format!("{} bytes, {} allowed", response.body().len(), request.max_body);
            return Err(SendFailure::new(Sent::Maybe, SendFailureKind::BodyTooLarge, what));
        }
        Ok(response)
    }

    fn pass(&self, time: Duration) {
        self.sandbox.control().advance(time);
    }
}

impl AsyncTransport for InProcess {
    fn send<'a>(&'a self, request: &'a HttpRequest) -> BoxFuture<'a, Result<HttpResponse, SendFailure>> {
        Box::pin(async move { self.exchange(request) })
    }

    fn sleep(&self, time: Duration) -> BoxFuture<'_, ()> {
        Box::pin(async move { self.pass(time) })
    }
}

impl BlockingTransport for InProcess {
    fn send(&self, request: &HttpRequest) -> Result<HttpResponse, SendFailure> {
        self.exchange(request)
    }

    fn sleep(&self, time: Duration) {
        self.pass(time);
    }
}
