//! The three files of certificate mode, as sources name them.

use std::path::{Path, PathBuf};

use alipay_api::ConfigBuilder;
use alipay_api::sign::Certificate;

use super::layer::{Setting, set};
use super::{Environment, Flags};
use crate::failure::Complaint;
use crate::{secret_file, unusable};

/// The files that one source names.
#[derive(Debug, Default)]
pub(super) struct Certificates {
    pub(super) app: Option<Setting<PathBuf>>,
    /// Old and new side by side.
    pub(super) alipay: Vec<Setting<PathBuf>>,
    pub(super) root: Option<Setting<PathBuf>>,
}

impl Certificates {
    pub(super) fn of_flags(flags: &Flags) -> Self {
        let file = |path: &PathBuf, flag: &str| Setting::new(path.clone(), flag);
        Self {
            app: flags.app_certificate.as_ref().map(|path| file(path, "--app-certificate")),
            alipay: flags.alipay_certificate.iter().map(|path| file(path, "--alipay-certificate")).collect(),
            root: flags.alipay_root_certificate.as_ref().map(|path| file(path, "--alipay-root-certificate")),
        }
    }

    pub(super) fn of_environment(environment: Environment<'_>) -> Self {
        let file = |name: &str| Some(Setting::new(PathBuf::from(set(environment, name)?), name));
        Self {
            app: file("ALIPAY_APP_CERTIFICATE_FILE"),
            alipay: file("ALIPAY_CERTIFICATE_FILE").into_iter().collect(),
            root: file("ALIPAY_ROOT_CERTIFICATE_FILE"),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.app.is_none() && self.alipay.is_empty() && self.root.is_none()
    }

    /// What this source says, and for the rest what `other` says.
    pub(super) fn or(self, other: Self) -> Self {
        Self {
            app: self.app.or(other.app),
            alipay: if self.alipay.is_empty() { other.alipay } else { self.alipay },
            root: self.root.or(other.root),
        }
    }

    /// Hands all three over. Names those that are missing.
    pub(super) fn add_to(&self, builder: ConfigBuilder) -> Result<ConfigBuilder, Complaint> {
        let missing = |what: &str, flag: &str, variable: &str| {
            let fix = format!(
                "certificate mode needs three files: give {flag} FILE, set {variable}, or name a --profile that has it"
            );
            Complaint::new(what, "absent", fix)
        };
        let app = self
            .app
            .as_ref()
            .ok_or_else(|| missing("app_certificate", "--app-certificate", "ALIPAY_APP_CERTIFICATE_FILE"))?;
        let root = self.root.as_ref().ok_or_else(|| {
            missing("alipay_root_certificate", "--alipay-root-certificate", "ALIPAY_ROOT_CERTIFICATE_FILE")
        })?;
        if self.alipay.is_empty() {
            return Err(missing("alipay_certificate", "--alipay-certificate", "ALIPAY_CERTIFICATE_FILE"));
        }
        let mut builder = builder
            .app_certificate(checked("app_certificate", app)?)
            .alipay_root_certificate(checked("alipay_root_certificate", root)?);
        for file in &self.alipay {
            builder = builder.alipay_certificate(checked("alipay_certificate", file)?);
        }
        Ok(builder)
    }
}

/// The text of one of the files, if that is certificates at all.
fn checked(what: &str, file: &Setting<PathBuf>) -> Result<Vec<u8>, Complaint> {
    let text = read(what, file)?;
    Certificate::parse_bundle(&text).map_err(|error| unusable::certificates(what, &error))?;
    Ok(text)
}

/// The text of one of the files.
pub(super) fn read(what: &str, file: &Setting<PathBuf>) -> Result<Vec<u8>, Complaint> {
    let path: &Path = &file.value;
    secret_file::read(&format!("{what} ({})", file.source), path)
}
