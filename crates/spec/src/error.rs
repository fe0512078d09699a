//! What can be wrong with an archive.

use std::fmt;

/// Why an archive could not be made or read.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Error {
    /// The bytes do not begin as an archive does.
    NotAnArchive,
    /// The bytes begin as an archive does, but this part of them is not what was written.
    Damaged(String),
    /// Two items have this key.
    Twice(String),
    /// The item of this key, or the number of items, is more than the format can hold (4 GiB).
    TooLarge(String),
}

impl Error {
    pub(crate) fn damaged(what: impl Into<String>) -> Self {
        Self::Damaged(what.into())
    }
}

impl fmt::Display for Error {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAnArchive => out.write_str(
                "these bytes are no archive of the specification; `cargo xtask codegen` writes one",
            ),
            Self::Damaged(what) => {
                write!(
                    out,
                    "the archive is damaged: {what}; fetch the crate again, or run `cargo xtask codegen`"
                )
            }
            Self::Twice(key) => {
                write!(out, "two items of the archive have the key `{key}`; rename one of them")
            }
            Self::TooLarge(what) => write!(out, "{what} is too large for an archive; split it"),
        }
    }
}

impl std::error::Error for Error {}
