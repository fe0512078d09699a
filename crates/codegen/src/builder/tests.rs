//! The builder over the golden specification, which has every key of the format.

mod own;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::{env, fs, process};

use alipay_spec::Archive;

use super::close::Source;
use super::{BuildError, Builder, Protocols};
use crate::{Spec, archive, catalog, emit};

fn golden() -> Spec {
    Spec::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/spec")).unwrap()
}

fn generate(builder: Builder) -> Result<String, String> {
    builder.generate_from(&archive(&golden()).unwrap()).map_err(|error| error.to_string())
}

fn choose(names: &[&str]) -> Result<String, String> {
    generate(Builder::new().operations(names.iter().copied()))
}

/// The items of a generated file: paragraphs behind the header, without imports and modules.
fn items(text: &str) -> impl Iterator<Item = String> {
    let is_item = |item: &&str| !["use ", "mod ", "pub use "].iter().any(|word| item.starts_with(word));
    let items = text.split("\n\n").skip(1).filter(is_item);
    items.map(|item| item.trim().replace("alipay_core::", "::alipay_api::"))
}

fn operations(spec: &Spec) -> Vec<(PathBuf, String)> {
    let ir = spec.lower().unwrap();
    let mut methods = Vec::new();
    for (key, group) in &ir.groups {
        methods.extend(group.operations.iter().map(|item| {
            (PathBuf::from(format!("{}/{}/{}.rs", key.0, key.1, item.module)), item.spec.method.clone())
        }));
    }
    methods
}

#[test]
fn an_operation_alone_is_what_it_is_among_all() {
    let spec = golden();
    let files = emit(&spec.lower().unwrap()).unwrap();
    let methods = operations(&spec);
    assert!(methods.len() > 3);
    for (path, method) in methods {
        let alone = choose(&[&method]).unwrap();
        for item in items(&files[&path]) {
            assert!(alone.contains(&item), "{method}: {item}\n{alone}");
        }
    }
}

#[test]
fn an_operation_of_the_models_is_the_one_that_they_hold() {
    let models = Path::new(env!("CARGO_MANIFEST_DIR")).join("../models/src/generated");
    for (method, path) in [
        ("alipay.marketing.voucher.send", "v2/marketing/voucher_send.rs"),
        ("alipay.trade.refund", "v2/trade/refund.rs"),
        ("alipay.marketing.activity.voucher.create", "v3/marketing/activity_voucher_create.rs"),
    ] {
        let code = Builder::new().operations([method]).generate().unwrap();
        let held = fs::read_to_string(models.join(path)).unwrap();
        assert!(items(&held).count() > 5);
        items(&held).for_each(|item| assert!(code.contains(&item), "{path}: {item}"));
    }
}

#[test]
fn everything_chosen_is_everything_generated() {
    let code = choose(&["*"]).unwrap();
    let files = emit(&golden().lower().unwrap()).unwrap();
    let deep = files.iter().filter(|(path, _)| path.components().count() > 2 && !path.ends_with("types.rs"));
    let mut seen = 0;
    for (path, item) in deep.flat_map(|(path, text)| items(text).map(move |item| (path, item))) {
        assert!(code.contains(&item), "{}: {item}", path.display());
        seen += 1;
    }
    assert!(seen > 50, "{seen} items");
}

#[test]
fn an_archive_says_what_the_files_said() {
    let spec = golden();
    let bytes = archive(&spec).unwrap();
    let archive = Archive::open(&bytes).unwrap();
    let keys: BTreeSet<_> = archive.keys().map(str::to_owned).collect();
    let again = Source::new(&archive, Vec::new(), &mut Vec::new()).close(keys).unwrap();
    assert_eq!(again.findings, []);
    let lines = |spec: &Spec| {
        let text = catalog(&spec.lower().unwrap());
        text.lines().map(|line| line.trim_end_matches(',').to_owned()).collect::<BTreeSet<_>>()
    };
    assert_eq!(lines(&again), lines(&spec));
}

#[test]
fn only_what_the_choice_needs_is_there() {
    let code = choose(&["alipay.shop.item.query"]).unwrap();
    assert!(code.contains("pub struct ItemQueryRequest"));
    assert!(!code.contains("OrderPayRequest") && !code.contains("pub mod v2"), "{code}");
}

#[test]
fn nothing_is_left_of_the_crate_it_was_made_for() {
    let code = generate(Builder::new().operations(["*"]).runtime("my_crate::alipay")).unwrap();
    for foreign in ["use crate::", "#[cfg(", "//!", "feature = ", " alipay_core::", "\nalipay_core::"] {
        assert!(!code.contains(foreign), "{foreign}");
    }
    assert!(code.contains("use my_crate::alipay::{"));
    assert!(code.contains("\nmy_crate::alipay::model!(OrderPayRequest);"));
    assert!(syn::parse_file(&code).is_ok());
}

#[test]
fn one_of_the_protocols_can_be_left_out() {
    for (protocols, v2, v3) in
        [(Protocols::Both, true, true), (Protocols::V2, true, false), (Protocols::V3, false, true)]
    {
        let code = generate(Builder::new().operations(["*"]).protocols(protocols)).unwrap();
        assert_eq!((code.contains("pub mod v2 {"), code.contains("pub mod v3 {")), (v2, v3), "{protocols:?}");
    }
}

#[test]
fn every_name_that_means_nothing_is_said_at_once() {
    let error =
        choose(&["alipay.shop.order.pya", "alipay.shop.zzz.*", "zhima.credit.score.get"]).unwrap_err();
    assert!(error.contains("alipay.shop.order.pya: no operation has this name"), "{error}");
    assert!(error.contains("did you mean `alipay.shop.order.pay`"), "{error}");
    assert!(error.contains("alipay.shop.zzz.*: no operation has a name of this form"), "{error}");
    assert!(error.contains("zhima.credit.score.get: no operation has this name"), "{error}");
    assert!(choose(&[]).unwrap_err().contains("no operation was chosen"));
    let left_out = Builder::new().operations(["alipay.shop.order.*"]).protocols(Protocols::V3);
    let error = generate(left_out).unwrap_err();
    assert!(error.contains("it belongs to the protocol that was left out"), "{error}");
}

#[test]
fn mistakes_in_ones_own_rows_and_in_the_choice_are_said_together() {
    let own = "group = \"own\"\n[[operation]]\nmethod = \"alipay.own.send\"\nrequest = [\n  { name = \"a\", type = \"txt\" \
               },\n  { name = \"b\", type = \"Nothing\" },\n  { name = \"c\", type = \"string\", need = \"perhaps\" },\n]\nresponse \
               = []\n";
    let builder = Builder::new()
        .specification_text("v2/own.toml", own)
        .specification("no/such/folder")
        .operations(["alipay.own.send", "alipay.own.sned"]);
    let error = generate(builder).unwrap_err();
    for said in [
        "spec/v2/own.toml:5: alipay.own.send/request/a: ",
        "spec/v2/own.toml:6: alipay.own.send/request/b: ",
        "spec/v2/own.toml:7: alipay.own.send/request/c: `perhaps` is not a need",
        "build.rs: alipay.own.sned: no operation has this name",
        "build.rs: specification: there is no folder `no/such/folder`",
    ] {
        assert!(error.contains(said), "{said}\nnot in\n{error}");
    }
}

#[test]
fn findings_name_the_file_that_the_user_has() {
    let folder = std::env::temp_dir().join(format!("alipay-codegen-{}", std::process::id()));
    std::fs::create_dir_all(folder.join("v2")).unwrap();
    std::fs::write(folder.join("v2/own.toml"), "group = \"own\"\nx = 1\n").unwrap();
    let error = generate(Builder::new().specification(&folder).operations(["*"])).unwrap_err();
    std::fs::remove_dir_all(&folder).unwrap();
    let file = folder.join("v2/own.toml");
    assert!(error.contains(&format!("{}:2: unknown key `x`", file.display())), "{error}");
}

#[test]
fn the_runtime_must_be_a_path() {
    let error = generate(Builder::new().operations(["*"]).runtime("alipay core")).unwrap_err();
    assert!(error.contains("`alipay core` is not the path of a module"), "{error}");
}

const OWN: &str = r#"
group = "shop"

[[operation]]
method = "alipay.shop.order.pay"
request = [{ name = "mine", type = "Mine", need = "must" }, { name = "channel", type = "enum:Channel" }]
response = []

[[operation]]
method = "alipay.shop.other"
request = []
response = []

[[type]]
name = "Mine"
fields = [{ name = "text", type = "string" }]
"#;

#[test]
fn a_specification_of_ones_own_wins_and_sees_the_embedded_one() {
    let own = Builder::new().specification_text("v2/shop.toml", OWN);
    let code = generate(own.operations(["alipay.shop.order.pay"])).unwrap();
    assert!(code.contains("pub fn new(mine: impl Into<Mine>) -> Self"), "{code}");
    assert!(code.contains("pub enum Channel"), "{code}");
    assert!(!code.contains("OtherRequest"), "{code}");
}

#[test]
fn mistakes_in_a_specification_of_ones_own_are_findings() {
    let wrong = OWN.replace("type = \"Mine\"", "type = \"Mien\"").replace("need =", "neeed =");
    let own = |text: &str| {
        let builder = Builder::new().specification_text("v2/shop.toml", text);
        generate(builder.operations(["alipay.shop.order.pay"])).unwrap_err()
    };
    assert!(own(&wrong).contains("spec/v2/shop.toml:6: "), "{}", own(&wrong));
    assert!(own(&wrong).contains("did you mean `need`?"));
    let unknown = OWN.replace("type = \"Mine\"", "type = \"Mien\"");
    assert!(own(&unknown).contains("unknown type `Mien`"), "{}", own(&unknown));
    let twice = format!("{OWN}\n[[type]]\nname = \"Mine\"\nfields = []\n");
    assert!(
        own(&twice).contains("v2/type/Mine: this stands in spec/v2/shop.toml already"),
        "{}",
        own(&twice)
    );
}

#[test]
fn a_damaged_archive_is_an_error() {
    let mut bytes = archive(&golden()).unwrap();
    let last = bytes.len() - 1;
    bytes[last] ^= 0xff;
    let error = Builder::new().operations(["*"]).generate_from(&bytes).unwrap_err();
    assert!(matches!(&error, BuildError::Archive(_)), "{error}");
    assert_eq!(format!("{error:?}"), error.to_string());
}

#[test]
fn the_file_is_written_once() {
    let folder = env::temp_dir().join(format!("alipay-codegen-{}", process::id()));
    let builder = Builder::new().specification_text("v2/shop.toml", OWN).operations(["alipay.shop.other"]);
    let builder = builder.out_dir(&folder);
    let path = builder.emit().unwrap();
    assert_eq!(path, folder.join("alipay.rs"));
    assert_eq!(fs::read_to_string(&path).unwrap(), builder.generate().unwrap());
    let written = fs::metadata(&path).unwrap().modified().unwrap();
    builder.emit().unwrap();
    assert_eq!(fs::metadata(&path).unwrap().modified().unwrap(), written);
    fs::remove_dir_all(&folder).unwrap();
}
