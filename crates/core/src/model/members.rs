//! Where a model's fields go when it is written.

use serde::ser::{Error, SerializeMap};

use super::Model;
use super::extra::Extra;
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

/// The items with commas between them; `None` where one has a comma itself and would be read as two.
pub(crate) fn joined<T: AsRef<str>>(items: &[T]) -> Option<String> {
    let items: Vec<_> = items.iter().map(AsRef::as_ref).collect();
    (!items.iter().any(|item| item.contains(','))).then(|| items.join(","))
}

/// Finds what models keep without a field.
pub(super) struct UnreadMembers<'a> {
    path: &'a str,
    found: &'a mut Vec<String>,
}

impl<'a> UnreadMembers<'a> {
    pub(super) fn find<T: Model>(model: &T, path: &'a str, found: &'a mut Vec<String>) {
        let mut members = Self { path, found };
        for (name, _) in model.extra().iter() {
            let inside = members.inside(name);
            members.found.push(inside);
        }
        model.put(&mut members);
    }

    fn inside(&self, name: &str) -> String {
        if self.path.is_empty() { name.to_owned() } else { format!("{}.{name}", self.path) }
    }
}

impl Members for UnreadMembers<'_> {
    fn put<T: Wire>(&mut self, name: &'static str, value: &Option<T>) -> &mut Self {
        if let Some(value) = value {
            value.unread(&self.inside(name), self.found);
        }
        self
    }

    fn put_json<T: Wire>(&mut self, name: &'static str, value: &Option<T>) -> &mut Self {
        self.put(name, value)
    }

    fn put_csv<T: Text + Wire>(&mut self, _name: &'static str, _value: &Option<Vec<T>>) -> &mut Self {
        self
    }
}

/// Writes to a serde map. The first error is kept and ends the writing, so that generated code needs no `?`.
pub(super) struct JsonMembers<'a, M: SerializeMap> {
    map: &'a mut M,
    extra: &'a Extra,
    error: Option<M::Error>,
}

impl<'a, M: SerializeMap> JsonMembers<'a, M> {
    pub(super) fn write<T: Model>(model: &'a T, map: &'a mut M) -> Result<(), M::Error> {
        let mut members = Self { map, extra: model.extra(), error: None };
        model.put(&mut members);
        members.error.map_or(Ok(()), Err)
    }

    /// Whether a member that is set is written: not after an error, and not beside an addition of the same name. Who
    /// reads a member twice chooses one of them, and nobody knows which.
    fn takes(&mut self, name: &'static str) -> bool {
        if self.error.is_none() && self.extra.get(name).is_some() {
            self.error = Some(M::Error::custom(format_args!("`{name}` is set, and it is in `extra` too")));
        }
        self.error.is_none()
    }

    fn text(&mut self, name: &'static str, text: Result<String, M::Error>) {
        self.error = text.and_then(|text| self.map.serialize_entry(name, &text)).err();
    }
}

impl<M: SerializeMap> Members for JsonMembers<'_, M> {
    fn put<T: Wire>(&mut self, name: &'static str, value: &Option<T>) -> &mut Self {
        if let Some(value) = value
            && self.takes(name)
        {
            self.error = self.map.serialize_entry(name, &AsSerialize(value)).err();
        }
        self
    }

    fn put_json<T: Wire>(&mut self, name: &'static str, value: &Option<T>) -> &mut Self {
        if let Some(value) = value
            && self.takes(name)
        {
            self.text(name, serde_json::to_string(&AsSerialize(value)).map_err(M::Error::custom));
        }
        self
    }

    fn put_csv<T: Text + Wire>(&mut self, name: &'static str, value: &Option<Vec<T>>) -> &mut Self {
        if let Some(values) = value
            && self.takes(name)
        {
            let texts: Vec<_> = values.iter().map(Text::to_text).collect();
            let refused = || {
                let why = "has a comma in it, which would make it two";
                M::Error::custom(format_args!("an item of `{name}` {why}"))
            };
            self.text(name, joined(&texts).ok_or_else(refused));
        }
        self
    }
}
