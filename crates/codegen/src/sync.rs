//! The only part with side effects: a folder that holds exactly the generated files.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::{fs, io};

use crate::emit::Files;
use crate::workers;

/// Whether [`sync`] may change files.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Mode {
    /// Only look.
    Check,
    /// Write what differs and delete what is not generated.
    Write,
}

/// A path that was not as it should be.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum Stale {
    /// The text differs.
    Changed(PathBuf),
    /// The file was not there.
    Missing(PathBuf),
    /// The file is not generated any more.
    Orphan(PathBuf),
}

impl std::fmt::Display for Stale {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Changed(path) => write!(out, "changed {}", path.display()),
            Self::Missing(path) => write!(out, "missing {}", path.display()),
            Self::Orphan(path) => write!(out, "orphan  {}", path.display()),
        }
    }
}

/// Makes `folder` hold exactly `files`, or only says what differs.
///
/// The folder belongs to the generator: everything else in it is deleted. Files that are as they should be are not
/// touched, so that cargo has nothing to do.
///
/// # Errors
/// When a file cannot be read, written or deleted.
pub fn sync(folder: &Path, files: &Files, mode: Mode) -> io::Result<Vec<Stale>> {
    let mut found = BTreeSet::new();
    let mut folders = Vec::new();
    list(folder, Path::new(""), &mut found, &mut folders)?;
    let files: Vec<_> = files.iter().collect();
    let mut stale = Vec::new();
    for one in workers::each(&files, |(path, text)| sync_file(&folder.join(path), text, mode)) {
        stale.extend(one?);
    }
    files.iter().for_each(|(path, _)| {
        found.remove(*path);
    });
    for path in found {
        let full = folder.join(path);
        if mode == Mode::Write {
            fs::remove_file(&full)?;
        }
        stale.push(Stale::Orphan(full));
    }
    if mode == Mode::Write {
        remove_empty(folder, &folders)?;
    }
    stale.sort();
    Ok(stale)
}

/// The same for one file beside others.
///
/// # Errors
/// When the file cannot be read or written.
pub fn sync_file(path: &Path, content: impl AsRef<[u8]>, mode: Mode) -> io::Result<Option<Stale>> {
    let stale = match fs::read(path) {
        Ok(old) if old == content.as_ref() => return Ok(None),
        Ok(_) => Stale::Changed(path.to_owned()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Stale::Missing(path.to_owned()),
        Err(error) => return Err(error),
    };
    if mode == Mode::Write {
        path.parent().map_or(Ok(()), fs::create_dir_all)?;
        fs::write(path, content)?;
    }
    Ok(Some(stale))
}

fn list(
    root: &Path,
    below: &Path,
    files: &mut BTreeSet<PathBuf>,
    folders: &mut Vec<PathBuf>,
) -> io::Result<()> {
    let entries = match fs::read_dir(root.join(below)) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error),
    };
    for entry in entries {
        let entry = entry?;
        let path = below.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            list(root, &path, files, folders)?;
            folders.push(path);
        } else {
            files.insert(path);
        }
    }
    Ok(())
}

/// Folders come innermost first, so that one that held only empty folders goes too.
fn remove_empty(root: &Path, folders: &[PathBuf]) -> io::Result<()> {
    for folder in folders {
        let full = root.join(folder);
        if fs::read_dir(&full)?.next().is_none() {
            fs::remove_dir(&full)?;
        }
    }
    Ok(())
}
