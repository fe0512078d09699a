//! The two archives that `cargo xtask codegen` writes.

/// The archive of the specification as TOML, for [`Archive::open`](crate::Archive::open).
///
/// The keys are `<protocol>/<kind>/<name>`: `v2/operation/alipay.trade.pay`, `v3/type/VoucherLiteInfo`,
/// `common/enum/GrantType`, `v2/notification/CashVoucherRedeemed`. The text of an item is a specification file that
/// holds the item alone, corrections applied; `group = "..."` is its first line where the item belongs to a group.
///
/// # Examples
/// ```
/// let archive = alipay_spec::Archive::open(alipay_spec::specification())?;
/// let text = archive.get("v2/operation/alipay.marketing.voucher.send")?.expect("a known operation");
/// assert!(text.starts_with("group = \"marketing\"\n"));
/// # Ok::<(), alipay_spec::Error>(())
/// ```
#[cfg(feature = "specification")]
#[must_use]
pub fn specification() -> &'static [u8] {
    include_bytes!("../data/specification.bin")
}

/// The archive of the specification as JSON, for [`Archive::open`](crate::Archive::open).
///
/// The keys are those of the TOML archive; the text of an item is one JSON object.
///
/// # Examples
/// ```
/// let archive = alipay_spec::Archive::open(alipay_spec::catalog())?;
/// let json = archive.get("v2/operation/alipay.marketing.voucher.send")?.expect("a known operation");
/// assert!(json.contains("\"group\":\"marketing\""));
/// # Ok::<(), alipay_spec::Error>(())
/// ```
#[cfg(feature = "catalog")]
#[must_use]
pub fn catalog() -> &'static [u8] {
    include_bytes!("../data/catalog.bin")
}
