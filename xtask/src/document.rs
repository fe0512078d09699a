//! What a document says about the API, whatever its shape: the facts that `import` merges and `diff` compares.

mod cursor;
mod gateway;
mod kind;
mod node;
mod openapi;
mod schema;
mod spec;

use std::collections::{HashMap, HashSet};
use std::fmt;

pub(crate) use self::cursor::Finding;
pub(crate) use self::kind::{Leaf, Type, Wrap};
pub(crate) use self::spec::read_folder;

use self::cursor::{Cursor, Findings};
use self::node::Node;

/// Which of the two protocols a document describes.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub(crate) enum Protocol {
    V2,
    V3,
}

impl fmt::Display for Protocol {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::V2 => "v2",
            Self::V3 => "v3",
        })
    }
}

/// The operations of one protocol and the types that they use, in the order of the document.
#[derive(Debug)]
pub(crate) struct Document {
    pub(crate) protocol: Protocol,
    pub(crate) operations: Vec<Operation>,
    pub(crate) types: Vec<TypeDef>,
    /// Where something could not be read, or not wholly: JSON pointers.
    pub(crate) unread: HashSet<String>,
    /// Methods that stand there twice.
    pub(crate) twice: HashSet<String>,
    /// What only a folder like spec/ says; `None` of a document of Alipay's.
    pub(crate) own: Option<Own>,
}

/// What no document of Alipay's has.
#[derive(Debug, Default)]
pub(crate) struct Own {
    pub(crate) notifications: Vec<TypeDef>,
    pub(crate) enums: Vec<EnumDef>,
}

impl Own {
    pub(crate) fn notification_by_name(&self) -> HashMap<&str, &TypeDef> {
        self.notifications.iter().map(|item| (item.name.as_str(), item)).collect()
    }
}

#[derive(Debug)]
pub(crate) struct EnumDef {
    pub(crate) name: String,
    pub(crate) values: Vec<String>,
}

#[derive(Debug, Default)]
pub(crate) struct Operation {
    /// Where it stands in the document: a JSON pointer, as findings have it.
    pub(crate) at: String,
    pub(crate) method: String,
    /// The Rust name, where the usual one is taken.
    pub(crate) rust: Option<String>,
    /// spec/ cannot hold it: what is there stays as it is.
    pub(crate) refused: bool,
    pub(crate) title: Option<String>,
    pub(crate) deprecated: bool,
    pub(crate) verb: Option<String>,
    pub(crate) path: Option<String>,
    /// v2: the fields travel as top-level form fields.
    pub(crate) form: bool,
    /// `call`, `page` or `app`; `None` where the source does not say.
    pub(crate) dispatch: Option<String>,
    /// Business error codes.
    pub(crate) codes: Vec<String>,
    pub(crate) request: Vec<Field>,
    pub(crate) response: Vec<Field>,
    /// v3: the body has parts.
    pub(crate) parts: bool,
    /// Nothing of what is asked could be read, though there is something.
    pub(crate) request_unread: bool,
    /// The same of the answer.
    pub(crate) response_unread: bool,
}

#[derive(Clone, Debug)]
pub(crate) struct TypeDef {
    pub(crate) name: String,
    pub(crate) fields: Vec<Field>,
}

#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Field {
    /// Where it stands in the document: a JSON pointer, as findings have it.
    pub(crate) at: String,
    pub(crate) name: String,
    /// The Rust name, where the usual one is taken.
    pub(crate) rust: Option<String>,
    /// spec/ cannot hold it: what is there stays as it is.
    pub(crate) refused: bool,
    pub(crate) ty: Type,
    pub(crate) place: Place,
    pub(crate) must: bool,
    /// The need as spec/ writes it; `None` where the source knows no more than `must`.
    pub(crate) need: Option<String>,
    pub(crate) deprecated: bool,
    /// Characters: at least, at most.
    pub(crate) len: Option<(u32, u32)>,
    /// The same of each item of a list.
    pub(crate) item_len: Option<(u32, u32)>,
    pub(crate) max_items: Option<u32>,
    /// Bounds, inclusive, as they stand in the document.
    pub(crate) min: Option<String>,
    pub(crate) max: Option<String>,
    /// The only values of text, where the document lists them.
    pub(crate) values: Vec<String>,
    /// What holds where it is absent, as it stands on the wire.
    pub(crate) default: Option<String>,
    /// A value as it stands on the wire.
    pub(crate) example: Option<String>,
}

/// Where a request carries a field.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) enum Place {
    #[default]
    Body,
    Path,
    Query,
}

impl fmt::Display for Place {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Body => "body",
            Self::Path => "path",
            Self::Query => "query",
        })
    }
}

impl Field {
    pub(crate) fn new(at: &str, name: &str, ty: Type) -> Self {
        Self {
            at: at.to_owned(),
            name: name.to_owned(),
            rust: None,
            refused: false,
            ty,
            place: Place::Body,
            must: false,
            need: None,
            deprecated: false,
            len: None,
            item_len: None,
            max_items: None,
            min: None,
            max: None,
            values: Vec::new(),
            default: None,
            example: None,
        }
    }
}

impl Document {
    pub(crate) fn empty(protocol: Protocol) -> Self {
        let (operations, types) = (Vec::new(), Vec::new());
        let (unread, twice) = (HashSet::new(), HashSet::new());
        Self { protocol, operations, types, unread, twice, own: None }
    }

    /// Whether what the other document has at a place is, or may be, here too, and could not be read.
    pub(crate) fn may_have(&self, place: &str) -> bool {
        let above = place.match_indices('/').filter_map(|(end, _)| place.get(..end));
        !place.is_empty()
            && (above.chain([place]).any(|place| self.unread.contains(place))
                || self
                    .unread
                    .iter()
                    .any(|deep| deep.strip_prefix(place).is_some_and(|rest| rest.starts_with('/'))))
    }

    pub(crate) fn type_by_name(&self) -> HashMap<&str, &TypeDef> {
        self.types.iter().map(|item| (item.name.as_str(), item)).collect()
    }

    /// The fields of all operations and types.
    pub(crate) fn fields_mut(&mut self) -> impl Iterator<Item = &mut Field> {
        let Self { operations, types, .. } = self;
        let asked = operations.iter_mut().flat_map(|item| item.request.iter_mut().chain(&mut item.response));
        asked.chain(types.iter_mut().flat_map(|item| &mut item.fields))
    }

    /// Calls a type otherwise, wherever a field has it.
    pub(crate) fn rename_type(&mut self, old: &str, new: &str) {
        let types = self.types.iter_mut();
        types.filter(|item| item.name == old).for_each(|item| new.clone_into(&mut item.name));
        for field in self.fields_mut().filter(|field| field.ty.named_type() == Some(old)) {
            field.ty.leaf = Leaf::Named(new.to_owned());
        }
    }
}

/// Reads an OpenAPI 3 document or the facts of the gateway's methods, as JSON or YAML; which it is, the content says.
///
/// What the document has and spec/ cannot say is a finding; the rest is read. `None` where nothing could be.
pub(crate) fn read(file: &str, text: &str) -> (Option<Document>, Vec<Finding>) {
    let mut findings = Findings::new(file);
    let mut document = match Node::parse(text) {
        Err((what, fix)) => {
            findings.add("", what, fix);
            None
        }
        Ok(node) => {
            node.twice("", &mut findings);
            let root = Cursor::root(&node);
            match (root.has("openapi") || root.has("paths"), root.has("methods")) {
                (true, _) => openapi::read(&root, &mut findings),
                (false, true) => gateway::read(&root, &mut findings),
                (false, false) => {
                    let what = "neither an OpenAPI document (`openapi`, `paths`) nor the facts of gateway methods (`methods`)";
                    findings.add("", what, "give one of the two");
                    None
                }
            }
        }
    };
    if let Some(document) = &mut document {
        document.unread = findings.places();
    }
    let mut findings = findings.into_list();
    if document.is_none() && findings.is_empty() {
        let mut empty = Findings::new(file);
        empty.add("", "the document has no operation", "give one that has");
        findings = empty.into_list();
    }
    (document, findings)
}

/// Reads a document as it lies in a file. One that is not UTF-8 is a finding: to guess would change its words.
pub(crate) fn read_bytes(file: &str, bytes: &[u8]) -> (Option<Document>, Vec<Finding>) {
    match std::str::from_utf8(bytes) {
        Ok(text) => read(file, text),
        Err(error) => {
            let mut findings = Findings::new(file);
            let what = format!("byte {} is not UTF-8", error.valid_up_to());
            findings.add("", what, "save the document as UTF-8");
            (None, findings.into_list())
        }
    }
}

/// The API group of a method, which is a file of spec/, a cargo feature and a module.
pub(crate) fn group(method: &str) -> String {
    let mut words = method.split('.');
    match (words.next(), words.next()) {
        (Some("alipay"), Some(second)) => second.to_owned(),
        (Some(first), Some(second)) => format!("{first}_{second}"),
        (first, _) => first.unwrap_or_default().to_owned(),
    }
}

/// Groups that cannot be: their file, module or cargo feature means something else.
const NO_GROUPS: [(&str, &[&str]); 4] = [
    ("a file of spec/ that is no group", &["common"]),
    ("a word of Rust that cannot name a module", &["crate", "mod", "self", "super"]),
    ("a cargo feature that is no group", &["async", "axum", "blocking", "default", "rustcrypto", "sm2"]),
    ("no file on Windows", &["aux", "con", "nul", "prn"]),
];

/// Whether a method's group can have a file, a module and a feature; one that means something else is a finding.
fn has_group(method: &str, place: &str, findings: &mut Findings) -> bool {
    let group = group(method);
    let taken = NO_GROUPS.iter().find(|(_, names)| names.contains(&group.as_str()));
    if let Some((why, _)) = taken {
        findings.add(
            place,
            format!("`{group}` cannot be a group: it is {why}"),
            format!("`{method}` is left out"),
        );
    }
    taken.is_none()
}

/// Methods become names of files, which have to fit everywhere; Alipay's longest has 75 letters.
const LONGEST: usize = 150;

/// What a method is, for findings.
const METHOD: &str = "a method is lower-case words between dots, of 150 letters at the most; it is left out";

/// Whether a text can be a method: lower-case words between dots.
fn is_method(text: &str) -> bool {
    text.contains('.')
        && text.len() <= LONGEST
        && text.split('.').all(|word| {
            word.starts_with(|first: char| first.is_ascii_lowercase())
                && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
        })
}

/// Whether a field, code or value has a name; one of no letters at all is a finding.
fn has_name(name: &str, place: &str, findings: &mut Findings) -> bool {
    let empty = name.trim().is_empty();
    if empty {
        findings.add(place, "the name is empty", "give it one; it is left out");
    }
    !empty
}

/// Whether a text can name a `[[type]]`.
fn is_type_name(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_uppercase())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

#[cfg(test)]
pub(crate) mod tests;
