//! The tables of a file: operations, notifications, types, enums.

use super::fields;
use super::keys::Keys;
use super::{EnumDef, Field, Listed, Notification, Operation, TypeDef};
use crate::finding::{Place, Report};
use crate::row::Row;

/// The keys of each kind of table, in the order in which they are written.
pub(crate) const TABLES: [(&str, &[&str]); 4] = [
    (
        "operation",
        &[
            "method",
            "title",
            "doc",
            "name",
            "verb",
            "path",
            "params",
            "dispatch",
            "read-only",
            "idempotency-key",
            "event",
            "codes",
            "request",
            "response",
        ],
    ),
    ("notification", &["name", "title", "doc", "topic", "fields"]),
    ("type", &["name", "doc", "fields"]),
    ("enum", &["name", "doc", "values"]),
];

/// The keys of an enum value or error code.
pub(crate) const LISTED_KEYS: [&str; 3] = ["value", "name", "doc"];

pub(super) fn operation(row: &Row, report: &mut Report<'_>) -> Operation {
    let mut keys = begin(row, "method", 0, report);
    Operation {
        line: keys.line(),
        method: keys.needed("method"),
        title: keys.words("title"),
        doc: keys.words("doc"),
        name: keys.text("name"),
        verb: keys.text("verb"),
        path: keys.text("path"),
        params: keys.text("params"),
        dispatch: keys.text("dispatch"),
        read_only: keys.flag("read-only"),
        idempotency_key: keys.text("idempotency-key"),
        event: keys.text("event"),
        codes: listed(&mut keys, "codes"),
        request: field_rows(&mut keys, "request", "request"),
        response: field_rows(&mut keys, "response", "response"),
    }
}

pub(super) fn notification(row: &Row, report: &mut Report<'_>) -> Notification {
    let mut keys = begin(row, "name", 1, report);
    Notification {
        line: keys.line(),
        name: keys.needed("name"),
        title: keys.words("title"),
        doc: keys.words("doc"),
        topic: keys.text("topic"),
        fields: field_rows(&mut keys, "fields", ""),
    }
}

pub(super) fn type_def(row: &Row, report: &mut Report<'_>) -> TypeDef {
    let mut keys = begin(row, "name", 2, report);
    TypeDef {
        line: keys.line(),
        name: keys.needed("name"),
        doc: keys.words("doc"),
        fields: field_rows(&mut keys, "fields", ""),
    }
}

pub(super) fn enum_def(row: &Row, report: &mut Report<'_>) -> EnumDef {
    let mut keys = begin(row, "name", 3, report);
    EnumDef {
        line: keys.line(),
        name: keys.needed("name"),
        doc: keys.words("doc"),
        values: listed(&mut keys, "values"),
    }
}

fn begin<'row, 'report, 'file>(
    row: &'row Row,
    name: &str,
    kind: usize,
    report: &'report mut Report<'file>,
) -> Keys<'row, 'report, 'file> {
    let place = Place::of(row.text(name).unwrap_or_default());
    Keys::new(row, place, TABLES.get(kind).map_or(&[], |(_, keys)| keys), report)
}

fn field_rows(keys: &mut Keys<'_, '_, '_>, key: &str, part: &'static str) -> Vec<Field> {
    let rows = keys.rows(key);
    let place = keys.place.part(part);
    rows.into_iter().map(|row| fields::read(row, place, keys.report)).collect()
}

fn listed(keys: &mut Keys<'_, '_, '_>, key: &str) -> Vec<Listed> {
    let rows = keys.rows(key);
    let owner = keys.place;
    let mut values = Vec::with_capacity(rows.len());
    for row in rows {
        let place = owner.member(row.text("value").unwrap_or_default());
        let mut keys = Keys::new(row, place, &LISTED_KEYS, keys.report);
        values.push(Listed {
            line: row.line,
            value: keys.needed("value"),
            name: keys.text("name"),
            doc: keys.words("doc"),
        });
    }
    values
}
