//! What the sandbox says of itself before it serves.

use std::path::Path;

use alipay_sandbox::Sandbox;
use serde_json::{Value, json};

use super::key_files::KeyFiles;
use crate::output::{ACCENT, DIM, STRONG, styled};

/// Addresses, application and key files.
#[derive(Debug)]
pub(super) struct Announcement {
    gateway: String,
    endpoint: String,
    control: String,
    app_id: String,
    app_private_key_file: Option<String>,
    alipay_public_key_file: Option<String>,
    /// Of v3, where it has keys of its own.
    rest_app_private_key_file: Option<String>,
    rest_alipay_public_key_file: Option<String>,
}

impl Announcement {
    pub(super) fn new(sandbox: &Sandbox, files: &KeyFiles) -> Self {
        let text = |path: Option<&Path>| path.map(|path| path.to_string_lossy().into_owned());
        Self {
            gateway: sandbox.gateway_url(),
            endpoint: sandbox.endpoint_url(),
            control: sandbox.control_url(),
            app_id: sandbox.app_id().to_owned(),
            app_private_key_file: text(files.app_private_key()),
            alipay_public_key_file: text(files.alipay_public_key()),
            rest_app_private_key_file: text(files.rest_app_private_key()),
            rest_alipay_public_key_file: text(files.rest_alipay_public_key()),
        }
    }

    /// One object for programs.
    pub(super) fn to_json(&self) -> Value {
        let mut object = json!({
            "gateway": self.gateway,
            "endpoint": self.endpoint,
            "control": self.control,
            "app_id": self.app_id,
            "app_private_key_file": self.app_private_key_file,
            "alipay_public_key_file": self.alipay_public_key_file,
        });
        if let (Value::Object(members), Some(public)) = (&mut object, &self.rest_alipay_public_key_file) {
            members.insert("v3_app_private_key_file".to_owned(), json!(self.rest_app_private_key_file));
            members.insert("v3_alipay_public_key_file".to_owned(), json!(public));
        }
        object
    }

    /// The same for people, with settings and a call to copy.
    pub(super) fn for_people(&self) -> String {
        let private = self.app_private_key_file.as_deref();
        let public = self.alipay_public_key_file.as_deref();
        let mut rows = vec![
            ("v2 gateway", self.gateway.as_str()),
            ("v3 endpoint", &self.endpoint),
            ("control", &self.control),
            ("app id", &self.app_id),
            ("app private key", private.unwrap_or("yours: it belongs to --app-public-key")),
            ("Alipay public key", public.unwrap_or("yours: it belongs to --alipay-private-key")),
        ];
        let of_v3 = [
            ("app key of v3", &self.rest_app_private_key_file),
            ("Alipay key of v3", &self.rest_alipay_public_key_file),
        ];
        rows.extend(of_v3.into_iter().filter_map(|(name, file)| Some((name, file.as_deref()?))));
        let mut lines = vec![styled(STRONG, "A local Alipay gateway is ready.")];
        lines.extend(
            rows.iter().map(|(name, value)| format!("  {}  {value}", styled(DIM, &format!("{name:17}")))),
        );
        let exports = [
            ("ALIPAY_GATEWAY", self.gateway.as_str()),
            ("ALIPAY_ENDPOINT", &self.endpoint),
            ("ALIPAY_APP_ID", &self.app_id),
            ("ALIPAY_PRIVATE_KEY_FILE", private.unwrap_or("APP_PRIVATE_KEY_FILE")),
            ("ALIPAY_PUBLIC_KEY_FILE", public.unwrap_or("ALIPAY_PUBLIC_KEY_FILE")),
        ];
        lines.push("\nTry it in another terminal:".to_owned());
        lines.extend(exports.map(|(name, value)| styled(ACCENT, &format!("  export {name}={value}"))));
        let call = "  alipay call alipay.marketing.voucher.templatelist.query --biz '{\"page_num\":1}'";
        lines.push(styled(ACCENT, call));
        lines.push(format!("\n{}", styled(DIM, "Requests follow. Ctrl-C ends it and removes the keys.")));
        lines.join("\n")
    }
}
