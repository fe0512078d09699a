//! Answers on their way in, piece by piece.

use std::fmt;
use std::io::{ErrorKind, Read};

use alipay_core::http::{BlockingBody, SendFailure};
use ureq::{Body, BodyReader};

use crate::failure;

/// Bytes that are read at once.
const CHUNK: usize = 64 * 1024;

/// The rest of an answer.
pub(crate) struct UreqBody {
    reader: BodyReader<'static>,
    buffer: Vec<u8>,
}

impl UreqBody {
    pub(crate) fn new(body: Body) -> Self {
        // The limit is kept by those who read.
        Self { reader: body.into_with_config().limit(u64::MAX).reader(), buffer: vec![0; CHUNK] }
    }
}

impl BlockingBody for UreqBody {
    fn chunk(&mut self) -> Result<Option<Vec<u8>>, SendFailure> {
        loop {
            return match self.reader.read(&mut self.buffer) {
                Ok(0) => Ok(None),
                Ok(length) => Ok(self.buffer.get(..length).map(<[u8]>::to_vec)),
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) => Err(failure(error.into())),
            };
        }
    }
}

impl fmt::Debug for UreqBody {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("UreqBody")
    }
}
