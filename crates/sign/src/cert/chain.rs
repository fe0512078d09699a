//! Whether a certificate that came over the network is Alipay's.
//!
//! Not the rules of the web: Alipay's certificates have no host names, some intermediates no extensions, and
//! one root is signed with SHA-1 (protocol-v2 §6.4). So the path is built and checked here.

use super::{Certificate, ChainError};

/// Alipay's chains have two or three certificates.
const MAX_CERTIFICATES: usize = 8;

/// Checks that `certificates` (in any order) form one path below one of `roots`.
///
/// All of them must be on the path, at most one self-signed, each valid at `now_unix_seconds` and signed with
/// RSA (SHA-256 or SHA-1) or, with the feature `sm2`, SM2 by the one above it, the topmost by a root with the
/// name of its issuer. Whoever signed another must be an authority by `basicConstraints` where it has that
/// extension, and must not be named like an application otherwise. The dates of the roots, key usages and
/// revocation are not looked at (protocol-v2 §6.4).
///
/// A path also leads to the application certificate of any merchant: see [`check_alipay_subject`].
///
/// # Errors
/// [`ChainError`] names the certificate that broke the chain.
///
/// ```
/// use alipay_sign::{ChainError, verify_chain};
///
/// assert_eq!(verify_chain(&[], &[], 1_767_225_600), Err(ChainError::Empty));
/// ```
pub fn verify_chain(
    certificates: &[Certificate],
    roots: &[Certificate],
    now_unix_seconds: i64,
) -> Result<(), ChainError> {
    let path = single_path(certificates)?;
    for certificate in &path {
        check_dates(certificate, now_unix_seconds)?;
    }
    for authority in path.iter().rev().skip(1) {
        check_authority(authority)?;
    }
    if let Some(topmost) = path.first() {
        check_topmost(topmost, roots)?;
    }
    path.iter().zip(path.iter().skip(1)).try_for_each(|(issuer, below)| check_signature(below, issuer))
}

/// Checks that `certificate` is named as Alipay's own certificates are, and not as a merchant's.
///
/// The common name must not be `<digits>-<digits>`, as that of application certificates is, which chain up to
/// the same root. With `expected_prefix` (the common name of the Alipay certificate that you configured) it
/// must start with that text (protocol-v2 §6.4).
///
/// # Errors
/// [`ChainError`] with the name.
pub fn check_alipay_subject(
    certificate: &Certificate,
    expected_prefix: Option<&str>,
) -> Result<(), ChainError> {
    if is_named_like_an_application(certificate) {
        return Err(ChainError::ApplicationCertificate { subject: certificate.subject().to_owned() });
    }
    let expected = expected_prefix.unwrap_or_default();
    match certificate.subject_common_name() {
        Some(name) if name.starts_with(expected) => Ok(()),
        _ => Err(ChainError::Subject {
            subject: certificate.subject().to_owned(),
            expected: expected.to_owned(),
        }),
    }
}

/// The certificates from the topmost down to the leaf.
fn single_path(certificates: &[Certificate]) -> Result<Vec<&Certificate>, ChainError> {
    if certificates.len() > MAX_CERTIFICATES {
        return Err(ChainError::TooLong { count: certificates.len(), limit: MAX_CERTIFICATES });
    }
    let self_signed = certificates.iter().filter(|certificate| certificate.is_self_signed()).count();
    if self_signed > 1 {
        return Err(ChainError::SelfSigned { count: self_signed });
    }
    let mut rest: Vec<&Certificate> = certificates.iter().collect();
    let has_issuer = |certificate: &Certificate| {
        !certificate.is_self_signed()
            && certificates.iter().any(|other| other.subject() == certificate.issuer())
    };
    let mut next: Vec<&Certificate> = rest.extract_if(.., |certificate| !has_issuer(certificate)).collect();
    let mut path = Vec::with_capacity(certificates.len());
    while let [only] = next.as_slice() {
        let issuer = *only;
        path.push(issuer);
        next = rest.extract_if(.., |certificate| certificate.issuer() == issuer.subject()).collect();
    }
    match (certificates.len(), path.len()) {
        (0, _) => Err(ChainError::Empty),
        (given, used) if given == used => Ok(path),
        _ => Err(ChainError::NotOnePath),
    }
}

fn check_dates(certificate: &Certificate, now: i64) -> Result<(), ChainError> {
    let (not_before, not_after) = (certificate.not_before(), certificate.not_after());
    if (not_before..=not_after).contains(&now) {
        return Ok(());
    }
    Err(ChainError::Dates { subject: certificate.subject().to_owned(), not_before, not_after, now })
}

fn check_authority(certificate: &Certificate) -> Result<(), ChainError> {
    let is_authority =
        certificate.basic_constraints_ca().unwrap_or_else(|| !is_named_like_an_application(certificate));
    if is_authority {
        return Ok(());
    }
    Err(ChainError::NotAuthority { subject: certificate.subject().to_owned() })
}

fn check_topmost(topmost: &Certificate, roots: &[Certificate]) -> Result<(), ChainError> {
    let mut result = Err(ChainError::UnknownRoot { issuer: topmost.issuer().to_owned() });
    for root in roots.iter().filter(|root| root.subject() == topmost.issuer()) {
        result = check_signature(topmost, root);
        if result.is_ok() {
            break;
        }
    }
    result
}

fn check_signature(certificate: &Certificate, issuer: &Certificate) -> Result<(), ChainError> {
    let subject = || certificate.subject().to_owned();
    let algorithm = certificate.signature_algorithm();
    let sign_type = algorithm
        .sign_type()
        .ok_or_else(|| ChainError::Algorithm { subject: subject(), algorithm: algorithm.clone() })?;
    let key = issuer
        .public_key()
        .map_err(|source| ChainError::IssuerKey { issuer: issuer.subject().to_owned(), source })?;
    key.verify(sign_type, certificate.signed_body(), certificate.signature())
        .map_err(|source| ChainError::Signature { subject: subject(), source })
}

/// `<digits>-<digits>`: the merchant's number and the application's.
fn is_named_like_an_application(certificate: &Certificate) -> bool {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    certificate
        .subject_common_name()
        .and_then(|name| name.trim().split_once('-'))
        .is_some_and(|(merchant, application)| is_number(merchant) && is_number(application))
}
