//! From items to the bytes of an archive.

use std::io::Write;

use flate2::Compression;
use flate2::write::ZlibEncoder;

use crate::archive::{CHUNK, MAGIC, TEXT_LIMIT};
use crate::error::Error;
use crate::varint;

/// Writes an archive of items: key and text.
///
/// Items are kept in the order in which they come, so that items that are read together should come together: one
/// chunk then holds them. The same items in the same order give the same bytes.
///
/// # Errors
/// [`Error::Twice`] when two items have one key, and [`Error::TooLarge`] for an item, or keys together, of more
/// than 64 MiB.
///
/// # Examples
/// ```
/// let bytes = alipay_spec::pack([("b", "2"), ("a", "1")])?;
/// assert_eq!(alipay_spec::Archive::open(&bytes)?.get("a")?, Some("1"));
/// assert!(alipay_spec::pack([("a", "1"), ("a", "2")]).is_err());
/// # Ok::<(), alipay_spec::Error>(())
/// ```
pub fn pack<K, T>(items: impl IntoIterator<Item = (K, T)>) -> Result<Vec<u8>, Error>
where
    K: Into<String>,
    T: AsRef<str>,
{
    let mut chunks = Chunks::default();
    let mut places = Vec::new();
    for (key, text) in items {
        let (key, text) = (key.into(), text.as_ref());
        let length = u32::try_from(text.len()).ok().filter(|length| *length <= TEXT_LIMIT);
        let length = length.ok_or_else(|| Error::TooLarge(format!("the item `{key}`")))?;
        let (chunk, start) = chunks.add(text)?;
        places.push((key, [chunk, start, length]));
    }
    let chunks = chunks.finish()?;
    if places.iter().map(|(key, _)| key.len()).sum::<usize>() > TEXT_LIMIT as usize {
        return Err(Error::TooLarge("the keys together".to_owned()));
    }
    places.sort();
    let mut neighbours = places.iter().zip(places.iter().skip(1));
    if let Some(((key, _), _)) = neighbours.find(|((one, _), (other, _))| one == other) {
        return Err(Error::Twice(key.clone()));
    }
    let index = compress(&index(&chunks, &places)?);

    let mut bytes = MAGIC.to_vec();
    bytes.extend(count(index.len())?.to_le_bytes());
    bytes.extend(index);
    chunks.iter().for_each(|(packed, _)| bytes.extend(packed));
    Ok(bytes)
}

/// Chunks, each with its length before packing, then the keys in their order, each without what it shares with the
/// key before.
fn index(chunks: &[(Vec<u8>, u32)], places: &[(String, [u32; 3])]) -> Result<Vec<u8>, Error> {
    let mut index = Vec::new();
    varint::put(&mut index, count(chunks.len())?);
    for (packed, length) in chunks {
        varint::put(&mut index, count(packed.len())?);
        varint::put(&mut index, *length);
    }
    varint::put(&mut index, count(places.len())?);
    let mut before = "";
    for (key, place) in places {
        let shared = key.bytes().zip(before.bytes()).take_while(|(one, other)| one == other).count();
        let rest = key.as_bytes().get(shared..).unwrap_or_default();
        varint::put(&mut index, count(shared)?);
        varint::put(&mut index, count(rest.len())?);
        index.extend(rest);
        place.iter().for_each(|number| varint::put(&mut index, *number));
        before = key;
    }
    Ok(index)
}

/// Items joined to chunks of about [`CHUNK`] bytes.
#[derive(Default)]
struct Chunks {
    /// Packed, and the length before.
    done: Vec<(Vec<u8>, u32)>,
    open: String,
}

impl Chunks {
    /// The number of the chunk that the text went to, and its offset there.
    fn add(&mut self, text: &str) -> Result<(u32, u32), Error> {
        if !self.open.is_empty() && self.open.len() + text.len() > CHUNK {
            self.close()?;
        }
        let place = (count(self.done.len())?, count(self.open.len())?);
        self.open.push_str(text);
        Ok(place)
    }

    fn close(&mut self) -> Result<(), Error> {
        self.done.push((compress(self.open.as_bytes()), count(self.open.len())?));
        self.open.clear();
        Ok(())
    }

    fn finish(mut self) -> Result<Vec<(Vec<u8>, u32)>, Error> {
        self.close()?;
        Ok(self.done)
    }
}

fn compress(bytes: &[u8]) -> Vec<u8> {
    // The best level takes twice as long, and saves half a percent.
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    // Writing to memory does not fail.
    let written = encoder.write_all(bytes).and_then(|()| encoder.finish());
    written.unwrap_or_default()
}

fn count(number: usize) -> Result<u32, Error> {
    u32::try_from(number).map_err(|_| Error::TooLarge("the archive".to_owned()))
}
