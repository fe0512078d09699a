//! HTTP messages in files: as `curl -i` prints answers, and as `alipay notify record` writes requests.

use std::path::Path;

use alipay_api::http::HttpResponse;

use crate::failure::Complaint;
use crate::input;

/// A message with head and body, or a body alone.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Captured {
    /// `HTTP/1.1 200 OK`, or `POST /notify?from=1 HTTP/1.1`; empty where there is only a body.
    pub(crate) first_line: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

const VERBS: [&str; 5] = ["GET ", "POST ", "PUT ", "PATCH ", "DELETE "];

impl Captured {
    /// The message in the argument FILE, or on stdin.
    pub(crate) fn read(file: &Path) -> Result<Self, Complaint> {
        Ok(Self::parse(&input::read("FILE", file)?))
    }

    /// The same of a form: editors end a file with a line break, and no form does.
    pub(crate) fn read_form(file: &Path) -> Result<Self, Complaint> {
        let mut captured = Self::read(file)?;
        if captured.first_line.is_empty() {
            captured.body.truncate(captured.body.trim_ascii_end().len());
        }
        Ok(captured)
    }

    /// The same of an answer of v3, which is nothing without its headers.
    pub(crate) fn read_rest(file: &Path) -> Result<HttpResponse, Complaint> {
        let Self { first_line, headers, body } = &Self::read(file)?;
        let Some(status) = first_line.strip_prefix("HTTP/").and_then(|_| status(first_line)) else {
            let fix = "the signature stands in the headers: give the whole answer, as `curl -i` prints it";
            return Err(Complaint::new("FILE", "it does not begin with the status line of an answer", fix));
        };
        Ok(HttpResponse::new(status, headers.clone(), body.clone()))
    }

    /// Takes `bytes` apart. What does not begin with the first line of a message is a body, every byte of it.
    pub(crate) fn parse(bytes: &[u8]) -> Self {
        let body_alone = || Self { first_line: String::new(), headers: Vec::new(), body: bytes.to_vec() };
        let Some((first, mut rest)) = line(bytes) else { return body_alone() };
        let is_request = VERBS.iter().any(|verb| first.starts_with(verb)) && first.contains(" HTTP/");
        if !first.starts_with("HTTP/") && !is_request {
            return body_alone();
        }
        let mut headers = Vec::new();
        while let Some((header, after)) = line(rest) {
            rest = after;
            if header.is_empty() {
                break;
            }
            if let Some((name, value)) = header.split_once(':') {
                headers.push((name.trim().to_owned(), value.trim().to_owned()));
            }
        }
        Self { first_line: first, headers, body: rest.to_vec() }
    }

    /// The message as it is written to a file.
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        let headers = self.headers.iter().map(|(name, value)| format!("{name}: {value}\r\n"));
        let mut bytes = format!("{}\r\n{}\r\n", self.first_line, headers.collect::<String>()).into_bytes();
        bytes.extend_from_slice(&self.body);
        bytes
    }

    /// The header called `name`, in any case.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    /// The number in the first line of an answer; 200 where there is none.
    pub(crate) fn status(&self) -> u16 {
        status(&self.first_line).unwrap_or(200)
    }

    /// The query in the first line of a request.
    pub(crate) fn query(&self) -> &str {
        let target = self.first_line.split(' ').nth(1).unwrap_or_default();
        target.split_once('?').map_or("", |(_, query)| query)
    }
}

/// The number in the first line of an answer.
fn status(first_line: &str) -> Option<u16> {
    first_line.split(' ').nth(1)?.parse().ok()
}

/// The first line as text without its end, and what follows. `None` at the end of the bytes.
fn line(bytes: &[u8]) -> Option<(String, &[u8])> {
    let end = bytes.iter().position(|byte| *byte == b'\n')?;
    let (line, rest) = bytes.split_at(end);
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    Some((String::from_utf8_lossy(line).into_owned(), rest.get(1..).unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_alone_keeps_every_byte() {
        for body in [&b"{\"a\":1}\r\n"[..], b"a=1&b=%CB%C4", b"", b"POSTSCRIPT\n\nx", b"\xcb\xc4\n\n"] {
            let captured = Captured::parse(body);
            assert_eq!((captured.first_line.as_str(), captured.body.as_slice()), ("", body));
        }
    }

    #[test]
    fn heads_with_either_line_break_are_taken_off() {
        for text in ["HTTP/2 404 \r\nA: b\r\nc:d:e\r\n\r\n{}\n", "HTTP/2 404 \nA: b\nc:d:e\n\n{}\n"] {
            let captured = Captured::parse(text.as_bytes());
            assert_eq!((captured.status(), captured.body.as_slice()), (404, b"{}\n".as_slice()), "{text}");
            assert_eq!((captured.header("a"), captured.header("C")), (Some("b"), Some("d:e")));
        }
    }

    #[test]
    fn what_is_written_is_read_again() {
        let captured = Captured {
            first_line: "POST /notify?from=1 HTTP/1.1".to_owned(),
            headers: vec![("content-type".to_owned(), "text/plain".to_owned())],
            body: b"a=1\r\n\r\n&b=\xcb\xc4".to_vec(),
        };
        assert_eq!(Captured::parse(&captured.to_bytes()), captured);
        assert_eq!(captured.query(), "from=1");
    }
}
