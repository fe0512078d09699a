//! The keys that the sandbox generated, in files that only their owner can read.

use std::io;
use std::path::{Path, PathBuf};

use alipay_api::sign::{Secret, SignType};
use alipay_api::{Nonce, SystemNonce};
use alipay_sandbox::Sandbox;

use crate::failure::Failure;
use crate::owner_only;

/// A fresh folder with the generated keys; no folder where none was generated. It goes when this is dropped.
#[derive(Debug, Default)]
pub(super) struct KeyFiles {
    folder: Option<PathBuf>,
    app_private_key: Option<PathBuf>,
    alipay_public_key: Option<PathBuf>,
    rest_app_private_key: Option<PathBuf>,
    rest_alipay_public_key: Option<PathBuf>,
}

impl KeyFiles {
    /// Writes the private key of the application, and Alipay's public key where `alipay_generated`.
    pub(super) fn write(sandbox: &Sandbox, alipay_generated: bool) -> Result<Self, Failure> {
        let private = sandbox.app_private_key().map(|key| key.to_pkcs8_pem());
        let public = alipay_generated.then(|| sandbox.alipay_public_key().to_spki_pem());
        // v3 knows RSA2 only: an application with SM2 has keys for it beside the others.
        let rest_has_own = sandbox.sign_type() == SignType::Sm2;
        let rest_private = sandbox.rest_app_private_key().filter(|_| rest_has_own);
        let rest_private = rest_private.map(|key| key.to_pkcs8_pem());
        let rest_public = rest_has_own.then(|| sandbox.rest_alipay_public_key().to_spki_pem());
        let mut files = Self::default();
        let keys = [
            ("app_private_key.pem", private.as_ref().map(Secret::expose), &mut files.app_private_key),
            ("alipay_public_key.pem", public.as_deref(), &mut files.alipay_public_key),
            (
                "v3_app_private_key.pem",
                rest_private.as_ref().map(Secret::expose),
                &mut files.rest_app_private_key,
            ),
            ("v3_alipay_public_key.pem", rest_public.as_deref(), &mut files.rest_alipay_public_key),
        ];
        if keys.iter().all(|(_, key, _)| key.is_none()) {
            return Ok(files);
        }
        let folder = std::env::temp_dir().join(format!("alipay-sandbox-{}", SystemNonce.next()));
        let told = |error: io::Error| Failure::Machine(format!("key files: {} ({error})", folder.display()));
        owner_only::new_folder(&folder).map_err(told)?;
        // From here on, a failure drops `files`, and the folder with it.
        files.folder = Some(folder.clone());
        for (name, key, place) in keys {
            if let Some(key) = key {
                let path = folder.join(name);
                owner_only::new_file(&path, key.as_bytes()).map_err(told)?;
                *place = Some(path);
            }
        }
        Ok(files)
    }

    pub(super) fn app_private_key(&self) -> Option<&Path> {
        self.app_private_key.as_deref()
    }

    pub(super) fn alipay_public_key(&self) -> Option<&Path> {
        self.alipay_public_key.as_deref()
    }

    pub(super) fn rest_app_private_key(&self) -> Option<&Path> {
        self.rest_app_private_key.as_deref()
    }

    pub(super) fn rest_alipay_public_key(&self) -> Option<&Path> {
        self.rest_alipay_public_key.as_deref()
    }

    /// Removes folder and files.
    pub(super) fn remove(self) {
        drop(self);
    }
}

impl Drop for KeyFiles {
    fn drop(&mut self) {
        if let Some(folder) = &self.folder {
            // Somebody may have removed it before us.
            let _ = std::fs::remove_dir_all(folder);
        }
    }
}
