//! Constructors for types whose fields depend on each other, written by hand beside the generated ones.

use alipay_core::DateTime;

use crate::common::SignTypeName;
use crate::v2::marketing::{
    ExtensionInfo, UseMode, UseModeData, ValidPeriodType, ValidPeriodUnit, VoucherValidPeriod,
};

impl VoucherValidPeriod {
    /// Usable between two fixed times in Beijing.
    ///
    /// ```
    /// use alipay_models::v2::marketing::VoucherValidPeriod;
    ///
    /// let period = VoucherValidPeriod::absolute("2026-12-01 00:00:00".parse()?, "2026-12-31 23:59:59".parse()?);
    /// assert_eq!(
    ///     serde_json::to_string(&period)?,
    ///     r#"{"type":"ABSOLUTE","start":"2026-12-01 00:00:00","end":"2026-12-31 23:59:59"}"#
    /// );
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn absolute(start: DateTime, end: DateTime) -> Self {
        Self::new(ValidPeriodType::Absolute).start(start).end(end)
    }

    /// Usable for so long after it was sent.
    ///
    /// ```
    /// use alipay_models::v2::marketing::{ValidPeriodUnit, VoucherValidPeriod};
    ///
    /// let period = VoucherValidPeriod::relative(1, ValidPeriodUnit::Day);
    /// assert_eq!(serde_json::to_string(&period)?, r#"{"type":"RELATIVE","duration":1,"unit":"DAY"}"#);
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    #[must_use]
    pub fn relative(duration: i64, unit: ValidPeriodUnit) -> Self {
        Self::new(ValidPeriodType::Relative).duration(duration).unit(unit)
    }
}

impl ExtensionInfo {
    /// The use button opens a page of the merchant; Alipay signs the link with RSA2. Verify it with
    /// `alipay_sign::h5` before believing what it says.
    ///
    /// ```
    /// use alipay_models::v2::marketing::ExtensionInfo;
    ///
    /// let info = ExtensionInfo::h5("https://shop.example.com/use");
    /// assert_eq!(
    ///     serde_json::to_string(&info)?,
    ///     r#"{"useMode":"H5","useModeData":{"url":"https://shop.example.com/use","signType":"RSA2"}}"#
    /// );
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    #[must_use]
    pub fn h5(url: impl Into<String>) -> Self {
        Self::default()
            .use_mode(UseMode::H5)
            .use_mode_data(UseModeData::new(url).sign_type(SignTypeName::Rsa2))
    }
}
