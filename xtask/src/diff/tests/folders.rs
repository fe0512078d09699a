//! Differences between two folders like spec/, which say more than documents do.

use std::path::{Path, PathBuf};
use std::{env, fs, process};

use super::super::{Format, run};

/// A folder with these files, gone at the end.
struct Folder(PathBuf);

impl Folder {
    fn of(name: &str, files: &[(&str, &str)]) -> Self {
        let folder = env::temp_dir().join(format!("alipay-diff-{}-{name}", process::id()));
        fs::create_dir_all(&folder).unwrap();
        for (path, text) in files {
            let path = folder.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        Self(folder)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // A folder that stays behind hurts nobody.
        drop(fs::remove_dir_all(&self.0));
    }
}

const SHOP: &str = r#"group = "shop"

[[operation]]
method = "alipay.shop.pay"
request = [
  { name = "no", type = "string", len = [1, 64] },
  { name = "old", type = "int", deprecated = true },
  { name = "kind", type = "enum:Kind" },
]
response = [
  { name = "count", type = "int", len = [1, 9] },
]

[[notification]]
name = "Paid"
fields = [
  { name = "trade_no", type = "string" },
]

[[enum]]
name = "Kind"
values = [
  { value = "A" },
  { value = "B" },
]
"#;

/// What is said of one replacement in the folder.
fn change(name: &str, from: &str, to: &str) -> String {
    assert!(SHOP.contains(from), "{from}");
    let old = Folder::of(&format!("{name}-old"), &[("v2/shop.toml", SHOP)]);
    let new = Folder::of(&format!("{name}-new"), &[("v2/shop.toml", &SHOP.replacen(from, to, 1))]);
    run(&old.0, &new.0, Format::Text).unwrap()
}

#[test]
fn what_folders_say_is_compared() {
    let no = "name = \"no\", type = \"string\", len = [1, 64]";
    for (name, from, to, line, breaking) in [
        (
            "must",
            no,
            "name = \"no\", type = \"string\", len = [1, 64], need = \"must\"",
            "request field no needed now",
            1,
        ),
        (
            "one",
            no,
            "name = \"no\", type = \"string\", len = [1, 64], need = \"just-one-of:x\"",
            "request field no needed otherwise (was opt, is just-one-of:x)",
            1,
        ),
        (
            "when",
            no,
            "name = \"no\", type = \"string\", len = [1, 64], need = \"when:old\"",
            "request field no needed otherwise (was opt, is when:old)",
            1,
        ),
        ("narrow", "[1, 64]", "[1, 32]", "request field no another length (was 1..64, is 1..32)", 1),
        ("wide", "[1, 64]", "[0, 128]", "request field no another length (was 1..64, is 0..128)", 0),
        ("free", ", len = [1, 64]", "", "request field no another length (was 1..64, is any)", 0),
        ("back", ", deprecated = true", "", "request field old no longer deprecated", 0),
        (
            "dispatch",
            "method = \"alipay.shop.pay\"",
            "method = \"alipay.shop.pay\"\ndispatch = \"page\"",
            "alipay.shop.pay: sent otherwise (was call, is page)",
            1,
        ),
        ("value-gone", "  { value = \"B\" },\n", "", "Kind: value B removed", 1),
        (
            "value-new",
            "  { value = \"B\" },\n",
            "  { value = \"B\" },\n  { value = \"C\" },\n",
            "Kind: value C added",
            0,
        ),
        ("told", "\"Paid\"", "\"Payed\"", "Paid: removed", 1),
        ("told-new", "\"Paid\"", "\"Payed\"", "Payed: added", 1),
        (
            "told-field",
            "{ name = \"trade_no\", type = \"string\" }",
            "{ name = \"trade_no\", type = \"[string]\" }",
            "Paid: notification field trade_no another type (was string, is [string])",
            1,
        ),
    ] {
        let said = change(name, from, to);
        assert!(said.lines().any(|said| said.trim().ends_with(line)), "{name}: {line}\n{said}");
        assert!(said.ends_with(&format!("{breaking} of them breaking")), "{name}: {said}");
    }
}

#[test]
fn whole_numbers_of_both_sizes_and_lengths_of_answers_are_no_change() {
    for (name, from, to) in [
        ("long", "name = \"count\", type = \"int\"", "name = \"count\", type = \"long\""),
        ("answer", "len = [1, 9]", "len = [1, 8]"),
    ] {
        assert_eq!(change(name, from, to), "0 changes, 0 of them breaking", "{name}");
    }
}

#[test]
fn a_need_that_asks_for_less_breaks_nobody() {
    let with = |need: &str| SHOP.replacen("len = [1, 64]", &format!("need = \"{need}\""), 1);
    for (name, from, to) in
        [("a", "must", "one-of:x"), ("b", "just-one-of:x", "at-most-one-of:x"), ("c", "one-of:x", "opt")]
    {
        let old = Folder::of(&format!("less-{name}-old"), &[("v2/shop.toml", &with(from))]);
        let new = Folder::of(&format!("less-{name}-new"), &[("v2/shop.toml", &with(to))]);
        let said = run(&old.0, &new.0, Format::Text).unwrap();
        assert!(said.ends_with("1 change, 0 of them breaking"), "{said}");
    }
}

#[test]
fn what_has_nothing_in_common_is_not_compared() {
    let v2 = Folder::of("apart-v2", &[("v2/shop.toml", SHOP)]);
    let v3 = Folder::of("apart-v3", &[("v3/shop.toml", "group = \"shop\"\n")]);
    let none = Folder::of("apart-none", &[("common.toml", "")]);
    let said = |old: &Path, new: &Path| run(old, new, Format::Text).unwrap_err().to_string();
    let error = said(&v2.0, &v3.0);
    assert!(error.contains("the old side speaks of v2, the new one of v3"), "{error}");
    let error = said(&v2.0, &none.0);
    assert!(
        error.contains("alipay-diff") && error.contains("there is neither v2/ nor v3/ in this folder"),
        "{error}"
    );
}
