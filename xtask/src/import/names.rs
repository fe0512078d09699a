//! What each type of the document is called here: its own name, or one of ours that the rows already have for it.

use std::collections::{BTreeSet, HashMap, HashSet};

use toml_edit::{InlineTable, Table};

use super::files::{rows, text};
use super::merge::{Files, group_of, where_types_are};
use crate::document::{Document, Field, Leaf, Type};

/// Names of types, theirs and ours.
pub(super) struct Names<'a> {
    /// The document only guesses which kind a plain value has.
    pub(super) loose: bool,
    /// The types that the document names.
    theirs: HashSet<&'a str>,
    /// The types of ours that somebody described: only these may stand for one of another name.
    described: HashSet<String>,
    /// By the document's name, the names that rows have for it.
    ours: HashMap<String, BTreeSet<String>>,
}

impl<'a> Names<'a> {
    /// Looks at every row that is there before anything is merged, so that new rows can follow them.
    pub(super) fn of(document: &'a Document, files: &Files, loose: bool) -> Self {
        let there = where_types_are(files, document.protocol);
        let table = |name: &str| -> Option<&Table> {
            let (path, index) = there.get(name)?;
            files.get(path)?.tables("type").get(*index)
        };
        let described = there.keys().filter(|name| table(name).is_some_and(is_described));
        let mut names = Self {
            loose,
            theirs: document.types.iter().map(|item| item.name.as_str()).collect(),
            described: described.cloned().collect(),
            ours: HashMap::new(),
        };
        let types = document.type_by_name();
        let mut walk = Walk::default();
        let mut tables: HashMap<&str, &Table> = HashMap::new();
        for (_, file) in files.iter().filter(|(path, _)| group_of(path, document.protocol).is_some()) {
            tables.extend(
                file.tables("operation").iter().filter_map(|item| Some((text(item, "method")?, item))),
            );
        }
        for operation in &document.operations {
            let table = tables.get(operation.method.as_str()).copied();
            for (key, facts) in [("request", &operation.request), ("response", &operation.response)] {
                names.look(table, key, facts, &mut walk);
            }
        }
        let mut seen = HashSet::new();
        loop {
            // What a row says comes before what a new row would say.
            let next = walk.pairs.pop().or_else(|| {
                let theirs = walk.new.pop()?;
                Some((names.ours(&theirs).ok()?, theirs))
            });
            match next {
                Some(pair) if seen.insert(pair.clone()) => {
                    let Some(facts) = types.get(pair.1.as_str()) else { continue };
                    names.look(table(&pair.0), "fields", &facts.fields, &mut walk);
                }
                None if walk.new.is_empty() => return names,
                _ => {}
            }
        }
    }

    fn look(&mut self, table: Option<&Table>, key: &str, facts: &[Field], walk: &mut Walk) {
        let rows: HashMap<&str, &InlineTable> = table
            .into_iter()
            .flat_map(|table| rows(table, key))
            .filter_map(|row| Some((text(row, "name")?, row)))
            .collect();
        for fact in facts {
            let Some(theirs) = fact.ty.named_type() else { continue };
            let row = rows.get(fact.name.as_str()).and_then(|row| Type::parse(text(*row, "type")?));
            let ours = row.filter(|ours| self.stands(ours, &fact.ty));
            match ours.as_ref().and_then(Type::named_type) {
                Some(ours) => {
                    self.ours.entry(theirs.to_owned()).or_default().insert(ours.to_owned());
                    walk.pairs.push((ours.to_owned(), theirs.to_owned()));
                }
                None => walk.new.push(theirs.to_owned()),
            }
        }
    }

    /// Whether the type of a row may stay where the document says another.
    pub(super) fn stands(&self, ours: &Type, theirs: &Type) -> bool {
        ours.refines(theirs, self.loose)
            && match (ours.named_type(), theirs.named_type()) {
                // A name of ours for the same thing, unless it is the document's name for another thing.
                (Some(ours), Some(theirs)) => {
                    ours == theirs || !self.theirs.contains(ours) && self.described.contains(ours)
                }
                _ => true,
            }
    }

    /// The document's type under the name that it has here.
    ///
    /// # Errors
    /// When rows have several names for it: all of them.
    pub(super) fn rename(&self, ty: &Type) -> Result<Type, Vec<String>> {
        match ty.named_type() {
            Some(theirs) => Ok(Type { wrap: ty.wrap, leaf: Leaf::Named(self.ours(theirs)?) }),
            None => Ok(ty.clone()),
        }
    }

    fn ours(&self, theirs: &str) -> Result<String, Vec<String>> {
        let Some(names) = self.ours.get(theirs) else { return Ok(theirs.to_owned()) };
        let mut list = names.iter();
        match (list.next(), list.next()) {
            (Some(name), None) => Ok(name.clone()),
            _ if names.contains(theirs) => Ok(theirs.to_owned()),
            _ => Err(names.iter().cloned().collect()),
        }
    }
}

/// Whether a table has a `doc`, or a comment before it: then somebody wrote it, and it did not come from a document.
fn is_described(table: &Table) -> bool {
    let before = table.decor().prefix().and_then(|text| text.as_str());
    text(table, "doc").is_some() || before.is_some_and(|text| text.contains('#'))
}

/// What is still to be looked at.
#[derive(Default)]
struct Walk {
    /// A type of ours, and the document's type that it stands for.
    pairs: Vec<(String, String)>,
    /// Types of the document that a row would name which is not there yet.
    new: Vec<String>,
}
