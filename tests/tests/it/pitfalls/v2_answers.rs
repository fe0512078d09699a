//! Answers of v2.

use alipay_api::http::HttpResponse;
use alipay_api::sign::{ContentCipher, ContentKey};
use alipay_api::{CallOptions, ErrorKind, Exchange, Outcome, RawOperation};
use serde_json::json;

use super::desk::{
    NODE, alipays, answered, builder, certificate, certificate_builder, config, content_key, done, gateway,
    ok, sent, signature, signed,
};

const SUCCESS: &str = r#"{"code":"10000","msg":"Success","status":"ENABLED"}"#;

fn body(members: &[(&str, &str)]) -> String {
    let members: Vec<_> = members.iter().map(|(name, value)| format!("\"{name}\":{value}")).collect();
    format!("{{{}}}", members.join(","))
}

fn quoted(signature: &str) -> String {
    format!("\"{signature}\"")
}

/// protocol-v2 §13 no. 13: answers are verified unless the caller says, in dangerous words, that they are not.
#[test]
fn answers_are_verified_by_default() {
    let unsigned = || ok(body(&[(NODE, SUCCESS)]));
    let error = answered(&config(), gateway(), unsigned()).unwrap_err();
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::Signature, Outcome::Unknown));
    let careless = builder().danger_accept_unverified_answers().build().unwrap();
    assert!(answered(&careless, gateway(), unsigned()).is_ok());
}

/// protocol-v2 §13 no. 14: the signature covers the bytes that came, not what JSON or a charset makes of them.
#[test]
fn raw_bytes_are_verified() {
    for node in [
        r#"{"b":1.0,"a":1e2, "c" : "中\u4e2d\/","code":"10000","d":[ ],"b2":12345678901234567890}"#
            .as_bytes(),
        b"{\"code\":\"10000\",\n\t\"name\":\"\xD3\xC5\xBF\xE1\"}",
    ] {
        assert!(answered(&config(), gateway(), signed(node)).is_ok(), "{}", String::from_utf8_lossy(node));
        let respelled = [&node[..1], b" ", &node[1..]].concat();
        let signature = quoted(&signature(&alipays(), node));
        let answer = [b"{\"", NODE.as_bytes(), b"\":", &respelled, b",\"sign\":", signature.as_bytes(), b"}"];
        let error = answered(&config(), gateway(), ok(answer.concat())).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Signature, "the same JSON in other bytes");
    }
}

/// protocol-v2 §13 no. 15: braces, quotes, backslashes, GBK bytes, digits in names, order, blanks: none misleads the scanner.
#[test]
fn the_node_is_cut_out_whatever_surrounds_it_and_whatever_it_holds() {
    let nodes: [&[u8]; 7] = [
        br#"{"code":"10000","a}":"}{","b":{"c":["]}",{"d":{}}]}}"#,
        br#"{"code":"10000","a":"\"}","b":"\\"}"#,
        br#"{"code":"10000","a":"\\\\","sign":"xxx"}"#,
        br#"{"code":"10000","sign":{"sign":"}"},"alipay_cert_sn":"no"}"#,
        br#"{"code":"10000","alipay_marketing_voucher_query_response":{"a":1}}"#,
        // GBK: the second bytes are `\`, `}` and `{`.
        b"{\"code\":\"10000\",\"a\":\"\xD5\x5C\x9E\x7D\x81\x7B\"}",
        b"{\"code\":\"10000\",\"a\":\"\xD5\x5C\"}",
    ];
    for node in nodes {
        let signature = quoted(&signature(&alipays(), node));
        let (name, sign) = (NODE.as_bytes(), signature.as_bytes());
        let bodies = [
            [b"{\"", name, b"\":", node, b",\"sign\":", sign, b"}"].concat(),
            [b"{\"sign\":", sign, b",\"", name, b"\":", node, b"}"].concat(),
            [b"\r\n{ \"", name, b"\"\n :\t", node, b" , \"sign\"  : ", sign, b" }\n"].concat(),
            [b"{\"", name, b"\":", node, b",\"more\":[{\"sign\":\"}\"}],\"sign\":", sign, b"}"].concat(),
        ];
        for body in bodies {
            let shown = String::from_utf8_lossy(&body).into_owned();
            assert!(answered(&config(), gateway(), ok(body)).is_ok(), "{shown}");
        }
    }

    // Names with digits, and a string with its quotation marks.
    let node = r#"{"code":"10000"}"#;
    let signature = quoted(&signature(&alipays(), node.as_bytes()));
    let answer = ok(body(&[("alipay_x2_y3_response", node), ("sign", &signature)]));
    assert!(answered(&config(), RawOperation::gateway("alipay.x2.y3"), answer).is_ok());
    let key = ContentKey::parse(content_key()).unwrap();
    let text = key.encrypt(ContentCipher::Aes, SUCCESS.as_bytes(), || [0; 16]).unwrap();
    let decrypting = builder().content_key(content_key()).build().unwrap();
    assert!(answered(&decrypting, gateway(), signed(quoted(&text))).is_ok());
    let without_quotes = quoted(&super::desk::signature(&alipays(), text.as_bytes()));
    let answer = ok(body(&[(NODE, &quoted(&text)), ("sign", &without_quotes)]));
    assert_eq!(answered(&decrypting, gateway(), answer).unwrap_err().kind(), ErrorKind::Signature);
}

/// protocol-v2 §13 no. 16: a second member of the same name is a forger's way in.
#[test]
fn a_second_node_of_the_same_name_is_refused() {
    let (genuine, forged) = (SUCCESS, r#"{"code":"10000","total_amount":"9999.00"}"#);
    let sign = quoted(&signature(&alipays(), genuine.as_bytes()));
    let escaped = NODE.replace('_', "\\u005f");
    for members in [
        [(NODE, genuine), ("sign", sign.as_str()), (NODE, forged)],
        [(NODE, forged), ("sign", &sign), (NODE, genuine)],
        [(NODE, genuine), ("sign", &sign), (&escaped, forged)],
        [(NODE, genuine), ("sign", &sign), ("error_response", forged)],
        [(NODE, genuine), ("sign", &sign), ("sign", &sign)],
    ] {
        let body = body(&members);
        let error = answered(&config(), gateway(), ok(body.clone())).unwrap_err();
        assert_eq!((error.kind(), error.outcome()), (ErrorKind::Answer, Outcome::Unknown), "{body}");
    }
}

/// protocol-v2 §13 no. 17: the second try without `\/` uses the key of the first, in certificate mode too.
#[test]
fn slashes_escaped_after_signing_are_accepted_in_both_modes() {
    let node = r#"{"code":"10000","url":"https://a/b"}"#;
    let escaped = node.replace('/', "\\/");
    let sign = quoted(&signature(&alipays(), node.as_bytes()));
    let serial = alipay_api::sign::Certificate::parse(certificate("alipay_cert")).unwrap();
    let serial = quoted(serial.serial_number());
    let by_certificate = body(&[(NODE, &escaped), ("alipay_cert_sn", &serial), ("sign", &sign)]);
    let by_key = body(&[(NODE, &escaped), ("sign", &sign)]);
    let certificates = certificate_builder().build().unwrap();
    for (config, body) in [(config(), &by_key), (certificates, &by_certificate)] {
        let verified = answered(&config, gateway(), ok(body.as_str())).unwrap();
        assert_eq!(verified.fields().get("url"), Some(&json!("https://a/b")));
        let changed = body.replace("a\\/b", "a\\/c");
        assert_eq!(answered(&config, gateway(), ok(changed)).unwrap_err().kind(), ErrorKind::Signature);
    }
}

/// protocol-v2 §13 no. 18: an unsigned failure is shown, as nobody's word; an unsigned success is refused.
#[test]
fn an_unsigned_failure_is_shown_and_an_unsigned_success_is_refused() {
    let failure = r#"{"code":"40002","msg":"Invalid Arguments","sub_code":"isv.invalid-app-id","sub_msg":"无效的AppID参数"}"#;
    for name in ["error_response", NODE] {
        let error = answered(&config(), gateway(), ok(body(&[(name, failure)]))).unwrap_err();
        assert_eq!((error.code(), error.sub_code()), ("40002", "isv.invalid-app-id"));
        assert_eq!((error.is_authenticated(), error.outcome()), (false, Outcome::Unknown));
        assert!(error.to_string().contains("无效的AppID参数"), "{error}");
    }
    let error = answered(&config(), gateway(), ok(body(&[(NODE, SUCCESS)]))).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Signature);
}

/// protocol-v2 §13 no. 19: where encryption was asked for and an object came, the object is read.
#[test]
fn a_plain_answer_to_an_encrypted_call_is_read_as_it_is() {
    let config = builder().content_key(content_key()).encrypt_always(true).build().unwrap();
    let call = || gateway().biz_content(json!({"voucher_id": "1"}));
    assert!(answered(&config, call(), signed(SUCCESS)).is_ok());
    let refusal =
        r#"{"code":"40003","msg":"Insufficient Conditions","sub_code":"isv.decryption-error-unknown"}"#;
    let error = answered(&config, call(), signed(refusal)).unwrap_err();
    assert_eq!(error.sub_code(), "isv.decryption-error-unknown");
}

/// protocol-v2 §13 no. 20: success is not the same as code 10000.
#[test]
fn success_is_judged_by_more_than_code_10000() {
    let outcome = |node: &str| answered(&config(), gateway(), signed(node)).map_err(|error| error.outcome());
    assert!(outcome(r#"{"access_token":"a","user_id":"2088"}"#).is_ok(), "oauth answers have no code");
    assert!(!outcome(r#"{"code":"10000"}"#).unwrap().is_pending());
    assert!(!outcome(r#"{"code":10000}"#).unwrap().is_pending(), "a number is read as its text");
    assert!(outcome(r#"{"code":"10003","msg":"order success pay inprocess"}"#).unwrap().is_pending());
    assert_eq!(outcome(r#"{"code":"10000","sub_code":"ACQ.X"}"#).unwrap_err(), Outcome::Rejected);
    assert_eq!(outcome(r#"{"code":"40004","msg":"Business Failed"}"#).unwrap_err(), Outcome::Rejected);
    assert_eq!(outcome(r#"{"code":"20000"}"#).unwrap_err(), Outcome::Unknown);
}

/// protocol-v2 §13 no. 21: a message in GBK inside an answer in UTF-8 hides neither itself nor its code.
#[test]
fn a_gbk_message_in_a_utf_8_answer_is_read() {
    let node = b"{\"code\":\"20000\",\"msg\":\"x\",\"sub_code\":\"aop.unknow-error\",\"sub_msg\":\"\xCF\xB5\xCD\xB3\xB7\xB1\xC3\xA6\"}";
    let unsigned = [b"{\"error_response\":".as_slice(), node, b"}"].concat();
    for answer in [signed(node), ok(unsigned)] {
        let error = answered(&config(), gateway(), answer).unwrap_err();
        assert_eq!((error.code(), error.sub_code()), ("20000", "aop.unknow-error"));
        assert_eq!(error.api().unwrap().sub_message, "系统繁忙");
    }
    // Bytes of no charset at all.
    let odd = b"{\"code\":\"40004\",\"sub_code\":\"ACQ.X\",\"sub_msg\":\"\xFF\xFF\"}";
    let error = answered(&config(), gateway(), signed(odd)).unwrap_err();
    assert_eq!((error.sub_code(), error.outcome()), ("ACQ.X", Outcome::Rejected));
}

/// protocol-v2 §13 no. 22: the slashes of the signature itself may be escaped.
#[test]
fn the_signature_is_unescaped_as_json() {
    let (node, sign) = (0..)
        .map(|number| format!(r#"{{"code":"10000","number":{number}}}"#))
        .map(|node| (signature(&alipays(), node.as_bytes()), node))
        .find(|(sign, _)| sign.contains('/'))
        .map(|(sign, node)| (node, sign))
        .unwrap();
    for spelled in [sign.replace('/', "\\/"), sign.replace('/', "\\u002F"), sign.replace('+', "\\u002b")] {
        let answer = ok(body(&[(NODE, &node), ("sign", &quoted(&spelled))]));
        assert!(answered(&config(), gateway(), answer).is_ok(), "{spelled}");
    }
}

/// protocol-v2 §13 no. 23: an empty body, a page in HTML and another status are named, and prove nothing.
#[test]
fn what_is_no_answer_is_named() {
    let page = "<!DOCTYPE html><html><body>504 Gateway Time-out</body></html>";
    for (status, text, word) in [
        (200, "", "empty"),
        (200, " \r\n", "empty"),
        (200, page, "HTML"),
        (504, page, "504"),
        (502, "", "502"),
        (200, "{\"a\":1}", NODE),
        (200, "null", "answer"),
    ] {
        let mut exchange = Exchange::new(&config(), gateway(), CallOptions::new());
        let _ = sent(&mut exchange);
        exchange.on_response(HttpResponse::new(status, vec![], text.into()));
        let error = done(&mut exchange).unwrap_err();
        assert_eq!((error.kind(), error.outcome()), (ErrorKind::Answer, Outcome::Unknown), "{status} {text}");
        assert!(error.to_string().contains(word), "{error}");
    }
    let success = HttpResponse::new(500, vec![], signed(SUCCESS).body().to_vec());
    assert_eq!(answered(&config(), gateway(), success).unwrap_err().outcome(), Outcome::Unknown);
}
