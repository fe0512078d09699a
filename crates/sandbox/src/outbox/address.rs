//! Which addresses are on this machine. A sandbox must never post anywhere else.

use std::net::IpAddr;

/// Whether `url` is one that something can be posted to.
pub(crate) fn is_address(url: &str) -> bool {
    let rest = url.strip_prefix("http://").or_else(|| url.strip_prefix("https://"));
    let host = rest.and_then(|rest| rest.split(['/', '?', '#']).next());
    host.is_some_and(|host| !host.is_empty() && !host.starts_with(':'))
        && url.bytes().all(|byte| byte.is_ascii_graphic())
}

/// Whether the host of `url` is this machine, by its spelling: no name is looked up.
pub(super) fn is_loopback(url: &str) -> bool {
    let Some(rest) = url.strip_prefix("http://").or_else(|| url.strip_prefix("https://")) else {
        return false;
    };
    let authority = rest.split(['/', '?', '#', '\\']).next().unwrap_or_default();
    let host = match authority.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => authority.split(':').next().unwrap_or_default(),
    };
    let named = host.eq_ignore_ascii_case("localhost");
    !authority.contains('@') && (named || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback()))
}

#[cfg(test)]
mod tests {
    use super::is_loopback;

    #[test]
    fn only_addresses_of_this_machine_are_loopback() {
        for url in ["http://127.0.0.1:80/x", "https://localhost", "http://[::1]:9/a?b", "http://127.8.9.1"] {
            assert!(is_loopback(url), "{url}");
        }
        for url in [
            "http://127.0.0.1.example.com/",
            "http://127.0.0.1@example.com/",
            "https://www.yourdomain.com/127.0.0.1",
            "ftp://127.0.0.1/",
            "http://example.com\\@127.0.0.1/",
            "http://10.0.0.1/",
            "",
        ] {
            assert!(!is_loopback(url), "{url}");
        }
    }
}
