//! Files on their way out: read as the connection takes them.

use std::io::{self, Read};

use alipay_core::http::{Multipart, MultipartReader, SendFailure, SendFailureKind, Sent};

/// Reads an upload and remembers what went wrong: the HTTP library cannot tell a file that fails from a connection
/// that does.
#[derive(Debug)]
pub(crate) struct Watched {
    reader: MultipartReader,
    failed: Option<io::Error>,
}

impl Watched {
    /// Opens the files. Nothing has been sent if that fails.
    pub(crate) fn open(upload: &Multipart) -> Result<Self, SendFailure> {
        let unreadable = |error| SendFailure::new(Sent::No, SendFailureKind::Request, error);
        upload.open().map(|reader| Self { reader, failed: None }).map_err(unreadable)
    }

    /// The failure of the request, if a file is to blame. Parts before it may have been sent.
    pub(crate) fn failure(self) -> Option<SendFailure> {
        self.failed.map(|error| SendFailure::new(Sent::Maybe, SendFailureKind::Request, error))
    }
}

impl Read for Watched {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.reader.read(buffer).map_err(|error| {
            self.failed = Some(error);
            io::Error::other("a file could not be read")
        })
    }
}
