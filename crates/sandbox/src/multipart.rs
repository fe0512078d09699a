//! Bodies of uploads (protocol-v2 §8.1, protocol-v3 §2.4): text parts, and files of which the size and a digest are
//! kept.

use std::convert::Infallible;
use std::future::{Future, ready};
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use alipay_core::http::HttpRequest;
use alipay_sign::{Charset, MAX_FORM_PAIRS};
use futures_util::stream;
use multer::bytes::Bytes;
use sha2::{Digest as _, Sha256};

/// The parts of a body.
#[derive(Debug, Default)]
pub(crate) struct Parts {
    /// Names and values as they came.
    pub(crate) texts: Vec<(Vec<u8>, Vec<u8>)>,
    pub(crate) files: Vec<File>,
}

/// A file that arrived.
#[derive(Clone, Debug)]
pub(crate) struct File {
    /// Name of the part.
    pub(crate) field: String,
    /// What the sender calls it.
    pub(crate) name: String,
    pub(crate) bytes: usize,
    /// In hexadecimal digits.
    pub(crate) sha256: String,
}

impl Parts {
    /// `None` where the request is no upload; `Err` says why its body cannot be taken apart.
    pub(crate) fn read(request: &HttpRequest) -> Option<Result<Self, String>> {
        let content_type = request.header("content-type")?;
        if !content_type.trim_start().to_ascii_lowercase().starts_with("multipart/") {
            return None;
        }
        let body = match request.whole_body() {
            Ok(body) => Bytes::copy_from_slice(&body),
            Err(error) => return Some(Err(format!("a file cannot be read: {error}"))),
        };
        let parts = multer::parse_boundary(content_type).and_then(|boundary| {
            let body = stream::once(ready(Ok::<_, Infallible>(body)));
            at_once(collect(multer::Multipart::new(body, boundary)))
        });
        Some(match parts {
            Ok(Some(parts)) => Ok(parts),
            Ok(None) => Err(format!("multipart/form-data: more than {MAX_FORM_PAIRS} parts; send fewer")),
            Err(error) => Err(format!("multipart/form-data: {error}")),
        })
    }

    /// The text of the part called `name`; empty where there is none.
    pub(crate) fn text(&self, name: &str) -> &[u8] {
        let found = self.texts.iter().find(|(known, _)| known == name.as_bytes());
        found.map_or(&[], |(_, value)| value)
    }
}

/// `None` where there are more parts than a form may have.
async fn collect(mut body: multer::Multipart<'_>) -> multer::Result<Option<Parts>> {
    let mut parts = Parts::default();
    while let Some(field) = body.next_field().await? {
        if parts.texts.len() + parts.files.len() == MAX_FORM_PAIRS {
            return Ok(None);
        }
        let name = field.name().unwrap_or_default().to_owned();
        let file_name = file_name(&field);
        let content = field.bytes().await?;
        match file_name {
            None => parts.texts.push((name.into_bytes(), content.to_vec())),
            Some(file_name) => parts.files.push(File {
                field: name,
                name: file_name,
                bytes: content.len(),
                sha256: Sha256::digest(&content).iter().map(|byte| format!("{byte:02x}")).collect(),
            }),
        }
    }
    Ok(Some(parts))
}

/// What makes a part a file. The name is bytes in the charset of the sender, which need not be UTF-8.
fn file_name(field: &multer::Field<'_>) -> Option<String> {
    if let Some(name) = field.file_name() {
        return Some(name.to_owned());
    }
    let header = field.headers().get("content-disposition")?.as_bytes();
    let text = Charset::gbk().decode(header).unwrap_or_else(|_| String::from_utf8_lossy(header).into_owned());
    let (_, rest) = text.split_once("filename=")?;
    Some(rest.trim_start_matches('"').split('"').next().unwrap_or_default().to_owned())
}

/// The whole body is there, so nothing is ever waited for.
fn at_once<T>(future: impl Future<Output = multer::Result<T>>) -> multer::Result<T> {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(result) => result,
        Poll::Pending => Err(multer::Error::IncompleteStream),
    }
}
