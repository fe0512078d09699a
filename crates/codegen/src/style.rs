//! One style for the files of the specification: one order of tables and keys, one row a line. Comments stay.

mod comments;

use std::fmt::Write;

use toml_edit::{Array, ArrayOfTables, DocumentMut, InlineTable, Item, Table, TableLike, Value};

use self::comments::{Comments, block, gather_item, trailing};
use crate::finding::{Finding, Place, Report};
use crate::row::Row;
use crate::spec::{FIELD_KEYS, FILE_KEYS, LISTED_KEYS, TABLES};

/// Writes a file of the specification in the one style. What is in that style already comes back unchanged.
///
/// `path` is how a finding names the file. Keys that the format does not know stay, behind those that it knows.
///
/// # Errors
/// The syntax errors of a text that is not TOML.
///
/// # Examples
/// ```
/// let text = "[[type]]\ndoc = 'A color.'\nname = \"Color\" # short\n";
/// let styled = alipay_codegen::style("spec/common.toml", text).unwrap();
/// assert_eq!(styled, "[[type]]\nname = \"Color\" # short\ndoc  = 'A color.'\n");
/// ```
pub fn style(path: &str, text: &str) -> Result<String, Vec<Finding>> {
    let text = text.replace("\r\n", "\n");
    let mut findings = Vec::new();
    let before = Row::parse(&text, &mut Report::new(path, &mut findings));
    if !findings.is_empty() {
        return Err(findings);
    }
    let broken = |what: String| {
        let mut findings = Vec::new();
        Report::new(path, &mut findings).add(0, Place::default(), what, "bring the file into shape by hand");
        findings
    };
    let document: DocumentMut =
        text.parse().map_err(|error| broken(format!("the file is not TOML: {error}")))?;
    let styled = file(&document);
    // Styling must never change what a file says.
    let after = Row::parse(&styled, &mut Report::new(path, &mut findings));
    match findings.is_empty() && sorted(before) == sorted(after) {
        true => Ok(styled),
        false => Err(broken(
            "the file cannot be brought into the one style without changing what it says".to_owned(),
        )),
    }
}

fn file(document: &DocumentMut) -> String {
    let mut out = String::new();
    let (tables, values): (Vec<_>, Vec<_>) =
        in_order(document.as_table(), &FILE_KEYS).into_iter().partition(|(_, item)| holds_tables(item));
    out.push_str(&entries(document.as_table(), &values));
    for (kind, item) in tables {
        match item {
            Item::ArrayOfTables(items) => items.iter().for_each(|item| table(&mut out, kind, item)),
            Item::Value(Value::Array(items)) => {
                items.iter().for_each(|item| inline_as_table(&mut out, kind, item))
            }
            _ => {}
        }
    }
    let last = comments::lines(document.trailing().as_str());
    if !last.is_empty() {
        separate(&mut out);
        out.push_str(&block(&last, ""));
    }
    out
}

/// A blank line, unless the file begins here.
fn separate(out: &mut String) {
    if !out.is_empty() {
        out.push('\n');
    }
}

fn table(out: &mut String, kind: &str, table: &Table) {
    separate(out);
    let decor = table.decor();
    out.push_str(&block(&comments::lines(decor.prefix().and_then(|text| text.as_str())), ""));
    let _ = writeln!(out, "[[{kind}]]{}", trailing(decor.suffix().and_then(|text| text.as_str())));
    out.push_str(&entries(table, &in_order(table, table_keys(kind))));
}

fn inline_as_table(out: &mut String, kind: &str, value: &Value) {
    let Value::InlineTable(table) = value else { return };
    separate(out);
    out.push_str(&block(&comments::lines(value.decor().prefix().and_then(|text| text.as_str())), ""));
    let _ = writeln!(out, "[[{kind}]]");
    out.push_str(&entries(table, &in_order(table, table_keys(kind))));
}

fn table_keys(kind: &str) -> &'static [&'static str] {
    match kind {
        "override" => &["target", "why", "set"],
        _ => TABLES.iter().find(|(name, _)| *name == kind).map_or(&[], |(_, keys)| keys),
    }
}

/// Known keys first, in their order; then the others as they stand.
fn in_order<'a>(table: &'a dyn TableLike, keys: &[&str]) -> Vec<(&'a str, &'a Item)> {
    let rank = |name: &str| keys.iter().position(|key| *key == name).unwrap_or(keys.len());
    let mut entries: Vec<_> = table.iter().collect();
    entries.sort_by_key(|(name, _)| rank(name));
    entries
}

fn holds_tables(item: &Item) -> bool {
    match item {
        Item::ArrayOfTables(_) => true,
        Item::Value(Value::Array(array)) => !array.is_empty() && array.iter().all(Value::is_inline_table),
        _ => false,
    }
}

/// The lines of a table. Plain values stand below each other; lists of rows have a line for each row.
fn entries(table: &dyn TableLike, entries: &[(&str, &Item)]) -> String {
    let is_list = |item: &Item| holds_tables(item) || item.as_array().is_some_and(Array::is_empty);
    let width =
        entries.iter().filter(|(_, item)| !is_list(item)).map(|(key, _)| bare(key).len()).max().unwrap_or(0);
    let mut out = String::new();
    for (key, item) in entries {
        let before = table.key(key).and_then(|key| key.leaf_decor().prefix()).and_then(|text| text.as_str());
        let mut comments = comments::lines(before);
        if is_list(item) {
            list(&mut out, key, item, comments);
            continue;
        }
        gather_item(item, &mut comments);
        let suffix = item.as_value().and_then(|value| value.decor().suffix()).and_then(|text| text.as_str());
        out.push_str(&block(&comments, ""));
        let text = match item.as_array() {
            Some(values) if is_long(values) => one_a_line(values),
            _ => item_text(item),
        };
        let _ = writeln!(out, "{:width$} = {text}{}", bare(key), trailing(suffix));
    }
    out
}

/// Whether a list of plain values is better read from top to bottom.
fn is_long(values: &Array) -> bool {
    values.iter().map(|value| value_text(value, &[]).len()).sum::<usize>() > 80
}

fn one_a_line(values: &Array) -> String {
    let lines: String = values.iter().map(|value| format!("  {},\n", value_text(value, &[]))).collect();
    format!("[\n{lines}]")
}

/// A list of rows: one line each, with the comments between them.
fn list(out: &mut String, key: &str, item: &Item, before: Comments) {
    out.push_str(&block(&before, ""));
    let rows = match item {
        Item::Value(Value::Array(array)) => comments::rows(array),
        Item::ArrayOfTables(tables) => comments::Rows::of_tables(&flattened(tables)),
        _ => return,
    };
    let key = bare(key);
    if rows.is_empty() {
        let _ = writeln!(out, "{key} = []{}", rows.after);
        return;
    }
    let _ = writeln!(out, "{key} = [");
    for row in &rows.rows {
        out.push_str(&block(&row.before, "  "));
        let _ = writeln!(out, "  {},{}", inline_text(&row.table, row_keys(&key)), row.behind);
    }
    out.push_str(&block(&rows.last, "  "));
    let _ = writeln!(out, "]{}", rows.after);
}

/// `[[operation.request]]` tables as rows.
fn flattened(tables: &ArrayOfTables) -> Vec<(Comments, InlineTable)> {
    let row = |table: &Table| {
        let mut comments = comments::lines(table.decor().prefix().and_then(|text| text.as_str()));
        table.iter().for_each(|(key, item)| {
            let before =
                table.key(key).and_then(|key| key.leaf_decor().prefix()).and_then(|text| text.as_str());
            comments.extend(comments::lines(before));
            gather_item(item, &mut comments);
        });
        (comments, table.clone().into_inline_table())
    };
    tables.iter().map(row).collect()
}

fn row_keys(list: &str) -> &'static [&'static str] {
    match list {
        "request" | "response" | "fields" => &FIELD_KEYS,
        "codes" | "values" => &LISTED_KEYS,
        _ => &[],
    }
}

fn item_text(item: &Item) -> String {
    match item.clone().into_value() {
        Ok(value) => value_text(&value, &[]),
        Err(_) => String::new(),
    }
}

fn value_text(value: &Value, keys: &[&str]) -> String {
    match value {
        Value::Array(array) => {
            let items: Vec<_> = array.iter().map(|value| value_text(value, &[])).collect();
            format!("[{}]", items.join(", "))
        }
        Value::InlineTable(table) => inline_text(table, keys),
        scalar => scalar.clone().decorated("", "").to_string(),
    }
}

fn inline_text(table: &InlineTable, keys: &[&str]) -> String {
    let entries = in_order(table, keys);
    let entries: Vec<_> =
        entries.into_iter().map(|(key, item)| format!("{} = {}", bare(key), item_text(item))).collect();
    if entries.is_empty() { "{}".to_owned() } else { format!("{{ {} }}", entries.join(", ")) }
}

/// A key as TOML wants it: bare where it can be.
fn bare(key: &str) -> String {
    toml_edit::Key::new(key).to_string()
}

/// Rows with their keys in alphabetical order, to compare two files by what they say.
fn sorted(mut row: Row) -> Row {
    row.cells.sort_by(|(left, _), (right, _)| left.cmp(right));
    for (_, cell) in &mut row.cells {
        sort_cell(cell);
    }
    row.line = 0;
    row
}

fn sort_cell(cell: &mut crate::row::Cell) {
    match &mut cell.value {
        crate::row::Value::List(cells) => cells.iter_mut().for_each(sort_cell),
        crate::row::Value::Table(row) => *row = sorted(std::mem::take(row)),
        _ => {}
    }
}
