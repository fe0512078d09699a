//! From the specification as written to the [`Ir`]: names resolved, Rust names made, cycles boxed, uses counted.

mod graph;
mod resolve;
mod unique;

use std::collections::{BTreeMap, BTreeSet};

use crate::finding::{Finding, Place, Report};
use crate::ir::{Enum, Field, Group, Ir, Leaf, Notification, Operation, Type, Usage};
use crate::names;
use crate::spec::{self, Spec};
use crate::workers;

use self::resolve::Scopes;
use self::unique::Unique;

/// Lowers as much as can be; what cannot is a finding, and the result is then incomplete.
pub(crate) fn lower<'spec>(spec: &'spec Spec, findings: &mut Vec<Finding>) -> Ir<'spec> {
    let scopes = Scopes::of(spec, findings);
    let mut ir = Ir {
        groups: BTreeMap::new(),
        types: Vec::new(),
        enums: Vec::new(),
        features: BTreeSet::new(),
        selection: spec.selection.as_ref(),
    };
    for (file, lowered) in
        spec.files.iter().zip(workers::each(&spec.files, |file| Lowered::of(file, &scopes)))
    {
        let Lowered { types, enums, operations, notifications, findings: more } = lowered;
        let first = (ir.types.len(), ir.enums.len());
        ir.types.extend(types);
        ir.enums.extend(enums);
        findings.extend(more);
        if let Some(key) = file.home.group() {
            let (types, enums) = ((first.0..ir.types.len()).collect(), (first.1..ir.enums.len()).collect());
            ir.groups.insert(key, Group { file, operations, notifications, types, enums });
        }
    }
    unique::check_modules(&ir, findings);
    graph::finish(&mut ir, findings);
    ir
}

/// What one file becomes. Only names of other files are looked up, so that every file can be lowered by itself.
struct Lowered<'spec> {
    types: Vec<Type<'spec>>,
    enums: Vec<Enum<'spec>>,
    operations: Vec<Operation<'spec>>,
    notifications: Vec<Notification<'spec>>,
    findings: Vec<Finding>,
}

impl<'spec> Lowered<'spec> {
    fn of(file: &'spec spec::File, scopes: &Scopes<'spec>) -> Self {
        let mut findings = Vec::new();
        let mut lowering = Lowering { file, scopes, report: Report::new(&file.path, &mut findings) };
        let types = file.types.iter().map(|item| lowering.type_def(item)).collect();
        let enums = file.enums.iter().map(|item| lowering.enum_def(item)).collect();
        let group = file.home.group().map(|(_, group)| group);
        let operations = file.operations.iter().filter_map(|item| lowering.operation(item, group?)).collect();
        let notifications = file.notifications.iter().map(|item| lowering.notification(item)).collect();
        Self { types, enums, operations, notifications, findings }
    }
}

struct Lowering<'spec, 'a> {
    file: &'spec spec::File,
    scopes: &'a Scopes<'spec>,
    report: Report<'a>,
}

impl<'spec> Lowering<'spec, '_> {
    fn operation(&mut self, item: &'spec spec::Operation, group: &str) -> Option<Operation<'spec>> {
        let place = Place::of(&item.method);
        let name = match &item.name {
            Some(name) if crate::types::is_type_name(name) => name.clone(),
            Some(name) => {
                let fix = "begin with a capital, then letters and digits";
                self.report.add(item.line, place, format!("`{name}` cannot name a type"), fix);
                return None;
            }
            None => self.operation_name(item, group)?,
        };
        Some(Operation {
            spec: item,
            module: names::operation_module(&name),
            name,
            request: self.fields(&item.request, place.part("request")),
            response: self.fields(&item.response, place.part("response")),
        })
    }

    fn operation_name(&mut self, item: &spec::Operation, group: &str) -> Option<String> {
        let name = names::operation(&item.method, group);
        if name.is_none() && !item.method.is_empty() {
            self.report.add(
                item.line,
                Place::of(&item.method),
                format!("the method does not belong to the group `{group}`"),
                "move it to the file of its group: the second word, or the first words where it does not begin with \
                 `alipay.`",
            );
        }
        name
    }

    fn notification(&mut self, item: &'spec spec::Notification) -> Notification<'spec> {
        self.type_name(item.line, &item.name);
        Notification {
            spec: item,
            rust: names::type_name(&item.name),
            fields: self.fields(&item.fields, Place::of(&item.name)),
        }
    }

    fn type_def(&mut self, item: &'spec spec::TypeDef) -> Type<'spec> {
        self.type_name(item.line, &item.name);
        Type {
            spec: item,
            file: self.file,
            rust: names::type_name(&item.name),
            fields: self.fields(&item.fields, Place::of(&item.name)),
            usage: Usage::default(),
            ruled: false,
        }
    }

    fn enum_def(&mut self, item: &'spec spec::EnumDef) -> Enum<'spec> {
        self.type_name(item.line, &item.name);
        let place = Place::of(&item.name);
        let mut unique = Unique::default();
        let mut variants = Vec::with_capacity(item.values.len());
        for value in &item.values {
            let place = place.member(&value.value);
            let name = match &value.name {
                Some(name) => {
                    crate::types::is_type_name(name).then(|| name.clone()).filter(|name| name != "Unknown")
                }
                None => names::variant(&value.value),
            };
            let Some(name) = name else {
                if !value.value.is_empty() {
                    let fix = "add `name = \"...\"` in CamelCase, other than `Unknown`";
                    self.report.add(value.line, place, "no Rust name can be made of this value", fix);
                }
                continue;
            };
            let fix = "delete one, or add `name = \"...\"` to one of them";
            unique.check(&mut self.report, value.line, place, &name, &value.value, fix);
            variants.push(name);
        }
        Enum {
            spec: item,
            file: self.file,
            rust: names::type_name(&item.name),
            variants,
            usage: Usage::default(),
        }
    }

    fn type_name(&mut self, line: u32, name: &str) {
        if !name.is_empty() && !crate::types::is_type_name(name) {
            let fix = "begin with a capital, then letters and digits: `VoucherLiteInfo`";
            self.report.add(line, Place::of(name), format!("`{name}` cannot name a type"), fix);
        }
    }

    fn fields(&mut self, fields: &'spec [spec::Field], place: Place<'_>) -> Vec<Field<'spec>> {
        let mut unique = Unique::default();
        let mut lowered = Vec::with_capacity(fields.len());
        for field in fields {
            let place = place.member(&field.name);
            let Some(rust) = self.field_name(field, place) else { continue };
            let fix = "delete one, or add `rust = \"...\"` to one of them";
            unique.check(&mut self.report, field.line, place, &rust, &field.name, fix);
            let Some(ty) = &field.ty else { continue };
            let Some(leaf) = self.scopes.resolve(self.file, ty.leaf(), field.line, place, &mut self.report)
            else {
                continue;
            };
            lowered.push(Field { spec: field, rust, ty, leaf, boxed: false });
        }
        lowered
    }

    fn field_name(&mut self, field: &spec::Field, place: Place<'_>) -> Option<String> {
        let name = match &field.rust {
            Some(name) if names::is_identifier(name) => names::field(name).filter(|made| made == name),
            Some(_) => None,
            None => names::field(&field.name),
        };
        if name.is_none() && !field.name.is_empty() {
            let what = match &field.rust {
                Some(name) => format!("`{name}` cannot be the Rust name of a field"),
                None => "no Rust name can be made of this field's name".to_owned(),
            };
            self.report.add(field.line, place, what, "add `rust = \"...\"` in snake_case");
        }
        name
    }
}

impl Leaf {
    pub(crate) fn as_type(self) -> Option<usize> {
        match self {
            Self::Type(index) => Some(index),
            Self::Enum(_) | Self::Scalar(_) => None,
        }
    }
}
