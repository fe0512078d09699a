//! Queries that answer page by page.

/// Implements `Paged` for a query with `page_num` and an answer with `total_pages`.
macro_rules! paged {
    ($feature:literal, $request:path, $response:ty, $items:ident: $item:ty) => {
        #[cfg(feature = $feature)]
        impl alipay_core::Paged for $request {
            type Item = $item;

            fn page_num(&self) -> i64 {
                self.page_num.unwrap_or(1)
            }

            fn with_page_num(self, page_num: i64) -> Self {
                self.page_num(page_num)
            }

            fn total_pages(response: &$response) -> Option<i64> {
                response.total_pages
            }

            fn items(response: $response) -> Vec<$item> {
                response.$items.unwrap_or_default()
            }
        }
    };
}

paged!(
    "marketing",
    crate::v2::marketing::VoucherTemplatelistQueryRequest,
    crate::v2::marketing::VoucherTemplatelistQueryResponse,
    voucher_templates: crate::v2::marketing::VoucherTemplateLiteInfo
);
paged!(
    "ant_merchant",
    crate::v2::ant_merchant::ExpandMerchantStorelistQueryRequest,
    crate::v2::ant_merchant::ExpandMerchantStorelistQueryResponse,
    merchant_stores: crate::v2::ant_merchant::ShopQueryInfo
);
