//! Operations that answer page by page.

use crate::meta::Call;

/// A query whose answer comes in pages. `page_num` counts from 1.
pub trait Paged: Call {
    /// What the pages list.
    type Item;

    /// The page that this request asks for.
    fn page_num(&self) -> i64;

    /// The same request for another page.
    #[must_use]
    fn with_page_num(self, page_num: i64) -> Self;

    /// How many pages there are, as the answer says.
    fn total_pages(response: &Self::Response) -> Option<i64>;

    /// The items of one page.
    fn items(response: Self::Response) -> Vec<Self::Item>;
}

/// Which page comes next: the state of a walk through all pages, without I/O.
#[derive(Clone, Debug)]
pub struct PageWalk<T> {
    next: Option<T>,
}

impl<T: Paged + Clone> PageWalk<T> {
    /// Starts with the page that `request` asks for.
    #[must_use]
    pub fn new(request: T) -> Self {
        Self { next: Some(request) }
    }

    /// The request for the next page; `None` after the last.
    #[must_use]
    pub fn request(&self) -> Option<&T> {
        self.next.as_ref()
    }

    /// Takes in the answer to [`PageWalk::request`]. Ends after the last page that the answer counts, and after an
    /// empty one.
    pub fn on_response(&mut self, response: T::Response) -> Vec<T::Item> {
        let total_pages = T::total_pages(&response);
        let items = T::items(response);
        self.next = self.next.take().and_then(|request| {
            let page_num = request.page_num();
            let more = !items.is_empty() && total_pages.is_none_or(|total| page_num < total);
            more.then(|| request.with_page_num(page_num.saturating_add(1)))
        });
        items
    }
}
