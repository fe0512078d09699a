//! What the documents promise is there.

use std::path::Path;

/// Reads a file of the workspace.
fn read(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

#[test]
fn every_signature_rule_names_a_test_that_exists() {
    let document = read("ARCHITECTURE.md");
    let (_, table) = document.split_once("| message | who signs |").unwrap();
    let (table, _) = table.split_once("\n\n").unwrap();
    let rows: Vec<_> = table.lines().skip(2).collect();
    assert!(rows.len() >= 15, "{table}");
    for row in rows {
        let test = row.trim_end_matches(" |").rsplit(" | ").next().unwrap();
        let (file, name) = test.split_once(": ").unwrap_or_else(|| panic!("no test: {row}"));
        let definition = format!("fn {}", name.trim_matches('`'));
        let source = read(file.trim_matches('`'));
        let found = source
            .match_indices(&definition)
            .any(|(at, _)| source[at + definition.len()..].starts_with(['(', '<']));
        assert!(found, "{file} has no {name}");
    }
}

/// The code of a document, without what its comments say.
fn code(document: &str) -> Vec<String> {
    let blocks = document.split("\n```").skip(1).step_by(2);
    let without_comments = |block: &str| {
        let shell = block.starts_with("sh\n");
        let lines =
            block.lines().map(|line| if shell { line.split('#').next().unwrap_or_default() } else { line });
        lines.map(str::trim_end).filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
    };
    blocks.map(without_comments).collect()
}

#[test]
fn both_readmes_have_the_same_chapters_and_the_same_code() {
    let (english, chinese) = (read("README.md"), read("README.zh-CN.md"));
    let chapters = |document: &str| document.lines().filter(|line| line.starts_with("## ")).count();
    assert_eq!(chapters(&english), chapters(&chinese));
    let rows = |document: &str| document.lines().filter(|line| line.starts_with("| ")).count();
    assert_eq!(rows(&english), rows(&chinese));
    assert_eq!(code(&english), code(&chinese));
    assert!(code(&english).len() >= 10);
}
