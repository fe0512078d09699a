//! The folder spec/ as documents, one for each protocol: for `diff`.

use std::path::Path;
use std::{fs, io};

use toml::{Table, Value};

use super::{Document, EnumDef, Field, Operation, Own, Place, Protocol, Type, TypeDef};

/// Reads the operations and types of a folder, as they stand there: before `overrides/`.
///
/// Rows that are no rows are left out: `spec lint` reports them.
pub(crate) fn read_folder(folder: &Path) -> io::Result<Vec<Document>> {
    let common = table(&folder.join("common.toml"))?;
    let mut documents = Vec::new();
    for protocol in [Protocol::V2, Protocol::V3] {
        let inner = folder.join(protocol.to_string());
        if !inner.is_dir() {
            continue;
        }
        let mut own = Own::default();
        own.enums.extend(enums(&common));
        let mut document = Document { types: types(&common, "type"), ..Document::empty(protocol) };
        let mut paths = fs::read_dir(&inner)?
            .map(|entry| entry.map(|entry| entry.path()))
            .collect::<io::Result<Vec<_>>>()?;
        paths.retain(|path| path.extension().is_some_and(|extension| extension == "toml"));
        paths.sort();
        for path in paths {
            let table = table(&path)?;
            document.operations.extend(tables(&table, "operation").map(operation));
            document.types.extend(types(&table, "type"));
            own.notifications.extend(types(&table, "notification"));
            own.enums.extend(enums(&table));
        }
        document.own = Some(own);
        documents.push(document);
    }
    if documents.is_empty() {
        let what = "there is neither v2/ nor v3/ in this folder";
        return Err(io::Error::new(io::ErrorKind::NotFound, what));
    }
    Ok(documents)
}

/// An absent file says nothing; one that is not TOML is an error.
fn table(path: &Path) -> io::Result<Table> {
    match fs::read_to_string(path) {
        Ok(text) => text.parse().map_err(|error| {
            io::Error::new(io::ErrorKind::InvalidData, format!("{}: {error}", path.display()))
        }),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Table::new()),
        Err(error) => Err(error),
    }
}

fn tables<'a>(table: &'a Table, key: &str) -> impl Iterator<Item = &'a Table> {
    table.get(key).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_table)
}

fn text(table: &Table, key: &str) -> Option<String> {
    table.get(key).and_then(Value::as_str).map(str::to_owned)
}

fn operation(table: &Table) -> Operation {
    let verb = text(table, "verb");
    let place = match verb.as_deref() {
        Some("GET" | "DELETE") => Place::Query,
        _ => Place::Body,
    };
    let request = fields(table, "request", place);
    Operation {
        parts: verb.is_some() && request.iter().any(|field| field.ty == Type::plain("file")),
        method: text(table, "method").unwrap_or_default(),
        title: text(table, "title"),
        verb,
        path: text(table, "path"),
        form: text(table, "params").as_deref() == Some("form"),
        dispatch: Some(text(table, "dispatch").unwrap_or_else(|| "call".to_owned())),
        codes: tables(table, "codes").filter_map(|code| text(code, "value")).collect(),
        request,
        response: fields(table, "response", Place::Body),
        ..Operation::default()
    }
}

fn types(table: &Table, kind: &str) -> Vec<TypeDef> {
    let of = |table: &Table| TypeDef {
        name: text(table, "name").unwrap_or_default(),
        fields: fields(table, "fields", Place::Body),
    };
    tables(table, kind).map(of).collect()
}

fn enums(table: &Table) -> impl Iterator<Item = EnumDef> {
    tables(table, "enum").map(|table| EnumDef {
        name: text(table, "name").unwrap_or_default(),
        values: tables(table, "values").filter_map(|value| text(value, "value")).collect(),
    })
}

fn fields(table: &Table, key: &str, place: Place) -> Vec<Field> {
    tables(table, key).filter_map(|row| field(row, place)).collect()
}

fn field(row: &Table, place: Place) -> Option<Field> {
    let mut field = Field::new("", row.get("name")?.as_str()?, Type::parse(row.get("type")?.as_str()?)?);
    field.place = match text(row, "in").as_deref() {
        Some("path") => Place::Path,
        Some("query") => Place::Query,
        _ => place,
    };
    let need = text(row, "need").unwrap_or_else(|| "opt".to_owned());
    field.must = need == "must";
    field.need = Some(need);
    field.deprecated = row.contains_key("deprecated");
    field.len = len(row);
    Some(field)
}

fn len(row: &Table) -> Option<(u32, u32)> {
    let list = row.get("len")?.as_array()?;
    let bound = |index: usize| u32::try_from(list.get(index)?.as_integer()?).ok();
    Some((bound(0)?, bound(1)?))
}
