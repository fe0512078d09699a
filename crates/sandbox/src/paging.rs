//! Pages of a list: `page_num` and `page_size`.

use crate::fields::Read as _;
use crate::reply::Fields;

/// Items on a page that asks for no size.
const DEFAULT_SIZE: i64 = 20;

/// One page of a list of known length.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Page {
    /// From 1.
    pub(crate) number: i64,
    pub(crate) size: i64,
    total: usize,
}

impl Page {
    pub(crate) fn of(fields: &Fields, total: usize) -> Self {
        let number = fields.int("page_num").unwrap_or(1).max(1);
        let size = fields.int("page_size").unwrap_or(DEFAULT_SIZE).clamp(1, 30);
        Self { number, size, total }
    }

    pub(crate) fn pages(self) -> usize {
        self.total.div_ceil(self.len())
    }

    pub(crate) fn items<T>(self, all: &[T]) -> impl Iterator<Item = &T> {
        let before = usize::try_from(self.number - 1).unwrap_or(usize::MAX).saturating_mul(self.len());
        all.iter().skip(before).take(self.len())
    }

    fn len(self) -> usize {
        usize::try_from(self.size).unwrap_or(1)
    }
}
