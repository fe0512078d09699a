//! Signing and requests of v2.

use alipay_api::http::HttpRequest;
use alipay_api::models::v2::marketing::VoucherSendRequest;
use alipay_api::models::v2::open::AuthTokenAppQueryRequest;
use alipay_api::models::v2::trade::{AppPayRequest, PagePayRequest};
use alipay_api::sign::{
    Charset, PrivateKey, PublicKey, SignType, canonical, decode_signature, parse_form, percent_encode,
};
use alipay_api::{CallOptions, Exchange, Money, RawOperation, Step, UploadFile};
use serde_json::json;

use super::desk::{
    builder, builder_at, certificate, certificate_builder, config, gateway, key_text, ours, parameter,
    parameters, sent, spelled,
};

fn picture() -> UploadFile {
    UploadFile::bytes("a.png", [1, 2, 3])
}

/// protocol-v2 §13 no. 1: the timestamp is that of Beijing, whatever the zone of the host.
#[test]
fn the_timestamp_is_that_of_beijing() {
    for (millis, beijing) in [
        (1_704_135_845_000, "2024-01-02 03:04:05"),
        (1_704_038_399_999, "2023-12-31 23:59:59"),
        (1_704_038_400_000, "2024-01-01 00:00:00"),
        (1_709_136_000_000, "2024-02-29 00:00:00"),
        // No summer time: Beijing once had it.
        (1_720_000_000_000, "2024-07-03 17:46:40"),
    ] {
        let (text, _) = spelled(&builder_at(millis).build().unwrap(), gateway(), CallOptions::new());
        assert!(text.contains(&format!("&timestamp={beijing}&")), "{text}");
    }
}

/// protocol-v2 §13 no. 2: what is signed is what is sent, and the charset is spelled the same everywhere.
#[test]
fn what_is_signed_is_what_is_sent() {
    for label in ["utf-8", "UTF-8", "GBK", "gbk", "gb2312"] {
        let config = builder().charset(label).build().unwrap();
        let mut exchange = Exchange::new(
            &config,
            gateway().biz_content(json!({"memo": "优酷 a+b&c=d%/"})),
            CallOptions::new().notify_url("https://shop.example.com/n?a=1&b=2").app_auth_token("token"),
        );
        let text = exchange.text_to_sign().unwrap();
        let request = sent(&mut exchange);
        let mut pairs = parameters(&request);
        let at = pairs.iter().position(|(name, _)| name == b"sign").unwrap();
        let (_, signature) = pairs.remove(at);
        pairs.sort();
        let rebuilt: Vec<_> =
            pairs.iter().map(|(name, value)| [name.as_slice(), b"=", value].concat()).collect();
        assert_eq!(rebuilt.join(&b"&"[..]), text, "{label}");
        let signature = decode_signature(std::str::from_utf8(&signature).unwrap()).unwrap();
        ours().public_key().verify(SignType::Rsa2, &text, &signature).unwrap();

        assert_eq!(parameter_bytes(&request, "charset").unwrap(), label.as_bytes());
        let content_type = format!("application/x-www-form-urlencoded;charset={label}");
        assert_eq!(request.header("content-type"), Some(content_type.as_str()));
    }
}

fn parameter_bytes(request: &HttpRequest, name: &str) -> Option<Vec<u8>> {
    parameters(request).into_iter().find(|(known, _)| known == name.as_bytes()).map(|(_, value)| value)
}

/// protocol-v2 §13 no. 3: the charset stands in the query of the URL and in the content type, of uploads too.
#[test]
fn the_charset_stands_in_the_url_and_in_the_content_type() {
    let config = builder().charset("GBK").build().unwrap();
    let calls = [gateway().param("memo", "优酷"), gateway().param("memo", "优酷").file("file", picture())];
    for operation in calls {
        let request = sent(&mut Exchange::new(&config, operation, CallOptions::new()));
        let query = parse_form(request.url.split_once('?').unwrap().1.as_bytes()).unwrap();
        assert!(query.contains(&(b"charset".to_vec(), b"GBK".to_vec())));
        assert!(request.header("content-type").unwrap().contains(";charset=GBK"));
    }
    let order = PagePayRequest::new("order-1", Money::from_fen(1), "优酷", "FAST_INSTANT_TRADE_PAY");
    let form = config.page_form(&order, &CallOptions::new()).unwrap();
    assert!(form.action().contains("charset=GBK") && form.to_html().contains("accept-charset=\"GBK\""));
}

/// protocol-v2 §13 no. 4: empty values are dropped from text and wire alike; `0` is no empty value; nothing is trimmed.
#[test]
fn empty_values_are_dropped_on_both_sides_and_nothing_else() {
    let operation = gateway()
        .param("empty", "")
        .param("blank", " \t\n")
        .param("zero", "0")
        .param("no", "false")
        .param("padded", " a ");
    let (text, request) = spelled(&config(), operation, CallOptions::new().param("prod_code", ""));
    for (name, value) in [("zero", "0"), ("no", "false"), ("padded", " a ")] {
        assert!(format!("{text}&").contains(&format!("&{name}={value}&")), "{text}");
        assert_eq!(parameter(&request, name).as_deref(), Some(value));
    }
    for name in ["empty", "blank", "prod_code"] {
        assert!(!text.contains(&format!("{name}=")), "{text}");
        assert_eq!(parameter(&request, name), None);
    }
}

/// protocol-v2 §13 no. 5: a value that begins with `@` is a value and no file.
#[test]
fn a_leading_at_sign_means_nothing() {
    let (text, request) = spelled(&config(), gateway().param("memo", "@/etc/hostname"), CallOptions::new());
    assert!(text.contains("&memo=@/etc/hostname&"), "{text}");
    assert_eq!(request.body, b"memo=%40%2Fetc%2Fhostname");
    assert_eq!(request.upload, None);
}

/// protocol-v2 §13 no. 6: names are sorted, not the pairs that they make.
#[test]
fn names_are_sorted_not_pairs() {
    let pairs = [("a1", "1"), ("b", "4"), ("a_", "3"), ("a", "2"), ("aB", "5"), ("A", "6"), ("a-b", "7")];
    let text = canonical(&pairs, &Charset::utf_8()).unwrap();
    assert_eq!(text, b"A=6&a=2&a-b=7&a1=1&aB=5&a_=3&b=4");
}

/// protocol-v2 §13 no. 7: the names inside `biz_content` are sent as they are written.
#[test]
fn the_case_of_names_in_json_is_kept() {
    let content = json!({"outBizNo": {"useMode": "H5", "sub_key": 1}, "UPPER": [{"aB": null}]});
    let (text, request) = spelled(&config(), gateway().biz_content(content.clone()), CallOptions::new());
    let travelled = parameter(&request, "biz_content").unwrap();
    assert_eq!(serde_json::from_str::<serde_json::Value>(&travelled).unwrap(), content);
    assert!(text.contains(&travelled));

    let mut typed =
        VoucherSendRequest::new("20140601000730010040000000EB", "send-1").user_id("2088302001456115");
    typed.extra.insert("extInfo", json!({"innerKey": 1}));
    let typed = RawOperation::from_request(&typed, true).unwrap();
    let (_, request) = spelled(&config(), typed, CallOptions::new());
    let travelled = parameter(&request, "biz_content").unwrap();
    assert!(travelled.contains(r#""out_biz_no":"send-1""#), "{travelled}");
    assert!(travelled.contains(r#""extInfo":{"innerKey":1}"#), "{travelled}");
}

/// protocol-v2 §13 no. 8: a character that GBK lacks is an error before anything is sent.
#[test]
fn a_character_outside_gbk_is_an_error_wherever_it_stands() {
    let config = builder().charset("GBK").build().unwrap();
    let calls = [
        (gateway().biz_content(json!({"memo": "😀"})), CallOptions::new()),
        (gateway().param("memo", "é😀"), CallOptions::new()),
        (gateway(), CallOptions::new().notify_url("https://n/😀")),
        (gateway(), CallOptions::new().app_auth_token("😀")),
        (gateway().file("file", UploadFile::bytes("😀.png", [1])), CallOptions::new()),
    ];
    for (operation, options) in calls {
        let mut exchange = Exchange::new(&config, operation.clone(), options);
        let Step::Done(result) = exchange.step() else { panic!("sent: {operation:?}") };
        let error = result.unwrap_err().to_string();
        assert!(error.contains("U+1F600") || error.contains("U+E9"), "{error}");
    }
    let order = PagePayRequest::new("order-1", Money::from_fen(1), "😀", "FAST_INSTANT_TRADE_PAY");
    assert!(config.page_form(&order, &CallOptions::new()).is_err());
}

/// protocol-v2 §13 no. 9: a parameter given twice is an error, not a choice made in silence.
#[test]
fn a_parameter_given_twice_is_refused() {
    let calls = [
        (gateway().param("app_id", "1"), CallOptions::new(), "app_id"),
        (gateway().param("sign", "AAAA"), CallOptions::new(), "sign"),
        (gateway().param("memo", "1").param("memo", "2"), CallOptions::new(), "memo"),
        (gateway(), CallOptions::new().param("charset", "GBK"), "charset"),
        (gateway().param("app_auth_token", "a"), CallOptions::new().app_auth_token("b"), "app_auth_token"),
    ];
    for (operation, options, name) in calls {
        let error = Exchange::new(&config(), operation, options).text_to_sign().unwrap_err().to_string();
        assert!(error.contains(&format!("{name}: given twice")), "{error}");
    }
}

/// protocol-v2 §13 no. 10: in certificate mode every kind of request names both certificates.
#[test]
fn both_serial_numbers_stand_in_every_kind_of_request() {
    let config = certificate_builder().build().unwrap();
    let page = PagePayRequest::new("order-1", Money::from_fen(1), "s", "FAST_INSTANT_TRADE_PAY");
    let app = AppPayRequest::new("order-1", Money::from_fen(1), "s");
    let options = CallOptions::new();
    let call = |operation| sent(&mut Exchange::new(&config, operation, CallOptions::new())).url;
    for signed in [
        call(gateway()),
        call(gateway().param("biz_content", "{}")),
        call(gateway().file("file", picture())),
        config.page_url(&page, &options).unwrap(),
        config.page_form(&page, &options).unwrap().action().to_owned(),
        config.order_string(&app, &options).unwrap(),
    ] {
        for name in ["app_cert_sn", "alipay_root_cert_sn"] {
            assert!(signed.contains(&format!("{name}=")), "{signed}");
        }
    }
}

/// protocol-v2 §13 no. 11: keys are taken in every form, and the wrong half or the wrong owner is noticed.
#[test]
fn keys_are_read_in_every_form_and_wrong_ones_are_named() {
    let fingerprint = ours().public_key().fingerprint();
    for form in ["private_pkcs1_pem", "private_pkcs8_pem", "private_pkcs1_b64", "private_pkcs8_b64"] {
        let text = key_text("app_rsa2", form);
        for text in [text.to_owned(), text.replace('\n', "\r\n"), format!("\u{feff}{text}\n\n")] {
            assert_eq!(PrivateKey::parse(&text).unwrap().public_key().fingerprint(), fingerprint, "{form}");
        }
    }
    for form in ["public_spki_pem", "public_spki_b64", "public_pkcs1_pem"] {
        assert_eq!(
            PublicKey::parse(key_text("app_rsa2", form)).unwrap().fingerprint(),
            fingerprint,
            "{form}"
        );
    }
    assert_eq!(PublicKey::parse(certificate("app_cert")).unwrap().fingerprint(), fingerprint);

    let wrong_half = builder().private_key(key_text("app_rsa2", "public_spki_pem")).build().unwrap_err();
    assert!(wrong_half.to_string().contains("public key"), "{wrong_half}");
    let own_key = builder().alipay_public_key(key_text("app_rsa2", "public_spki_pem")).build().unwrap_err();
    assert!(own_key.to_string().contains("the application's own key"), "{own_key}");
}

/// protocol-v2 §13 no. 12: the token that is looked up is not the token that the call is made with.
#[test]
fn a_token_that_is_looked_up_stays_in_biz_content() {
    let looked_up = RawOperation::from_request(&AuthTokenAppQueryRequest::new("looked-up"), true).unwrap();
    let (text, request) = spelled(&config(), looked_up.clone(), CallOptions::new());
    assert_eq!(parameter(&request, "biz_content").as_deref(), Some(r#"{"app_auth_token":"looked-up"}"#));
    assert!(!text.contains("&app_auth_token=") && !text.starts_with("app_auth_token="), "{text}");

    let (_, request) = spelled(&config(), looked_up, CallOptions::new().app_auth_token("made-with"));
    assert_eq!(parameter(&request, "app_auth_token").as_deref(), Some("made-with"));
    assert!(!request.url.contains(&percent_encode(b"made-with")), "a token stays out of the URL");
    assert_eq!(parameter(&request, "biz_content").as_deref(), Some(r#"{"app_auth_token":"looked-up"}"#));
}
