//! The node of a v2 answer is cut out byte for byte: its signature holds only then. serde_json is the reference.

use alipay_api::http::HttpResponse;
use alipay_api::sign::{Charset, SignType, encode_signature};
use alipay_api::{CallOptions, Config, Error, Exchange, RawOperation, Step, Verified};
use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::Value;

use super::{ALIPAYS, any_json, config, for_all, text_in};

const NODE: &str = "alipay_marketing_voucher_query_response";

fn answered(config: &Config, body: Vec<u8>) -> Result<Verified, Error> {
    let operation = RawOperation::gateway("alipay.marketing.voucher.query");
    let mut exchange = Exchange::new(config, operation, CallOptions::new());
    exchange.on_response(HttpResponse::new(200, Vec::new(), body));
    match exchange.step() {
        Step::Done(result) => *result,
        other => panic!("not done: {other:?}"),
    }
}

/// JSON with `blank` wherever blanks may stand, and every character of a text escaped if `escaped`.
fn spelled(value: &Value, blank: &str, escaped: bool) -> String {
    let text = |text: &str| match escaped {
        true => {
            format!("\"{}\"", text.encode_utf16().map(|unit| format!("\\u{unit:04x}")).collect::<String>())
        }
        false => Value::from(text).to_string().replace("</", "<\\/"),
    };
    let list = |items: Vec<String>, open: char, close: char| {
        format!("{open}{blank}{}{close}", items.join(&format!(",{blank}")))
    };
    match value {
        Value::String(string) => text(string) + blank,
        Value::Array(items) => {
            list(items.iter().map(|item| spelled(item, blank, escaped)).collect(), '[', ']') + blank
        }
        Value::Object(members) => {
            let member = |name: &str, value| {
                format!("{}{blank}:{blank}{}", text(name), spelled(value, blank, escaped))
            };
            list(members.iter().map(|(name, value)| member(name, value)).collect(), '{', '}')
        }
        other => format!("{other}{blank}"),
    }
}

/// A node that no code turns into a refusal.
fn node() -> impl Strategy<Value = Value> {
    vec((text_in("UTF-8", 6), any_json()), 0..6).prop_map(|members| {
        let renamed = members.into_iter().map(|(name, value)| (format!("x{name}"), value));
        Value::Object(renamed.collect())
    })
}

fn blanks() -> impl Strategy<Value = String> {
    "[ \t\r\n]{0,3}"
}

#[test]
fn any_object_is_cut_out_exactly_in_any_order_and_spacing() {
    let config = config("UTF-8");
    let others = vec((text_in("UTF-8", 6), any_json()), 0..3);
    let inputs = (node(), blanks(), any::<bool>(), blanks(), others, any::<prop::sample::Index>());
    for_all(300, inputs, |(value, inner, escaped, outer, others, place)| {
        let node = spelled(&value, &inner, escaped);
        let signature = encode_signature(&ALIPAYS.sign(SignType::Rsa2, node.as_bytes()).unwrap());
        let mut members =
            vec![format!("\"{NODE}\"{outer}:{outer}{node}"), format!("\"sign\"{outer}:\"{signature}\"")];
        for (number, (name, value)) in others.iter().enumerate() {
            let name = Value::from(format!("{number}{name}"));
            members.push(format!("{name}{outer}:{}", spelled(value, &outer, !escaped)));
        }
        let count = members.len();
        members.rotate_left(place.index(count));
        let body = format!("{outer}{{{outer}{}{outer}}}{outer}", members.join(&format!("{outer},{outer}")));

        let whole: Value = serde_json::from_str(&body).expect("the test writes JSON");
        let verified =
            answered(&config, body.clone().into_bytes()).unwrap_or_else(|error| panic!("{error}: {body}"));
        assert_eq!(Value::Object(verified.fields().clone()), whole[NODE]);
    });
}

#[test]
fn a_node_in_gbk_is_cut_out_exactly_whatever_its_second_bytes_look_like() {
    let config = config("GBK");
    for_all(300, vec(text_in("GBK", 12), 1..4), |texts| {
        let node = Value::from_iter([("xs", Value::from(texts))]);
        let bytes = Charset::gbk().encode(&node.to_string()).unwrap().into_owned();
        let signature = encode_signature(&ALIPAYS.sign(SignType::Rsa2, &bytes).unwrap());
        for body in [
            [b"{\"", NODE.as_bytes(), b"\":", &bytes, b",\"sign\":\"", signature.as_bytes(), b"\"}"].concat(),
            [b"{\"sign\":\"", signature.as_bytes(), b"\",\"", NODE.as_bytes(), b"\":", &bytes, b"}"].concat(),
        ] {
            let verified = answered(&config, body).unwrap();
            assert_eq!(Value::Object(verified.fields().clone()), node);
        }
    });
}

#[test]
fn a_body_that_is_changed_anywhere_is_refused_or_says_the_same() {
    let config = config("UTF-8");
    let change = (any::<prop::sample::Index>(), any::<u8>());
    for_all(400, (node(), change), |(value, (at, byte))| {
        let node = value.to_string();
        let signature = encode_signature(&ALIPAYS.sign(SignType::Rsa2, node.as_bytes()).unwrap());
        let mut body = format!("{{\"{NODE}\":{node},\"sign\":\"{signature}\"}}").into_bytes();
        let at = at.index(body.len());
        body[at] = byte;
        match answered(&config, body) {
            Ok(verified) => assert_eq!(Value::Object(verified.fields().clone()), value),
            Err(error) => assert!(!error.is_authenticated(), "{error}"),
        }
    });
}
