//! `certs.json`: every certificate can be read and says what its issuer wrote into it.

use alipay_api::sign::Certificate;
use serde_json::Value;

use super::case::{Case, Check, equal, refused, same};
use super::folder::Folder;

const BUNDLE: &str = "root_bundle";

/// One case for each certificate, and one for the bundle of roots.
pub(super) fn cases(file: &Value) -> Vec<Case<'_>> {
    let certs = file.get("certs").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let bundle = file.get(BUNDLE).map(|_| Case::new(BUNDLE.to_owned(), file, file));
    let listed = certs.iter().map(|cert| {
        let id = cert.get("id").and_then(Value::as_str).unwrap_or("(certificate without id)");
        Case::new(id.to_owned(), cert, file)
    });
    listed.chain(bundle).collect()
}

pub(super) fn check(case: &Case<'_>, folder: &Folder) -> Check {
    if case.has("/root_bundle") {
        return check_bundle(case, folder);
    }
    let certificate = Certificate::parse(case.text("/pem")?).map_err(refused("reading the certificate"))?;
    if let Some(decimal) = case.find("/serial_decimal") {
        same("serial number", decimal, certificate.serial_decimal())?;
    }
    let dates = [("/not_before", certificate.not_before()), ("/not_after", certificate.not_after())];
    for (pointer, seconds) in dates {
        if let Some(text) = case.find(pointer) {
            let stated: jiff::Timestamp = text.parse().map_err(refused("reading the date"))?;
            equal(pointer, &stated.as_second(), &seconds)?;
        }
    }
    if let Some(name) = case.find("/key") {
        let key = certificate.public_key().map_err(refused("reading its key"))?;
        equal("public key", &folder.public_key(name)?, &key)?;
    }
    let again = Certificate::parse(certificate.to_pem()).map_err(refused("reading our PEM"))?;
    equal("the certificate in our PEM", &certificate, &again)
}

/// The bundle holds the certificates that `root_bundle_order` names, in that order.
fn check_bundle(case: &Case<'_>, folder: &Folder) -> Check {
    let bundle =
        Certificate::parse_bundle(case.text("/root_bundle")?).map_err(refused("reading the bundle"))?;
    let mut named = Vec::new();
    for name in case.list("/root_bundle_order").iter().filter_map(Value::as_str) {
        let text = folder.certificate(name)?;
        named.push(Certificate::parse(text).map_err(refused("reading a root"))?);
    }
    match named.is_empty() {
        true => Ok(()),
        false => equal("roots", &named, &bundle),
    }
}
