//! Constraints of rows: those that the document knows, and which go with which type, as `spec lint` has it.

use toml_edit::{Array, InlineTable, Value};

use crate::document::{Field, Leaf, Type, Wrap};

/// The constraints that the document knows of a field, as a row has them.
pub(super) fn of(fact: &Field) -> Vec<(&'static str, Value)> {
    let range = |(min, max): (u32, u32)| Value::Array(Array::from_iter([i64::from(min), i64::from(max)]));
    let whole = matches!(fact.ty.leaf, Leaf::Plain("int" | "long"));
    let bound = |text: &String| match text.parse::<i64>() {
        Ok(number) if whole => Value::from(number),
        _ => Value::from(text),
    };
    let limits = [
        ("len", fact.len.map(range)),
        ("item-len", fact.item_len.map(range)),
        ("min", fact.min.as_ref().map(bound)),
        ("max", fact.max.as_ref().map(bound)),
        ("max-items", fact.max_items.map(|most| Value::from(i64::from(most)))),
        ("default", fact.default.as_ref().map(Value::from)),
    ];
    limits.into_iter().filter_map(|(key, limit)| Some((key, limit?))).collect()
}

/// Keys of a row that its new type cannot have.
pub(super) fn unfit(row: &InlineTable, ty: &Type) -> Vec<String> {
    row.iter().filter(|(key, value)| !fits(key, value, ty)).map(|(key, _)| key.to_owned()).collect()
}

/// Whether a constraint or an example goes with a type.
pub(super) fn fits(key: &str, value: &Value, ty: &Type) -> bool {
    let plain = match ty.leaf {
        Leaf::Plain(name) => name,
        Leaf::Enum(_) | Leaf::Named(_) => "",
    };
    let text = value.as_str().unwrap_or_default();
    let fraction = matches!(plain, "money" | "decimal");
    let whole = matches!(plain, "int" | "long");
    match key {
        "len" => plain == "string" && ty.wrap == Wrap::Bare || !matches!(ty.wrap, Wrap::Bare | Wrap::List),
        "item-len" => plain == "string" && ty.is_list(),
        "max-items" => ty.is_list(),
        // `"0.10"` is no bound of whole numbers.
        "min" | "max" => fraction || whole && (value.is_integer() || text.parse::<i64>().is_ok()),
        "scale" => fraction,
        "after" | "max-span-days" | "max-days-ahead" => {
            ty.wrap == Wrap::Bare && matches!(plain, "datetime" | "date")
        }
        "eg" => {
            ty.wrap == Wrap::Bare
                && match plain {
                    "string" | "scalar" => true,
                    "int" | "long" => text.parse::<i64>().is_ok(),
                    "bool" => matches!(text, "true" | "false"),
                    _ => false,
                }
        }
        _ => true,
    }
}
