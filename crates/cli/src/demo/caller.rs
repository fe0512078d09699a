//! One face for both clients, so that both live through the very same steps.

use std::sync::Arc;

use alipay_api::http::{AsyncTransport, BlockingTransport, HttpRequest, HttpResponse, SendFailure, Verb};
use alipay_api::meta::Call;
use alipay_api::transport_async::{ReqwestTransport, TransportError};
use alipay_api::transport_blocking::UreqTransport;
use alipay_api::{Answer, CallOptions, Client, Config, Error, Paged, blocking};
use tokio::task::block_in_place;

/// The async or the blocking client, and its transport for plain pages.
#[derive(Debug)]
pub(super) enum Caller {
    Async(Client, Arc<dyn AsyncTransport>),
    /// Called from a thread that the runtime gives up for the time.
    Blocking(blocking::Client, Arc<dyn BlockingTransport>),
}

impl Caller {
    pub(super) fn new_async(config: Config) -> Result<Self, TransportError> {
        let transport: Arc<dyn AsyncTransport> = Arc::new(ReqwestTransport::new()?);
        Ok(Self::Async(Client::with_transport(config, transport.clone()), transport))
    }

    pub(super) fn new_blocking(config: Config) -> Self {
        let transport: Arc<dyn BlockingTransport> = Arc::new(UreqTransport::new());
        Self::Blocking(blocking::Client::with_transport(config, transport.clone()), transport)
    }

    /// `async` or `blocking`.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Async(..) => "async",
            Self::Blocking(..) => "blocking",
        }
    }

    pub(super) async fn execute<T: Call>(&self, request: &T) -> Result<Answer<T::Response>, Error> {
        match self {
            Self::Async(client, _) => client.execute_with(request, CallOptions::new()).await,
            Self::Blocking(client, _) => block_in_place(|| client.execute_with(request, CallOptions::new())),
        }
    }

    /// The items of all pages, page by page.
    pub(super) async fn pages<T: Paged>(&self, request: T) -> Result<Vec<Vec<T::Item>>, Error> {
        let mut all = Vec::new();
        match self {
            Self::Async(client, _) => {
                let mut pages = client.pages(request);
                while let Some(items) = pages.next_page().await? {
                    all.push(items);
                }
            }
            Self::Blocking(client, _) => {
                let mut pages = client.pages(request);
                while let Some(items) = block_in_place(|| pages.next_page())? {
                    all.push(items);
                }
            }
        }
        Ok(all)
    }

    /// Opens a page, as a browser would.
    pub(super) async fn get(&self, url: &str) -> Result<HttpResponse, SendFailure> {
        let request = HttpRequest::new(Verb::Get, url);
        match self {
            Self::Async(_, transport) => transport.send(&request).await,
            Self::Blocking(_, transport) => block_in_place(|| transport.send(&request)),
        }
    }
}
