//! Uploads, byte for byte: what is sent, what of it is signed, and what is refused before that.

use std::io::{self, ErrorKind, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use alipay_core::http::{HttpRequest, Multipart, Segment, SendFailure, SendFailureKind, Sent, Verb};
use alipay_core::sign::ContentKey;
use alipay_core::{CallOptions, Config, Exchange, Outcome, RawOperation, Step, UploadFile};
use serde_json::json;

use crate::common::{NONCE, builder, config, sent};
use crate::vectors::content_key;

fn image_upload(file: UploadFile) -> RawOperation {
    RawOperation::gateway("alipay.offline.material.image.upload")
        .param("image_type", "png")
        .param("image_name", "图片 &东来顺")
        .file("image_content", file)
}

fn file_upload(file: UploadFile) -> RawOperation {
    RawOperation::rest(Verb::Post, "/v3/alipay/open/file/upload")
        .body(json!({"biz_code": "openpt_appstore"}))
        .file("file_content", file)
}

fn png() -> UploadFile {
    UploadFile::bytes("测试 1.png", *b"\x89PNG\r\n--\0")
}

fn request(config: &Config, operation: RawOperation) -> HttpRequest {
    sent(&mut Exchange::new(config, operation, CallOptions::new().app_auth_token("token")))
}

fn body(request: &HttpRequest) -> Vec<u8> {
    assert!(request.body.is_empty(), "an upload is the only body");
    let body = request.whole_body().unwrap().into_owned();
    assert_eq!(upload(request).content_length(), body.len() as u64);
    body
}

fn upload(request: &HttpRequest) -> &Multipart {
    request.upload.as_ref().unwrap()
}

/// What is signed, of v2 or v3.
fn text(config: &Config, operation: RawOperation) -> Vec<u8> {
    Exchange::new(config, operation, CallOptions::new()).text_to_sign().unwrap()
}

fn refused(config: &Config, operation: RawOperation) -> String {
    let mut exchange = Exchange::new(config, operation, CallOptions::new());
    match exchange.step() {
        Step::Done(result) => {
            let error = result.unwrap_err();
            assert_eq!(error.outcome(), Outcome::NotSent);
            error.to_string()
        }
        other => panic!("not refused: {other:?}"),
    }
}

#[test]
fn the_gateway_gets_text_parts_then_files_byte_for_byte() {
    let request = request(&config(), image_upload(png()));
    let expected = [
        "--alipay-N\r\nContent-Disposition: form-data; name=\"image_type\"\r\nContent-Type: text/plain\r\n\r\npng\r\n",
        "--alipay-N\r\nContent-Disposition: form-data; name=\"image_name\"\r\nContent-Type: text/plain\r\n\r\n",
        "图片 &东来顺\r\n",
        "--alipay-N\r\nContent-Disposition: form-data; name=\"app_auth_token\"\r\nContent-Type: text/plain\r\n\r\n",
        "token\r\n",
        "--alipay-N\r\nContent-Disposition: form-data; name=\"image_content\"; filename=\"测试 1.png\"\r\n",
        "Content-Type: image/png\r\n\r\n",
    ];
    let expected = expected.concat().replace('N', NONCE).replace(&format!("P{NONCE}G"), "PNG");
    let end = format!("\r\n--alipay-{NONCE}--\r\n");
    assert_eq!(
        String::from_utf8_lossy(&body(&request)),
        String::from_utf8_lossy(&[expected.as_bytes(), b"\x89PNG\r\n--\0", end.as_bytes()].concat())
    );
    let content_type = format!("multipart/form-data;charset=UTF-8;boundary=alipay-{NONCE}");
    assert_eq!(request.header("content-type"), Some(content_type.as_str()));
    assert!(request.url.contains("&sign=") && !request.url.contains("image_"), "{}", request.url);
    assert!(!request.url.contains("token"), "tokens stay out of the URL");
}

#[test]
fn a_rest_upload_is_one_data_part_and_files_byte_for_byte() {
    let request = request(&config(), file_upload(png()));
    let expected = format!(
        "--alipay-{NONCE}\r\nContent-Disposition: form-data; name=\"data\"\r\nContent-Type: application/json\r\n\r\n\
         {{\"biz_code\":\"openpt_appstore\"}}\r\n\
         --alipay-{NONCE}\r\nContent-Disposition: form-data; name=\"file_content\"; filename=\"测试 1.png\"\r\n\
         Content-Type: image/png\r\n\r\n"
    );
    let end = format!("\r\n--alipay-{NONCE}--\r\n");
    assert_eq!(body(&request), [expected.as_bytes(), b"\x89PNG\r\n--\0", end.as_bytes()].concat());
    let content_type = format!("multipart/form-data; boundary=alipay-{NONCE}");
    assert_eq!(request.header("content-type"), Some(content_type.as_str()));
}

#[test]
fn only_the_texts_are_signed() {
    for make in [image_upload, file_upload] {
        let signed = text(&config(), make(png()));
        assert_eq!(signed, text(&config(), make(UploadFile::bytes("other.gif", [1, 2, 3]))));
        for hidden in ["multipart", "alipay-0123", "PNG", ".png", "_content"] {
            let signed = String::from_utf8_lossy(&signed);
            assert!(!signed.contains(hidden), "{hidden} in {signed}");
        }
    }
    let other = image_upload(png()).param("image_pid", "2088");
    let (with, without) = (text(&config(), other), text(&config(), image_upload(png())));
    assert_ne!(with, without);
    assert!(String::from_utf8(with).unwrap().contains("&image_pid=2088&image_type=png&"));
    let of_rest = text(&config(), file_upload(png()));
    assert!(of_rest.ends_with(b"POST\n/v3/alipay/open/file/upload\n{\"biz_code\":\"openpt_appstore\"}\n"));
    let other = RawOperation::rest(Verb::Post, "/v3/alipay/open/file/upload").body(json!({"biz_code": "b"}));
    assert_ne!(of_rest, text(&config(), other.file("file_content", png())));
}

#[test]
fn a_rest_upload_of_files_alone_signs_an_empty_line_and_has_no_data_part() {
    let operation =
        RawOperation::rest(Verb::Post, "/v3/alipay/open/sp/image/upload").file("image_content", png());
    assert!(text(&config(), operation.clone()).ends_with(b"\nPOST\n/v3/alipay/open/sp/image/upload\n\n"));
    let body = body(&request(&config(), operation));
    assert!(!String::from_utf8_lossy(&body).contains("name=\"data\""));
    assert!(body.starts_with(format!("--alipay-{NONCE}\r\n").as_bytes()));
}

#[test]
fn the_data_part_of_an_encrypted_rest_upload_is_the_signed_ciphertext() {
    let key = content_key("aes128");
    let config = builder().content_key(key).encrypt_always(true).build().unwrap();
    let mut exchange = Exchange::new(&config, file_upload(png()), CallOptions::new());
    let text = String::from_utf8(exchange.text_to_sign().unwrap()).unwrap();
    let request = sent(&mut exchange);
    let ciphertext = text.lines().last().unwrap();
    let plain = ContentKey::parse(key).unwrap().decrypt(Default::default(), ciphertext).unwrap();
    assert_eq!(plain.expose(), br#"{"biz_code":"openpt_appstore"}"#);
    let part = format!("name=\"data\"\r\nContent-Type: text/plain\r\n\r\n{ciphertext}\r\n--");
    assert!(String::from_utf8_lossy(&body(&request)).contains(&part));
    assert_eq!(request.header("alipay-encrypt-type"), Some("AES"));
}

#[test]
fn names_with_quotes_and_line_ends_are_escaped() {
    let file = UploadFile::bytes("a\"b\r\nX-Evil: 1\r\n\r\n%.png", [1]);
    for operation in [image_upload(file.clone()).param("q\"\r\n", "v"), file_upload(file)] {
        let body = body(&request(&config(), operation));
        let body = String::from_utf8(body).unwrap();
        assert!(body.contains("; filename=\"a%22b%0D%0AX-Evil: 1%0D%0A%0D%0A%.png\"\r\n"), "{body}");
        assert!(!body.contains("\nX-Evil"), "{body}");
    }
}

#[test]
fn names_and_texts_travel_in_gbk_and_what_gbk_lacks_is_refused() {
    let gbk = builder().charset("GBK").build().unwrap();
    let body = body(&request(&gbk, image_upload(png())));
    let contains = |part: &[u8]| body.windows(part.len()).any(|window| window == part);
    // 测试 and 图片 &东来顺 in GBK.
    assert!(contains(b"filename=\"\xb2\xe2\xca\xd4 1.png\""));
    assert!(contains(b"\r\n\r\n\xcd\xbc\xc6\xac &\xb6\xab\xc0\xb4\xcb\xb3\r\n"));
    assert!(contains(b"\r\n\r\n\x89PNG\r\n--\0\r\n"), "bytes of files are not touched");
    let error = refused(&gbk, image_upload(UploadFile::bytes("😀.png", [1])));
    assert!(error.contains("image_content") && error.contains("U+1F600"), "{error}");
}

#[test]
fn type_and_size_are_checked_and_named() {
    let allow = |name: &str, bytes: &[u8]| {
        UploadFile::bytes(name, bytes).allow(&["jpg", "png"], 3).map_err(|error| error.to_string())
    };
    assert_eq!(allow("a.b.PNG", b"123").unwrap().content_type(), "image/png");
    assert_eq!(
        allow("a.gif", b"123").unwrap_err(),
        "file: \"a.gif\" has the extension gif; give one of type jpg, png"
    );
    assert_eq!(
        allow("a.png", b"1234").unwrap_err(),
        "file: \"a.png\" has 4 bytes; 3 are allowed: make it smaller"
    );
    for name in ["png", ".png", "png.", ""] {
        assert!(allow(name, b"1").unwrap_err().contains("has no extension; end its name"), "{name}");
    }
}

#[test]
fn a_file_that_cannot_be_uploaded_is_refused_before_anything_is_signed() {
    let cases = [
        (UploadFile::bytes("a.png", []), "\"a.png\" is empty"),
        (UploadFile::bytes("photo", [1]), "\"photo\" has no extension"),
        (png().with_content_type("image/png\r\nx: y"), "content type \"image/png\\r\\nx: y\""),
    ];
    for (file, says) in cases {
        for operation in [image_upload(file.clone()), file_upload(file)] {
            let error = refused(&config(), operation);
            assert!(error.contains(says), "{error}");
        }
    }
    for field in ["image_name", "image_content", "app_id", "sign"] {
        let error = refused(&config(), image_upload(png()).file(field, png()));
        assert!(error.contains(&format!("{field}: given twice")), "{error}");
    }
    assert!(refused(&config(), file_upload(png()).file("data", png())).contains("data: given twice"));
    assert!(refused(&config(), file_upload(png()).file(" ", png())).contains("has no field"));
    let read = RawOperation::rest(Verb::Get, "/v3/x").file("f", png());
    assert!(refused(&config(), read).contains("f: a file in a GET request; send files with POST"));
}

#[test]
fn content_types_come_from_the_extension_unless_given() {
    let of = |name: &str| UploadFile::bytes(name, [1]).content_type().to_owned();
    for (name, expected) in [
        ("a.gif", "image/gif"),
        ("a.JPEG", "image/jpeg"),
        ("a.png.jpg", "image/jpeg"),
        ("a.bmp", "image/bmp"),
        ("a.pdf", "application/pdf"),
        ("a.mp4", "video/mp4"),
        ("a.csv", "text/csv"),
        ("a.zip", "application/zip"),
        ("a.unknown", "application/octet-stream"),
        ("a", "application/octet-stream"),
    ] {
        assert_eq!(of(name), expected, "{name}");
    }
    assert_eq!(UploadFile::bytes("a.png", [1]).with_content_type("image/x").content_type(), "image/x");
}

/// A file that counts how often it is opened.
fn counted(length: u64, bytes: &'static [u8]) -> (UploadFile, Arc<AtomicUsize>) {
    let opened = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&opened);
    let file = UploadFile::reader("a.png", length, move || {
        counter.fetch_add(1, Ordering::Relaxed);
        Ok(Box::new(bytes))
    });
    (file, opened)
}

#[test]
fn a_reader_is_not_touched_until_it_is_sent_and_opened_again_for_each_attempt() {
    let (file, opened) = counted(5, b"12345");
    let request = request(&config(), image_upload(file));
    let files = upload(&request).segments().iter().filter(|segment| matches!(segment, Segment::File(_)));
    assert_eq!(files.count(), 1);
    assert_eq!(opened.load(Ordering::Relaxed), 0);
    assert_eq!(body(&request), body(&request));
    assert_eq!(opened.load(Ordering::Relaxed), 2);
}

#[test]
fn a_reader_of_another_length_never_makes_a_complete_upload() {
    for (length, says) in [(6, "ends 1 bytes before the length"), (4, "longer than it was said")] {
        let (file, _) = counted(length, b"12345");
        let request = request(&config(), image_upload(file));
        let mut sent = Vec::new();
        let mut reader = upload(&request).open().unwrap();
        let error = reader.read_to_end(&mut sent).unwrap_err();
        assert!(error.to_string().contains("\"a.png\"") && error.to_string().contains(says), "{error}");
        assert!((sent.len() as u64) < upload(&request).content_length());
        assert_eq!(reader.read(&mut [0; 9]).unwrap(), 0, "nothing follows an error");
    }
}

#[test]
fn an_interrupted_read_is_taken_up_again() {
    struct Stuttering(bool, &'static [u8]);
    impl Read for Stuttering {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            self.0 = !self.0;
            if self.0 { Err(ErrorKind::Interrupted.into()) } else { self.1.read(buffer) }
        }
    }
    let file = UploadFile::reader("a.png", 3, || Ok(Box::new(Stuttering(false, b"123"))));
    assert!(
        String::from_utf8(body(&request(&config(), image_upload(file))))
            .unwrap()
            .contains("\r\n\r\n123\r\n--")
    );
}

#[test]
fn a_call_with_files_is_not_repeated_unless_it_is_said_to_be_repeatable() {
    let repeated = |operation: RawOperation, sent_: Sent| {
        let mut exchange = Exchange::new(&config(), operation, CallOptions::new());
        let _ = sent(&mut exchange);
        exchange.on_failure(SendFailure::new(sent_, SendFailureKind::Broken, "broken"));
        matches!(exchange.step(), Step::Sleep(_))
    };
    let plain = RawOperation::gateway("a.b").repeatable();
    assert!(repeated(plain.clone(), Sent::Maybe));
    assert!(!repeated(plain.clone().file("f", png()), Sent::Maybe));
    assert!(repeated(plain.clone().file("f", png()), Sent::No));
    assert!(repeated(plain.file("f", png()).repeatable(), Sent::Maybe));
}

#[test]
fn uploads_have_more_time() {
    let time = |config: &Config, operation, options| {
        let mut exchange = Exchange::new(config, operation, options);
        sent(&mut exchange).timeout.as_secs()
    };
    let seconds = Duration::from_secs;
    assert_eq!(time(&config(), image_upload(png()), CallOptions::new()), 100);
    assert_eq!(time(&config(), RawOperation::gateway("a.b"), CallOptions::new()), 15);
    assert_eq!(time(&config(), image_upload(png()), CallOptions::new().timeout(seconds(5))), 5);
    let short = builder().upload_timeout(seconds(30)).build().unwrap();
    assert_eq!(time(&short, image_upload(png()), CallOptions::new()), 30);
    let long = builder().timeout(seconds(300)).build().unwrap();
    assert_eq!(time(&long, file_upload(png()), CallOptions::new()), 300);
}

#[test]
fn requests_with_files_are_compared_and_shown_without_their_bytes() {
    let one = request(&config(), image_upload(png()));
    assert_eq!(one, one.clone());
    assert_ne!(one, request(&config(), image_upload(UploadFile::bytes("测试 1.png", *b"\x89PNG\r\n--\x01"))));
    let file = UploadFile::bytes("a.txt", "secret bytes");
    let operation = image_upload(file).param("memo", "secret text");
    let shown = format!("{operation:?}");
    let request = request(&config(), operation);
    let shown = format!("{shown} {request:?} {:?} {:?}", request.upload, upload(&request).open().unwrap());
    assert!(!shown.contains("secret") && shown.contains("\"a.txt\", text/plain, 12 bytes"), "{shown}");
}
