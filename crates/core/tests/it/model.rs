//! How models read and write, shown on one that has every kind of field.

use alipay_core::model::{Extra, Kept, MapAccess, Member, Members, Model, UnknownValue};
use alipay_core::rules::{Condition, Field, Need, Packing, Sensitive, Shape};
use alipay_core::{Date, DateTime, Decimal, Money, model, open_enum};
use serde_json::{Value, json};

#[derive(Clone, Default, PartialEq)]
struct Part {
    name: Option<String>,
    parts: Option<Vec<Part>>,
    extra: Extra,
}

impl Model for Part {
    fn shape() -> &'static Shape<'static> {
        const SHAPE: Shape<'static> = Shape {
            fields: &[
                Field { name: "name", need: Need::Must, len: Some((1, 3)), ..Field::EMPTY },
                Field { name: "parts", nested: Some(Part::shape), ..Field::EMPTY },
            ],
        };
        &SHAPE
    }
    fn set<'de, A: MapAccess<'de>>(&mut self, key: &str, member: Member<'_, A>) -> Kept<A::Error> {
        match key {
            "name" => member.read(&mut self.name),
            "parts" => member.read(&mut self.parts),
            _ => member.unknown(),
        }
    }
    fn put<M: Members>(&self, members: &mut M) {
        members.put("name", &self.name).put("parts", &self.parts);
    }
    fn extra(&self) -> &Extra {
        &self.extra
    }
    fn extra_mut(&mut self) -> &mut Extra {
        &mut self.extra
    }
}

#[derive(Clone, Debug, Eq, PartialEq)]
enum Status {
    Enabled,
    Unknown(UnknownValue),
}

open_enum!(Status { Enabled = "ENABLED" });

#[derive(Clone, Default, PartialEq)]
struct Whole {
    text: Option<String>,
    count: Option<i64>,
    flag: Option<bool>,
    amount: Option<Money>,
    rate: Option<Decimal>,
    time: Option<DateTime>,
    day: Option<Date>,
    status: Option<Status>,
    part: Option<Part>,
    parts: Option<Vec<Part>>,
    packed: Option<Part>,
    ids: Option<Vec<String>>,
    phone: Option<String>,
    extra: Extra,
}

impl Model for Whole {
    fn shape() -> &'static Shape<'static> {
        const SHAPE: Shape<'static> = Shape {
            fields: &[
                Field { name: "text", need: Need::OneOf("word"), ..Field::EMPTY },
                Field { name: "count", need: Need::OneOf("word"), min: Some("1"), ..Field::EMPTY },
                Field { name: "amount", max: Some("3000"), scale: Some(2), ..Field::EMPTY },
                Field {
                    name: "time",
                    need: Need::When(Condition { field: "status", value: Some("ENABLED") }),
                    ..Field::EMPTY
                },
                Field { name: "parts", max_items: Some(2), nested: Some(Part::shape), ..Field::EMPTY },
                Field { name: "packed", packing: Packing::Json, nested: Some(Part::shape), ..Field::EMPTY },
                Field { name: "ids", packing: Packing::Csv, item_len: Some((1, 4)), ..Field::EMPTY },
                Field {
                    name: "phone",
                    len: Some((11, 11)),
                    sensitive: Some(Sensitive::Personal),
                    ..Field::EMPTY
                },
            ],
        };
        &SHAPE
    }
    fn set<'de, A: MapAccess<'de>>(&mut self, key: &str, member: Member<'_, A>) -> Kept<A::Error> {
        match key {
            "text" => member.read(&mut self.text),
            "count" => member.read(&mut self.count),
            "flag" => member.read(&mut self.flag),
            "amount" => member.read(&mut self.amount),
            "rate" => member.read(&mut self.rate),
            "time" => member.read(&mut self.time),
            "day" => member.read(&mut self.day),
            "status" => member.read(&mut self.status),
            "part" => member.read(&mut self.part),
            "parts" => member.read(&mut self.parts),
            "packed" => member.read_json(&mut self.packed),
            "ids" => member.read_csv(&mut self.ids),
            "phone" => member.read(&mut self.phone),
            _ => member.unknown(),
        }
    }
    fn put<M: Members>(&self, members: &mut M) {
        members
            .put("text", &self.text)
            .put("count", &self.count)
            .put("flag", &self.flag)
            .put("amount", &self.amount)
            .put("rate", &self.rate)
            .put("time", &self.time)
            .put("day", &self.day)
            .put("status", &self.status)
            .put("part", &self.part)
            .put("parts", &self.parts)
            .put_json("packed", &self.packed)
            .put_csv("ids", &self.ids)
            .put("phone", &self.phone);
    }
    fn extra(&self) -> &Extra {
        &self.extra
    }
    fn extra_mut(&mut self) -> &mut Extra {
        &mut self.extra
    }
}

model!(Part, Whole);

fn read(value: Value) -> Whole {
    serde_json::from_str(&value.to_string()).unwrap()
}

fn everything() -> Value {
    json!({
        "text": "中文 \"a\" \\ /", "count": 3, "flag": true, "amount": "8.80", "rate": "8.50",
        "time": "2026-12-01 00:00:01", "day": "2026-12-01", "status": "ENABLED",
        "part": {"name": "p"}, "parts": [{"name": "a"}, {"parts": [{"name": "b"}]}],
        "packed": "{\"name\":\"x\"}", "ids": "1,2", "phone": "13900000000", "new": {"a": [1]}
    })
}

#[test]
fn every_kind_of_field_reads_back_to_the_same_json() {
    let whole = read(everything());
    assert_eq!(serde_json::to_value(&whole).unwrap(), everything());
    assert_eq!(whole.amount, Some(Money::from_fen(880)));
    assert_eq!(whole.packed.as_ref().and_then(|part| part.name.as_deref()), Some("x"));
    assert_eq!(whole.ids, Some(vec!["1".to_owned(), "2".to_owned()]));
}

#[test]
fn a_value_in_memory_reads_like_text() {
    assert_eq!(serde_json::from_value::<Whole>(everything()).unwrap(), read(everything()));
}

#[test]
fn numbers_and_text_stand_for_each_other() {
    let whole =
        read(json!({"text": 50.0, "count": "3", "flag": "true", "amount": 8.8, "rate": 9, "ids": [1, "2"]}));
    assert_eq!(whole.text.as_deref(), Some("50.0"));
    assert_eq!(whole.count, Some(3));
    assert_eq!(whole.flag, Some(true));
    assert_eq!(whole.amount, Some(Money::from_fen(880)));
    assert_eq!(whole.rate, Some(Decimal::from(9)));
    assert_eq!(whole.ids, Some(vec!["1".to_owned(), "2".to_owned()]));
    assert!(whole.extra.is_empty());
}

#[test]
fn null_and_empty_text_are_absent_but_text_keeps_its_emptiness() {
    let whole = read(json!({
        "text": "", "count": "", "amount": "", "time": "", "status": "", "part": "", "parts": "", "packed": "",
        "ids": "", "flag": null, "rate": null
    }));
    assert_eq!(whole, Whole { text: Some(String::new()), ..Whole::default() });
}

#[test]
fn an_odd_value_is_kept_as_it_came() {
    let odd = json!({
        "count": "many", "amount": "8.888", "time": "2017-01-1000:00:00", "part": "text", "parts": [{"name": "a"}, 7],
        "packed": "{broken", "flag": [1], "text": {"a": 1}
    });
    for odd in [json!({"parts": [null, {"name": 1}, false]}), json!({"parts": {"x": [false]}})] {
        assert_eq!(serde_json::to_value(read(odd.clone())).unwrap(), odd);
    }
    let whole = read(odd.clone());
    assert_eq!(whole.count, None);
    assert_eq!(whole.extra.get("amount"), Some(&json!("8.888")));
    assert_eq!(serde_json::to_value(&whole).unwrap(), odd);
}

#[test]
fn an_amount_with_more_digits_than_a_double_holds_is_not_believed() {
    let whole: Whole = serde_json::from_str(r#"{"amount": 90071992547409.93}"#).unwrap();
    assert_eq!(whole.amount, None);
    assert!(whole.extra.get("amount").is_some());
}

#[test]
fn lists_are_read_bare_wrapped_single_and_empty() {
    let names = |value: Value| {
        let parts = read(json!({"parts": value})).parts.unwrap_or_default();
        parts.into_iter().filter_map(|part| part.name).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(names(json!([{"name": "a"}, null, {"name": "b"}])), "a b");
    assert_eq!(names(json!({"part": [{"name": "a"}, {"name": "b"}]})), "a b");
    assert_eq!(names(json!({"name": "a"})), "a");
    assert_eq!(names(json!({})), "");
}

#[test]
fn an_empty_list_stands_for_an_empty_object() {
    assert_eq!(read(json!({"part": []})), Whole::default());
}

#[test]
fn an_unknown_enum_value_survives() {
    let whole = read(json!({"status": "FROZEN"}));
    assert_eq!(whole.status.as_ref().map(Status::as_str), Some("FROZEN"));
    assert_eq!(serde_json::to_value(&whole).unwrap(), json!({"status": "FROZEN"}));
}

#[test]
fn debug_hides_sensitive_values_and_shows_only_names_of_what_was_kept() {
    let mut whole = read(json!({"text": "a", "phone": "13900000000"}));
    whole.extra.insert("secret_name", "secret value");
    let shown = format!("{whole:?}");
    assert_eq!(shown, r#"Whole { text: "a", phone: ***, extra: {"secret_name"} }"#);
}

fn violations(value: Value) -> Vec<String> {
    alipay_core::rules::validate(Whole::shape(), &value).iter().map(ToString::to_string).collect()
}

#[test]
fn all_violations_are_found_at_once_with_path_rule_and_value() {
    let found = violations(json!({
        "amount": "3000.001", "status": "ENABLED", "parts": [{"name": "abcd"}, {}, {"name": "c"}],
        "packed": "{\"parts\":[{\"name\":\"\"}]}", "ids": "12345,1", "phone": "139"
    }));
    assert_eq!(
        found,
        [
            "text: at least one of text, count must be set, but it is absent (one-of)",
            "amount: must be 3000 at the most, but it is \"3000.001\" (max)",
            "amount: must have 2 fraction digits at the most, but it is \"3000.001\" (scale)",
            "time: must be set when status is ENABLED, but it is absent (when)",
            "parts: must have 2 items at the most, but it is [{\"name\":\"abcd\"},{},{\"name\":\"c\"}] (max-items)",
            "ids: each item must have 1 to 4 characters, but it is \"12345,1\" (item-len)",
            "phone: must have 11 characters, but it is *** (len)",
            "parts[0].name: must have 1 to 3 characters, but it is \"abcd\" (len)",
            "parts[1].name: must be set, but it is absent (must)",
            "packed.name: must be set, but it is absent (must)",
            "packed.parts[0].name: must be set, but it is \"\" (must)",
            "packed.parts[0].name: must have 1 to 3 characters, but it is \"\" (len)",
        ]
    );
}

#[test]
fn blank_text_is_absent_to_every_rule_of_presence() {
    const FIELDS: &[Field<'static>] = &[
        Field { name: "must", need: Need::Must, ..Field::EMPTY },
        Field { name: "a", need: Need::OneOf("any"), ..Field::EMPTY },
        Field { name: "b", need: Need::OneOf("any"), ..Field::EMPTY },
        Field { name: "c", need: Need::JustOneOf("one"), ..Field::EMPTY },
        Field { name: "d", need: Need::JustOneOf("one"), ..Field::EMPTY },
        Field { name: "e", need: Need::AtMostOneOf("most"), ..Field::EMPTY },
        Field { name: "f", need: Need::AtMostOneOf("most"), ..Field::EMPTY },
        Field { name: "g", need: Need::When(Condition { field: "a", value: None }), ..Field::EMPTY },
        Field { name: "h", only_when: Some(Condition { field: "a", value: None }), ..Field::EMPTY },
    ];
    let found = |value: Value| {
        let shape = Shape { fields: FIELDS };
        let found = alipay_core::rules::validate(&shape, &value);
        found.iter().map(|violation| violation.path.clone()).collect::<Vec<_>>()
    };
    for blank in [json!(""), json!(" "), json!("\u{3000}"), json!(null)] {
        let value = json!({
            "must": blank, "a": blank, "b": blank, "c": blank, "d": "1", "e": blank, "f": "1", "g": blank, "h": blank
        });
        assert_eq!(found(value), ["must", "a"], "{blank:?}");
    }
    assert_eq!(found(json!({"must": 0, "a": "1", "c": false, "d": " ", "g": " ", "h": "1"})), ["g"]);
    assert_eq!(found(json!({"must": "1", "b": "1", "c": "1", "d": "1", "h": "1"})), ["c", "h"]);
}

#[test]
fn a_list_joined_by_commas_has_no_item_with_a_comma() {
    let whole = |ids: &[&str]| Whole {
        ids: Some(ids.iter().map(|id| id.to_string()).collect()),
        text: Some("a".into()),
        ..Whole::default()
    };
    assert_eq!(serde_json::to_value(whole(&["12", "34"])).unwrap(), json!({"text": "a", "ids": "12,34"}));
    let error = serde_json::to_string(&whole(&["12,34"])).unwrap_err().to_string();
    assert!(error.contains("`ids`") && !error.contains("12"), "{error}");
}

#[test]
fn a_member_is_never_written_twice() {
    let mut whole = Whole { amount: Some("1".parse().unwrap()), ..Whole::default() };
    whole.extra.insert("amount", "100.00");
    assert!(serde_json::to_string(&whole).unwrap_err().to_string().contains("`amount`"));
    let inside =
        Whole { parts: Some(vec![Part { name: Some("a".into()), ..Part::default() }]), ..Whole::default() };
    let mut twice = inside.clone();
    twice.parts.as_mut().unwrap()[0].extra.insert("name", "b");
    assert!(serde_json::to_string(&inside).is_ok());
    assert!(serde_json::to_string(&twice).unwrap_err().to_string().contains("`name`"));
    for packed in [inside, twice].map(|outer| outer.parts.unwrap().remove(0)) {
        let is_fine = packed.extra.is_empty();
        assert_eq!(
            serde_json::to_string(&Whole { packed: Some(packed), ..Whole::default() }).is_ok(),
            is_fine
        );
    }
}

#[test]
fn a_request_that_keeps_the_rules_has_no_violation() {
    assert_eq!(
        violations(
            everything()
                .as_object()
                .cloned()
                .map(|mut object| {
                    object.insert("parts".into(), json!([{"name": "a"}]));
                    Value::Object(object)
                })
                .unwrap()
        ),
        Vec::<String>::new()
    );
}
