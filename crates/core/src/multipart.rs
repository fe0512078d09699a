//! A `multipart/form-data` body as segments: the bytes around the files, and the files, which are read only while
//! they are sent (protocol-v2 §8.1, protocol-v3 §2.4).

use std::collections::VecDeque;
use std::fmt;
use std::io::{self, Cursor, ErrorKind, Read};

use alipay_sign::{Charset, EncodeError};

use crate::error::ConfigError;
use crate::upload::UploadFile;

/// The body of an upload. Its length is known before anything is read.
#[derive(Clone, PartialEq)]
pub struct Multipart {
    boundary: String,
    segments: Vec<Segment>,
}

/// A stretch of a [`Multipart`].
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub enum Segment {
    /// Boundaries, headers of parts and text parts.
    Bytes(Vec<u8>),
    /// The bytes of a file.
    File(UploadFile),
}

impl Multipart {
    /// What stands between the parts, without its hyphens in front.
    #[must_use]
    pub fn boundary(&self) -> &str {
        &self.boundary
    }

    /// What is sent, in order.
    #[must_use]
    pub fn segments(&self) -> &[Segment] {
        &self.segments
    }

    /// Size in bytes of all of it: the `content-length` to announce.
    #[must_use]
    pub fn content_length(&self) -> u64 {
        let lengths = self.segments.iter().map(|segment| match segment {
            Segment::Bytes(bytes) => u64::try_from(bytes.len()).unwrap_or(u64::MAX),
            Segment::File(file) => file.length(),
        });
        lengths.fold(0, u64::saturating_add)
    }

    /// Opens every file. A transport does so before it connects: where it fails, nothing was sent.
    ///
    /// # Errors
    /// A file that cannot be opened, by name.
    pub fn open(&self) -> io::Result<MultipartReader> {
        let pieces = self.segments.iter().map(|segment| match segment {
            Segment::Bytes(bytes) => Ok(Piece::Bytes(Cursor::new(bytes.clone()))),
            Segment::File(file) => {
                let reader = file.open().map_err(|error| of_file(file.name(), error))?;
                Ok(Piece::File { name: file.name().to_owned(), reader, left: file.length() })
            }
        });
        Ok(MultipartReader { pieces: pieces.collect::<io::Result<_>>()? })
    }

    /// All of it in memory, for a gateway in the same process.
    ///
    /// # Errors
    /// As [`Multipart::open`], and where a file cannot be read to its announced end.
    pub fn read_all(&self) -> io::Result<Vec<u8>> {
        let mut all = Vec::new();
        self.open()?.read_to_end(&mut all)?;
        Ok(all)
    }
}

/// Shows sizes; the text parts may hold secrets.
impl fmt::Debug for Multipart {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_list().entries(&self.segments).finish()
    }
}

impl fmt::Debug for Segment {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bytes(bytes) => write!(formatter, "{} bytes", bytes.len()),
            Self::File(file) => file.fmt(formatter),
        }
    }
}

/// Reads a [`Multipart`] from beginning to end, holding no more of a file than it is asked for.
///
/// It yields exactly [`Multipart::content_length`] bytes, or an error that names the file: one that ends too early or
/// goes on for too long is noticed before the closing boundary, so that no damaged upload is ever complete.
pub struct MultipartReader {
    pieces: VecDeque<Piece>,
}

enum Piece {
    Bytes(Cursor<Vec<u8>>),
    File { name: String, reader: Box<dyn Read + Send>, left: u64 },
}

impl Read for MultipartReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        while let Some(piece) = self.pieces.front_mut() {
            match piece.read(buffer) {
                Ok(0) => self.pieces.pop_front(),
                Ok(read) => return Ok(read),
                Err(error) => {
                    self.pieces.clear();
                    return Err(error);
                }
            };
        }
        Ok(0)
    }
}

impl fmt::Debug for MultipartReader {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "MultipartReader({} segments left)", self.pieces.len())
    }
}

impl Piece {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let (name, reader, left) = match self {
            Self::Bytes(bytes) => return bytes.read(buffer),
            Self::File { name, reader, left } => (name, reader, left),
        };
        if *left == 0 {
            return match uninterrupted(reader, &mut [0]).map_err(|error| of_file(name, error))? {
                0 => Ok(0),
                _ => Err(of_file(name, "it is longer than it was said to be")),
            };
        }
        let room = usize::try_from(*left).map_or(buffer.len(), |left| left.min(buffer.len()));
        let buffer = buffer.get_mut(..room).unwrap_or_default();
        match uninterrupted(reader, buffer).map_err(|error| of_file(name, error))? {
            0 => Err(of_file(name, format!("it ends {left} bytes before the length that was given"))),
            read => {
                let read = read.min(room);
                *left = left.saturating_sub(u64::try_from(read).unwrap_or(u64::MAX));
                Ok(read)
            }
        }
    }
}

fn uninterrupted(reader: &mut dyn Read, buffer: &mut [u8]) -> io::Result<usize> {
    loop {
        match reader.read(buffer) {
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            result => return result,
        }
    }
}

/// The kind of the error is dropped: a transport must not take a refused connection of the source for its own.
fn of_file(name: &str, what: impl fmt::Display) -> io::Error {
    io::Error::other(format!("file {name:?}: {what}"))
}

/// What a transport's user gave to upload: field and file.
pub(crate) type Files = Vec<(String, UploadFile)>;

/// Checks files before anything is signed. `taken` are the names that the text parts have.
pub(crate) fn check(files: &Files, taken: &[&str], charset: &Charset) -> Result<(), ConfigError> {
    let mut taken = taken.to_vec();
    for (field, file) in files {
        if field.trim().is_empty() {
            let seen = format!("the file {:?} has no field", file.name());
            return Err(ConfigError::new("file", seen, "name the field of the operation that it belongs to"));
        }
        if taken.contains(&field.as_str()) {
            let fix = "give it once: a file has a field of its own";
            return Err(ConfigError::new(field, "given twice", fix));
        }
        taken.push(field);
        file.check()?;
        for text in [field, file.name()] {
            charset.encode(text).map_err(|error| {
                let fix = "leave the character out of the name of field and file, or use UTF-8";
                ConfigError::new(field, format!("the file {:?}: {error}", file.name()), fix)
            })?;
        }
    }
    Ok(())
}

/// Puts a [`Multipart`] together.
pub(crate) struct Parts<'a> {
    charset: &'a Charset,
    boundary: String,
    done: Vec<Segment>,
    bytes: Vec<u8>,
}

impl<'a> Parts<'a> {
    /// `nonce` keeps the boundary from occurring in a file.
    pub(crate) fn new(charset: &'a Charset, nonce: &str) -> Self {
        let boundary = format!("alipay-{nonce}");
        Self { charset, boundary, done: Vec::new(), bytes: Vec::new() }
    }

    pub(crate) fn text(&mut self, name: &str, content_type: &str, text: &str) -> Result<(), EncodeError> {
        self.head(name, None, content_type)?;
        self.bytes.extend_from_slice(&self.charset.encode(text)?);
        self.bytes.extend_from_slice(b"\r\n");
        Ok(())
    }

    pub(crate) fn files(&mut self, files: &Files) -> Result<(), EncodeError> {
        for (field, file) in files {
            self.head(field, Some(file.name()), file.content_type())?;
            self.done.push(Segment::Bytes(std::mem::take(&mut self.bytes)));
            self.done.push(Segment::File(file.clone()));
            self.bytes.extend_from_slice(b"\r\n");
        }
        Ok(())
    }

    pub(crate) fn finish(mut self) -> Multipart {
        self.bytes.extend_from_slice(format!("--{}--\r\n", self.boundary).as_bytes());
        self.done.push(Segment::Bytes(self.bytes));
        Multipart { boundary: self.boundary, segments: self.done }
    }

    fn head(&mut self, name: &str, file: Option<&str>, content_type: &str) -> Result<(), EncodeError> {
        let file = file.map(|file| format!("; filename=\"{}\"", escaped(file))).unwrap_or_default();
        let head = format!(
            "--{}\r\nContent-Disposition: form-data; name=\"{}\"{file}\r\nContent-Type: {content_type}\r\n\r\n",
            self.boundary,
            escaped(name),
        );
        self.bytes.extend_from_slice(&self.charset.encode(&head)?);
        Ok(())
    }
}

/// As browsers do it (WHATWG, multipart/form-data encoding algorithm).
fn escaped(name: &str) -> String {
    name.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A")
}
