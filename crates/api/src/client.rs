//! The async client.

use std::io::Write;
use std::sync::Arc;

use alipay_core::http::{AsyncTransport, Sink};
use alipay_core::meta::{App, Call, Page};
use alipay_core::{
    Answer, CallOptions, Config, Download, Error, Exchange, PageForm, PageWalk, Paged, RawOperation, Step,
    Verified,
};
use alipay_transport_async::{ReqwestTransport, TransportError};

/// Calls Alipay from an async program. Cheap to clone; all clones share connections.
///
/// `blocking::Client` (feature `blocking`) has the same methods without `async`.
#[derive(Clone, Debug)]
pub struct Client {
    config: Config,
    transport: Arc<dyn AsyncTransport>,
}

impl Client {
    /// A client on reqwest.
    ///
    /// # Errors
    /// TLS could not be set up.
    pub fn new(config: Config) -> Result<Self, TransportError> {
        Ok(Self::with_transport(config, Arc::new(ReqwestTransport::new()?)))
    }

    /// A client on another transport: your own HTTP stack, or the local gateway without a port.
    #[must_use]
    pub fn with_transport(config: Config, transport: Arc<dyn AsyncTransport>) -> Self {
        Self { config, transport }
    }

    /// The configuration, which also verifies notifications.
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Calls an operation.
    ///
    /// # Errors
    /// See [`Error`]; [`Error::outcome`] says what happened to the call.
    pub async fn execute<T: Call>(&self, request: &T) -> Result<T::Response, Error> {
        Ok(self.execute_with(request, CallOptions::new()).await?.value)
    }

    /// Calls an operation with options; the answer comes with headers, trace id and raw fields.
    ///
    /// # Errors
    /// As [`Client::execute`].
    pub async fn execute_with<T: Call>(
        &self,
        request: &T,
        options: CallOptions,
    ) -> Result<Answer<T::Response>, Error> {
        let exchange = Exchange::of(&self.config, request, options)?;
        Ok(self.drive(exchange).await?.into_answer())
    }

    /// Calls an operation that has no types here.
    ///
    /// # Errors
    /// As [`Client::execute`].
    pub async fn execute_raw(
        &self,
        operation: RawOperation,
        options: CallOptions,
    ) -> Result<Verified, Error> {
        self.drive(Exchange::new(&self.config, operation, options)).await
    }

    /// Walks through the pages of a query, from the page that `request` asks for.
    pub fn pages<T: Paged>(&self, request: T) -> Pages<T> {
        Pages { client: self.clone(), walk: PageWalk::new(request) }
    }

    /// See [`Config::page_url`].
    ///
    /// # Errors
    /// As there.
    pub fn page_url<T: Page>(&self, request: &T, options: &CallOptions) -> Result<String, Error> {
        self.config.page_url(request, options)
    }

    /// See [`Config::page_form`].
    ///
    /// # Errors
    /// As there.
    pub fn page_form<T: Page>(&self, request: &T, options: &CallOptions) -> Result<PageForm, Error> {
        self.config.page_form(request, options)
    }

    /// See [`Config::order_string`].
    ///
    /// # Errors
    /// As there.
    pub fn order_string<T: App>(&self, request: &T, options: &CallOptions) -> Result<String, Error> {
        self.config.order_string(request, options)
    }

    /// Downloads a file whose address an answer gave, such as `bill_download_url`, into `into`; returns its size.
    /// `progress` is told after each chunk how many bytes there are, and of how many where the server said so.
    /// Addresses of bills are short-lived: download at once. `into` is written to between two reads, on this task.
    ///
    /// # Errors
    /// No answer, no file, one that is too large or broken off, or `into` failed. What was written until then is not
    /// the file.
    pub async fn download(
        &self,
        file: impl Into<Download>,
        into: &mut (impl Write + Send),
        mut progress: impl FnMut(u64, Option<u64>) + Send,
    ) -> Result<u64, Error> {
        let file = file.into();
        let request = file.request()?;
        let mut sink = Sink::new(into, &mut progress);
        let result = self.transport.download(&request, &mut sink).await;
        file.finish(result, &sink)
    }

    async fn drive(&self, mut exchange: Exchange) -> Result<Verified, Error> {
        loop {
            match exchange.step() {
                Step::Send(request) => match self.transport.send(&request).await {
                    Ok(response) => exchange.on_response(response),
                    Err(failure) => exchange.on_failure(failure),
                },
                Step::Sleep(time) => self.transport.sleep(time).await,
                Step::Done(result) => return *result,
            }
        }
    }
}

/// The pages of a query, one call each.
#[derive(Debug)]
pub struct Pages<T> {
    client: Client,
    walk: PageWalk<T>,
}

impl<T: Paged> Pages<T> {
    /// The items of the next page; `None` after the last.
    ///
    /// # Errors
    /// As [`Client::execute`]. The same page is asked for again by the next call.
    pub async fn next_page(&mut self) -> Result<Option<Vec<T::Item>>, Error> {
        let Some(request) = self.walk.request() else { return Ok(None) };
        let response = self.client.execute(request).await?;
        Ok(Some(self.walk.on_response(response)))
    }
}
