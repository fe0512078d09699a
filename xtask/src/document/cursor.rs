//! A place in a document: what stands there, and how a finding names it.

use std::collections::HashSet;
use std::fmt;

use super::node::Node;

/// Something in a document that cannot be taken over.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub(crate) struct Finding {
    pub(crate) file: String,
    /// JSON pointer: `/paths/~1v3~1alipay~1trade~1pay/post`; empty where the whole document is meant.
    pub(crate) place: String,
    pub(crate) what: String,
    pub(crate) fix: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { file, place, what, fix } = self;
        let part = if place.is_empty() { "" } else { ": " };
        write!(out, "{file}{part}{place}: {what}\n    fix: {fix}")
    }
}

/// The findings of one document.
#[derive(Debug)]
pub(crate) struct Findings {
    file: String,
    list: Vec<Finding>,
    /// Places of what was left out because of something that stands elsewhere.
    unread: HashSet<String>,
    /// How many there were, also those that were there already.
    pub(super) number: usize,
    /// A fragment that several places refer to is reported once.
    seen: HashSet<Finding>,
}

impl Findings {
    pub(super) fn new(file: &str) -> Self {
        Self {
            file: file.to_owned(),
            list: Vec::new(),
            unread: HashSet::new(),
            number: 0,
            seen: HashSet::new(),
        }
    }

    pub(super) fn add(&mut self, place: &str, what: impl Into<String>, fix: impl Into<String>) {
        let finding =
            Finding { file: self.file.clone(), place: place.to_owned(), what: what.into(), fix: fix.into() };
        self.number += 1;
        if self.seen.insert(finding.clone()) {
            self.list.push(finding);
        }
    }

    /// Takes note of something that is left out because of a finding about another place.
    pub(super) fn unread(&mut self, place: &str) {
        self.unread.insert(place.to_owned());
    }

    /// Everything that could not be read, or not wholly.
    pub(super) fn places(&self) -> HashSet<String> {
        let places = self.list.iter().map(|finding| finding.place.clone());
        self.unread.iter().cloned().chain(places).filter(|place| !place.is_empty()).collect()
    }

    pub(super) fn into_list(self) -> Vec<Finding> {
        self.list
    }
}

/// A value and its place.
#[derive(Clone, Debug)]
pub(super) struct Cursor<'a> {
    pub(super) node: &'a Node,
    pub(super) pointer: String,
}

impl<'a> Cursor<'a> {
    pub(super) fn root(node: &'a Node) -> Self {
        Self { node, pointer: String::new() }
    }

    pub(super) fn has(&self, key: &str) -> bool {
        self.find(key).is_some()
    }

    pub(super) fn get(&self, key: &str) -> Option<Self> {
        Some(self.child(key, self.find(key)?))
    }

    /// The entries of an object; another kind of value is a finding.
    pub(super) fn entries(&self, findings: &mut Findings) -> Vec<(&'a str, Self)> {
        match self.node {
            Node::Object(entries) => {
                entries.iter().map(|(key, node)| (key.as_str(), self.child(key, node))).collect()
            }
            _ => self.wrong("an object", findings),
        }
    }

    /// The entries below a key; none where the key is absent.
    pub(super) fn entries_of(&self, key: &str, findings: &mut Findings) -> Vec<(&'a str, Self)> {
        self.get(key).map(|inner| inner.entries(findings)).unwrap_or_default()
    }

    /// The items below a key; none where the key is absent.
    pub(super) fn items_of(&self, key: &str, findings: &mut Findings) -> Vec<Self> {
        let Some(inner) = self.get(key) else { return Vec::new() };
        match inner.node {
            Node::List(items) => (0..)
                .zip(items)
                .map(|(index, node): (usize, _)| inner.child(&index.to_string(), node))
                .collect(),
            _ => inner.wrong("a list", findings),
        }
    }

    pub(super) fn text_of(&self, key: &str, findings: &mut Findings) -> Option<&'a str> {
        let inner = self.get(key)?;
        inner.text(findings)
    }

    pub(super) fn text(&self, findings: &mut Findings) -> Option<&'a str> {
        match self.node {
            Node::Text(text) => Some(text),
            _ => self.wrong("text", findings),
        }
    }

    pub(super) fn flag_of(&self, key: &str, findings: &mut Findings) -> bool {
        let Some(inner) = self.get(key) else { return false };
        match inner.node {
            Node::Bool(flag) => *flag,
            _ => inner.wrong("true or false", findings),
        }
    }

    pub(super) fn count_of(&self, key: &str, findings: &mut Findings) -> Option<u32> {
        let inner = self.get(key)?;
        match inner.node {
            Node::Number(text) if text.parse::<u32>().is_ok() => text.parse().ok(),
            _ => inner.wrong("a whole number that is not negative", findings),
        }
    }

    /// Reports every key that is neither known nor an extension (`x-...`).
    pub(super) fn only(&self, known: &[&str], findings: &mut Findings) {
        let Node::Object(entries) = self.node else { return };
        for (key, _) in entries {
            if !known.contains(&key.as_str()) && !key.starts_with("x-") {
                let what = format!("`{key}` is not understood here");
                findings.add(&join(&self.pointer, key), what, "say it by hand in spec/, if it matters");
            }
        }
    }

    pub(super) fn wrong<T: Default>(&self, expected: &str, findings: &mut Findings) -> T {
        let what = format!("{} stands here", self.node.kind());
        findings.add(&self.pointer, what, format!("this has to be {expected}"));
        T::default()
    }

    fn find(&self, key: &str) -> Option<&'a Node> {
        match self.node {
            Node::Object(entries) => entries.iter().find(|(name, _)| name == key).map(|(_, node)| node),
            _ => None,
        }
    }

    fn child(&self, key: &str, node: &'a Node) -> Self {
        Self { node, pointer: join(&self.pointer, key) }
    }
}

/// A step further down a JSON pointer.
pub(super) fn join(pointer: &str, key: &str) -> String {
    if key.contains(['~', '/']) {
        return format!("{pointer}/{}", key.replace('~', "~0").replace('/', "~1"));
    }
    format!("{pointer}/{key}")
}
