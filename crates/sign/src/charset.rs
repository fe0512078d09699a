//! The charsets of the gateway. A charset decides which bytes are signed, so nothing here replaces a
//! character.

use std::borrow::Cow;
use std::error::Error;
use std::fmt;
use std::str::FromStr;

use encoding_rs::{DecoderResult, Encoding, GB18030, UTF_8};

/// A charset, with the spelling that goes on the wire.
///
/// Two charsets are equal when their spelling is; ask [`Charset::is_utf_8`] about the encoding itself.
///
/// ```
/// use alipay_sign::Charset;
///
/// let charset = Charset::parse("gbk")?;
/// assert_eq!(charset.label(), "gbk");
/// assert_eq!(charset.encode("四川").unwrap().as_ref(), b"\xcb\xc4\xb4\xa8");
/// # Ok::<(), alipay_sign::UnknownCharset>(())
/// ```
#[derive(Clone, Eq, Hash, PartialEq)]
pub struct Charset {
    label: Cow<'static, str>,
    family: Family,
}

#[derive(Clone, Copy, Eq, Hash, PartialEq)]
enum Family {
    Utf8,
    /// Written with the characters of the gateway's GBK alone; read as its superset GB18030 (protocol-v2 §1.5).
    Gbk,
    Gb18030,
}

impl Charset {
    /// `UTF-8`, the charset to prefer.
    #[must_use]
    pub const fn utf_8() -> Self {
        Self { label: Cow::Borrowed("UTF-8"), family: Family::Utf8 }
    }

    /// `GBK`, the gateway's own default when a message names none.
    #[must_use]
    pub const fn gbk() -> Self {
        Self { label: Cow::Borrowed("GBK"), family: Family::Gbk }
    }

    /// Reads `utf-8`, `UTF8`, `GBK`, `gb2312` or `GB18030` in any case, and keeps the spelling for the wire.
    ///
    /// # Errors
    /// [`UnknownCharset`] for any other text.
    pub fn parse(label: &str) -> Result<Self, UnknownCharset> {
        let family = match label.to_ascii_lowercase().as_str() {
            "utf-8" | "utf8" => Family::Utf8,
            "gbk" | "gb2312" => Family::Gbk,
            "gb18030" => Family::Gb18030,
            _ => return Err(UnknownCharset { seen: label.chars().take(40).collect() }),
        };
        Ok(Self { label: Cow::Owned(label.to_owned()), family })
    }

    /// The spelling for the wire, as it was configured.
    #[must_use]
    pub fn label(&self) -> &str {
        &self.label
    }

    /// Whether text is written and read as UTF-8.
    #[must_use]
    pub fn is_utf_8(&self) -> bool {
        self.family == Family::Utf8
    }

    /// The bytes of `text` in this charset. GBK and GB2312 write one or two bytes a character, never four, and only
    /// characters that the gateway's GBK reads back: `€` is A2 E3, and `䶮`, which GB18030 added, is refused.
    ///
    /// # Errors
    /// [`EncodeError`] names the first character that the charset does not have. Nothing is ever replaced: a
    /// `?` or an HTML reference would be signed and sent in place of what was meant (protocol-v2 §1.4).
    pub fn encode<'a>(&self, text: &'a str) -> Result<Cow<'a, [u8]>, EncodeError> {
        if let Some(bytes) = self.write(text) {
            return Ok(bytes);
        }
        let is_foreign = |character: char| self.write(character.encode_utf8(&mut [0; 4])).is_none();
        let culprit = text.chars().zip(1..).find(|(character, _)| is_foreign(*character));
        let (character, position) = culprit.unwrap_or((char::REPLACEMENT_CHARACTER, 0));
        Err(EncodeError { charset: self.label().to_owned(), parameter: None, character, position })
    }

    /// The bytes of `text`, unless it has a character that the charset does not.
    fn write<'a>(&self, text: &'a str) -> Option<Cow<'a, [u8]>> {
        let (bytes, _, unmappable) = self.encoding().encode(text);
        // A few private-use characters are written as the bytes of another character: they do not come back.
        let comes_back = || self.decode(&bytes).is_ok_and(|read| read == text);
        let is_there = match self.family {
            Family::Utf8 => true,
            Family::Gbk => !unmappable && is_gbk(&bytes) && comes_back(),
            Family::Gb18030 => !unmappable && comes_back(),
        };
        is_there.then_some(bytes)
    }

    /// The text of `bytes` in this charset. A byte order mark is kept, as U+FEFF.
    ///
    /// # Errors
    /// [`DecodeError`] gives the offset of the first sequence that is not in the charset. Nothing is ever
    /// replaced.
    pub fn decode(&self, bytes: &[u8]) -> Result<String, DecodeError> {
        let mut decoder = self.encoding().new_decoder_without_bom_handling();
        let fail = |offset| DecodeError { charset: self.label().to_owned(), offset };
        let Some(capacity) = decoder.max_utf8_buffer_length_without_replacement(bytes.len()) else {
            return Err(fail(0));
        };
        let mut text = String::with_capacity(capacity);
        match decoder.decode_to_string_without_replacement(bytes, &mut text, true) {
            (DecoderResult::InputEmpty, _) => Ok(text),
            (DecoderResult::Malformed(length, after), read) => {
                Err(fail(read.saturating_sub(usize::from(length) + usize::from(after))))
            }
            (DecoderResult::OutputFull, read) => Err(fail(read)),
        }
    }

    /// The text of `bytes` with U+FFFD for what is not in this charset. For text that is only shown, never signed or
    /// compared.
    #[must_use]
    pub fn decode_lossy(&self, bytes: &[u8]) -> String {
        self.encoding().decode_without_bom_handling(bytes).0.into_owned()
    }

    /// GBK is written as GB18030, too: encoding_rs's own GBK writes `€` as the byte 80, which the gateway cannot read.
    const fn encoding(&self) -> &'static Encoding {
        match self.family {
            Family::Utf8 => UTF_8,
            Family::Gbk | Family::Gb18030 => GB18030,
        }
    }
}

/// Whether text in GB18030 is text in the gateway's GBK, which is Java's: no four bytes, and none of the pairs that
/// GB18030 gave away or changed. Java reads those as private use (A892 as `♁`), so `⊕` or `䶮` would arrive altered.
fn is_gbk(bytes: &[u8]) -> bool {
    let mut rest = bytes.iter();
    while let Some(&lead) = rest.next() {
        let Some(&trail) = (if lead.is_ascii() { Some(&0) } else { rest.next() }) else { return false };
        let is_missing = matches!(
            (lead, trail),
            (_, 0x30..=0x39)
                | (0xa6, 0xd9..=0xdf | 0xec | 0xed | 0xf3)
                | (0xa8, 0x92 | 0xbc | 0xbf)
                | (0xa9, 0x89..=0x95)
                | (0xfe, 0x50..=0xa0)
        );
        if is_missing {
            return false;
        }
    }
    true
}

impl fmt::Debug for Charset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Charset").field(&self.label).finish()
    }
}

impl fmt::Display for Charset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.label)
    }
}

impl FromStr for Charset {
    type Err = UnknownCharset;

    fn from_str(label: &str) -> Result<Self, Self::Err> {
        Self::parse(label)
    }
}

/// A text that names no charset of the gateway.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct UnknownCharset {
    seen: String,
}

impl fmt::Display for UnknownCharset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "unknown charset {:?}: use UTF-8, GBK, GB2312 or GB18030", self.seen)
    }
}

impl Error for UnknownCharset {}

/// A character that the charset does not have.
///
/// What to do: use UTF-8, or leave the character out.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct EncodeError {
    charset: String,
    parameter: Option<String>,
    character: char,
    position: usize,
}

impl EncodeError {
    /// The character.
    #[must_use]
    pub const fn character(&self) -> char {
        self.character
    }

    /// Where it stands in its text, counted in characters from 1.
    #[must_use]
    pub const fn position(&self) -> usize {
        self.position
    }

    /// The parameter whose value holds it, where known.
    #[must_use]
    pub fn parameter(&self) -> Option<&str> {
        self.parameter.as_deref()
    }

    pub(crate) fn in_parameter(mut self, name: &str) -> Self {
        self.parameter = Some(name.to_owned());
        self
    }
}

impl fmt::Display for EncodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { charset, parameter, character, position } = self;
        let code = u32::from(*character);
        if let Some(name) = parameter {
            write!(f, "parameter {name}: ")?;
        }
        write!(
            f,
            "{character:?} (U+{code:04X}, character {position}) does not exist in {charset}: use UTF-8 or \
             drop it"
        )
    }
}

impl Error for EncodeError {}

/// Bytes that are not text in the charset.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct DecodeError {
    charset: String,
    offset: usize,
}

impl DecodeError {
    /// The first byte that does not belong, counted from 0.
    #[must_use]
    pub const fn offset(&self) -> usize {
        self.offset
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "byte {} does not belong to {} text: the bytes are in another charset or damaged",
            self.offset, self.charset
        )
    }
}

impl Error for DecodeError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_character_that_would_come_back_as_another_is_refused() {
        for character in ["\u{e78d}", "\u{e796}", "\u{e81e}", "\u{e864}"] {
            let error = Charset::gbk().encode(&format!("券{character}")).unwrap_err();
            assert_eq!((error.character().to_string().as_str(), error.position()), (character, 2));
        }
        assert!(Charset::gbk().encode("优酷").is_ok());
    }

    #[test]
    fn the_euro_sign_is_written_as_the_gateway_reads_it() {
        for label in ["GBK", "gb2312", "GB18030"] {
            let charset = Charset::parse(label).unwrap();
            assert_eq!(charset.encode("10€").unwrap().as_ref(), b"10\xa2\xe3", "{label}");
            assert_eq!(charset.decode(b"10\xa2\xe3").unwrap(), "10€", "{label}");
        }
    }

    // What Java 17 has no bytes for in GBK, of all that GB18030 writes with two.
    const NOT_IN_GBK: &str = "ǹḿ⊕⺁⺄⺈⺋⺌⺗⺧⺪⺮⺳⺶⺷⺻⻊⿰⿱⿲⿳⿴⿵⿶⿷⿸⿹⿺⿻〾㑇㑳㖞㘎㘚㤘㥮㧏㧐㧟㩳㭎㱮㳠䁖䅟䌷䎬䎱䏝䓖䙌䙡䜣䜩䝼䞍䥇䥺\
                              䥽䦂䦃䦅䦆䦛䦟䦶䦷䱷䲟䲠䲡䲢䲣䴓䴔䴕䴖䴗䴘䴙䶮龴龵龶龷龸龹龺龻︐︑︒︓︔︕︖︗︘︙";

    #[test]
    fn characters_that_only_gb18030_has_are_refused_in_gbk() {
        assert_eq!(NOT_IN_GBK.chars().count(), 100);
        for character in NOT_IN_GBK.chars() {
            let text = format!("刘{character}");
            let error = Charset::gbk().encode(&text).unwrap_err();
            assert_eq!((error.character(), error.position()), (character, 2));
            assert!(Charset::parse("GB18030").unwrap().encode(&text).is_ok(), "{text}");
        }
    }

    #[test]
    fn gbk_keeps_what_stands_next_to_the_gaps() {
        let text = "丂狛镕囧～·—…￥ⅰⅩ︵﹊︻￣〒㈱℡ɡㄅ〇︴々\u{3000}";
        assert_eq!(Charset::gbk().encode(text).unwrap().len(), 2 * text.chars().count());
    }

    #[test]
    fn labels_keep_their_spelling() {
        for label in ["utf-8", "UTF8", "GBK", "gb2312", "GB18030", "gBk"] {
            assert_eq!(Charset::parse(label).unwrap().to_string(), label);
        }
        assert!(Charset::parse("Utf8").unwrap().is_utf_8());
        assert!(!Charset::gbk().is_utf_8());
        assert_eq!(
            Charset::parse("latin1").unwrap_err().to_string(),
            r#"unknown charset "latin1": use UTF-8, GBK, GB2312 or GB18030"#
        );
    }

    #[test]
    fn an_unmappable_character_is_named_with_its_place() {
        for label in ["GBK", "gb2312"] {
            let error = Charset::parse(label).unwrap().encode("优惠🎁").unwrap_err();
            assert_eq!((error.character(), error.position()), ('🎁', 3));
            assert_eq!(
                error.to_string(),
                format!("'🎁' (U+1F381, character 3) does not exist in {label}: use UTF-8 or drop it")
            );
        }
    }

    #[test]
    fn only_gb18030_writes_four_bytes() {
        assert_eq!(Charset::parse("GB18030").unwrap().encode("🎁").unwrap().len(), 4);
        assert!(Charset::gbk().encode("㐁").is_err());
    }

    #[test]
    fn gbk_reads_its_superset() {
        let bytes = Charset::parse("GB18030").unwrap().encode("四🎁川").unwrap().into_owned();
        assert_eq!(Charset::gbk().decode(&bytes).unwrap(), "四🎁川");
    }

    #[test]
    fn foreign_bytes_are_refused_with_their_offset() {
        assert_eq!(Charset::utf_8().decode(b"ab\xcb\xc4").unwrap_err().offset(), 2);
        assert_eq!(Charset::gbk().decode(b"abc\xff").unwrap_err().offset(), 3);
        assert_eq!(Charset::gbk().decode(b"ab\xcb").unwrap_err().offset(), 2);
    }

    #[test]
    fn a_byte_order_mark_is_not_swallowed() {
        assert_eq!(Charset::utf_8().decode(b"\xef\xbb\xbfa").unwrap(), "\u{feff}a");
    }
}
