//! What a client of the sandbox is set up with, in files that only their owner can read.

use std::io;
use std::path::{Path, PathBuf};

use alipay_api::sign::{PrivateKey, PublicKey, Secret, SignType};
use alipay_api::{Nonce, SystemNonce};
use alipay_sandbox::{CertificateFiles, Sandbox};

use crate::failure::Failure;
use crate::owner_only;

/// A fresh folder with generated keys and certificates; no folder where there are none. It goes when this is dropped.
#[derive(Debug, Default)]
pub(super) struct KeyFiles {
    folder: Option<PathBuf>,
    /// For v2, and for v3 where `rest` is empty.
    pub(super) gateway: Files,
    /// For v3, where that has keys of its own: v3 knows RSA2 only, so an application with SM2 has two pairs.
    pub(super) rest: Files,
}

/// The files of one protocol, each by the name of its setting.
#[derive(Debug, Default)]
pub(super) struct Files(Vec<(&'static str, PathBuf)>);

impl KeyFiles {
    /// Writes everything that the sandbox made: Alipay's public key only where `alipay_generated`.
    pub(super) fn write(sandbox: &Sandbox, alipay_generated: bool) -> Result<Self, Failure> {
        let public = alipay_generated.then(|| sandbox.alipay_public_key());
        let gateway = texts(sandbox.app_private_key(), public, sandbox.certificates());
        let rest = match sandbox.sign_type() {
            SignType::Sm2 => texts(
                sandbox.rest_app_private_key(),
                Some(sandbox.rest_alipay_public_key()),
                sandbox.rest_certificates(),
            ),
            _ => Vec::new(),
        };
        let mut files = Self::default();
        if gateway.is_empty() && rest.is_empty() {
            return Ok(files);
        }
        let folder = std::env::temp_dir().join(format!("alipay-sandbox-{}", SystemNonce.next()));
        let told = |error: io::Error| Failure::Machine(format!("key files: {} ({error})", folder.display()));
        owner_only::new_folder(&folder).map_err(told)?;
        // From here on, a failure drops `files`, and the folder with it.
        files.folder = Some(folder.clone());
        for (texts, prefix, place) in [(gateway, "", &mut files.gateway), (rest, "v3_", &mut files.rest)] {
            for (name, text) in texts {
                let ending = if name.ends_with("certificate") { "crt" } else { "pem" };
                let path = folder.join(format!("{prefix}{name}.{ending}"));
                owner_only::new_file(&path, text.expose().as_bytes()).map_err(told)?;
                place.0.push((name, path));
            }
        }
        Ok(files)
    }

    /// Removes folder and files.
    pub(super) fn remove(self) {
        drop(self);
    }
}

impl Files {
    pub(super) fn get(&self, name: &str) -> Option<String> {
        let path = self.0.iter().find(|(known, _)| *known == name).map(|(_, path)| path.as_path());
        path.map(Path::to_string_lossy).map(String::from)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&'static str, String)> {
        self.0.iter().map(|(name, path)| (*name, path.to_string_lossy().into_owned()))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

fn texts(
    private: Option<&PrivateKey>,
    public: Option<PublicKey>,
    certificates: Option<CertificateFiles>,
) -> Vec<(&'static str, Secret)> {
    let private = private.map(|key| ("app_private_key", key.to_pkcs8_pem()));
    let public = public.map(|key| ("alipay_public_key", Secret::from(key.to_spki_pem())));
    let certificates = certificates.into_iter().flat_map(|files| {
        [
            ("app_certificate", files.app),
            ("alipay_certificate", files.alipay),
            ("alipay_root_certificate", files.roots),
        ]
    });
    let certificates = certificates.map(|(name, text)| (name, Secret::from(text)));
    private.into_iter().chain(public).chain(certificates).collect()
}

impl Drop for KeyFiles {
    fn drop(&mut self) {
        if let Some(folder) = &self.folder {
            // Somebody may have removed it before us.
            let _ = std::fs::remove_dir_all(folder);
        }
    }
}
