//! `certs.json`: every certificate can be read and says what its issuer wrote into it.

use alipay_api::sign::Certificate;
use serde_json::Value;

use super::case::{Case, Check, equal, refused, same};
use super::folder::Folder;

const BUNDLE: &str = "root_bundle";

/// One case for each certificate, and one for the bundle of roots.
pub(super) fn cases(file: &Value) -> Option<Vec<Case<'_>>> {
    let certs = file.get("certs")?.as_array()?;
    let bundle = file.get(BUNDLE).map(|_| Case::new(BUNDLE.to_owned(), file, file));
    let listed = certs.iter().map(|cert| {
        let id = cert.get("id").and_then(Value::as_str).unwrap_or("(certificate without id)");
        Case::new(id.to_owned(), cert, file)
    });
    Some(listed.chain(bundle).collect())
}

pub(super) fn check(case: &Case<'_>, folder: &Folder) -> Check {
    if case.has("/root_bundle") {
        return check_bundle(case, folder);
    }
    let certificate = Certificate::parse(case.text("/pem")?).map_err(refused("reading the certificate"))?;
    if let Some(decimal) = case.find("/serial_decimal") {
        same("serial number", decimal, certificate.serial_decimal())?;
    }
    if let Some(hex) = case.find("/serial_hex") {
        same("serial_hex", hex, &hex_of(certificate.serial_decimal()))?;
    }
    if let Some(oid) = case.find("/signature_oid") {
        same("signature_oid", oid, certificate.signature_algorithm().oid())?;
    }
    let names = [("/subject_rfc4514", certificate.subject()), ("/issuer_rfc4514", certificate.issuer())];
    for (pointer, name) in names {
        if let Some(stated) = case.find(pointer).filter(|_| is_plain(name)) {
            same(pointer, stated, name)?;
        }
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

/// Whether RFC 4514 writes a name as Java's RFC 2253 does: nothing in it is escaped or not text.
fn is_plain(name: &str) -> bool {
    !name.contains(|c: char| matches!(c, '\\' | '#' | char::REPLACEMENT_CHARACTER) || c.is_control())
}

/// A number in hexadecimal digits.
fn hex_of(decimal: &str) -> String {
    // The lowest digit comes first.
    let mut digits: Vec<u32> = vec![0];
    for figure in decimal.chars().filter_map(|figure| figure.to_digit(10)) {
        let mut carry = figure;
        for digit in &mut digits {
            carry += *digit * 10;
            (*digit, carry) = (carry % 16, carry / 16);
        }
        digits.extend((carry > 0).then_some(carry));
    }
    digits.iter().rev().filter_map(|digit| char::from_digit(*digit, 16)).collect()
}
