//! `Debug` of models: the fields that are present, without secrets and personal data.

use std::fmt;

use super::Model;
use super::members::Members;
use super::text::Text;
use super::wire::Wire;
use crate::rules::Shape;
use crate::upload::UploadFile;

/// Writes a model as `Name { field: value, .. }`. A sensitive field shows `***`, so that models can be logged.
///
/// # Errors
/// What the formatter reports.
pub fn debug<T: Model>(model: &T, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
    let path = std::any::type_name::<T>();
    let name = path.rsplit("::").next().unwrap_or(path);
    let mut members = DebugMembers { fields: formatter.debug_struct(name), shape: T::shape() };
    model.put(&mut members);
    if !model.extra().is_empty() {
        members.fields.field("extra", model.extra());
    }
    members.fields.finish()
}

struct DebugMembers<'a, 'b> {
    fields: fmt::DebugStruct<'a, 'b>,
    shape: &'static Shape<'static>,
}

impl DebugMembers<'_, '_> {
    fn show(&mut self, name: &str, value: Option<&dyn fmt::Debug>) -> &mut Self {
        if let Some(value) = value {
            let hidden =
                self.shape.fields.iter().any(|field| field.name == name && field.sensitive.is_some());
            match hidden {
                true => self.fields.field(name, &format_args!("***")),
                false => self.fields.field(name, value),
            };
        }
        self
    }
}

impl Members for DebugMembers<'_, '_> {
    fn put<T: Wire>(&mut self, name: &'static str, value: &Option<T>) -> &mut Self {
        self.show(name, value.as_ref().map(|value| value as &dyn fmt::Debug))
    }

    fn put_json<T: Wire>(&mut self, name: &'static str, value: &Option<T>) -> &mut Self {
        self.put(name, value)
    }

    fn put_csv<T: Text + Wire>(&mut self, name: &'static str, value: &Option<Vec<T>>) -> &mut Self {
        self.put(name, value)
    }

    fn put_file(&mut self, name: &'static str, file: &Option<UploadFile>) -> &mut Self {
        self.show(name, file.as_ref().map(|file| file as &dyn fmt::Debug))
    }
}
