//! One list of fields: what the document says of each comes in, what we say of it stays.

use std::collections::{BTreeMap, HashMap, HashSet};

use alipay_codegen::SensitiveNames;
use toml_edit::{Array, InlineTable, TableLike, Value, value};

use super::files::text;
use super::limits;
use super::names::Names;
use super::report::Report;
use super::weave::weave_rows;
use crate::document::{Field, Finding, Leaf, Place, Type};

/// What merging needs to know, and what it finds out.
pub(super) struct Merge<'a> {
    pub(super) sensitive: &'a SensitiveNames,
    /// Values that enums of ours cannot take, by their row.
    pub(super) refused: &'a HashSet<String>,
    pub(super) names: Names<'a>,
    /// A type of ours, and the document's type that it stands for.
    pub(super) pairs: Vec<(String, String)>,
    /// By the name of an enum of ours, the values that the document lists where a row has it.
    pub(super) values: BTreeMap<String, Vec<String>>,
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
            if let Some(fact) = known.get(name.as_str()).filter(|fact| !fact.refused) {
                changed |= self.field(row, fact, usual, &format!("{place}/{name}"));
            }
            seen.insert(name);
        }
        for fact in facts.iter().filter(|fact| !(fact.refused || seen.contains(&fact.name))) {
            if let Some(row) = self.row(fact, usual, &format!("{place}/{}", fact.name)) {
                missing.insert(fact.name.clone(), row);
            }
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

    /// Merges codes or values, which have no facts but their value; returns how many are new.
    pub(super) fn codes(&mut self, rows: &mut Array, codes: &[String], place: &str) -> usize {
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
        let added = missing.len();
        weave_rows(rows, missing, codes, "value");
        added
    }

    fn field(&mut self, row: &mut InlineTable, fact: &Field, usual: Place, place: &str) -> bool {
        let mut changed = self.ty(row, fact, place);
        self.values(row, fact, place);
        changed |= self.rust(row, "rust", fact.rust.as_deref(), place);
        changed |= self.sensitivity(row, &fact.name);
        changed |= self.place(row, fact, usual, place);
        changed |= self.limits(row, fact, place);
        match (fact.deprecated, row.contains_key("deprecated")) {
            (true, false) => {
                row.insert("deprecated", true.into());
                self.report.changed(format!("{place}: deprecated now"));
                changed = true;
            }
            (false, true) if !self.names.loose => self.report.kept(format!("{place}: `deprecated`")),
            _ => {}
        }
        changed
    }

    /// Values go to the enum of the row. Where it has none they are reported: what to call one is ours to say.
    fn values(&mut self, row: &InlineTable, fact: &Field, place: &str) {
        let Some(ty) = text(row, "type").and_then(Type::parse).filter(|_| !fact.values.is_empty()) else {
            return;
        };
        match ty.leaf {
            Leaf::Enum(name) => {
                let refused = self.refused;
                let values = self.values.entry(name.clone()).or_default();
                for value in fact.values.iter().filter(|value| !refused.contains(&format!("{name}/{value}")))
                {
                    if !values.contains(value) {
                        values.push(value.clone());
                    }
                }
            }
            _ => self.report.otherwise(format!(
                "{place}: `{ty}`, the document lists `{}`; add an [[enum]] of them, and write `enum:Name`",
                fact.values.join("`, `")
            )),
        }
    }

    /// Where the field travels, and whether it has to.
    fn place(&mut self, row: &mut InlineTable, fact: &Field, usual: Place, place: &str) -> bool {
        let before = location(row, usual);
        let moved = before != fact.place;
        if moved {
            match word(fact.place, usual) {
                Some(word) => row.insert("in", word.into()),
                None => row.remove("in"),
            };
            if fact.place == Place::Path {
                row.insert("need", "must".into());
            } else if before == Place::Path && !(fact.must || row.contains_key("doc")) {
                // It was needed for its place alone.
                row.remove("need");
            }
            self.report.changed(format!("{place}: travels in the {} now", fact.place));
        }
        let needed = fact.must && !row.contains_key("need");
        if needed {
            row.insert("need", "must".into());
            self.report.changed(format!("{place}: needed now"));
        } else if let Some(need) = text(row, "need").filter(|need| fact.must && *need != "must") {
            self.report.otherwise(format!("{place}: `need = \"{need}\"`, the document says `must`"));
        }
        moved || needed
    }

    /// The document's limits come where the row has none; where it has others, ours stay.
    fn limits(&mut self, row: &mut InlineTable, fact: &Field, place: &str) -> bool {
        let Some(ty) = text(row, "type").and_then(Type::parse) else { return false };
        let mut changed = false;
        for (key, limit) in limits::of(fact) {
            let said = limit.to_string();
            match row.get(key).map(|ours| ours.to_string().trim().to_owned()) {
                Some(ours) if ours == said => {}
                Some(ours) => {
                    self.report.otherwise(format!("{place}: `{key} = {ours}`, the document says `{said}`"));
                }
                None if limits::fits(key, &limit, &ty) => {
                    row.insert(key, limit);
                    self.report.changed(format!("{place}: `{key} = {said}` now"));
                    changed = true;
                }
                None => {
                    self.report.otherwise(format!("{place}: `{ty}`, the document says `{key} = {said}`"));
                }
            }
        }
        changed
    }

    /// The Rust name, where the one that the wire name gives is taken, and none is written yet.
    pub(super) fn rust(
        &mut self,
        row: &mut dyn TableLike,
        key: &str,
        name: Option<&str>,
        place: &str,
    ) -> bool {
        let Some(name) = name.filter(|_| !row.contains_key(key)) else { return false };
        row.insert(key, value(name));
        self.report.named.push(format!("{place}: `{key} = \"{name}\"`"));
        true
    }

    /// What a log must not show is marked, also in rows that were there before their name was known for it.
    fn sensitivity(&mut self, row: &mut InlineTable, name: &str) -> bool {
        let ty = text(row, "type").and_then(Type::parse);
        let (Some(kind), Some(ty)) = (self.sensitive.of(name), ty) else { return false };
        let marked = !row.contains_key("sensitive") && ty.is_value();
        if marked {
            row.insert("sensitive", kind.into());
            self.report.counts.marked += 1;
        }
        marked
    }

    fn ty(&mut self, row: &mut InlineTable, fact: &Field, place: &str) -> bool {
        let written = text(row, "type").unwrap_or_default().to_owned();
        // What is no type is a finding of `spec lint`, and not ours to mend.
        let Some(ours) = Type::parse(&written) else { return false };
        if self.names.stands(&ours, &fact.ty) {
            if let (Some(ours), Some(theirs)) = (ours.named_type(), fact.ty.named_type()) {
                self.pairs.push((ours.to_owned(), theirs.to_owned()));
            }
            if self.names.loose && ours.is_bare_guess() && fact.ty.is_bare_guess() && ours != fact.ty {
                self.report.otherwise(format!("{place}: `{ours}`, the document says `{}`", fact.ty));
            }
            return false;
        }
        let Some(ty) = self.ours(fact, place) else { return false };
        self.report.changed(format!("{place}: `{written}` is `{ty}` now"));
        row.insert("type", ty.to_string().into());
        for key in limits::unfit(row, &ty) {
            if let Some(value) = row.remove(&key) {
                let value = value.to_string();
                self.report
                    .changed(format!("{place}: `{key} = {}` removed, it does not fit `{ty}`", value.trim()));
            }
        }
        true
    }

    /// A row that is not there yet; `None` after a finding.
    fn row(&mut self, fact: &Field, usual: Place, place: &str) -> Option<InlineTable> {
        let ty = self.ours(fact, place)?;
        let mut row = InlineTable::new();
        row.insert("name", fact.name.as_str().into());
        self.rust(&mut row, "rust", fact.rust.as_deref(), place);
        row.insert("type", ty.to_string().into());
        if fact.must {
            row.insert("need", "must".into());
        }
        if let Some(word) = word(fact.place, usual) {
            row.insert("in", word.into());
        }
        for (key, limit) in limits::of(fact) {
            row.insert(key, limit);
        }
        self.sensitivity(&mut row, &fact.name);
        self.values(&row, fact, place);
        if fact.deprecated {
            row.insert("deprecated", true.into());
        }
        if let Some(example) = &fact.example {
            row.insert("eg", example.as_str().into());
        }
        Some(row)
    }

    /// The document's type under the name that it has here, which the row then uses.
    fn ours(&mut self, fact: &Field, place: &str) -> Option<Type> {
        let theirs = fact.ty.named_type().unwrap_or_default();
        match self.names.rename(&fact.ty) {
            Ok(ty) => {
                if let Some(name) = ty.named_type() {
                    self.pairs.push((name.to_owned(), theirs.to_owned()));
                }
                Some(ty)
            }
            Err(names) => {
                let what =
                    format!("`{theirs}` of the document is called `{}` in spec/", names.join("` and `"));
                let fix = "write this row by hand, with the one that is meant; or keep one name alone";
                let (file, place) = place.split_once(": ").unwrap_or(("spec/", place));
                let (file, place) = (file.to_owned(), place.to_owned());
                self.report.left_out.push(Finding { file, place, what, fix: fix.to_owned() });
                None
            }
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
