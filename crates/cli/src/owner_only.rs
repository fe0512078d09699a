//! Files and folders that only their owner can read: keys, and recorded messages with personal data.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

use alipay_api::{Nonce, SystemNonce};

/// Makes a folder. Fails where it exists: nobody else can have prepared it.
pub(crate) fn new_folder(path: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// Writes a file. Fails where it exists.
pub(crate) fn new_file(path: &Path, bytes: &[u8]) -> io::Result<()> {
    open_new(path)?.write_all(bytes)
}

/// Writes a file in the place of another, which is there, whole, until the new one is.
pub(crate) fn replace_file(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut name = path.as_os_str().to_owned();
    name.push(format!(".{}", SystemNonce.next()));
    let beside = Path::new(&name);
    let written = new_file(beside, bytes).and_then(|()| std::fs::rename(beside, path));
    if written.is_err() {
        // What is left of it would only lie about.
        let _ = std::fs::remove_file(beside);
    }
    written
}

fn open_new(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}
