//! What is told where an answer cannot be written down.

#![cfg(target_os = "linux")]

use std::fs::OpenOptions;
use std::process::{Command, Stdio};

use serde_json::json;

use crate::command::{Done, Folder, Sandbox, alipay, json as parse};
use crate::gateway::key_files;

const LIST: &str = "alipay.marketing.voucher.templatelist.query";

/// A stream that takes nothing.
fn full() -> Stdio {
    OpenOptions::new().write(true).open("/dev/full").unwrap().into()
}

fn with_full_stdout(mut command: Command) -> Done {
    let output = command.stdout(full()).stderr(Stdio::piped()).spawn().unwrap().wait_with_output().unwrap();
    let err = String::from_utf8(output.stderr).unwrap();
    Done { code: output.status.code().unwrap(), out: String::new(), err }
}

#[test]
fn what_was_done_is_told_where_its_answer_cannot_be_written() {
    let (sandbox, folder) = (Sandbox::start(&[]), Folder::new());
    let done = with_full_stdout(sandbox.call(LIST, &["--json", "--headers"]));
    let told = parse(done.err.lines().last().unwrap());
    assert_eq!(
        (done.code, &told["kind"], &told["outcome"]),
        (1, &json!("machine"), &json!("done")),
        "{told}"
    );
    assert!(done.err.contains(&format!("trace_id: {}", told["trace_id"].as_str().unwrap())), "{done:?}");
    let done = with_full_stdout(sandbox.call(LIST, &[]));
    assert!(done.code == 1 && done.err.contains("trace id "), "{done:?}");
    let list = with_full_stdout(alipay(&["ops", "--json"]));
    let told = parse(&list.err);
    assert_eq!(
        (list.code, &told["kind"], &told["outcome"]),
        (1, &json!("machine"), &json!("not_sent")),
        "{list:?}"
    );

    let (_, private, _) = key_files(&folder, "alipay");
    let (url, serving) = crate::notify::replying("success");
    let send = ["notify", "send", &url, "--alipay-private-key", &private, "--kind", "trade", "--json"];
    let sent = with_full_stdout(alipay(&send));
    assert_eq!((sent.code, &parse(&sent.err)["outcome"]), (1, &json!("done")), "{sent:?}");
    serving.join().unwrap();
}

#[test]
fn the_answer_is_printed_although_its_headers_cannot_be() {
    let sandbox = Sandbox::start(&[]);
    let mut command = sandbox.call(LIST, &["--headers"]);
    let output = command.stderr(full()).stdout(Stdio::piped()).spawn().unwrap().wait_with_output().unwrap();
    assert!(output.status.success(), "{output:?}");
    assert_eq!(parse(&String::from_utf8(output.stdout).unwrap())["code"], "10000");
}
