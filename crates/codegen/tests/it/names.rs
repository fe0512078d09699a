//! Names that would not compile, or would clash, as they come.

use std::path::Path;

use alipay_codegen::Spec;

use crate::support::{files, operation, printed, request, shop};

/// Wire names that need care, each with its Rust name.
const FIELDS: [(&str, &str); 12] = [
    ("type", "r#type"),
    ("self", "self_"),
    ("crate", "crate_"),
    ("new", "new_"),
    ("extra", "extra_"),
    ("clone", "clone_"),
    ("default", "default_"),
    ("put", "put_"),
    ("gen", "r#gen"),
    ("3d_secure", "field_3d_secure"),
    ("payeeUserId", "payee_user_id"),
    ("a.b-c", "a_b_c"),
];

fn nasty() -> Spec {
    let rows: String = FIELDS
        .iter()
        .map(|(wire, _)| {
            format!("{{ name = \"{wire}\", type = \"string\", need = \"must\", doc = \"A `field\" }},\n")
        })
        .collect();
    let mut text = operation(&format!(
        "request = [\n{rows}{{ name = \"o\", type = \"Option\", doc = \"O [x] <y>.\" }},\n\
         {{ name = \"m\", type = \"[Money]\", doc = \"M.\" }},\n{{ name = \"e\", type = \"enum:Self2\", doc = \"E.\" }},\n\
         ]\nresponse = []"
    ));
    text.push_str(
        "[[type]]\nname = \"Option\"\ndoc = \"An option.\"\nfields = [{ name = \"v\", type = \"Vec\", doc = \"V.\" }]\n\
         [[type]]\nname = \"Vec\"\ndoc = \"A vector.\"\nfields = [{ name = \"o\", type = \"Option\", doc = \"O.\" }]\n\
         [[type]]\nname = \"Money\"\ndoc = \"Money.\"\nfields = [{ name = \"m\", type = \"money\", doc = \"M.\" }]\n\
         [[enum]]\nname = \"Self2\"\ndoc = \"Values.\"\nvalues = [\n",
    );
    for value in ["UNKNOWN", "Self", "true", "10", "a\\\"b", "NO-W", "type"] {
        text.push_str(&format!("{{ value = \"{value}\", doc = \"V.\" }},\n"));
    }
    text.push_str("]\n");
    shop(&text)
}

#[test]
fn nasty_names_become_code_that_parses() {
    let files = files(&nasty());
    let code = &files[Path::new("v2/shop/buy.rs")];
    for (wire, rust) in FIELDS {
        assert!(code.contains(&format!("pub {rust}: Option<String>,")), "{rust}");
        assert!(code.contains(&format!("\"{wire}\" => member.read(&mut self.{rust}),")), "{wire}");
    }
    assert!(code.contains("pub o: Option<OptionData>") && code.contains("pub m: Option<Vec<MoneyData>>"));
    assert!(files[Path::new("v2/shop/types/vec_data.rs")].contains("pub struct VecData"));
    assert!(files[Path::new("v2/shop/types/option_data.rs")].contains("pub v: Option<Box<VecData>>"));
    assert!(files[Path::new("v2/shop/types/money_data.rs")].contains("pub m: Option<Money>"));
    let types = &files[Path::new("v2/shop/types/self2.rs")];
    assert!(
        types.contains("    ListedUnknown = \"UNKNOWN\",\n    ValueSelf = \"Self\",\n    True = \"true\",\n")
    );
    assert!(types.contains(
        "    Value10 = \"10\",\n    AB = \"a\\\"b\",\n    NoW = \"NO-W\",\n    Type = \"type\",\n"
    ));
    for (path, text) in &files {
        syn::parse_file(text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    }
}

#[test]
fn names_that_meet_in_rust_are_findings() {
    let row = |name: &str| format!("{{ name = \"{name}\", type = \"string\", doc = \"D.\" }},\n");
    let spec = request(&[row("userId"), row("user_id"), row("user_id"), row("金额")].concat());
    assert_eq!(
        printed(&spec),
        [
            "spec/v2/shop.toml:8: alipay.shop.buy/request/user_id: `user_id` and `userId` (line 7) are both `user_id` in \
             Rust\n    fix: delete one, or add `rust = \"...\"` to one of them",
            "spec/v2/shop.toml:9: alipay.shop.buy/request/user_id: `user_id` and `userId` (line 7) are both `user_id` in \
             Rust\n    fix: delete one, or add `rust = \"...\"` to one of them",
            "spec/v2/shop.toml:10: alipay.shop.buy/request/金额: no Rust name can be made of this field's name\n    fix: \
             add `rust = \"...\"` in snake_case",
        ]
    );
}

#[test]
fn a_rust_name_of_its_own_settles_a_clash() {
    let spec = request(
        "{ name = \"userId\", rust = \"user_id_camel\", type = \"string\", doc = \"D.\" },\n\
         { name = \"user_id\", type = \"string\", doc = \"D.\" },",
    );
    let code = &files(&spec)[Path::new("v2/shop/buy.rs")];
    assert!(code.contains(".put(\"userId\", &self.user_id_camel)"));
}

#[test]
fn operations_and_types_share_the_names_of_a_module() {
    let buy = operation("request = [{ name = \"t\", type = \"BuyRequest\", doc = \"T.\" }]\nresponse = []");
    let other = buy.replace("alipay.shop.buy", "alipay.shop.BUY");
    let found = printed(&shop(&format!(
        "{buy}{buy}{other}[[type]]\nname = \"BuyRequest\"\ndoc = \"D.\"\nfields = []\n"
    )));
    let wanted = [
        "alipay.shop.buy: a type or notification is called `BuyRequest` too\n    fix: add `name = \"...\"` to the operation",
        "alipay.shop.buy: the method stands here twice\n    fix: delete one of the two",
        "alipay.shop.BUY: `alipay.shop.BUY` and `alipay.shop.buy` (line 2) are both `buy` in Rust\n    fix: add `name = \
         \"...\"` to one of the two operations",
    ];
    for wanted in wanted {
        assert!(found.iter().any(|finding| finding.contains(wanted)), "{wanted}\nnot in\n{found:#?}");
    }
}

#[test]
fn names_of_the_files_that_a_group_sees_never_meet_in_rust() {
    let option = |name: &str| {
        format!("[[type]]\nname = \"{name}\"\nfields = [{{ name = \"a\", type = \"string\" }}]\n")
    };
    let group = |types: &[&str], own: &str| {
        let rows: Vec<_> = types
            .iter()
            .map(|name| format!("{{ name = \"{}\", type = \"{name}\" }}", name.to_lowercase()))
            .collect();
        format!(
            "group = \"shop\"\n[[operation]]\nmethod = \"alipay.shop.buy\"\nrequest = [{}]\nresponse = []\n{own}",
            rows.join(", ")
        )
    };
    let shop = group(&["Option", "OptionData"], &option("OptionData"));
    let bare = group(&["Option", "OptionData"], "");
    for (files, expected) in [
        (
            vec![("v2/common.toml", option("Option")), ("v2/shop.toml", shop.clone())],
            "spec/v2/shop.toml:6: OptionData: `OptionData` and `Option` (spec/v2/common.toml:1) are both `OptionData` in Rust",
        ),
        (
            vec![("common.toml", option("Option")), ("v2/shop.toml", shop)],
            "spec/v2/shop.toml:6: OptionData: `OptionData` and `Option` (spec/common.toml:1) are both `OptionData` in Rust",
        ),
        (
            vec![
                ("common.toml", option("Option")),
                ("v2/common.toml", option("OptionData")),
                ("v2/shop.toml", bare),
            ],
            "spec/v2/common.toml:1: OptionData: `OptionData` and `Option` (spec/common.toml:1) are both `OptionData` in Rust",
        ),
    ] {
        let files = files.into_iter().map(|(path, text)| (path.to_owned(), text));
        let found = printed(&Spec::from_files(files));
        assert_eq!(found.len(), 1, "{found:#?}");
        assert!(found[0].starts_with(expected), "{found:#?}");
    }
}
