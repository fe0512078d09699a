//! Files on their way in: what is signed, what is refused, and what is remembered.

use alipay_core::http::{HttpRequest, HttpResponse, Verb};
use alipay_core::sign::parse_form;
use alipay_core::{CallOptions, Config, ConfigBuilder, Exchange, RawOperation, Step};
use alipay_sandbox::TrustMode;
use serde_json::{Value, json};

use crate::world::{World, builder};

const MARKETING: &str = "alipay.marketing.material.image.upload";
const OFFLINE: &str = "alipay.offline.material.image.upload";
const REST: &str = "/v3/alipay/marketing/material/image";
/// SHA-256 of `abc`.
const ABC: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

/// A body as the official Java client writes it: a blank line in front, no blanks behind separators.
fn body(texts: &[(Vec<u8>, Vec<u8>)], files: &[(&str, &[u8], &[u8])]) -> Vec<u8> {
    let mut body = Vec::new();
    for (name, value) in texts {
        body.extend_from_slice(b"\r\n--b\r\nContent-Disposition:form-data;name=\"");
        body.extend_from_slice(name);
        body.extend_from_slice(b"\"\r\nContent-Type:text/plain\r\n\r\n");
        body.extend_from_slice(value);
    }
    for (field, name, content) in files {
        let head = format!("\r\n--b\r\nContent-Disposition:form-data;name=\"{field}\";filename=\"");
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(name);
        body.extend_from_slice(b"\"\r\nContent-Type:application/octet-stream\r\n\r\n");
        body.extend_from_slice(content);
    }
    body.extend_from_slice(b"\r\n--b--\r\n");
    body
}

fn multipart(request: &mut HttpRequest, charset: &str) {
    request.headers.retain(|(name, _)| !name.eq_ignore_ascii_case("content-type"));
    let content_type = format!("multipart/form-data;charset={charset};boundary=b");
    request.headers.push(("content-type".into(), content_type));
}

/// The form of a signed request as text parts, and a file that nothing signs.
fn gateway(world: &World, method: &str, texts: &[(&str, &str)], file: (&str, &str, &[u8])) -> HttpRequest {
    let operation =
        texts.iter().fold(RawOperation::gateway(method), |call, (name, value)| call.param(*name, *value));
    let mut request = world.request(operation);
    let name = world.config.charset().encode(file.1).unwrap();
    request.body = body(&parse_form(&request.body).unwrap(), &[(file.0, &name, file.2)]);
    multipart(&mut request, world.config.charset().label());
    request
}

fn believed(config: &Config, operation: RawOperation, response: HttpResponse) -> Value {
    let mut exchange = Exchange::new(config, operation, CallOptions::new());
    assert!(matches!(exchange.step(), Step::Send(_)));
    exchange.on_response(response);
    match exchange.step() {
        Step::Done(result) => result.unwrap().fields().clone().into(),
        other => panic!("{other:?}"),
    }
}

fn refusal(world: &World, request: &HttpRequest) -> String {
    let answer: Value = serde_json::from_slice(world.sandbox.handle(request).body()).unwrap();
    let node = answer.as_object().unwrap().values().next().unwrap();
    format!("{} {}", node["code"].as_str().unwrap(), node["sub_code"].as_str().unwrap())
}

#[test]
fn a_gateway_upload_is_signed_over_its_texts_and_remembered_by_its_digest() {
    for charset in ["UTF-8", "GBK"] {
        let world =
            World::with(builder().trust_mode(TrustMode::Certificates), |config| config.charset(charset));
        let texts = [("image_type", "jpg"), ("image_name", "门店")];
        let request = gateway(&world, OFFLINE, &texts, ("image_content", "门店.JPG", b"abc"));
        let response = world.sandbox.handle(&request);
        let answer = believed(&world.config, RawOperation::gateway(OFFLINE), response);
        assert!(answer["image_id"].is_string() && answer["image_url"].is_string(), "{answer}");

        let upload = &world.sandbox.control().uploads()[0];
        assert_eq!((upload.method.as_str(), upload.field.as_str()), (OFFLINE, "image_content"));
        assert_eq!((upload.file_name.as_str(), upload.bytes, upload.sha256.as_str()), ("门店.JPG", 3, ABC));
        assert_eq!(upload.at.to_string(), "2026-01-05 08:00:00");
    }
}

#[test]
fn another_text_breaks_the_signature_and_another_file_does_not() {
    let world = World::new();
    let make = |key: &str, content: &[u8]| {
        let mut request = gateway(
            &world,
            MARKETING,
            &[("file_key", "PROMO_BRAND_LOGO")],
            ("file_content", "a.png", content),
        );
        let text = String::from_utf8(request.body).unwrap();
        request.body = text.replace("PROMO_BRAND_LOGO", key).into_bytes();
        request
    };
    assert_eq!(refusal(&world, &make("PROMO_VOUCHER_IMAGE", b"abc")), "40002 isv.invalid-signature");
    assert!(world.sandbox.control().uploads().is_empty());
    let ids: Vec<Value> = [b"abc".as_slice(), b"\x00\r\n--"]
        .into_iter()
        .map(|content| {
            let response = world.sandbox.handle(&make("PROMO_BRAND_LOGO", content));
            believed(&world.config, RawOperation::gateway(MARKETING), response)["resource_id"].clone()
        })
        .collect();
    assert_ne!(ids[0], ids[1], "each upload has an id of its own");
    assert_eq!(world.sandbox.control().uploads()[1].bytes, 5);
}

#[test]
fn texts_that_stand_in_the_query_too_are_read_once() {
    let world = World::new();
    let mut request =
        gateway(&world, "alipay.open.file.upload", &[("biz_code", "x")], ("file_content", "a.pdf", b"abc"));
    if !request.url.contains("biz_code=x") {
        request.url = format!("{}&biz_code=x", request.url);
    }
    let response = world.sandbox.handle(&request);
    let answer = believed(&world.config, RawOperation::gateway("alipay.open.file.upload"), response);
    assert!(answer["file_id"].is_string());
}

#[test]
fn extension_size_and_presence_of_a_file_are_checked() {
    let world = World::new();
    let key = [("file_key", "PROMO_BRAND_LOGO")];
    let upload = |name: &str, content: &[u8]| {
        refusal(&world, &gateway(&world, MARKETING, &key, ("file_content", name, content)))
    };
    for name in ["a.gif", "png", "a."] {
        assert_eq!(upload(name, b"abc"), "40002 isv.invalid-file-extension", "{name}");
    }
    assert_eq!(upload("a.png", b""), "40002 isv.invalid-file-size");
    assert_eq!(upload("a.png", &vec![0; 2 * 1024 * 1024 + 1]), "40002 isv.invalid-file-size");
    let other = gateway(&world, MARKETING, &key, ("image_content", "a.png", b"abc"));
    assert_eq!(refusal(&world, &other), "40002 isv.invalid-parameter");
    let plain = RawOperation::gateway(MARKETING).param("file_key", "K").param("file_content", "a.png");
    assert_eq!(refusal(&world, &world.request(plain)), "40002 isv.invalid-parameter", "text is no file");
    assert!(world.sandbox.control().uploads().is_empty());
}

/// A v3 upload: the part `data` is what a JSON body would be.
fn rest(world: &World, data: Value, path: &str, file: (&str, &str, &[u8])) -> HttpRequest {
    let operation = RawOperation::rest(Verb::Post, path);
    let mut request = world.request(operation.body(data));
    let data = (!request.body.is_empty()).then(|| (b"data".to_vec(), request.body.clone()));
    request.body = body(data.as_slice(), &[(file.0, file.1.as_bytes(), file.2)]);
    multipart(&mut request, "UTF-8");
    request
}

#[test]
fn a_rest_upload_is_signed_over_its_data_in_plain_text_and_encrypted() {
    let encrypted =
        |config: ConfigBuilder| config.content_key("AAECAwQFBgcICQoLDA0ODw==").encrypt_always(true);
    for world in [World::new(), World::with(builder().content_key("AAECAwQFBgcICQoLDA0ODw=="), encrypted)] {
        let data = json!({"file_key": "PROMO_BRAND_LOGO"});
        let request = rest(&world, data.clone(), REST, ("file_content", "标志.png", b"abc"));
        let response = world.sandbox.handle(&request);
        let answer = believed(&world.config, RawOperation::rest(Verb::Post, REST).body(data), response);
        assert!(answer["resource_id"].is_string());
        let upload = &world.sandbox.control().uploads()[0];
        assert_eq!((upload.file_name.as_str(), upload.sha256.as_str()), ("标志.png", ABC));
    }
}

#[test]
fn a_rest_upload_is_refused_with_the_common_codes() {
    let world = World::new();
    let code = |request: &HttpRequest| {
        let response = world.sandbox.handle(request);
        let answer: Value = serde_json::from_slice(response.body()).unwrap();
        format!("{} {}", response.status(), answer["code"].as_str().unwrap())
    };
    let data = || json!({"file_key": "PROMO_BRAND_LOGO"});
    assert_eq!(
        code(&rest(&world, data(), REST, ("file_content", "a.gif", b"abc"))),
        "400 invalid-file-extension"
    );
    assert_eq!(code(&rest(&world, data(), REST, ("file_content", "a.png", b""))), "400 invalid-file-size");
    assert_eq!(code(&rest(&world, data(), REST, ("image", "a.png", b"abc"))), "400 invalid-parameter");
    let mut changed = rest(&world, data(), REST, ("file_content", "a.png", b"abc"));
    changed.body = String::from_utf8(changed.body).unwrap().replace("PROMO_BRAND_LOGO", "X").into_bytes();
    assert_eq!(code(&changed), "401 invalid-signature");
    let mut cut = rest(&world, data(), REST, ("file_content", "a.png", b"abc"));
    cut.body.truncate(cut.body.len() / 2);
    assert_eq!(code(&cut), "400 upload-fail");
}

#[test]
fn uploads_are_listed_over_http() {
    let world = World::new();
    let request =
        gateway(&world, "alipay.open.file.upload", &[("biz_code", "x")], ("file_content", "a.pdf", b"abc"));
    assert_eq!(world.sandbox.handle(&request).status(), 200);
    let list: Value = serde_json::from_slice(world.get("http://127.0.0.1/control/uploads").body()).unwrap();
    let upload = &list["uploads"][0];
    assert_eq!(
        (&upload["file_name"], &upload["bytes"], &upload["sha256"]),
        (&json!("a.pdf"), &json!(3), &json!(ABC))
    );
}

#[test]
fn a_form_of_too_many_parts_is_refused_before_they_are_looked_at() {
    let world = World::new();
    let names: Vec<String> = (0..600).map(|number| format!("p{number}")).collect();
    let texts: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "1")).collect();
    let answer =
        |request: &HttpRequest| String::from_utf8(world.sandbox.handle(request).body().to_vec()).unwrap();
    let fewer = gateway(&world, MARKETING, &texts[..400], ("file_content", "a.png", b"abc"));
    assert!(answer(&fewer).contains("10000"), "{}", answer(&fewer));
    let mut request = gateway(&world, MARKETING, &[], ("file_content", "a.png", b"abc"));
    let many: Vec<_> =
        texts.iter().map(|(name, value)| (name.as_bytes().to_vec(), value.as_bytes().to_vec())).collect();
    request.body = body(&many, &[]);
    assert_eq!(refusal(&world, &request), "40002 isv.upload-fail");
    assert!(answer(&request).contains("512"), "the limit is named: {}", answer(&request));
}
