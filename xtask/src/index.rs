//! `API.md` and `docs/api/`: every operation of spec/, by product line, and how Rust reaches it.
//!
//! One page a product line: a page of everything would be more than code hosts show.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{fs, io};

use alipay_codegen::{Mode, Stale, sync, sync_file};
use toml::{Table, Value};

use crate::document::{Document, Operation, Protocol, by_group, read_folder};
use crate::error::Error;

const WRITTEN_BY: &str = "<!-- Written by `cargo xtask codegen` from spec/. Change it there. -->\n\n";

/// Writes the index, or says what of it is stale. How many files it has, and which were stale.
pub(crate) fn run(root: &Path, mode: Mode) -> Result<(usize, Vec<Stale>), Error> {
    let folder = root.join("spec");
    let documents = read_folder(&folder).map_err(Error::io(&folder))?;
    let chosen = Chosen::read(&folder.join("models.toml")).map_err(Error::io(&folder))?;
    let (summary, pages) = index(&documents, &chosen);
    let (path, pages_path) = (root.join("API.md"), root.join("docs/api"));
    let mut stale = sync(&pages_path, &pages, mode).map_err(Error::io(&pages_path))?;
    stale.extend(sync_file(&path, &summary, mode).map_err(Error::io(&path))?);
    Ok((pages.len() + 1, stale))
}

/// Which operations `alipay-models` holds: the patterns of `models.toml`.
#[derive(Debug, Default)]
struct Chosen {
    v2: Vec<String>,
    v3: Vec<String>,
}

impl Chosen {
    /// Without the file, everything is chosen.
    fn read(path: &Path) -> io::Result<Self> {
        let text = match fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Self::all()),
            Err(error) => return Err(error),
        };
        let table: Table =
            text.parse().map_err(|error| io::Error::new(io::ErrorKind::InvalidData, format!("{error}")))?;
        let patterns = |key: &str| {
            let list = table.get(key).and_then(Value::as_array).into_iter().flatten();
            list.filter_map(|pattern| pattern.as_str().map(str::to_owned)).collect()
        };
        Ok(Self { v2: patterns("v2"), v3: patterns("v3") })
    }

    fn all() -> Self {
        Self { v2: vec!["*".to_owned()], v3: vec!["*".to_owned()] }
    }

    fn holds(&self, protocol: Protocol, method: &str) -> bool {
        let patterns = match protocol {
            Protocol::V2 => &self.v2,
            Protocol::V3 => &self.v3,
        };
        patterns.iter().any(|pattern| match pattern.strip_suffix('*') {
            Some(beginning) => method.starts_with(beginning),
            None => pattern == method,
        })
    }
}

/// The operations of one product line in one protocol.
type Line<'a> = BTreeMap<String, Vec<&'a Operation>>;

/// The summary, and the pages by their path.
fn index(documents: &[Document], chosen: &Chosen) -> (String, BTreeMap<PathBuf, String>) {
    let of = |protocol| {
        let document = documents.iter().find(|document| document.protocol == protocol);
        document.map(by_group).unwrap_or_default()
    };
    let (v2, v3): (Line<'_>, Line<'_>) = (of(Protocol::V2), of(Protocol::V3));
    let groups: BTreeSet<&String> = v2.keys().chain(v3.keys()).collect();
    let mut summary = format!("{WRITTEN_BY}# Operations by product line\n\n");
    let total = |line: &Line<'_>| line.values().map(Vec::len).sum::<usize>();
    let _ = writeln!(
        summary,
        "{} operations: {} of the gateway (v2) and {} of the REST API (v3), in {} product lines. Each has a page with its \
         operations.\n\n\
         \"In models\" counts those that `alipay-models` holds, under the feature that the line is called by. All others are \
         generated while your crate is built: see `alipay_codegen::Builder`.\n\n\
         | product line | v3 | in models | v2 | in models |\n|---|--:|--:|--:|--:|",
        total(&v2) + total(&v3),
        total(&v2),
        total(&v3),
        groups.len(),
    );
    let mut pages = BTreeMap::new();
    for group in groups {
        let _ = write!(summary, "| [{group}](docs/api/{group}.md) |");
        let mut page = format!("{WRITTEN_BY}# {group}\n\nAll product lines: [API.md](../../API.md)\n");
        for (protocol, line) in [(Protocol::V3, &v3), (Protocol::V2, &v2)] {
            let operations = line.get(group).map_or(&[][..], Vec::as_slice);
            let held = operations.iter().filter(|item| chosen.holds(protocol, &item.method)).count();
            match operations.len() {
                0 => summary.push_str(" | |"),
                all => {
                    let _ = write!(summary, " {all} | {held} |");
                    page.push_str(&section(protocol, group, operations, chosen));
                }
            }
        }
        summary.push('\n');
        pages.insert(PathBuf::from(format!("{group}.md")), page);
    }
    (summary, pages)
}

/// The table of one protocol.
fn section(protocol: Protocol, group: &str, operations: &[&Operation], chosen: &Chosen) -> String {
    let mut sorted = operations.to_vec();
    sorted.sort_by(|left, right| left.method.cmp(&right.method));
    let mut out = match protocol {
        Protocol::V2 => "\n## Gateway (v2)\n\n| method | title | where |\n|---|---|---|\n".to_owned(),
        Protocol::V3 => {
            "\n## REST (v3)\n\n| method | title | address | where |\n|---|---|---|---|\n".to_owned()
        }
    };
    for item in sorted {
        let title = item.title.as_deref().unwrap_or_default();
        let _ = write!(out, "| {} | {} |", item.method, cell(title));
        if let (Protocol::V3, Some(verb), Some(path)) = (protocol, &item.verb, &item.path) {
            let _ = write!(out, " `{verb} {path}` |");
        }
        let place = if chosen.holds(protocol, &item.method) {
            format!("models `{group}`")
        } else {
            "`Builder`".to_owned()
        };
        let _ = writeln!(out, " {place} |");
    }
    out
}

/// Text inside of a table.
fn cell(text: &str) -> String {
    let words: Vec<_> = text.split_whitespace().collect();
    words.join(" ").replace('\\', "\\\\").replace('|', "\\|").replace('<', "&lt;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::read;
    use crate::document::tests::{gateway, openapi};

    fn documents() -> Vec<Document> {
        [gateway(), openapi()].iter().map(|text| read("d", &text.to_string()).0.unwrap()).collect()
    }

    #[test]
    fn every_operation_stands_on_the_page_of_its_line_with_the_way_to_it() {
        let chosen = Chosen { v2: vec!["alipay.shop.order.*".to_owned()], v3: vec!["*".to_owned()] };
        let (summary, pages) = index(&documents(), &chosen);
        assert!(
            summary.contains(
                "5 operations: 3 of the gateway (v2) and 2 of the REST API (v3), in 2 product lines"
            )
        );
        assert!(summary.contains("| [shop](docs/api/shop.md) | 2 | 2 | 2 | 1 |\n"), "{summary}");
        assert!(summary.contains("| [ant_shop](docs/api/ant_shop.md) | | | 1 | 0 |\n"), "{summary}");
        let shop = &pages[Path::new("shop.md")];
        for row in [
            "| alipay.shop.item.query | 商品查询 | `GET /v3/alipay/shop/item/{item_id}` | models `shop` |\n",
            "| alipay.shop.order.pay | 付款 | models `shop` |\n",
            "| alipay.shop.image.upload |  | `Builder` |\n",
        ] {
            assert!(shop.contains(row), "{row}{shop}");
        }
    }

    #[test]
    fn a_title_cannot_break_the_table() {
        assert_eq!(cell("a|b\n<c>"), "a\\|b &lt;c>");
    }
}
