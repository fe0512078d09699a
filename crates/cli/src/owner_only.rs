//! Files and folders that only their owner can read: keys, and recorded messages with personal data.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::Path;

use alipay_api::{Nonce, SystemNonce};

/// Makes a folder. Fails where it exists: nobody else can have prepared it.
pub(crate) fn new_folder(path: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// Makes a folder where it is not there, and makes sure that files can be written into it.
pub(crate) fn writable_folder(path: &Path) -> io::Result<()> {
    match new_folder(path) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => return Err(error),
        _ => {}
    }
    let file = path.join(format!(".{}", SystemNonce.next()));
    new_file(&file, b"")?;
    std::fs::remove_file(file)
}

/// Writes a file. Fails where it exists; where the disk is full, nothing of it stays.
pub(crate) fn new_file(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = open_new(path)?;
    file.write_all(bytes).inspect_err(|_| {
        // Half a key is of no use, and would be in the way of the next.
        let _ = std::fs::remove_file(path);
    })
}

/// Writes a file in the place of another, which is there, whole, until the new one is.
pub(crate) fn replace_file(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut name = path.as_os_str().to_owned();
    name.push(format!(".{}", SystemNonce.next()));
    let beside = Path::new(&name);
    new_file(beside, bytes)?;
    std::fs::rename(beside, path).inspect_err(|_| {
        // What is left of it would only lie about.
        let _ = std::fs::remove_file(beside);
    })
}

fn open_new(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}
