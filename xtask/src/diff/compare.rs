//! From two documents to their differences.
//!
//! A request may lose nothing, and may need nothing more. An answer may gain anything: every field of it may be absent,
//! and error codes are open. A reader who relied on a field that goes, or on its type, is broken.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::change::{Change, Kind, Side};
use crate::document::{Document, Field, Operation, Protocol};

/// The differences, operations before types, both in the order of their names.
pub(super) fn compare(old: &[Document], new: &[Document]) -> Vec<Change> {
    let mut changes = Vec::new();
    for protocol in [Protocol::V2, Protocol::V3] {
        let of = |documents: &[Document]| documents.iter().position(|document| document.protocol == protocol);
        let (old, new) = (of(old).and_then(|index| old.get(index)), of(new).and_then(|index| new.get(index)));
        // A folder speaks of both protocols, a document of one: there is nothing to say about the other.
        let (Some(old), Some(new)) = (old, new) else { continue };
        let mut comparison = Comparison { protocol, changes: &mut changes };
        comparison.operations(old, new);
        comparison.types(old, new);
    }
    changes
}

struct Comparison<'a> {
    protocol: Protocol,
    changes: &'a mut Vec<Change>,
}

/// Where differences of fields are found.
#[derive(Clone, Copy)]
struct Owner<'a> {
    subject: &'a str,
    on_type: bool,
    side: Side,
}

impl Comparison<'_> {
    fn operations(&mut self, old: &Document, new: &Document) {
        let by_method = |document| -> HashMap<String, &Operation> { methods(document) };
        let (before, after) = (by_method(old), by_method(new));
        let methods: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
        for method in methods {
            match (before.get(method), after.get(method)) {
                (Some(old), Some(new)) => self.operation(old, new),
                (Some(old), None) => self.add(method, Kind::OperationRemoved, address(old), None, true),
                (None, Some(new)) => self.add(method, Kind::OperationAdded, None, address(new), false),
                (None, None) => {}
            }
        }
    }

    fn operation(&mut self, old: &Operation, new: &Operation) {
        let method = &old.method;
        for (kind, old, new) in
            [(Kind::VerbChanged, &old.verb, &new.verb), (Kind::PathChanged, &old.path, &new.path)]
        {
            if old != new {
                self.add(method, kind, old.clone(), new.clone(), true);
            }
        }
        if old.form != new.form {
            let words = |form| Some(if form { "form" } else { "biz_content" }.to_owned());
            self.add(method, Kind::ParamsChanged, words(old.form), words(new.form), true);
        }
        for (side, old, new) in
            [(Side::Request, &old.request, &new.request), (Side::Answer, &old.response, &new.response)]
        {
            self.fields(Owner { subject: method, on_type: false, side }, old, new);
        }
        let gone =
            old.codes.iter().filter(|code| !new.codes.contains(code)).map(|code| (Kind::CodeRemoved, code));
        let come =
            new.codes.iter().filter(|code| !old.codes.contains(code)).map(|code| (Kind::CodeAdded, code));
        for (kind, code) in gone.chain(come) {
            self.add(method, kind, None, None, false);
            if let Some(change) = self.changes.last_mut() {
                change.member = Some(code.clone());
            }
        }
    }

    /// Types that both documents have. What is new or gone shows in the fields that use it.
    fn types(&mut self, old: &Document, new: &Document) {
        let (before, after) = (old.type_by_name(), new.type_by_name());
        let (old, new) = (Uses::of(old), Uses::of(new));
        let names: BTreeSet<&str> = before.keys().filter(|name| after.contains_key(*name)).copied().collect();
        for name in names {
            let asked = old.asked.contains(name) || new.asked.contains(name);
            let told = old.told.contains(name) || new.told.contains(name);
            if let (Some(old), Some(new), Some(side)) =
                (before.get(name), after.get(name), Side::of(asked, told))
            {
                self.fields(Owner { subject: name, on_type: true, side }, &old.fields, &new.fields);
            }
        }
    }

    fn fields(&mut self, owner: Owner<'_>, old: &[Field], new: &[Field]) {
        let before: HashMap<&str, &Field> = old.iter().map(|field| (field.name.as_str(), field)).collect();
        let after: HashSet<&str> = new.iter().map(|field| field.name.as_str()).collect();
        for field in old.iter().filter(|field| !after.contains(field.name.as_str())) {
            self.field(owner, field, Kind::FieldRemoved, Some(field.ty.to_string()), None, true);
        }
        for field in new {
            match before.get(field.name.as_str()) {
                Some(old) => self.both(owner, old, field),
                None => {
                    let breaking = field.must && owner.side.is_asked();
                    self.field(owner, field, Kind::FieldAdded, None, Some(field.ty.to_string()), breaking);
                }
            }
        }
    }

    fn both(&mut self, owner: Owner<'_>, old: &Field, new: &Field) {
        if old.ty != new.ty {
            let (before, after) = (Some(old.ty.to_string()), Some(new.ty.to_string()));
            self.field(owner, new, Kind::FieldRetyped, before, after, true);
        }
        if old.place != new.place {
            let (before, after) = (Some(old.place.to_string()), Some(new.place.to_string()));
            self.field(owner, new, Kind::FieldMoved, before, after, true);
        }
        if owner.side.is_asked() && old.must != new.must {
            let kind = if new.must { Kind::FieldNeeded } else { Kind::FieldNoLongerNeeded };
            self.field(owner, new, kind, None, None, new.must);
        }
        if new.deprecated && !old.deprecated {
            self.field(owner, new, Kind::FieldDeprecated, None, None, false);
        }
    }

    fn field(
        &mut self,
        owner: Owner<'_>,
        field: &Field,
        kind: Kind,
        old: Option<String>,
        new: Option<String>,
        breaking: bool,
    ) {
        self.changes.push(Change {
            protocol: self.protocol,
            subject: owner.subject.to_owned(),
            on_type: owner.on_type,
            side: Some(owner.side),
            member: Some(field.name.clone()),
            kind,
            old,
            new,
            breaking,
        });
    }

    fn add(&mut self, method: &str, kind: Kind, old: Option<String>, new: Option<String>, breaking: bool) {
        let protocol = self.protocol;
        let subject = method.to_owned();
        let change =
            Change { protocol, subject, on_type: false, side: None, member: None, kind, old, new, breaking };
        self.changes.push(change);
    }
}

fn methods(document: &Document) -> HashMap<String, &Operation> {
    document.operations.iter().map(|operation| (operation.method.clone(), operation)).collect()
}

/// `POST /v3/alipay/trade/pay`; nothing for the gateway, where every method has one address.
fn address(operation: &Operation) -> Option<String> {
    Some(format!("{} {}", operation.verb.as_ref()?, operation.path.as_ref()?))
}

/// The types that requests and answers lead to.
struct Uses {
    asked: HashSet<String>,
    told: HashSet<String>,
}

impl Uses {
    fn of(document: &Document) -> Self {
        let types = document.type_by_name();
        let reach = |side: fn(&Operation) -> &[Field]| {
            let mut reached = HashSet::new();
            let mut work: Vec<&Field> = document.operations.iter().flat_map(side).collect();
            while let Some(field) = work.pop() {
                let Some(name) = field.ty.named_type() else { continue };
                if reached.insert(name.to_owned()) {
                    work.extend(types.get(name).into_iter().flat_map(|item| &item.fields));
                }
            }
            reached
        };
        Self { asked: reach(|operation| &operation.request), told: reach(|operation| &operation.response) }
    }
}
