//! Corrections of imported facts: `set` replaces keys of the row that `target` names, and says `why`.
//!
//! A target is `<file>/<table>[/request|/response][/<row>]`: `v2/alipay.marketing.voucher.query/response/trade_no`,
//! `v3/VoucherLiteInfo/voucher_id`, `common/VoucherStatus/ENABLED`, `v2/alipay.trade.pay`.

use std::collections::HashMap;

use super::keys::Keys;
use super::{Home, Protocol};
use crate::finding::{Finding, Place, Report};
use crate::row::{Row, Value};

/// One correction, not yet applied.
pub(super) struct Override {
    file: String,
    line: u32,
    target: String,
    set: Row,
}

/// A file's path, hash, home and rows.
pub(super) type FileRows = (String, String, Home, Row);

pub(super) fn read(path: &str, text: &str, findings: &mut Vec<Finding>) -> Vec<Override> {
    let mut report = Report::new(path, findings);
    let file = Row::parse(text, &mut report);
    let mut top = Keys::new(&file, Place::default(), &["override"], &mut report);
    let mut corrections = Vec::new();
    for row in top.rows("override") {
        let place = Place::of(row.text("target").unwrap_or_default());
        let mut keys = Keys::new(row, place, &["target", "why", "set"], &mut report);
        let target = keys.needed("target");
        keys.needed("why");
        let set = keys.read("set", "a table `{ key = value }`", |value| match value {
            Value::Table(row) if !row.cells.is_empty() => Some(row.clone()),
            _ => None,
        });
        match set {
            Some(set) => {
                corrections.push(Override { file: path.to_owned(), line: row.line, target, set });
            }
            None if row.get("set").is_none() => {
                keys.finding("set", "`set` is missing", "add `set = { key = value }`");
            }
            None => {}
        }
    }
    corrections
}

pub(super) fn apply(corrections: &[Override], files: &mut [FileRows], findings: &mut Vec<Finding>) {
    if corrections.is_empty() {
        return;
    }
    let index = index(files);
    for correction in corrections {
        let Override { file, line, target, set } = correction;
        let mut report = Report::new(file, findings);
        let place = Place::of(target);
        let Some(row) = find(&index, target).and_then(|path| path.follow(files)) else {
            let what = "the override no longer applies: no row has this name";
            let fix =
                "mend `target` (v2/<method>/request/<field>, common/<Type>/<field>) or delete the override";
            report.add(*line, place, what, fix);
            continue;
        };
        for (key, cell) in &set.cells {
            match row.get_mut(key) {
                Some(old) if *old == *cell => {
                    let what = format!("the override no longer applies: `{key}` has this value already");
                    report.add(*line, place, what, format!("delete `{key}` from `set`, or the override"));
                }
                Some(old) => old.value = cell.value.clone(),
                None => row.cells.push((key.clone(), cell.clone())),
            }
        }
    }
}

/// The way to a row: file, kind of table, number of the table.
#[derive(Clone, Copy)]
struct TablePath<'a> {
    file: usize,
    kind: &'static str,
    table: usize,
    rest: &'a str,
}

type Index = HashMap<String, (usize, &'static str, usize)>;

fn index(files: &[FileRows]) -> Index {
    let mut index = HashMap::new();
    for (file, (_, _, home, top)) in files.iter().enumerate() {
        let prefix = home.protocol().map_or("common", Protocol::as_str);
        for (kind, name) in
            [("operation", "method"), ("notification", "name"), ("type", "name"), ("enum", "name")]
        {
            let Some(Value::List(tables)) = top.get(kind).map(|cell| &cell.value) else { continue };
            for (table, cell) in tables.iter().enumerate() {
                if let Value::Table(row) = &cell.value
                    && let Some(name) = row.text(name)
                {
                    index.insert(format!("{prefix}/{name}"), (file, kind, table));
                }
            }
        }
    }
    index
}

fn find<'a>(index: &Index, target: &'a str) -> Option<TablePath<'a>> {
    let slash = target.find('/')?;
    let end = target.get(slash + 1..)?.find('/').map_or(target.len(), |found| slash + 1 + found);
    let (file, kind, table) = *index.get(target.get(..end)?)?;
    Some(TablePath { file, kind, table, rest: target.get(end..)?.trim_start_matches('/') })
}

impl TablePath<'_> {
    fn follow(self, files: &mut [FileRows]) -> Option<&mut Row> {
        let (_, _, _, top) = files.get_mut(self.file)?;
        let Value::List(tables) = &mut top.get_mut(self.kind)?.value else { return None };
        let Value::Table(table) = &mut tables.get_mut(self.table)?.value else { return None };
        if self.rest.is_empty() {
            return Some(table);
        }
        let (list, name, member) = match (self.kind, self.rest.split_once('/')) {
            ("operation", Some(("codes", member))) => ("codes", "value", member),
            ("operation", Some((list @ ("request" | "response"), member))) => (list, "name", member),
            ("notification" | "type", None) => ("fields", "name", self.rest),
            ("enum", None) => ("values", "value", self.rest),
            _ => return None,
        };
        let Value::List(rows) = &mut table.get_mut(list)?.value else { return None };
        rows.iter_mut().find_map(|cell| match &mut cell.value {
            Value::Table(row) if row.text(name) == Some(member) => Some(row),
            _ => None,
        })
    }
}
