//! Paths of v3 against templates with placeholders.

/// Fills the placeholders of `template` from `path`; `None` where they do not fit.
pub(super) fn placeholders<'a>(template: &'a str, path: &str) -> Option<Vec<(&'a str, String)>> {
    let (wanted, seen) = (template.split('/'), path.split('/'));
    if wanted.clone().count() != seen.clone().count() {
        return None;
    }
    let mut values = Vec::new();
    for (wanted, seen) in wanted.zip(seen) {
        match wanted.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
            Some(name) if !seen.is_empty() => values.push((name, decoded(seen)?)),
            _ if wanted == seen => {}
            _ => return None,
        }
    }
    Some(values)
}

/// A path segment without its percent-escapes; `+` is itself there.
fn decoded(segment: &str) -> Option<String> {
    let pair = format!("={}", segment.replace('+', "%2B"));
    let (_, value) = alipay_sign::parse_form(pair.as_bytes()).ok()?.pop()?;
    String::from_utf8(value).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_take_one_segment_each() {
        let values = placeholders("/v3/a/{activity_id}/append", "/v3/a/x%2Fy+z/append").unwrap();
        assert_eq!(values, [("activity_id", "x/y+z".to_owned())]);
        assert!(placeholders("/v3/a/{activity_id}/append", "/v3/a//append").is_none());
        assert!(placeholders("/v3/a/{activity_id}/append", "/v3/a/b/c/append").is_none());
    }
}
