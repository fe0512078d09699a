//! What the sandbox says of itself before it serves.

use std::path::Path;

use alipay_api::sign::{ContentCipher, SignType};
use alipay_sandbox::{Sandbox, TrustMode};
use serde_json::{Map, Value, json};

use super::key_files::{Files, KeyFiles};
use crate::output::{ACCENT, DIM, STRONG, styled};
use crate::shell;

const CALL: &str = "alipay call alipay.marketing.voucher.templatelist.query --biz '{\"page_num\":1}'";
const CALL_OF_V3: &str = "alipay call \"POST /v3/alipay/marketing/activity/batchquery\" --body '{\"page_num\":1,\"page_size\":10}'";

/// Addresses, application and files; and the environment in which `alipay call` reaches this sandbox.
#[derive(Debug)]
pub(super) struct Announcement<'a> {
    addresses: [(&'static str, &'static str, String); 4],
    files: &'a KeyFiles,
    environment: Vec<Variable>,
    /// What v3 needs instead, where it has keys of its own.
    rest_environment: Vec<Variable>,
}

/// A variable; without a value where it is for the user to fill in.
type Variable = (&'static str, Option<String>);

/// How contents are encrypted: the file with the key, and the cipher of messages.
#[derive(Clone, Copy, Debug)]
pub(super) struct Contents<'a> {
    pub(super) key_file: Option<&'a Path>,
    pub(super) cipher: Option<ContentCipher>,
}

impl<'a> Announcement<'a> {
    pub(super) fn new(sandbox: &Sandbox, files: &'a KeyFiles, contents: Contents<'_>) -> Self {
        let addresses = [
            ("gateway", "v2 gateway", sandbox.gateway_url()),
            ("endpoint", "v3 endpoint", sandbox.endpoint_url()),
            ("control", "control", sandbox.control_url()),
            ("app_id", "app id", sandbox.app_id().to_owned()),
        ];
        let mut environment = vec![
            ("ALIPAY_GATEWAY", Some(sandbox.gateway_url())),
            ("ALIPAY_ENDPOINT", Some(sandbox.endpoint_url())),
            ("ALIPAY_APP_ID", Some(sandbox.app_id().to_owned())),
        ];
        environment.extend(keys(&files.gateway, sandbox.trust_mode()));
        if sandbox.sign_type() != SignType::Rsa2 {
            environment.push(("ALIPAY_SIGN_TYPE", Some(sandbox.sign_type().as_str().to_owned())));
        }
        // The other terminal may be in another folder.
        let key_file = contents.key_file.map(|path| std::path::absolute(path).unwrap_or(path.to_owned()));
        let key_file = key_file.map(|path| path.to_string_lossy().into_owned());
        environment.extend(key_file.map(|file| ("ALIPAY_CONTENT_KEY_FILE", Some(file))));
        let cipher = contents.cipher.map(|cipher| cipher.as_str().to_owned());
        environment.extend(cipher.map(|cipher| ("ALIPAY_CONTENT_CIPHER", Some(cipher))));
        let mut rest_environment = Vec::new();
        if !files.rest.is_empty() {
            rest_environment.push(("ALIPAY_SIGN_TYPE", Some(SignType::Rsa2.as_str().to_owned())));
            rest_environment.extend(keys(&files.rest, sandbox.trust_mode()));
        }
        Self { addresses, files, environment, rest_environment }
    }

    /// One object for programs.
    pub(super) fn to_json(&self) -> Value {
        let object = |variables: &[Variable]| -> Map<_, _> {
            variables.iter().map(|(name, value)| ((*name).to_owned(), json!(value))).collect()
        };
        // These two are told even where they are the user's own.
        let own =
            ["app_private_key_file", "alipay_public_key_file"].map(|name| (name.to_owned(), Value::Null));
        let mut members: Map<_, _> = own.into_iter().collect();
        members.extend(self.addresses.iter().map(|(name, _, value)| ((*name).to_owned(), json!(value))));
        let files = self.files.gateway.iter().map(|(name, file)| (format!("{name}_file"), json!(file)));
        let of_v3 = self.files.rest.iter().map(|(name, file)| (format!("v3_{name}_file"), json!(file)));
        members.extend(files.chain(of_v3));
        members.insert("environment".to_owned(), object(&self.environment).into());
        if !self.rest_environment.is_empty() {
            members.insert("v3_environment".to_owned(), object(&self.rest_environment).into());
        }
        members.into()
    }

    /// The same for people, with settings and a call to copy.
    pub(super) fn for_people(&self) -> String {
        let row = |name: &str, value: &str| format!("  {}  {value}", styled(DIM, &format!("{name:26}")));
        let mut lines = vec![styled(STRONG, "A local Alipay gateway is ready.")];
        lines.extend(self.addresses.iter().map(|(_, name, value)| row(name, value)));
        let yours = [("app_private_key", "--app-public-key"), ("alipay_public_key", "--alipay-private-key")];
        let yours = yours.into_iter().filter(|(name, _)| self.files.gateway.get(name).is_none());
        lines.extend(yours.map(|(name, flag)| row(&title(name), &format!("yours: it belongs to {flag}"))));
        lines.extend(self.files.gateway.iter().map(|(name, file)| row(&title(name), &file)));
        lines.extend(self.files.rest.iter().map(|(name, file)| row(&format!("v3 {}", title(name)), &file)));
        lines.push("\nTry it in another terminal:".to_owned());
        let exports = self.environment.iter().map(|variable| format!("  export {}", assignment(variable)));
        lines.extend(exports.map(|line| styled(ACCENT, &line)));
        lines.push(styled(ACCENT, &format!("  {CALL}")));
        if !self.rest_environment.is_empty() {
            let variables: String =
                self.rest_environment.iter().map(|variable| assignment(variable) + " ").collect();
            lines.push(styled(ACCENT, &format!("  {variables}{CALL_OF_V3}")));
        }
        lines.push(format!("\n{}", styled(DIM, "Requests follow. Ctrl-C ends it and removes the files.")));
        lines.join("\n")
    }
}

/// The variables that name the keys of one protocol: in certificate mode the certificates stand for Alipay's key.
fn keys(files: &Files, trust: TrustMode) -> Vec<Variable> {
    let private = ("ALIPAY_PRIVATE_KEY_FILE", files.get("app_private_key"));
    match trust {
        TrustMode::Certificates => vec![
            private,
            ("ALIPAY_APP_CERTIFICATE_FILE", files.get("app_certificate")),
            ("ALIPAY_CERTIFICATE_FILE", files.get("alipay_certificate")),
            ("ALIPAY_ROOT_CERTIFICATE_FILE", files.get("alipay_root_certificate")),
        ],
        _ => vec![private, ("ALIPAY_PUBLIC_KEY_FILE", files.get("alipay_public_key"))],
    }
}

fn assignment((name, value): &Variable) -> String {
    let value =
        value.as_deref().map_or_else(|| format!("YOUR_{}", name.trim_start_matches("ALIPAY_")), shell::word);
    format!("{name}={value}")
}

/// The name of a setting in words.
fn title(name: &str) -> String {
    name.replace('_', " ").replace("alipay", "Alipay")
}
