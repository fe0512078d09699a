//! `cert-sn.json`: Alipay's serial numbers of certificates and root files, their keys, and which chains are trusted.

use alipay_api::sign::{Certificate, root_serial_number, verify_chain};
use alipay_api::{Clock, SystemClock};
use serde_json::Value;

use super::case::{Case, Check, Stop, base64, equal, failed, refused, same, skipped};
use super::folder::Folder;
use super::wire::sha256;

pub(super) fn check(case: &Case<'_>, folder: &Folder) -> Check {
    match case.text("/op")? {
        "cert_sn" => serial_number(case, &file_of(case, folder)?),
        "root_cert_sn" => root_serial(case, &file_of(case, folder)?),
        "is_trusted" => trust(case, folder),
        other => Err(failed("op cert_sn, root_cert_sn or is_trusted", other)),
    }
}

/// The certificate file of the case: in the case, in `certs.json`, or elsewhere.
fn file_of(case: &Case<'_>, folder: &Folder) -> Result<Vec<u8>, Stop> {
    if let Some(pem) = case.find("/pem") {
        return Ok(pem.as_bytes().to_vec());
    }
    if let Some(name) = case.find("/fixture") {
        let file = folder.fixture(name).ok_or_else(|| {
            skipped(format!("the file {name} is neither in the folder (fixtures/{name}) nor known here"))
        })?;
        if let Some(stated) = case.find("/fixture_sha256") {
            same("fixture_sha256", &stated.to_ascii_lowercase(), &sha256(&file))?;
        }
        return Ok(file);
    }
    folder.certificate(case.text("/cert")?).map(|pem| pem.as_bytes().to_vec())
}

fn serial_number(case: &Case<'_>, file: &[u8]) -> Check {
    let Some(suggested) = case.find("/suggested") else {
        return match Certificate::parse(file) {
            Err(_) => Ok(()),
            Ok(certificate) => Err(failed("no serial number", certificate.serial_number())),
        };
    };
    let certificate = Certificate::parse(file).map_err(refused("reading the certificate"))?;
    if let Some(issuer) = case.find("/issuer_string") {
        same("issuer", issuer, certificate.issuer())?;
    }
    if let Some(decimal) = case.find("/serial_decimal") {
        same("serial number of the issuer", decimal, certificate.serial_decimal())?;
    }
    agrees_with_java(case, suggested)?;
    same("serial number", suggested, certificate.serial_number())?;
    let Some(stated) = case.find("/public_key_base64") else { return Ok(()) };
    match certificate.public_key() {
        Ok(key) => same("public key", stated, &key.to_spki_base64()),
        // A key that we do not use is in the certificate all the same.
        Err(error) => {
            let (stated, certificate) = (case.bytes("/public_key_base64")?, der_of(&certificate)?);
            let is_inside = certificate.windows(stated.len().max(1)).any(|part| part == stated);
            if is_inside { Ok(()) } else { Err(failed("the key of the certificate", error)) }
        }
    }
}

/// What is suggested is what Java says, where it says something.
fn agrees_with_java(case: &Case<'_>, suggested: &str) -> Check {
    let outputs = case.get("/outputs").and_then(Value::as_object).into_iter().flatten();
    let java = outputs.filter(|(name, _)| name.starts_with("java")).filter_map(|(_, output)| output.as_str());
    let said: Vec<_> = java.filter(|output| !output.starts_with("throws")).collect();
    match said.is_empty() || said.contains(&suggested) {
        true => Ok(()),
        false => Err(failed(format!("the serial number that Java gives: {said:?}"), suggested)),
    }
}

fn der_of(certificate: &Certificate) -> Result<Vec<u8>, Stop> {
    let pem = certificate.to_pem();
    let lines: String = pem.lines().filter(|line| !line.starts_with("-----")).collect();
    base64(&Value::from(lines))
}

fn root_serial(case: &Case<'_>, file: &[u8]) -> Check {
    match (case.find("/suggested"), root_serial_number(file)) {
        (Some(suggested), Ok(serial)) => {
            agrees_with_java(case, suggested)?;
            same("serial number", suggested, &serial)
        }
        (None, Err(_)) => Ok(()),
        (Some(suggested), Err(error)) => Err(failed(suggested, error)),
        (None, Ok(serial)) => Err(failed("a refusal", serial)),
    }
}

/// The SDKs differ about the order of a chain; where the file suggests nothing, Java decides, as it does elsewhere.
fn trust(case: &Case<'_>, folder: &Folder) -> Check {
    let chain = Certificate::parse_bundle(case.text("/cert_pem")?).map_err(refused("reading the chain"))?;
    let roots = case.text("/root_pem")?;
    let roots = match roots.contains("-----BEGIN") {
        true => roots,
        // In words: "root_bundle of certs.json".
        false => folder.certificate(roots.split_whitespace().next().unwrap_or_default())?,
    };
    let roots = Certificate::parse_bundle(roots).map_err(refused("reading the roots"))?;
    let millis = case.frozen_clock().unwrap_or_else(|| SystemClock.now_unix_millis());
    let checked = verify_chain(&chain, &roots, millis.div_euclid(1000));
    let expected = case.flag("/suggested").or_else(|| java_says(case));
    let expected = expected.ok_or_else(|| failed("a case with a verdict", "none"))?;
    match expected == checked.is_ok() {
        true => Ok(()),
        false => equal("trusted", &expected.to_string(), &format!("{checked:?}")),
    }
}

fn java_says(case: &Case<'_>) -> Option<bool> {
    let outputs = case.get("/outputs")?.as_object()?;
    let (_, output) = outputs.iter().find(|(name, _)| name.starts_with("java"))?;
    // A chain that is not even read is not trusted either.
    output.as_bool().or_else(|| output.as_str()?.starts_with("throws").then_some(false))
}
