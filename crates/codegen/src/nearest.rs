//! The name somebody probably meant when a name is not known.

/// The candidate with the fewest edits from `word`, if it is near enough to be a typing mistake.
pub(crate) fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let limit = (word.chars().count() / 3).clamp(1, 4);
    candidates
        .into_iter()
        .filter(|candidate| candidate.len().abs_diff(word.len()) <= limit * 4)
        .map(|candidate| (distance(word, candidate), candidate))
        .filter(|(edits, _)| *edits <= limit)
        .min()
        .map(|(_, candidate)| candidate)
}

/// A fix text: the nearest candidate, or `otherwise` when none is near.
pub(crate) fn suggest<'a>(
    word: &str,
    candidates: impl IntoIterator<Item = &'a str>,
    otherwise: &str,
) -> String {
    match nearest(word, candidates) {
        Some(found) => format!("did you mean `{found}`?"),
        None => otherwise.to_owned(),
    }
}

/// Edits (insert, delete, replace, swap of neighbours counted as two) between two words; case costs nothing.
fn distance(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.to_lowercase().chars().collect();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (index, from) in left.to_lowercase().chars().enumerate() {
        let mut diagonal = index;
        let mut before = index + 1;
        let mut next = vec![before];
        for (to, above) in right.iter().zip(row.iter().skip(1)) {
            before = (diagonal + usize::from(from != *to)).min(before + 1).min(above + 1);
            diagonal = *above;
            next.push(before);
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn a_typing_mistake_finds_its_name() {
        let keys = ["name", "need", "min", "max", "max-items"];
        assert_eq!(nearest("neeed", keys), Some("need"));
        assert_eq!(nearest("max_items", keys), Some("max-items"));
        assert_eq!(nearest("NAME", keys), Some("name"));
    }

    #[test]
    fn a_strange_name_finds_nothing() {
        assert_eq!(nearest("quantity", ["name", "need"]), None);
        assert_eq!(nearest("", ["name"]), None);
        assert_eq!(nearest("name", []), None);
    }
}
