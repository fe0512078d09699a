//! `alipay notify`: send, record, replay.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::process::{Child, ChildStdout, Command, Stdio};

use serde_json::{Value, json};

use crate::command::{Folder, Sandbox, alipay, json as parse, run, run_with_stdin};
use crate::gateway::{CONTENT_KEY, key_files};

/// `alipay notify record` on a free port.
struct Recorder {
    child: Child,
    stdout: BufReader<ChildStdout>,
    url: String,
}

impl Recorder {
    fn start(folder: &Folder, more: &[&str]) -> Self {
        let out = folder.path().join("recorded");
        let mut command = alipay(&["notify", "record", "--json", "--out", out.to_str().unwrap()]);
        let mut child = command.args(more).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let url = line(&mut stdout)["url"].as_str().unwrap().to_owned();
        Self { child, stdout, url }
    }

    fn next(&mut self) -> Value {
        line(&mut self.stdout)
    }

    fn wait(mut self) -> Option<i32> {
        self.child.wait().unwrap().code()
    }
}

fn line(stdout: &mut BufReader<ChildStdout>) -> Value {
    let mut line = String::new();
    stdout.read_line(&mut line).unwrap();
    parse(&line)
}

fn send(url: &str, key: &str, more: &[&str]) -> Command {
    alipay(&[&["notify", "send", url, "--alipay-private-key", key, "--json"], more].concat())
}

#[test]
fn what_is_sent_is_recorded_verified_and_replayed_unchanged() {
    let folder = Folder::new();
    let (_, private, public) = key_files(&folder, "alipay");
    let (_, other, _) = key_files(&folder, "other");
    let mut recorder = Recorder::start(&folder, &["--count", "5", "--alipay-public-key", &public]);
    let url = format!("{}notify?from=test", recorder.url);
    let contents: [(&[&str], &str); 3] = [
        (
            &["--kind", "cash-voucher", "--charset", "GBK", "--set", "partner_name=四川"],
            "cash_voucher_redeemed",
        ),
        (&["--topic", "received", "--charset", "GBK"], "alipay.marketing.activity.message.received"),
        (&["--kind", "trade", "--rule", "with-sign-type", "--set", "gmt_payment="], "trade_status_sync"),
    ];
    for (more, topic) in contents {
        let sent = run(send(&url, &private, more)).answer();
        assert_eq!(
            (&sent["accepted"], &sent["reply"], &sent["status"]),
            (&json!(true), &json!("success"), &json!(200))
        );
        let recorded = recorder.next();
        assert_eq!((&recorded["topic"], &recorded["holds"]), (&json!(topic), &json!(true)), "{recorded}");
        assert_eq!((&recorded["notify_id"], &recorded["path"]), (&sent["notify_id"], &json!("/notify")));
        assert_eq!(recorded["bytes"], sent["bytes"]);
        assert!(recorded["key"].is_string() && recorded["certificate"].is_null(), "{recorded}");
    }
    let file = folder.path().join("recorded/notification-0001.http");
    let file = file.to_str().unwrap();
    let held =
        run(alipay(&["verify", "notification", file, "--alipay-public-key", &public, "--json"])).answer();
    assert_eq!(
        (&held["fields"]["partner_name"], &held["fields"]["charset"]),
        (&json!("四川"), &json!("GBK"))
    );

    let replayed = run(alipay(&["notify", "replay", file, &url, "--json"])).answer();
    assert_eq!(replayed["accepted"], true);
    assert_eq!(recorder.next()["holds"], true);
    assert_eq!(run(send(&url, &other, &["--kind", "trade"])).code, 0, "the reply does not depend on the key");
    let recorded = recorder.next();
    assert_eq!(recorded["holds"], false, "{recorded}");
    assert!(recorded["reason"].as_str().unwrap().contains("does not hold"), "{recorded}");
    assert_eq!(recorder.wait(), Some(0));

    let bytes = |number| {
        std::fs::read(folder.path().join(format!("recorded/notification-000{number}.http"))).unwrap()
    };
    let body =
        |bytes: &[u8]| bytes[bytes.windows(4).position(|four| four == b"\r\n\r\n").unwrap()..].to_vec();
    assert_eq!(body(&bytes(1)), body(&bytes(4)), "a replay changes nothing");
    assert!(String::from_utf8_lossy(&bytes(4)).contains("charset=GBK\r\n"), "the content type goes with it");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        let file = std::path::Path::new(file);
        assert_eq!((mode(file), mode(file.parent().unwrap())), (0o600, 0o700));
    }
}

#[test]
fn an_encrypted_message_is_recorded_as_one_whose_signature_holds() {
    let folder = Folder::new();
    let (_, private, public) = key_files(&folder, "alipay");
    let content_key = folder.file("content.key", CONTENT_KEY);
    // `{"a":1}`
    let content = "biz_content=OPu5otG1drB6dWFGfVTzTA==";
    let message = ["--topic", "received", "--set", "encrypt_type=AES", "--set", content];
    for key in [&[][..], &["--content-key-file", &content_key]] {
        let recorder = [&["--count", "1", "--alipay-public-key", &public], key].concat();
        let mut recorder = Recorder::start(&folder, &recorder);
        assert_eq!(run(send(&recorder.url, &private, &message)).code, 0);
        let recorded = recorder.next();
        assert_eq!(recorded["holds"], true, "{recorded}");
        assert_eq!(recorded["rule"].is_string(), !key.is_empty(), "{recorded}");
        let reason = recorded["reason"].as_str().unwrap_or_default();
        assert_eq!(reason.contains("--content-key-file"), key.is_empty(), "{recorded}");
        assert_eq!(recorder.wait(), Some(0));
    }
}

#[test]
fn a_sandbox_encrypts_its_messages_where_that_is_asked_for() {
    let folder = Folder::new();
    let content_key = folder.file("content.key", CONTENT_KEY);
    let (_, private, public) = key_files(&folder, "alipay");
    let mut recorder = Recorder::start(
        &folder,
        &["--count", "1", "--alipay-public-key", &public, "--content-key-file", &content_key],
    );
    let sandbox = Sandbox::start(&[
        "--alipay-private-key",
        &private,
        "--content-key-file",
        &content_key,
        "--encrypt-messages",
        "--message-url",
        &recorder.url,
    ]);
    let call = |operation: &str, body: Value| {
        let target = format!("POST /v3/alipay/marketing/activity/voucher/{operation}");
        let more = ["--body", &body.to_string(), "--alipay-public-key", &public, "--skip-rules"];
        run(sandbox.call(&target, &more)).answer()
    };
    let created = call(
        "create",
        json!({
            "out_biz_no": "C", "publish_start_time": "2030-01-05 00:00:00", "publish_end_time": "2030-02-05 00:00:00",
            "voucher_send_rule": {"voucher_quantity": 1},
        }),
    );
    call("publish", json!({"activity_id": created["activity_id"], "out_biz_no": "P"}));
    let recorded = recorder.next();
    assert_eq!((&recorded["holds"], &recorded["reason"]), (&json!(true), &Value::Null), "{recorded}");
    let file = std::fs::read_to_string(recorded["file"].as_str().unwrap()).unwrap();
    assert!(file.contains("&encrypt_type=AES&") && !file.contains("activity_id"), "{file}");
    assert_eq!(recorder.wait(), Some(0));

    let done = run(alipay(&["sandbox", "--listen", "127.0.0.1:0", "--encrypt-messages"]));
    assert_eq!((done.code, done.out.as_str()), (2, ""), "{done:?}");
    assert!(done.err.contains("--content-key-file"), "{done:?}");
}

#[cfg(unix)]
#[test]
fn a_recorder_goes_on_where_an_earlier_one_ended() {
    let folder = Folder::new();
    let (_, private, _) = key_files(&folder, "alipay");
    for number in 1..=2 {
        let mut recorder = Recorder::start(&folder, &["--reply", "fail"]);
        let sent = run(send(&recorder.url, &private, &["--kind", "trade"]));
        assert_eq!(sent.code, 1, "{sent:?}");
        let recorded = recorder.next();
        assert!(
            recorded["file"].as_str().unwrap().ends_with(&format!("notification-000{number}.http")),
            "{recorded}"
        );
        assert_eq!(recorded["holds"], Value::Null);
        assert!(
            Command::new("kill")
                .args(["-TERM", &recorder.child.id().to_string()])
                .status()
                .unwrap()
                .success()
        );
        assert_eq!(recorder.wait(), Some(0));
    }
}

#[test]
fn a_recorder_without_a_folder_to_write_to_does_not_begin() {
    let folder = Folder::new();
    let mut places = vec![folder.file("file", "")];
    #[cfg(target_os = "linux")]
    places.push("/proc/self".to_owned());
    for out in places {
        let done = run(alipay(&["notify", "record", "--count", "0", "--out", &out]));
        assert_eq!((done.code, done.out.as_str()), (2, ""), "{done:?}");
        assert!(done.err.contains("--out") && done.err.contains(&out), "{done:?}");
    }
}

#[test]
fn a_message_that_cannot_be_written_is_not_replied_to_with_success() {
    let folder = Folder::new();
    let (_, private, _) = key_files(&folder, "alipay");
    let recorder = Recorder::start(&folder, &[]);
    std::fs::remove_dir_all(folder.path().join("recorded")).unwrap();
    let sent = run(send(&recorder.url, &private, &["--kind", "trade"]));
    assert_eq!((sent.code, &parse(&sent.out)["status"]), (1, &json!(503)), "{sent:?}");
    assert_eq!(recorder.wait(), Some(1));
}

/// A receiver of one message that replies as told.
pub(crate) fn replying(reply: &'static str) -> (String, std::thread::JoinHandle<()>) {
    let server = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", server.local_addr().unwrap());
    let serving = std::thread::spawn(move || {
        let (mut stream, _) = server.accept().unwrap();
        let (mut request, mut buffer) = (Vec::new(), [0; 4096]);
        // `sign` is the last field, and its end is not to be foreseen: the head tells the length.
        loop {
            let length = stream.read(&mut buffer).unwrap();
            request.extend_from_slice(&buffer[..length]);
            let text = String::from_utf8_lossy(&request).to_ascii_lowercase();
            let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
            let wanted = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap();
            if body.len() >= wanted.trim().parse::<usize>().unwrap() {
                break;
            }
        }
        let length = reply.len();
        write!(stream, "HTTP/1.1 200 OK\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{reply}")
            .unwrap();
    });
    (url, serving)
}

#[test]
fn only_the_exact_reply_is_accepted() {
    let folder = Folder::new();
    let (_, private, _) = key_files(&folder, "alipay");
    for (reply, told) in
        [("\"success\"", "stands around"), ("SUCCESS", "lower case"), ("", "empty"), ("ok", "nothing else")]
    {
        let (url, serving) = replying(reply);
        let done = run(send(&url, &private, &["--kind", "trade"]));
        serving.join().unwrap();
        assert_eq!(done.code, 1, "{done:?}");
        assert!(parse(&done.out)["reason"].as_str().unwrap().contains(told), "{done:?}");
    }
    let (url, serving) = replying("success");
    let shown = run(alipay(&["notify", "send", &url, "--alipay-private-key", &private, "--kind", "trade"]));
    serving.join().unwrap();
    assert!(shown.code == 0 && shown.out.contains("accepted: Alipay will not send it again"), "{shown:?}");
}

#[test]
fn fields_of_a_file_are_sent_as_they_are() {
    let folder = Folder::new();
    let (_, private, public) = key_files(&folder, "alipay");
    let mut recorder = Recorder::start(&folder, &["--count", "1"]);
    let url = recorder.url.clone();
    let command = send(&url, &private, &["--fields", "-", "--set", "b="]);
    let sent = run_with_stdin(
        command,
        r#"{"a":"四 y&z","b":"1","empty":"","sign":"old","notify_id":"7","charset":"GBK"}"#,
    )
    .answer();
    assert_eq!((&sent["accepted"], &sent["notify_id"]), (&json!(true), &json!("7")));
    let file = recorder.next()["file"].as_str().unwrap().to_owned();
    assert_eq!(recorder.wait(), Some(0));
    let held =
        run(alipay(&["verify", "notification", &file, "--alipay-public-key", &public, "--json"])).answer();
    assert_eq!(held["fields"], json!({"a": "四 y&z", "notify_id": "7", "charset": "GBK"}));
}

#[test]
fn other_machines_are_neither_written_to_nor_listened_to_unasked() {
    let folder = Folder::new();
    let (_, private, _) = key_files(&folder, "alipay");
    let file = folder.file("body.txt", "a=1");
    for url in ["http://198.51.100.7/", "https://example.com/notify", "localhost:8080"] {
        let done = run(send(url, &private, &["--kind", "trade"]));
        assert_eq!((done.code, done.out.as_str()), (2, ""), "{done:?}");
        assert_eq!(run(alipay(&["notify", "replay", &file, url])).code, 2);
    }
    let out = folder.path().join("recorded");
    let done = run(alipay(&["notify", "record", "--listen", "0.0.0.0:0", "--out", out.to_str().unwrap()]));
    assert_eq!((done.code, out.exists()), (2, false), "{done:?}");
    let closed = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", closed.local_addr().unwrap());
    drop(closed);
    let done = run(send(&url, &private, &["--kind", "trade"]));
    assert_eq!((done.code, done.error()["kind"].clone()), (4, json!("send")), "{done:?}");
    assert_eq!(done.error()["outcome"], "not_sent", "{done:?}");
    let done = run(send(&url, &private, &["--topic", "recieved"]));
    assert!(done.code == 2 && done.err.contains("message.received"), "{done:?}");
}
