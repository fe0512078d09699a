//! One struct: fields, `new`, setters, and the runtime's trait.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};

use super::docs::{first_sentence, prose};
use super::file::Item;
use super::imports::Imports;
use super::notes::notes;
use super::shape;
use crate::ir::{Field, Ir, Leaf};
use crate::names::ident;
use crate::spec::Need;
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

/// Attributes of a documentation comment.
pub(super) fn doc(lines: impl IntoIterator<Item = impl AsRef<str>>) -> TokenStream {
    let lines = lines.into_iter().map(|line| match line.as_ref() {
        "" => String::new(),
        line => format!(" {line}"),
    });
    quote!(#(#[doc = #lines])*)
}

impl Model<'_> {
    pub(super) fn items(&self, ir: &Ir<'_>, imports: &mut Imports<'_>) -> Vec<Item> {
        imports.runtime("model");
        let mut items = vec![Item::code(self.declaration(imports))];
        if self.asked && !self.fields.is_empty() {
            items.push(Item::code(self.methods(imports)));
        }
        items.push(Item::code(self.implementation(ir, imports)));
        items.push(Item::Text(format!("alipay_core::model!({});\n", self.name)));
        items
    }

    fn declaration(&self, imports: &mut Imports<'_>) -> TokenStream {
        let name = ident(self.name);
        let docs = doc(&self.docs);
        let alias = self.alias.map(|alias| quote!(#[doc(alias = #alias)]));
        let fields = self.fields.iter().map(|field| {
            let mut lines = vec![prose(&field.spec.doc)];
            let notes = notes(field, self.fields, self.asked);
            if !notes.is_empty() {
                lines.extend([String::new(), notes]);
            }
            let docs = doc(lines);
            let (name, ty) = (ident(&field.rust), imports.field(field));
            quote!(#docs pub #name: #ty)
        });
        let fields: Vec<_> = fields.collect();
        quote! {
            #docs
            #alias
            #[derive(Clone, Default, PartialEq)]
            #[non_exhaustive]
            pub struct #name {
                #(#fields,)*
                /// Members without a field of their own: kept, and sent as they are.
                pub extra: model::Extra,
            }
        }
    }

    fn methods(&self, imports: &mut Imports<'_>) -> TokenStream {
        let name = ident(self.name);
        let new = self.new_function(imports);
        let setters = self.fields.iter().map(|field| {
            let text =
                format!("Sets `{}`: {}.", field.rust, uncapitalized(&prose(first_sentence(&field.spec.doc))));
            let (docs, name) = (doc([text]), ident(&field.rust));
            let (argument, value) = argument(field, imports, &ident("value"));
            quote! {
                #docs
                #[must_use]
                pub fn #name(mut self, value: #argument) -> Self {
                    self.#name = Some(#value);
                    self
                }
            }
        });
        let setters: Vec<_> = setters.collect();
        quote!(impl #name { #new #(#setters)* })
    }

    /// `new` with the fields that are always needed; nothing where `Default` says the same.
    fn new_function(&self, imports: &mut Imports<'_>) -> Option<TokenStream> {
        let needed: Vec<_> = self.fields.iter().filter(|field| field.spec.need == Need::Must).collect();
        if needed.is_empty() {
            return None;
        }
        let docs = doc(["With the fields that are always needed."]);
        let many = (needed.len() > 7)
            .then(|| quote!(#[expect(clippy::too_many_arguments, reason = "each is always needed")]));
        let (mut arguments, mut values) = (Vec::new(), Vec::new());
        for field in needed {
            let name = ident(&field.rust);
            let (ty, value) = argument(field, imports, &name);
            arguments.push(quote!(#name: #ty));
            values.push(quote!(#name: Some(#value)));
        }
        Some(quote! {
            #docs
            #many
            #[must_use]
            pub fn new(#(#arguments),*) -> Self {
                Self { #(#values,)* ..Self::default() }
            }
        })
    }

    fn implementation(&self, ir: &Ir<'_>, imports: &mut Imports<'_>) -> TokenStream {
        let (name, text) = (ident(self.name), self.name);
        let shape = shape::body(ir, self.fields, self.asked, imports);
        let arms = self.fields.iter().map(|field| {
            let (wire, name, read) = (&field.spec.name, ident(&field.rust), ident(Packed::of(field).read()));
            quote!(#wire => member.#read(&mut self.#name))
        });
        let puts = self.fields.iter().map(|field| {
            let (wire, name, put) = (&field.spec.name, ident(&field.rust), ident(Packed::of(field).put()));
            quote!(.#put(#wire, &self.#name))
        });
        let (set, put, key, members) = match self.fields {
            [] => (quote!(member.unknown()), quote!(), ident("_key"), ident("_members")),
            _ => (
                quote!(match key { #(#arms,)* _ => member.unknown() }),
                quote!(members #(#puts)*;),
                ident("key"),
                ident("members"),
            ),
        };
        quote! {
            impl model::Model for #name {
                const NAME: &'static str = #text;
                fn shape() -> &'static rules::Shape<'static> { #shape }
                fn set<'de, A: model::MapAccess<'de>>(
                    &mut self,
                    #key: &str,
                    member: model::Member<'_, A>,
                ) -> model::Kept<A::Error> {
                    #set
                }
                fn put<M: model::Members>(&self, #members: &mut M) { #put }
                fn extra(&self) -> &model::Extra { &self.extra }
                fn extra_mut(&mut self) -> &mut model::Extra { &mut self.extra }
            }
        }
    }
}

/// How a field is packed, as names of the runtime's methods.
enum Packed {
    Csv,
    Json,
    Plain,
}

impl Packed {
    fn of(field: &Field<'_>) -> Self {
        match field.ty {
            Type::Csv(_) => Self::Csv,
            Type::Json(_) => Self::Json,
            Type::Plain(_) => Self::Plain,
        }
    }

    fn read(&self) -> &'static str {
        match self {
            Self::Csv => "read_csv",
            Self::Json => "read_json",
            Self::Plain => "read",
        }
    }

    fn put(&self) -> &'static str {
        match self {
            Self::Csv => "put_csv",
            Self::Json => "put_json",
            Self::Plain => "put",
        }
    }
}

/// The type of an argument and the expression that makes the field's value of it.
fn argument(
    field: &Field<'_>,
    imports: &mut Imports<'_>,
    name: &impl ToTokens,
) -> (TokenStream, TokenStream) {
    let ty = imports.value(field);
    let one = matches!(field.ty, Type::Plain(Inner::One(_)) | Type::Json(Inner::One(_)));
    match field.leaf {
        Leaf::Scalar(Scalar::Boolean | Scalar::Integer) if one => (ty, quote!(#name)),
        _ if field.boxed => (quote!(impl Into<#ty>), quote!(Box::new(#name.into()))),
        _ => (quote!(impl Into<#ty>), quote!(#name.into())),
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
