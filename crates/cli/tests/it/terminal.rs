//! Text from outside does not reach a terminal as anything but text.

use std::net::TcpListener;

use crate::call::answer_once;
use crate::command::{Sandbox, run};

const QUERY: &str = "alipay.marketing.voucher.query";

#[test]
fn an_answer_that_nobody_signed_cannot_drive_the_terminal() {
    let sandbox = Sandbox::start(&[]);
    let page = r#"{"error_response":{"code":"4\u001b[2J","msg":"m\u009b1m","sub_code":"s\u0007","sub_msg":"one\nerror: two\u001b]0;x"}}"#;
    let server = TcpListener::bind("127.0.0.1:0").unwrap();
    let gateway = format!("http://{}/gateway.do", server.local_addr().unwrap());
    let serving = std::thread::spawn(move || answer_once(&server, page));
    let more = ["--gateway", &gateway, "--biz", r#"{"voucher_id":"1"}"#, "--color=never"];
    let done = run(sandbox.call(QUERY, &more));
    serving.join().unwrap();
    assert_eq!(done.code, 3, "{done:?}");
    assert!(done.err.contains("one\\nerror: two"), "{done:?}");
    assert!(done.err.chars().all(|character| character == '\n' || !character.is_control()), "{done:?}");
}
