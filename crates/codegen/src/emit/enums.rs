//! One open enum.

use proc_macro2::Literal;

use super::docs::{code, prose};
use super::file::Item;
use super::imports::Imports;
use super::model::{INDENT, comment};
use crate::ir::Enum;
use crate::names::ident;

pub(super) fn items(item: &Enum<'_>, imports: &mut Imports<'_>) -> Vec<Item> {
    imports.runtime("model");
    let name = ident(&item.rust);
    let (mut declaration, mut table) = (String::new(), format!("alipay_core::open_enum!({name} {{\n"));
    let doc = match item.spec.doc.as_str() {
        "" => format!("The values of `{}`.", item.spec.name),
        text => prose(text),
    };
    comment(&mut declaration, "", &[doc]);
    declaration.push_str("#[derive(Clone, Debug, Eq, Hash, PartialEq)]\n#[non_exhaustive]\n");
    declaration.push_str(&format!("pub enum {name} {{\n"));
    for (value, variant) in item.spec.values.iter().zip(&item.variants) {
        let wire = format!("On the wire: {}.", code(&value.value));
        let lines = match value.doc.as_str() {
            "" => vec![wire],
            text => vec![prose(text), String::new(), wire],
        };
        let variant = ident(variant);
        comment(&mut declaration, INDENT, &lines);
        declaration.push_str(&format!("    {variant},\n"));
        table.push_str(&format!("    {variant} = {},\n", Literal::string(&value.value)));
    }
    declaration.push_str("    /// A value that this version does not list, as it came.\n");
    declaration.push_str("    Unknown(model::UnknownValue),\n}\n");
    table.push_str("});\n");
    vec![Item::Text(declaration), Item::Text(table)]
}
