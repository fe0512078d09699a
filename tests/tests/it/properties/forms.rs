//! A page form survives an HTML parser and a browser's encoding, whatever the order says.

use alipay_api::http::{HttpRequest, Verb};
use alipay_api::models::v2::trade::PagePayRequest;
use alipay_api::sign::{Charset, percent_encode};
use alipay_api::{CallOptions, Client, Money, Outcome};
use alipay_tests::{Setup, Stage};
use html5gum::{Token, Tokenizer};
use serde_json::Value;

use super::{any_character, for_all, text_in};
use proptest::prelude::*;

type Attributes = Vec<(String, String)>;

/// The start tags of a document as an HTML parser sees them: names and attributes.
fn tags(html: &str) -> Vec<(String, Attributes)> {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    let mut tags = Vec::new();
    for token in Tokenizer::new(html) {
        let Ok(token) = token;
        match token {
            Token::StartTag(tag) => {
                let attributes = tag.attributes.iter().map(|(name, value)| (text(name), text(value)));
                tags.push((text(&tag.name), attributes.collect()));
            }
            // Control characters are frowned upon, and read as they are.
            Token::Error(error) => assert!(is_harmless(*error), "{error:?} in {html}"),
            _ => {}
        }
    }
    tags
}

fn is_harmless(error: html5gum::Error) -> bool {
    matches!(
        error,
        html5gum::Error::ControlCharacterInInputStream | html5gum::Error::NoncharacterInInputStream
    )
}

fn attribute<'a>(attributes: &'a Attributes, name: &str) -> &'a str {
    let found = attributes.iter().find(|(known, _)| known == name);
    &found.unwrap_or_else(|| panic!("no {name}: {attributes:?}")).1
}

fn order(subject: &str) -> PagePayRequest {
    PagePayRequest::new("order-1", Money::from_fen(1), subject, "FAST_INSTANT_TRADE_PAY").body(subject)
}

/// The subject may not hold every character; what is proven here is the way of all of them.
fn unchecked() -> CallOptions {
    CallOptions::new().skip_rules()
}

fn accepted(stage: &Stage<Client>, request: &HttpRequest) -> bool {
    let body = String::from_utf8_lossy(stage.sandbox.handle(request).body()).into_owned();
    !body.contains("isv.invalid-signature") && !body.contains("isv.missing-signature")
}

#[test]
fn an_html_parser_reads_the_fields_of_the_form_and_the_gateway_accepts_them() {
    for charset in ["UTF-8", "GBK"] {
        let stage = Stage::async_in_process(Setup { charset, ..Setup::default() });
        let encoding = Charset::parse(charset).unwrap();
        for_all(60, text_in(charset, 40), |subject| {
            let form = stage.client.page_form(&order(&subject), &unchecked()).unwrap();
            let tags = tags(&form.to_html());
            let names: Vec<&str> = tags.iter().map(|(name, _)| name.as_str()).collect();
            assert_eq!(names, [&["form"][..], &vec!["input"; form.fields().len()], &["button"]].concat());

            let (_, head) = &tags[0];
            assert_eq!((attribute(head, "method"), attribute(head, "accept-charset")), ("post", charset));
            assert_eq!(attribute(head, "action"), form.action());
            let inputs = tags.iter().filter(|(name, _)| name == "input");
            let fields: Attributes = inputs
                .map(|(_, input)| (attribute(input, "name").to_owned(), attribute(input, "value").to_owned()))
                .collect();
            assert_eq!(fields, form.fields());

            let content: Value = serde_json::from_str(&fields[0].1).unwrap();
            assert_eq!(
                (&content["subject"], &content["body"]),
                (&Value::from(&*subject), &Value::from(&*subject))
            );

            // A browser writes line ends as CR LF; there are none in JSON.
            assert!(!fields[0].1.contains(['\r', '\n', '\0']));
            let encode = |text: &str| percent_encode(&encoding.encode(text).unwrap());
            let pairs: Vec<_> =
                fields.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value))).collect();
            let mut request = HttpRequest::new(Verb::Post, attribute(head, "action"));
            request.headers.push(("content-type".into(), "application/x-www-form-urlencoded".into()));
            request.body = pairs.join("&").into_bytes();
            assert!(accepted(&stage, &request), "{subject:?}");
        });
    }
}

#[test]
fn the_url_of_the_page_is_accepted_whatever_the_order_says() {
    for charset in ["UTF-8", "GBK"] {
        let stage = Stage::async_in_process(Setup { charset, ..Setup::default() });
        for_all(60, text_in(charset, 40), |subject| {
            let url = stage.client.page_url(&order(&subject), &unchecked()).unwrap();
            let parsed = url::Url::parse(&url).unwrap();
            assert_eq!(parsed.as_str(), url, "an HTTP library sends it as it is");
            assert!(accepted(&stage, &HttpRequest::new(Verb::Get, url)), "{subject:?}");
        });
    }
}

#[test]
fn a_character_outside_the_charset_is_an_error_before_anything_is_signed() {
    let stage = Stage::async_in_process(Setup { charset: "GBK", ..Setup::default() });
    let subject = (any_character(), any_character()).prop_filter("outside GBK", |(_, foreign)| {
        Charset::gbk().encode(foreign.encode_utf8(&mut [0; 4])).is_err()
    });
    for_all(100, subject, |(before, foreign)| {
        let error = stage.client.page_form(&order(&format!("{before}{foreign}")), &unchecked()).unwrap_err();
        assert_eq!(error.outcome(), Outcome::NotSent);
    });
}
