//! Whether a rule of a request became narrower, so that what was right before may be refused.

/// A length in characters: at least, at most.
pub(super) fn len(old: Option<(u32, u32)>, new: Option<(u32, u32)>) -> bool {
    match (old.unwrap_or((0, u32::MAX)), new) {
        (_, None) => false,
        ((least, most), Some((min, max))) => min > least || max < most,
    }
}

/// A need as spec/ writes it. What is not known to ask for less asks for more.
pub(super) fn need(old: &str, new: &str) -> bool {
    let ((before, of), (after, now_of)) = (split(old), split(new));
    let less = match (before, after) {
        (_, "opt") => true,
        // A request that always has the field has one of the group, and has it whenever another is there.
        ("must", "one-of" | "when") => true,
        ("just-one-of", "one-of" | "at-most-one-of") => of == now_of,
        _ => false,
    };
    !less
}

/// The word, and the group or field that it is about.
fn split(need: &str) -> (&str, &str) {
    need.split_once(':').unwrap_or((need, ""))
}
