//! Schemas of an OpenAPI document, as types and fields.

use std::collections::{HashMap, HashSet};

use heck::ToUpperCamelCase;

use super::cursor::{Cursor, Findings, join};
use super::kind::{Leaf, Type, Wrap};
use super::node::Node;
use super::{Field, TypeDef};

/// What a schema may hold. Prose is known, and never taken over.
const KEYS: [&str; 18] = [
    "$ref",
    "default",
    "deprecated",
    "description",
    "enum",
    "example",
    "format",
    "items",
    "maxItems",
    "maxLength",
    "maximum",
    "minLength",
    "minimum",
    "nullable",
    "properties",
    "required",
    "title",
    "type",
];

/// What a schema may say about the values of some types.
const LIMITS: [&str; 5] = ["maxItems", "maxLength", "maximum", "minLength", "minimum"];

/// References that lead to references are followed so far: a document may send us in circles.
const FURTHEST: usize = 16;

pub(super) struct Schemas<'a, 'f> {
    order: Vec<&'a str>,
    named: HashMap<&'a str, Cursor<'a>>,
    pub(super) findings: &'f mut Findings,
    /// There is no place where schemas could be, which is said once.
    blind: bool,
    /// Types still to be read, with the schema of each.
    work: Vec<(String, Cursor<'a>)>,
    /// What each object is called, by its pointer.
    names: HashMap<String, String>,
    taken: HashSet<String>,
}

impl<'a, 'f> Schemas<'a, 'f> {
    pub(super) fn of(root: &Cursor<'a>, findings: &'f mut Findings) -> Self {
        let before = findings.number;
        let components = root.get("components");
        if let Some(components) = &components {
            components.entries(findings);
        }
        let named = components.map(|inner| inner.entries_of("schemas", findings)).unwrap_or_default();
        let blind = findings.number > before;
        let taken = named.iter().map(|(name, _)| type_name(name)).collect();
        Self {
            order: named.iter().map(|(name, _)| *name).collect(),
            named: named.into_iter().collect(),
            findings,
            blind,
            work: Vec::new(),
            names: HashMap::new(),
            taken,
        }
    }

    /// The schema itself, behind its references; with the name under which it is known.
    pub(super) fn resolve(&mut self, schema: &Cursor<'a>) -> Option<(Option<&'a str>, Cursor<'a>)> {
        let (mut name, mut schema) = (None, schema.clone());
        for _ in 0..FURTHEST {
            if !matches!(schema.node, Node::Object(_)) {
                return schema.wrong("a schema", self.findings);
            }
            let Some(target) = schema.get("$ref") else { return Some((name, schema)) };
            let text = target.text(self.findings)?;
            let known =
                text.strip_prefix("#/components/schemas/").and_then(|key| self.named.get_key_value(key));
            let Some((key, found)) = known else {
                if self.blind {
                    self.findings.unread(&target.pointer);
                    return None;
                }
                let fix = "add it to components/schemas, or refer to another one";
                self.findings.add(&target.pointer, format!("the schema `{text}` is missing"), fix);
                return None;
            };
            (name, schema) = (Some(*key), found.clone());
        }
        let what = "this reference leads in circles, or too far";
        self.findings.add(&schema.pointer, what, "refer to the schema that is meant");
        None
    }

    /// The fields of an object, which is a body or an answer as a whole.
    pub(super) fn fields(&mut self, schema: &Cursor<'a>, owner: &str) -> Vec<Field> {
        let Some((name, schema)) = self.resolve(schema) else { return Vec::new() };
        let owner = name.unwrap_or(owner).to_upper_camel_case();
        self.properties(&schema, &owner)
    }

    /// The fields of a schema that is no reference.
    pub(super) fn properties(&mut self, schema: &Cursor<'a>, owner: &str) -> Vec<Field> {
        schema.only(&KEYS, self.findings);
        if let Some(kind) = schema.text_of("type", self.findings).filter(|kind| *kind != "object") {
            let fix = "the format knows objects alone here: their fields are the rows";
            self.findings.add(&schema.pointer, format!("`{kind}` stands where an object is needed"), fix);
            return Vec::new();
        }
        let must = self.required(schema);
        let properties = schema.entries_of("properties", self.findings);
        let field = |(name, property): (&'a str, Cursor<'a>)| {
            let named = super::has_name(name, &property.pointer, self.findings);
            let read = named.then(|| self.field(name, &property, owner)).flatten();
            if read.is_none() {
                self.findings.unread(&property.pointer);
            }
            read.map(|field| Field { must: must.contains(name), ..field })
        };
        properties.into_iter().filter_map(field).collect()
    }

    /// The properties that must be there.
    pub(super) fn required(&mut self, schema: &Cursor<'a>) -> HashSet<&'a str> {
        let items = schema.items_of("required", self.findings);
        items.iter().filter_map(|item| item.text(self.findings)).collect()
    }

    pub(super) fn field(&mut self, name: &str, schema: &Cursor<'a>, owner: &str) -> Option<Field> {
        let mut field = Field::new(&schema.pointer, name, self.ty(schema, owner, name, false)?);
        let (_, target) = self.resolve(schema)?;
        field.deprecated =
            schema.flag_of("deprecated", self.findings) || target.flag_of("deprecated", self.findings);
        self.limits(&mut field, &target);
        let value = |key: &str| {
            let found = schema.get(key).or_else(|| target.get(key))?;
            match (found.node, &field.ty.leaf) {
                _ if field.ty.wrap != Wrap::Bare => None,
                (Node::Text(text), Leaf::Plain("string")) => Some(text.clone()),
                (Node::Number(text), Leaf::Plain("int" | "long" | "string")) => Some(text.clone()),
                (Node::Bool(flag), Leaf::Plain("bool")) => Some(flag.to_string()),
                // A value of another kind than its field helps nobody.
                _ => None,
            }
        };
        (field.example, field.default) = (value("example"), value("default"));
        field.default = field.default.filter(|text| !text.is_empty());
        Some(field)
    }

    /// What a value has to keep to; a limit that does not go with its type is a finding.
    fn limits(&mut self, field: &mut Field, target: &Cursor<'a>) {
        let known: &[&str] = match (field.ty.wrap, &field.ty.leaf) {
            (Wrap::List, _) => {
                field.max_items = target.count_of("maxItems", self.findings);
                let items = target.get("items").and_then(|items| self.resolve(&items));
                if let Some((_, items)) = items.filter(|_| field.ty.leaf == Leaf::Plain("string")) {
                    field.item_len = self.len(&items);
                    field.values = self.values(&items);
                }
                &["maxItems"]
            }
            (_, Leaf::Plain("string")) => {
                field.len = self.len(target);
                field.values = self.values(target);
                &["maxLength", "minLength"]
            }
            (_, Leaf::Plain("int" | "long" | "decimal")) => {
                (field.min, field.max) = self.bounds(target);
                &["maximum", "minimum"]
            }
            _ => &[],
        };
        if target.has("enum") && !matches!(field.ty.leaf, Leaf::Plain("string")) {
            let what = format!("`enum` does not go with `{}`", field.ty);
            self.findings.add(&target.pointer, what, "it is left out");
        }
        for key in LIMITS.into_iter().filter(|key| target.has(key) && !known.contains(key)) {
            let what = format!("`{key}` does not go with `{}`", field.ty);
            self.findings.add(&join(&target.pointer, key), what, "it is left out");
        }
    }

    fn len(&mut self, schema: &Cursor<'a>) -> Option<(u32, u32)> {
        let min = schema.count_of("minLength", self.findings);
        let max = schema.count_of("maxLength", self.findings);
        let fix = "spec/ has both bounds or none; it is left out";
        match (min.unwrap_or(0), max) {
            (0, None) => None,
            (_, None) => {
                self.findings.add(&schema.pointer, "`minLength` without `maxLength`", fix);
                None
            }
            (min, Some(max)) if min > max => {
                self.findings.add(&schema.pointer, "`minLength` is more than `maxLength`", "swap them");
                None
            }
            (min, Some(max)) => Some((min, max)),
        }
    }

    /// The values that are listed; a value that is no text is a finding.
    fn values(&mut self, schema: &Cursor<'a>) -> Vec<String> {
        let mut values: Vec<String> = Vec::new();
        for value in schema.items_of("enum", self.findings).iter().filter(|value| *value.node != Node::Null) {
            let Some(text) = value.text(self.findings) else { continue };
            if super::has_name(text, &value.pointer, self.findings)
                && !values.iter().any(|known| known == text)
            {
                values.push(text.to_owned());
            }
        }
        values
    }

    fn bounds(&mut self, schema: &Cursor<'a>) -> (Option<String>, Option<String>) {
        let mut bound = |key: &str| {
            let found = schema.get(key)?;
            match found.node {
                Node::Number(text) => Some(text.clone()),
                _ => found.wrong("a number", self.findings),
            }
        };
        let (min, max) = (bound("minimum"), bound("maximum"));
        let number = |text: &Option<String>| text.as_ref().and_then(|text| text.parse::<f64>().ok());
        if let (Some(least), Some(most)) = (number(&min), number(&max))
            && least > most
        {
            self.findings.add(&schema.pointer, "`minimum` is more than `maximum`", "swap them");
            return (None, None);
        }
        (min, max)
    }

    fn ty(&mut self, schema: &Cursor<'a>, owner: &str, field: &str, item: bool) -> Option<Type> {
        schema.only(&KEYS, self.findings);
        let (name, target) = self.resolve(schema)?;
        if name.is_some() {
            target.only(&KEYS, self.findings);
        }
        let format = target.text_of("format", self.findings);
        let kind = target.text_of("type", self.findings);
        match (kind, format) {
            (Some("string"), Some("binary")) => Some(Type::plain("file")),
            (Some("string"), _) => Some(Type::plain("string")),
            (Some("integer"), Some("int64")) => Some(Type::plain("long")),
            (Some("integer"), _) => Some(Type::plain("int")),
            (Some("number"), _) => {
                let what = "a number with a fraction: spec/ has `decimal`, which is written as text";
                self.findings.add(&target.pointer, what, "look whether Alipay takes text here");
                Some(Type::plain("decimal"))
            }
            (Some("boolean"), _) => Some(Type::plain("bool")),
            (Some("array"), _) if item => {
                let fix = "spec/ has no list of lists; the field is left out";
                self.findings.add(&target.pointer, "a list of lists", fix);
                None
            }
            (Some("array"), _) => self.list(&target, owner, field),
            (Some("object"), _) => Some(self.named(name, target, owner, field)),
            (None, _) if target.has("properties") => Some(self.named(name, target, owner, field)),
            (Some(other), _) => {
                let fix = "a type is string, integer, number, boolean, array or object";
                self.findings.add(&target.pointer, format!("`{other}` is not a type"), fix);
                None
            }
            (None, _) => {
                let fix = "add `type`; the field is left out";
                self.findings.add(&target.pointer, "the schema has no type", fix);
                None
            }
        }
    }

    fn list(&mut self, schema: &Cursor<'a>, owner: &str, field: &str) -> Option<Type> {
        let Some(items) = schema.get("items") else {
            self.findings.add(&schema.pointer, "the list does not say what its items are", "add `items`");
            return None;
        };
        self.ty(&items, owner, field, true)?.wrapped(Wrap::List)
    }

    /// Takes note of an object. One without a name is called by its owner and its field, and by a number where that is
    /// another's name: what one object holds never becomes the fields of another.
    fn named(&mut self, name: Option<&str>, schema: Cursor<'a>, owner: &str, field: &str) -> Type {
        if let Some(known) = self.names.get(&schema.pointer) {
            return Type::named(known);
        }
        let wanted = match name {
            Some(name) => type_name(name),
            None => type_name(&format!("{owner}{}", field.to_upper_camel_case())),
        };
        let mut made = wanted.clone();
        // A schema with a name has its own among those that are taken, unless another one took that before.
        let mine = name.is_some() && !self.names.values().any(|other| *other == wanted);
        for number in 2_u32.. {
            if self.taken.insert(made.clone()) || mine {
                break;
            }
            made = format!("{wanted}{number}");
        }
        if made != wanted {
            let what = format!("another object is called `{wanted}` too; this one becomes `{made}`");
            let fix = "name it in components/schemas, or rename the type in spec/ and give it a `doc`";
            self.findings.add(&schema.pointer, what, fix);
        }
        self.names.insert(schema.pointer.clone(), made.clone());
        self.work.push((made.clone(), schema));
        Type::named(&made)
    }

    /// Reads every type that a field led to: first those of the document, in its order, then those without a name.
    pub(super) fn types(mut self) -> Vec<TypeDef> {
        let mut read = HashMap::new();
        while let Some((name, schema)) = self.work.pop() {
            let fields = self.properties(&schema, &name);
            read.insert(name.clone(), TypeDef { name, fields });
        }
        let mut types: Vec<_> = self.order.iter().filter_map(|name| read.remove(*name)).collect();
        let mut nameless: Vec<_> = read.into_values().collect();
        nameless.sort_by(|left, right| left.name.cmp(&right.name));
        types.append(&mut nameless);
        types
    }
}

/// The type that a schema of the document becomes.
fn type_name(schema: &str) -> String {
    let name = if super::is_type_name(schema) { schema.to_owned() } else { schema.to_upper_camel_case() };
    let mut plain: String = name.chars().filter(char::is_ascii_alphanumeric).take(super::LONGEST).collect();
    if !plain.starts_with(|first: char| first.is_ascii_uppercase()) {
        plain.insert_str(0, "Type");
    }
    plain
}
