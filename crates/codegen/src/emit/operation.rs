//! The file of one operation: request, answer, and what is known of the call.

use std::path::PathBuf;

use proc_macro2::Literal;

use super::docs::{code, joined, paragraphs, prose};
use super::file::{Draft, Drafts, Item};
use super::imports::Imports;
use super::model::Model;
use crate::ir::{Group, Ir, Operation};
use crate::names::ident;
use crate::spec::{self, Location, Protocol};

pub(super) fn file<'ir>(
    ir: &'ir Ir<'ir>,
    key: (Protocol, &'ir str),
    group: &Group<'_>,
    item: &'ir Operation<'ir>,
    files: &mut Drafts,
) {
    let names = Names::of(item);
    let mut imports = Imports::new(ir);
    imports.runtime("meta");
    let request = Model {
        name: &names.request,
        docs: request_docs(item, &names),
        alias: Some(&item.spec.method),
        fields: &item.request,
        asked: true,
    };
    let response = Model {
        name: &names.response,
        docs: vec![format!("Answer to [`{}`].", names.request)],
        alias: None,
        fields: &item.response,
        asked: false,
    };
    let mut items = request.items(ir, &mut imports);
    items.push(Item::Text(operation(key, item, &names)));
    items.push(Item::Text(dispatch(item, &names)));
    items.extend(response.items(ir, &mut imports));
    items.insert(0, Item::Text(imports.lines()));
    let path = PathBuf::from(format!("{}/{}/{}.rs", key.0, key.1, item.module));
    files.insert(
        path,
        Draft { doc: format!("`{}`.", item.spec.method), source: group.file.path.clone(), items },
    );
}

/// A longer line is broken, as prettyplease would.
const WIDTH: usize = 89;

/// The Rust names of an operation's two structs.
pub(super) struct Names {
    pub(super) request: String,
    pub(super) response: String,
}

impl Names {
    pub(super) fn of(item: &Operation<'_>) -> Self {
        Self { request: format!("{}Request", item.name), response: format!("{}Response", item.name) }
    }
}

fn request_docs(item: &Operation<'_>, names: &Names) -> Vec<String> {
    let spec = item.spec;
    let way = match (&spec.verb, &spec.path) {
        (Some(verb), Some(path)) => code(&format!("{verb} {path}")),
        _ => "v2 gateway".to_owned(),
    };
    let mut notes = Vec::new();
    if spec.only_reads() {
        notes.push("Only reads: may be sent again at any time.".to_owned());
    }
    if let Some(key) = &spec.idempotency_key {
        notes.push(format!("Repetitions with the same {} are one business action.", code(key)));
    }
    if let Some(event) = &spec.event {
        notes.push(format!("The message {} tells the result later.", code(event)));
    }
    let answer = format!("[`{}`]", names.response);
    notes.push(match Way::of(spec) {
        Way::Call => format!("Answered with {answer}{}.", meaning(spec)),
        Way::Page => format!("For a browser: becomes a URL or a form, and comes back with {answer}."),
        Way::App => {
            format!("For the Alipay app: becomes an order string, and the mobile SDK hands back {answer}.")
        }
    });
    let facts = joined([prose(&spec.title), code(&spec.method), way]);
    let mut lines = paragraphs([prose(&spec.doc), facts, notes.join(" ")]);
    if !spec.codes.is_empty() {
        lines.extend([String::new(), "# Error codes".to_owned(), String::new()]);
        let (bare, told): (Vec<_>, Vec<_>) = spec.codes.iter().partition(|listed| listed.doc.is_empty());
        lines.extend(told.iter().map(|listed| format!("- {}: {}", code(&listed.value), prose(&listed.doc))));
        if !bare.is_empty() {
            let bare: Vec<_> = bare.iter().map(|listed| code(&listed.value)).collect();
            lines.push(format!("{}{}", if told.is_empty() { "" } else { "- " }, bare.join(", ")));
        }
    }
    lines
}

/// What an answer tells of a call that does something, and what to do without one.
fn meaning(spec: &spec::Operation) -> String {
    match &spec.idempotency_key {
        _ if spec.only_reads() => String::new(),
        Some(key) => {
            let key = code(key);
            format!(": Alipay took it. Without an answer it may have, too: send it again with the same {key}")
        }
        None => ": Alipay took it. Without an answer it may have, too: look before you repeat it".to_owned(),
    }
}

enum Way {
    App,
    Call,
    Page,
}

impl Way {
    fn of(spec: &spec::Operation) -> Self {
        match spec.dispatch.as_deref() {
            Some("app") => Self::App,
            Some("page") => Self::Page,
            _ => Self::Call,
        }
    }

    fn as_str(&self) -> &'static str {
        match self {
            Self::App => "App",
            Self::Call => "Call",
            Self::Page => "Page",
        }
    }
}

/// What is known of the call. As text, for the reason that [`Model`] gives.
fn operation(key: (Protocol, &str), item: &Operation<'_>, names: &Names) -> String {
    let spec = item.spec;
    let protocol = match key.0 {
        Protocol::V2 => gateway(spec),
        Protocol::V3 => rest(spec),
    };
    let files = item.request.iter().filter(|field| field.ty.is_file()).map(|field| field.spec.name.as_str());
    let codes = spec.codes.iter().map(|code| code.value.as_str());
    let members = [
        ("method", literal(&spec.method)),
        ("title", literal(&spec.title)),
        ("group", literal(key.1)),
        ("protocol", protocol),
        ("dispatch", format!("meta::Dispatch::{}", Way::of(spec).as_str())),
        ("idempotency_key", option(spec.idempotency_key.as_deref())),
        ("read_only", spec.only_reads().to_string()),
        ("event", option(spec.event.as_deref())),
        ("files", list("        files: ", files)),
        ("codes", list("        codes: ", codes)),
    ];
    let mut out = format!("impl meta::Operation for {} {{\n", ident(&names.request));
    out.push_str("    const META: &'static meta::Meta = &meta::Meta {\n");
    for (name, value) in members {
        out.push_str(&format!("        {name}: {value},\n"));
    }
    out.push_str("    };\n}\n");
    out
}

fn gateway(spec: &spec::Operation) -> String {
    let params = if spec.params.is_some() { "Form" } else { "BizContent" };
    format!("meta::Protocol::Gateway {{\n            params: meta::Params::{params},\n        }}")
}

fn rest(spec: &spec::Operation) -> String {
    let verb = match spec.verb.as_deref() {
        Some("DELETE") => "Delete",
        Some("GET") => "Get",
        Some("PATCH") => "Patch",
        Some("PUT") => "Put",
        _ => "Post",
    };
    let path = literal(spec.path.as_deref().unwrap_or_default());
    let query = list("            query: ", names_in(spec, Location::Query));
    let path_params = list("            path_params: ", names_in(spec, Location::Path));
    format!(
        "meta::Protocol::Rest {{\n            verb: meta::Verb::{verb},\n            path: {path},\n            query: \
         {query},\n            path_params: {path_params},\n        }}"
    )
}

/// Fields without `in` go to the body, and to the query where the verb has none.
pub(super) fn names_in(spec: &spec::Operation, location: Location) -> Vec<&str> {
    let bodiless = matches!(spec.verb.as_deref(), Some("GET" | "DELETE"));
    let default = if bodiless { Some(Location::Query) } else { None };
    let here = spec.request.iter().filter(|field| field.location.or(default) == Some(location));
    here.map(|field| field.name.as_str()).collect()
}

fn dispatch(item: &Operation<'_>, names: &Names) -> String {
    let (request, response) = (ident(&names.request), ident(&names.response));
    let way = Way::of(item.spec).as_str();
    format!("impl meta::{way} for {request} {{\n    type Response = {response};\n}}\n")
}

fn literal(text: &str) -> String {
    Literal::string(text).to_string()
}

fn option(text: Option<&str>) -> String {
    text.map_or_else(|| "None".to_owned(), |text| format!("Some({})", literal(text)))
}

/// A list of texts behind the beginning of its line, broken into lines where one would be too long.
fn list<'a>(start: &str, texts: impl IntoIterator<Item = &'a str>) -> String {
    let texts: Vec<_> = texts.into_iter().map(literal).collect();
    let line = format!("&[{}]", texts.join(", "));
    if start.len() + line.chars().count() <= WIDTH {
        return line;
    }
    let indent = " ".repeat(start.len() - start.trim_start().len());
    let lines: String = texts.iter().map(|text| format!("{indent}    {text},\n")).collect();
    format!("&[\n{lines}{indent}]")
}
