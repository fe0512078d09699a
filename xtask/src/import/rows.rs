//! One list of fields: what the document says of each comes in, what we say of it stays.

use std::collections::{HashMap, HashSet};

use toml_edit::{Array, InlineTable, Value};

use super::files::text;
use super::report::Report;
use super::weave::weave_rows;
use crate::document::{Field, Place, Type};

/// What merging needs to know, and what it finds out.
pub(super) struct Merge<'a> {
    /// The document only guesses which kind a plain value has.
    pub(super) loose: bool,
    /// The types that the document names.
    pub(super) named: HashSet<&'a str>,
    /// A type of ours, and the document's type that it stands for.
    pub(super) pairs: Vec<(String, String)>,
    pub(super) report: Report,
}

impl Merge<'_> {
    /// Merges the rows below `place` (`spec/v3/fund.toml: alipay.fund.x/request`); says whether anything changed.
    ///
    /// `usual` is where a request carries a field whose row does not say it.
    pub(super) fn fields(&mut self, rows: &mut Array, facts: &[Field], usual: Place, place: &str) -> bool {
        let known: HashMap<&str, &Field> = facts.iter().map(|fact| (fact.name.as_str(), fact)).collect();
        let mut missing: HashMap<String, InlineTable> = HashMap::new();
        let mut changed = false;
        let mut seen = HashSet::new();
        for row in rows.iter_mut().filter_map(Value::as_inline_table_mut) {
            let Some(name) = text(row, "name").map(str::to_owned) else { continue };
            if let Some(fact) = known.get(name.as_str()) {
                changed |= self.field(row, fact, usual, &format!("{place}/{name}"));
            }
            seen.insert(name);
        }
        for fact in facts.iter().filter(|fact| !seen.contains(&fact.name)) {
            missing.insert(fact.name.clone(), self.row(fact, usual));
        }
        if rows.is_empty() {
            self.report.counts.rows += missing.len();
        } else {
            self.report.counts.fields += missing.len();
        }
        changed |= !missing.is_empty();
        weave_rows(rows, missing, facts.iter().map(|fact| &fact.name), "name");
        changed
    }

    /// Merges codes, which have no facts but their value.
    pub(super) fn codes(&mut self, rows: &mut Array, codes: &[String], place: &str) -> bool {
        let listed: HashSet<String> =
            rows.iter().filter_map(|row| text(row.as_inline_table()?, "value").map(str::to_owned)).collect();
        let missing: HashMap<_, _> = codes
            .iter()
            .filter(|code| !listed.contains(*code))
            .map(|code| (code.clone(), InlineTable::from_iter([("value", code.as_str())])))
            .collect();
        let mut kept: Vec<_> = listed.iter().filter(|code| !codes.contains(code)).collect();
        kept.sort();
        for code in kept {
            self.report.kept(format!("{place}/{code}"));
        }
        let changed = !missing.is_empty();
        self.report.counts.codes += missing.len();
        weave_rows(rows, missing, codes, "value");
        changed
    }

    fn field(&mut self, row: &mut InlineTable, fact: &Field, usual: Place, place: &str) -> bool {
        let mut changed = self.ty(row, fact, place);
        if location(row, usual) != fact.place {
            match word(fact.place, usual) {
                Some(word) => row.insert("in", word.into()),
                None => row.remove("in"),
            };
            if fact.place == Place::Path {
                row.insert("need", "must".into());
            }
            self.report.changed(format!("{place}: travels in the {} now", fact.place));
            changed = true;
        }
        match (fact.deprecated, row.contains_key("deprecated")) {
            (true, false) => {
                row.insert("deprecated", true.into());
                self.report.changed(format!("{place}: deprecated now"));
                changed = true;
            }
            (false, true) if !self.loose => self.report.kept(format!("{place}: `deprecated`")),
            _ => {}
        }
        changed
    }

    fn ty(&mut self, row: &mut InlineTable, fact: &Field, place: &str) -> bool {
        let written = text(row, "type").unwrap_or_default().to_owned();
        // What is no type is a finding of `spec lint`, and not ours to mend.
        let Some(ours) = Type::parse(&written) else { return false };
        let kept = ours.refines(&fact.ty, self.loose)
            && match (ours.named_type(), fact.ty.named_type()) {
                // Another name of ours for the same thing, unless it is the document's name for another thing.
                (Some(ours), Some(theirs)) => ours == theirs || !self.named.contains(ours),
                _ => true,
            };
        if kept {
            if let (Some(ours), Some(theirs)) = (ours.named_type(), fact.ty.named_type()) {
                self.pairs.push((ours.to_owned(), theirs.to_owned()));
            }
            return false;
        }
        self.report.changed(format!("{place}: `{written}` is `{}` now", fact.ty));
        row.insert("type", fact.ty.to_string().into());
        self.uses(&fact.ty);
        true
    }

    /// A row that is not there yet.
    fn row(&mut self, fact: &Field, usual: Place) -> InlineTable {
        self.uses(&fact.ty);
        let mut row = InlineTable::new();
        row.insert("name", fact.name.as_str().into());
        row.insert("type", fact.ty.to_string().into());
        if fact.must {
            row.insert("need", "must".into());
        }
        if let Some(word) = word(fact.place, usual) {
            row.insert("in", word.into());
        }
        if let Some((min, max)) = fact.len {
            row.insert("len", Value::Array(Array::from_iter([i64::from(min), i64::from(max)])));
        }
        if fact.deprecated {
            row.insert("deprecated", true.into());
        }
        if let Some(example) = &fact.example {
            row.insert("eg", example.as_str().into());
        }
        row
    }

    fn uses(&mut self, ty: &Type) {
        if let Some(name) = ty.named_type() {
            self.pairs.push((name.to_owned(), name.to_owned()));
        }
    }
}

fn location(row: &InlineTable, usual: Place) -> Place {
    match text(row, "in") {
        Some("path") => Place::Path,
        Some("query") => Place::Query,
        _ => usual,
    }
}

/// How a row says where its field travels; nothing where that goes without saying.
fn word(place: Place, usual: Place) -> Option<&'static str> {
    match place {
        Place::Path => Some("path"),
        Place::Query if usual != Place::Query => Some("query"),
        Place::Query | Place::Body => None,
    }
}
