//! What would go astray if a call were spelled out: fields and options of the other protocol, which have no place in
//! it, and a path that leads elsewhere than below the host.

use super::{RawOperation, Route};
use crate::error::ConfigError;
use crate::options::CallOptions;

impl RawOperation {
    /// Refuses what would otherwise be left out without a word, or be sent to somebody else.
    pub(crate) fn check(&self, options: &CallOptions) -> Result<(), ConfigError> {
        let misplaced = |name: &str, seen: &str, fix: &str| Err(ConfigError::new(name, seen, fix));
        match (&self.route, self.misplaced.as_deref()) {
            (Route::Gateway { .. }, Some(name)) => {
                misplaced(name, "given to a method of v2", "give its fields with biz_content or param")
            }
            (Route::Rest { .. }, Some(name)) => {
                misplaced(name, "given to a path of v3", "give its fields with body or query")
            }
            (Route::Gateway { .. }, None) => Ok(()),
            (Route::Rest { path, query, .. }, None) => match options.of_v2_only() {
                Some(name) => {
                    let fix = "leave the option out; where an operation of v3 has it, it is a field";
                    misplaced(name, "given with a path of v3", fix)
                }
                None => check_target(path, !query.is_empty()),
            },
        }
    }
}

/// The target of a request as a caller writes it. It is joined to the address of the host and signed as it stands.
fn check_target(target: &str, has_pairs: bool) -> Result<(), ConfigError> {
    let refuse = |seen: String| {
        let fix = "write it like /v3/alipay/trade/query, with what fills a placeholder percent-encoded";
        Err(ConfigError::new("path", seen, fix))
    };
    let (path, query) = target.split_once('?').map_or((target, None), |(path, query)| (path, Some(query)));
    if !path.starts_with('/') {
        return refuse("does not begin with `/`".to_owned());
    }
    if has_pairs && query.is_some() {
        let fix = "give all of the query in one way";
        return Err(ConfigError::new("query", "given twice: in the path, and pair by pair", fix));
    }
    let strange = strange(path, "/").or_else(|| strange(query.unwrap_or_default(), "/?"));
    if let Some(character) = strange {
        return refuse(format!("holds {character:?}, which is not percent-encoded"));
    }
    // The HTTP libraries take these for steps through the path, encoded or not.
    let is_step =
        |segment: &str| matches!(segment.to_ascii_lowercase().replace("%2e", ".").as_str(), "." | "..");
    match path.split('/').find(|segment| is_step(segment)) {
        Some(segment) => refuse(format!("has the segment `{segment}`")),
        None => Ok(()),
    }
}

/// The first character that is neither `pchar` (RFC 3986 §3.3) nor one of `further`.
fn strange(text: &str, further: &str) -> Option<char> {
    let is_encoded = |at: usize| {
        text.get(at + 1..at + 3).is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))
    };
    let fits = |at: usize, character: char| match character {
        '%' => is_encoded(at),
        _ => {
            character.is_ascii_alphanumeric()
                || "-._~!$&'()*+,;=:@".contains(character)
                || further.contains(character)
        }
    };
    text.char_indices().find(|(at, character)| !fits(*at, *character)).map(|(_, character)| character)
}
