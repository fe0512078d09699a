//! Exit codes: what a script may rely on.

use std::process::ExitCode;

/// How the command ends.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Exit {
    /// Everything worked.
    Success,
    /// A step of the demo failed, or the machine did: no port, no temporary folder, a closed pipe.
    Failed,
    /// The command line, a setting or a field cannot work. Nothing was sent.
    Usage,
    /// Alipay answered with an error.
    Business,
    /// No answer came, or none that can be read.
    Transport,
    /// An answer came, but its signature is missing or wrong.
    Verification,
}

impl Exit {
    /// Number for the shell.
    pub(crate) fn code(self) -> u8 {
        match self {
            Self::Success => 0,
            Self::Failed => 1,
            Self::Usage => 2,
            Self::Business => 3,
            Self::Transport => 4,
            Self::Verification => 5,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}
