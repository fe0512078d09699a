//! The static table of a model: fields with rules, and those that must not be shown.

use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote};

use super::imports::Imports;
use crate::ir::{Field, Ir, Leaf};
use crate::spec::{Condition, Need, Sensitive};
use crate::types::Type;

/// `Model::shape`; nothing for a model without rows, as most are.
///
/// Only what is sent is checked, so models that are only received carry nothing but their sensitive fields.
pub(super) fn function(
    ir: &Ir<'_>,
    fields: &[Field<'_>],
    asked: bool,
    imports: &mut Imports<'_>,
) -> Option<TokenStream> {
    let rows: Vec<_> = fields.iter().filter_map(|field| row(ir, field, asked)).collect();
    if rows.is_empty() {
        return None;
    }
    imports.runtime("rules");
    Some(quote! {
        fn shape() -> &'static rules::Shape<'static> {
            static SHAPE: rules::Shape<'static> = rules::Shape { fields: &[#(#rows),*] };
            &SHAPE
        }
    })
}

fn row(ir: &Ir<'_>, field: &Field<'_>, asked: bool) -> Option<TokenStream> {
    let spec = field.spec;
    let mut members = Vec::new();
    let mut put = |name: &str, value: Option<TokenStream>| {
        let name = format_ident!("{name}");
        members.extend(value.map(|value| quote!(#name: #value)));
    };
    if asked {
        put("need", need(&spec.need));
        put("only_when", spec.only_when.as_ref().map(|when| some(&condition(when))));
        put("len", spec.len.map(pair));
        put("min", spec.min.as_ref().map(|text| quote!(Some(#text))));
        put("max", spec.max.as_ref().map(|text| quote!(Some(#text))));
        put("scale", spec.scale.map(number));
        put("max_items", spec.max_items.map(number));
        put("item_len", spec.item_len.map(pair));
        put("after", spec.after.as_ref().map(|text| quote!(Some(#text))));
        put(
            "max_span_days",
            spec.max_span_days.as_ref().map(|(name, days)| {
                let days = Literal::u32_unsuffixed(*days);
                quote!(Some((#name, #days)))
            }),
        );
        put("nested", nested(ir, field));
    }
    put(
        "sensitive",
        spec.sensitive.map(|kind| match kind {
            Sensitive::Pii => quote!(Some(rules::Sensitive::Personal)),
            Sensitive::Secret => quote!(Some(rules::Sensitive::Secret)),
        }),
    );
    if members.is_empty() {
        return None;
    }
    match field.ty {
        Type::Plain(_) => {}
        Type::Json(_) => members.push(quote!(packing: rules::Packing::Json)),
        Type::Csv(_) => members.push(quote!(packing: rules::Packing::Csv)),
    }
    let name = &spec.name;
    Some(quote!(rules::Field { name: #name, #(#members,)* ..rules::Field::EMPTY }))
}

fn nested(ir: &Ir<'_>, field: &Field<'_>) -> Option<TokenStream> {
    let Leaf::Type(index) = field.leaf else { return None };
    let item = ir.types.get(index).filter(|item| item.ruled)?;
    let name = format_ident!("{}", item.rust);
    Some(quote!(Some(<#name as model::Model>::shape)))
}

fn need(need: &Need) -> Option<TokenStream> {
    Some(match need {
        Need::Optional => return None,
        Need::Must => quote!(rules::Need::Must),
        Need::OneOf(group) => quote!(rules::Need::OneOf(#group)),
        Need::JustOneOf(group) => quote!(rules::Need::JustOneOf(#group)),
        Need::AtMostOneOf(group) => quote!(rules::Need::AtMostOneOf(#group)),
        Need::When(when) => {
            let condition = condition(when);
            quote!(rules::Need::When(#condition))
        }
    })
}

fn condition(condition: &Condition) -> TokenStream {
    let Condition { field, value } = condition;
    let value = match value {
        Some(value) => quote!(Some(#value)),
        None => quote!(None),
    };
    quote!(rules::Condition { field: #field, value: #value })
}

fn some(value: &TokenStream) -> TokenStream {
    quote!(Some(#value))
}

fn number(value: u32) -> TokenStream {
    let value = Literal::u32_unsuffixed(value);
    quote!(Some(#value))
}

fn pair((first, second): (u32, u32)) -> TokenStream {
    let (first, second) = (Literal::u32_unsuffixed(first), Literal::u32_unsuffixed(second));
    quote!(Some((#first, #second)))
}
