//! What a generated file has to import, and how it writes types.

use std::collections::{BTreeMap, BTreeSet};

use crate::ir::{Field, Ir, Leaf};
use crate::names::ident;
use crate::spec::Home;
use crate::types::{Inner, Scalar, Type};

/// Collects what one file uses. Modules of the runtime are imported as modules, so that no type of the specification
/// can clash with them.
pub(super) struct Imports<'ir> {
    ir: &'ir Ir<'ir>,
    /// Types that the file declares itself.
    local: BTreeSet<&'ir str>,
    runtime: BTreeSet<&'static str>,
    /// Path of the module, and the names that are used from it.
    used: BTreeMap<String, BTreeSet<&'ir str>>,
}

impl<'ir> Imports<'ir> {
    pub(super) fn new(ir: &'ir Ir<'ir>) -> Self {
        Self { ir, local: BTreeSet::new(), runtime: BTreeSet::new(), used: BTreeMap::new() }
    }

    pub(super) fn declare(&mut self, name: &'ir str) {
        self.local.insert(name);
    }

    /// Notes that a name of the runtime's root is used.
    pub(super) fn runtime(&mut self, name: &'static str) {
        self.runtime.insert(name);
    }

    /// The type of a value without list, option or box.
    pub(super) fn leaf(&mut self, leaf: Leaf) -> String {
        let scalar = |imports: &mut Self, name: &'static str| {
            imports.runtime(name);
            name.to_owned()
        };
        match leaf {
            Leaf::Scalar(Scalar::Text | Scalar::Unstated) => "String".to_owned(),
            Leaf::Scalar(Scalar::File) => scalar(self, "UploadFile"),
            Leaf::Scalar(Scalar::Integer) => "i64".to_owned(),
            Leaf::Scalar(Scalar::Boolean) => "bool".to_owned(),
            Leaf::Scalar(Scalar::Money) => scalar(self, "Money"),
            Leaf::Scalar(Scalar::Decimal) => scalar(self, "Decimal"),
            Leaf::Scalar(Scalar::DateTime) => scalar(self, "DateTime"),
            Leaf::Scalar(Scalar::Date) => scalar(self, "Date"),
            Leaf::Type(index) => {
                let item = self.ir.types.get(index).map(|item| (item.rust.as_str(), &item.file.home));
                self.named(item)
            }
            Leaf::Enum(index) => {
                let item = self.ir.enums.get(index).map(|item| (item.rust.as_str(), &item.file.home));
                self.named(item)
            }
        }
    }

    /// The type of a value as `new` and setters take it.
    pub(super) fn value(&mut self, field: &Field<'_>) -> String {
        let leaf = self.leaf(field.leaf);
        match field.ty {
            Type::Plain(Inner::One(_)) | Type::Json(Inner::One(_)) => leaf,
            Type::Plain(Inner::Many(_)) | Type::Json(Inner::Many(_)) | Type::Csv(_) => format!("Vec<{leaf}>"),
        }
    }

    /// The type of a field.
    pub(super) fn field(&mut self, field: &Field<'_>) -> String {
        let value = self.value(field);
        if field.boxed { format!("Option<Box<{value}>>") } else { format!("Option<{value}>") }
    }

    /// The `use` lines, for everything that was asked for so far.
    pub(super) fn lines(&self) -> String {
        let mut lines = String::new();
        let runtime: Vec<_> = self.runtime.iter().copied().collect();
        // As rustfmt sorts them: modules before types.
        let (modules, types): (Vec<_>, Vec<_>) =
            runtime.into_iter().partition(|name| name.starts_with(char::is_lowercase));
        let runtime = [modules, types].concat();
        push_use(&mut lines, "alipay_core", &runtime);
        if !lines.is_empty() && !self.used.is_empty() {
            lines.push('\n');
        }
        for (module, names) in &self.used {
            let names: Vec<_> = names.iter().copied().collect();
            push_use(&mut lines, module, &names);
        }
        lines
    }

    fn named(&mut self, item: Option<(&'ir str, &'ir Home)>) -> String {
        let Some((name, home)) = item else { return "String".to_owned() };
        if !self.local.contains(name) {
            let module = match home {
                Home::Both => "crate::common".to_owned(),
                Home::Shared(protocol) => format!("crate::{protocol}::common"),
                Home::Group(..) => "super".to_owned(),
            };
            self.used.entry(module).or_default().insert(name);
        }
        ident(name).into_owned()
    }
}

/// One `use` line, broken where it grows too long.
pub(super) fn push_use(lines: &mut String, module: &str, names: &[&str]) {
    match names {
        [] => {}
        [name] => lines.push_str(&format!("use {module}::{name};\n")),
        names => {
            let line = format!("use {module}::{{{}}};\n", names.join(", "));
            if line.len() <= 101 {
                lines.push_str(&line);
                return;
            }
            lines.push_str(&format!("use {module}::{{\n"));
            names.iter().for_each(|name| lines.push_str(&format!("    {name},\n")));
            lines.push_str("};\n");
        }
    }
}
