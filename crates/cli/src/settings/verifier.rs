//! Whom to believe when a message is verified that lies in a file: nothing is sent, so no private key is needed.

use std::path::PathBuf;
use std::sync::Arc;

use alipay_api::sign::{
    CertError, Certificate, ChainError, Charset, PublicKey, SignError, SignType, Signer,
    check_alipay_subject, verify_chain,
};
use alipay_api::{Clock, Config, ConfigBuilder, Retry, SystemClock};
use clap::Args;

use super::layer::Setting;
use super::value::Content;
use super::{Environment, Flags, certificates, missing_public_key};
use crate::failure::{Complaint, Failure};
use crate::unusable;

/// Flags of commands that verify a message.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Settings")]
pub(crate) struct VerifierFlags {
    /// File with Alipay's public key [ALIPAY_PUBLIC_KEY_FILE]
    #[arg(long, value_name = "FILE")]
    alipay_public_key: Option<PathBuf>,
    /// Certificate mode: file with Alipay's certificate; again for an older one [ALIPAY_CERTIFICATE_FILE]
    #[arg(long, value_name = "FILE")]
    alipay_certificate: Vec<PathBuf>,
    /// Certificate mode: Alipay's root certificates, to check those of --alipay-certificate against [ALIPAY_ROOT_CERTIFICATE_FILE]
    #[arg(long, value_name = "FILE")]
    alipay_root_certificate: Option<PathBuf>,
    /// The application, where it matters for whom a message is [ALIPAY_APP_ID]
    #[arg(long, value_name = "ID")]
    app_id: Option<String>,
    /// Charset: UTF-8 or GBK [ALIPAY_CHARSET]
    #[arg(long)]
    charset: Option<String>,
    /// Signatures of v2: RSA2, RSA or SM2 [ALIPAY_SIGN_TYPE]
    #[arg(long)]
    sign_type: Option<String>,
    /// File with the key for encrypted contents [ALIPAY_CONTENT_KEY_FILE]
    #[arg(long, value_name = "FILE")]
    content_key_file: Option<PathBuf>,
    /// How contents are encrypted: AES or AES_V2 [ALIPAY_CONTENT_CIPHER]
    #[arg(long, value_name = "CIPHER")]
    content_cipher: Option<String>,
    /// Profile to use [ALIPAY_PROFILE]
    #[arg(long, value_name = "NAME")]
    profile: Option<String>,
    /// File with profiles [ALIPAY_PROFILE_FILE]
    #[arg(long, value_name = "FILE")]
    profile_file: Option<PathBuf>,
}

/// Keys of Alipay, and what else it takes to verify a message.
#[derive(Clone, Debug)]
pub(crate) struct Verifier {
    /// In certificate mode with the serial number of the certificate.
    keys: Vec<(Option<String>, PublicKey)>,
    template: ConfigBuilder,
    pub(crate) app_id: Option<String>,
    pub(crate) charset: Charset,
    pub(crate) sign_type: SignType,
    pub(crate) has_content_key: bool,
}

/// A key to verify a message with.
#[derive(Clone, Debug)]
pub(crate) struct Chosen {
    pub(crate) config: Config,
    pub(crate) certificate: Option<String>,
}

impl VerifierFlags {
    /// Puts flags, environment and profile together, and reads the keys.
    pub(crate) fn settle(&self, environment: Environment<'_>) -> Result<Verifier, Failure> {
        self.settle_if_given(environment)?.ok_or_else(|| missing_public_key().into())
    }

    /// The same; `None` where nothing says whom to believe.
    pub(crate) fn settle_if_given(&self, environment: Environment<'_>) -> Result<Option<Verifier>, Failure> {
        Ok(Some(self.read(environment)?).filter(|verifier| !verifier.keys.is_empty()))
    }

    /// The same, with or without anybody to believe.
    pub(crate) fn read(&self, environment: Environment<'_>) -> Result<Verifier, Failure> {
        let layer = self.as_flags().layer(environment)?;
        let charset = layer.charset.as_ref().map_or(Ok(Charset::utf_8()), Setting::charset)?;
        let sign_type = layer.sign_type.as_ref().map_or(Ok(SignType::Rsa2), Setting::sign_type)?;
        let keys = match layer.alipay_public_key {
            Some(key) => {
                let parsed = PublicKey::parse(key.bytes("alipay_public_key")?);
                vec![(None, parsed.map_err(|error| unusable::key("alipay_public_key", &error))?)]
            }
            None => certified(&layer.certificates.alipay, layer.certificates.root.as_ref())?,
        };
        let has_content_key = layer.content_key.is_some();
        // The application is only compared, and only where it is given.
        let app_id = layer.app_id.map(|app_id| app_id.value);
        let template = alipay_api::config(app_id.clone().unwrap_or_else(|| "0".to_owned()))
            .signer(Arc::new(NoSigner))
            .charset(charset.label())
            .sign_type(sign_type)
            .retry(Retry::NONE);
        let template = Content { key: layer.content_key, cipher: layer.content_cipher }.add_to(template)?;
        Ok(Verifier { keys, template, app_id, charset, sign_type, has_content_key })
    }

    fn as_flags(&self) -> Flags {
        let Self {
            alipay_public_key,
            alipay_certificate,
            alipay_root_certificate,
            app_id,
            charset,
            sign_type,
            content_key_file,
            content_cipher,
            profile,
            profile_file,
        } = self.clone();
        Flags {
            alipay_public_key,
            alipay_certificate,
            alipay_root_certificate,
            app_id,
            charset,
            sign_type,
            content_key_file,
            content_cipher,
            profile,
            profile_file,
            ..Flags::default()
        }
    }
}

impl Verifier {
    /// Reads a message with every key that may have signed it, the newest first, until one holds: those of the
    /// certificate `serial` that the message names, or all where it names none. `app_id` is the application that it
    /// names, which stands where the flags name none.
    pub(crate) fn first_to_hold<T>(
        &self,
        serial: Option<&str>,
        app_id: Option<&str>,
        read: impl Fn(&Chosen) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        let serial = serial.filter(|serial| !serial.is_empty());
        let fits = |known: &Option<String>| match (known, serial) {
            (Some(known), Some(serial)) => known == serial,
            _ => true,
        };
        let mut refused = None;
        for (certificate, key) in self.keys.iter().rev().filter(|(known, _)| fits(known)) {
            let mut template = self.template.clone().alipay_public_key(key.to_spki_pem());
            if let (None, Some(app_id)) = (&self.app_id, app_id) {
                template = template.app_id(app_id);
            }
            match read(&Chosen { config: template.build()?, certificate: certificate.clone() }) {
                Err(failure @ Failure::Unproven(_)) => refused = refused.or(Some(failure)),
                done => return done,
            }
        }
        Err(refused.unwrap_or_else(|| self.without(serial.unwrap_or_default())))
    }

    /// None of the certificates is the one that a message names.
    fn without(&self, serial: &str) -> Failure {
        let named: String = serial.chars().take(40).collect();
        let given: Vec<_> = self.keys.iter().filter_map(|(known, _)| known.as_deref()).collect();
        let seen = format!("the message is signed with {named}; given: {}", given.join(", "));
        let fix = "give that certificate as well; --alipay-certificate may be repeated";
        Failure::Unproven(Complaint::new("alipay_certificate", seen, fix))
    }

    /// Every key that is believed.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &PublicKey> {
        self.keys.iter().map(|(_, key)| key)
    }
}

/// The keys in certificate files, each with the serial number that messages name it by.
fn certified(
    files: &[Setting<PathBuf>],
    root: Option<&Setting<PathBuf>>,
) -> Result<Vec<(Option<String>, PublicKey)>, Complaint> {
    let parse = |what: &str, file: &Setting<PathBuf>| {
        let parsed = Certificate::parse_bundle(certificates::read(what, file)?);
        parsed.map_err(|error| unusable::certificates(what, &error))
    };
    let roots = root.map(|root| parse("alipay_root_certificate", root)).transpose()?;
    let mut keys = Vec::new();
    for file in files {
        let what = "alipay_certificate";
        let refuse = |error: ChainError| Complaint::new(what, unusable::chain(&error), FROM_THE_CONSOLE);
        let chain = parse(what, file)?;
        let leaf = chain.first().ok_or_else(|| unusable::certificates(what, &CertError::Empty))?;
        check_alipay_subject(leaf, None).map_err(refuse)?;
        if let Some(roots) = &roots {
            let now = SystemClock.now_unix_millis().div_euclid(1000);
            verify_chain(&chain, roots, now).map_err(refuse)?;
        }
        let key = leaf.public_key().map_err(|error| unusable::key(what, &error))?;
        keys.push((Some(leaf.serial_number().to_owned()), key));
    }
    Ok(keys)
}

const FROM_THE_CONSOLE: &str = "copy Alipay's certificate and its roots from the console of the application";

/// Nothing is sent, so nothing is signed.
#[derive(Debug)]
struct NoSigner;

impl Signer for NoSigner {
    fn sign(&self, _sign_type: SignType, _message: &[u8]) -> Result<Vec<u8>, SignError> {
        Err(SignError::other(std::io::Error::other("nothing is signed here")))
    }

    fn public_key(&self) -> Option<PublicKey> {
        None
    }
}
