//! The parameters of a v2 request, from query and body alike (protocol-v2 §1.3, §1.5).

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use alipay_core::http::HttpRequest;
use alipay_sign::{Charset, parse_form};

use crate::multipart::{File, Parts};

/// Decoded parameters and the charset that they ask for.
pub(super) struct Params {
    pairs: BTreeMap<String, String>,
    charset: Charset,
    /// Whether characters were read without knowing their charset, or are none in it.
    misread: bool,
    pub(super) files: Vec<File>,
    /// Bytes of the body as it came.
    pub(super) body_len: usize,
    /// Why they cannot be used, where that is so.
    pub(super) broken: Option<Broken>,
}

/// What is wrong with the form itself.
pub(super) enum Broken {
    /// `charset` names none.
    Charset(String),
    /// The parts of an upload cannot be told apart.
    Upload(String),
    /// The form cannot be taken apart, or a name stands there twice.
    Form(String),
}

impl Params {
    /// Reads what it can; what it cannot is kept in `broken`.
    pub(super) fn read(request: &HttpRequest, query: &str) -> Self {
        let mut broken = None;
        let mut pairs = Vec::new();
        let mut files = Vec::new();
        match parse_form(query.as_bytes()) {
            Ok(found) => pairs.push(found),
            Err(error) => broken = Some(Broken::Form(error.to_string())),
        }
        match Parts::read(request) {
            None => match parse_form(&request.body) {
                Ok(found) => pairs.push(found),
                Err(error) => broken = Some(Broken::Form(error.to_string())),
            },
            Some(Ok(parts)) => {
                // Some official clients put the texts of uploads in both places.
                let in_query = pairs.first().cloned().unwrap_or_default();
                pairs.push(parts.texts.into_iter().filter(|pair| !in_query.contains(pair)).collect());
                files = parts.files;
            }
            Some(Err(what)) => broken = Some(Broken::Upload(what)),
        }
        let in_query = pairs.first().and_then(|pairs| ascii(pairs, "charset"));
        let anywhere = pairs.iter().find_map(|pairs| ascii(pairs, "charset"));
        let announced = request.header("content-type").and_then(announced);
        // What says nothing in time is read as GBK: the charset in the body comes too late to read the body.
        let said = in_query.clone().or(announced);
        let unsaid = said.is_none();
        let reading = said.unwrap_or_else(|| "GBK".to_owned());
        let (reading, wanted) = (Charset::parse(&reading), anywhere.as_deref().map(Charset::parse));
        let charset = match (wanted, &reading) {
            (Some(Ok(wanted)), _) => wanted,
            (None, Ok(reading)) => reading.clone(),
            (Some(Err(error)), _) => {
                broken = Some(Broken::Charset(error.to_string()));
                Charset::utf_8()
            }
            (None, Err(error)) => {
                broken = Some(Broken::Charset(error.to_string()));
                Charset::utf_8()
            }
        };
        let reading = reading.unwrap_or_else(|_| Charset::utf_8());
        // What is not text in its charset stays visibly wrong, so that its signature cannot hold.
        let mut misread = false;
        let mut text = |bytes: Vec<u8>| match reading.decode(&bytes) {
            Ok(text) => {
                misread |= unsaid && !text.is_ascii();
                text
            }
            Err(_) => {
                misread = true;
                bytes.into_iter().map(char::from).collect()
            }
        };
        let mut once = BTreeMap::new();
        for (name, value) in pairs.into_iter().flatten().map(|(name, value)| (text(name), text(value))) {
            match once.entry(name) {
                // Some clients say the same in the query and in the body, and the real gateway takes it.
                Entry::Occupied(known) if *known.get() == value => {}
                Entry::Occupied(known) => {
                    let name = known.key();
                    let what =
                        format!("{name} stands both in the query and in the body, with different values");
                    broken.get_or_insert(Broken::Form(what));
                }
                Entry::Vacant(free) => _ = free.insert(value),
            }
        }
        Self { pairs: once, charset, misread, files, body_len: request.body.len(), broken }
    }

    /// The charset of the signed text and of the answer.
    pub(super) fn charset(&self) -> &Charset {
        &self.charset
    }

    /// Whether the gateway cannot have built the text that was signed: it did not know the charset in time, or the
    /// values are written in another.
    pub(super) fn are_misread(&self) -> bool {
        self.misread
    }

    /// The value called `name`, where it is not blank.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.pairs.get(name).map(String::as_str).filter(|value| !alipay_sign::is_blank(value))
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.pairs.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The string that the gateway builds for the signature.
    pub(super) fn signed_text(&self) -> Vec<u8> {
        let pairs: Vec<_> = self.iter().collect();
        alipay_sign::canonical(&pairs, &self.charset)
            .unwrap_or_else(|_| alipay_sign::canonical(&pairs, &Charset::utf_8()).unwrap_or_default())
    }
}

fn ascii(pairs: &[(Vec<u8>, Vec<u8>)], name: &str) -> Option<String> {
    let (_, value) = pairs.iter().find(|(known, _)| known == name.as_bytes())?;
    String::from_utf8(value.clone()).ok().filter(|label| !label.is_empty())
}

fn announced(content_type: &str) -> Option<String> {
    let label = content_type.split(';').find_map(|part| part.trim().strip_prefix("charset="))?;
    Some(label.trim_matches('"').to_owned())
}
