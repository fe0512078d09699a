//! From two documents to their differences.
//!
//! A request may lose nothing, and may need nothing more. An answer may gain anything: every field of it may be absent,
//! and error codes are open. A reader who relied on a field that goes, or on its type, is broken.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::change::{Change, Kind, Side, Subject};
use super::narrower;
use crate::document::{Document, Field, Leaf, Operation, Own, Protocol, Type, Wrap};

/// The differences, operations before types, both in the order of their names.
pub(super) fn compare(old: &[Document], new: &[Document]) -> Vec<Change> {
    let mut changes = Vec::new();
    for protocol in [Protocol::V2, Protocol::V3] {
        let of = |documents: &[Document]| documents.iter().position(|document| document.protocol == protocol);
        let (old, new) = (of(old).and_then(|index| old.get(index)), of(new).and_then(|index| new.get(index)));
        // A folder speaks of both protocols, a document of one: there is nothing to say about the other.
        let (Some(old), Some(new)) = (old, new) else { continue };
        // The facts of the gateway know neither needs nor deprecations.
        let knows_rows = protocol == Protocol::V3 || old.own.is_some() && new.own.is_some();
        let mut comparison = Comparison { protocol, knows_rows, unread: [old, new], changes: &mut changes };
        comparison.operations(old, new);
        comparison.types(old, new);
        if let (Some(old), Some(new)) = (&old.own, &new.own) {
            comparison.own(old, new);
        }
    }
    changes
}

struct Comparison<'a> {
    protocol: Protocol,
    /// Whether both sides say which fields are needed and which are deprecated.
    knows_rows: bool,
    /// Both sides, where something could not be read: that is no change.
    unread: [&'a Document; 2],
    changes: &'a mut Vec<Change>,
}

/// Where differences of fields are found.
#[derive(Clone, Copy)]
struct Owner<'a> {
    subject: &'a str,
    of: Subject,
    side: Side,
}

impl Comparison<'_> {
    fn operations(&mut self, old: &Document, new: &Document) {
        let by_method = |document| -> HashMap<String, &Operation> { methods(document) };
        let (before, after) = (by_method(old), by_method(new));
        let methods: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
        for method in methods {
            if old.twice.contains(method) || new.twice.contains(method) {
                continue;
            }
            match (before.get(method), after.get(method)) {
                (Some(old), Some(new)) => self.operation(old, new),
                (Some(gone), None) if new.may_have(&gone.at) => {}
                (None, Some(come)) if old.may_have(&come.at) => {}
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
        match (old.deprecated, new.deprecated) {
            _ if !self.knows_rows => {}
            (false, true) => self.add(method, Kind::OperationDeprecated, None, None, false),
            (true, false) => self.add(method, Kind::OperationNoLongerDeprecated, None, None, false),
            _ => {}
        }
        if old.form != new.form {
            let words = |form| Some(if form { "form" } else { "biz_content" }.to_owned());
            self.add(method, Kind::ParamsChanged, words(old.form), words(new.form), true);
        }
        if let (Some(before), Some(after)) = (&old.dispatch, &new.dispatch)
            && before != after
        {
            self.add(method, Kind::DispatchChanged, Some(before.clone()), Some(after.clone()), true);
        }
        if old.parts != new.parts && !(old.request_unread || new.request_unread) {
            let words =
                |parts| Some(if parts { "multipart/form-data" } else { "application/json" }.to_owned());
            self.add(method, Kind::ParamsChanged, words(old.parts), words(new.parts), true);
        }
        let requests = (Side::Request, &old.request, &new.request, old.request_unread || new.request_unread);
        let answers =
            (Side::Answer, &old.response, &new.response, old.response_unread || new.response_unread);
        for (side, old, new, _) in [requests, answers].into_iter().filter(|(.., unread)| !unread) {
            self.fields(Owner { subject: method, of: Subject::Operation, side }, old, new);
        }
        let gone =
            old.codes.iter().filter(|code| !new.codes.contains(code)).map(|code| (Kind::CodeRemoved, code));
        let come =
            new.codes.iter().filter(|code| !old.codes.contains(code)).map(|code| (Kind::CodeAdded, code));
        for (kind, code) in gone.chain(come) {
            self.whole(Subject::Operation, method, Some(code), kind, false);
        }
    }

    /// What only folders like spec/ say.
    fn own(&mut self, old: &Own, new: &Own) {
        let (before, after) = (old.notification_by_name(), new.notification_by_name());
        let names: BTreeSet<&str> = before.keys().chain(after.keys()).copied().collect();
        for subject in names {
            match (before.get(subject), after.get(subject)) {
                (Some(old), Some(new)) => {
                    let owner = Owner { subject, of: Subject::Notification, side: Side::Notification };
                    self.fields(owner, &old.fields, &new.fields);
                }
                (Some(_), None) => {
                    self.whole(Subject::Notification, subject, None, Kind::NotificationRemoved, true);
                }
                (None, _) => self.whole(Subject::Notification, subject, None, Kind::NotificationAdded, false),
            }
        }
        // An enum that is new or gone shows in the fields that have it.
        for old in &old.enums {
            let Some(new) = new.enums.iter().find(|new| new.name == old.name) else { continue };
            for value in old.values.iter().filter(|value| !new.values.contains(value)) {
                self.whole(Subject::Enum, &old.name, Some(value), Kind::ValueRemoved, true);
            }
            for value in new.values.iter().filter(|value| !old.values.contains(value)) {
                self.whole(Subject::Enum, &old.name, Some(value), Kind::ValueAdded, false);
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
                self.fields(Owner { subject: name, of: Subject::Type, side }, &old.fields, &new.fields);
            }
        }
    }

    fn fields(&mut self, owner: Owner<'_>, old: &[Field], new: &[Field]) {
        let before: HashMap<&str, &Field> = old.iter().map(|field| (field.name.as_str(), field)).collect();
        let after: HashSet<&str> = new.iter().map(|field| field.name.as_str()).collect();
        let [was, is] = self.unread;
        let gone = old.iter().filter(|field| !after.contains(field.name.as_str()));
        for field in gone.filter(|field| !is.may_have(&field.at)) {
            self.field(owner, field, Kind::FieldRemoved, Some(field.ty.to_string()), None, true);
        }
        for field in new {
            match before.get(field.name.as_str()) {
                Some(old) => self.both(owner, old, field),
                None if was.may_have(&field.at) => {}
                None => {
                    let breaking = field.must && owner.side.is_asked();
                    self.field(owner, field, Kind::FieldAdded, None, Some(field.ty.to_string()), breaking);
                }
            }
        }
    }

    fn both(&mut self, owner: Owner<'_>, old: &Field, new: &Field) {
        if !same_type(&old.ty, &new.ty) {
            let (before, after) = (Some(old.ty.to_string()), Some(new.ty.to_string()));
            let breaking = !(is_text(&old.ty) && is_text(&new.ty));
            self.field(owner, new, Kind::FieldRetyped, before, after, breaking);
        }
        if old.place != new.place {
            let (before, after) = (Some(old.place.to_string()), Some(new.place.to_string()));
            self.field(owner, new, Kind::FieldMoved, before, after, true);
        }
        if owner.side.is_asked() {
            if self.knows_rows {
                self.need(owner, old, new);
            }
            if old.len != new.len {
                let words = |len: Option<(u32, u32)>| {
                    len.map_or("any".to_owned(), |(min, max)| format!("{min}..{max}"))
                };
                let (before, after) = (Some(words(old.len)), Some(words(new.len)));
                let breaking = narrower::len(old.len, new.len);
                self.field(owner, new, Kind::FieldLenChanged, before, after, breaking);
            }
        }
        if !(old.values.is_empty() || new.values.is_empty()) {
            for value in old.values.iter().filter(|value| !new.values.contains(value)) {
                let breaking = owner.side.is_asked();
                self.field(owner, new, Kind::ValueRemoved, Some(value.clone()), None, breaking);
            }
            for value in new.values.iter().filter(|value| !old.values.contains(value)) {
                self.field(owner, new, Kind::ValueAdded, None, Some(value.clone()), false);
            }
        }
        match (old.deprecated, new.deprecated) {
            (false, true) => self.field(owner, new, Kind::FieldDeprecated, None, None, false),
            (true, false) if self.knows_rows => {
                self.field(owner, new, Kind::FieldNoLongerDeprecated, None, None, false);
            }
            _ => {}
        }
    }

    fn need(&mut self, owner: Owner<'_>, old: &Field, new: &Field) {
        // Groups and conditions are compared where both sides know them; `must` and `opt` all sides know.
        if let (Some(before), Some(after)) = (&old.need, &new.need)
            && [before, after].iter().any(|need| !matches!(need.as_str(), "must" | "opt"))
        {
            if before != after {
                let breaking = narrower::need(before, after);
                let (before, after) = (Some(before.clone()), Some(after.clone()));
                self.field(owner, new, Kind::FieldNeedChanged, before, after, breaking);
            }
        } else if old.must != new.must {
            let kind = if new.must { Kind::FieldNeeded } else { Kind::FieldNoLongerNeeded };
            self.field(owner, new, kind, None, None, new.must);
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
            of: owner.of,
            side: Some(owner.side),
            member: Some(field.name.clone()),
            kind,
            old,
            new,
            breaking,
        });
    }

    fn add(&mut self, method: &str, kind: Kind, old: Option<String>, new: Option<String>, breaking: bool) {
        self.whole(Subject::Operation, method, None, kind, breaking);
        if let Some(change) = self.changes.last_mut() {
            (change.old, change.new) = (old, new);
        }
    }

    /// A change that is of no field: of the table, or of a code or value.
    fn whole(&mut self, of: Subject, subject: &str, member: Option<&String>, kind: Kind, breaking: bool) {
        self.changes.push(Change {
            protocol: self.protocol,
            subject: subject.to_owned(),
            of,
            side: None,
            member: member.cloned(),
            kind,
            old: None,
            new: None,
            breaking,
        });
    }
}

/// Whole numbers are numbers on the wire, whatever room we give them.
fn same_type(old: &Type, new: &Type) -> bool {
    let whole = |ty: &Type| matches!(ty.leaf, Leaf::Plain("int" | "long"));
    old == new || old.wrap == new.wrap && whole(old) && whole(new)
}

/// What the source does not tell is text to us, as text is.
fn is_text(ty: &Type) -> bool {
    matches!(ty.leaf, Leaf::Plain("scalar" | "string")) && matches!(ty.wrap, Wrap::Bare)
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
    fn of<'a>(document: &'a Document) -> Self {
        let types = document.type_by_name();
        let reach = |mut work: Vec<&'a Field>| {
            let mut reached = HashSet::new();
            while let Some(field) = work.pop() {
                let Some(name) = field.ty.named_type() else { continue };
                if reached.insert(name.to_owned()) {
                    work.extend(types.get(name).into_iter().flat_map(|item| &item.fields));
                }
            }
            reached
        };
        let operations = &document.operations;
        let notifications = document.own.iter().flat_map(|own| &own.notifications);
        let told = operations.iter().flat_map(|operation| &operation.response);
        let told = told.chain(notifications.flat_map(|item| &item.fields));
        Self {
            asked: reach(operations.iter().flat_map(|operation| &operation.request).collect()),
            told: reach(told.collect()),
        }
    }
}
