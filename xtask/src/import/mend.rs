//! What `spec lint` would not take of an import: names that are taken already get others, and the rest is left out.
//!
//! Both are said to the document, and then everything is merged again: so a row that is left out leaves nothing behind.

use std::collections::{HashMap, HashSet};

use alipay_codegen::Finding;
use heck::{ToSnakeCase, ToUpperCamelCase};

use super::files::{rows, text};
use super::merge::{Files, sees};
use crate::document::{self, Document, Field, Protocol};

/// So many names are tried for one thing.
const MOST_NAMES: usize = 100;

pub(super) struct Mender<'a> {
    /// The document's name.
    file: &'a str,
    /// The rows that spec/ had before.
    there: HashSet<String>,
    /// What each thing was called by us, by its row.
    tried: HashMap<String, usize>,
    /// Values that an enum of ours cannot take, by its row (`Color/red`).
    pub(super) refused: HashSet<String>,
    pub(super) left_out: Vec<document::Finding>,
    /// Types that have another name here.
    pub(super) named: Vec<String>,
}

/// What a finding asks for.
enum Advice {
    /// The example is wrong, and nothing needs it.
    DropExample,
    LeaveOut,
    /// The Rust name is taken, or there is none.
    Name,
}

impl Advice {
    /// A finding of `spec lint` says in its fix what is to be done.
    fn of(finding: &Finding) -> Self {
        let named = ["`name = ", "`rust = ", "rename one of them"];
        if finding.what.starts_with("the example `") {
            Self::DropExample
        } else if named.iter().any(|words| finding.fix.contains(words)) {
            Self::Name
        } else {
            Self::LeaveOut
        }
    }
}

impl<'a> Mender<'a> {
    pub(super) fn new(file: &'a str) -> Self {
        Self {
            file,
            there: HashSet::new(),
            tried: HashMap::new(),
            refused: HashSet::new(),
            left_out: Vec::new(),
            named: Vec::new(),
        }
    }

    /// Takes note of what spec/ has already.
    pub(super) fn knows(&mut self, files: &Files, protocol: Protocol) {
        for (_, file) in files.iter().filter(|(path, _)| sees(protocol, path)) {
            for (kind, key, parts) in [
                ("operation", "method", &["request", "response"][..]),
                ("notification", "name", &["fields"]),
                ("type", "name", &["fields"]),
                ("enum", "name", &["values"]),
            ] {
                for table in file.tables(kind) {
                    let Some(owner) = text(table, key) else { continue };
                    self.there.insert(owner.to_owned());
                    for part in parts {
                        let (owner, key) = match *part {
                            "fields" => (owner.to_owned(), "name"),
                            "values" => (owner.to_owned(), "value"),
                            part => (format!("{owner}/{part}"), "name"),
                        };
                        let names = rows(table, part).filter_map(|row| text(row, key));
                        self.there.extend(names.map(|name| format!("{owner}/{name}")));
                    }
                }
            }
        }
    }

    /// Says to the document what the findings ask for; `false` where that is nothing.
    pub(super) fn mend(
        &mut self,
        document: &mut Document,
        stands_for: &HashMap<String, Vec<String>>,
        findings: &[Finding],
    ) -> bool {
        let mut facts = Facts { document, stands_for };
        let mut mended = false;
        let mut seen = HashSet::new();
        for finding in findings.iter().filter(|finding| matches!(Advice::of(finding), Advice::Name)) {
            let row = self.newest(&facts, finding);
            mended |= seen.insert(row.clone()) && self.name(&mut facts, &row);
        }
        // Rows that name what was renamed just now are better than they look.
        if mended {
            return true;
        }
        for finding in findings {
            mended |= match Advice::of(finding) {
                Advice::DropExample => {
                    self.drop_example(&mut facts, finding) || self.leave_out(&mut facts, finding)
                }
                Advice::LeaveOut | Advice::Name => self.leave_out(&mut facts, finding),
            };
        }
        mended
    }

    /// Of the rows that a clash is about, the one that is not in spec/ yet: what is there keeps its name.
    fn newest(&self, facts: &Facts<'_>, finding: &Finding) -> String {
        let owner = finding.row.rsplit_once('/').map(|(owner, _)| owner);
        let others = finding.what.split('`').skip(1).step_by(2).map(|name| match owner {
            Some(owner) => format!("{owner}/{name}"),
            None => name.to_owned(),
        });
        let mut rows = std::iter::once(finding.row.clone()).chain(others);
        rows.find(|row| facts.have(row) && !self.there.contains(row)).unwrap_or_else(|| finding.row.clone())
    }

    /// Gives a thing the next name; `false` where it is nothing of the document's, or there were too many.
    fn name(&mut self, facts: &mut Facts<'_>, row: &str) -> bool {
        let tried = self.tried.entry(row.to_owned()).or_default();
        *tried += 1;
        let number = *tried;
        if number > MOST_NAMES {
            return false;
        }
        if let Some(operation) = facts.operation_mut(row) {
            let name = operation.method.to_upper_camel_case();
            operation.rust = Some(if number == 1 { name } else { format!("{name}{number}") });
            return true;
        }
        let Some((owner, _)) = row.rsplit_once('/') else { return self.name_type(facts, row) };
        let taken: HashSet<String> =
            facts.siblings(owner).into_iter().filter_map(|field| field.rust.clone()).collect();
        let mut fields = facts.fields_mut(row);
        for field in &mut fields {
            let (word, first) = word(&field.name);
            let mut names = (first + number - 1..).map(|number| format!("{word}_{number}"));
            field.rust = names.find(|name| !taken.contains(name));
        }
        !fields.is_empty()
    }

    fn name_type(&mut self, facts: &mut Facts<'_>, ours: &str) -> bool {
        let Some(theirs) = facts.stands_for.get(ours).and_then(|theirs| theirs.first()).cloned() else {
            return false;
        };
        let known = facts.document.type_by_name();
        let name = (2..).map(|number: usize| format!("{theirs}{number}"));
        let tried = &mut self.tried;
        let Some(name) = name
            .take(MOST_NAMES)
            .find(|name| !known.contains_key(name.as_str()) && tried.insert(name.clone(), 0).is_none())
        else {
            return false;
        };
        facts.document.rename_type(&theirs, &name);
        self.named.push(format!("type `{theirs}` of the document: `name = \"{name}\"`"));
        true
    }

    fn drop_example(&mut self, facts: &mut Facts<'_>, finding: &Finding) -> bool {
        let mut dropped = false;
        for field in facts.fields_mut(&finding.row).into_iter().filter(|field| field.example.is_some()) {
            field.example = None;
            dropped = true;
            self.left_out.push(document::Finding {
                file: self.file.to_owned(),
                place: format!("{}/example", field.at),
                what: finding.what.clone(),
                fix: format!("`{}` has no example; {}", finding.row, finding.fix),
            });
        }
        dropped
    }

    /// Leaves out the field that a finding names, or the code, or else the operation.
    fn leave_out(&mut self, facts: &mut Facts<'_>, finding: &Finding) -> bool {
        let row = finding.row.strip_prefix("v2/").or(finding.row.strip_prefix("v3/")).unwrap_or(&finding.row);
        let mut left = Vec::new();
        let owner = row.split('/').next().unwrap_or_default();
        if let Some((method, code)) = row.split_once("/codes/")
            && let Some(operation) = facts.operation_mut(method)
        {
            let before = operation.codes.len();
            operation.codes.retain(|known| known != code);
            left.extend((operation.codes.len() < before).then(|| operation.at.clone()));
        }
        for field in facts.fields_mut(row).into_iter().filter(|field| !field.refused) {
            field.refused = true;
            left.push(field.at.clone());
        }
        if left.is_empty() && !owner.contains('.') {
            left.extend(self.refuse_value(facts, owner, finding));
        }
        if left.is_empty()
            && let Some(operation) = facts.operation_mut(owner).filter(|operation| !operation.refused)
        {
            operation.refused = true;
            left.push(operation.at.clone());
        }
        for place in &left {
            self.left_out.push(document::Finding {
                file: self.file.to_owned(),
                place: place.clone(),
                what: format!("`{row}`: {}", finding.what),
                fix: format!("it is left out; {}", finding.fix),
            });
        }
        !left.is_empty()
    }

    /// Of the values of an enum that a finding names, leaves out the one that is new; hands back where it stands first.
    fn refuse_value(&mut self, facts: &mut Facts<'_>, owner: &str, finding: &Finding) -> Option<String> {
        let named = finding.row.split('/').skip(1).chain(finding.what.split('`').skip(1).step_by(2));
        let mut named = named;
        named.find_map(|value| {
            let row = format!("{owner}/{value}");
            let at =
                facts.document.fields_mut().find(|field| field.values.iter().any(|known| known == value))?;
            (!self.there.contains(&row) && self.refused.insert(row)).then(|| at.at.clone())
        })
    }
}

/// The document, by the rows that it becomes.
struct Facts<'a> {
    document: &'a mut Document,
    stands_for: &'a HashMap<String, Vec<String>>,
}

impl Facts<'_> {
    fn have(&self, row: &str) -> bool {
        match row.rsplit_once('/') {
            Some((owner, name)) => self.siblings(owner).iter().any(|field| field.name == name),
            None => self.operation(row).is_some() || self.stands_for.contains_key(row),
        }
    }

    fn operation(&self, method: &str) -> Option<&document::Operation> {
        self.document.operations.iter().find(|operation| operation.method == method)
    }

    fn operation_mut(&mut self, method: &str) -> Option<&mut document::Operation> {
        self.document.operations.iter_mut().find(|operation| operation.method == method)
    }

    /// The fields below `alipay.trade.pay/request`, or below the name of a type.
    fn siblings(&self, owner: &str) -> Vec<&Field> {
        match owner.split_once('/') {
            Some((method, part)) => {
                let operation = self.operation(method);
                let fields =
                    operation.map(|item| if part == "request" { &item.request } else { &item.response });
                fields.into_iter().flatten().collect()
            }
            None => {
                let theirs = self.stands_for.get(owner);
                let types = self.document.types.iter();
                let types = types.filter(|item| theirs.is_some_and(|theirs| theirs.contains(&item.name)));
                types.flat_map(|item| &item.fields).collect()
            }
        }
    }

    /// The fields that became a row; several where a type of ours stands for several of the document.
    fn fields_mut(&mut self, row: &str) -> Vec<&mut Field> {
        let Some((owner, name)) = row.rsplit_once('/') else { return Vec::new() };
        let fields: Vec<&mut Field> = match owner.split_once('/') {
            Some((method, part)) => {
                let operation = self.operation_mut(method);
                let fields = operation
                    .map(|item| if part == "request" { &mut item.request } else { &mut item.response });
                fields.into_iter().flatten().collect()
            }
            None => {
                let theirs = self.stands_for.get(owner);
                let types = self.document.types.iter_mut();
                let types = types.filter(|item| theirs.is_some_and(|theirs| theirs.contains(&item.name)));
                types.flat_map(|item| &mut item.fields).collect()
            }
        };
        fields.into_iter().filter(|field| field.name == name).collect()
    }
}

/// What a Rust name can be made of, and the number to begin with.
fn word(wire: &str) -> (String, usize) {
    let snake = wire.to_snake_case();
    if snake.is_empty() || !snake.is_ascii() {
        ("field".to_owned(), 1)
    } else if snake.starts_with(|first: char| first.is_ascii_digit()) {
        (format!("field_{snake}"), 2)
    } else {
        (snake, 2)
    }
}
