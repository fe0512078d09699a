//! Where a model's fields go when it is written.

use serde::ser::{Error, SerializeMap};

use super::Model;
use super::text::Text;
use super::wire::{AsSerialize, Wire};
use crate::multipart::Files;
use crate::upload::UploadFile;

/// Receives the fields of a model, in wire order. Absent fields are passed over.
pub trait Members {
    /// Takes one field.
    fn put<T: Wire>(&mut self, name: &'static str, value: &Option<T>) -> &mut Self;

    /// Takes a field that stands on the wire as JSON text inside a string.
    fn put_json<T: Wire>(&mut self, name: &'static str, value: &Option<T>) -> &mut Self;

    /// Takes a field that stands on the wire as values joined by commas in one string.
    fn put_csv<T: Text + Wire>(&mut self, name: &'static str, value: &Option<Vec<T>>) -> &mut Self;

    /// Takes a file, which is a part of its own beside the JSON: what writes JSON passes it over.
    fn put_file(&mut self, name: &'static str, file: &Option<UploadFile>) -> &mut Self {
        let _ = (name, file);
        self
    }
}

/// Collects the files of a request, which are the part of it that JSON cannot hold.
#[derive(Default)]
pub(crate) struct FileMembers {
    pub(crate) files: Files,
}

impl Members for FileMembers {
    fn put<T: Wire>(&mut self, _name: &'static str, _value: &Option<T>) -> &mut Self {
        self
    }

    fn put_json<T: Wire>(&mut self, _name: &'static str, _value: &Option<T>) -> &mut Self {
        self
    }

    fn put_csv<T: Text + Wire>(&mut self, _name: &'static str, _value: &Option<Vec<T>>) -> &mut Self {
        self
    }

    fn put_file(&mut self, name: &'static str, file: &Option<UploadFile>) -> &mut Self {
        self.files.extend(file.clone().map(|file| (name.to_owned(), file)));
        self
    }
}

/// Writes to a serde map. The first error is kept and ends the writing, so that generated code needs no `?`.
pub(super) struct JsonMembers<'a, M: SerializeMap> {
    map: &'a mut M,
    error: Option<M::Error>,
}

impl<'a, M: SerializeMap> JsonMembers<'a, M> {
    pub(super) fn write<T: Model>(model: &T, map: &'a mut M) -> Result<(), M::Error> {
        let mut members = Self { map, error: None };
        model.put(&mut members);
        members.error.map_or(Ok(()), Err)
    }

    fn text(&mut self, name: &'static str, text: Result<String, M::Error>) -> &mut Self {
        let written = text.and_then(|text| self.map.serialize_entry(name, &text));
        self.error = written.err();
        self
    }
}

impl<M: SerializeMap> Members for JsonMembers<'_, M> {
    fn put<T: Wire>(&mut self, name: &'static str, value: &Option<T>) -> &mut Self {
        if let (Some(value), None) = (value, &self.error) {
            self.error = self.map.serialize_entry(name, &AsSerialize(value)).err();
        }
        self
    }

    fn put_json<T: Wire>(&mut self, name: &'static str, value: &Option<T>) -> &mut Self {
        match (value, &self.error) {
            (Some(value), None) => {
                self.text(name, serde_json::to_string(&AsSerialize(value)).map_err(M::Error::custom))
            }
            _ => self,
        }
    }

    fn put_csv<T: Text + Wire>(&mut self, name: &'static str, value: &Option<Vec<T>>) -> &mut Self {
        match (value, &self.error) {
            (Some(values), None) => {
                let texts: Vec<_> = values.iter().map(Text::to_text).collect();
                self.text(name, Ok(texts.join(",")))
            }
            _ => self,
        }
    }
}
