//! Which addresses of files are asked, and how.

use alipay_core::{Download, ErrorKind, Outcome};

fn asked(file: Download) -> String {
    file.request().unwrap().url
}

#[test]
fn plain_http_to_a_host_of_alipay_becomes_https() {
    for (given, expected) in [
        (
            "http://dwbillcenter.alipay.com/downloadBillFile.resource?bizType=trade&token=t",
            "https://dwbillcenter.alipay.com/downloadBillFile.resource?bizType=trade&token=t",
        ),
        ("http://dwbillcenter.alipaydev.com/bill", "https://dwbillcenter.alipaydev.com/bill"),
        ("http://ALIPAY.com", "https://ALIPAY.com/"),
        ("HTTP://dwbillcenter.alipay.com/bill", "https://dwbillcenter.alipay.com/bill"),
        ("http://dwbillcenter.alipay.com:80/bill?token=t", "https://dwbillcenter.alipay.com/bill?token=t"),
        ("https://dwbillcenter.alipay.com/bill", "https://dwbillcenter.alipay.com/bill"),
        ("http://127.0.0.1:8080/bill", "http://127.0.0.1:8080/bill"),
    ] {
        assert_eq!(asked(Download::new(given)), expected);
    }
}

#[test]
fn plain_http_to_anybody_else_is_refused_unless_the_caller_insists() {
    for url in [
        "http://example.com/bill?token=secret",
        "http://evilalipay.com/bill?token=secret",
        "http://alipay.com.example.com/bill?token=secret",
        "http://dwbillcenter.alipay.com:8080/bill?token=secret",
        "http://10.0.0.1/bill?token=secret",
    ] {
        let error = Download::new(url).request().unwrap_err();
        assert_eq!((error.kind(), error.outcome()), (ErrorKind::Config, Outcome::NotSent), "{url}");
        assert!(error.to_string().contains("use https") && !error.to_string().contains("secret"), "{error}");
        assert_eq!(asked(Download::new(url).danger_accept_plain_http()), url);
    }
    let kept = Download::new("http://dwbillcenter.alipay.com/bill").danger_accept_plain_http();
    assert_eq!(asked(kept), "http://dwbillcenter.alipay.com/bill");
}

#[test]
fn insisting_on_plain_http_allows_nothing_else() {
    for url in [
        "ftp://example.com/bill",
        "file:///etc/passwd",
        "//example.com/bill",
        "http://a:b@example.com/",
        "http://a/#b",
    ] {
        assert!(Download::new(url).danger_accept_plain_http().request().is_err(), "{url}");
    }
}
