//! The generator in a user's build script: chosen operations of the embedded specification, as one file to include.

mod choose;
mod close;
mod error;
mod module;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};
use std::{env, fs};

use alipay_spec::Archive;

pub use self::error::BuildError;

use self::close::Source;
use crate::finding::{Finding, Place, Report};
use crate::spec::{File, Protocol};
use crate::sync::{Mode, sync_file};
use crate::{Spec, emit_ungated};

/// The name of the generated file.
const FILE: &str = "alipay.rs";

/// Which of the two protocols to generate, where an operation exists in both.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Protocols {
    /// The gateway and the REST operations.
    #[default]
    Both,
    /// Only the gateway (`gateway.do`).
    V2,
    /// Only the REST operations (`/v3/...`).
    V3,
}

impl Protocols {
    fn list(self) -> &'static [Protocol] {
        match self {
            Self::Both => &Protocol::ALL,
            Self::V2 => &[Protocol::V2],
            Self::V3 => &[Protocol::V3],
        }
    }
}

/// Typed requests and answers for chosen operations, written by a build script.
///
/// The crate holds the whole specification, compressed. A build script names the operations that it needs, and only
/// those, with the types that they contain, are unpacked and generated: the same names and fields as in `alipay-models`,
/// whatever else was chosen.
///
/// One thing follows the choice: a type that only answers of the chosen operations hold may lack the setters that it
/// has where a request holds it too. Choose an operation that sends it, and they are there.
///
/// `build.rs`, with `alipay-codegen` in `[build-dependencies]`:
/// ```no_run
/// fn main() -> Result<(), alipay_codegen::BuildError> {
///     alipay_codegen::Builder::new()
///         .operations(["alipay.commerce.transport.*", "zhima.credit.score.get"])
///         .emit()?;
///     Ok(())
/// }
/// ```
///
/// `src/lib.rs`, with `alipay-api` in `[dependencies]`:
/// ```text
/// pub mod alipay {
///     include!(concat!(env!("OUT_DIR"), "/alipay.rs"));
/// }
/// use alipay::v2::zhima_credit::ScoreGetRequest;
/// ```
#[derive(Clone, Debug)]
pub struct Builder {
    patterns: Vec<String>,
    protocols: Protocols,
    runtime: String,
    folders: Vec<PathBuf>,
    texts: Vec<(String, String)>,
    out_dir: Option<PathBuf>,
}

impl Default for Builder {
    fn default() -> Self {
        Self::new()
    }
}

impl Builder {
    /// With nothing chosen.
    #[must_use]
    pub fn new() -> Self {
        Self {
            patterns: Vec::new(),
            protocols: Protocols::Both,
            runtime: "::alipay_api".to_owned(),
            folders: Vec::new(),
            texts: Vec::new(),
            out_dir: None,
        }
    }

    /// Chooses operations, added to those chosen before: names of methods, in which `*` stands for any text.
    ///
    /// The name of a notification (`CashVoucherRedeemed`) chooses that notification.
    #[must_use]
    pub fn operations(mut self, patterns: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.patterns.extend(patterns.into_iter().map(Into::into));
        self
    }

    /// Takes only one of the two protocols. Both are taken unless this says otherwise.
    #[must_use]
    pub fn protocols(mut self, protocols: Protocols) -> Self {
        self.protocols = protocols;
        self
    }

    /// Adds a specification of your own: a folder with `v2/<group>.toml`, `v3/<group>.toml` and `common.toml`, in the
    /// format of `spec/README.md`. What it declares wins over what is embedded under the same name. It may use embedded
    /// types of any group; those of another group than its own are then in the module `common` of their protocol.
    ///
    /// Its operations are generated when [`operations`](Self::operations) names them, as the embedded ones are.
    #[must_use]
    pub fn specification(mut self, folder: impl Into<PathBuf>) -> Self {
        self.folders.push(folder.into());
        self
    }

    /// The same for one file that is in memory: its path below such a folder (`v2/shop.toml`), and its TOML.
    ///
    /// # Examples
    /// ```
    /// let shop = r#"
    /// group = "shop"
    ///
    /// [[operation]]
    /// method = "alipay.shop.close"
    /// request = [{ name = "shop_id", type = "string", need = "must" }]
    /// response = []
    /// "#;
    /// let code = alipay_codegen::Builder::new()
    ///     .specification_text("v2/shop.toml", shop)
    ///     .operations(["alipay.shop.close"])
    ///     .generate()?;
    /// assert!(code.contains("pub struct CloseRequest {"));
    /// # Ok::<(), alipay_codegen::BuildError>(())
    /// ```
    #[must_use]
    pub fn specification_text(mut self, path: impl Into<String>, text: impl Into<String>) -> Self {
        self.texts.push((path.into(), text.into()));
        self
    }

    /// The crate or module in which the generated code finds what it stands on: `::alipay_api` unless this says
    /// otherwise, or `::alipay_core` where the rest of `alipay-api` is not wanted.
    #[must_use]
    pub fn runtime(mut self, path: impl Into<String>) -> Self {
        self.runtime = path.into();
        self
    }

    /// The folder for `alipay.rs`. Cargo's `OUT_DIR` unless this says otherwise.
    #[must_use]
    pub fn out_dir(mut self, folder: impl Into<PathBuf>) -> Self {
        self.out_dir = Some(folder.into());
        self
    }

    /// Writes `alipay.rs`, and tells cargo to run the build script again only when a folder given to
    /// [`specification`](Self::specification), or the script itself, changed. A file that is as it should be is not
    /// touched.
    ///
    /// The path of the file is handed back.
    ///
    /// # Errors
    /// What [`generate`](Self::generate) reports, and [`BuildError::Io`] when the file cannot be written.
    #[expect(clippy::print_stdout, reason = "this is how a build script speaks to cargo")]
    pub fn emit(&self) -> Result<PathBuf, BuildError> {
        // Without any such line, cargo would run the script after a change of any file. That the script itself changed,
        // cargo sees; and nobody sets this variable for cargo.
        println!("cargo::rerun-if-env-changed=OUT_DIR");
        for folder in &self.folders {
            println!("cargo::rerun-if-changed={}", folder.display());
        }
        let folder = match &self.out_dir {
            Some(folder) => folder.clone(),
            None => PathBuf::from(env::var_os("OUT_DIR").ok_or(BuildError::NoOutDir)?),
        };
        let path = folder.join(FILE);
        let text = self.generate()?;
        fs::create_dir_all(&folder).map_err(BuildError::io(&folder))?;
        sync_file(&path, &text, Mode::Write).map_err(BuildError::io(&path))?;
        Ok(path)
    }

    /// The text that [`emit`](Self::emit) writes.
    ///
    /// # Errors
    /// [`BuildError::Findings`] with everything that is wrong with the choice and with a specification of your own,
    /// and [`BuildError::Io`] when that cannot be read.
    pub fn generate(&self) -> Result<String, BuildError> {
        self.generate_from(alipay_spec::specification())
    }

    fn generate_from(&self, embedded: &[u8]) -> Result<String, BuildError> {
        let archive = Archive::open(embedded)?;
        let mut findings = Vec::new();
        let source = Source::new(&archive, self.own(&mut findings)?, &mut findings);
        let mut report = Report::new("build.rs", &mut findings);
        let runtime = self.runtime.trim_end_matches("::");
        if syn::parse_str::<syn::Path>(runtime).is_err() {
            let what = format!("`{runtime}` is not the path of a module");
            report.add(
                0,
                Place::of("runtime"),
                what,
                "write `::alipay_api` or `::alipay_core`, or leave `runtime` out",
            );
        }
        let chosen = choose::choose(&source, &self.patterns, self.protocols.list(), &mut report);
        let mut spec = source.close(chosen)?;
        spec.findings.extend(findings);
        let ir = spec.lower().map_err(|mut findings| {
            // A type whose user has a mistake looks unused. That is for nobody to mend.
            if findings.iter().any(|finding| !finding.is_about_use()) {
                findings.retain(|finding| !finding.is_about_use());
            }
            BuildError::Findings(findings)
        })?;
        let files = emit_ungated(&ir).map_err(|finding| BuildError::Findings(vec![finding]))?;
        Ok(module::one(&files, runtime))
    }

    /// The files of the user's own specification, all places together.
    fn own(&self, findings: &mut Vec<Finding>) -> Result<Vec<File>, BuildError> {
        let mut own = Spec::from_files(self.texts.iter().cloned());
        for folder in &self.folders {
            let name = folder.display();
            if !folder.is_dir() {
                let fix = "give a folder, by its path below the one of Cargo.toml";
                let place = Place::of("specification");
                Report::new("build.rs", findings).add(0, place, format!("there is no folder `{name}`"), fix);
                continue;
            }
            let read =
                Spec::read_under(&format!("{name}/"), folder).map_err(BuildError::io(folder as &Path))?;
            own.files.extend(read.files);
            own.findings.extend(read.findings);
        }
        findings.append(&mut own.findings);
        Ok(own.files)
    }
}
