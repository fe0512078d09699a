//! Whom a client believes: one public key of Alipay, or the certificates of Alipay, chosen by serial number.

mod warnings;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use alipay_sign::{
    Certificate, PublicKey, SignType, check_alipay_subject, root_serial_number_for, verify_chain,
};

use crate::error::ConfigError;

/// Certificates that are kept at the most; the one that came first goes first.
const MOST_CERTIFICATES: usize = 16;
/// A certificate that could not be had is not asked for again before so many milliseconds.
const FAILURE_LASTS: i64 = 60_000;

/// Whom a client believes.
#[derive(Clone, Debug)]
pub(crate) enum Trust {
    /// Public-key mode.
    Key(PublicKey),
    /// Certificate mode.
    Certificates(Arc<CertificateMode>),
}

impl Trust {
    /// The keys that are believed at `now`, newest first.
    pub(crate) fn keys(&self, now: i64) -> Vec<PublicKey> {
        self.keys_for(None, now)
    }

    /// The keys that may have signed a message that names the certificate `serial`, or none, newest first.
    pub(crate) fn keys_for(&self, serial: Option<&str>, now: i64) -> Vec<PublicKey> {
        match self {
            Self::Key(key) => vec![key.clone()],
            Self::Certificates(mode) => {
                let known = mode.known();
                let named = known.held(now).filter(|held| serial.is_none_or(|serial| serial == held.serial));
                named.map(|held| held.key.clone()).collect()
            }
        }
    }

    /// The key that was configured.
    pub(crate) fn configured(&self) -> &PublicKey {
        match self {
            Self::Key(key) => key,
            Self::Certificates(mode) => &mode.configured,
        }
    }
}

/// Certificate mode (protocol-v2 §6).
pub(crate) struct CertificateMode {
    /// Serial number of the application's certificate.
    pub(crate) app: String,
    /// Serial numbers of the roots.
    pub(crate) roots: String,
    /// Whether an unknown certificate of Alipay is asked for.
    download: bool,
    trusted: Vec<Certificate>,
    app_certificate: Certificate,
    alipay_certificates: Vec<Certificate>,
    /// What the configured certificate calls its owner.
    subject: String,
    /// The key of the certificate that was configured last.
    configured: PublicKey,
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    /// In the order of arrival.
    keys: Vec<Held>,
    /// Until when a serial number is not asked for again.
    failed: BTreeMap<String, i64>,
    in_flight: BTreeSet<String>,
}

/// The key of a certificate of Alipay.
struct Held {
    serial: String,
    key: PublicKey,
    /// The last millisecond in which it is believed; what was configured always is.
    until: i64,
}

/// What is known of a serial number.
#[derive(Debug)]
pub(crate) enum Lookup {
    /// Its key.
    Key(PublicKey),
    /// It is to be downloaded, by whoever holds this.
    Fetch(Flight),
    /// Another call is downloading it.
    Wait { serial: String },
    /// It is not to be had; why.
    Refused { serial: String, why: String },
    /// The message names no certificate.
    Nameless,
}

impl CertificateMode {
    /// Puts the three certificates together. Any number of Alipay's may be given, old and new side by side.
    pub(crate) fn new(
        app: &[u8],
        alipay: &[Vec<u8>],
        roots: &[u8],
        ours: Option<&PublicKey>,
        sign_type: SignType,
        download: bool,
    ) -> Result<Self, ConfigError> {
        let fix = "give the certificate file from the console";
        let read = |field: &str, text: &[u8]| {
            Certificate::parse_bundle(text).map_err(|error| ConfigError::new(field, error.to_string(), fix))
        };
        let first = |field: &str, text: &[u8]| {
            let found = read(field, text)?.into_iter().next();
            found.ok_or_else(|| ConfigError::new(field, "no certificate", fix))
        };
        let app = first("app_certificate", app)?;
        check_app_key(&app, ours, sign_type)?;
        let mut known = Known::default();
        let mut newest = None;
        let mut alipay_certificates = Vec::new();
        for text in alipay {
            let leaf = first("alipay_certificate", text)?;
            check_alipay_subject(&leaf, None)
                .map_err(|error| ConfigError::new("alipay_certificate", error.to_string(), fix))?;
            let key = leaf
                .public_key()
                .map_err(|error| ConfigError::new("alipay_certificate", error.to_string(), fix))?;
            if ours == Some(&key) {
                let seen = "the application's own certificate";
                return Err(ConfigError::new(
                    "alipay_certificate",
                    seen,
                    "give Alipay's certificate, not your own",
                ));
            }
            newest = Some((leaf.subject_common_name().unwrap_or_default().to_owned(), key.clone()));
            known.insert(Held { serial: leaf.serial_number().to_owned(), key, until: i64::MAX });
            alipay_certificates.push(leaf);
        }
        let (subject, configured) =
            newest.ok_or_else(|| ConfigError::new("alipay_certificate", "absent", fix))?;
        let serial = root_serial_number_for(sign_type, roots)
            .map_err(|error| ConfigError::new("alipay_root_certificate", error.to_string(), fix))?;
        Ok(Self {
            app: app.serial_number().to_owned(),
            roots: serial,
            download,
            trusted: read("alipay_root_certificate", roots)?,
            app_certificate: app,
            alipay_certificates,
            subject,
            configured,
            known: Mutex::new(known),
        })
    }

    /// The key of a serial number, or how to come by it.
    pub(crate) fn lookup(self: &Arc<Self>, serial: &str, now: i64) -> Lookup {
        let mut known = self.known();
        if let Some(held) = known.held(now).find(|held| held.serial == serial) {
            return Lookup::Key(held.key.clone());
        }
        let refused =
            |why: &str| Lookup::Refused { serial: serial.chars().take(40).collect(), why: why.to_owned() };
        let well_formed =
            serial.len() == 32 && serial.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        if !well_formed {
            return refused("it is no serial number, which has 32 hexadecimal digits");
        }
        if !self.download {
            return refused("downloading is switched off");
        }
        if known.failed.get(serial).is_some_and(|until| now < *until) {
            return refused("it could not be downloaded a moment ago");
        }
        if !known.in_flight.insert(serial.to_owned()) {
            return Lookup::Wait { serial: serial.to_owned() };
        }
        Lookup::Fetch(Flight { mode: Arc::clone(self), serial: serial.to_owned() })
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        // Nothing that holds the lock can panic half-way; what is there is whole.
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The certificate is for the private key, or at least for one of its kind where the signer keeps it to itself.
fn check_app_key(
    certificate: &Certificate,
    ours: Option<&PublicKey>,
    sign_type: SignType,
) -> Result<(), ConfigError> {
    let wrong = |seen: String, fix: &str| Err(ConfigError::new("app_certificate", seen, fix));
    let fix = "give the certificate of the application from the console";
    let certified = match certificate.public_key() {
        Ok(certified) => certified,
        Err(error) => return wrong(error.to_string(), fix),
    };
    match ours {
        Some(ours) if *ours != certified => {
            let seen = format!(
                "it certifies the key {}, the private key belongs to {}",
                certified.fingerprint(),
                ours.fingerprint()
            );
            wrong(seen, "give the private key with which this certificate was requested")
        }
        None if certified.algorithm() != sign_type.key_algorithm() => {
            wrong(format!("a key for {}, but the sign type is {sign_type}", certified.algorithm()), fix)
        }
        _ => Ok(()),
    }
}

impl Known {
    /// What is believed at `now`, newest first.
    fn held(&self, now: i64) -> impl Iterator<Item = &Held> {
        self.keys.iter().rev().filter(move |held| now <= held.until)
    }

    fn insert(&mut self, held: Held) {
        self.keys.retain(|known| known.serial != held.serial);
        self.keys.push(held);
        if self.keys.len() > MOST_CERTIFICATES {
            self.keys.remove(0);
        }
    }
}

/// Serial numbers only.
impl fmt::Debug for CertificateMode {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let serials: Vec<_> = self.known().keys.iter().map(|held| held.serial.clone()).collect();
        formatter
            .debug_struct("CertificateMode")
            .field("app", &self.app)
            .field("roots", &self.roots)
            .field("alipay", &serials)
            .finish_non_exhaustive()
    }
}

/// The right to download one certificate. Nobody else does while it exists.
pub(crate) struct Flight {
    mode: Arc<CertificateMode>,
    serial: String,
}

impl Flight {
    pub(crate) fn serial(&self) -> &str {
        &self.serial
    }

    /// Takes in what was downloaded: checks the chain, the dates, the owner and the serial number.
    pub(crate) fn land(self, pem: &[u8], now: i64) -> Result<(), String> {
        let checked = self.check(pem, now);
        if checked.is_err() {
            self.fail(now);
        }
        let held = checked?;
        self.mode.known().insert(held);
        Ok(())
    }

    /// It could not be had.
    pub(crate) fn fail(&self, now: i64) {
        let mut known = self.mode.known();
        known.failed.retain(|_, until| now < *until);
        if known.failed.len() >= MOST_CERTIFICATES
            && let Some((oldest, _)) = known.failed.iter().min_by_key(|(_, until)| **until)
        {
            let oldest = oldest.clone();
            known.failed.remove(&oldest);
        }
        known.failed.insert(self.serial.clone(), now.saturating_add(FAILURE_LASTS));
    }

    fn check(&self, pem: &[u8], now: i64) -> Result<Held, String> {
        let chain = Certificate::parse_bundle(pem).map_err(|error| error.to_string())?;
        let leaf = chain.first().ok_or("it holds no certificate")?;
        if leaf.serial_number() != self.serial {
            return Err(format!("it is the certificate {}, another was asked for", leaf.serial_number()));
        }
        verify_chain(&chain, &self.mode.trusted, now.div_euclid(1000)).map_err(|error| error.to_string())?;
        check_alipay_subject(leaf, Some(&self.mode.subject)).map_err(|error| error.to_string())?;
        let key = leaf.public_key().map_err(|error| error.to_string())?;
        let last_second = chain.iter().map(Certificate::not_after).min().unwrap_or_default();
        let until = last_second.saturating_mul(1000).saturating_add(999);
        Ok(Held { serial: self.serial.clone(), key, until })
    }
}

impl Drop for Flight {
    fn drop(&mut self) {
        self.mode.known().in_flight.remove(&self.serial);
    }
}

impl fmt::Debug for Flight {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Flight({})", self.serial)
    }
}
