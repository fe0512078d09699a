//! The async client.

use std::io::Write;
use std::sync::Arc;

use alipay_core::events::{EventFeed, EventStep, EventsOrAnswer, UnverifiedEvent};
use alipay_core::http::{AsyncBody, AsyncTransport, HttpResponse, Sink};
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
    /// # Dropping the future
    /// The call may have happened ([`Outcome::Unknown`](crate::Outcome::Unknown)) where the future is dropped before it
    /// is ready, as `select!` or a timeout around it does: nobody looks at the answer then. Limit the time with
    /// [`CallOptions::timeout`], which ends in an error that says what is known.
    ///
    /// # Errors
    /// See [`Error`]; [`Error::outcome`] says what happened to the call.
    pub async fn execute<T: Call>(&self, request: &T) -> Result<T::Response, Error> {
        Ok(self.execute_with(request, CallOptions::new()).await?.value)
    }

    /// Calls an operation with options; the answer comes with headers, trace id and raw fields.
    ///
    /// # Dropping the future
    /// As [`Client::execute`].
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
    /// # Dropping the future
    /// As [`Client::execute`].
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
        self.pages_with(request, CallOptions::new())
    }

    /// As [`Client::pages`], each page with the same options: on behalf of a merchant, for instance.
    pub fn pages_with<T: Paged>(&self, request: T, options: CallOptions) -> Pages<T> {
        Pages { client: self.clone(), walk: PageWalk::new(request), options }
    }

    /// See [`Config::page_url`].
    ///
    /// # Errors
    /// As there.
    pub fn page_url<T: Page>(&self, request: &T, options: &CallOptions) -> Result<String, Error> {
        self.config.page_url(request, options)
    }

    /// See [`Config::page_url_raw`].
    ///
    /// # Errors
    /// As there.
    pub fn page_url_raw(&self, operation: &RawOperation, options: &CallOptions) -> Result<String, Error> {
        self.config.page_url_raw(operation, options)
    }

    /// See [`Config::page_form`].
    ///
    /// # Errors
    /// As there.
    pub fn page_form<T: Page>(&self, request: &T, options: &CallOptions) -> Result<PageForm, Error> {
        self.config.page_form(request, options)
    }

    /// See [`Config::page_form_raw`].
    ///
    /// # Errors
    /// As there.
    pub fn page_form_raw(&self, operation: &RawOperation, options: &CallOptions) -> Result<PageForm, Error> {
        self.config.page_form_raw(operation, options)
    }

    /// See [`Config::order_string`].
    ///
    /// # Errors
    /// As there.
    pub fn order_string<T: App>(&self, request: &T, options: &CallOptions) -> Result<String, Error> {
        self.config.order_string(request, options)
    }

    /// See [`Config::order_string_raw`].
    ///
    /// # Errors
    /// As there.
    pub fn order_string_raw(&self, operation: &RawOperation, options: &CallOptions) -> Result<String, Error> {
        self.config.order_string_raw(operation, options)
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
        let result = match self.transport.open(&request).await {
            Ok(answer) => answer.pour(&request, &mut sink).await,
            Err(failure) => Err(failure),
        };
        file.finish(result, &sink)
    }

    /// Calls a v3 operation that answers with server-sent events, and returns as soon as they begin; `Accept` says
    /// that both a stream and an ordinary answer are welcome.
    ///
    /// **Events are not verified**: Alipay does not sign a stream (protocol-v3 §9, §3.2). TLS vouches that they come
    /// from the configured endpoint, nothing else does; `alipay_api::events` says more. They are not decrypted
    /// either. What is verified is what every call verifies: an answer that is no stream, be it a success
    /// ([`EventsOrAnswer::Answer`]) or an error.
    ///
    /// The request is signed, and sent again where that is safe, as any other; once events have begun it is never
    /// sent again. One event may have as many bytes as the configured `max_body`.
    ///
    /// ```
    /// use alipay_api::http::Verb;
    /// use alipay_api::events::EventsOrAnswer;
    /// use alipay_api::{CallOptions, Client, RawOperation};
    ///
    /// async fn chat(client: &Client, request: &str) -> Result<String, alipay_api::Error> {
    ///     let path = "/v3/stream/alipay/cloud/nextbuilder/agent/chat/generate";
    ///     let chat = RawOperation::rest(Verb::Post, path).body_text(request);
    ///     let mut shown = String::new();
    ///     match client.unverified_events(chat, CallOptions::new()).await? {
    ///         EventsOrAnswer::Events(mut events) => {
    ///             while let Some(event) = events.next().await {
    ///                 shown.push_str(&event?.data);
    ///             }
    ///         }
    ///         EventsOrAnswer::Answer(answer) => shown = format!("{:?}", answer.fields()),
    ///     }
    ///     Ok(shown)
    /// }
    /// ```
    ///
    /// # Dropping the future
    /// As [`Client::execute`], until the events have begun.
    ///
    /// # Errors
    /// As [`Client::execute`]; what breaks after the events have begun, [`UnverifiedEvents::next`] tells.
    pub async fn unverified_events(
        &self,
        operation: RawOperation,
        options: CallOptions,
    ) -> Result<EventsOrAnswer<UnverifiedEvents>, Error> {
        let mut exchange = Exchange::for_events(&self.config, operation, options)?;
        loop {
            match exchange.step() {
                Step::Send(request) => match self.transport.open(&request).await {
                    Ok(answer) => {
                        if let Some(feed) = exchange.begin_events(&answer.head) {
                            return Ok(EventsOrAnswer::Events(UnverifiedEvents { feed, body: answer.body }));
                        }
                        match answer.whole(&request).await {
                            Ok(response) => exchange.on_response(response),
                            Err(failure) => exchange.on_failure(failure),
                        }
                    }
                    Err(failure) => exchange.on_failure(failure),
                },
                Step::Sleep(time) => self.transport.sleep(time).await,
                Step::Done(result) => return result.map(|answer| EventsOrAnswer::Answer(Box::new(answer))),
            }
        }
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
    options: CallOptions,
}

impl<T: Paged> Pages<T> {
    /// The items of the next page; `None` after the last.
    ///
    /// # Dropping the future
    /// The same page is asked for again by the next call.
    ///
    /// # Errors
    /// As [`Client::execute`]. The same page is asked for again by the next call.
    pub async fn next_page(&mut self) -> Result<Option<Vec<T::Item>>, Error> {
        let Some(request) = self.walk.request() else { return Ok(None) };
        let answer = self.client.execute_with(request, self.options.clone()).await?;
        Ok(Some(self.walk.on_response(answer.value)))
    }
}

/// The events of one call, as they come. Nobody signed them: see [`Client::unverified_events`].
#[derive(Debug)]
pub struct UnverifiedEvents {
    feed: EventFeed,
    body: Box<dyn AsyncBody>,
}

impl UnverifiedEvents {
    /// The next event, as soon as it has come; `None` after the last. Nothing is lost where the future is dropped before
    /// it is ready.
    ///
    /// # Errors
    /// The stream broke off, fell silent or holds an event that is too long. Nothing comes after that.
    pub async fn next(&mut self) -> Option<Result<UnverifiedEvent, Error>> {
        loop {
            match self.feed.step() {
                EventStep::Read => self.feed.on_chunk(self.body.chunk().await),
                EventStep::Event(event) => return Some(event),
                EventStep::Over => return None,
            }
        }
    }

    /// Status and headers of the stream, which are not signed either.
    #[must_use]
    pub fn head(&self) -> &HttpResponse {
        self.feed.head()
    }

    /// Our number of this exchange.
    #[must_use]
    pub fn request_id(&self) -> &str {
        self.feed.request_id()
    }
}
