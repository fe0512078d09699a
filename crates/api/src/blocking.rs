//! The client for programs with threads instead of an async runtime. It starts no runtime and no threads.

use std::io::Write;
use std::sync::Arc;

use alipay_core::events::{EventFeed, EventStep, EventsOrAnswer, UnverifiedEvent};
use alipay_core::http::{BlockingBody, BlockingTransport, HttpResponse, Sink};
use alipay_core::meta::{App, Call, Page};
use alipay_core::{
    Answer, CallOptions, Config, Download, Error, Exchange, PageForm, PageWalk, Paged, RawOperation, Step,
    Verified,
};
use alipay_transport_blocking::UreqTransport;

/// Calls Alipay and waits for the answer. Cheap to clone; all clones share connections.
///
/// The async client of this crate has the same methods.
#[derive(Clone, Debug)]
pub struct Client {
    config: Config,
    transport: Arc<dyn BlockingTransport>,
}

impl Client {
    /// A client on ureq.
    #[must_use]
    pub fn new(config: Config) -> Self {
        Self::with_transport(config, Arc::new(UreqTransport::new()))
    }

    /// A client on another transport: your own HTTP stack, or the local gateway without a port.
    #[must_use]
    pub fn with_transport(config: Config, transport: Arc<dyn BlockingTransport>) -> Self {
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
    pub fn execute<T: Call>(&self, request: &T) -> Result<T::Response, Error> {
        Ok(self.execute_with(request, CallOptions::new())?.value)
    }

    /// Calls an operation with options; the answer comes with headers, trace id and raw fields.
    ///
    /// # Errors
    /// As [`Client::execute`].
    pub fn execute_with<T: Call>(
        &self,
        request: &T,
        options: CallOptions,
    ) -> Result<Answer<T::Response>, Error> {
        let exchange = Exchange::of(&self.config, request, options)?;
        Ok(self.drive(exchange)?.into_answer())
    }

    /// Calls an operation that has no types here.
    ///
    /// # Errors
    /// As [`Client::execute`].
    pub fn execute_raw(&self, operation: RawOperation, options: CallOptions) -> Result<Verified, Error> {
        self.drive(Exchange::new(&self.config, operation, options))
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
    /// Addresses of bills are short-lived: download at once.
    ///
    /// # Errors
    /// No answer, no file, one that is too large or broken off, or `into` failed. What was written until then is not
    /// the file.
    pub fn download(
        &self,
        file: impl Into<Download>,
        into: &mut (impl Write + Send),
        mut progress: impl FnMut(u64, Option<u64>) + Send,
    ) -> Result<u64, Error> {
        let file = file.into();
        let request = file.request()?;
        let mut sink = Sink::new(into, &mut progress);
        let result = match self.transport.open(&request) {
            Ok(answer) => answer.pour(&request, &mut sink),
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
    /// use alipay_api::{CallOptions, blocking::Client, RawOperation};
    ///
    /// fn chat(client: &Client, request: &str) -> Result<String, alipay_api::Error> {
    ///     let path = "/v3/stream/alipay/cloud/nextbuilder/agent/chat/generate";
    ///     let chat = RawOperation::rest(Verb::Post, path).body_text(request);
    ///     let mut shown = String::new();
    ///     match client.unverified_events(chat, CallOptions::new())? {
    ///         EventsOrAnswer::Events(events) => {
    ///             for event in events {
    ///                 shown.push_str(&event?.data);
    ///             }
    ///         }
    ///         EventsOrAnswer::Answer(answer) => shown = format!("{:?}", answer.fields()),
    ///     }
    ///     Ok(shown)
    /// }
    /// ```
    ///
    /// # Errors
    /// As [`Client::execute`]; what breaks after the events have begun, the iterator tells.
    pub fn unverified_events(
        &self,
        operation: RawOperation,
        options: CallOptions,
    ) -> Result<EventsOrAnswer<UnverifiedEvents>, Error> {
        let mut exchange = Exchange::for_events(&self.config, operation, options)?;
        loop {
            match exchange.step() {
                Step::Send(request) => match self.transport.open(&request) {
                    Ok(answer) => {
                        if let Some(feed) = exchange.begin_events(&answer.head) {
                            return Ok(EventsOrAnswer::Events(UnverifiedEvents { feed, body: answer.body }));
                        }
                        match answer.whole(&request) {
                            Ok(response) => exchange.on_response(response),
                            Err(failure) => exchange.on_failure(failure),
                        }
                    }
                    Err(failure) => exchange.on_failure(failure),
                },
                Step::Sleep(time) => self.transport.sleep(time),
                Step::Done(result) => return result.map(|answer| EventsOrAnswer::Answer(Box::new(answer))),
            }
        }
    }

    fn drive(&self, mut exchange: Exchange) -> Result<Verified, Error> {
        loop {
            match exchange.step() {
                Step::Send(request) => match self.transport.send(&request) {
                    Ok(response) => exchange.on_response(response),
                    Err(failure) => exchange.on_failure(failure),
                },
                Step::Sleep(time) => self.transport.sleep(time),
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
    /// # Errors
    /// As [`Client::execute`]. The same page is asked for again by the next call.
    pub fn next_page(&mut self) -> Result<Option<Vec<T::Item>>, Error> {
        let Some(request) = self.walk.request() else { return Ok(None) };
        let answer = self.client.execute_with(request, self.options.clone())?;
        Ok(Some(self.walk.on_response(answer.value)))
    }
}

/// The events of one call, as they come. Nobody signed them: see [`Client::unverified_events`].
#[derive(Debug)]
pub struct UnverifiedEvents {
    feed: EventFeed,
    body: Box<dyn BlockingBody>,
}

impl UnverifiedEvents {
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

/// Waits for each event. An error is the last item: the stream broke off, fell silent or holds an event that is too
/// long.
impl Iterator for UnverifiedEvents {
    type Item = Result<UnverifiedEvent, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            match self.feed.step() {
                EventStep::Read => self.feed.on_chunk(self.body.chunk()),
                EventStep::Event(event) => return Some(event),
                EventStep::Over => return None,
            }
        }
    }
}
