//! Files on their way out: read on tokio's threads for blocking work, one chunk ahead of the connection.

use std::future::Future;
use std::io::{self, Read};
use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll, ready};

use alipay_core::http::{Multipart, MultipartReader, SendFailure, SendFailureKind, Sent};
use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use tokio::task::{JoinHandle, spawn_blocking};

/// Bytes that are read at once.
const CHUNK: usize = 64 * 1024;

/// Why a file could not be read while it was sent. The HTTP library would hide it behind an error of its own.
#[derive(Debug, Default)]
pub(crate) struct Failed(Arc<OnceLock<io::Error>>);

impl Failed {
    /// The failure of the request, if a file is to blame. Parts before it may have been sent.
    pub(crate) fn failure(&self) -> Option<SendFailure> {
        let message = self.0.get()?.to_string();
        Some(SendFailure::new(Sent::Maybe, SendFailureKind::Request, message))
    }
}

/// Opens the files. Nothing has been sent if that fails.
pub(crate) async fn body(upload: &Multipart, failed: &Failed) -> Result<reqwest::Body, SendFailure> {
    let unreadable = |error| SendFailure::new(Sent::No, SendFailureKind::Request, error);
    let left = upload.content_length();
    let upload = upload.clone();
    let opened = spawn_blocking(move || upload.open()).await;
    let reader = opened.map_err(io::Error::other).flatten().map_err(unreadable)?;
    let failed = Arc::clone(&failed.0);
    Ok(reqwest::Body::wrap(UploadBody { next: Some(read_on(reader)), left, failed }))
}

/// A chunk, empty at the end, and the reader to go on with.
type Chunk = io::Result<(Vec<u8>, MultipartReader)>;

fn read_on(mut reader: MultipartReader) -> JoinHandle<Chunk> {
    spawn_blocking(move || {
        let mut chunk = vec![0; CHUNK];
        let length = reader.read(&mut chunk)?;
        chunk.truncate(length);
        Ok((chunk, reader))
    })
}

struct UploadBody {
    next: Option<JoinHandle<Chunk>>,
    left: u64,
    failed: Arc<OnceLock<io::Error>>,
}

impl Body for UploadBody {
    type Data = Bytes;
    type Error = &'static str;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        let Some(next) = &mut self.next else { return Poll::Ready(None) };
        // A reader that panicked is one that failed.
        let read = ready!(Pin::new(next).poll(context)).map_err(io::Error::other).flatten();
        self.next = None;
        Poll::Ready(match read {
            Ok((chunk, _)) if chunk.is_empty() => None,
            Ok((chunk, reader)) => {
                self.left = self.left.saturating_sub(u64::try_from(chunk.len()).unwrap_or(u64::MAX));
                self.next = Some(read_on(reader));
                Some(Ok(Frame::data(chunk.into())))
            }
            Err(error) => {
                let _ = self.failed.set(error);
                Some(Err("a file could not be read"))
            }
        })
    }

    fn is_end_stream(&self) -> bool {
        self.left == 0
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left)
    }
}
