//! One struct: fields, `new`, setters, and the runtime's trait.

use super::docs::{code, first_sentence, prose};
use super::file::Item;
use super::imports::Imports;
use super::notes::notes;
use super::shape;
use crate::ir::{Field, Ir, Leaf};
use crate::names::ident;
use crate::spec::{Deprecated, Need};
use crate::types::{Inner, Scalar, Type};

/// A struct to be written.
pub(super) struct Model<'a> {
    pub(super) name: &'a str,
    /// Lines of documentation.
    pub(super) docs: Vec<String>,
    pub(super) alias: Option<&'a str>,
    pub(super) fields: &'a [Field<'a>],
    /// Whether it is sent: then it has `new`, setters and rules.
    pub(super) asked: bool,
}

/// The regular parts of a model are written as text: there are tens of thousands of models, and parsing and printing
/// tokens takes ten times as long as everything else that the generator does.
impl Model<'_> {
    pub(super) fn items(&self, ir: &Ir<'_>, imports: &mut Imports<'_>) -> Vec<Item> {
        imports.runtime("model");
        let mut items = vec![Item::Text(self.declaration(ir, imports))];
        if self.asked && !self.fields.is_empty() {
            items.push(Item::Text(self.methods(imports)));
        }
        match self.shape(ir, imports) {
            Ok(shape) => items.push(Item::Text(self.implementation(&shape))),
            Err(broken) => items.push(broken),
        }
        items.push(Item::Text(format!("alipay_core::model!({});\n", self.name)));
        items
    }

    fn declaration(&self, ir: &Ir<'_>, imports: &mut Imports<'_>) -> String {
        let mut out = String::new();
        comment(&mut out, "", &self.docs);
        if let Some(alias) = self.alias {
            out.push_str(&format!("#[doc(alias = {alias:?})]\n"));
        }
        let head = "#[derive(Clone, Default, PartialEq)]\n#[non_exhaustive]\npub struct";
        out.push_str(&format!("{head} {} {{\n", ident(self.name)));
        for field in self.fields {
            let mut lines = vec![words(ir, field)];
            let notes = notes(field, self.fields, self.asked);
            if !notes.is_empty() {
                lines.extend([String::new(), notes]);
            }
            comment(&mut out, INDENT, &lines);
            out.push_str(&format!("    pub {}: {},\n", ident(&field.rust), imports.field(field)));
        }
        out.push_str("    /// Members without a field of their own: kept, and sent as they are.\n");
        out.push_str("    pub extra: model::Extra,\n}\n");
        out
    }

    fn methods(&self, imports: &mut Imports<'_>) -> String {
        let mut out = format!("impl {} {{\n", ident(self.name));
        self.new_function(&mut out, imports);
        for field in self.fields {
            let name = ident(&field.rust);
            let text = match first_sentence(&field.spec.doc) {
                "" => format!("Sets `{}`.", field.rust),
                text => format!("Sets `{}`: {}.", field.rust, uncapitalized(&prose(text))),
            };
            comment(&mut out, INDENT, &[text]);
            if let Some(deprecated) = &field.spec.deprecated {
                let note = match deprecated {
                    Deprecated::Yes => "Alipay does not want this field any more".to_owned(),
                    Deprecated::Instead(other) => format!("use {other}"),
                };
                out.push_str(&format!("    #[deprecated = {note:?}]\n"));
            }
            let (argument, value) = argument(field, imports, "value");
            out.push_str(&format!(
                "    #[must_use]\n    pub fn {name}(mut self, value: {argument}) -> Self {{\n        self.{name} = \
                 Some({value});\n        self\n    }}\n"
            ));
        }
        out.push_str("}\n");
        out
    }

    /// `new` with the fields that are always needed; nothing where `Default` says the same.
    fn new_function(&self, out: &mut String, imports: &mut Imports<'_>) {
        let needed: Vec<_> = self.fields.iter().filter(|field| field.spec.need == Need::Must).collect();
        if needed.is_empty() {
            return;
        }
        out.push_str("    /// With the fields that are always needed.\n");
        if needed.len() > MANY {
            out.push_str("    #[expect(clippy::too_many_arguments, reason = \"each is always needed\")]\n");
        }
        let (mut arguments, mut values) = (Vec::new(), String::new());
        for field in needed {
            let name = ident(&field.rust).to_string();
            let (ty, value) = argument(field, imports, &name);
            values.push_str(&format!("            {name}: Some({value}),\n"));
            arguments.push(format!("{name}: {ty}"));
        }
        let line = format!("    pub fn new({}) -> Self {{\n", arguments.join(", "));
        let lines =
            format!("    pub fn new(\n        {},\n    ) -> Self {{\n", arguments.join(",\n        "));
        out.push_str("    #[must_use]\n");
        out.push_str(if line.chars().count() <= WIDTH { &line } else { &lines });
        out.push_str(&format!(
            "        Self {{\n{values}            ..Self::default()\n        }}\n    }}\n"
        ));
    }

    /// The table of rules, as text that stands inside the implementation.
    fn shape(&self, ir: &Ir<'_>, imports: &mut Imports<'_>) -> Result<String, Item> {
        let Some(function) = shape::function(ir, self.fields, self.asked, imports) else {
            return Ok(String::new());
        };
        match Item::code(function) {
            Item::Text(text) => Ok(text.lines().map(|line| format!("{INDENT}{line}\n")).collect()),
            broken => Err(broken),
        }
    }

    fn implementation(&self, shape: &str) -> String {
        let mut out = format!("impl model::Model for {} {{\n{shape}", ident(self.name));
        let members = || self.fields.iter().filter(|field| !field.ty.is_file());
        let key = if members().next().is_some() { "key" } else { "_key" };
        out.push_str(&format!(
            "    fn set<'de, A: model::MapAccess<'de>>(\n        &mut self,\n        {key}: &str,\n        member: \
             model::Member<'_, A>,\n    ) -> model::Kept<A::Error> {{\n"
        ));
        if members().next().is_some() {
            out.push_str("        match key {\n");
            for field in members() {
                let (wire, name, read) = (&field.spec.name, ident(&field.rust), Packed::of(field).read());
                out.push_str(&format!("            {wire:?} => member.{read}(&mut self.{name}),\n"));
            }
            out.push_str("            _ => member.unknown(),\n        }\n    }\n");
        } else {
            out.push_str("        member.unknown()\n    }\n");
        }
        let puts = self.fields.iter().map(|field| {
            let (wire, name, put) = (&field.spec.name, ident(&field.rust), Packed::of(field).put());
            format!(".{put}({wire:?}, &self.{name})")
        });
        match puts.collect::<Vec<_>>().as_slice() {
            [] => out.push_str("    fn put<M: model::Members>(&self, _members: &mut M) {}\n"),
            puts => {
                let apart = if puts.len() == 1 { "" } else { "\n            " };
                let chain = puts.join(apart);
                out.push_str(&format!(
                    "    fn put<M: model::Members>(&self, members: &mut M) {{\n        \
                     members{apart}{chain};\n    }}\n"
                ));
            }
        }
        out.push_str(
            "    fn extra(&self) -> &model::Extra {\n        &self.extra\n    }\n    fn extra_mut(&mut self) -> &mut \
             model::Extra {\n        &mut self.extra\n    }\n}\n",
        );
        out
    }
}

pub(super) const INDENT: &str = "    ";

/// A longer head of a function is broken into lines.
const WIDTH: usize = 100;

/// More arguments than these are too many for clippy.
const MANY: usize = 7;

/// Lines of a documentation comment.
pub(super) fn comment(out: &mut String, indent: &str, lines: &[String]) {
    for line in lines {
        out.push_str(indent);
        out.push_str("///");
        if !line.is_empty() {
            out.push(' ');
            out.push_str(line);
        }
        out.push('\n');
    }
}

/// What a field means: its own text, or at least its wire name and what kind of value it holds.
fn words(ir: &Ir<'_>, field: &Field<'_>) -> String {
    if !field.spec.doc.is_empty() {
        return prose(&field.spec.doc);
    }
    let one = match field.leaf {
        Leaf::Scalar(Scalar::Boolean) => "true or false",
        Leaf::Scalar(Scalar::Date) => "day",
        Leaf::Scalar(Scalar::DateTime) => "time",
        Leaf::Scalar(Scalar::Decimal) => "number",
        Leaf::Scalar(Scalar::File) => "file",
        Leaf::Scalar(Scalar::Integer) => "whole number",
        Leaf::Scalar(Scalar::Money) => "yuan",
        Leaf::Scalar(Scalar::Text) => "text",
        Leaf::Scalar(Scalar::Unstated) => "text, number or boolean",
        Leaf::Enum(index) => ir.enums.get(index).map_or("", |item| &item.spec.name),
        Leaf::Type(index) => ir.types.get(index).map_or("", |item| &item.spec.name),
    };
    let one = if matches!(field.leaf, Leaf::Scalar(_)) { one.to_owned() } else { code(one) };
    let kind = if field.ty.is_list() { format!("list of {one}") } else { one };
    format!("{}: {kind}.", code(&field.spec.name))
}

/// How a field is packed, as names of the runtime's methods.
enum Packed {
    Csv,
    File,
    Json,
    Plain,
}

impl Packed {
    fn of(field: &Field<'_>) -> Self {
        match field.ty {
            Type::Csv(_) => Self::Csv,
            Type::Plain(_) if field.ty.is_file() => Self::File,
            Type::Json(_) => Self::Json,
            Type::Plain(_) => Self::Plain,
        }
    }

    fn read(&self) -> &'static str {
        match self {
            Self::Csv => "read_csv",
            Self::Json => "read_json",
            Self::File | Self::Plain => "read",
        }
    }

    fn put(&self) -> &'static str {
        match self {
            Self::Csv => "put_csv",
            Self::File => "put_file",
            Self::Json => "put_json",
            Self::Plain => "put",
        }
    }
}

/// The type of an argument and the expression that makes the field's value of it.
fn argument(field: &Field<'_>, imports: &mut Imports<'_>, name: &str) -> (String, String) {
    let ty = imports.value(field);
    let one = matches!(field.ty, Type::Plain(Inner::One(_)) | Type::Json(Inner::One(_)));
    match field.leaf {
        Leaf::Scalar(Scalar::Boolean | Scalar::File | Scalar::Integer) if one => (ty, name.to_owned()),
        _ if field.boxed => (format!("impl Into<{ty}>"), format!("Box::new({name}.into())")),
        _ => (format!("impl Into<{ty}>"), format!("{name}.into()")),
    }
}

/// A capital at the start of a sentence becomes small inside one, unless the word is an abbreviation or a name.
fn uncapitalized(text: &str) -> String {
    let word = text.split([' ', ',', ';', ':', '.']).next().unwrap_or_default();
    let ordinary = word.chars().skip(1).all(|letter| letter.is_ascii_lowercase() || letter == '\'');
    let proper = word.starts_with("Alipay") || word.starts_with("Beijing");
    let mut letters = text.chars();
    match letters.next() {
        Some(first) if ordinary && !proper => first.to_ascii_lowercase().to_string() + letters.as_str(),
        _ => text.to_owned(),
    }
}
