//! Downloads: what is written, and when it is not the file.

use super::*;

/// A failed download: what had been written, and the error.
fn broken<C: Calls>(answer: Vec<u8>, limit: usize) -> (Vec<u8>, Error) {
    let (base, _requests, _) = server(vec![answer]);
    let mut into = Vec::new();
    let file = Download::new(format!("{base}/bill?token=secret")).max_bytes(limit);
    let error = C::download(file, &mut into, |_, _| {}).unwrap_err();
    let mut shown = format!("{error} {error:?}");
    let mut source = std::error::Error::source(&error);
    while let Some(error) = source {
        shown += &format!(" {error} {error:?}");
        source = error.source();
    }
    assert!(!shown.contains("secret"), "{shown}");
    (into, error)
}

fn failure_of(error: &Error) -> SendFailureKind {
    error.send_failure().unwrap().kind()
}

fn a_download_is_written_chunk_by_chunk_with_progress<C: Calls>() {
    let bill = "日期,金额\r\n".repeat(50_000);
    let (base, requests, _) = server(vec![http("200 OK", &bill)]);
    let (mut into, mut steps) = (Vec::new(), Vec::new());
    let file = Download::new(format!("{base}/bill?a=1&token=%2F"));
    let size = C::download(file, &mut into, |received, total| steps.push((received, total))).unwrap();
    assert!(into == bill.as_bytes() && size == bill.len() as u64);
    assert!(steps.len() > 1 && steps.is_sorted(), "{steps:?}");
    assert!(steps.iter().all(|(_, total)| *total == Some(size)));
    assert_eq!(steps.last(), Some(&(size, Some(size))));
    let seen = requests.recv_timeout(PATIENCE).unwrap();
    assert!(seen.head.starts_with("GET /bill?a=1&token=%2F HTTP/1.1\r\n"), "{}", seen.head);
    for never in ["authorization", "accept-encoding", "cookie"] {
        assert_eq!(seen.header(never), None, "{}", seen.head);
    }
}

fn an_address_is_sent_alike_by_both_clients<C: Calls>() {
    for (rest, target) in [
        ("", "/"),
        ("?a=1", "/?a=1"),
        ("/b?name=账单'1|2 3.zip&t=%2F+", "/b?name=%E8%B4%A6%E5%8D%95%271%7C2%203.zip&t=%2F+"),
    ] {
        let (base, requests, _) = server(vec![http("200 OK", "123")]);
        assert_eq!(C::download(Download::new(base + rest), &mut Vec::new(), |_, _| {}).unwrap(), 3);
        let head = requests.recv_timeout(PATIENCE).unwrap().head;
        assert!(head.starts_with(&format!("GET {target} HTTP/1.1\r\n")), "{head}");
    }
}

fn a_download_of_unknown_size_has_progress_without_a_total<C: Calls>() {
    let answer =
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n".to_vec();
    let (base, _requests, _) = server(vec![answer]);
    let (mut into, mut last) = (Vec::new(), None);
    let size = C::download(Download::new(base), &mut into, |received, total| last = Some((received, total)));
    assert_eq!((size.unwrap(), into.as_slice(), last), (5, &b"abcde"[..], Some((5, None))));
}

fn a_download_that_is_too_large_is_cut_off<C: Calls>() {
    let (written, error) = broken::<C>(http("200 OK", "123456"), 5);
    assert_eq!((failure_of(&error), written.len()), (SendFailureKind::BodyTooLarge, 0), "as announced");
    let chunked = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n6\r\n123456\r\n0\r\n\r\n".to_vec();
    let (written, error) = broken::<C>(chunked, 5);
    assert_eq!(failure_of(&error), SendFailureKind::BodyTooLarge, "as counted");
    assert!(written.len() <= 5);
}

fn a_download_that_breaks_off_is_an_error<C: Calls>() {
    let announced = b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n0123456789".to_vec();
    let chunked = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\na\r\n0123456789\r\n".to_vec();
    for answer in [announced, chunked] {
        let (written, error) = broken::<C>(answer, 1000);
        assert_eq!(failure_of(&error), SendFailureKind::Broken, "{error}");
        assert_eq!(error.send_failure().unwrap().sent(), Sent::Maybe);
        assert!(b"0123456789".starts_with(&written));
    }
}

fn another_status_than_200_is_no_file_and_a_redirect_is_not_followed<C: Calls>() {
    for head in ["302 Found\r\nlocation: /elsewhere", "403 Forbidden", "500 Oops", "206 Partial Content"] {
        let (written, error) = broken::<C>(http(head, "no bill"), 1000);
        assert_eq!((error.kind(), written.len()), (Kind::Answer, 0), "{error}");
        assert_eq!(error.http_status().unwrap().to_string(), head[..3]);
        assert!(error.to_string().contains("no file came"), "{error}");
    }
}

fn a_writer_that_fails_is_named_as_such<C: Calls>() {
    struct Full;
    impl Write for Full {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(ErrorKind::StorageFull.into())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let (base, _requests, _) = server(vec![http("200 OK", "123")]);
    let error = C::download(Download::new(base), &mut Full, |_, _| {}).unwrap_err();
    assert_eq!(failure_of(&error), SendFailureKind::Write);
}

fn an_address_that_is_not_safe_is_not_asked<C: Calls>() {
    for url in ["http://example.com/b?token=secret", "ftp://a/b?secret", "secret", "https://a/b#secret"] {
        let error = C::download(url.into(), &mut Vec::new(), |_, _| {}).unwrap_err();
        assert_eq!((error.kind(), error.outcome()), (Kind::Config, Outcome::NotSent), "{error}");
        assert!(url == "secret" || !format!("{error} {error:?}").contains("secret"), "{error}");
    }
}

both!(
    a_download_is_written_chunk_by_chunk_with_progress,
    a_download_of_unknown_size_has_progress_without_a_total,
    a_download_that_breaks_off_is_an_error,
    a_download_that_is_too_large_is_cut_off,
    a_writer_that_fails_is_named_as_such,
    an_address_is_sent_alike_by_both_clients,
    an_address_that_is_not_safe_is_not_asked,
    another_status_than_200_is_no_file_and_a_redirect_is_not_followed,
);

#[test]
fn a_transport_without_downloads_of_its_own_can_download() {
    #[derive(Debug)]
    struct Canned;
    impl BlockingTransport for Canned {
        fn send(&self, request: &HttpRequest) -> Result<HttpResponse, SendFailure> {
            let status = if request.url.ends_with("/bill") { 200 } else { 404 };
            Ok(HttpResponse::new(status, Vec::new(), b"1234".to_vec()))
        }
        fn sleep(&self, _: Duration) {}
    }
    let client = blocking::Client::with_transport(config("http://127.0.0.1"), Arc::new(Canned));
    let mut into = Vec::new();
    assert_eq!(client.download("http://127.0.0.1/bill", &mut into, |_, _| {}).unwrap(), 4);
    assert_eq!(into, b"1234");
    assert!(client.download("http://127.0.0.1/none", &mut into, |_, _| {}).is_err());
    let small = Download::new("http://127.0.0.1/bill").max_bytes(3);
    assert_eq!(
        failure_of(&client.download(small, &mut into, |_, _| {}).unwrap_err()),
        SendFailureKind::BodyTooLarge
    );
    assert_eq!(into.len(), 4);
}
