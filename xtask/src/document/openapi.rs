//! OpenAPI 3 documents (v3), as Alipay publishes them: paths, verbs, parameters, bodies, answers and error codes.

use std::collections::{HashMap, HashSet};

use heck::ToUpperCamelCase;

use super::cursor::{Cursor, Findings, join};
use super::kind::{Leaf, Wrap};
use super::node::Node;
use super::schema::Schemas;
use super::{Document, Field, Operation, Place, Protocol};

const VERBS: [&str; 5] = ["get", "post", "put", "delete", "patch"];

const OPERATION_KEYS: [&str; 11] = [
    "deprecated",
    "description",
    "externalDocs",
    "operationId",
    "parameters",
    "requestBody",
    "responses",
    "security",
    "servers",
    "summary",
    "tags",
];

const PARAMETER_KEYS: [&str; 9] =
    ["deprecated", "description", "example", "explode", "in", "name", "required", "schema", "style"];

const CONTENT_KEYS: [&str; 4] = ["encoding", "example", "examples", "schema"];

/// What the schema of an upload may hold.
const PARTS_KEYS: [&str; 5] = ["description", "properties", "required", "title", "type"];

/// What the schema of an error may hold, and below it that of one of several errors.
const ERRORS_KEYS: [&str; 6] = ["anyOf", "description", "properties", "required", "title", "type"];
const ERROR_KEYS: [&str; 5] = ["description", "properties", "required", "title", "type"];

/// The schema of the codes that every operation may answer with. They are the protocol's, not the operation's.
const GENERAL_ERRORS: &str = "CommonErrorType";

pub(super) fn read(root: &Cursor<'_>, findings: &mut Findings) -> Option<Document> {
    let version = root.text_of("openapi", findings);
    if !version.is_some_and(|version| version.starts_with("3.")) {
        findings.add(
            "/openapi",
            "this is not OpenAPI 3",
            "give a document that begins with `openapi: 3.0.x`",
        );
    }
    root.only(
        &["openapi", "info", "servers", "paths", "components", "tags", "security", "externalDocs"],
        findings,
    );
    let paths = root.entries_of("paths", findings);
    let mut reader = Reader {
        schemas: Schemas::of(root, findings),
        methods: HashMap::new(),
        addresses: HashMap::new(),
        twice: HashSet::new(),
    };
    let operations: Vec<_> = paths.into_iter().flat_map(|(path, item)| reader.path(path, &item)).collect();
    let twice = std::mem::take(&mut reader.twice);
    let types = reader.schemas.types();
    (!operations.is_empty()).then_some(Document {
        protocol: Protocol::V3,
        operations,
        types,
        twice,
        ..Document::empty(Protocol::V3)
    })
}

struct Reader<'a, 'f> {
    schemas: Schemas<'a, 'f>,
    /// Where each method stands.
    methods: HashMap<&'a str, String>,
    /// Which method each verb and path belongs to.
    addresses: HashMap<String, &'a str>,
    /// Methods that stand there twice.
    twice: HashSet<String>,
}

impl<'a> Reader<'a, '_> {
    fn path(&mut self, path: &str, item: &Cursor<'a>) -> Vec<Operation> {
        let mut operations = Vec::new();
        for (verb, operation) in item.entries(self.schemas.findings) {
            if VERBS.contains(&verb) {
                operations.extend(self.operation(path, verb, &operation));
            } else if !verb.starts_with("x-") && !["summary", "description"].contains(&verb) {
                let what = format!("`{verb}` of a path is not understood");
                self.add(&operation, what, "say it in each operation of the path");
            }
        }
        operations
    }

    fn operation(&mut self, path: &str, verb: &str, item: &Cursor<'a>) -> Option<Operation> {
        if !matches!(item.node, Node::Object(_)) {
            return item.wrong("an operation", self.schemas.findings);
        }
        item.only(&OPERATION_KEYS, self.schemas.findings);
        let Some(method) = item.text_of("operationId", self.schemas.findings) else {
            self.add(item, "the operation has no `operationId`", "add it: the dotted name of the method");
            return None;
        };
        if !super::is_method(method) {
            self.add(item, format!("`{method}` is not a method"), super::METHOD);
            return None;
        }
        if !super::has_group(method, &item.pointer, self.schemas.findings) {
            return None;
        }
        if let Some(first) = self.methods.get(method).cloned() {
            self.twice.insert(method.to_owned());
            let fix = "delete one of the two; this one is left out";
            self.add(item, format!("the method `{method}` stands at {first} already"), fix);
            return None;
        }
        let address = address(verb, path);
        if let Some(first) = self.addresses.get(&address).copied() {
            let fix = format!("delete one of the two; `{method}` is left out");
            self.add(item, format!("`{first}` has this verb and path already"), fix);
            return None;
        }
        self.methods.insert(method, item.pointer.clone());
        self.addresses.insert(address, method);
        let deprecated = item.flag_of("deprecated", self.schemas.findings);
        if deprecated {
            let fix = "spec/ has no key for it: say so in the operation's `doc`";
            let place = join(&item.pointer, "deprecated");
            self.schemas.findings.add(&place, format!("the operation `{method}` is deprecated"), fix);
        }
        let owner = method.to_upper_camel_case();
        let mut request = self.parameters(item, verb, &owner);
        let before = self.schemas.findings.number;
        let body = self.body(item, verb, &owner);
        let request_unread = body.is_empty() && self.schemas.findings.number > before;
        let parts = item.get("requestBody").and_then(|body| body.get("content"));
        let parts = parts.is_some_and(|content| content.has("multipart/form-data"));
        for field in body {
            if request.iter().any(|known| known.name == field.name) {
                let what = format!("`{}` is a parameter and a field of the body", field.name);
                self.schemas.findings.add(
                    &field.at,
                    what,
                    "the field of the body is left out: spec/ has one name once",
                );
            } else {
                request.push(field);
            }
        }
        let before = self.schemas.findings.number;
        let (response, codes) = self.responses(item, &owner);
        let response_unread = response.is_empty() && self.schemas.findings.number > before;
        Some(Operation {
            at: item.pointer.clone(),
            method: method.to_owned(),
            title: item.text_of("summary", self.schemas.findings).map(str::to_owned),
            deprecated,
            verb: Some(verb.to_uppercase()),
            path: Some(path.to_owned()),
            codes,
            request,
            response,
            parts,
            request_unread,
            response_unread,
            ..Operation::default()
        })
    }

    fn parameters(&mut self, item: &Cursor<'a>, verb: &str, owner: &str) -> Vec<Field> {
        let mut fields: Vec<Field> = Vec::new();
        for parameter in item.items_of("parameters", self.schemas.findings) {
            parameter.only(&PARAMETER_KEYS, self.schemas.findings);
            let Some(name) = parameter.text_of("name", self.schemas.findings) else {
                self.add(&parameter, "the parameter has no name, or is a reference", "write it out here");
                continue;
            };
            if !super::has_name(name, &parameter.pointer, self.schemas.findings) {
                continue;
            }
            let place = match parameter.text_of("in", self.schemas.findings) {
                Some("path") => Place::Path,
                Some("query") => Place::Query,
                other => {
                    let what = format!("`{name}` travels in `{}`", other.unwrap_or("nothing"));
                    self.add(&parameter, what, "spec/ knows path and query; the parameter is left out");
                    continue;
                }
            };
            let Some(schema) = parameter.get("schema") else {
                self.add(&parameter, format!("the parameter `{name}` has no schema"), "add `schema`");
                continue;
            };
            let Some(mut field) = self.schemas.field(name, &schema, owner) else {
                self.schemas.findings.unread(&schema.pointer);
                continue;
            };
            if field.ty.wrap != Wrap::Bare || !matches!(field.ty.leaf, Leaf::Plain(_)) {
                let what = format!("`{name}` is no plain value, in a {verb} query or path");
                self.add(&parameter, what, "spec/ knows plain parameters alone; it is left out");
                continue;
            }
            if fields.iter().any(|known| known.name == name) {
                self.add(&parameter, format!("`{name}` stands here twice"), "delete one of the two");
                continue;
            }
            field.place = place;
            field.must = parameter.flag_of("required", self.schemas.findings) || place == Place::Path;
            field.deprecated |= parameter.flag_of("deprecated", self.schemas.findings);
            fields.push(field);
        }
        fields
    }

    fn body(&mut self, item: &Cursor<'a>, verb: &str, owner: &str) -> Vec<Field> {
        let Some(body) = item.get("requestBody") else { return Vec::new() };
        if matches!(verb, "get" | "delete") {
            let fix = "spec/ knows queries alone here; the body is left out";
            self.add(&body, format!("a `{verb}` with a body"), fix);
            return Vec::new();
        }
        if !matches!(body.node, Node::Object(_)) {
            return body.wrong("a request body", self.schemas.findings);
        }
        body.only(&["content", "description", "required"], self.schemas.findings);
        let mut fields = Vec::new();
        let contents = body.entries_of("content", self.schemas.findings);
        if contents.is_empty() {
            self.add(&body, "the request body has no content", "add `content`, or delete `requestBody`");
        }
        for (kind, content) in contents {
            content.only(&CONTENT_KEYS, self.schemas.findings);
            let Some(schema) = content.get("schema") else {
                self.add(&content, "the body has no schema", "add `schema`");
                continue;
            };
            match kind {
                "application/json" => fields.extend(self.plain(&schema, owner)),
                "multipart/form-data" => fields.extend(self.parts(&schema, owner)),
                _ => {
                    let fix = "spec/ knows application/json and multipart/form-data; the body is left out";
                    self.add(&content, format!("the body is `{kind}`"), fix);
                }
            }
        }
        fields
    }

    /// The fields of a body of JSON, where no file can be.
    fn plain(&mut self, schema: &Cursor<'a>, owner: &str) -> Vec<Field> {
        let mut fields = self.schemas.fields(schema, owner);
        fields.retain(|field| {
            let file = field.ty.leaf == Leaf::Plain("file");
            if file {
                let what = format!("`{}` is a file in a body of JSON", field.name);
                let fix = "files travel in multipart/form-data; it is left out";
                self.schemas.findings.add(&field.at, what, fix);
            }
            !file
        });
        fields
    }

    /// The parts of an upload: `data` holds the other fields as JSON, every other part is a file.
    fn parts(&mut self, schema: &Cursor<'a>, owner: &str) -> Vec<Field> {
        let Some((_, schema)) = self.schemas.resolve(schema) else { return Vec::new() };
        schema.only(&PARTS_KEYS, self.schemas.findings);
        let must = self.schemas.required(&schema);
        let mut fields = Vec::new();
        for (name, part) in schema.entries_of("properties", self.schemas.findings) {
            if name == "data" {
                fields.extend(self.plain(&part, owner));
                continue;
            }
            let Some(mut field) = self.schemas.field(name, &part, owner) else { continue };
            field.must = must.contains(name);
            if field.ty.leaf == Leaf::Plain("file") {
                fields.push(field);
            } else {
                self.add(
                    &part,
                    format!("the part `{name}` is no file"),
                    "move it into `data`; it is left out",
                );
            }
        }
        fields
    }

    /// The fields of the answer, and the codes of its failures.
    fn responses(&mut self, item: &Cursor<'a>, owner: &str) -> (Vec<Field>, Vec<String>) {
        let (mut fields, mut codes) = (Vec::new(), Vec::new());
        if !item.has("responses") {
            let place = join(&item.pointer, "responses");
            self.schemas.findings.add(
                &place,
                "the operation has no `responses`",
                "add them; no answer is read",
            );
        }
        for (status, response) in item.entries_of("responses", self.schemas.findings) {
            if !matches!(response.node, Node::Object(_)) {
                let () = response.wrong("an answer", self.schemas.findings);
                continue;
            }
            response.only(&["content", "description", "headers"], self.schemas.findings);
            let contents = response.entries_of("content", self.schemas.findings);
            for (kind, content) in contents {
                content.only(&CONTENT_KEYS, self.schemas.findings);
                let Some(schema) = content.get("schema") else {
                    self.add(&content, "the answer has no schema", "add `schema`");
                    continue;
                };
                match (kind, status.starts_with('2')) {
                    ("application/json", true) if fields.is_empty() => {
                        fields = self.schemas.fields(&schema, owner);
                    }
                    ("application/json", false) => self.codes(&schema, true, &mut codes),
                    _ => {
                        let fix = "spec/ knows one answer, in JSON; this one is left out";
                        self.add(&content, format!("an answer with status {status} as `{kind}`"), fix);
                    }
                }
            }
        }
        // Answers promise nothing: every field of theirs may be absent.
        fields.iter_mut().for_each(|field| field.must = false);
        (fields, codes)
    }

    /// The codes of an error, which may be one of several: but not one of several of several.
    fn codes(&mut self, schema: &Cursor<'a>, several: bool, codes: &mut Vec<String>) {
        let Some((name, schema)) = self.schemas.resolve(schema) else { return };
        schema.only(if several { &ERRORS_KEYS } else { &ERROR_KEYS[..] }, self.schemas.findings);
        if several {
            for variant in schema.items_of("anyOf", self.schemas.findings) {
                self.codes(&variant, false, codes);
            }
        }
        if name == Some(GENERAL_ERRORS) {
            return;
        }
        let properties = schema.get("properties");
        let Some(code) = properties.and_then(|properties| properties.get("code")) else { return };
        let Some((_, code)) = self.schemas.resolve(&code) else { return };
        code.only(&["description", "enum", "example", "title", "type"], self.schemas.findings);
        for value in code.items_of("enum", self.schemas.findings) {
            let Some(text) = value.text(self.schemas.findings) else { continue };
            let named = super::has_name(text, &value.pointer, self.schemas.findings);
            if named && !codes.iter().any(|known| known == text) {
                codes.push(text.to_owned());
            }
        }
    }

    fn add(&mut self, place: &Cursor<'_>, what: impl Into<String>, fix: impl Into<String>) {
        self.schemas.findings.add(&place.pointer, what, fix);
    }
}

/// A verb and a path, whatever the parameters of the path are called.
fn address(verb: &str, path: &str) -> String {
    let segment = |segment| if str::starts_with(segment, '{') { "{}" } else { segment };
    format!("{verb} {}", path.split('/').map(segment).collect::<Vec<_>>().join("/"))
}
