//! The proof over every operation has a command of its own; here is some of it, and that it notices what is wrong.

use alipay_api::models::v2::trade::{QueryRequest, QueryResponse};
use alipay_tests::proof::{Typed, World, request};
use serde_json::Value;

fn query() -> Typed {
    Typed::of::<QueryRequest, QueryResponse>(|fields| request::<QueryRequest>(fields, |request| request))
}

fn wrong(typed: &Typed) -> String {
    World::new(1).prove_typed(typed).unwrap_err()
}

fn without(mut value: Value, name: &str) -> Value {
    value.as_object_mut().unwrap().remove(name).unwrap_or_else(|| panic!("{name} is generated"));
    value
}

#[test]
fn some_operations_are_proven_as_values() {
    let world = World::new(1);
    let mut proven = 0;
    for operation in world.catalog().operations().step_by(200) {
        world.prove_raw(operation).unwrap_or_else(|what| panic!("{}: {what}", operation.method));
        proven += 1;
    }
    assert!(proven >= 50, "{proven}");
}

#[test]
fn an_operation_is_proven_with_its_types() {
    World::new(1).prove_typed(&query()).unwrap();
}

#[test]
fn a_request_that_loses_a_field_is_noticed() {
    let typed = Typed {
        request: |fields| request::<QueryRequest>(without(fields, "trade_no"), |request| request),
        ..query()
    };
    let what = wrong(&typed);
    assert!(what.contains("request.trade_no"), "{what}");
}

#[test]
fn a_field_that_is_not_sent_is_noticed() {
    let typed = Typed {
        request: |fields| {
            let less = without(fields.clone(), "trade_no");
            let (sent, _) = request::<QueryRequest>(less, |request| request)?;
            Ok((sent, fields))
        },
        ..query()
    };
    let what = wrong(&typed);
    assert!(what.contains("received.trade_no"), "{what}");
}

#[test]
fn an_answer_that_loses_a_field_is_noticed() {
    let typed = Typed {
        answer: |verified| (query().answer)(verified).map(|answer| without(answer, "buyer_logon_id")),
        ..query()
    };
    let what = wrong(&typed);
    assert!(what.contains("answer.buyer_logon_id"), "{what}");
}

#[test]
fn a_model_that_forgets_what_it_does_not_know_is_noticed() {
    let typed = Typed {
        reread_answer: |answer| {
            let mut written = (query().reread_answer)(answer)?;
            written.as_object_mut().unwrap().remove("proof_unknown");
            Ok(written)
        },
        ..query()
    };
    let what = wrong(&typed);
    assert!(what.contains("with what is new.proof_unknown"), "{what}");
}
