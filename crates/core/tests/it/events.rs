//! The event-stream format, and the machine that hands events over.

use crate::common::{builder, config, rest_answer, sent};
use alipay_core::events::{EventDecoder, EventFeed, EventStep, UnverifiedEvent};
use alipay_core::http::{HttpResponse, SendFailure, SendFailureKind, Sent, Verb};
use alipay_core::{CallOptions, Error, ErrorKind, Exchange, Outcome, RawOperation, Step};
use serde_json::json;
use std::time::Duration;

type Events = Vec<(String, String, String)>;

fn told(event: UnverifiedEvent) -> (String, String, String) {
    (event.name, event.data, event.id)
}

/// What a decoder makes of the pieces; the flag says that it gave up.
fn decode<'a>(limit: usize, pieces: impl IntoIterator<Item = &'a [u8]>) -> (Events, bool) {
    let mut decoder = EventDecoder::new(limit);
    let mut events = Events::new();
    for piece in pieces {
        decoder.push(piece);
        loop {
            match decoder.next_event() {
                Ok(Some(event)) => events.push(told(event)),
                Ok(None) => break,
                Err(_) => return (events, true),
            }
        }
    }
    (events, false)
}

/// Decodes whole, byte by byte, and cut in two at every place; all must agree.
fn check_within(limit: usize, stream: &[u8], expected: &[(&str, &str, &str)], gives_up: bool) {
    let owned = expected.iter().map(|(name, data, id)| ((*name).into(), (*data).into(), (*id).into()));
    let expected = (owned.collect::<Events>(), gives_up);
    let shown = String::from_utf8_lossy(stream);
    assert_eq!(decode(limit, [stream]), expected, "whole: {shown:?}");
    assert_eq!(decode(limit, stream.chunks(1)), expected, "byte by byte: {shown:?}");
    for cut in 0..=stream.len() {
        let (first, second) = stream.split_at(cut);
        assert_eq!(decode(limit, [first, second]), expected, "cut at {cut}: {shown:?}");
    }
}

fn check(stream: impl AsRef<[u8]>, expected: &[(&str, &str, &str)]) {
    check_within(1000, stream.as_ref(), expected, false);
}

#[test]
fn an_event_ends_with_an_empty_line_whatever_ends_lines() {
    for end in ["\n", "\r", "\r\n"] {
        let stream = ["event: start", "data: 1", "", "data: 2", "", ""].join(end);
        check(stream, &[("start", "1", ""), ("message", "2", "")]);
    }
    check(
        "data: 1\r\n\ndata: 2\n\r\ndata: 3\r\r\n",
        &[("message", "1", ""), ("message", "2", ""), ("message", "3", "")],
    );
}

#[test]
fn lines_of_data_are_joined_with_a_line_feed() {
    check("data: a\ndata:\ndata: c\n\n", &[("message", "a\n\nc", "")]);
    check("data\n\ndata\ndata\n\ndata:", &[("message", "", ""), ("message", "\n", "")]);
}

#[test]
fn one_blank_after_the_colon_is_dropped_and_no_more() {
    check(
        "data:1\n\ndata: 1\n\ndata:  1 \n\n",
        &[("message", "1", ""), ("message", "1", ""), ("message", " 1 ", "")],
    );
    check("data: {\"a\": \"b: c\"}\n\n", &[("message", "{\"a\": \"b: c\"}", "")]);
}

#[test]
fn comments_and_unknown_fields_mean_nothing() {
    check(": ping\n\n:\n\ndata: 1\n: between\nother: 2\n data: 3\nDATA: 4\n\n", &[("message", "1", "")]);
}

#[test]
fn an_event_without_data_is_none_and_its_name_does_not_stay() {
    check(
        "event: start\n\nevent: a\nevent: b\ndata: 1\n\ndata: 2\n\n",
        &[("b", "1", ""), ("message", "2", "")],
    );
}

#[test]
fn an_id_stays_until_the_stream_names_another() {
    check(
        "id: 1\ndata: a\n\ndata: b\n\nid: x\0y\ndata: c\n\nid\ndata: d\n\n",
        &[("message", "a", "1"), ("message", "b", "1"), ("message", "c", "1"), ("message", "d", "")],
    );
}

#[test]
fn an_event_that_is_not_finished_is_dropped() {
    check("data: 1\n\nevent: end\ndata: 2\n", &[("message", "1", "")]);
    check("", &[]);
}

#[test]
fn a_byte_order_mark_is_dropped_at_the_start_only() {
    check("\u{feff}data: 1\n\n", &[("message", "1", "")]);
    check("\u{feff}\u{feff}data: 1\n\n", &[]);
    check("data: \u{feff}1\n\n\u{feff}data: 2\n\n", &[("message", "\u{feff}1", "")]);
}

#[test]
fn characters_survive_every_cut_and_broken_ones_are_replaced() {
    check("event: 事件\ndata: 优酷😀\n\n", &[("事件", "优酷😀", "")]);
    check(b"data: \xe4\xbc\ndata: \xff1\n\n", &[("message", "\u{fffd}\n\u{fffd}1", "")]);
}

#[test]
fn the_pause_that_the_server_asks_for_is_digits() {
    let retry = |stream: &str| {
        let mut decoder = EventDecoder::new(100);
        decoder.push(stream.as_bytes());
        while decoder.next_event().unwrap().is_some() {}
        decoder.retry()
    };
    assert_eq!(retry("data: 1\n\n"), None);
    assert_eq!(retry("retry: 2500\n"), Some(Duration::from_millis(2500)));
    assert_eq!(retry("retry: 7\nretry: -1\nretry: 1.5\nretry\n"), Some(Duration::from_millis(7)));
    assert_eq!(retry("retry: 7\nretry: 99999999999999999999999\n"), Some(Duration::from_millis(7)));
}

#[test]
fn an_event_that_is_too_long_ends_the_stream_after_those_before_it() {
    check_within(
        10,
        b"data: 1234\n\ndata: 1234\n\n",
        &[("message", "1234", ""), ("message", "1234", "")],
        false,
    );
    check_within(10, b"data: 1\n\ndata: 12345\n\ndata: 2\n\n", &[("message", "1", "")], true);
    check_within(10, b": a comment that never ends", &[], true);
    check_within(10, b"data: 123\ndata: 456\n\n", &[], true);
    check_within(10, b"id: 123456\n\ndata:\n\n", &[], true);
    check_within(10, &b"data: 1\n\n".repeat(20), &[("message", "1", ""); 20], false);
}

fn chat() -> RawOperation {
    RawOperation::rest(Verb::Post, "/v3/stream/alipay/cloud/nextbuilder/agent/chat/generate")
        .body(json!({"query": "中文"}))
}

fn head(status: u16, content_type: &str) -> HttpResponse {
    HttpResponse::new(status, vec![("Content-Type".into(), content_type.into())], Vec::new())
}

fn feed(max_body: usize) -> EventFeed {
    let config = builder().max_body(max_body).build().unwrap();
    let mut exchange = Exchange::for_events(&config, chat(), CallOptions::new()).unwrap();
    let _ = sent(&mut exchange);
    exchange.begin_events(&head(200, "Text/Event-Stream; charset=utf-8")).unwrap()
}

fn event(feed: &mut EventFeed) -> Result<UnverifiedEvent, Error> {
    match feed.step() {
        EventStep::Event(event) => event,
        other => panic!("no event: {other:?}"),
    }
}

#[test]
fn a_call_for_events_says_so_and_is_signed_like_any_other() {
    let options = || CallOptions::new().timeout(Duration::from_secs(7));
    let mut exchange = Exchange::for_events(&config(), chat(), options()).unwrap();
    let text = exchange.text_to_sign().unwrap();
    let request = sent(&mut exchange);
    assert_eq!(text, Exchange::new(&config(), chat(), options()).text_to_sign().unwrap());
    assert_eq!(request.header("accept"), Some("text/event-stream, application/json"));
    assert_eq!(
        (request.timeout, request.idle_timeout),
        (Duration::from_secs(7), Some(Duration::from_secs(60)))
    );
    let patient = options().idle_timeout(Duration::from_secs(600));
    let request = sent(&mut Exchange::for_events(&config(), chat(), patient).unwrap());
    assert_eq!(request.idle_timeout, Some(Duration::from_secs(600)));
    let usual = sent(&mut Exchange::new(&config(), chat(), options()));
    assert_eq!((usual.header("accept"), usual.idle_timeout), (Some("application/json"), None));
}

#[test]
fn a_method_of_v2_has_no_events() {
    let error =
        Exchange::for_events(&config(), RawOperation::gateway("a.b"), CallOptions::new()).unwrap_err();
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::Config, Outcome::NotSent));
    assert!(error.to_string().contains("RawOperation::rest"), "{error}");
}

#[test]
fn only_a_stream_with_status_200_that_was_asked_for_is_read_as_events() {
    let begins = |exchange: &mut Exchange, head: HttpResponse| {
        let _ = sent(exchange);
        exchange.begin_events(&head).is_some()
    };
    let asked = || Exchange::for_events(&config(), chat(), CallOptions::new()).unwrap();
    assert!(begins(&mut asked(), head(200, "text/event-stream")));
    for other in [
        head(200, "application/json"),
        head(200, "text/event-streams"),
        head(201, "text/event-stream"),
        head(400, "text/event-stream"),
        HttpResponse::new(200, Vec::new(), Vec::new()),
    ] {
        assert!(!begins(&mut asked(), other.clone()), "{other:?}");
    }
    assert!(!begins(
        &mut Exchange::new(&config(), chat(), CallOptions::new()),
        head(200, "text/event-stream")
    ));
}

#[test]
fn an_answer_that_is_no_stream_is_verified() {
    let answered = |response: HttpResponse| {
        let mut exchange = Exchange::for_events(&config(), chat(), CallOptions::new()).unwrap();
        let _ = sent(&mut exchange);
        assert!(exchange.begin_events(&response).is_none());
        exchange.on_response(response);
        match exchange.step() {
            Step::Done(result) => *result,
            other => panic!("not done: {other:?}"),
        }
    };
    let signed = rest_answer(200, r#"{"text":"a"}"#);
    assert_eq!(answered(signed.clone()).unwrap().fields()["text"], "a");
    let forged = answered(signed.with_body(br#"{"text":"b"}"#.to_vec())).unwrap_err();
    assert_eq!(forged.kind(), ErrorKind::Signature);
    let refused =
        HttpResponse::new(401, Vec::new(), br#"{"code":"invalid-auth-token","message":"m"}"#.to_vec());
    let error = answered(refused).unwrap_err();
    assert_eq!((error.code(), error.is_authenticated()), ("invalid-auth-token", false));
}

#[test]
fn events_are_handed_over_in_order_and_then_the_feed_is_over() {
    let mut feed = feed(1000);
    assert!(matches!(feed.step(), EventStep::Read));
    feed.on_chunk(Ok(Some(b"data: 1\n\ndata: 2\n\n: ping\n".to_vec())));
    assert_eq!(event(&mut feed).unwrap().data, "1");
    assert_eq!(event(&mut feed).unwrap().data, "2");
    assert!(matches!(feed.step(), EventStep::Read));
    assert!(matches!(feed.step(), EventStep::Read), "a read that was given up changes nothing");
    feed.on_chunk(Ok(None));
    assert!(matches!(feed.step(), EventStep::Over));
    assert!(matches!(feed.step(), EventStep::Over));
}

#[test]
fn a_stream_that_breaks_or_grows_too_long_is_an_error_of_unknown_outcome_and_the_last_item() {
    let broken = |feed: &mut EventFeed, kind: SendFailureKind| {
        let error = event(feed).unwrap_err();
        assert_eq!((error.send_failure().unwrap().kind(), error.outcome()), (kind, Outcome::Unknown));
        assert_eq!(error.http_status(), Some(200));
        assert_eq!(error.request_id(), Some(feed.request_id()));
        assert!(matches!(feed.step(), EventStep::Over));
    };
    let mut off = feed(1000);
    off.on_chunk(Ok(Some(b"data: 1\n\n".to_vec())));
    assert_eq!(event(&mut off).unwrap().data, "1");
    off.on_chunk(Err(SendFailure::new(Sent::Maybe, SendFailureKind::Broken, "reset")));
    broken(&mut off, SendFailureKind::Broken);

    let mut long = feed(10);
    long.on_chunk(Ok(Some(b"data: 1\n\ndata: 12345678".to_vec())));
    assert_eq!(event(&mut long).unwrap().data, "1");
    broken(&mut long, SendFailureKind::BodyTooLarge);

    for rest in ["da", "data: {\"half\":", "data: 2\n", "event: end\n", "event: end\ndata: 2\r", ": pi"] {
        let mut short = feed(1000);
        short.on_chunk(Ok(Some(format!("data: 1\n\n{rest}").into_bytes())));
        assert_eq!(event(&mut short).unwrap().data, "1");
        assert!(matches!(short.step(), EventStep::Read), "{rest:?}");
        short.on_chunk(Ok(None));
        broken(&mut short, SendFailureKind::Broken);
    }
}

#[test]
fn a_stream_that_ends_within_an_event_says_so() {
    let mut feed = feed(1000);
    feed.on_chunk(Ok(Some(b"data: 1".to_vec())));
    assert!(matches!(feed.step(), EventStep::Read));
    feed.on_chunk(Ok(None));
    let error = event(&mut feed).unwrap_err();
    let why = std::error::Error::source(&error).unwrap().to_string();
    assert_eq!(why, "the stream ended within an event");
}

#[test]
fn an_event_stream_that_fails_has_been_sent_whatever_the_transport_says() {
    let mut feed = feed(1000);
    feed.on_chunk(Err(SendFailure::new(Sent::No, SendFailureKind::Connect, "reset")));
    let error = event(&mut feed).unwrap_err();
    assert_eq!(error.outcome(), Outcome::Unknown);
    assert_eq!(error.send_failure().unwrap().kind(), SendFailureKind::Broken);
    assert!(!error.is_connect());
}

#[test]
fn the_text_of_an_event_is_not_shown() {
    let mut feed = feed(1000);
    feed.on_chunk(Ok(Some(b"event: e\ndata: personal\nid: 1\n\ndata: personal".to_vec())));
    let event = event(&mut feed).unwrap();
    let shown = format!("{event:?} {feed:?}");
    assert!(shown.contains("UnverifiedEvent(e, 8 bytes)") && !shown.contains("personal"), "{shown}");
}
