//! Certificates that work, but are hardly the ones that were meant.

use alipay_sign::Certificate;

use super::CertificateMode;
use crate::error::ConfigError;
use crate::time::DateTime;

impl CertificateMode {
    /// What looks wrong. `now` is in milliseconds.
    pub(crate) fn warnings(&self, app_id: &str, now: i64) -> Vec<ConfigError> {
        let app = ("app_certificate", &self.app_certificate);
        let alipays = self.alipay_certificates.iter().map(|leaf| ("alipay_certificate", leaf));
        let dates =
            [app].into_iter().chain(alipays).filter_map(|(field, leaf)| outside_dates(field, leaf, now));
        let mut all: Vec<_> = foreign_application(&self.app_certificate, app_id).into_iter().collect();
        all.extend(dates);
        all.extend(no_root(&self.trusted));
        all
    }
}

/// The common name of an application's certificate is `<merchant>-<app_id>` (protocol-v2 §6.3).
fn foreign_application(certificate: &Certificate, app_id: &str) -> Option<ConfigError> {
    let name = certificate.subject_common_name().unwrap_or_default();
    if name.trim().rsplit_once('-').is_some_and(|(_, certified)| certified == app_id) {
        return None;
    }
    let seen = format!("it belongs to {}, the app_id is {app_id}", certificate.subject());
    Some(ConfigError::new("app_certificate", seen, "give the certificate of this application"))
}

fn outside_dates(field: &str, certificate: &Certificate, now: i64) -> Option<ConfigError> {
    let (begin, end) = (certificate.not_before(), certificate.not_after());
    let day = |seconds: i64| {
        let time = DateTime::from_unix_millis(seconds.saturating_mul(1000));
        time.map_or_else(|| seconds.to_string(), |time| time.to_string())
    };
    let seen = match now.div_euclid(1000) {
        now if now < begin => format!("{} is not valid before {}", certificate.subject(), day(begin)),
        now if now > end => format!("{} has expired at {}", certificate.subject(), day(end)),
        _ => return None,
    };
    Some(ConfigError::new(field, seen, "give the present one from the console; is the clock right?"))
}

fn no_root(bundle: &[Certificate]) -> Option<ConfigError> {
    if bundle.iter().any(Certificate::is_self_signed) {
        return None;
    }
    let seen = bundle.first().map(|first| format!("{} is no root", first.subject())).unwrap_or_default();
    let fix = "give alipayRootCert.crt from the console; under this one no certificate that is downloaded is believed";
    Some(ConfigError::new("alipay_root_certificate", seen, fix))
}
