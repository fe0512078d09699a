//! A program to start from: where the types of an operation come from, and a call with them.

use std::collections::{BTreeMap, BTreeSet};

use super::sample;
use crate::catalog::{Catalog, Dispatch, Field, FieldType, Operation};

/// Types are filled in to this depth.
const DEEPEST: usize = 3;

/// The request type, below the crate or module that holds the types: `v2::marketing::VoucherSendRequest`.
fn request_path(operation: &Operation) -> String {
    format!("{}::{}::{}Request", operation.protocol, operation.group, operation.name)
}

/// The whole path of the request type.
pub(super) fn request_type(operation: &Operation) -> String {
    format!("{}::{}", root(operation), request_path(operation))
}

fn root(operation: &Operation) -> &'static str {
    if operation.is_model { "alipay_api::models" } else { "alipay" }
}

/// The lines, first those that make the types known.
pub(super) fn lines(operation: &Operation, catalog: &Catalog) -> Vec<String> {
    let mut code = Code { operation, catalog, uses: BTreeMap::new() };
    let request = request_path(operation);
    let name = code.import(&request);
    let request = code.object(&name, operation.request(), 0, "");
    let call = match operation.dispatch {
        Dispatch::Call => {
            "// With alipay_api::blocking::Client, leave out .await\nlet answer = client.execute(&request).await?;".to_owned()
        }
        Dispatch::Page => {
            code.import_api("CallOptions");
            "let url = client.page_url(&request, &CallOptions::new())?;".to_owned()
        }
        Dispatch::App => {
            code.import_api("CallOptions");
            "let order = client.order_string(&request, &CallOptions::new())?;".to_owned()
        }
    };
    let mut lines = source(operation);
    lines.extend(code.uses.iter().map(|(module, names)| {
        let names: Vec<_> = names.iter().map(String::as_str).collect();
        match names.as_slice() {
            [name] => format!("use {module}::{name};"),
            names => format!("use {module}::{{{}}};", names.join(", ")),
        }
    }));
    lines.push(String::new());
    lines.extend(format!("let request = {request};").lines().map(str::to_owned));
    lines.extend(call.lines().map(str::to_owned));
    lines
}

/// Where the types come from.
fn source(operation: &Operation) -> Vec<String> {
    if operation.is_model {
        return vec![format!("// Cargo.toml: alipay-api with the feature `{}`", operation.group)];
    }
    let method = &operation.method;
    vec![
        "// Cargo.toml: alipay-codegen with the feature `builder` in [build-dependencies], alipay-api in [dependencies]".to_owned(),
        format!("// build.rs:   alipay_codegen::Builder::new().operations([{method:?}]).emit()?;"),
        "mod alipay { include!(concat!(env!(\"OUT_DIR\"), \"/alipay.rs\")); }".to_owned(),
    ]
}

struct Code<'a> {
    operation: &'a Operation,
    catalog: &'a Catalog,
    /// Names by module.
    uses: BTreeMap<String, BTreeSet<String>>,
}

impl Code<'_> {
    /// Makes a type of the models known, and tells its name.
    fn import(&mut self, path: &str) -> String {
        let whole = format!("{}::{path}", root(self.operation));
        let (module, name) = whole.rsplit_once("::").unwrap_or(("", &whole));
        self.uses.entry(module.to_owned()).or_default().insert(name.to_owned());
        name.to_owned()
    }

    fn import_api(&mut self, name: &str) {
        self.uses.entry("alipay_api".to_owned()).or_default().insert(name.to_owned());
    }

    /// `new` with the fields that must be there, and a setter for each other.
    fn object(&mut self, name: &str, rows: &[Field], depth: usize, indent: &str) -> String {
        let deeper = format!("{indent}    ");
        let new: Vec<_> = rows.iter().filter(|row| row.need == "must").collect();
        let arguments: Vec<_> = new.iter().map(|row| self.argument(row, depth, &deeper)).collect();
        let mut text = match new.is_empty() {
            true => format!("{name}::default()"),
            false => format!("{name}::new({})", arguments.join(", ")),
        };
        for row in sample::chosen(rows).into_iter().filter(|row| row.need != "must") {
            let setter = row.rust.as_deref().unwrap_or(&row.name);
            let argument = self.argument(row, depth, &deeper);
            text.push_str(&format!("\n{deeper}.{setter}({argument})"));
        }
        text
    }

    fn argument(&mut self, row: &Field, depth: usize, indent: &str) -> String {
        self.value(row, row.field_type(), row.eg.as_deref(), depth, indent)
    }

    fn value(
        &mut self,
        row: &Field,
        ty: FieldType<'_>,
        eg: Option<&str>,
        depth: usize,
        indent: &str,
    ) -> String {
        let (catalog, protocol) = (self.catalog, self.operation.protocol);
        let text = || eg.unwrap_or_else(|| sample::text(row, ty, protocol, catalog));
        match ty {
            FieldType::Named(name) => {
                let rows = if depth < DEEPEST { catalog.fields(protocol, name) } else { &[] };
                let name = self.import(catalog.rust_path(protocol, name).unwrap_or(name));
                self.object(&name, rows, depth + 1, indent)
            }
            FieldType::Json(inner) => {
                let inner = FieldType::parse(inner);
                // The example is that of the whole text.
                let eg = eg.filter(|_| matches!(inner, FieldType::List(_)));
                self.value(row, inner, eg, depth, indent)
            }
            FieldType::List(item) => {
                let items: Vec<_> = eg.map(sample::items).unwrap_or_default();
                self.list(row, FieldType::parse(item), &items, depth, indent)
            }
            FieldType::Csv(item) => {
                let items: Vec<_> = eg.into_iter().flat_map(|eg| eg.split(',')).map(str::to_owned).collect();
                self.list(row, FieldType::parse(item), &items, depth, indent)
            }
            FieldType::Bool | FieldType::Int => text().to_owned(),
            FieldType::Date | FieldType::DateTime | FieldType::Decimal | FieldType::Money => {
                let name = match ty {
                    FieldType::Date => "Date",
                    FieldType::DateTime => "DateTime",
                    FieldType::Decimal => "Decimal",
                    _ => "Money",
                };
                self.import_api(name);
                format!("{:?}.parse::<{name}>()?", text())
            }
            FieldType::File => {
                self.import_api("upload_file");
                "upload_file(\"picture.png\")?".to_owned()
            }
            _ => format!("{:?}", text()),
        }
    }

    fn list(
        &mut self,
        row: &Field,
        item: FieldType<'_>,
        examples: &[String],
        depth: usize,
        indent: &str,
    ) -> String {
        let one = |code: &mut Self, eg: Option<&str>| {
            let value = code.value(row, item, eg, depth, indent);
            match item {
                FieldType::Int => format!("{value}_i64"),
                FieldType::Text | FieldType::Scalar => format!("{value}.to_owned()"),
                FieldType::Enum(name) => {
                    let path = code.catalog.rust_path(code.operation.protocol, name).unwrap_or(name);
                    format!("{}::from({value})", code.import(path))
                }
                _ => value,
            }
        };
        let is_object = matches!(item, FieldType::Named(_));
        let items: Vec<_> = match examples {
            examples if !is_object && !examples.is_empty() => {
                examples.iter().map(|eg| one(self, Some(eg))).collect()
            }
            _ => vec![one(self, None)],
        };
        format!("vec![{}]", items.join(", "))
    }
}
