//! The facts of the gateway's methods (v2): classes of requests, answers and what they hold.

use std::collections::{HashMap, HashSet};

use super::cursor::{Cursor, Findings};
use super::kind::{Type, Wrap};
use super::{Document, Field, Operation, Protocol, TypeDef};

const METHOD_KEYS: [&str; 13] = [
    "request",
    "version",
    "biz_model",
    "biz_model_linked",
    "biz_content_untyped",
    "text_params",
    "files",
    "upload",
    "response",
    "response_key",
    "domain",
    "title",
    "v3",
];

pub(super) fn read(root: &Cursor<'_>, findings: &mut Findings) -> Option<Document> {
    root.only(&["source", "notation", "methods", "domain"], findings);
    let domain = root.entries_of("domain", findings);
    let classes: HashMap<&str, Cursor<'_>> = domain.iter().cloned().collect();
    let mut reader = Reader { classes, findings, work: Vec::new(), wanted: HashSet::new() };
    let methods = root.get("methods")?.entries(reader.findings);
    let operations: Vec<_> =
        methods.into_iter().filter_map(|(method, facts)| reader.operation(method, &facts)).collect();
    let mut types = reader.types();
    let types = domain.iter().filter_map(|(name, _)| types.remove(*name)).collect();
    (!operations.is_empty()).then_some(Document {
        protocol: Protocol::V2,
        operations,
        types,
        ..Document::empty(Protocol::V2)
    })
}

struct Reader<'a, 'f> {
    classes: HashMap<&'a str, Cursor<'a>>,
    findings: &'f mut Findings,
    /// Classes still to be read.
    work: Vec<String>,
    wanted: HashSet<String>,
}

impl<'a> Reader<'a, '_> {
    fn operation(&mut self, method: &str, facts: &Cursor<'a>) -> Option<Operation> {
        if !super::is_method(method) {
            let fix = super::METHOD;
            self.findings.add(&facts.pointer, format!("`{method}` is not a method"), fix);
            return None;
        }
        if !super::has_group(method, &facts.pointer, self.findings) {
            return None;
        }
        if facts.entries(self.findings).is_empty() {
            self.findings.add(&facts.pointer, format!("nothing is said of `{method}`"), "it is left out");
            return None;
        }
        if !facts.has("response") {
            let fix = "add it: `{}` where the answer has no fields";
            self.findings.add(&facts.pointer, "the method has no `response`", fix);
        }
        facts.only(&METHOD_KEYS, self.findings);
        self.check(method, facts);
        let params: Vec<_> = facts.entries_of("text_params", self.findings);
        let files = facts.items_of("files", self.findings);
        let form = !(params.is_empty() && files.is_empty());
        let before = self.findings.number;
        let request = if form { self.form(facts, params, files) } else { self.model(facts) };
        let request_unread = request.is_empty() && self.findings.number > before;
        let response = facts.entries_of("response", self.findings);
        Some(Operation {
            at: facts.pointer.clone(),
            method: method.to_owned(),
            title: facts.text_of("title", self.findings).map(str::to_owned),
            form,
            request,
            request_unread,
            response_unread: !facts.has("response"),
            response: self.fields(response),
            ..Operation::default()
        })
    }

    /// What spec/ has no word for.
    fn check(&mut self, method: &str, facts: &Cursor<'a>) {
        let version = facts.text_of("version", self.findings);
        if let Some(version) = version.filter(|version| *version != "1.0") {
            let what = format!("the method has the version `{version}`");
            self.findings.add(&facts.pointer, what, "spec/ knows the version 1.0 alone");
        }
        let key = format!("{}_response", method.replace('.', "_"));
        let stated = facts.text_of("response_key", self.findings);
        if let Some(stated) = stated.filter(|stated| *stated != key) {
            let what = format!("the answer is called `{stated}`, not `{key}`");
            self.findings.add(&facts.pointer, what, "spec/ derives the answer's name from the method");
        }
    }

    /// Top-level parameters: what has a structure travels as JSON text.
    fn form(
        &mut self,
        facts: &Cursor<'a>,
        params: Vec<(&'a str, Cursor<'a>)>,
        files: Vec<Cursor<'a>>,
    ) -> Vec<Field> {
        let mut fields = Vec::new();
        if facts.flag_of("biz_content_untyped", self.findings) {
            fields.push(Field::new(&facts.pointer, "biz_content", Type::plain("string")));
        }
        if facts.has("biz_model") {
            let what = "the method has a model in `biz_content` and top-level parameters too";
            self.findings.add(&facts.pointer, what, "the model is left out; add its fields by hand");
        }
        for mut field in self.fields(params) {
            if field.ty.wrap == Wrap::List || field.ty.named_type().is_some() {
                field.ty = field.ty.clone().wrapped(Wrap::Json).unwrap_or(field.ty);
            }
            fields.push(field);
        }
        for file in files {
            let Some(name) = file.text(self.findings) else { continue };
            fields.push(Field::new(&file.pointer, name, Type::plain("file")));
        }
        fields
    }

    fn model(&mut self, facts: &Cursor<'a>) -> Vec<Field> {
        let Some(name) = facts.text_of("biz_model", self.findings) else { return Vec::new() };
        match self.classes.get(name).cloned() {
            Some(class) => {
                let entries = class.entries(self.findings);
                self.fields(entries)
            }
            None => {
                self.findings.add(
                    &facts.pointer,
                    format!("the class `{name}` is missing"),
                    "add it to `domain`",
                );
                Vec::new()
            }
        }
    }

    fn fields(&mut self, entries: Vec<(&'a str, Cursor<'a>)>) -> Vec<Field> {
        let field = |(name, ty): (&str, Cursor<'a>)| {
            let read = super::has_name(name, &ty.pointer, self.findings).then(|| self.ty(&ty)).flatten();
            if read.is_none() {
                self.findings.unread(&ty.pointer);
            }
            Some(Field::new(&ty.pointer, name, read?))
        };
        entries.into_iter().filter_map(field).collect()
    }

    /// `scalar`, `scalar:string`, `$Class`, `array<...>`
    fn ty(&mut self, cursor: &Cursor<'_>) -> Option<Type> {
        let text = cursor.text(self.findings)?;
        let item = text.strip_prefix("array<").and_then(|rest| rest.strip_suffix('>'));
        let ty = match item.unwrap_or(text) {
            "scalar" => Type::plain("scalar"),
            "scalar:string" => Type::plain("string"),
            "scalar:integer" => Type::plain("int"),
            "scalar:number" => Type::plain("decimal"),
            "scalar:boolean" => Type::plain("bool"),
            other => match other.strip_prefix('$') {
                Some(name) => self.class(name, cursor)?,
                None => {
                    let fix = "a type is `scalar`, `scalar:<kind>`, `$Class` or `array<...>` of one of them";
                    self.findings.add(&cursor.pointer, format!("`{text}` is not a type"), fix);
                    return None;
                }
            },
        };
        if item.is_some() { ty.wrapped(Wrap::List) } else { Some(ty) }
    }

    fn class(&mut self, name: &str, cursor: &Cursor<'_>) -> Option<Type> {
        if !(self.classes.contains_key(name) && super::is_type_name(name)) {
            let fix = "add it to `domain`; names begin with a capital, then letters and digits";
            self.findings.add(&cursor.pointer, format!("the class `{name}` is missing"), fix);
            return None;
        }
        if self.wanted.insert(name.to_owned()) {
            self.work.push(name.to_owned());
        }
        Some(Type::named(name))
    }

    /// Reads every class that a field led to.
    fn types(&mut self) -> HashMap<String, TypeDef> {
        let mut types = HashMap::new();
        while let Some(name) = self.work.pop() {
            let Some(class) = self.classes.get(name.as_str()).cloned() else { continue };
            let entries = class.entries(self.findings);
            let fields = self.fields(entries);
            types.insert(name.clone(), TypeDef { name, fields });
        }
        types
    }
}
