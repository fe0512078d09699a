//! Profiles: named sets of settings in a TOML file.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use toml::{Table, Value};

use super::certificates::Certificates;
use super::layer::{Layer, Material, Setting, set};
use super::{Environment, Flags};
use crate::failure::Complaint;
use crate::secret_file;

/// The profile that is used when none is named.
const DEFAULT: &str = "default";

const KEYS: [&str; 16] = [
    "gateway",
    "endpoint",
    "app_id",
    "private_key_file",
    "alipay_public_key_file",
    "app_certificate_file",
    "alipay_certificate_file",
    "alipay_root_certificate_file",
    "content_key_file",
    "content_cipher",
    "encrypt",
    "charset",
    "sign_type",
    "timeout",
    "app_auth_token_file",
    "auth_token_file",
];

/// What the profile says. Without a named profile and without a file there is nothing, and that is no mistake.
pub(super) fn layer(flags: &Flags, environment: Environment<'_>) -> Result<Layer, Complaint> {
    let named = flags.profile.clone().or_else(|| set(environment, "ALIPAY_PROFILE"));
    let given =
        flags.profile_file.clone().or_else(|| set(environment, "ALIPAY_PROFILE_FILE").map(PathBuf::from));
    let Some(path) = given.clone().or_else(|| usual_place(environment)) else {
        return match named {
            None => Ok(Layer::default()),
            Some(name) => Err(Complaint::new(
                "profile",
                format!("{name:?} is named, but neither HOME nor XDG_CONFIG_HOME is set"),
                "give the file with --profile-file",
            )),
        };
    };
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound && named.is_none() && given.is_none() => {
            return Ok(Layer::default());
        }
        Err(error) => {
            let seen = format!("{} cannot be read ({})", secret_file::shown(&path), error.kind());
            return Err(Complaint::new("profile file", seen, "give a TOML file with --profile-file"));
        }
    };
    let folder = path.parent().unwrap_or_else(|| Path::new("."));
    let must_exist = named.is_some() || given.is_some();
    read(&text, named.as_deref().unwrap_or(DEFAULT), must_exist, &path.to_string_lossy(), folder)
}

/// `$XDG_CONFIG_HOME/alipay/profiles.toml`, or `~/.config/...`.
fn usual_place(environment: Environment<'_>) -> Option<PathBuf> {
    let config = set(environment, "XDG_CONFIG_HOME").map(PathBuf::from);
    let folder = config.or_else(|| Some(PathBuf::from(set(environment, "HOME")?).join(".config")))?;
    Some(folder.join("alipay").join("profiles.toml"))
}

/// Reads one profile out of the text of a file. File names in it are relative to `folder`.
fn read(text: &str, name: &str, must_exist: bool, file: &str, folder: &Path) -> Result<Layer, Complaint> {
    // The message of the parser quotes the line, which may hold what does not belong into the file.
    let whole: Table = toml::from_str(text).map_err(|error: toml::de::Error| {
        let line = error
            .span()
            .map_or(1, |span| 1 + text.bytes().take(span.start).filter(|byte| *byte == b'\n').count());
        let seen = format!("{file}, line {line}: {}", error.message());
        Complaint::new(
            "profile file",
            seen,
            "write TOML: one [name] for each profile, key = \"value\" below it",
        )
    })?;
    let profile = match whole.get(name) {
        Some(Value::Table(profile)) => profile,
        None if !must_exist => return Ok(Layer::default()),
        _ => {
            let known: Vec<_> =
                whole.iter().filter(|(_, value)| value.is_table()).map(|(name, _)| name.as_str()).collect();
            let known = if known.is_empty() { "no profile".to_owned() } else { known.join(", ") };
            let seen = format!("there is no [{name}] in {file}");
            return Err(Complaint::new("profile", seen, format!("the file has: {known}")));
        }
    };
    let what = |key: &str| format!("profile {name}: {key}");
    if let Some(key) = profile.keys().find(|key| !KEYS.contains(&key.as_str())) {
        let fix = match key.as_str() {
            "private_key" | "alipay_public_key" | "content_key" | "app_auth_token" | "auth_token" => {
                format!("put it into a file of its own and write {key}_file = \"...\"")
            }
            _ => format!("the keys are {}", KEYS.join(", ")),
        };
        return Err(Complaint::new(what(key), format!("unknown key in {file}"), fix));
    }
    let source = format!("profile {name}");
    let text = |key: &str| match profile.get(key) {
        None => Ok(None),
        Some(Value::String(value)) => Ok(Some(Setting::new(value.clone(), source.as_str()))),
        Some(Value::Boolean(value)) => Ok(Some(Setting::new(value.to_string(), source.as_str()))),
        Some(Value::Integer(value)) => Ok(Some(Setting::new(value.to_string(), source.as_str()))),
        Some(other) => {
            let seen = format!("a {} in {file}", other.type_str());
            Err(Complaint::new(what(key), seen, "write text in quotation marks"))
        }
    };
    let file = |key: &str| {
        let path = text(key)?;
        Ok::<_, Complaint>(path.map(|path| Setting::new(folder.join(path.value), path.source)))
    };
    let path = |key: &str| {
        Ok::<_, Complaint>(file(key)?.map(|file| Setting::new(Material::File(file.value), file.source)))
    };
    Ok(Layer {
        gateway: text("gateway")?,
        endpoint: text("endpoint")?,
        app_id: text("app_id")?,
        private_key: path("private_key_file")?,
        alipay_public_key: path("alipay_public_key_file")?,
        certificates: Certificates {
            app: file("app_certificate_file")?,
            alipay: file("alipay_certificate_file")?.into_iter().collect(),
            root: file("alipay_root_certificate_file")?,
        },
        content_key: path("content_key_file")?,
        content_cipher: text("content_cipher")?,
        encrypt: text("encrypt")?,
        charset: text("charset")?,
        sign_type: text("sign_type")?,
        timeout: text("timeout")?,
        app_auth_token: path("app_auth_token_file")?,
        auth_token: path("auth_token_file")?,
    })
}
