//! Files of the machine, for those who do not bring their own readers.

use std::fs::File;
use std::io;
use std::path::Path;

use alipay_core::UploadFile;

/// A file to upload, by its path. It is opened and read when it is sent, once for each attempt; if it has become
/// shorter or longer by then, the upload fails.
///
/// ```no_run
/// use alipay_api::{RawOperation, upload_file};
///
/// let photo = upload_file("shop.jpg")?.allow(&["jpg", "png"], 5_000_000)?;
/// let upload = RawOperation::gateway("alipay.offline.material.image.upload")
///     .param("image_type", "jpg")
///     .param("image_name", "shop front")
///     .file("image_content", photo);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// There is no such file, it is a folder, or its name is not Unicode.
pub fn upload_file(path: impl AsRef<Path>) -> io::Result<UploadFile> {
    let path = path.as_ref().to_owned();
    let refused =
        |why: &str| io::Error::new(io::ErrorKind::InvalidInput, format!("{}: {why}", path.display()));
    let metadata = std::fs::metadata(&path)?;
    if !metadata.is_file() {
        return Err(refused("it is not a file"));
    }
    let name = path.file_name().and_then(|name| name.to_str());
    let name = name.ok_or_else(|| refused("its name is not Unicode: rename it"))?.to_owned();
    Ok(UploadFile::reader(name, metadata.len(), move || Ok(Box::new(File::open(&path)?))))
}
