//! Numbers in the index: seven bits a byte, the lowest first.

use crate::error::Error;

pub(crate) fn put(out: &mut Vec<u8>, mut number: u32) {
    while number > 0x7f {
        out.push((number & 0x7f) as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

/// Takes numbers and bytes off the front of the index.
#[derive(Debug)]
pub(crate) struct Reader<'a>(pub(crate) &'a [u8]);

impl<'a> Reader<'a> {
    pub(crate) fn number(&mut self) -> Result<u32, Error> {
        let mut number = 0_u32;
        for shift in [0, 7, 14, 21, 28] {
            let (byte, rest) = self.0.split_first().ok_or_else(|| Error::damaged("the index ends early"))?;
            self.0 = rest;
            let bits = u32::from(byte & 0x7f);
            number |= bits << shift;
            if byte & 0x80 == 0 {
                let fits = shift < 28 || bits < 16;
                return if fits {
                    Ok(number)
                } else {
                    Err(Error::damaged("a number of the index is too large"))
                };
            }
        }
        Err(Error::damaged("a number of the index is too long"))
    }

    pub(crate) fn bytes(&mut self, count: u32) -> Result<&'a [u8], Error> {
        let (bytes, rest) =
            self.0.split_at_checked(count as usize).ok_or_else(|| Error::damaged("the index ends early"))?;
        self.0 = rest;
        Ok(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::{Reader, put};

    #[test]
    fn numbers_are_read_as_written() {
        let numbers = [0, 1, 127, 128, 300, 16_383, 16_384, u32::MAX - 1, u32::MAX];
        let mut bytes = Vec::new();
        numbers.iter().for_each(|number| put(&mut bytes, *number));
        let mut reader = Reader(&bytes);
        for number in numbers {
            assert_eq!(reader.number(), Ok(number));
        }
        assert!(reader.number().is_err());
    }

    #[test]
    fn numbers_of_more_than_32_bits_are_refused() {
        for bytes in [[0xff, 0xff, 0xff, 0xff, 0x1f], [0xff, 0xff, 0xff, 0xff, 0xff]] {
            assert!(Reader(&bytes).number().is_err(), "{bytes:x?}");
        }
    }
}
