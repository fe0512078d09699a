//! `cargo xtask spec`: style and mistakes of the specification.

use std::path::Path;

use alipay_codegen::Spec;

use crate::error::Error;

pub(crate) fn lint(root: &Path) -> Result<String, Error> {
    let folder = root.join("spec");
    let findings = Spec::read(&folder).map_err(Error::io(&folder))?.lint();
    if findings.is_empty() { Ok("no findings".to_owned()) } else { Err(Error::Findings(findings)) }
}

pub(crate) fn fmt(_root: &Path, _check: bool) -> Result<String, Error> {
    Ok(String::new())
}
