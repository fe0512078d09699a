//! `API.md` and `docs/api/`: every operation of spec/, by product line, and how Rust reaches it.
//!
//! One page a product line: a page of everything would be more than code hosts show.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};

use alipay_codegen::{Ir, Mode, Stale, Summary, sync, sync_file};

use crate::error::Error;

const WRITTEN_BY: &str = "<!-- Written by `cargo xtask codegen` from spec/. Change it there. -->\n\n";

/// Writes the index, or says what of it is stale. How many files it has, and which were stale.
pub(crate) fn run(root: &Path, ir: &Ir<'_>, mode: Mode) -> Result<(usize, Vec<Stale>), Error> {
    let (summary, pages) = index(ir);
    let (path, pages_path) = (root.join("API.md"), root.join("docs/api"));
    let mut stale = sync(&pages_path, &pages, mode).map_err(Error::io(&pages_path))?;
    stale.extend(sync_file(&path, &summary, mode).map_err(Error::io(&path))?);
    Ok((pages.len() + 1, stale))
}

/// The operations of one product line.
#[derive(Default)]
struct Line<'a> {
    v2: Vec<Summary<'a>>,
    v3: Vec<Summary<'a>>,
}

/// The summary, and the pages by their path.
fn index(ir: &Ir<'_>) -> (String, BTreeMap<PathBuf, String>) {
    let mut lines: BTreeMap<&str, Line<'_>> = BTreeMap::new();
    for item in ir.operations() {
        let line = lines.entry(item.group).or_default();
        if item.protocol == "v3" { &mut line.v3 } else { &mut line.v2 }.push(item);
    }
    let v2 = lines.values().map(|line| line.v2.len()).sum::<usize>();
    let v3 = lines.values().map(|line| line.v3.len()).sum::<usize>();
    let mut summary = format!("{WRITTEN_BY}# Operations by product line\n\n");
    let _ = writeln!(
        summary,
        "{} operations: {v2} of the gateway (v2) and {v3} of the REST API (v3), in {} product lines. Each has a page with its \
         operations.\n\n\
         \"In models\" counts those that `alipay-models` holds, under the feature that the line is called by. All others are \
         generated while your crate is built: see `alipay_codegen::Builder`.\n\n\
         | product line | v3 | in models | v2 | in models |\n|---|--:|--:|--:|--:|",
        v2 + v3,
        lines.len(),
    );
    let mut pages = BTreeMap::new();
    for (group, Line { v2, v3 }) in lines {
        let _ = write!(summary, "| [{group}](docs/api/{group}.md) |");
        let mut page = format!(
            "{WRITTEN_BY}# {group}\n\nAll product lines: [API.md](../../API.md). The Rust module is `v2::{group}` or `v3::{group}`.\n"
        );
        for (operations, head) in [(v3, REST), (v2, GATEWAY)] {
            let held = operations.iter().filter(|item| item.is_selected).count();
            match operations.len() {
                0 => summary.push_str(" | |"),
                all => {
                    let _ = write!(summary, " {all} | {held} |");
                    page.push_str(head);
                    rows(&mut page, operations);
                }
            }
        }
        summary.push('\n');
        pages.insert(PathBuf::from(format!("{group}.md")), page);
    }
    (summary, pages)
}

const GATEWAY: &str = "\n## Gateway (v2)\n\n| method | title | request | where |\n|---|---|---|---|\n";
const REST: &str =
    "\n## REST (v3)\n\n| method | title | address | request | where |\n|---|---|---|---|---|\n";

/// The table of one protocol, below its head.
fn rows(page: &mut String, mut operations: Vec<Summary<'_>>) {
    operations.sort_by_key(|item| item.method);
    for item in operations {
        let _ = write!(page, "| {} | {} |", item.method, cell(item.title));
        if let Some((verb, path)) = item.address {
            let _ = write!(page, " `{verb} {path}` |");
        }
        let _ = write!(page, " `{}Request` |", item.name);
        let _ = match item.is_selected {
            true => writeln!(page, " models `{}` |", item.group),
            false => writeln!(page, " `Builder` |"),
        };
    }
}

/// Text inside of a table.
fn cell(text: &str) -> String {
    let words: Vec<_> = text.split_whitespace().collect();
    words.join(" ").replace('\\', "\\\\").replace('|', "\\|").replace('<', "&lt;")
}

#[cfg(test)]
mod tests {
    use alipay_codegen::Spec;

    use super::*;

    const FILES: [(&str, &str); 4] = [
        ("models.toml", "v2 = [\"alipay.shop.order.*\"]\nv3 = [\"*\"]\n"),
        (
            "v2/shop.toml",
            "group = \"shop\"\n\
             [[operation]]\nmethod = \"alipay.shop.order.pay\"\ntitle = \"付款\"\nrequest = []\nresponse = []\n\
             [[operation]]\nmethod = \"alipay.shop.image.upload\"\nrequest = []\nresponse = []\n",
        ),
        (
            "v2/ant_shop.toml",
            "group = \"ant_shop\"\n\
             [[operation]]\nmethod = \"ant.shop.raw.send\"\nrequest = []\nresponse = []\n",
        ),
        (
            "v3/shop.toml",
            "group = \"shop\"\n\
             [[operation]]\nmethod = \"alipay.shop.item.query\"\ntitle = \"商品查询\"\nverb = \"GET\"\n\
             path = \"/v3/alipay/shop/item\"\nrequest = []\nresponse = []\n",
        ),
    ];

    #[test]
    fn every_operation_stands_on_the_page_of_its_line_with_the_way_to_it() {
        let spec = Spec::from_files(FILES.map(|(path, text)| (path.to_owned(), text.to_owned())));
        let (summary, pages) = index(&spec.lower().unwrap());
        assert!(
            summary.contains(
                "4 operations: 3 of the gateway (v2) and 1 of the REST API (v3), in 2 product lines"
            ),
            "{summary}"
        );
        assert!(summary.contains("| [shop](docs/api/shop.md) | 1 | 1 | 2 | 1 |\n"), "{summary}");
        assert!(summary.contains("| [ant_shop](docs/api/ant_shop.md) | | | 1 | 0 |\n"), "{summary}");
        let shop = &pages[Path::new("shop.md")];
        for row in [
            "| alipay.shop.item.query | 商品查询 | `GET /v3/alipay/shop/item` | `ItemQueryRequest` | models `shop` |\n",
            "| alipay.shop.order.pay | 付款 | `OrderPayRequest` | models `shop` |\n",
            "| alipay.shop.image.upload |  | `ImageUploadRequest` | `Builder` |\n",
        ] {
            assert!(shop.contains(row), "{row}{shop}");
        }
    }

    #[test]
    fn a_title_cannot_break_the_table() {
        assert_eq!(cell("a|b\n<c>"), "a\\|b &lt;c>");
    }
}
