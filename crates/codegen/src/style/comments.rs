//! The comments of a file, found where the parser leaves them: before keys and items, behind values, inside rows.

use toml_edit::{Array, InlineTable, Item, Value};

/// Comment lines without what surrounds them; an empty line parts two blocks.
pub(super) type Comments = Vec<String>;

/// The rows of a list with their comments.
pub(super) struct Rows {
    pub(super) rows: Vec<CommentedRow>,
    /// Comments behind the last row, before the bracket.
    pub(super) last: Comments,
    /// A comment behind the bracket.
    pub(super) after: String,
}

/// One row.
pub(super) struct CommentedRow {
    pub(super) before: Comments,
    pub(super) table: InlineTable,
    /// A comment on the same line, with the blank before it.
    pub(super) behind: String,
}

impl Rows {
    pub(super) fn is_empty(&self) -> bool {
        self.rows.is_empty() && self.last.is_empty()
    }

    pub(super) fn of_tables(tables: &[(Comments, InlineTable)]) -> Self {
        let rows = tables.iter().map(|(comments, table)| CommentedRow {
            before: comments.clone(),
            table: table.clone(),
            behind: String::new(),
        });
        Self { rows: rows.collect(), last: Comments::new(), after: String::new() }
    }
}

/// Reads the rows of a list. What stands behind the comma of a row is parsed as part of the next one.
pub(super) fn rows(array: &Array) -> Rows {
    let mut rows: Vec<CommentedRow> = Vec::with_capacity(array.len());
    let mut last = Comments::new();
    for value in array {
        let Value::InlineTable(table) = value else { continue };
        let prefix = value.decor().prefix().and_then(|text| text.as_str()).unwrap_or_default();
        let mut before = split(prefix, rows.last_mut());
        gather(value, &mut before);
        let suffix = value.decor().suffix().and_then(|text| text.as_str());
        rows.push(CommentedRow { before, table: table.clone(), behind: trailing(suffix) });
    }
    last.extend(split(array.trailing().as_str().unwrap_or_default(), rows.last_mut()));
    let after = trailing(array.decor().suffix().and_then(|text| text.as_str()));
    Rows { rows, last, after }
}

/// The first line belongs to the row before, the others to what follows.
fn split(text: &str, before: Option<&mut CommentedRow>) -> Comments {
    match (text.split_once('\n'), before) {
        (Some((first, rest)), Some(row)) if row.behind.is_empty() => {
            row.behind = trailing(Some(first));
            lines(Some(rest))
        }
        _ => lines(Some(text)),
    }
}

/// The comment lines of what stands between two pieces of TOML.
pub(super) fn lines(text: Option<&str>) -> Comments {
    let mut comments = Comments::new();
    for line in text.unwrap_or_default().lines().map(str::trim) {
        let doubled = comments.last().is_none_or(String::is_empty);
        if line.starts_with('#') {
            comments.push(line.to_owned());
        } else if !doubled {
            comments.push(String::new());
        }
    }
    // The last line holds what follows: blanks before it are not a parting line.
    if text.is_some_and(|text| !text.trim_end_matches([' ', '\t']).ends_with("\n\n")) {
        while comments.last().is_some_and(String::is_empty) {
            comments.pop();
        }
    }
    comments
}

/// Comments as lines of the file.
pub(super) fn block(comments: &Comments, indent: &str) -> String {
    let line =
        |comment: &String| if comment.is_empty() { "\n".to_owned() } else { format!("{indent}{comment}\n") };
    comments.iter().map(line).collect()
}

/// A comment behind a value, with one blank before it; nothing where there is none.
pub(super) fn trailing(text: Option<&str>) -> String {
    let text = text.unwrap_or_default().trim();
    if text.starts_with('#') { format!(" {text}") } else { String::new() }
}

/// Comments inside of an item, which then stand before it.
pub(super) fn gather_item(item: &Item, comments: &mut Comments) {
    match item {
        Item::Value(value) => gather(value, comments),
        Item::Table(table) => {
            comments.extend(lines(table.decor().prefix().and_then(|text| text.as_str())));
            for (key, item) in table {
                let before =
                    table.key(key).and_then(|key| key.leaf_decor().prefix()).and_then(|text| text.as_str());
                comments.extend(lines(before));
                gather_item(item, comments);
            }
        }
        Item::ArrayOfTables(_) | Item::None => {}
    }
}

/// Comments inside of a value: between the keys of an inline table, between the items of a list.
fn gather(value: &Value, comments: &mut Comments) {
    let mut add =
        |text: Option<&str>| comments.extend(lines(text).into_iter().filter(|line| !line.is_empty()));
    match value {
        Value::InlineTable(table) => {
            for (key, inner) in table {
                let decor = table.key(key).map(toml_edit::Key::leaf_decor);
                add(decor.and_then(|decor| decor.prefix()).and_then(|text| text.as_str()));
                add(decor.and_then(|decor| decor.suffix()).and_then(|text| text.as_str()));
                around(inner, &mut add);
            }
            add(table.trailing().as_str());
            table.iter().for_each(|(_, inner)| gather(inner, comments));
        }
        Value::Array(array) => {
            array.iter().for_each(|inner| around(inner, &mut add));
            add(array.trailing().as_str());
            array.iter().for_each(|inner| gather(inner, comments));
        }
        _ => {}
    }
}

fn around(value: &Value, add: &mut impl FnMut(Option<&str>)) {
    add(value.decor().prefix().and_then(|text| text.as_str()));
    add(value.decor().suffix().and_then(|text| text.as_str()));
}
