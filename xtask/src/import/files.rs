//! The files of spec/ in pieces: tables that can be changed, added and moved, with their comments.

use std::collections::BTreeMap;

use alipay_codegen::{Finding, style};
use toml_edit::{Array, DocumentMut, Item, Table, Value, value};

/// The kinds of tables, in the order of a file.
pub(super) const KINDS: [&str; 4] = ["operation", "notification", "type", "enum"];

/// One file.
#[derive(Debug, Default)]
pub(super) struct File {
    /// What stands before the first table.
    head: String,
    /// What stands behind the last one.
    tail: String,
    tables: BTreeMap<&'static str, Vec<Table>>,
    /// Whether anything is to be written.
    pub(super) changed: bool,
}

impl File {
    /// Takes a file apart. It is brought into the one style first, so that each field is a row of a list.
    pub(super) fn parse(path: &str, text: &str) -> Result<Self, Vec<Finding>> {
        let mut document: DocumentMut = match style(path, text)?.parse() {
            Ok(document) => document,
            // Styled text is TOML; were it not, the file would stay as it is.
            Err(_) => return Ok(Self { head: text.to_owned(), ..Self::default() }),
        };
        let tail = document.trailing().as_str().unwrap_or_default().to_owned();
        document.set_trailing("");
        let mut tables = BTreeMap::new();
        for kind in KINDS {
            if let Some(Item::ArrayOfTables(list)) = document.remove(kind) {
                tables.insert(kind, list.into_iter().collect::<Vec<_>>());
            }
        }
        let mut head = document.to_string();
        let first = KINDS.into_iter().find(|kind| tables.contains_key(kind));
        if let Some(table) = first.and_then(|kind| tables.get_mut(kind)?.first_mut())
            && head.trim().is_empty()
        {
            // A comment on the whole file stands before the first table, with an empty line between them.
            let before = table.decor().prefix().and_then(|text| text.as_str()).unwrap_or_default().to_owned();
            if let Some((comment, own)) = before.trim_end_matches(' ').rsplit_once("\n\n") {
                head = format!("{comment}\n");
                table.decor_mut().set_prefix(format!("\n{own}"));
            }
        }
        Ok(Self { head, tail, tables, changed: false })
    }

    /// A file that is not there yet: of a group, or of what several groups use.
    pub(super) fn new(group: Option<&str>) -> Self {
        let head = match group {
            Some(group) => format!("group = \"{group}\"\n"),
            None => "# Types and enums that several groups use.\n".to_owned(),
        };
        Self { head, changed: true, ..Self::default() }
    }

    pub(super) fn tables(&self, kind: &str) -> &[Table] {
        self.tables.get(kind).map_or(&[], Vec::as_slice)
    }

    pub(super) fn tables_mut(&mut self, kind: &'static str) -> &mut Vec<Table> {
        self.tables.entry(kind).or_default()
    }

    /// The file as text, in the one style.
    pub(super) fn render(&self, path: &str) -> Result<String, Vec<Finding>> {
        let mut text = self.head.clone();
        for kind in KINDS {
            for table in self.tables(kind) {
                let decor = table.decor();
                text.push('\n');
                text.push_str(decor.prefix().and_then(|text| text.as_str()).unwrap_or_default());
                text.push_str(&format!("[[{kind}]]"));
                text.push_str(decor.suffix().and_then(|text| text.as_str()).unwrap_or_default());
                text.push('\n');
                text.push_str(&table.to_string());
            }
        }
        text.push_str(&self.tail);
        style(path, &text)
    }
}

/// The text under a key of a table or row.
pub(super) fn text<'a>(table: &'a dyn toml_edit::TableLike, key: &str) -> Option<&'a str> {
    table.get(key)?.as_str()
}

/// The rows below a key.
pub(super) fn rows<'a>(
    table: &'a Table,
    key: &str,
) -> impl Iterator<Item = &'a toml_edit::InlineTable> + use<'a> {
    table.get(key).and_then(Item::as_array).into_iter().flatten().filter_map(Value::as_inline_table)
}

/// The list below a key, made where it is absent; `None` where something else stands there.
pub(super) fn list<'a>(table: &'a mut Table, key: &str) -> Option<&'a mut Array> {
    table.entry(key).or_insert_with(|| value(Array::new())).as_array_mut()
}
