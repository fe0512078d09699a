//! Why a build script failed, in words that cargo shows as they are.

use std::path::{Path, PathBuf};
use std::{fmt, io};

use crate::Finding;

/// Why [`Builder`](crate::Builder) could not write its file.
///
/// `Debug` prints the same text as `Display`, because that is what cargo shows of a build script whose `main` returns
/// an error.
#[non_exhaustive]
pub enum BuildError {
    /// The embedded archive cannot be read.
    Archive(alipay_spec::Error),
    /// Everything that is wrong with the choice, or with a specification of your own.
    Findings(Vec<Finding>),
    /// A file or folder cannot be read or written.
    Io(PathBuf, io::Error),
    /// Cargo's `OUT_DIR` is not set.
    NoOutDir,
}

impl BuildError {
    pub(super) fn io(path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |error| Self::Io(path.to_owned(), error)
    }
}

impl fmt::Display for BuildError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Archive(error) => write!(out, "the embedded specification: {error}"),
            Self::Findings(findings) => {
                out.write_str("no code for Alipay operations was generated")?;
                findings.iter().try_for_each(|finding| write!(out, "\n{finding}"))
            }
            Self::Io(path, error) => write!(out, "{}: {error}", path.display()),
            Self::NoOutDir => out.write_str(
                "OUT_DIR is not set: call this from a build script, or give a folder with `out_dir`",
            ),
        }
    }
}

impl fmt::Debug for BuildError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, out)
    }
}

impl std::error::Error for BuildError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Archive(error) => Some(error),
            Self::Io(_, error) => Some(error),
            Self::Findings(_) | Self::NoOutDir => None,
        }
    }
}

impl From<alipay_spec::Error> for BuildError {
    fn from(error: alipay_spec::Error) -> Self {
        Self::Archive(error)
    }
}
