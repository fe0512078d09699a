//! Every fault, and what a client makes of it.

use std::time::Duration;

use alipay_core::{Error, ErrorKind, Outcome, RawOperation, Retry};
use alipay_sandbox::Fault;
use serde_json::json;

use crate::world::{USER, World, activity, builder};

fn send(template_id: &str, number: &str) -> RawOperation {
    RawOperation::gateway("alipay.marketing.voucher.send")
        .biz_content(json!({"template_id": template_id, "user_id": USER, "out_biz_no": number}))
}

fn sent(world: &World, template_id: &str) -> i64 {
    let detail =
        world.gateway("alipay.marketing.voucher.templatedetail.query", json!({"template_id": template_id}));
    detail["publish_count"].as_i64().unwrap()
}

#[test]
fn each_fault_shows_on_v2_and_says_the_truth_about_what_happened() {
    use ErrorKind::{Answer, Api, Send, Signature};
    for (fault, kind, outcome, done) in [
        (Fault::RefuseConnection, Send, Outcome::NotSent, 0),
        (Fault::DropBeforeProcessing, Send, Outcome::Unknown, 0),
        (Fault::DropAfterProcessing, Send, Outcome::Unknown, 1),
        (Fault::Timeout, Send, Outcome::Unknown, 1),
        (Fault::Html502, Answer, Outcome::Unknown, 0),
        (Fault::EmptyBody, Answer, Outcome::Unknown, 1),
        (Fault::Truncated, Answer, Outcome::Unknown, 1),
        (Fault::WrongSignature, Signature, Outcome::Unknown, 1),
        (Fault::Unsigned, Signature, Outcome::Unknown, 1),
        (Fault::DuplicateNode, Answer, Outcome::Unknown, 1),
        (Fault::SystemError, Api, Outcome::Unknown, 0),
    ] {
        let world = World::new();
        let id = world.active_template("T1", json!({}));
        world.sandbox.control().inject(fault, 1);
        let error: Error = world.call(send(&id, "S1")).unwrap_err();
        assert_eq!((error.kind(), error.outcome()), (kind, outcome), "{fault}: {error}");
        assert_eq!(sent(&world, &id), done, "{fault}");
        world.call(send(&id, "S1")).unwrap();
        assert_eq!(sent(&world, &id), 1, "{fault}: the number makes it the same voucher");
    }
}

#[test]
fn each_fault_shows_on_v3() {
    let world = World::new();
    for fault in Fault::ALL {
        world.sandbox.control().inject(fault, 1);
        let error = world.call(activity("stop", json!({"activity_id": "1", "out_biz_no": "1"}))).unwrap_err();
        let expected = match fault {
            Fault::RefuseConnection
            | Fault::DropBeforeProcessing
            | Fault::DropAfterProcessing
            | Fault::Timeout => ErrorKind::Send,
            Fault::Html502 | Fault::EmptyBody | Fault::Truncated => ErrorKind::Answer,
            _ => ErrorKind::Api,
        };
        assert_eq!(error.kind(), expected, "{fault}: {error}");
        assert!(!matches!(error.outcome(), Outcome::Rejected), "{fault}: {error}");
    }
}

#[test]
fn a_v3_success_with_a_spoiled_signature_is_not_believed() {
    for fault in [Fault::WrongSignature, Fault::Unsigned, Fault::DuplicateNode] {
        let world = World::new();
        world.sandbox.control().inject(fault, 1);
        let body = json!({
            "out_biz_no": "C", "publish_start_time": "2026-01-05 00:00:00", "publish_end_time": "2026-02-05 00:00:00",
            "voucher_send_rule": {"voucher_quantity": 1},
        });
        let error = world.call(activity("create", body.clone())).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Signature, "{fault}");
        assert!(world.activity("create", body).contains_key("activity_id"));
    }
}

#[test]
fn faults_strike_as_often_as_asked_in_order_and_pauses_move_the_clock() {
    let world = World::with(builder(), |config| config.retry(Retry::new(4, Duration::from_secs(1))));
    let control = world.sandbox.control();
    let id = world.active_template("T1", json!({}));
    control.inject(Fault::DropAfterProcessing, 2);
    control.inject(Fault::Html502, 1);
    control.inject(Fault::Unsigned, 0);
    let error = world.call(send(&id, "S1")).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Send, "a send is not repeated unless the caller says so");
    let answer = world.call(send(&id, "S1").repeatable());
    assert_eq!(
        answer.unwrap_err().kind(),
        ErrorKind::Answer,
        "a page of a proxy is no failure of the connection"
    );
    assert_eq!(control.now().to_string(), "2026-01-05 08:00:01", "one pause of a second");
    assert_eq!(sent(&world, &id), 1);
    control.inject(Fault::Timeout, 9);
    control.clear_faults();
    world.call(send(&id, "S2")).unwrap();
}

#[test]
fn faults_have_names() {
    for fault in Fault::ALL {
        assert_eq!(fault.as_str().parse(), Ok(fault));
    }
    let error = "tiemout".parse::<Fault>().unwrap_err().to_string();
    assert!(error.contains("tiemout") && error.contains("drop_after_processing"), "{error}");
}
