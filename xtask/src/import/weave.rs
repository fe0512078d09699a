//! Putting new things among old ones: each behind the thing that stands before it in the document.

use std::collections::HashMap;

use toml_edit::{Array, InlineTable, Value};

/// Brings `new` into `old`. `order` names everything in the order of the document; what is new and not in it goes last.
pub(super) fn weave<T>(
    old: Vec<T>,
    mut new: HashMap<String, T>,
    order: impl IntoIterator<Item = impl AsRef<str>>,
    name: impl Fn(&T) -> Option<String>,
) -> Vec<T> {
    let places: HashMap<String, usize> =
        old.iter().enumerate().filter_map(|(index, item)| Some((name(item)?, index))).collect();
    // What comes behind the old item with this number; 0 is the front.
    let mut behind: Vec<Vec<T>> = (0..=old.len()).map(|_| Vec::new()).collect();
    let mut slot = 0;
    for name in order {
        if let Some(place) = places.get(name.as_ref()) {
            slot = place + 1;
        } else if let Some(item) = new.remove(name.as_ref())
            && let Some(list) = behind.get_mut(slot)
        {
            list.push(item);
        }
    }
    let mut rest: Vec<_> = new.into_iter().collect();
    rest.sort_by(|(left, _), (right, _)| left.cmp(right));
    if let Some(list) = behind.last_mut() {
        list.extend(rest.into_iter().map(|(_, item)| item));
    }
    let mut behind = behind.into_iter();
    let mut woven = behind.next().unwrap_or_default();
    for (item, added) in old.into_iter().zip(behind) {
        woven.push(item);
        woven.extend(added);
    }
    woven
}

/// The same for the rows of a list, so that each comment stays with its row.
pub(super) fn weave_rows(
    array: &mut Array,
    new: HashMap<String, InlineTable>,
    order: impl IntoIterator<Item = impl AsRef<str>>,
    key: &str,
) {
    if new.is_empty() {
        return;
    }
    let mut rows: Vec<Row> = Vec::with_capacity(array.len() + new.len());
    // A comment behind the comma of a row is read as part of what follows it.
    for value in array.iter() {
        let prefix = value.decor().prefix().and_then(|text| text.as_str()).unwrap_or_default();
        let before = take_first_line(prefix, rows.last_mut());
        rows.push(Row { before, value: value.clone(), behind: String::new() });
    }
    let last = take_first_line(array.trailing().as_str().unwrap_or_default(), rows.last_mut());
    let new = new.into_iter().map(|(name, table)| (name, Row::new(Value::InlineTable(table)))).collect();
    let rows =
        weave(rows, new, order, |row| row.value.as_inline_table()?.get(key)?.as_str().map(str::to_owned));
    array.clear();
    let mut behind = String::new();
    for row in rows {
        let mut value = row.value;
        value.decor_mut().set_prefix(format!("{behind}\n{}", row.before));
        behind = row.behind;
        array.push_formatted(value);
    }
    array.set_trailing(format!("{behind}\n{last}"));
    array.set_trailing_comma(true);
}

struct Row {
    before: String,
    value: Value,
    behind: String,
}

impl Row {
    fn new(value: Value) -> Self {
        Self { before: String::new(), value, behind: String::new() }
    }
}

/// The first line belongs to the row before, if there is one.
fn take_first_line(text: &str, before: Option<&mut Row>) -> String {
    match (text.split_once('\n'), before) {
        (Some((first, rest)), Some(row)) => {
            row.behind = first.to_owned();
            rest.to_owned()
        }
        _ => text.to_owned(),
    }
}
