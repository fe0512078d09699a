//! Conformance: what the official SDKs sign, send, accept and refuse, held against these crates.
//!
//! A folder holds up to eleven files of cases; [`run`] drives each case through the public interface of the crates.
//! Nothing is known here of a particular folder: keys, certificates, identifiers and clocks come from its files.
//! What a case states twice has to agree: a wrong statement fails even where these crates do not depend on it.
//!
//! A case passes or fails. It is skipped only where it states a quirk of one SDK (it throws on a request that is
//! right, or signs something else than it sends), or where it needs a key or a certificate that is not in the folder,
//! and then after all that can be checked without it.

mod aes;
mod answer;
mod builtin;
mod case;
mod cert_sn;
mod certs;
mod folder;
mod form;
mod h5_redirect;
mod input;
mod keys;
mod notify;
mod page_execute;
mod report;
mod request;
mod setup;
mod v2_response;
mod v2_sign;
mod v3_response;
mod v3_sign;
mod wire;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use serde_json::Value;

use self::case::{Case, Check, Stop};
use self::folder::Folder;
pub use self::report::{FileReport, Report, Verdict};

/// How one file is run: its name, how it is taken apart, and what is checked of each case.
struct Kind {
    file: &'static str,
    /// `None` where the file is no list of cases.
    cases: fn(&Value) -> Option<Vec<Case<'_>>>,
    check: fn(&Case<'_>, &Folder) -> Check,
}

const KINDS: [Kind; 11] = [
    Kind { file: folder::KEYS, cases: keys::cases, check: keys::check },
    Kind { file: folder::CERTS, cases: certs::cases, check: certs::check },
    Kind { file: "v2-sign.json", cases: case::listed, check: v2_sign::check },
    Kind { file: "v2-response.json", cases: case::listed, check: v2_response::check },
    Kind { file: "notify.json", cases: case::listed, check: notify::check },
    Kind { file: "aes.json", cases: case::listed, check: aes::check },
    Kind { file: "cert-sn.json", cases: case::listed, check: cert_sn::check },
    Kind { file: "v3-sign.json", cases: case::listed, check: v3_sign::check },
    Kind { file: "v3-response.json", cases: case::listed, check: v3_response::check },
    Kind { file: "page-execute.json", cases: case::listed, check: page_execute::check },
    Kind { file: "h5-redirect.json", cases: case::listed, check: h5_redirect::check },
];

/// Runs every case of every file that is in the folder.
#[must_use]
pub fn run(path: &Path) -> Report {
    let folder = Folder::read(path, KINDS.iter().map(|kind| kind.file));
    let mut report = Report::default();
    for kind in &KINDS {
        match folder.file(kind.file) {
            None => {}
            Some(Ok(file)) => report.files.push(run_file(kind, file, &folder)),
            Some(Err(why)) => {
                let verdict = Verdict::Failed { expected: "a JSON file".to_owned(), got: why.clone() };
                report.files.push(FileReport {
                    file: kind.file.to_owned(),
                    cases: vec![("(file)".to_owned(), verdict)],
                });
            }
        }
    }
    report
}

fn run_file(kind: &Kind, file: &Value, folder: &Folder) -> FileReport {
    let cases = (kind.cases)(file);
    let run = |case: &Case<'_>| {
        // A panic in the crates is a failure of this case, and the others still run.
        let checked = catch_unwind(AssertUnwindSafe(|| (kind.check)(case, folder)));
        let verdict = match checked {
            Ok(Ok(())) => Verdict::Passed,
            Ok(Err(Stop::Failed { expected, got })) => Verdict::Failed { expected, got },
            Ok(Err(Stop::Skipped(reason))) => Verdict::Skipped(reason),
            Err(_) => Verdict::Failed { expected: "no panic".to_owned(), got: "a panic".to_owned() },
        };
        (case.id().to_owned(), verdict)
    };
    let verdicts = match &cases {
        Some(cases) => cases.iter().map(run).collect(),
        None => {
            let verdict = Verdict::Failed { expected: "a list of cases".to_owned(), got: "none".to_owned() };
            vec![("(file)".to_owned(), verdict)]
        }
    };
    FileReport { file: kind.file.to_owned(), cases: verdicts }
}
