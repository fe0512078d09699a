//! Which constraints go with which type, as `spec lint` has it.

use toml_edit::{InlineTable, Value};

use super::files::text;
use crate::document::{Leaf, Type, Wrap};

/// Keys of a row that its new type cannot have.
pub(super) fn unfit(row: &InlineTable, ty: &Type) -> Vec<&'static str> {
    let plain = match ty.leaf {
        Leaf::Plain(name) => name,
        Leaf::Enum(_) | Leaf::Named(_) => "",
    };
    let packed = !matches!(ty.wrap, Wrap::Bare | Wrap::List);
    let whole = matches!(plain, "int" | "long");
    let fraction = matches!(plain, "money" | "decimal");
    let time = ty.wrap == Wrap::Bare && matches!(plain, "datetime" | "date");
    // `"0.10"` is no bound of whole numbers.
    let bound = |key: &str| fraction || whole && row.get(key).is_none_or(is_whole);
    let example = match (plain, text(row, "eg")) {
        _ if ty.wrap != Wrap::Bare => false,
        ("string" | "scalar", _) => true,
        ("int" | "long", Some(eg)) => eg.parse::<i64>().is_ok(),
        ("bool", Some(eg)) => matches!(eg, "true" | "false"),
        _ => false,
    };
    let mut keys = vec![
        ("len", plain == "string" && ty.wrap == Wrap::Bare || packed),
        ("item-len", plain == "string" && ty.is_list()),
        ("max-items", ty.is_list()),
        ("min", bound("min")),
        ("max", bound("max")),
        ("scale", fraction),
        ("after", time),
        ("max-span-days", time),
        ("max-days-ahead", time),
        ("eg", example),
    ];
    keys.retain(|(_, fits)| !fits);
    keys.into_iter().map(|(key, _)| key).collect()
}

fn is_whole(bound: &Value) -> bool {
    bound.is_integer() || bound.as_str().is_some_and(|text| text.parse::<i64>().is_ok())
}
