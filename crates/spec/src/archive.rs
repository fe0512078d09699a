//! From the bytes of an archive to its items, one at a time.
//!
//! The layout: [`MAGIC`]; the length of the packed index, four bytes, the lowest first; the index; the chunks. Index
//! and chunks are zlib streams, whose checksums show damage.

use std::io::Read;
use std::sync::OnceLock;

use flate2::bufread::ZlibDecoder;

use crate::error::Error;
use crate::varint::Reader;

/// How an archive begins; the digit is the version of the layout.
pub(crate) const MAGIC: &[u8; 8] = b"ALISPEC1";

/// Bytes of text in a chunk, unless one item alone is longer. Small enough to unpack at once even in a build script
/// without optimization, large enough to compress well.
pub(crate) const CHUNK: usize = 1 << 16;

/// The most that an index may unpack to: far more than every key that Alipay has, and no harm to a small machine.
const INDEX_LIMIT: u64 = 1 << 26;

/// The most bytes that all keys together may have, and what a chunk may unpack to.
pub(crate) const TEXT_LIMIT: u32 = 1 << 26;

/// Items under keys, each unpacked when it is first asked for.
///
/// What was unpacked is kept as long as the archive is. Reading the same archive from several threads is fine.
#[derive(Debug)]
pub struct Archive<'a> {
    /// Sorted by key.
    entries: Vec<Entry>,
    chunks: Vec<Chunk<'a>>,
}

#[derive(Debug)]
struct Entry {
    key: String,
    chunk: u32,
    start: u32,
    length: u32,
}

#[derive(Debug)]
struct Chunk<'a> {
    packed: &'a [u8],
    length: u32,
    text: OnceLock<String>,
}

impl<'a> Archive<'a> {
    /// Reads the index of an archive.
    ///
    /// # Errors
    /// [`Error::NotAnArchive`] and [`Error::Damaged`].
    pub fn open(bytes: &'a [u8]) -> Result<Self, Error> {
        let rest = bytes.strip_prefix(MAGIC).ok_or(Error::NotAnArchive)?;
        let cut = || Error::damaged("it ends early");
        let (length, rest) = rest.split_first_chunk::<4>().ok_or_else(cut)?;
        let length = u32::from_le_bytes(*length) as usize;
        let (packed, mut rest) = rest.split_at_checked(length).ok_or_else(cut)?;
        let index = unpack(packed, INDEX_LIMIT).ok_or_else(|| Error::damaged("the index does not unpack"))?;
        let mut index = Reader(&index);

        let mut chunks = Vec::new();
        for _ in 0..index.number()? {
            let (packed, behind) = rest.split_at_checked(index.number()? as usize).ok_or_else(cut)?;
            let length = index.number()?;
            if length > TEXT_LIMIT {
                return Err(Error::damaged("a chunk is too long"));
            }
            chunks.push(Chunk { packed, length, text: OnceLock::new() });
            rest = behind;
        }
        let mut entries: Vec<Entry> = Vec::new();
        let mut keys = 0;
        for _ in 0..index.number()? {
            let key = key(&mut index, entries.last().map_or("", |entry| &entry.key))?;
            keys += key.len();
            if keys > TEXT_LIMIT as usize {
                // Each key repeats the beginning of the one before, so that a small index could hold any length of keys.
                return Err(Error::damaged("the keys are too long"));
            }
            if entries.last().is_some_and(|entry| entry.key >= key) {
                return Err(Error::damaged(format!("the key `{key}` is out of order")));
            }
            let (chunk, start, length) = (index.number()?, index.number()?, index.number()?);
            entries.push(Entry { key, chunk, start, length });
        }
        match index.0.is_empty() && rest.is_empty() {
            true => Ok(Self { entries, chunks }),
            false => Err(Error::damaged("something stands behind its end")),
        }
    }

    /// Every key, in the order of bytes.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.entries.iter().map(|entry| entry.key.as_str())
    }

    /// The keys that begin so, in the order of bytes.
    ///
    /// # Examples
    /// ```
    /// let bytes = alipay_spec::pack([("v2/a", ""), ("v2/b", ""), ("v3/a", "")])?;
    /// let archive = alipay_spec::Archive::open(&bytes)?;
    /// assert_eq!(archive.keys_under("v2/").collect::<Vec<_>>(), ["v2/a", "v2/b"]);
    /// # Ok::<(), alipay_spec::Error>(())
    /// ```
    pub fn keys_under<'s, 'p>(&'s self, prefix: &'p str) -> impl Iterator<Item = &'s str> + use<'s, 'p, 'a> {
        let first = self.entries.partition_point(|entry| entry.key.as_str() < prefix);
        let rest = self.entries.get(first..).unwrap_or_default();
        rest.iter().map(|entry| entry.key.as_str()).take_while(move |key| key.starts_with(prefix))
    }

    /// Whether there is an item under this key. Unpacks nothing.
    #[must_use]
    pub fn contains(&self, key: &str) -> bool {
        self.find(key).is_some()
    }

    /// The text of one item; `None` where no item has the key.
    ///
    /// # Errors
    /// [`Error::Damaged`] when the chunk of the item is not what was written.
    pub fn get(&self, key: &str) -> Result<Option<&str>, Error> {
        let Some(entry) = self.find(key) else { return Ok(None) };
        let damaged = || Error::damaged(format!("the chunk of `{key}` does not unpack"));
        let chunk = self.chunks.get(entry.chunk as usize).ok_or_else(damaged)?;
        let text = match chunk.text.get() {
            Some(text) => text,
            None => {
                let bytes = unpack(chunk.packed, u64::from(chunk.length)).ok_or_else(damaged)?;
                let text = String::from_utf8(bytes).map_err(|_| damaged())?;
                chunk.text.get_or_init(|| text)
            }
        };
        let start = entry.start as usize;
        let end = start.checked_add(entry.length as usize).ok_or_else(damaged)?;
        text.get(start..end).map(Some).ok_or_else(damaged)
    }

    fn find(&self, key: &str) -> Option<&Entry> {
        let found = self.entries.binary_search_by(|entry| entry.key.as_str().cmp(key)).ok()?;
        self.entries.get(found)
    }
}

fn key(index: &mut Reader<'_>, before: &str) -> Result<String, Error> {
    let (shared, rest) = (index.number()? as usize, index.number()?);
    let rest = index.bytes(rest)?;
    let shared =
        before.as_bytes().get(..shared).ok_or_else(|| Error::damaged("a key of the index is cut"))?;
    String::from_utf8([shared, rest].concat()).map_err(|_| Error::damaged("a key of the index is no text"))
}

/// Unpacks a zlib stream of at most `limit` bytes; `None` when it is damaged, longer, or followed by something.
fn unpack(packed: &[u8], limit: u64) -> Option<Vec<u8>> {
    let mut rest = packed;
    let mut bytes = Vec::new();
    let read = ZlibDecoder::new(&mut rest).take(limit + 1).read_to_end(&mut bytes).ok()?;
    (read as u64 <= limit && rest.is_empty()).then_some(bytes)
}
