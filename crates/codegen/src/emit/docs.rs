//! Free text of the specification as rustdoc: what looks like markup is escaped, code spans stay.

/// One line of markdown. Text between pairs of backticks stays code; everything else stays what it is.
pub(super) fn prose(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if !line.matches('`').count().is_multiple_of(2) {
        return escape_start(&escape(&line.replace('`', "'")));
    }
    let parts = line.split('`').enumerate();
    let escaped = parts.map(|(index, part)| if index % 2 == 1 { part.to_owned() } else { escape(part) });
    escape_start(&escaped.collect::<Vec<_>>().join("`"))
}

/// A code span that holds exactly this text.
pub(super) fn code(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if !line.contains('`') {
        return format!("`{line}`");
    }
    let mut longest = 0;
    let mut run = 0;
    for letter in line.chars() {
        run = if letter == '`' { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    let fence = "`".repeat(longest + 1);
    format!("{fence} {line} {fence}")
}

/// Facts on one line; those that are empty are left out.
pub(super) fn joined(facts: impl IntoIterator<Item = String>) -> String {
    facts.into_iter().filter(|fact| !fact.is_empty()).collect::<Vec<_>>().join(" · ")
}

/// Lines with an empty one between each two; those that are empty themselves are left out.
pub(super) fn paragraphs(texts: impl IntoIterator<Item = String>) -> Vec<String> {
    let mut lines = Vec::new();
    for text in texts.into_iter().filter(|text| !text.is_empty()) {
        if !lines.is_empty() {
            lines.push(String::new());
        }
        lines.push(text);
    }
    lines
}

/// The first sentence, without its full stop.
pub(super) fn first_sentence(text: &str) -> &str {
    let end = text.find(". ").unwrap_or(text.len());
    text.get(..end).unwrap_or(text).trim_end_matches('.')
}

fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for (index, word) in text.split(' ').enumerate() {
        if index > 0 {
            out.push(' ');
        }
        match word.contains("://") {
            true => link(word, &mut out),
            false => out.extend(word.chars().flat_map(escaped)),
        }
    }
    out
}

fn escaped(letter: char) -> impl Iterator<Item = char> {
    let markup = matches!(letter, '[' | ']' | '<' | '>' | '*' | '\\' | '|' | '~' | '$' | '&');
    markup.then_some('\\').into_iter().chain([letter])
}

/// An address as code, so that rustdoc neither links it nor complains; marks around it stay outside.
fn link(word: &str, out: &mut String) {
    let is_edge =
        |letter: char| matches!(letter, '(' | ')' | ',' | '.' | ';' | '"' | '\'' | '<' | '>' | '[' | ']');
    let inner = word.trim_matches(is_edge);
    let (before, after) = word.split_once(inner).unwrap_or(("", ""));
    out.extend(before.chars().flat_map(escaped));
    out.push_str(&code(inner));
    out.extend(after.chars().flat_map(escaped));
}

/// At the start of a line some marks would begin a heading, a list or a quotation.
fn escape_start(line: &str) -> String {
    if line.starts_with(['#', '-', '+', '=', '_']) {
        return format!("\\{line}");
    }
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    match (digits, line.as_bytes().get(digits)) {
        (1.., Some(b'.' | b')')) => {
            let (number, rest) = line.split_at(digits);
            format!("{number}\\{rest}")
        }
        _ => line.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::{code, first_sentence, prose};

    #[test]
    fn markup_in_free_text_is_text() {
        for (text, expected) in [
            ("Either [a] or Vec<T>.", r"Either \[a\] or Vec\<T\>."),
            ("Wins over `login_id` [1].", r"Wins over `login_id` \[1\]."),
            ("One ` alone, <b>", r"One ' alone, \<b\>"),
            ("See https://open.alipay.com/x_y.", "See `https://open.alipay.com/x_y`."),
            ("- not a list", r"\- not a list"),
            ("1. not a list", r"1\. not a list"),
            ("  two\n lines ", "two lines"),
            ("snake_case *stays*", r"snake_case \*stays\*"),
        ] {
            assert_eq!(prose(text), expected);
        }
    }

    #[test]
    fn code_spans_hold_any_text() {
        assert_eq!(code("a [b]"), "`a [b]`");
        assert_eq!(code("a`b"), "`` a`b ``");
        assert_eq!(code("``"), "``` `` ```");
    }

    #[test]
    fn the_first_sentence_ends_at_its_full_stop() {
        assert_eq!(first_sentence("Amount in yuan, 8.80. Two digits."), "Amount in yuan, 8.80");
        assert_eq!(first_sentence("One."), "One");
    }
}
