//! Typed v3 requests: which of their members become path, query and body.

use alipay_core::http::{HttpRequest, SendFailure, SendFailureKind, Sent};
use alipay_core::meta::{Dispatch, Meta, Operation, Params, Protocol, Verb};
use alipay_core::model::{Extra, Kept, MapAccess, Member, Members, Model};
use alipay_core::{CallOptions, Exchange, Step, model};
use serde_json::json;

use crate::common::{builder, config, sent};
use crate::vectors::content_key;

/// The type of a field.
macro_rules! or_text {
    () => {
        String
    };
    ($type:ty) => {
        $type
    };
}

/// An operation of text fields, unless they say otherwise.
macro_rules! operation {
    ($name:ident, $verb:ident $path:literal, query: $query:expr, path: $params:expr, fields: $($field:ident $(($type:ty))?)*) => {
        operation! {
            $name,
            Protocol::Rest { verb: Verb::$verb, path: $path, query: $query, path_params: $params },
            fields: $($field $(($type))?)*
        }
    };
    ($name:ident, $protocol:expr, fields: $($field:ident $(($type:ty))?)*) => {
        #[derive(Clone, Default, PartialEq)]
        struct $name {
            $($field: Option<or_text!($($type)?)>,)*
            extra: Extra,
        }

        impl Model for $name {
            fn set<'de, A: MapAccess<'de>>(&mut self, key: &str, member: Member<'_, A>) -> Kept<A::Error> {
                $(if key == stringify!($field) {
                    return member.read(&mut self.$field);
                })*
                let _ = key;
                member.unknown()
            }
            fn put<M: Members>(&self, members: &mut M) {
                let _ = members$(.put(stringify!($field), &self.$field))*;
            }
            fn extra(&self) -> &Extra {
                &self.extra
            }
            fn extra_mut(&mut self) -> &mut Extra {
                &mut self.extra
            }
        }

        model!($name);

        impl Operation for $name {
            const META: &'static Meta = &Meta {
                method: "alipay.user.info.share",
                title: "",
                group: "user",
                protocol: $protocol,
                dispatch: Dispatch::Call,
                idempotency_key: Some("out_biz_no"),
                read_only: false,
                event: None,
                files: &[],
                codes: &[],
            };
        }
    };
}

operation!(Bare, Post "/v3/bare", query: &[], path: &[], fields:);
operation!(Elsewhere, Post "/v3/{kind}/elsewhere", query: &["page"], path: &["kind"], fields: kind page);
operation!(Bodied, Post "/v3/{kind}/bodied", query: &["page"], path: &["kind"], fields: kind page memo);

operation!(Looked, Get "/v3/{kind}/looked", query: &["page"], path: &["kind"], fields: kind page);
operation!(Formed, Protocol::Gateway { params: Params::Form }, fields: kind);
operation!(Packed, Protocol::Gateway { params: Params::BizContent }, fields: kind);
operation!(Keyed, Protocol::Gateway { params: Params::BizContent }, fields: out_biz_no);
operation!(Listed, Get "/v3/listed", query: &["ids"], path: &[], fields: ids(Vec<String>));
operation!(Dropped, Delete "/v3/{kind}/dropped", query: &[], path: &["kind"], fields: kind);

fn elsewhere() -> Elsewhere {
    Elsewhere { kind: Some("a b".into()), page: Some("1".into()), ..Elsewhere::default() }
}

/// The request, and the line of the signed text that holds the body.
fn spelled(request: &impl Operation) -> (HttpRequest, String) {
    spelled_line(request, 3)
}

/// The request, and the line of the signed text that holds path and query.
fn spelled_target(request: &impl Operation) -> (HttpRequest, String) {
    spelled_line(request, 2)
}

fn spelled_line(request: &impl Operation, line: usize) -> (HttpRequest, String) {
    let mut exchange = Exchange::of(&config(), request, CallOptions::new()).unwrap();
    let text = String::from_utf8(exchange.text_to_sign().unwrap()).unwrap();
    (sent(&mut exchange), text.split('\n').nth(line).unwrap().to_owned())
}

#[test]
fn an_operation_that_declares_no_body_sends_none() {
    for (request, signed) in [spelled(&Bare::default()), spelled(&elsewhere())] {
        assert_eq!((request.body.as_slice(), signed.as_str()), (&b""[..], ""));
        assert_eq!(request.header("content-type"), None);
    }
    assert!(spelled(&elsewhere()).0.url.ends_with("/v3/a%20b/elsewhere?page=1"));
}

#[test]
fn a_declared_body_is_sent_even_where_nothing_is_in_it() {
    let mut bodied = Bodied { kind: Some("a".into()), ..Bodied::default() };
    let (request, signed) = spelled(&bodied);
    assert_eq!((request.body.as_slice(), signed.as_str()), (&b"{}"[..], "{}"));
    assert_eq!(request.header("content-type"), Some("application/json"));
    bodied.memo = Some("优酷".into());
    assert_eq!(spelled(&bodied).1, r#"{"memo":"优酷"}"#);
}

#[test]
fn members_that_a_caller_adds_are_a_body() {
    let (mut bare, mut elsewhere) = (Bare::default(), elsewhere());
    for extra in [&mut bare.extra, &mut elsewhere.extra] {
        extra.insert("new_field", "value");
    }
    for (request, signed) in [spelled(&bare), spelled(&elsewhere)] {
        assert_eq!(
            (request.body.as_slice(), signed.as_str()),
            (signed.as_bytes(), r#"{"new_field":"value"}"#)
        );
        assert_eq!(request.header("content-type"), Some("application/json"));
    }
}

#[test]
fn members_that_a_caller_adds_where_no_body_can_be_are_in_the_query() {
    let mut looked = Looked { kind: Some("a".into()), page: Some("1".into()), ..Looked::default() };
    let mut dropped = Dropped { kind: Some("a".into()), ..Dropped::default() };
    for extra in [&mut looked.extra, &mut dropped.extra] {
        extra.insert("text", "优 a+b&c");
        extra.insert("number", 8);
        extra.insert("flag", true);
        extra.insert("list", json!(["x", 1]));
        extra.insert("object", json!({"k": "v"}));
        extra.insert("nothing", json!(null));
    }
    let added =
        "flag=true&list=%5B%22x%22%2C1%5D&number=8&object=%7B%22k%22%3A%22v%22%7D&text=%E4%BC%98%20a%2Bb%26c";
    for (request, target) in [
        (spelled_target(&looked), format!("/v3/a/looked?page=1&{added}")),
        (spelled_target(&dropped), format!("/v3/a/dropped?{added}")),
    ] {
        let (request, signed) = request;
        assert_eq!(signed, target);
        assert!(request.url.ends_with(&target), "{}", request.url);
        assert!(request.body.is_empty() && request.header("content-type").is_none());
    }
    // A member by the name of a query parameter is that parameter, once.
    let mut looked = Looked { kind: Some("a".into()), ..Looked::default() };
    looked.extra.insert("page", "2");
    assert_eq!(spelled_target(&looked).1, "/v3/a/looked?page=2");
    looked.extra.insert("page", json!(null));
    assert_eq!(spelled_target(&looked).1, "/v3/a/looked");
}

#[test]
fn members_that_a_caller_adds_to_a_form_are_spelled_as_in_a_query() {
    let mut formed = Formed { kind: Some("a".into()), ..Formed::default() };
    formed.extra.insert("flag", true);
    formed.extra.insert("list", json!(["x", 1]));
    formed.extra.insert("object", json!({"k": "v"}));
    formed.extra.insert("nothing", json!(null));
    let mut exchange = Exchange::of(&config(), &formed, CallOptions::new()).unwrap();
    let text = String::from_utf8(exchange.text_to_sign().unwrap()).unwrap();
    let has = |pair: &str| text.split('&').any(|seen| seen == pair);
    for pair in ["kind=a", "flag=true", r#"list=["x",1]"#, r#"object={"k":"v"}"#] {
        assert!(has(pair), "{pair} in {text}");
    }
    assert!(!text.contains("nothing"), "{text}");
}

/// What is said of a typed request that cannot be spelled out.
fn refusal(request: &impl Operation) -> String {
    let mut exchange = match Exchange::of(&config(), request, CallOptions::new().skip_rules()) {
        Ok(exchange) => exchange,
        Err(error) => return error.to_string(),
    };
    exchange.text_to_sign().unwrap_err().to_string()
}

#[test]
fn a_value_in_the_path_stays_in_its_segment() {
    for kind in ["..", "."] {
        let error = refusal(&Elsewhere { kind: Some(kind.into()), ..Elsewhere::default() });
        assert!(error.contains("path: ") && error.contains(&format!("`{kind}`")), "{error}");
    }
    let encoded = Elsewhere { kind: Some("../a?b#c".into()), ..Elsewhere::default() };
    assert!(spelled(&encoded).0.url.ends_with("/v3/..%2Fa%3Fb%23c/elsewhere"));
}

#[test]
fn a_member_that_is_a_field_and_an_addition_is_refused() {
    let mut formed = Formed { kind: Some("a".into()), ..Formed::default() };
    formed.extra.insert("kind", "b");
    let mut bodied = Bodied { kind: Some("a".into()), memo: Some("1.00".into()), ..Bodied::default() };
    bodied.extra.insert("memo", "100.00");
    let mut packed = Packed { kind: Some("1.00".into()), ..Packed::default() };
    packed.extra.insert("kind", json!(null));
    for (error, name) in [(refusal(&formed), "kind"), (refusal(&bodied), "memo"), (refusal(&packed), "kind")]
    {
        assert!(error.contains(&format!("`{name}` is set, and it is in `extra` too")), "{error}");
        assert!(!error.contains("1.00"), "{error}");
    }
    packed.kind = None;
    packed.extra.insert("kind", "2.00");
    let text = Exchange::of(&config(), &packed, CallOptions::new()).unwrap().text_to_sign().unwrap();
    assert!(String::from_utf8(text).unwrap().contains(r#"biz_content={"kind":"2.00"}"#));
}

#[test]
fn an_item_with_a_comma_is_refused_where_commas_stand_between_items() {
    let listed = |ids: &[&str]| Listed {
        ids: Some(ids.iter().map(|id| id.to_string()).collect()),
        ..Listed::default()
    };
    let (_, target) = spelled_target(&listed(&["123456", "999999"]));
    assert_eq!(target, "/v3/listed?ids=123456%2C999999");
    let error = refusal(&listed(&["123456,999999"]));
    assert!(error.contains("ids: an item with a comma in it") && !error.contains("999999"), "{error}");
}

#[test]
fn a_blank_idempotency_key_is_none() {
    for (key, attempts) in [(Some("ONE"), 3), (Some(""), 1), (Some(" \u{3000}"), 1), (None, 1)] {
        let keyed = Keyed { out_biz_no: key.map(str::to_owned), ..Keyed::default() };
        let mut exchange = Exchange::of(&config(), &keyed, CallOptions::new()).unwrap();
        let mut sent = 0;
        loop {
            match exchange.step() {
                Step::Send(_) => {
                    sent += 1;
                    exchange.on_failure(SendFailure::new(Sent::Maybe, SendFailureKind::Timeout, "silence"));
                }
                Step::Sleep(_) => {}
                Step::Done(_) => break,
            }
        }
        assert_eq!(sent, attempts, "{key:?}");
    }
}

#[test]
fn without_a_body_nothing_is_encrypted_but_the_answer() {
    let config = builder().content_key(content_key("aes128")).encrypt_always(true).build().unwrap();
    let mut exchange = Exchange::of(&config, &Bare::default(), CallOptions::new()).unwrap();
    let request = sent(&mut exchange);
    assert_eq!((request.body.as_slice(), request.header("content-type")), (&b""[..], None));
    assert_eq!(request.header("alipay-encrypt-type"), Some("AES"));
}
