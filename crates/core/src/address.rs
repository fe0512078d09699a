//! Addresses of the gateway, checked once when the client is built.

use std::fmt;
use std::net::IpAddr;

use ::http::Uri;

use crate::error::ConfigError;

/// Address of the v2 gateway. May have a query of its own.
#[derive(Clone, Eq, PartialEq)]
pub(crate) struct GatewayUrl(String);

impl GatewayUrl {
    pub(crate) fn parse(text: &str) -> Result<Self, ConfigError> {
        check("gateway", text)?;
        Ok(Self(text.to_owned()))
    }

    /// The address with a query behind it.
    pub(crate) fn with_query(&self, query: &str) -> String {
        let joint = if self.0.contains('?') { '&' } else { '?' };
        format!("{}{joint}{query}", self.0)
    }
}

impl fmt::Debug for GatewayUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        shown(&self.0).fmt(formatter)
    }
}

/// Scheme and host of v3, without path: what follows is signed as it stands.
#[derive(Clone, Eq, PartialEq)]
pub(crate) struct Endpoint(String);

impl Endpoint {
    pub(crate) fn parse(text: &str) -> Result<Self, ConfigError> {
        let uri = check("endpoint", text)?;
        let has_more = uri.path() != "/" || uri.query().is_some() || text.ends_with('/');
        if has_more {
            let fix = "leave scheme, host and port only: the path is part of what is signed";
            return Err(ConfigError::new("endpoint", format!("{:?}", shown(text)), fix));
        }
        Ok(Self(text.to_owned()))
    }

    /// The address of a request target such as `/v3/...?...`.
    pub(crate) fn with_target(&self, target: &str) -> String {
        format!("{}{target}", self.0)
    }
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

/// A URL that is safe to send secrets to.
pub(crate) fn check(field: &str, url: &str) -> Result<Uri, ConfigError> {
    let uri = well_formed(field, url)?;
    match uri.scheme_str() {
        Some("http") if !uri.host().is_some_and(is_loopback) => {
            let fix = "use https; http is for addresses of this machine only";
            Err(ConfigError::new(field, format!("{:?}", shown(url)), fix))
        }
        _ => Ok(uri),
    }
}

/// As [`check`], with `http` to anywhere.
pub(crate) fn well_formed(field: &str, url: &str) -> Result<Uri, ConfigError> {
    let refuse = |fix: &str| ConfigError::new(field, format!("{:?}", shown(url)), fix);
    if url.contains('#') {
        return Err(refuse("leave the fragment (`#...`) out"));
    }
    let uri: Uri =
        url.parse().map_err(|_| refuse("write a URL such as https://openapi.alipay.com/gateway.do"))?;
    let host = uri.host().ok_or_else(|| refuse("begin with https:// and the host"))?;
    let authority = uri.authority().map_or("", |authority| authority.as_str());
    if authority.contains('@') {
        return Err(refuse("leave user name and password out"));
    }
    if uri.port_u16().is_none() && authority != host {
        return Err(refuse("write the port as a number"));
    }
    match uri.scheme_str() {
        Some("http" | "https") => Ok(uri),
        _ => Err(refuse("begin with https://")),
    }
}

/// What errors and `Debug` may show of a URL, be it well-formed or not: neither user name and password nor what follows
/// the path. Where an `@` stands behind that, all of it may be a password with a character that ends the host.
pub(crate) fn shown(url: &str) -> String {
    let (place, hidden) = url.split_at(url.find(['?', '#']).unwrap_or(url.len()));
    let (scheme, rest) = place.split_at(place.find("://").map_or(0, |at| at + 3));
    match rest.rsplit_once('@') {
        _ if hidden.contains('@') => format!("{scheme}***"),
        Some((_, place)) => format!("{scheme}***@{place}"),
        None => place.to_owned(),
    }
}

fn is_loopback(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || bare.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}
