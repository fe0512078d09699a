//! Where test messages may go: to this machine, unless somebody says otherwise.

use std::net::IpAddr;

use axum::http::Uri;

use crate::failure::Complaint;

/// Refuses what is no address, and one of another machine unless `allow_remote`. `what` names the argument.
pub(crate) fn check(what: &str, url: &str, allow_remote: bool) -> Result<(), Complaint> {
    let refuse = |seen: &str, fix: &str| Err(Complaint::new(what, format!("{url:?} {seen}"), fix));
    let parsed = url.parse::<Uri>().ok();
    let parts = parsed.as_ref().and_then(|uri| Some((uri.scheme_str()?, uri.host()?)));
    let Some(("http" | "https", host)) = parts else {
        return refuse("is no address", "write http://127.0.0.1:8080/notify");
    };
    if !allow_remote && !is_this_machine(host) {
        return refuse(
            "is another machine",
            "send to 127.0.0.1 or localhost, or say --allow-remote if you mean it",
        );
    }
    Ok(())
}

fn is_this_machine(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    bare.eq_ignore_ascii_case("localhost")
        || bare.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_is_written_to_unasked() {
        for url in
            ["http://127.0.0.1:1/", "http://localhost/a?b=c", "https://[::1]:8443/", "http://127.9.9.9"]
        {
            assert_eq!(check("URL", url, false), Ok(()), "{url}");
        }
        for url in
            ["http://10.0.0.1/", "https://example.com/", "http://127.0.0.1.example.com/", "http://0.0.0.0/"]
        {
            assert!(check("URL", url, false).is_err(), "{url}");
            assert_eq!(check("URL", url, true), Ok(()), "{url}");
        }
        for url in ["127.0.0.1:8080", "/notify", "ftp://127.0.0.1/", ""] {
            assert!(check("URL", url, true).is_err(), "{url}");
        }
    }
}
