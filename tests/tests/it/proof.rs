//! The proof over every operation has a command of its own; here is some of it, and that it notices what is wrong.

use alipay_api::model::{Extra, Kept, MapAccess, Member, Members, Model};
use alipay_api::models::v2::trade::{QueryRequest, QueryResponse};
use alipay_tests::proof::{Typed, World, request};
use serde_json::{Value, json};

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
            let mut reread = (query().reread_answer)(answer)?;
            reread.written.as_object_mut().unwrap().remove("proof_unknown");
            Ok(reread)
        },
        ..query()
    };
    let what = wrong(&typed);
    assert!(what.contains("with what is new.proof_unknown"), "{what}");
}

/// A model without a field for the buyer.
#[derive(Clone, Default, PartialEq)]
struct Lacking(QueryResponse);

impl Model for Lacking {
    fn set<'de, A: MapAccess<'de>>(&mut self, key: &str, member: Member<'_, A>) -> Kept<A::Error> {
        if key == "buyer_logon_id" { member.unknown() } else { self.0.set(key, member) }
    }

    fn put<M: Members>(&self, members: &mut M) {
        self.0.put(members);
    }

    fn extra(&self) -> &Extra {
        self.0.extra()
    }

    fn extra_mut(&mut self) -> &mut Extra {
        self.0.extra_mut()
    }
}

alipay_api::model!(Lacking);

#[test]
fn a_model_that_lacks_a_field_is_noticed() {
    let lacking =
        Typed::of::<QueryRequest, Lacking>(|fields| request::<QueryRequest>(fields, |request| request));
    let what = wrong(&lacking);
    assert!(what.contains("answer: the model has no field for buyer_logon_id"), "{what}");
}

#[test]
fn what_a_model_cannot_read_is_found_at_every_depth() {
    let odd = json!({"odd": true});
    let answer = json!({
        "fund_bill_list": [{"amount": "1.00"}, {"amount": odd}],
        "total_amount": odd,
        "trade_no": "1",
    });
    let reread = (query().reread_answer)(answer).unwrap();
    assert_eq!(reread.unread, ["total_amount", "fund_bill_list[1].amount"]);
}
