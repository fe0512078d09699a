//! One open enum.

use quote::quote;

use super::docs::{code, prose};
use super::file::Item;
use super::imports::Imports;
use super::model::doc;
use crate::ir::Enum;
use crate::names::ident;

pub(super) fn items(item: &Enum<'_>, imports: &mut Imports<'_>) -> Vec<Item> {
    imports.runtime("model");
    let name = ident(&item.rust);
    let docs = doc([match item.spec.doc.as_str() {
        "" => format!("The values of `{}`.", item.spec.name),
        text => prose(text),
    }]);
    let variants = item.spec.values.iter().zip(&item.variants).map(|(value, variant)| {
        let wire = format!("On the wire: {}.", code(&value.value));
        let docs = match value.doc.as_str() {
            "" => doc([wire]),
            text => doc([prose(text), String::new(), wire]),
        };
        let variant = ident(variant);
        quote!(#docs #variant)
    });
    let declaration = quote! {
        #docs
        #[derive(Clone, Debug, Eq, Hash, PartialEq)]
        #[non_exhaustive]
        pub enum #name {
            #(#variants,)*
            /// A value that this version does not list, as it came.
            Unknown(model::UnknownValue),
        }
    };
    let mut text = format!("alipay_core::open_enum!({name} {{\n");
    for (value, variant) in item.spec.values.iter().zip(&item.variants) {
        let literal = proc_macro2::Literal::string(&value.value);
        text.push_str(&format!("    {} = {literal},\n", ident(variant)));
    }
    text.push_str("});\n");
    vec![Item::code(declaration), Item::Text(text)]
}
