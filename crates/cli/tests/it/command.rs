//! Running the command, and a sandbox to call.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use serde_json::Value;

/// What a command left behind.
#[derive(Debug)]
pub(crate) struct Done {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Done {
    /// Each line of stdout as JSON.
    pub(crate) fn lines(&self) -> Vec<Value> {
        self.out.lines().map(json).collect()
    }

    /// The only line of stdout as JSON.
    pub(crate) fn answer(&self) -> Value {
        assert_eq!((self.code, self.out.lines().count()), (0, 1), "{self:?}");
        json(&self.out)
    }

    /// The error object of `--json`.
    pub(crate) fn error(&self) -> Value {
        assert_eq!((self.out.as_str(), self.err.lines().count()), ("", 1), "{self:?}");
        json(&self.err)
    }
}

pub(crate) fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

/// The command, without anything of the developer's own environment.
pub(crate) fn alipay(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_alipay"));
    command.args(arguments).env_clear().env("HOME", "/nonexistent").stdin(Stdio::null());
    command
}

pub(crate) fn run(mut command: Command) -> Done {
    let output = command.output().unwrap();
    Done {
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

pub(crate) fn run_with_stdin(mut command: Command, text: &str) -> Done {
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    // A command that refuses its arguments ends without reading.
    if let Err(error) = child.stdin.take().unwrap().write_all(text.as_bytes()) {
        assert_eq!(error.kind(), std::io::ErrorKind::BrokenPipe, "{error}");
    }
    let output = child.wait_with_output().unwrap();
    Done {
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

/// A folder of this test alone, removed with everything in it.
#[derive(Debug)]
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!("alipay-cli-test-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::SeqCst));
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir(&path).unwrap();
        Self(path)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    /// Writes a file and returns its name.
    pub(crate) fn file(&self, name: &str, text: &str) -> String {
        let path = self.0.join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.0).unwrap();
    }
}

/// `alipay sandbox` on a free port.
#[derive(Debug)]
pub(crate) struct Sandbox {
    child: Child,
    _stdout: BufReader<ChildStdout>,
    announced: Value,
}

impl Sandbox {
    pub(crate) fn start(more: &[&str]) -> Self {
        let mut command = alipay(&["sandbox", "--listen", "127.0.0.1:0", "--json"]);
        let mut child = command.args(more).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        stdout.read_line(&mut line).unwrap();
        Self { child, _stdout: stdout, announced: json(&line) }
    }

    pub(crate) fn announced(&self) -> &Value {
        &self.announced
    }

    pub(crate) fn text(&self, name: &str) -> &str {
        self.announced[name].as_str().unwrap_or_else(|| panic!("{name} is absent in {}", self.announced))
    }

    /// `alipay call` with the settings of this sandbox in flags.
    pub(crate) fn call(&self, target: &str, more: &[&str]) -> Command {
        let flags = [
            ("--gateway", "gateway"),
            ("--endpoint", "endpoint"),
            ("--app-id", "app_id"),
            ("--private-key", "app_private_key_file"),
            ("--alipay-public-key", "alipay_public_key_file"),
        ];
        let mut command = alipay(&["call", target]);
        command.args(more);
        for (flag, name) in flags.into_iter().filter(|(flag, _)| !more.contains(flag)) {
            command.args([flag, self.text(name)]);
        }
        command
    }

    /// Sends a signal; returns the exit code and the log.
    pub(crate) fn end_with(mut self, signal: &str) -> (Option<i32>, String) {
        let sent = Command::new("kill").args([signal, &self.child.id().to_string()]).status().unwrap();
        assert!(sent.success());
        let code = self.wait();
        let mut log = String::new();
        std::io::Read::read_to_string(self.child.stderr.as_mut().unwrap(), &mut log).unwrap();
        (code, log)
    }

    /// Fails rather than waiting for ever.
    fn wait(&mut self) -> Option<i32> {
        let begun = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status.code();
            }
            assert!(begun.elapsed() < Duration::from_secs(10), "the sandbox does not end");
            std::thread::yield_now();
        }
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        // It is over already where the test ended it; a signal lets it remove its files.
        if self.child.try_wait().unwrap().is_none() {
            let _ = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status();
            let _ = self.child.wait();
        }
    }
}
