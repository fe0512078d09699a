//! The one place where names of the wire become names of Rust.
//!
//! Every function here is total: it gives a valid identifier, or `None` where the text holds nothing to make one of.
//! That different wire names stay different is checked where names meet, in [`crate::lower`].

use std::borrow::Cow;

use heck::{ToSnakeCase, ToUpperCamelCase};

/// A field and its setter: snake case, `type` → `r#type`, `3d_secure` → `field_3d_secure`, `new` → `new_`.
pub(crate) fn field(wire: &str) -> Option<String> {
    let snake = if is_snake_case(wire) { wire.to_owned() } else { wire.to_snake_case() };
    let name = safe(snake, "field_")?;
    Some(if METHODS.contains(&name.as_str()) { name + "_" } else { name })
}

/// A variant of an enum: `VOUCHER_STATUS` → `VoucherStatus`, `10` → `Value10`, `UNKNOWN` → `ListedUnknown`.
pub(crate) fn variant(value: &str) -> Option<String> {
    let name = safe(value.to_upper_camel_case(), "Value")?;
    Some(match name.as_str() {
        "Unknown" => "ListedUnknown".to_owned(),
        "Self" => "ValueSelf".to_owned(),
        _ => name,
    })
}

/// The type of a `[[type]]`, `[[enum]]` or `[[notification]]`: as written, unless Rust or the runtime owns the name.
pub(crate) fn type_name(name: &str) -> String {
    if TYPES.contains(&name) { format!("{name}Data") } else { name.to_owned() }
}

/// What the request and the answer of a method are called, without `Request` and `Response`: the words of the method
/// behind those of its group. `None` where the method does not belong to the group.
pub(crate) fn operation(method: &str, group: &str) -> Option<String> {
    let words = method.strip_prefix("alipay.").unwrap_or(method);
    let mut rest = words;
    for part in group.split('_') {
        rest = rest.strip_prefix(part)?;
        rest = rest.strip_prefix('.').or_else(|| rest.is_empty().then_some(""))?;
    }
    let rest = if rest.is_empty() { words } else { rest };
    safe(rest.to_upper_camel_case(), "Api")
}

/// The module of an operation beside `types` and `notifications`, and the file that holds it.
pub(crate) fn operation_module(name: &str) -> String {
    match module(name) {
        name if matches!(name.as_str(), "types" | "notifications") => name + "_operation",
        name => name,
    }
}

/// The module of a type or enum, and the file that holds it.
pub(crate) fn module(type_name: &str) -> String {
    let name = type_name.to_snake_case();
    match name.as_str() {
        name if is_no_module(name) => format!("{name}_"),
        _ => name,
    }
}

/// Names that no module can have: Rust has them not even with `r#`, `mod.rs` is the file of the folder, and Windows has no
/// files of the others.
pub(crate) fn is_no_module(name: &str) -> bool {
    matches!(name, "aux" | "con" | "crate" | "mod" | "nul" | "prn" | "self" | "super")
}

/// Whether a name given by hand (`rust`, `name`) can be used as it is.
pub(crate) fn is_identifier(name: &str) -> bool {
    let plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    plain
        && !name.starts_with(|first: char| first.is_ascii_digit())
        && !matches!(name, "" | "_")
        && !is_path(name)
}

/// The identifier of a name that came from this module, as text.
pub(crate) fn ident(name: &str) -> Cow<'_, str> {
    if KEYWORDS.contains(&name) { format!("r#{name}").into() } else { name.into() }
}

/// Only names of ASCII letters and digits: others would be hard to type, and could look alike.
fn safe(name: String, digit_prefix: &str) -> Option<String> {
    let plain = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    match name {
        _ if !plain => None,
        name if name.starts_with(|first: char| first.is_ascii_digit()) => {
            Some(format!("{digit_prefix}{name}"))
        }
        name if is_path(&name) && name != "Self" => Some(name + "_"),
        name => Some(name),
    }
}

/// Whether a name is as it should be already, as nearly all names of fields are.
fn is_snake_case(name: &str) -> bool {
    let plain = |word: &str| {
        !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    };
    name.split('_').all(plain)
}

/// Keywords that not even `r#` makes a name.
fn is_path(name: &str) -> bool {
    matches!(name, "self" | "Self" | "super" | "crate")
}

/// Keywords of every edition, reserved ones too.
const KEYWORDS: [&str; 48] = [
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "do", "dyn", "else",
    "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "macro",
    "match", "mod", "move", "mut", "override", "priv", "pub", "ref", "return", "static", "struct", "trait",
    "true", "try", "type", "typeof", "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];

/// Names that a setter must not take: what every model has, methods that users call on any value, and operators.
const METHODS: [&str; 33] = [
    "add",
    "borrow",
    "borrow_mut",
    "clone",
    "clone_from",
    "default",
    "div",
    "eq",
    "extra",
    "extra_mut",
    "fmt",
    "from",
    "hash",
    "into",
    "mul",
    "ne",
    "new",
    "put",
    "read",
    "rem",
    "serialize",
    "set",
    "shape",
    "shl",
    "shr",
    "sub",
    "to_owned",
    "try_from",
    "try_into",
    "type_id",
    "validate",
    "write",
    "deserialize",
];

/// Names of types that generated code needs for itself.
const TYPES: [&str; 36] = [
    "AsMut",
    "AsRef",
    "Box",
    "Clone",
    "Copy",
    "Date",
    "DateTime",
    "Debug",
    "Decimal",
    "Default",
    "Drop",
    "Eq",
    "Err",
    "Fn",
    "FnMut",
    "FnOnce",
    "From",
    "Hash",
    "Into",
    "Iterator",
    "Money",
    "None",
    "Ok",
    "Option",
    "Ord",
    "PartialEq",
    "PartialOrd",
    "Result",
    "Self",
    "Send",
    "Sized",
    "Some",
    "String",
    "Sync",
    "UploadFile",
    "Vec",
];

#[cfg(test)]
mod tests {
    use super::{field, ident, is_identifier, operation, type_name, variant};

    #[test]
    fn fields_become_snake_case_that_compiles() {
        for (wire, expected) in [
            ("out_biz_no", "out_biz_no"),
            ("payeeUserId", "payee_user_id"),
            ("type", "r#type"),
            ("gen", "r#gen"),
            ("self", "self_"),
            ("new", "new_"),
            ("extra", "extra_"),
            ("3d_secure", "field_3d_secure"),
            ("$ref-count.x", "ref_count_x"),
            ("@type", "r#type"),
        ] {
            assert_eq!(
                field(wire).map(|name| ident(&name).into_owned()).as_deref(),
                Some(expected),
                "{wire}"
            );
        }
        assert_eq!(field("金额"), None);
        assert_eq!(field("--"), None);
    }

    #[test]
    fn variants_become_camel_case_that_compiles() {
        for (wire, expected) in [
            ("ENABLED", "Enabled"),
            ("I", "I"),
            ("true", "True"),
            ("10", "Value10"),
            ("UNKNOWN", "ListedUnknown"),
            ("self", "ValueSelf"),
            ("V_USE", "VUse"),
            ("alipay.x.y", "AlipayXY"),
        ] {
            assert_eq!(variant(wire).as_deref(), Some(expected), "{wire}");
        }
        assert_eq!(variant("+"), None);
    }

    #[test]
    fn operations_are_called_by_the_words_behind_their_group() {
        for (method, group, expected) in [
            ("alipay.marketing.cashvoucher.template.create", "marketing", Some("CashvoucherTemplateCreate")),
            (
                "ant.merchant.expand.merchant.storelist.query",
                "ant_merchant",
                Some("ExpandMerchantStorelistQuery"),
            ),
            ("alipay.trade", "trade", Some("Trade")),
            ("alipay.tradex.pay", "trade", None),
            ("alipay.user.info.share", "trade", None),
        ] {
            assert_eq!(operation(method, group).as_deref(), expected, "{method}");
        }
    }

    #[test]
    fn types_keep_their_names_unless_rust_owns_them() {
        assert_eq!(type_name("VoucherLiteInfo"), "VoucherLiteInfo");
        assert_eq!(type_name("Option"), "OptionData");
        assert_eq!(type_name("Money"), "MoneyData");
    }

    #[test]
    fn names_given_by_hand_are_checked() {
        assert!(is_identifier("amount_2") && is_identifier("type"));
        assert!(!["", "_", "2nd", "self", "a-b", "a b", "金额"].into_iter().any(is_identifier));
    }
}
