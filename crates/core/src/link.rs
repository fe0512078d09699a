//! The link behind a voucher's use button, read with the keys of a configuration (protocol-v2 §10).

use alipay_sign::h5::{self, H5Error, H5Link, UseModeLink};

use crate::config::Config;

impl Config {
    /// Reads a link, or its query alone, and checks its signature with Alipay's key; in certificate mode with that of
    /// every certificate that is known, since a link names none. `template` is what [`UseModeLink::extension_info`]
    /// wrote into the voucher template.
    ///
    /// A link can be replayed: it says which voucher the user came with, and permits nothing ([`h5`]).
    ///
    /// ```
    /// use alipay_core::sign::h5::{H5Error, UseModeLink};
    /// use alipay_core::Config;
    ///
    /// /// The same for the template and for its links.
    /// fn template() -> Result<UseModeLink, H5Error> {
    ///     UseModeLink::new().with_sign_keys(["voucherId", "userId"])
    /// }
    ///
    /// fn arrived(config: &Config, url: &str) -> Result<Option<String>, H5Error> {
    ///     let link = config.verify_link(url, &template()?)?;
    ///     Ok(link.voucher_id)
    /// }
    /// ```
    ///
    /// # Errors
    /// Nothing of the link may be believed.
    pub fn verify_link(&self, url_or_query: &str, template: &UseModeLink) -> Result<H5Link, H5Error> {
        let newest_first = self.alipay_public_keys();
        let mut read = newest_first.iter().map(|key| h5::verify(url_or_query, template, key));
        let first =
            read.next().unwrap_or_else(|| h5::verify(url_or_query, template, self.alipay_public_key()));
        first.or_else(|error| read.find_map(Result::ok).ok_or(error))
    }
}
