//! A JSON or YAML document that keeps the order of its keys, which is the order of fields in spec/.
//!
//! `serde_json::Value` would sort them; its feature that does not is shared with every crate of the workspace.

use std::collections::HashSet;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use super::cursor::{Findings, join};

/// One value.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Node {
    Bool(bool),
    List(Vec<Node>),
    Null,
    /// As text: nothing here calculates.
    Number(String),
    Object(Vec<(String, Node)>),
    Text(String),
}

impl Node {
    /// Reads JSON or YAML. Every JSON text is one of YAML too, but JSON is read faster, and its errors are clearer.
    ///
    /// # Errors
    /// What is wrong, and the fix.
    pub(super) fn parse(text: &str) -> Result<Self, (String, &'static str)> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        if text.trim_start().starts_with(['{', '[']) {
            return serde_json::from_str(text).map_err(|error| unreadable("JSON", &error.to_string()));
        }
        // Alipay's document has more nodes than the parser takes from strangers; its limit of depth stays.
        let options = serde_saphyr::options! {
            budget: serde_saphyr::budget! { max_events: 20_000_000, max_nodes: 10_000_000 },
            duplicate_keys: serde_saphyr::options::DuplicateKeyPolicy::PassThrough,
            strict_booleans: true,
            with_snippet: false,
        };
        match serde_saphyr::from_str_with_options(text, options) {
            Ok(Self::Null) => Err(("the document is empty".to_owned(), "give one that says something")),
            Ok(node) => Ok(node),
            Err(error) => Err(unreadable("YAML", &error.to_string())),
        }
    }

    /// What it is, for findings.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::Bool(_) => "true or false",
            Self::List(_) => "a list",
            Self::Null => "null",
            Self::Number(_) => "a number",
            Self::Object(_) => "an object",
            Self::Text(_) => "text",
        }
    }

    /// Reports keys that stand twice in one object: only the first one is looked at.
    pub(super) fn twice(&self, pointer: &str, findings: &mut Findings) {
        match self {
            Self::List(items) => {
                for (index, item) in items.iter().enumerate().filter(|(_, item)| item.holds_objects()) {
                    item.twice(&join(pointer, &index.to_string()), findings);
                }
            }
            Self::Object(entries) => {
                let mut seen = HashSet::new();
                for (key, value) in entries {
                    if !seen.insert(key) {
                        findings.add(
                            &join(pointer, key),
                            "the key stands here twice",
                            "delete one of the two",
                        );
                    }
                    if value.holds_objects() {
                        value.twice(&join(pointer, key), findings);
                    }
                }
            }
            Self::Bool(_) | Self::Null | Self::Number(_) | Self::Text(_) => {}
        }
    }

    fn holds_objects(&self) -> bool {
        matches!(self, Self::List(_) | Self::Object(_))
    }
}

/// Why a text cannot be read. Of the words of the parsers those are ours that speak of limits.
fn unreadable(language: &str, error: &str) -> (String, &'static str) {
    let at = error.split_once(" at line ").map_or(String::new(), |(_, at)| format!(" (line {at})"));
    let is = |words: &str| error.contains(words);
    if is("recursion limit") || is("Depth {") {
        (format!("the document nests too deeply{at}"), "give one of fewer than 60 levels")
    } else if is("budget breached") {
        (
            format!("the document is too large, or its aliases make it so{at}"),
            "write out what aliases stand for",
        )
    } else if is("multiple YAML documents") {
        (format!("the file holds several documents{at}"), "give one of them alone")
    } else if is("recursive references") {
        (format!("an alias stands inside of what it stands for{at}"), "write out what it stands for")
    } else {
        (format!("the document is not {language}: {error}"), "give a document in JSON or YAML")
    }
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(source: D) -> Result<Self, D::Error> {
        source.deserialize_any(Reader)
    }
}

struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = Node;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a value")
    }

    fn visit_unit<E: Error>(self) -> Result<Node, E> {
        Ok(Node::Null)
    }

    fn visit_none<E: Error>(self) -> Result<Node, E> {
        Ok(Node::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, source: D) -> Result<Node, D::Error> {
        Node::deserialize(source)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Node, E> {
        Ok(Node::Bool(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Node, E> {
        Ok(Node::Number(value.to_string()))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Node, E> {
        Ok(Node::Number(value.to_string()))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Node, E> {
        Ok(Node::Number(value.to_string()))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Node, E> {
        Ok(Node::Text(value.to_owned()))
    }

    fn visit_string<E: Error>(self, value: String) -> Result<Node, E> {
        Ok(Node::Text(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Node, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Node::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Node, A::Error> {
        let mut object = Vec::new();
        // YAML keys may look like numbers (`200:`, `1.50:`) or other things: they are what stands there.
        while let Some((key, value)) = entries.next_entry::<Option<String>, Node>()? {
            // The parser takes null for no text.
            object.push((key.unwrap_or_else(|| "null".to_owned()), value));
        }
        Ok(Node::Object(object))
    }
}
