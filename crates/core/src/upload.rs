//! A file on its way to Alipay: what it is called, how long it is, and where its bytes come from.

use std::fmt;
use std::io::{self, Cursor, Read};
use std::sync::Arc;

use crate::error::ConfigError;

/// Extension and content type, in lower case.
const CONTENT_TYPES: [(&str, &str); 14] = [
    ("bmp", "image/bmp"),
    ("csv", "text/csv"),
    ("doc", "application/msword"),
    ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ("gif", "image/gif"),
    ("jpeg", "image/jpeg"),
    ("jpg", "image/jpeg"),
    ("mp4", "video/mp4"),
    ("pdf", "application/pdf"),
    ("png", "image/png"),
    ("txt", "text/plain"),
    ("xls", "application/vnd.ms-excel"),
    ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ("zip", "application/zip"),
];

const UNKNOWN_CONTENT: &str = "application/octet-stream";

/// A file to upload: the value of such a field of a typed request, or what
/// [`RawOperation::file`](crate::RawOperation::file) takes. Cheap to clone.
///
/// Its name needs an extension: the gateway tells the type of a file by it (protocol-v2 §8.1). Its bytes are never
/// signed, and they are read while they are sent, not before.
///
/// ```
/// use alipay_core::UploadFile;
///
/// let logo = UploadFile::bytes("logo.PNG", vec![0x89, b'P', b'N', b'G']).allow(&["jpg", "png"], 2_000_000)?;
/// assert_eq!((logo.content_type(), logo.length()), ("image/png", 4));
///
/// let refused = UploadFile::bytes("logo.exe", vec![1]).allow(&["jpg", "png"], 2_000_000).unwrap_err();
/// assert_eq!(refused.to_string(), "file: \"logo.exe\" has the extension exe; give one of type jpg, png");
/// # Ok::<(), alipay_core::ConfigError>(())
/// ```
#[derive(Clone)]
pub struct UploadFile {
    name: String,
    content_type: String,
    length: u64,
    source: Source,
}

#[derive(Clone)]
enum Source {
    Bytes(Arc<Vec<u8>>),
    Reader(Arc<Open>),
}

type Open = dyn Fn() -> io::Result<Box<dyn Read + Send>> + Send + Sync;

impl UploadFile {
    /// A file in memory.
    #[must_use]
    pub fn bytes(name: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Self {
        let bytes = bytes.into();
        let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        Self::new(name.into(), length, Source::Bytes(Arc::new(bytes)))
    }

    /// A file of `length` bytes that is read while it is sent. `open` is called for each attempt, and has to begin
    /// with the first byte each time. A source that turns out shorter or longer is an error, never a damaged file.
    #[must_use]
    pub fn reader(
        name: impl Into<String>,
        length: u64,
        open: impl Fn() -> io::Result<Box<dyn Read + Send>> + Send + Sync + 'static,
    ) -> Self {
        Self::new(name.into(), length, Source::Reader(Arc::new(open)))
    }

    fn new(name: String, length: u64, source: Source) -> Self {
        let extension = extension(&name).unwrap_or_default();
        let known = CONTENT_TYPES.iter().find(|(known, _)| known.eq_ignore_ascii_case(extension));
        let content_type = known.map_or(UNKNOWN_CONTENT, |(_, content_type)| content_type).to_owned();
        Self { name, content_type, length, source }
    }

    /// Another content type than the one that the extension suggests.
    #[must_use]
    pub fn with_content_type(mut self, content_type: impl Into<String>) -> Self {
        self.content_type = content_type.into();
        self
    }

    /// Refuses the file unless it has one of these extensions (without dot, in any case) and at most so many bytes:
    /// the limits that the document of an operation gives.
    ///
    /// # Errors
    /// The name of the file, what was seen, and what is allowed.
    pub fn allow(self, extensions: &[&str], max_bytes: u64) -> Result<Self, ConfigError> {
        let extension = self.extension()?;
        if !extensions.iter().any(|allowed| allowed.eq_ignore_ascii_case(extension)) {
            let fix = format!("give one of type {}", extensions.join(", "));
            return Err(self.refused(&format!("has the extension {}", extension.escape_debug()), fix));
        }
        if self.length > max_bytes {
            let fix = format!("{max_bytes} are allowed: make it smaller");
            return Err(self.refused(&format!("has {} bytes", self.length), fix));
        }
        Ok(self)
    }

    /// What is wrong whatever the operation: an empty file, no extension, a content type that is no header value.
    pub(crate) fn check(&self) -> Result<(), ConfigError> {
        self.extension()?;
        if self.length == 0 {
            return Err(self.refused("is empty", "give one with something in it"));
        }
        let printable = |byte: u8| byte == b' ' || byte.is_ascii_graphic();
        if self.content_type.is_empty() || !self.content_type.bytes().all(printable) {
            let seen = format!("has the content type {:?}", self.content_type);
            return Err(self.refused(&seen, "write one such as image/png"));
        }
        Ok(())
    }

    fn extension(&self) -> Result<&str, ConfigError> {
        extension(&self.name).ok_or_else(|| {
            let fix = "end its name with that of its type, such as .png: the gateway goes by it";
            self.refused("has no extension", fix)
        })
    }

    fn refused(&self, seen: &str, fix: impl Into<String>) -> ConfigError {
        ConfigError::new("file", format!("{:?} {seen}", self.name), fix)
    }

    /// Name, as it is sent.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Content type, guessed from the extension unless it was given.
    #[must_use]
    pub fn content_type(&self) -> &str {
        &self.content_type
    }

    /// Size in bytes.
    #[must_use]
    pub fn length(&self) -> u64 {
        self.length
    }

    /// The bytes, from the first one.
    ///
    /// # Errors
    /// The source cannot be opened.
    pub fn open(&self) -> io::Result<Box<dyn Read + Send>> {
        match &self.source {
            Source::Bytes(bytes) => Ok(Box::new(Cursor::new(Shared(Arc::clone(bytes))))),
            Source::Reader(open) => open(),
        }
    }
}

/// Same name, type and length, and the same bytes in memory or the same source.
impl PartialEq for UploadFile {
    fn eq(&self, other: &Self) -> bool {
        let same_source = match (&self.source, &other.source) {
            (Source::Bytes(one), Source::Bytes(other)) => one == other,
            (Source::Reader(one), Source::Reader(other)) => Arc::ptr_eq(one, other),
            _ => false,
        };
        let of = |file: &Self| (file.name.clone(), file.content_type.clone(), file.length);
        same_source && of(self) == of(other)
    }
}

/// Name, type and size; the bytes may be personal data.
impl fmt::Debug for UploadFile {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "UploadFile({:?}, {}, {} bytes)", self.name, self.content_type, self.length)
    }
}

/// What several attempts read from one memory.
struct Shared(Arc<Vec<u8>>);

impl AsRef<[u8]> for Shared {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

/// What stands behind the last dot, where there is something on both sides of it.
fn extension(name: &str) -> Option<&str> {
    name.rsplit_once('.').filter(|(stem, end)| !stem.is_empty() && !end.is_empty()).map(|(_, end)| end)
}
