//! What each mistake says: file, line, row, what is wrong, how to fix it.

use alipay_codegen::Spec;

use crate::support::{operation, printed, request, shop};

/// One field with these keys: its only finding, without the place.
#[track_caller]
fn check_field(keys: &str, expected: &str) {
    let others = "{ name = \"other\", type = \"string\", doc = \"D.\" },\n{ name = \"at\", type = \"datetime\", doc = \"D.\" },";
    let row = format!("{{ name = \"f\", {keys} }},\n{others}");
    assert_eq!(
        printed(&request(&row)),
        [format!("spec/v2/shop.toml:7: alipay.shop.buy/request/f: {expected}")],
        "{keys}"
    );
}

/// One operation with these lines: its only finding, without the place.
#[track_caller]
fn check_operation(lines: &str, expected: &str) {
    let rows = "request = [{ name = \"f\", type = \"string\", doc = \"D.\" }]\nresponse = []\n";
    let found = printed(&shop(&operation(&format!("{lines}\n{rows}"))));
    assert_eq!(found, [format!("spec/v2/shop.toml:2: alipay.shop.buy: {expected}")], "{lines}");
}

#[test]
fn rows_of_fields() {
    for (keys, expected) in [
        (
            "type = \"string\", doc = \"D.\", ned = \"must\"",
            "unknown key `ned`\n    fix: did you mean `need`?",
        ),
        ("type = \"strin\", doc = \"D.\"", "`strin` is not a type\n    fix: did you mean `string`?"),
        ("type = \"string\", doc = \" \"", "`doc` is empty\n    fix: write the doc"),
        ("type = \"string\", doc = 1", "`doc` is a number\n    fix: `doc` is text"),
        ("type = \"[file]\", doc = \"D.\"", "`[file]`: a file is a part of its own\n    fix: write `file`"),
        ("type = \"json<file>\"", "`json<file>`: a file is a part of its own\n    fix: write `file`"),
        ("type = \"Thing\", doc = \"D.\"", "unknown type `Thing`\n    fix: add a [[type]] called `Thing`"),
        (
            "type = \"enum:Thing\", doc = \"D.\"",
            "unknown enum `Thing`\n    fix: add a [[enum]] called `Thing`",
        ),
        (
            "type = \"string\", doc = \"D.\", need = \"maybe\"",
            "`maybe` is not a need\n    fix: write must, opt, one-of:<group>, just-one-of:<group>, at-most-one-of:<group>, \
             when:<field> or when:<field>=<VALUE>",
        ),
        (
            "type = \"string\", doc = \"D.\", need = \"one-of:g\"",
            "`g` is a group of this field alone\n    fix: add `need = \"one-of:g\"` to the other fields, or write `must` \
             or `opt`",
        ),
        (
            "type = \"string\", doc = \"D.\", need = \"when:othr\"",
            "`need` names the unknown field `othr`\n    fix: did you mean `other`?",
        ),
        (
            "type = \"string\", doc = \"D.\", only-when = \"f\"",
            "`only-when` names the field itself\n    fix: name another field",
        ),
        (
            "type = \"string\", doc = \"D.\", only-when = \"=\"",
            "`=` is not a condition\n    fix: write <field> or <field>=<VALUE>",
        ),
        (
            "type = \"datetime\", doc = \"D.\", after = \"other\"",
            "`after` names `other`, which is no time\n    fix: name a field of the type datetime or date",
        ),
        (
            "type = \"datetime\", doc = \"D.\", max-span-days = [\"att\", 3]",
            "`max-span-days` names the unknown field `att`\n    fix: did you mean `at`?",
        ),
        (
            "type = \"datetime\", doc = \"D.\", max-span-days = [3]",
            "`max-span-days` is a list\n    fix: `max-span-days` is a list `[\"<field>\", <days>]`",
        ),
        (
            "type = \"string\", doc = \"D.\", len = [3, 2]",
            "`len` is a list\n    fix: `len` is a list `[min, max]` of two whole numbers, the smaller one first",
        ),
        (
            "type = \"int\", doc = \"D.\", len = [1, 2]",
            "`len` does not go with the type `int`\n    fix: `len` is for text (`item-len` on lists)",
        ),
        (
            "type = \"string\", doc = \"D.\", max-items = 2",
            "`max-items` does not go with the type `string`\n    fix: `max-items` is for lists",
        ),
        (
            "type = \"money\", doc = \"D.\", min = \"ten\"",
            "`min` is `ten`, which is no money\n    fix: write yuan like `8.80`",
        ),
        ("type = \"int\", doc = \"D.\", min = 3, max = 2", "`min` is more than `max`\n    fix: swap them"),
        (
            "type = \"string\", doc = \"D.\", sensitive = \"yes\"",
            "`sensitive` is `yes`\n    fix: write \"pii\" or \"secret\"",
        ),
        (
            "type = \"string\", doc = \"D.\", in = \"query\"",
            "`in` stands outside a request\n    fix: remove `in`",
        ),
        (
            "type = \"string\", doc = \"D.\", rust = \"a-b\"",
            "`a-b` cannot be the Rust name of a field\n    fix: add `rust = \"...\"` in snake_case",
        ),
    ] {
        check_field(keys, expected);
    }
}

#[test]
fn examples_of_fields() {
    for (keys, expected) in [
        (
            "\"datetime\", eg = \"2017-01-1000:00:00\"",
            "`2017-01-1000:00:00` is not of the type `datetime`\n    fix: write a time like `2017-01-10 00:00:00`",
        ),
        (
            "\"date\", eg = \"2017-02-29\"",
            "`2017-02-29` is not of the type `date`\n    fix: write a day like `2017-01-10`",
        ),
        ("\"int\", eg = \"1.5\"", "`1.5` is not of the type `int`\n    fix: write a whole number like `10`"),
        ("\"bool\", eg = \"yes\"", "`yes` is not of the type `bool`\n    fix: write `true` or `false`"),
        ("\"money\", eg = \"1.234\"", "`1.234` is not of the type `money`\n    fix: write yuan like `8.80`"),
        (
            "\"money\", min = \"0.10\", eg = \"0.01\"",
            "`0.01` is out of bounds\n    fix: keep to `min` and `max`, or mend them",
        ),
        (
            "\"decimal\", scale = 1, eg = \"8.55\"",
            "`8.55` has too many fraction digits\n    fix: keep to the 1 of `scale`",
        ),
        (
            "\"string\", len = [1, 2], eg = \"一二三\"",
            "`一二三` has 3 characters\n    fix: keep to 1 to 2 characters, or mend the length",
        ),
        ("\"json<[string]>\", eg = \"{}\"", "`{}` is not a list\n    fix: write a JSON list: `[\"...\"]`"),
        (
            "\"csv<int>\", max-items = 1, eg = \"1,2\"",
            "`1,2` has 2 items\n    fix: keep to the 1 of `max-items`",
        ),
        (
            "\"csv<int>\", eg = \"1,x\"",
            "`1,x` is not of the type `int`\n    fix: write a whole number like `10`",
        ),
    ] {
        check_field(&format!("type = {keys}, doc = \"D.\""), &format!("the example {expected}"));
    }
}

#[test]
fn operations() {
    for (lines, expected) in [
        ("dispatch = \"pag\"", "`dispatch` is `pag`\n    fix: did you mean `page`?"),
        ("params = \"json\"", "`params` is `json`\n    fix: write form"),
        ("verb = \"GET\"", "`verb` in a v2 operation\n    fix: remove `verb`, or move it to spec/v3"),
        (
            "idempotency-key = \"g\"",
            "`idempotency-key` names `g`, which is no request field\n    fix: did you mean `f`?",
        ),
        (
            "idempotency-key = \"f\"\nread-only = true",
            "an operation that only reads has an `idempotency-key`\n    fix: remove the key, or write `read-only = false`",
        ),
        (
            "name = \"buy\"",
            "`buy` cannot name a type\n    fix: begin with a capital, then letters and digits",
        ),
    ] {
        check_operation(lines, expected);
    }
}

#[test]
fn methods_belong_to_their_group_and_have_words() {
    let text = operation("request = []\nresponse = []");
    let found = printed(&shop(&text.replace("alipay.shop.buy", "alipay.trade.pay")));
    assert_eq!(
        found,
        [
            "spec/v2/shop.toml:2: alipay.trade.pay: the method does not belong to the group `shop`\n    fix: move it to the \
          file of its group: the second word, or the first words where it does not begin with `alipay.`"
        ]
    );
    let found = printed(&shop(&text.replace("alipay.shop.buy", "alipay.shop. buy")));
    assert_eq!(
        found,
        [
            "spec/v2/shop.toml:2: alipay.shop. buy: `alipay.shop. buy` is not a method name\n    fix: write words of letters \
          and digits with dots between them: `alipay.trade.pay`"
        ]
    );
}

#[test]
fn v3_operations() {
    let spec = |lines: &str| {
        let text = format!("group = \"shop\"\n{}", operation(lines));
        printed(&Spec::from_files([("v3/shop.toml".to_owned(), text)]))
    };
    let place = "spec/v3/shop.toml:2: alipay.shop.buy";
    assert_eq!(
        spec("params = \"form\"\nrequest = []\nresponse = []"),
        [
            format!("{place}: `params` in a v3 operation\n    fix: remove `params`"),
            format!("{place}: `path` is missing\n    fix: add `path = \"/v3/alipay/...\"`"),
            format!("{place}: `verb` is missing\n    fix: add `verb = \"POST\"`, or the verb that it has"),
        ]
    );
    assert_eq!(
        spec("verb = \"GET\"\npath = \"/shop\"\nrequest = []\nresponse = []"),
        [format!(
            "{place}: `/shop` is not a path\n    fix: begin with `/v3/`, then words, or `{{field}}` for a path parameter, \
             with `/` between them"
        )]
    );
    let rows = "request = [\n{ name = \"a\", type = \"string\", in = \"path\", doc = \"D.\" },\n\
                { name = \"b\", type = \"string\", in = \"path\", doc = \"D.\" },\n]\nresponse = []";
    assert_eq!(
        spec(&format!("verb = \"GET\"\npath = \"/v3/shop/{{a}}/{{c}}\"\n{rows}")),
        [
            format!("{place}: no request field fills `{{c}}` of the path\n    fix: add a field `c` with `in = \"path\"`"),
            "spec/v3/shop.toml:9: alipay.shop.buy/request/a: a field of the path may be absent\n    fix: add `need = \
             \"must\"`"
                .to_owned(),
            "spec/v3/shop.toml:10: alipay.shop.buy/request/b: the path has no place for this field\n    fix: add `{b}` to \
             the path"
                .to_owned(),
        ]
    );
}

#[test]
fn types_and_enums() {
    let text = operation(
        "request = [{ name = \"a\", type = \"Known\", doc = \"A.\" }, { name = \"b\", type = \"Colr\", doc = \"B.\" },\n\
         { name = \"c\", type = \"Color\", doc = \"C.\" }, { name = \"d\", type = \"enum:Known\", doc = \"D.\" },\n\
         { name = \"e\", type = \"enum:Color\", eg = \"REDD\", doc = \"E.\" },\n\
         { name = \"f\", type = \"string\", need = \"when:e=BLUE\", doc = \"F.\" }]\nresponse = []",
    );
    let text = format!(
        "{text}[[type]]\nname = \"Known\"\ndoc = \"K.\"\nfields = []\n[[type]]\nname = \"Known\"\ndoc = \"K.\"\nfields = []\n\
         [[enum]]\nname = \"Color\"\ndoc = \"C.\"\nvalues = [\n{{ value = \"RED\", doc = \"R.\" }},\n\
         {{ value = \"red\", doc = \"R.\" }},\n{{ value = \"RED\", doc = \"R.\" }},\n{{ value = \"+\", doc = \"R.\" }},\n]\n\
         [[enum]]\nname = \"lone\"\ndoc = \"L.\"\nvalues = []\n"
    );
    assert_eq!(
        printed(&shop(&text)),
        [
            "spec/v2/shop.toml:6: alipay.shop.buy/request/b: unknown type `Colr`\n    fix: add a [[type]] called `Colr`",
            "spec/v2/shop.toml:7: alipay.shop.buy/request/c: `Color` is an enum\n    fix: write `enum:Color`",
            "spec/v2/shop.toml:7: alipay.shop.buy/request/d: `Known` is a type, not an enum\n    fix: write `Known`",
            "spec/v2/shop.toml:8: alipay.shop.buy/request/e: the example `REDD` is not listed in the enum `Color`\n    fix: \
             did you mean `RED`?",
            "spec/v2/shop.toml:9: alipay.shop.buy/request/f: `e` never has the value `BLUE`\n    fix: use a value that the \
             enum lists",
            "spec/v2/shop.toml:11: Known: no operation or notification uses this type\n    fix: delete it",
            "spec/v2/shop.toml:15: Known: `Known` is declared at spec/v2/shop.toml:11 already\n    fix: rename one of them, \
             or delete it",
            "spec/v2/shop.toml:24: Color/red: `red` and `RED` (line 23) are both `Red` in Rust\n    fix: delete one, or add \
             `name = \"...\"` to one of them",
            "spec/v2/shop.toml:25: Color/RED: `RED` stands here twice (line 23)\n    fix: delete one, or add `name = \
             \"...\"` to one of them",
            "spec/v2/shop.toml:26: Color/+: no Rust name can be made of this value\n    fix: add `name = \"...\"` in \
             CamelCase, other than `Unknown`",
            "spec/v2/shop.toml:28: lone: `lone` cannot name a type\n    fix: begin with a capital, then letters and digits: \
             `VoucherLiteInfo`",
            "spec/v2/shop.toml:28: lone: no operation or notification uses this enum\n    fix: delete it",
            "spec/v2/shop.toml:28: lone: the enum has no values\n    fix: list the known values, or use `string`",
        ]
    );
}

#[test]
fn a_type_of_two_groups_belongs_to_the_common_file_of_its_protocol() {
    let operation = operation("request = []\nresponse = []\n");
    let used = operation.replace("request = []", "request = [{ name = \"t\", type = \"T\", doc = \"T.\" }]");
    let shop = format!("group = \"shop\"\n{used}[[type]]\nname = \"T\"\ndoc = \"T.\"\nfields = []\n");
    let trade = format!("group = \"trade\"\n{}", used.replace("alipay.shop.buy", "alipay.trade.pay"));
    let spec = Spec::from_files([("v2/shop.toml".to_owned(), shop), ("v2/trade.toml".to_owned(), trade)]);
    assert_eq!(
        printed(&spec),
        [
            "spec/v2/trade.toml:6: alipay.trade.pay/request/t: `T` belongs to spec/v2/shop.toml, and this file does not \
             see it\n    fix: move `T` to spec/v2/common.toml"
        ]
    );
}

#[test]
fn files() {
    let spec = Spec::from_files(
        [
            ("common.toml", "[[operation]]\nmethod = \"alipay.a.b\"\ntitle = \"t\"\ndoc = \"D.\"\n"),
            ("v2/shop.toml", "group = \"trade\"\nx = 1\n"),
            ("v2/Bad.toml", ""),
            ("v2/self.toml", ""),
            ("v3/super.toml", ""),
            ("v2/crate.toml", ""),
            ("v3/mod.toml", ""),
            ("v2/async.toml", ""),
            ("v4/shop.toml", ""),
            ("v2/broken.toml", "group = \"broken\"\n[[type]\nname = \n"),
        ]
        .map(|(path, text)| (path.to_owned(), text.to_owned())),
    );
    let found = printed(&spec);
    let wanted = [
        "spec/common.toml:1: a common.toml holds an operation or notification\n    fix: move it to the file of its group",
        "spec/v2/Bad.toml:1: `group` is missing\n    fix: begin the file with `group = \"Bad\"`",
        "spec/v2/Bad.toml:1: `Bad` cannot name a group\n    fix: rename the file: small letters, digits and `_`; a name that modules, files and features can have",
        "spec/v2/self.toml:1: `self` cannot name a group\n    fix: rename the file: small letters, digits and `_`; a name that modules, files and features can have",
        "spec/v3/super.toml:1: `super` cannot name a group\n    fix: rename the file: small letters, digits and `_`; a name that modules, files and features can have",
        "spec/v2/crate.toml:1: `crate` cannot name a group\n    fix: rename the file: small letters, digits and `_`; a name that modules, files and features can have",
        "spec/v3/mod.toml:1: `mod` cannot name a group\n    fix: rename the file: small letters, digits and `_`; a name that modules, files and features can have",
        "spec/v2/async.toml:1: `async` cannot name a group\n    fix: rename the file: small letters, digits and `_`; a name that modules, files and features can have",
        "spec/v2/shop.toml:1: the group is `trade` but the file is called shop.toml\n    fix: write `group = \"shop\"` or \
         rename the file to trade.toml",
        "spec/v2/shop.toml:2: unknown key `x`\n    fix: remove it; keys here are group, operation, notification, type, enum",
        "spec/v4/shop.toml: this file is none of the specification's\n    fix: move it to v2/<group>.toml, v3/<group>.toml, \
         common.toml, models.toml, sensitive.toml or overrides/",
    ];
    for wanted in wanted {
        assert!(found.iter().any(|finding| finding == wanted), "{wanted}\nnot in\n{found:#?}");
    }
    assert!(found.iter().any(|finding| finding.starts_with("spec/v2/broken.toml:2: the file is not TOML: ")));
}

#[test]
fn files_travel_where_files_can() {
    let file = "{ name = \"f\", type = \"file\" }";
    let biz_content = printed(&request(file));
    assert_eq!(
        biz_content,
        [
            "spec/v2/shop.toml:2: alipay.shop.buy: files do not travel in biz_content\n    fix: add `params = \"form\"`"
        ]
    );
    let form = shop(&operation(&format!("params = \"form\"\nrequest = [{file}]\nresponse = [{file}]")));
    assert_eq!(
        printed(&form),
        [
            "spec/v2/shop.toml:8: alipay.shop.buy/response/f: a file stands outside a request\n    fix: use `string`, or \
          move it to the request"
        ]
    );
    let rest = |verb: &str, file: &str| {
        let lines = format!("verb = \"{verb}\"\npath = \"/v3/a\"\nrequest = [{file}]\nresponse = []");
        let text = format!("group = \"shop\"\n{}", operation(&lines));
        printed(&Spec::from_files([("v3/shop.toml".to_owned(), text)]))
    };
    assert_eq!(rest("POST", file), [""; 0]);
    assert_eq!(
        rest("GET", file),
        [
            "spec/v3/shop.toml:2: alipay.shop.buy: a file in a request without body\n    fix: files go with POST, PUT or \
          PATCH"
        ]
    );
    assert_eq!(
        rest("POST", "{ name = \"f\", type = \"file\", in = \"query\" }"),
        ["spec/v3/shop.toml:8: alipay.shop.buy/request/f: a file outside the body\n    fix: remove `in`"]
    );
}

#[test]
fn the_choice_of_models_names_operations_that_exist() {
    let operation = operation("request = []\nresponse = []");
    let choice = "v2 = [\"alipay.shop.*\", \"alipay.shop.sell\", \"alipay.shop.*\"]\nv4 = []\nv3 = 1\n";
    let spec = Spec::from_files([
        ("v2/shop.toml".to_owned(), format!("group = \"shop\"\n{operation}")),
        ("models.toml".to_owned(), choice.to_owned()),
    ]);
    assert_eq!(
        printed(&spec),
        [
            "spec/models.toml:1: alipay.shop.*: this name stands here twice\n    fix: delete one of the two",
            "spec/models.toml:1: alipay.shop.sell: no operation of v2 has a name like this\n    fix: mend it: a name, or \
             the beginning of names and `*`",
            "spec/models.toml:2: unknown key `v4`\n    fix: did you mean `v2`?",
            "spec/models.toml:3: `v3` is a number\n    fix: `v3` is a list of names",
        ]
    );
}

#[test]
fn a_field_of_a_sensitive_name_is_marked() {
    let rows = concat!(
        "{ name = \"payer_mobile\", type = \"[string]\" },\n",
        "{ name = \"mobile\", type = \"scalar\", sensitive = \"secret\" },\n",
        "{ name = \"mobile_brand\", type = \"string\" },\n",
        "{ name = \"has_password\", type = \"bool\" },\n",
        "{ name = \"password\", type = \"string\" },",
    );
    let text = operation(&format!("request = [\n{rows}\n]\nresponse = []"));
    let found = |names: &str| {
        printed(&Spec::from_files([
            ("sensitive.toml".to_owned(), names.to_owned()),
            ("v2/shop.toml".to_owned(), format!("group = \"shop\"\n{text}")),
        ]))
    };
    assert_eq!(
        found("pii = [\"mobile\", \"*_mobile\"]\nsecret = [\"password\", \"*_password\"]"),
        [
            "spec/v2/shop.toml:7: alipay.shop.buy/request/payer_mobile: spec/sensitive.toml has this name\n    fix: add \
             `sensitive = \"pii\"`",
            "spec/v2/shop.toml:11: alipay.shop.buy/request/password: spec/sensitive.toml has this name\n    fix: add \
             `sensitive = \"secret\"`",
        ]
    );
    assert_eq!(
        found("pii = [\"a\"]\nsecret = [\"a\"]\nsecrets = []"),
        [
            "spec/sensitive.toml:1: a: this name stands here twice\n    fix: delete one of the two",
            "spec/sensitive.toml:3: unknown key `secrets`\n    fix: did you mean `secret`?",
        ]
    );
}

#[test]
fn what_would_not_compile_is_found_before() {
    let notification = |topic: &str| {
        printed(&shop(&format!("[[notification]]\nname = \"Bought\"\ntopic = \"{topic}\"\nfields = []\n")))
    };
    assert_eq!(notification("alipay.shop.bought"), [""; 0]);
    for topic in ["", " x", "a\\\"b", "alipay"] {
        let found = notification(topic);
        assert!(found.len() == 1 && found[0].contains("is not a topic"), "{topic}: {found:#?}");
    }
    for unseen in ["a\\u202Eb", "a\\u0007b"] {
        let rows = format!("{{ name = \"a\", type = \"string\", doc = \"{unseen}\" }}");
        let found = printed(&request(&rows));
        assert!(found.len() == 1 && found[0].contains("which nobody can see"), "{found:#?}");
    }
}

#[test]
fn no_text_makes_the_generator_panic() {
    let text =
        std::fs::read_to_string(crate::support::here().join("tests/golden/spec/v2/shop.toml")).unwrap();
    // Every cut of a real file, and every file with one line gone.
    for end in text.char_indices().map(|(index, _)| index).step_by(7) {
        let cut = text.get(..end).unwrap().to_owned();
        let _ = Spec::from_files([("v2/shop.toml".to_owned(), cut.clone())]).lint();
        let _ = alipay_codegen::style("v2/shop.toml", &cut);
    }
    let lines: Vec<_> = text.lines().collect();
    for gone in 0..lines.len() {
        let kept: Vec<_> =
            lines.iter().enumerate().filter(|(index, _)| *index != gone).map(|(_, line)| *line).collect();
        let spec = Spec::from_files([("v2/shop.toml".to_owned(), kept.join("\n"))]);
        if let Ok(ir) = spec.lower() {
            alipay_codegen::emit(&ir).unwrap();
        }
    }
}
