//! One style: the same for every order of keys, and the same when styled again.

use alipay_codegen::style;

const UNTIDY: &str = r##"# top comment

# about the group
group = "shop" # behind the group

# about the operation
# second line
[[operation]] # behind the header
doc = "Buys."
method="alipay.shop.buy" # behind the method
title='买'
# before the request
request = [ # behind the bracket
  # before a
  { type = "string", name = "a", doc = "A." }, # behind a
  # one block

  # another block
  { name = "b", doc = "B.", type = "string", eg = 'q"', len=[1,2] } # behind b
  # last
] # behind the list
other = {b=1, a = [1,2,
  # inside
  3]}
response = []

[[type]]
fields = [{doc="C.",name="c"}]
name = "T"
[[operation]]
method = "alipay.shop.sell"
[[operation.request]]
# in a table
doc = "F."
name = "f"
# at the end
"##;

const TIDY: &str = r##"# top comment

# about the group
group = "shop" # behind the group

# about the operation
# second line
[[operation]] # behind the header
method = "alipay.shop.buy" # behind the method
title  = '买'
doc    = "Buys."
# before the request
request = [
  # behind the bracket
  # before a
  { name = "a", type = "string", doc = "A." }, # behind a
  # one block

  # another block
  { name = "b", type = "string", len = [1, 2], eg = 'q"', doc = "B." }, # behind b
  # last
] # behind the list
response = []
# inside
other  = { b = 1, a = [1, 2, 3] }

[[operation]]
method = "alipay.shop.sell"
request = [
  # in a table
  { name = "f", doc = "F." },
]

[[type]]
name = "T"
fields = [
  { name = "c", doc = "C." },
]

# at the end
"##;

#[test]
fn keys_and_tables_have_one_order_and_comments_stay() {
    assert_eq!(style("spec/v2/shop.toml", UNTIDY).unwrap(), TIDY);
}

#[test]
fn what_is_in_style_stays_as_it_is() {
    assert_eq!(style("spec/v2/shop.toml", TIDY).unwrap(), TIDY);
}

#[test]
fn an_empty_file_stays_empty() {
    assert_eq!(style("spec/common.toml", "").unwrap(), "");
    assert_eq!(style("spec/common.toml", "# only this").unwrap(), "# only this\n");
}

#[test]
fn a_text_that_is_not_toml_is_a_finding_with_its_line() {
    let findings = style("spec/common.toml", "[[type]]\nname = \n").unwrap_err();
    assert_eq!((findings[0].file.as_str(), findings[0].line), ("spec/common.toml", 2));
}
