//! The files of a folder, and the keys and certificates in them, by the names that cases call them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use alipay_api::sign::{Certificate, ContentKey, PrivateKey, PublicKey};
use serde_json::Value;

use super::case::{Stop, failed, refused, skipped};

pub(super) const KEYS: &str = "keys.json";
pub(super) const CERTS: &str = "certs.json";

/// What a folder holds.
#[derive(Debug)]
pub(super) struct Folder {
    path: PathBuf,
    files: BTreeMap<&'static str, Result<Value, String>>,
}

impl Folder {
    pub(super) fn read(path: &Path, names: impl Iterator<Item = &'static str>) -> Self {
        let read = |name: &'static str| {
            let text = std::fs::read(path.join(name)).ok()?;
            Some((name, serde_json::from_slice(&text).map_err(|error| error.to_string())))
        };
        Self { path: path.to_owned(), files: names.filter_map(read).collect() }
    }

    /// A file of cases; `None` where the folder does not have it.
    pub(super) fn file(&self, name: &str) -> Option<&Result<Value, String>> {
        self.files.get(name)
    }

    /// A certificate file that the folder names but need not hold.
    pub(super) fn fixture(&self, name: &str) -> Option<Vec<u8>> {
        let name = Path::new(name).file_name()?;
        std::fs::read(self.path.join("fixtures").join(name)).ok()
    }

    fn fixtures(&self, name: &str) -> Result<&Value, Stop> {
        match self.file(name) {
            Some(Ok(file)) => Ok(file),
            Some(Err(why)) => Err(failed(format!("{name} to be JSON"), why)),
            None => Err(skipped(format!("it needs {name}, which is not in the folder"))),
        }
    }

    /// One form of a key, such as `private_pkcs8_pem`.
    pub(super) fn key_text(&self, name: &str, form: &str) -> Result<&str, Stop> {
        let keys = self.fixtures(KEYS)?.get("keys");
        let text = keys.and_then(|keys| keys.get(name)?.get(form)?.as_str());
        text.ok_or_else(|| failed(format!("{KEYS} to hold {form} of {name}"), "none"))
    }

    pub(super) fn public_key(&self, name: &str) -> Result<PublicKey, Stop> {
        PublicKey::parse(self.key_text(name, "public_spki_b64")?).map_err(refused("reading a public key"))
    }

    pub(super) fn private_key(&self, name: &str, form: &str) -> Result<PrivateKey, Stop> {
        PrivateKey::parse(self.key_text(name, form)?).map_err(refused("reading a private key"))
    }

    /// The name of a key that an application may have beside this key of Alipay.
    pub(super) fn some_app_key(&self, alipay_key: &str) -> Result<&str, Stop> {
        let keys = self.fixtures(KEYS)?.get("keys").and_then(Value::as_object);
        let usable = |name: &&String| {
            let private = self.private_key(name, "private_pkcs8_b64");
            *name != alipay_key && private.is_ok_and(|key| key.bits() >= 2048)
        };
        let found = keys.and_then(|keys| keys.keys().find(usable));
        found
            .map(String::as_str)
            .ok_or_else(|| failed(format!("{KEYS} to hold an application's key"), "none"))
    }

    pub(super) fn content_key_text(&self, name: &str) -> Result<&str, Stop> {
        let keys = self.fixtures(KEYS)?.get("aes_keys_base64");
        let text = keys.and_then(|keys| keys.get(name)?.as_str());
        text.ok_or_else(|| failed(format!("{KEYS} to hold the AES key {name}"), "none"))
    }

    pub(super) fn content_key(&self, name: &str) -> Result<ContentKey, Stop> {
        ContentKey::parse(self.content_key_text(name)?).map_err(refused("reading a content key"))
    }

    /// A certificate by its `id`, or a whole bundle by the name of its member.
    pub(super) fn certificate(&self, name: &str) -> Result<&str, Stop> {
        let file = self.fixtures(CERTS)?;
        let listed = || {
            let certs = file.get("certs")?.as_array()?;
            certs.iter().find(|cert| cert.get("id").and_then(Value::as_str) == Some(name))?.get("pem")
        };
        let text = file.get(name).filter(|value| value.is_string()).or_else(listed).and_then(Value::as_str);
        text.ok_or_else(|| failed(format!("{CERTS} to hold {name}"), "none"))
    }

    /// A certificate of an application, and the name of its key: the subject is called `<digits>-<digits>`.
    pub(super) fn some_app_certificate(&self) -> Result<(&str, &str), Stop> {
        let certs = self.fixtures(CERTS)?.get("certs").and_then(Value::as_array);
        let found = certs.into_iter().flatten().find_map(|cert| {
            let (pem, key) = (cert.get("pem")?.as_str()?, cert.get("key")?.as_str()?);
            let read = Certificate::parse(pem).ok()?;
            let (user, app) = read.subject_common_name()?.split_once('-')?;
            let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
            (digits(user) && digits(app)).then_some((pem, key))
        });
        found.ok_or_else(|| failed(format!("{CERTS} to hold an application's certificate"), "none"))
    }
}
