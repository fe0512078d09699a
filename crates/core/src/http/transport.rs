//! The two transport traits, and answers whose body is still on its way.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use super::{HttpRequest, HttpResponse, SendFailure, Sink};

/// A boxed future, as transports return it.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Sends requests in an async program.
///
/// An implementation does not follow redirects, does not repeat a request, keeps the URL byte for byte and honours
/// `timeout` and `idle_timeout`. The files of an upload are read while they are sent. `max_body` is kept by who takes
/// the whole body: an implementation in [`AsyncTransport::send`], and whoever reads it where only
/// [`AsyncTransport::open`] began it, as [`AsyncAnswer::whole`] and [`AsyncAnswer::pour`] do.
pub trait AsyncTransport: fmt::Debug + Send + Sync {
    /// Sends one request and takes the whole answer.
    fn send<'a>(&'a self, request: &'a HttpRequest) -> BoxFuture<'a, Result<HttpResponse, SendFailure>>;

    /// Waits.
    fn sleep(&self, time: Duration) -> BoxFuture<'_, ()>;

    /// Sends one request and returns as soon as the answer begins, whatever the length of its body. Unless an
    /// implementation does better, the whole body is waited for and held in memory.
    fn open<'a>(&'a self, request: &'a HttpRequest) -> BoxFuture<'a, Result<AsyncAnswer, SendFailure>> {
        Box::pin(async move {
            let (head, body) = Whole::of(self.send(request).await?);
            Ok(AsyncAnswer { head, body: Box::new(body) })
        })
    }
}

/// Sends requests in a program with threads. The rules of [`AsyncTransport`] apply.
pub trait BlockingTransport: fmt::Debug + Send + Sync {
    /// Sends one request and takes the whole answer.
    ///
    /// # Errors
    /// Why there is no answer.
    fn send(&self, request: &HttpRequest) -> Result<HttpResponse, SendFailure>;

    /// Waits.
    fn sleep(&self, time: Duration);

    /// See [`AsyncTransport::open`].
    ///
    /// # Errors
    /// Why there is no answer.
    fn open(&self, request: &HttpRequest) -> Result<BlockingAnswer, SendFailure> {
        let (head, body) = Whole::of(self.send(request)?);
        Ok(BlockingAnswer { head, body: Box::new(body) })
    }
}

/// The rest of an answer, for async programs.
pub trait AsyncBody: fmt::Debug + Send {
    /// The next piece, as soon as there is one; `None` at the end. Nothing is lost where the future is dropped before
    /// it is ready.
    ///
    /// The answer has begun, so that the request was sent: who reads takes every failure as [`Sent::Maybe`](super::Sent),
    /// whatever it says.
    fn chunk(&mut self) -> BoxFuture<'_, Result<Option<Vec<u8>>, SendFailure>>;
}

/// The rest of an answer, for programs with threads.
pub trait BlockingBody: fmt::Debug + Send {
    /// The next piece, as soon as there is one; `None` at the end.
    ///
    /// # Errors
    /// The answer broke off. Who reads takes it as [`Sent::Maybe`](super::Sent), whatever it says.
    fn chunk(&mut self) -> Result<Option<Vec<u8>>, SendFailure>;
}

/// An answer that has begun.
#[derive(Debug)]
pub struct AsyncAnswer {
    /// Status and headers, without a body.
    pub head: HttpResponse,
    /// The body, on its way.
    pub body: Box<dyn AsyncBody>,
}

impl AsyncAnswer {
    /// Takes the rest into memory.
    ///
    /// Where `request` has an `idle_timeout`, there is no time for the whole: `max_body` and the silence between two
    /// pieces are the limits.
    ///
    /// # Errors
    /// It broke off, or is longer than `request` allows.
    pub async fn whole(mut self, request: &HttpRequest) -> Result<HttpResponse, SendFailure> {
        while let Some(chunk) = self.body.chunk().await.map_err(SendFailure::of_begun_answer)? {
            self.head.push(request, &chunk)?;
        }
        Ok(self.head)
    }

    /// Moves the body to a sink; what is returned has none.
    ///
    /// # Errors
    /// It broke off, is longer than `request` allows, or cannot be written.
    pub async fn pour(
        mut self,
        request: &HttpRequest,
        sink: &mut Sink<'_>,
    ) -> Result<HttpResponse, SendFailure> {
        if sink.begin(request, &self.head)? {
            while let Some(chunk) = self.body.chunk().await.map_err(SendFailure::of_begun_answer)? {
                sink.write(&chunk)?;
            }
            sink.end()?;
        }
        Ok(self.head)
    }
}

/// An answer that has begun. See [`AsyncAnswer`].
#[derive(Debug)]
pub struct BlockingAnswer {
    /// Status and headers, without a body.
    pub head: HttpResponse,
    /// The body, on its way.
    pub body: Box<dyn BlockingBody>,
}

impl BlockingAnswer {
    /// See [`AsyncAnswer::whole`].
    ///
    /// # Errors
    /// As there.
    pub fn whole(mut self, request: &HttpRequest) -> Result<HttpResponse, SendFailure> {
        while let Some(chunk) = self.body.chunk().map_err(SendFailure::of_begun_answer)? {
            self.head.push(request, &chunk)?;
        }
        Ok(self.head)
    }

    /// See [`AsyncAnswer::pour`].
    ///
    /// # Errors
    /// As there.
    pub fn pour(mut self, request: &HttpRequest, sink: &mut Sink<'_>) -> Result<HttpResponse, SendFailure> {
        if sink.begin(request, &self.head)? {
            while let Some(chunk) = self.body.chunk().map_err(SendFailure::of_begun_answer)? {
                sink.write(&chunk)?;
            }
            sink.end()?;
        }
        Ok(self.head)
    }
}

/// A body that is in memory already.
struct Whole(Option<Vec<u8>>);

impl Whole {
    fn of(mut response: HttpResponse) -> (HttpResponse, Self) {
        let body = std::mem::take(&mut response.body);
        (response, Self(Some(body)))
    }
}

impl AsyncBody for Whole {
    fn chunk(&mut self) -> BoxFuture<'_, Result<Option<Vec<u8>>, SendFailure>> {
        Box::pin(std::future::ready(Ok(self.0.take())))
    }
}

impl BlockingBody for Whole {
    fn chunk(&mut self) -> Result<Option<Vec<u8>>, SendFailure> {
        Ok(self.0.take())
    }
}

/// The size only.
impl fmt::Debug for Whole {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Whole({} bytes)", self.0.as_ref().map_or(0, Vec::len))
    }
}
