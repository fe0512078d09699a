//! Answers of v3.

use alipay_api::http::{HttpResponse, Verb};
use alipay_api::models::v3::marketing::{
    ActivityStatus, ActivityVoucherModifyResponse, ActivityVoucherQueryResponse, ActivityVoucherStopResponse,
};
use alipay_api::sign::{Certificate, Empties, root_serial_number};
use alipay_api::{ErrorKind, NotifyRule, Outcome, RawOperation};
use serde_json::json;

use super::desk::{
    answered, builder, certificate_builder, config, content_key, notified, rest_signed, roots,
};

fn call() -> RawOperation {
    RawOperation::rest(Verb::Post, "/v3/alipay/x")
}

fn unsigned(status: u16, body: &str) -> HttpResponse {
    HttpResponse::new(status, vec![("alipay-trace-id".into(), "0a1b2c".into())], body.into())
}

/// protocol-v3 §11.1 no. 4: the signature covers the bytes that came, not the JSON in them.
#[test]
fn raw_bytes_are_verified() {
    for body in ["{ \"b\" : 1.0,\"a\":\"\\u4e2d\\/\" }\n", "{\"a\":[1,2],\"a2\":12345678901234567890}"] {
        assert!(answered(&config(), call(), rest_signed(200, body)).is_ok(), "{body}");
        let respelled = rest_signed(200, body).with_body(body.replacen(':', ": ", 1).into_bytes());
        assert_eq!(answered(&config(), call(), respelled).unwrap_err().kind(), ErrorKind::Signature);
    }
}

/// protocol-v3 §11.1 no. 7: errors come unsigned, and their `links` are a list, whatever the specification says.
#[test]
fn unsigned_errors_are_read_with_links_of_any_shape() {
    for links in [r#"[{"link":"https://a","desc":"b","rel":"c"}]"#, r#""https://a""#, "null", "{}"] {
        let body =
            format!(r#"{{"code":"invalid-app-id","message":"无效","links":{links},"details":[{{}}]}}"#);
        let error = answered(&config(), call(), unsigned(400, &body)).unwrap_err();
        assert_eq!((error.code(), error.http_status()), ("invalid-app-id", Some(400)), "{links}");
        assert_eq!((error.is_authenticated(), error.outcome()), (false, Outcome::Unknown));
        assert_eq!(error.trace_id(), Some("0a1b2c"));
    }
}

/// protocol-v3 §11.1 no. 8: a code or a state that nobody listed is kept as it came.
#[test]
fn unknown_codes_and_states_are_kept() {
    let error =
        answered(&config(), call(), rest_signed(400, r#"{"code":"ACTIVITY_IS_STOPED","message":"x"}"#));
    let error = error.unwrap_err();
    assert_eq!((error.code(), error.outcome()), ("ACTIVITY_IS_STOPED", Outcome::Rejected));
    let answer = answered(&config(), call(), rest_signed(200, r#"{"activity_status":"HIBERNATING"}"#));
    let answer = answer.unwrap().into_answer::<ActivityVoucherQueryResponse>().value;
    let Some(ActivityStatus::Unknown(state)) = &answer.activity_status else { panic!("listed by now") };
    assert_eq!(state.as_str(), "HIBERNATING");
    assert_eq!(serde_json::to_value(&answer).unwrap(), json!({"activity_status": "HIBERNATING"}));
}

/// protocol-v3 §11.1 no. 9: the names of headers are read in any case.
#[test]
fn headers_are_read_in_any_case() {
    for change in
        [str::to_ascii_uppercase, str::to_ascii_lowercase, |name: &str| name.replacen("alipay", "Alipay", 1)]
    {
        let signed = rest_signed(200, "{}");
        let headers = signed.headers().iter().map(|(name, value)| (change(name), value.clone())).collect();
        let answer = HttpResponse::new(200, headers, signed.body().to_vec());
        assert_eq!(answered(&config(), call(), answer).unwrap().trace_id(), Some("0a1b2c"));
    }
}

/// protocol-v3 §11.1 no. 13: an empty answer may be `{}` or nothing at all; either is signed.
#[test]
fn an_empty_answer_is_an_object_or_nothing() {
    for (status, body) in [(200, "{}"), (200, ""), (204, "")] {
        let verified = answered(&config(), call(), rest_signed(status, body)).unwrap();
        assert_eq!(verified.clone().into_answer::<ActivityVoucherModifyResponse>().value, Default::default());
        assert_eq!(verified.into_answer::<ActivityVoucherStopResponse>().value, Default::default());
        let error = answered(&config(), call(), unsigned(status, body)).unwrap_err();
        assert_eq!((error.kind(), error.outcome()), (ErrorKind::Signature, Outcome::Unknown));
    }
}

/// protocol-v3 §11.1 no. 15: roots of SM2 and ECDSA in the bundle are passed over.
#[test]
fn roots_of_other_algorithms_are_passed_over() {
    let algorithms: Vec<_> = Certificate::parse_bundle(roots())
        .unwrap()
        .iter()
        .map(|root| root.signature_algorithm().is_rsa())
        .collect();
    assert_eq!(algorithms, [false, true, false, true]);
    assert_eq!(root_serial_number(roots()).unwrap().split('_').count(), 2);
    assert!(certificate_builder().build().is_ok());
}

/// protocol-v3 §11.1 no. 18: pages of errors and the check of the gateway may be in GBK.
#[test]
fn pages_and_gateway_checks_in_gbk_are_taken() {
    let page = b"<html><meta charset=GBK><body>\xCF\xB5\xCD\xB3\xB7\xB1\xC3\xA6</body></html>";
    let error = answered(&config(), call(), HttpResponse::new(500, vec![], page.to_vec())).unwrap_err();
    assert_eq!((error.kind(), error.raw_body()), (ErrorKind::Answer, Some(&page[..])));
    assert!(error.to_string().contains("HTML page"), "{error}");

    let check: [(&str, &[u8]); 4] = [
        ("service", b"alipay.service.check"),
        ("sign_type", b"RSA2"),
        ("charset", b"GBK"),
        ("biz_content", b"<XML><EventType>verifygw</EventType><Name>\xD3\xC5\xBF\xE1</Name></XML>"),
    ];
    let body = notified(&check, |_| true, Empties::Drop);
    let notification = config().verify_notification(&body, None).unwrap();
    assert_eq!(notification.rule(), NotifyRule::WithSignType);
    assert!(notification.get("biz_content").unwrap().contains("优酷"));
}

/// protocol-v3 §11.1 no. 20: a list, an object or a number where nothing is expected is kept.
#[test]
fn unknown_members_of_any_shape_are_kept() {
    let body = json!({"more": [1, {"a": []}], "other": {"b": null}, "number": 1.5, "activity_id": "2016"});
    let verified = answered(&config(), call(), rest_signed(200, body.to_string())).unwrap();
    let answer = verified.into_answer::<ActivityVoucherQueryResponse>().value;
    assert_eq!(answer.extra.get("more"), Some(&json!([1, {"a": []}])));
    assert_eq!(answer.extra.get("other"), Some(&json!({"b": null})));
    assert_eq!(answer.extra.get("number"), Some(&json!(1.5)));
}

/// protocol-v3 §11.1 no. 21: a member that the server adds, or one of another type than it had, breaks nothing.
#[test]
fn added_and_changed_members_break_nothing() {
    let body = json!({"activity_id": "2016", "new_in_2027": true, "summary": "was an object"});
    let verified = answered(&config(), call(), rest_signed(200, body.to_string())).unwrap();
    let answer = verified.into_answer::<ActivityVoucherQueryResponse>().value;
    assert_eq!(answer.extra.get("new_in_2027"), Some(&json!(true)));
    assert_eq!((&answer.summary, answer.extra.get("summary")), (&None, Some(&json!("was an object"))));
}

/// protocol-v3 §11.1 no. 22: every 2xx is verified, and an error status is read rather than thrown.
#[test]
fn every_2xx_is_verified_and_every_4xx_is_read() {
    for status in [200, 201, 202, 206, 299] {
        let verified = answered(&config(), call(), rest_signed(status, r#"{"a":1}"#)).unwrap();
        assert_eq!(verified.is_pending(), status == 202);
        let error = answered(&config(), call(), unsigned(status, r#"{"a":1}"#)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Signature, "{status}");
    }
    for status in [400, 401, 403, 404, 429, 500] {
        let answer = rest_signed(status, r#"{"code":"app-call-limited","message":"限流"}"#);
        let error = answered(&config(), call(), answer).unwrap_err();
        assert_eq!((error.code(), error.http_status()), ("app-call-limited", Some(status)));
        assert!(error.is_authenticated());
    }
}

/// protocol-v3 §11.1 no. 24: a proxy that writes the headers of an answer in another case changes nothing.
#[test]
fn a_proxy_that_recases_headers_changes_nothing() {
    let signed = rest_signed(200, r#"{"a":"优酷"}"#);
    let mut headers: Vec<_> =
        signed.headers().iter().map(|(name, value)| (name.to_ascii_uppercase(), value.clone())).collect();
    headers.push(("CONTENT-TYPE".into(), "APPLICATION/JSON".into()));
    let answer = HttpResponse::new(200, headers, signed.body().to_vec());
    assert_eq!(answered(&config(), call(), answer).unwrap().fields().get("a"), Some(&json!("优酷")));
}

/// protocol-v3 §11.1 no. 26: an error holds neither the content of an answer nor a signature.
#[test]
fn errors_hold_neither_content_nor_signature() {
    let private = r#"{"phone":"13900000000"}"#;
    let genuine = rest_signed(200, private);
    let signature = genuine.header("alipay-signature").unwrap().to_owned();
    let config = builder().content_key(content_key()).build().unwrap();
    let mut headers = rest_signed(200, "{}").headers().to_vec();
    headers.push(("alipay-sn".into(), "00000000000000000000000000000000".into()));
    for answer in [
        rest_signed(200, "{}").with_body(private.into()),
        unsigned(200, private),
        HttpResponse::new(200, headers, private.into()),
        genuine.with_body(private.replace("139", "138").into_bytes()),
        rest_signed(200, "[\"13900000000\"]"),
        rest_signed(500, "13900000000"),
    ] {
        let error = answered(&config, call(), answer).unwrap_err();
        let printed = format!("{error} {error:?}");
        for secret in ["13900000000", "13800000000", &signature] {
            assert!(!printed.contains(secret), "{printed}");
        }
    }
}

/// protocol-v3 §11.1 no. 27: a redirect is shown to the caller, not followed with the authorization.
#[test]
fn a_redirect_is_shown_and_not_followed() {
    let headers = vec![("location".to_owned(), "https://elsewhere.example.com/".to_owned())];
    let answer = HttpResponse::new(302, headers, Vec::new());
    let error = answered(&config(), call(), answer).unwrap_err();
    assert_eq!((error.http_status(), error.outcome()), (Some(302), Outcome::Unknown));
    assert!(error.headers().iter().any(|(name, _)| name == "location"));
}
