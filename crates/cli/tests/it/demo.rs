//! `alipay demo`: every step is told and holds.

use serde_json::{Value, json};

use crate::command::{alipay, run};

/// Plays, and returns the steps without the last line.
fn play(arguments: &[&str]) -> Vec<Value> {
    let mut all = vec!["demo", "--json"];
    all.extend(arguments);
    let done = run(alipay(&all));
    assert_eq!(done.code, 0, "{done:?}");
    let mut lines = done.lines();
    let last = lines.pop().unwrap();
    assert_eq!(last, json!({"ok": true, "steps": lines.len(), "failed": 0}));
    for step in &lines {
        assert_eq!(step["ok"], json!(true), "{step}");
        assert!(step["sent"].is_object() && step["answered"].is_object(), "{step}");
        assert!(step["answered"] != json!({}) || !step["actions"].as_array().unwrap().is_empty(), "{step}");
    }
    lines
}

fn names(steps: &[Value]) -> Vec<&str> {
    steps.iter().map(|step| step["step"].as_str().unwrap()).collect()
}

fn step<'a>(steps: &'a [Value], name: &str) -> &'a Value {
    steps.iter().find(|step| step["step"] == name).unwrap_or_else(|| panic!("{name} is absent"))
}

#[test]
fn a_cash_voucher_lives_the_same_life_with_either_client() {
    let (first, second) = (
        play(&["--product", "cash", "--client", "async"]),
        play(&["--product", "cash", "--client", "blocking"]),
    );
    assert_eq!(names(&first), names(&second));
    assert!(first.iter().all(|step| step["client"] == "async"));
    assert!(second.iter().all(|step| step["client"] == "blocking"));
    assert_eq!(step(&first, "cash.active")["answered"]["status"], "S");
    assert_eq!(step(&first, "cash.notified")["answered"]["flux_amount"], "8.80");
    assert_eq!(step(&first, "cash.used")["answered"]["biz_type"], "V_USE");
    assert_eq!(step(&first, "cash.refunded")["answered"]["biz_type"], "V_REFUND");
    assert_eq!(step(&first, "cash.send-too-many")["answered"]["outcome"], "rejected");
}

#[test]
fn an_activity_voucher_lives_the_same_life_with_either_client() {
    let (first, second) = (
        play(&["--product", "activity", "--client", "async"]),
        play(&["--product", "activity", "--client", "blocking"]),
    );
    assert_eq!(names(&first), names(&second));
    for topic in ["created", "received", "appended", "modified", "stopped"] {
        let action = format!("message alipay.marketing.activity.message.{topic}");
        assert_eq!(step(&first, &format!("activity.{topic}"))["actions"], json!([action]));
    }
    assert_eq!(step(&first, "activity.send-too-late")["answered"]["code"], "ACTIVITY_IS_STOPED");
}

#[test]
fn everything_is_played_by_default() {
    let steps = play(&[]);
    let lives: std::collections::BTreeSet<_> = steps
        .iter()
        .map(|step| {
            (step["client"].as_str().unwrap(), step["step"].as_str().unwrap().split('.').next().unwrap())
        })
        .collect();
    let expected = [("async", "activity"), ("async", "cash"), ("blocking", "activity"), ("blocking", "cash")];
    assert_eq!(lives.into_iter().collect::<Vec<_>>(), expected);
}

/// The brand name is Chinese and comes back in the notification, so that a wrong charset would show.
#[test]
fn gbk_and_rsa_hold_too() {
    for (charset, sign_type) in [("GBK", "RSA2"), ("UTF-8", "RSA"), ("GBK", "RSA")] {
        let steps = play(&["--charset", charset, "--sign-type", sign_type]);
        assert_eq!(step(&steps, "cash.notified")["answered"]["partner_name"], "春熙路面馆");
    }
}

#[test]
fn people_get_a_summary_and_no_colour_in_a_pipe() {
    let done = run(alipay(&["demo", "--product", "cash", "--client", "blocking"]));
    assert_eq!(done.code, 0, "{done:?}");
    assert!(done.out.lines().last().unwrap().contains("24 steps held, 0 failed"), "{}", done.out);
    assert!(!done.out.contains('\u{1b}'), "{}", done.out);
    let done = run(alipay(&["demo", "--product", "cash", "--client", "blocking", "--color", "always"]));
    assert!(done.out.contains('\u{1b}'), "{}", done.out);
}

#[test]
fn unknown_options_of_the_demo_are_usage_errors() {
    for arguments in [["--charset", "LATIN1"], ["--sign-type", "MD5"], ["--product", "coupon"]] {
        let done = run(alipay(&[&["demo"][..], &arguments].concat()));
        assert_eq!((done.code, done.out.as_str()), (2, ""), "{done:?}");
        assert!(done.err.contains(arguments[1]), "{done:?}");
    }
}
