//! The files of a folder, and the keys and certificates in them, by the names that cases call them.

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use alipay_api::sign::{Certificate, ContentKey, PublicKey};
use serde_json::Value;

use super::builtin;
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
        let read = |name: &'static str| match std::fs::read(path.join(name)) {
            Ok(bytes) => {
                // An editor may have written a byte order mark, which is not JSON.
                let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
                Some((name, serde_json::from_slice(text).map_err(|error| error.to_string())))
            }
            Err(error) if error.kind() == ErrorKind::NotFound && !path.join(name).is_symlink() => None,
            Err(error) => Some((name, Err(format!("a file that cannot be read: {error}")))),
        };
        Self { path: path.to_owned(), files: names.filter_map(read).collect() }
    }

    /// A file of cases; `None` where the folder does not have it.
    pub(super) fn file(&self, name: &str) -> Option<&Result<Value, String>> {
        self.files.get(name)
    }

    /// A certificate file that the folder names but need not hold: the public ones are built in.
    pub(super) fn fixture(&self, name: &str) -> Option<Vec<u8>> {
        let name = Path::new(name).file_name()?;
        let own = std::fs::read(self.path.join("fixtures").join(name)).ok();
        own.or_else(|| builtin::fixture(name.to_str()?).map(<[u8]>::to_vec))
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

    /// A public key, where there is no `keys.json` from a certificate that names it.
    pub(super) fn public_key(&self, name: &str) -> Result<PublicKey, Stop> {
        if self.file(KEYS).is_none()
            && let Some(pem) = self
                .listed_certificates()
                .find_map(|cert| (cert.get("key")?.as_str()? == name).then(|| cert.get("pem")?.as_str())?)
        {
            let certificate = Certificate::parse(pem).map_err(refused("reading a certificate"))?;
            return certificate.public_key().map_err(refused("reading the key of a certificate"));
        }
        PublicKey::parse(self.key_text(name, "public_spki_b64")?).map_err(refused("reading a public key"))
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
            let mut certs = self.listed_certificates();
            certs.find(|cert| cert.get("id").and_then(Value::as_str) == Some(name))?.get("pem")
        };
        let text = file.get(name).filter(|value| value.is_string()).or_else(listed).and_then(Value::as_str);
        text.ok_or_else(|| failed(format!("{CERTS} to hold {name}"), "none"))
    }

    fn listed_certificates(&self) -> impl Iterator<Item = &Value> {
        let file = self.file(CERTS).and_then(|file| file.as_ref().ok());
        file.and_then(|file| file.get("certs")?.as_array()).into_iter().flatten()
    }
}
