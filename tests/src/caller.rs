//! One face for the async and the blocking client.

use std::future::Future;

use alipay_api::meta::Call;
use alipay_api::{Answer, CallOptions, Client, Error, Paged, RawOperation, Verified, blocking};

/// What both clients can do, as test bodies use it.
pub trait Caller {
    /// See [`Client::execute`].
    fn execute<T: Call>(&self, request: &T) -> impl Future<Output = Result<T::Response, Error>>;

    /// See [`Client::execute_with`].
    fn execute_with<T: Call>(
        &self,
        request: &T,
        options: CallOptions,
    ) -> impl Future<Output = Result<Answer<T::Response>, Error>>;

    /// See [`Client::execute_raw`].
    fn execute_raw(&self, operation: RawOperation) -> impl Future<Output = Result<Verified, Error>>;

    /// All pages that [`Client::pages`] yields.
    fn all_pages<T: Paged>(&self, request: T) -> impl Future<Output = Result<Vec<Vec<T::Item>>, Error>>;
}

impl Caller for Client {
    async fn execute<T: Call>(&self, request: &T) -> Result<T::Response, Error> {
        self.execute(request).await
    }

    async fn execute_with<T: Call>(
        &self,
        request: &T,
        options: CallOptions,
    ) -> Result<Answer<T::Response>, Error> {
        self.execute_with(request, options).await
    }

    async fn execute_raw(&self, operation: RawOperation) -> Result<Verified, Error> {
        self.execute_raw(operation, CallOptions::new()).await
    }

    async fn all_pages<T: Paged>(&self, request: T) -> Result<Vec<Vec<T::Item>>, Error> {
        let (mut pages, mut all) = (self.pages(request), Vec::new());
        while let Some(page) = pages.next_page().await? {
            all.push(page);
        }
        Ok(all)
    }
}

impl Caller for blocking::Client {
    async fn execute<T: Call>(&self, request: &T) -> Result<T::Response, Error> {
        self.execute(request)
    }

    async fn execute_with<T: Call>(
        &self,
        request: &T,
        options: CallOptions,
    ) -> Result<Answer<T::Response>, Error> {
        self.execute_with(request, options)
    }

    async fn execute_raw(&self, operation: RawOperation) -> Result<Verified, Error> {
        self.execute_raw(operation, CallOptions::new())
    }

    async fn all_pages<T: Paged>(&self, request: T) -> Result<Vec<Vec<T::Item>>, Error> {
        let (mut pages, mut all) = (self.pages(request), Vec::new());
        while let Some(page) = pages.next_page()? {
            all.push(page);
        }
        Ok(all)
    }
}
