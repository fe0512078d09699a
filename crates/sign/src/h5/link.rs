//! A link on arrival, and a link to be handed out.

use super::candidate::Candidate;
use super::config::UseModeLink;
use super::error::H5Error;
use super::query::{Query, signature_of};
use crate::{Empties, PublicKey, Signer, canonical, encode_signature, percent_encode, query_of};

/// A link that was read.
///
/// Look at [`H5Link::signature`] first: under [`H5Signature::Unsigned`] anybody may have written every value.
#[non_exhaustive]
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct H5Link {
    /// The voucher that the user came with.
    pub voucher_id: Option<String>,
    /// The user's Alipay id, if it is among the sign keys.
    pub user_id: Option<String>,
    /// The merchant's own text, if it is among the sign keys.
    pub tag: Option<String>,
    /// Further values of sign keys, in the order of the configuration.
    pub extra: Vec<(String, String)>,
    /// Whether the values above are Alipay's, and by which reading.
    pub signature: H5Signature,
    /// All other parameters, never signed; what is not text in the charset is replaced by U+FFFD.
    pub others: Vec<(String, String)>,
}

/// Whether a link was signed.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum H5Signature {
    /// The signature holds.
    Signed {
        /// The reading under which it holds.
        candidate: Candidate,
    },
    /// The template has no `signType`, so that nothing in the link is proven.
    Unsigned,
}

impl H5Link {
    /// Whether Alipay's signature covers the values.
    #[must_use]
    pub const fn is_signed(&self) -> bool {
        matches!(self.signature, H5Signature::Signed { .. })
    }
}

/// Reads a link, or its query alone, and checks its signature with Alipay's public key (protocol-v2 §10.3).
///
/// Values that the signature does not cover (blank ones, under a reading that drops them) are not returned.
///
/// # Errors
/// [`H5Error`]: nothing of the link may be believed.
///
/// ```
/// # #[cfg(feature = "aws-lc")] {
/// use alipay_sign::PrivateKey;
/// use alipay_sign::h5::{self, UseModeLink};
///
/// let alipay = PrivateKey::generate(2048)?;
/// let config = UseModeLink::new();
/// let values = [("voucherId", "2017061600073002"), ("userId", "2088302001456115"), ("tag", "a b")];
/// let url = h5::sign("https://m.example.com/use?from=1#top", &values, &config, &alipay)?;
///
/// let link = h5::verify(&url, &config, &alipay.public_key())?;
/// assert!(link.is_signed());
/// assert_eq!(link.tag.as_deref(), Some("a b"));
/// assert_eq!(link.others, [("from".to_owned(), "1".to_owned())]);
///
/// let forged = url.replace("2088302001456115", "2088302001456116");
/// assert!(h5::verify(&forged, &config, &alipay.public_key()).is_err());
/// # }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn verify(url_or_query: &str, config: &UseModeLink, alipay_key: &PublicKey) -> Result<H5Link, H5Error> {
    let query = Query::read(query_of(url_or_query), config)?;
    let Some(sign_type) = config.sign_type else {
        if query.sign.is_some() {
            return Err(H5Error::UnexpectedSignature);
        }
        let all = Candidate { empties: Empties::Keep, ..Candidate::DEFAULT };
        return read(&query, config, all, H5Signature::Unsigned);
    };
    let sign = query.sign.as_deref().filter(|sign| !sign.is_empty()).ok_or(H5Error::MissingSignature)?;
    let signature = signature_of(sign)?;
    if let Some(name) = query.ambiguous() {
        return Err(H5Error::AmbiguousValue { name: name.to_owned() });
    }
    let mut messages: Vec<Vec<u8>> = Vec::new();
    let mut last = None;
    for candidate in config.candidates() {
        let message = query.message(*candidate);
        // An empty text would be "signed" without saying anything, and equal texts need only one look.
        if message.is_empty() || messages.contains(&message) {
            continue;
        }
        match alipay_key.verify(sign_type, &message, &signature) {
            Ok(()) => return read(&query, config, *candidate, H5Signature::Signed { candidate: *candidate }),
            Err(error) => last = Some(error),
        }
        messages.push(message);
    }
    match last {
        Some(source) => Err(H5Error::Verify { tried: messages.len(), source }),
        None => Err(H5Error::NothingSigned),
    }
}

/// Makes a link as Alipay would, for tests and local gateways, by [`Candidate::DEFAULT`] (protocol-v2 §10.3).
///
/// All `values` stand in the link in the order given; those that are sign keys and not blank are signed.
/// Without a sign type in `config` the link has no `sign`. A fragment of `url` stays at its end.
///
/// # Errors
/// [`H5Error`] when a name occurs twice (also in `url`), a character does not exist in the charset, or the
/// signer fails.
pub fn sign<N, V>(
    url: &str,
    values: &[(N, V)],
    config: &UseModeLink,
    signer: &dyn Signer,
) -> Result<String, H5Error>
where
    N: AsRef<str>,
    V: AsRef<str>,
{
    let (base, fragment) = url.split_at(url.find('#').unwrap_or(url.len()));
    let mut pieces: Vec<String> = Vec::new();
    let mut signed_message = None;
    for (name, value) in values {
        let (name, value) = (name.as_ref(), value.as_ref());
        let bytes = config.charset.encode(value).map_err(H5Error::Encode)?;
        let name = config.charset.encode(name).map_err(H5Error::Encode)?;
        pieces.push(format!("{}={}", percent_encode(&name), percent_encode(&bytes)));
    }
    if let Some(sign_type) = config.sign_type {
        let signed: Vec<(&str, &str)> = values
            .iter()
            .map(|(name, value)| (name.as_ref(), value.as_ref()))
            .filter(|(name, _)| config.sign_keys.iter().any(|key| key == name))
            .collect();
        let message = canonical(&signed, &config.charset).map_err(H5Error::Encode)?;
        if message.is_empty() {
            return Err(H5Error::NothingSigned);
        }
        let signature = signer.sign(sign_type, &message).map_err(H5Error::Sign)?;
        pieces.push(format!("sign={}", percent_encode(encode_signature(&signature).as_bytes())));
        signed_message = Some(message);
    }
    let joint = match base.split_once('?') {
        None => "?",
        Some((_, query)) if query.is_empty() || query.ends_with('&') => "",
        Some(_) => "&",
    };
    let link = format!("{base}{joint}{}{fragment}", pieces.join("&"));
    // Read back, so that no link leaves that we would refuse.
    let query = Query::read(query_of(&link), config)?;
    if config.sign_type.is_none() && query.sign.is_some() {
        return Err(H5Error::UnexpectedSignature);
    }
    match query.ambiguous() {
        Some(name) => Err(H5Error::AmbiguousValue { name: name.to_owned() }),
        // The address brought a sign key of its own, or marks of a query before its query.
        None if signed_message.is_some_and(|message| message != query.message(Candidate::DEFAULT)) => {
            Err(H5Error::Address)
        }
        None => Ok(link),
    }
}

fn read(
    query: &Query<'_>,
    config: &UseModeLink,
    covered_by: Candidate,
    signature: H5Signature,
) -> Result<H5Link, H5Error> {
    let mut link = H5Link {
        voucher_id: None,
        user_id: None,
        tag: None,
        extra: Vec::new(),
        signature,
        others: Vec::new(),
    };
    for (name, value) in query.covered(covered_by) {
        let value = config
            .charset
            .decode(value)
            .map_err(|source| H5Error::Decode { name: name.to_owned(), source })?;
        match name {
            "voucherId" => link.voucher_id = Some(value),
            "userId" => link.user_id = Some(value),
            "tag" => link.tag = Some(value),
            _ => link.extra.push((name.to_owned(), value)),
        }
    }
    let text = |bytes: &[u8]| config.charset.decode_lossy(bytes);
    link.others = query.others.iter().map(|(name, value)| (text(name), text(value))).collect();
    Ok(link)
}
