//! Runs a folder of conformance vectors through the public interface of the crates.
//!
//! `conformance DIR` prints one line a file, each failure and each skipped case with its reason, and a last line with
//! the sums. It exits with 1 where a case failed or there was nothing to run, and with 2 when called wrongly or with a
//! path that is no folder.

use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

use alipay_tests::conformance;

fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1);
    let (Some(folder), None) = (arguments.next(), arguments.next()) else {
        let _ = writeln!(std::io::stderr(), "usage: conformance DIR");
        return ExitCode::from(2);
    };
    let folder = Path::new(&folder);
    if !folder.is_dir() {
        let _ = writeln!(std::io::stderr(), "conformance: {} is no folder", folder.display());
        return ExitCode::from(2);
    }
    let report = conformance::run(folder);
    let printed = write!(std::io::stdout(), "{report}");
    match report.is_clean() && printed.is_ok() {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    }
}
