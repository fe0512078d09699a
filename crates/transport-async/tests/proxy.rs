//! Which addresses are taken as those of a proxy.

#![allow(clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

use alipay_transport_async::ReqwestTransport;

#[test]
fn an_address_that_is_none_of_a_proxy_is_refused_and_not_shown() {
    for address in [
        "",
        "http://",
        "http://:3128",
        "htp://hunter2@127.0.0.1:1",
        "ftp://hunter2@127.0.0.1:1",
        "socks5://hunter2@127.0.0.1:1",
        "127.0.0.1:1",
        "proxy.internal:3128",
        "//proxy.internal:3128",
    ] {
        let Err(error) = ReqwestTransport::with_proxy(address) else { panic!("{address:?} was taken") };
        let expected = "this is no proxy address: write it like http://proxy.internal:3128";
        assert_eq!(error.to_string(), expected, "{address:?}");
        assert!(!format!("{error:?}").contains("hunter2"));
    }
}

#[test]
fn a_proxy_may_have_a_password_that_is_not_shown() {
    for address in
        ["http://proxy.internal:3128", "https://proxy.internal", "http://shop:hunter2@127.0.0.1:3128/"]
    {
        let transport = ReqwestTransport::with_proxy(address).unwrap();
        assert!(!format!("{transport:?}").contains("hunter2"));
    }
}
